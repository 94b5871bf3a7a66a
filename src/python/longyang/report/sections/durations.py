"""Duration curves of load, of what wind and sun leave of it, and of export."""

from __future__ import annotations

import numpy as np

from ..figure import DASHES, LINE_COLOURS, Figure, axis, duration, layout, line
from ..markup import Section, paragraph, place
from ..study import Study


def curves(study: Study) -> dict[str, np.ndarray]:
    """Hourly sums over the system, GW: load, load plus export, and what is left of it for others than wind and PV."""
    b = study.balances
    load, export = b.load_mw.sum("region").values / 1e3, b.hvdc_export_mw.sum("region").values / 1e3
    free = [t for t in ("wind", "pv") if t in b["technology"].values]
    sun_and_wind = b.generation_mw.sel(technology=free).sum(["region", "technology"]).values / 1e3
    out = {"load": load, "hvdc_export": export, "load_and_export": load + export, "residual": load + export - sun_and_wind}
    return {name: values for name, values in out.items() if np.abs(values).max(initial=0) > 0}


def _figure(name: str, series: dict, unit: str, mark) -> Figure:
    data = []
    for k, (label, values) in enumerate(series.items()):
        x, y = duration(values)
        data.append(line([float(round(v, 3)) for v in x], y, label, LINE_COLOURS[k % len(LINE_COLOURS)],
                         f"{label}<br>%{{x:.1f}} %: %{{y:.1f}} {unit}<extra></extra>", line={"dash": DASHES[k % len(DASHES)]}))
    return Figure(name, data, layout(axis(mark("share_of_hours_axis"), range=[0, 100], dtick=20), axis(unit)), 380)


def section(study: Study) -> Section | None:
    if len(study.hours) < 12:
        return None
    say, mark = study.words.say, study.words.mark
    figures = [_figure("duration-load", {mark(k): v for k, v in curves(study).items()}, "GW", mark)]
    parts = [place(figures[0], say("duration_system"))]
    if study.has("hvdc"):
        lines, sent = study.table("hvdc"), study.group("hvdc").p_mw.to_pandas()
        rating = study.hvdc_rating_mw
        home = study.table("buses").region.reindex(lines.bus).to_numpy()
        by_region = {r: sent[[h == r for h in home]].sum() / rating[[h == r for h in home]].sum() * 100
                     for r in study.regions if r in home}
        figures.append(_figure("duration-export", {mark(f"region:{r}"): v.to_numpy() for r, v in by_region.items()}, "%", mark))
        parts.append(place(figures[1], say("duration_export")))
    body = paragraph(say("durations_lead")) + f'<div class="grid {"two" if len(parts) > 1 else "one"}">{"".join(parts)}</div>'
    return Section("durations", "durations_title", body, figures)
