"""Curtailment by month and technology, and why: told apart by prices.

A plant that is curtailed at its optimum sees a price at its bus that is no higher than what a MWh more would cost it (its
operation less what its curtailment costs). Where that price holds says how far the surplus reaches:
over the whole system, over the province, or only around the bus.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...technologies import colour
from ..figure import Figure, axis, bars, layout
from ..markup import Section, number, paragraph, percent, place, table
from ..study import Study

CAUSES = {"cause_system": "#3579a8", "cause_region": "#e0852f", "cause_network": "#8f0d1d", "cause_connection": "#d9b44a", "cause_other": "#b4bcc2"}
PRICE_TOLERANCE = 5.0  # CNY/MWh by which prices of a bound may miss those of the schedule
PRICE_STEP = 20.0  # CNY/MWh from which two prices are told apart


def by_cause(study: Study) -> pd.DataFrame:
    """GWh curtailed by (region, technology, month), a column a cause."""
    plants, data = study.table("renewables"), study.group("renewables")
    curtailed = np.clip(data.available_mw.values - data.p_mw.values, 0, None)
    bus_price = study.group("buses").price_cny_per_mwh.to_pandas().reindex(plants.bus).to_numpy()
    regions = study.table("buses").region.reindex(plants.bus).to_numpy()
    region_price = study.balances.price_cny_per_mwh.to_pandas().reindex(regions).to_numpy()
    priced = study.balances.sel(region=study.priced_regions)
    load = priced.load_mw.values
    system_price = (load * priced.price_cny_per_mwh.values).sum(axis=0) / np.maximum(load.sum(axis=0), 1e-9)
    worth = (plants.variable_om_cny_per_mwh - plants.curtailment_cny_per_mwh).to_numpy()[:, None]
    free = bus_price <= worth + PRICE_TOLERANCE
    region_free = free & (region_price <= bus_price + PRICE_STEP)
    system_free = region_free & (system_price <= bus_price + PRICE_STEP)
    held = ~free & (bus_price - _taken_off(study, plants, bus_price) <= worth + PRICE_TOLERANCE)
    kinds = {"cause_system": system_free, "cause_region": region_free & ~system_free, "cause_network": free & ~region_free,
             "cause_connection": held, "cause_other": ~free & ~held}
    months = pd.Index(study.month_names)
    of_month = months.get_indexer(study.months)
    rows = []
    for cause, where in kinds.items():
        sums = np.stack([np.bincount(of_month, row, len(months)) for row in np.where(where, curtailed, 0.0)]) / 1e3
        frame = pd.DataFrame(sums, index=pd.MultiIndex.from_arrays([regions, plants.technology]), columns=months)
        rows.append(frame.groupby(level=[0, 1], sort=False).sum().stack().rename(cause))
    return pd.concat(rows, axis=1).rename_axis(["region", "technology", "month"])


def _taken_off(study: Study, plants: pd.DataFrame, bus_price: np.ndarray) -> np.ndarray:
    """By how much a MWh of each plant is worth less than at its bus, since the limit of its connection holds it back."""
    if "connection" not in plants or not study.has("connections"):
        return np.zeros_like(bus_price)
    price = study.group("connections").price_cny_per_mwh.to_pandas()
    return np.nan_to_num(price.reindex(plants.connection).to_numpy())


def available_gwh(study: Study) -> pd.DataFrame:
    """What weather allowed, GWh: regions by technologies."""
    plants = study.table("renewables")
    energy = study.group("renewables").available_mw.sum("hour").to_pandas() / 1e3
    regions = study.table("buses").region.reindex(plants.bus).to_numpy()
    return energy.groupby([regions, plants.technology.to_numpy()], sort=False).sum().unstack(fill_value=0.0)


def _table(study: Study, frame: pd.DataFrame) -> str:
    say, available = study.words.say, available_gwh(study)
    sums = frame.groupby(level=["region", "technology"], sort=False).sum()
    rows = []
    for (region, technology), row in sums.iterrows():
        total = row.sum()
        if total < 1e-9:
            continue
        rows.append([say(f"region:{region}"), say(f"tech:{technology}"), number(total, 0 if total >= 100 else 1),
                     percent(total / available.loc[region, technology]) if available.loc[region, technology] else "",
                     *(percent(row[c] / total, 0) if total > 0 else "" for c in CAUSES)])
    whole, all_available = sums.sum(), available.sum().sum()
    rows.append([say("sum"), "", number(whole.sum(), 0), percent(whole.sum() / all_available),
                 *(percent(whole[c] / whole.sum(), 0) for c in CAUSES)])
    return table([say("region"), say("technology"), "GWh", say("share_of_available"), *(say(f"{c}_short") for c in CAUSES)], rows, texts=2, foot=True)


def section(study: Study) -> Section | None:
    if not study.has("renewables") or not study.has("buses"):
        return None
    say, mark, frame = study.words.say, study.words.mark, by_cause(study)
    if frame.sum().sum() < 1e-6:
        return Section("curtailment", "curtailment_title", paragraph(say("curtailment_none")))
    by_month = frame.groupby(level="month", sort=False).sum()
    by_technology = frame.sum(axis=1).unstack("technology").groupby(level="month", sort=False).sum()
    hover = "%{fullData.name}<br>%{x}: %{y:,.0f} GWh<extra></extra>"
    x = axis(mark("month"), type="category", tickangle=0, showgrid=False)
    causes = Figure("curtailment-cause", [bars(study.month_labels, by_month[c], mark(c), shade, hover) for c, shade in CAUSES.items()],
                    layout(x, axis(f"{mark('curtailment')}, GWh"), barmode="stack", bargap=0.25), 380)
    kinds = Figure("curtailment-kind", [bars(study.month_labels, by_technology[t], mark(f"tech:{t}"), colour(t), hover) for t in by_technology],
                   layout(x, axis(f"{mark('curtailment')}, GWh"), barmode="stack", bargap=0.25), 380)
    known = bool(study.priced_regions)
    body = (paragraph(say("curtailment_lead" if known else "curtailment_unpriced"))
            + f'<div class="grid two">{place(causes, say("curtailment_by_cause"))}{place(kinds, say("curtailment_by_kind"))}</div>'
            + _table(study, frame)
            + (paragraph(say("curtailment_note", tolerance=number(PRICE_TOLERANCE), step=number(PRICE_STEP)), "note") if known else ""))
    return Section("curtailment", "curtailment_title", body, [causes, kinds])
