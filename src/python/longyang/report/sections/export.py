"""HVDC lines: energy, hours of use, profile, contracts and what limits them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..figure import Figure, axis, heat, layout
from ..markup import Section, number, paragraph, percent, place, table
from ..study import Study
from . import security


MET_MWH = 1e-3  # by which a period may miss its contract and count as met, as in the summary in the terminal


def line_figures(study: Study) -> pd.DataFrame:
    """By line: rating MW, GWh sent, delivered of it, taken in and sent net of that, full-load hours and mean use by what it carries either way, shares of hours
    at the upper and lower end."""
    sent = study.group("hvdc").p_mw.to_pandas()
    rating = study.hvdc_rating_mw.reindex(sent.index)
    least = study.table("hvdc").p_min_mw.reindex(sent.index)
    at_top = (sent.ge(0.995 * rating, axis=0) | (sent.lt(0) & sent.le(0.995 * least, axis=0))).mean(axis=1)
    carried = sent.abs().sum(axis=1)
    return pd.DataFrame({
        "rating_mw": rating, "sent_gwh": sent.clip(lower=0).sum(axis=1) / 1e3,
        "delivered_gwh": study.group("hvdc").delivered_mw.to_pandas().clip(lower=0).sum(axis=1) / 1e3,
        "taken_gwh": -sent.clip(upper=0).sum(axis=1) / 1e3, "net_gwh": sent.sum(axis=1) / 1e3,
        "full_load_h": carried / rating, "use": carried / rating / sent.shape[1], "at_top": at_top,
        "at_rest": (sent.abs() < 0.5).mean(axis=1), "changes_per_day": (sent.diff(axis=1).abs() > 1).sum(axis=1) / study.days})


def _profiles(study: Study) -> list[Figure]:
    """Mean use of each line by hour of the day, and by month, % of rating."""
    sent = study.group("hvdc").p_mw.to_pandas()
    share = 100 * sent.div(study.hvdc_rating_mw.reindex(sent.index), axis=0).to_numpy()
    names = [study.words.mark(f"hvdc:{name}") for name in sent.index]
    by_hour = np.stack([[row[study.hours.hour == h].mean() if (study.hours.hour == h).any() else np.nan for h in range(24)] for row in share])
    by_month = np.stack([[row[study.months == m].mean() for m in study.month_names] for row in share])
    height = 90 + 24 * len(names)
    hover = "%{y}<br>%{x}: %{z:.0f} %<extra></extra>"
    top = {"autorange": "reversed", "ticks": "", "showgrid": False}
    low = min(0.0, float(np.nanmin(by_month)), float(np.nanmin(by_hour)))
    shared = {"zmin": -100 if low < 0 else 0, "zmax": 100}
    scale = None if low >= 0 else [[0, "#8c4a10"], [0.5, "#f7f7f5"], [0.75, "#7fb1cf"], [1, "#0b3c5d"]]
    day = Figure("export-day", [heat(range(24), names, by_hour, hover, "%", scale, **shared)],
                 layout(axis(study.words.mark("hour_of_day"), dtick=3, showgrid=False), axis(**top)), height)
    year = Figure("export-month", [heat(study.month_labels, names, by_month, hover, "%", scale, **shared)],
                  layout(axis(study.words.mark("month"), type="category", showgrid=False, tickangle=0), axis(**top)), height)
    return [day, year]


def contract_figures(study: Study) -> pd.DataFrame:
    """Energy contracts of HVDC lines by line: periods, periods met, MWh missing."""
    data = study.group("contracts")
    if data is None or data.sizes.get("period", 0) == 0:
        return pd.DataFrame()
    frame = data.load().to_dataframe()
    contracts = study.table("contracts")
    frame = frame[frame.contract.map(contracts.kind) == "hvdc"]
    frame = frame.assign(of=frame.contract.map(contracts.of).astype(str), met=frame.short_mwh <= MET_MWH)
    return frame.groupby("of", sort=False).agg(periods=("met", "size"), met=("met", "sum"), short_mwh=("short_mwh", "sum"))


def _links(study: Study) -> str:
    """DC links between buses of the system."""
    if not study.has("dc_links"):
        return ""
    say, case, data, hours = study.words.say, study.table("dc_links"), study.group("dc_links"), len(study.hours)
    there, back = (data[name].to_pandas().sum(axis=1) for name in ("forward_mw", "backward_mw"))
    lost = -(data.from_mw + data.to_mw).to_pandas().sum(axis=1)
    rows = []
    for name, row in case.iterrows():
        use = (there[name] + back[name]) / (max(row.p_max_mw, -row.p_min_mw) * hours) if max(row.p_max_mw, -row.p_min_mw) > 0 else np.nan
        rows.append([say(f"dc_link:{name}"), f"{say('bus:' + row.from_bus)} – {say('bus:' + row.to_bus)}",
                     f"{number(row.p_max_mw) or '0'} / {number(max(-row.p_min_mw, 0.0)) or '0'}", number(there[name] / 1e3, 1),
                     number(back[name] / 1e3, 1), number(lost[name] / 1e3, 2), percent(use, 0)])
    head = [say(word) for word in ("dc_links", "link_ends", "link_ratings_mw", "forward_gwh", "backward_gwh", "loss_gwh", "use_mean")]
    return paragraph(say("links_lead")) + table(head, rows)


def section(study: Study) -> Section | None:
    if not study.has("hvdc"):
        links = _links(study)
        return Section("export", "links_title", links, []) if links else None
    say, frame, contracts = study.words.say, line_figures(study), contract_figures(study)
    energies = ["sent_gwh", "delivered_gwh", *(["taken_gwh"] if (frame.taken_gwh > 0).any() else [])]
    head = [say(word) for word in ("line", "rating_mw", *energies, "full_load_h", "use_mean", "at_top", "changes_per_day", "contract_periods")]
    rows = []
    for name, row in frame.iterrows():
        met = f"{contracts.met[name]} / {contracts.periods[name]}" if name in contracts.index else ""
        rows.append([say(f"hvdc:{name}"), number(row.rating_mw), *(number(row[e], 0 if row[e] >= 100 else 1) for e in energies),
                     number(row.full_load_h), percent(row.use, 0),
                     percent(row.at_top, 0), number(row.changes_per_day, 1), met])
    full_load_h = (frame.sent_gwh + frame.taken_gwh).sum() * 1e3 / frame.rating_mw.sum()
    rows.append([say("sum"), number(frame.rating_mw.sum()), *(number(frame[e].sum()) for e in energies), number(full_load_h),
                 percent(full_load_h / len(study.hours), 0),
                 "", "", f"{contracts.met.sum()} / {contracts.periods.sum()}" if len(contracts) else ""])
    figures = _profiles(study)
    lead = say("export_lead") + (f' {say("export_both_ways")}' if "taken_gwh" in energies else "")
    body = [paragraph(lead), table(head, rows, foot=True)]
    if len(study.month_names) < 2:
        figures = figures[:1]
    captions = [say("export_day"), say("export_month")]
    body += [f'<div class="grid two">{"".join(place(f, c) for f, c in zip(figures, captions))}</div>']
    more, more_figures = security.part(study)
    return Section("export", "export_title", "".join(body) + more + _links(study), figures + more_figures)
