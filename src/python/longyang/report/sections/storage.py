"""Use of storages: mean day by month, cycles, losses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...technologies import colour
from ..figure import DIVERGING, Figure, axis, bars, heat, layout
from ..markup import Section, number, paragraph, percent, place, table
from ..study import Study


def use(study: Study) -> pd.DataFrame:
    """By technology: power MW, energy MWh, charged and discharged GWh, full cycles in the span, hours of the span in use."""
    plants, data = study.table("storages"), study.group("storages")
    frame = pd.DataFrame({"power_mw": plants.discharge_max_mw, "energy_mwh": plants.energy_max_mwh, "technology": plants.technology,
                          "charged_gwh": data.charge_mw.sum("hour").to_pandas() / 1e3,
                          "discharged_gwh": data.discharge_mw.sum("hour").to_pandas() / 1e3,
                          "inner_gwh": data.discharge_mw.sum("hour").to_pandas() / plants.efficiency_discharge / 1e3})
    frame = frame.drop(index=study.results.heat_stores(), errors="ignore")  # their power blocks make the power
    frame = pd.concat([frame, *_of_cascades(study)])
    sums = frame.groupby("technology", sort=False).sum()
    sums["cycles"] = sums.inner_gwh * 1e3 / sums.energy_mwh.where(sums.energy_mwh > 0)
    return sums


def _of_cascades(study: Study) -> list[pd.DataFrame]:
    """Reversible units and pumps of cascades. Their water is that of the reservoirs: it has no energy of its own, and no
    cycles."""
    frames = []
    if study.has("pumps"):
        frames.append(pd.DataFrame({"power_mw": 0.0, "energy_mwh": 0.0, "technology": study.table("pumps").technology,
                                    "charged_gwh": study.group("pumps").p_mw.sum("hour").to_pandas() / 1e3,
                                    "discharged_gwh": 0.0, "inner_gwh": 0.0}))
    stations = study.table("hydro")
    if "technology" in stations:
        mine = stations[stations.technology == "storage_plant"]
        turned = study.group("hydro").p_mw.sum("hour").to_pandas() / 1e3
        frames.append(pd.DataFrame({"power_mw": mine.p_max_mw, "energy_mwh": 0.0, "technology": mine.technology,
                                    "charged_gwh": 0.0, "discharged_gwh": turned.reindex(mine.index), "inner_gwh": 0.0}))
    return frames


def mean_days(study: Study) -> dict[str, np.ndarray]:
    """Net output by hour of the day and month, GW, by technology."""
    b = study.balances
    return {str(t): study.mean_day((b.discharge_mw - b.charge_mw).sel(storage_technology=t).sum("region").values) / 1e3
            for t in b["storage_technology"].values}


def _day(study: Study, technology: str, net_gw: np.ndarray) -> Figure:
    """The mean day of a span within one month."""
    mark = study.words.mark
    trace = bars(range(24), np.nan_to_num(net_gw), mark(f"tech:{technology}"), colour(technology), "%{x}:00<br>%{y:.2f} GW<extra></extra>")
    return Figure(f"storage-{technology}", [trace], layout(axis(mark("hour_of_day"), dtick=3, showgrid=False), axis("GW")), 260)


def section(study: Study) -> Section | None:
    if not study.has("storages"):
        return None
    say, mark, frame = study.words.say, study.words.mark, use(study)
    days = mean_days(study)
    shown = [t for t in study.technologies if t in days and np.nanmax(np.abs(days[t])) > 1e-6]
    figures = []
    for technology in shown:
        if len(study.month_names) < 2:
            figures.append(_day(study, technology, days[technology][:, 0]))
            continue
        largest = float(np.nanmax(np.abs(days[technology])))
        hover = f"%{{x}}, %{{y}}:00<br>%{{z:.2f}} GW<extra>{mark(f'tech:{technology}')}</extra>"
        trace = heat(study.month_labels, range(24), days[technology], hover, "GW", DIVERGING, zmin=-largest, zmax=largest)
        figures.append(Figure(f"storage-{technology}", [trace], layout(axis(mark("month"), type="category", showgrid=False, tickangle=0),
                                                                       axis(mark("hour_of_day"), dtick=3, showgrid=False)), 320))
    plots = "".join(place(f, say(f"tech:{t}")) for t, f in zip(shown, figures, strict=True))
    rows = []
    for technology, row in frame.iterrows():
        kept = row.charged_gwh > 0 and row.energy_mwh > 0 and technology in study.pure_storages
        efficiency = row.discharged_gwh / row.charged_gwh if kept else float("nan")
        rows.append([say(f"tech:{technology}"), number(row.power_mw), number(row.energy_mwh), number(row.charged_gwh, 1),
                     number(row.discharged_gwh, 1), number(row.cycles, 1), number(row.cycles / study.days, 2), percent(efficiency)])
    head = [say("technology"), say("power_mw"), say("energy_mwh"), say("charged_gwh"), say("discharged_gwh"), say("cycles"), say("cycles_per_day"), say("returned")]
    body = paragraph(say("storage_lead" if len(study.month_names) > 1 else "storage_lead_day")) + (f'<div class="grid two">{plots}</div>' if plots else "") + table(head, rows)
    return Section("storage", "storage_title", body, figures)
