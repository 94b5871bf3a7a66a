"""Levels of the largest reservoirs against their limits and their reference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..figure import ACCENT, Figure, axis, layout, line
from ..markup import Section, number, paragraph, place, table
from ..study import Study

SHOWN = 6


def largest(study: Study) -> list[str]:
    """Reservoirs with the largest range of storage, whose water is worth looking at."""
    reservoirs = study.table("reservoirs")
    size = (reservoirs.storage_max_hm3 - reservoirs.storage_min_hm3).sort_values(ascending=False, kind="stable")
    return [str(name) for name in size.index[:SHOWN] if size[name] > 0]


def limits_hm3(study: Study, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, bool]:
    """Lower and upper limit at the end of each hour, and the reference at its start; whether the hourly rules were found in the case's folder."""
    row, hours, found = study.table("reservoirs").loc[name], len(study.hours), True
    low, high = np.full(hours, float(row.storage_min_hm3)), np.full(hours, float(row.storage_max_hm3))
    size = row.storage_max_hm3 - row.storage_min_hm3
    shares = {}
    for column in ("storage_min_profile", "storage_max_profile"):
        shares[column] = study.profile(row[column]) if row[column] else None
        found = found and (not row[column] or shares[column] is not None)
    if shares["storage_min_profile"] is not None:
        low = row.storage_min_hm3 + size * shares["storage_min_profile"]
    if shares["storage_max_profile"] is not None:
        high = row.storage_min_hm3 + size * shares["storage_max_profile"]
    reference = study.profile(row.reference_profile) if row.reference_profile else None
    if reference is not None:  # HY-2: limits are widened to where it is at the end of the hour
        at_end = study.profile(row.reference_profile, later=1)
        low, high = np.minimum(low, at_end), np.maximum(high, at_end)
    return low, high, reference, found


def _every(study: Study) -> slice:
    """Every sixth hour of a long span: levels move slowly."""
    return slice(None, None, 6 if len(study.hours) > 1000 else 1)


def _figure(study: Study, name: str) -> tuple[Figure, bool]:
    mark, every = study.words.mark, _every(study)
    low, high, reference, found = limits_hm3(study, name)
    storage = study.group("reservoirs").storage_hm3.sel(name=name).values
    times = [t.isoformat()[:16] for t in study.hours[every]]
    ends = [t.isoformat()[:16] for t in study.hours[every] + pd.Timedelta(hours=1)]
    hover = "%{x}<br>%{y:,.0f} hm³<extra></extra>"
    data = [line(ends, low[every], mark("limits_of_level"), "#9aa5ad", hover, line={"width": 1}),
            line(ends, high[every], mark("limits_of_level"), "#9aa5ad", hover, line={"width": 1}, fill="tonexty",
                 fillcolor="rgba(120,150,170,0.13)", showlegend=False)]
    if reference is not None:
        data.append(line(times, reference[every], mark("reference_level"), "#7a5c00", hover, line={"width": 1.4, "dash": "dot"}))
    data.append(line([times[0], *ends], np.concatenate([[_start_hm3(study, name)], storage[every]]), mark("level"), ACCENT, hover))
    x = axis(type="date", tickformat="%m-%d" if study.days > 2 else "%H:%M", showgrid=False)
    return Figure(f"reservoir-{name}", data, layout(x, axis("hm³"), showlegend=False), 250), found


def _start_hm3(study: Study, name: str) -> float:
    """NaN where the reference is not found in the case's folder."""
    row = study.table("reservoirs").loc[name]
    if not row.reference_profile:
        return float(row.storage_min_hm3)
    reference = study.profile(row.reference_profile)
    return float("nan") if reference is None else float(reference[0])


def figures_of(study: Study) -> pd.DataFrame:
    """By reservoir: hm3 at the span's start (its reference, or its least storage) and end, least and largest; water spilt, hm3; what it is worth."""
    data = study.group("reservoirs")
    names = largest(study)
    storage = data.storage_hm3.sel(name=names).to_pandas()
    spill = data.spill_m3_per_s.sel(name=names).to_pandas().sum(axis=1) * 3600 / 1e6
    value = data.value_cny_per_hm3.sel(name=names).to_pandas().mean(axis=1)
    first = pd.Series({name: _start_hm3(study, name) for name in names})
    return pd.DataFrame({"first": first, "last": storage.iloc[:, -1], "least": storage.min(axis=1).combine(first, np.fmin),
                         "largest": storage.max(axis=1).combine(first, np.fmax), "spill": spill, "value": value})


def section(study: Study) -> Section | None:
    names = largest(study) if study.has("reservoirs") else []
    if not names:
        return None
    say, made = study.words.say, [_figure(study, name) for name in names]
    plots = [place(figure, say(f"reservoir:{name}")) for name, (figure, _) in zip(names, made, strict=True)]
    frame = figures_of(study)
    rows = [[say(f"reservoir:{name}"), *(number(row[k]) or "0" for k in ("first", "last", "least", "largest")), number(row.spill),
             number(row.value / 1e3, 1)] for name, row in frame.iterrows()]
    head = [say("reservoir"), *(say(f"storage_{k}") for k in ("first", "last", "least", "largest")), say("spill_hm3"), say("water_value")]
    missing = "" if all(found for _, found in made) else paragraph(say("rules_missing", folder=study.header["case_folder"]), "note")
    body = paragraph(say("reservoirs_lead", count=len(names))) + f'<div class="grid three">{"".join(plots)}</div>' + missing + table(head, rows)
    return Section("reservoirs", "reservoirs_title", body, [figure for figure, _ in made])
