"""Energy by region and technology, and how clean it is hour by hour."""

from __future__ import annotations

import pandas as pd

from ...technologies import colour
from ..figure import Figure, axis, bars, layout
from ..markup import Section, number, paragraph, percent, place, table
from ..study import Study

LEAST_MW = 0.5  # fossil output below this is rounding


def clean_figures(study: Study) -> pd.DataFrame:
    """By region: share of clean energy in what it makes, share of hours in which no fossil plant runs, load-serving share.

    `clean_of_load`: clean energy made over the region's load.
    """
    made = study.production_gwh
    clean = made[made.index.isin(study.clean)].sum()
    fossil_names = [t for t in map(str, study.balances["technology"].values) if t not in study.clean]
    fossil = study.balances.generation_mw.sel(technology=fossil_names).sum("technology").to_pandas()
    load = study.balances.load_mw.sum("hour").to_pandas() / 1e3
    return pd.DataFrame({"clean_share": clean / made.sum(), "hours_all_clean": (fossil < LEAST_MW).mean(axis=1),
                         "clean_of_load": clean / load.where(load > 0)}).reindex(study.regions)


def balance_gwh(study: Study) -> pd.DataFrame:
    """Rows that add up to zero over each column: energy given positive, taken negative. Index: word keys."""
    b, rows = study.balances, {}
    for technology, row in study.given_gwh.iterrows():
        rows[f"tech:{technology}" if technology not in study.pure_storages else f"discharge:{technology}"] = row
    for technology, row in study.charged_gwh.iterrows():
        rows[f"charge:{technology}"] = -row
    sums = {name: b[name].sum("hour").to_pandas() / 1e3
            for name in ("load_mw", "shed_mw", "hvdc_export_mw", "ac_export_mw")}
    rows |= {"load": -sums["load_mw"], "load_shed": sums["shed_mw"], "hvdc_export": -sums["hvdc_export_mw"],
             "to_regions_net": -sums["ac_export_mw"]}
    if "dc_loss_mw" in b:  # not in older files
        rows["dc_loss"] = -b.dc_loss_mw.sum("hour").to_pandas() / 1e3
    frame = pd.DataFrame(rows).T.reindex(columns=study.regions)
    frame["all"] = frame.sum(axis=1)
    return frame.where(frame.abs() > 1e-6, 0.0)[(frame.abs() > 5e-4).any(axis=1)]


def unit_of(largest_gwh: float) -> tuple[str, float, int]:
    """Unit, divisor and decimals that suit an energy."""
    return ("TWh", 1e3, 1) if largest_gwh >= 1e4 else ("GWh", 1.0, 1) if largest_gwh >= 10 else ("MWh", 1e-3, 0)


def _mix(study: Study) -> Figure:
    """What each region's own generation consists of, %."""
    mark, made = study.words.mark, study.production_gwh
    shares = 100 * made / made.sum().where(made.sum() > 0)
    regions = [mark(f"region:{r}") for r in study.regions]
    data = [bars(regions, shares.loc[t, study.regions].fillna(0), mark(f"tech:{t}"), colour(t), f"%{{x}}: %{{y:.1f}} %<extra>{mark(f'tech:{t}')}</extra>")
            for t in made.index if made.loc[t].sum() > 0]
    return Figure("energy-mix", data, layout(axis(showgrid=False, ticks=""), axis(mark("mix_axis"), range=[0, 100]), barmode="stack", bargap=0.25), 560)


def section(study: Study) -> Section:
    say, frame = study.words.say, balance_gwh(study)
    unit, divisor, decimals = unit_of(float(frame.abs().max().max()) if len(frame) else 0.0)
    several = len(study.regions) > 1
    columns = [*study.regions, "all"] if several else study.regions
    head = [unit, *(say(f"region:{r}") if r != "all" else say("whole") for r in columns)]
    rows = [[say(key), *(number(row[c] / divisor, decimals) for c in columns)] for key, row in frame.iterrows()]
    clean, made = clean_figures(study), study.production_gwh
    everywhere = made[made.index.isin(study.clean)].sum().sum() / made.sum().sum() if made.sum().sum() else float("nan")
    shares = [
        [say("clean_share"), *(percent(clean.clean_share[r]) for r in study.regions), *([percent(everywhere)] if several else [])],
        [say("hours_all_clean"), *(percent(clean.hours_all_clean[r]) for r in study.regions), *([""] if several else [])],
    ]
    mix = _mix(study)
    tables = table(head, rows, style="balance") + table([say("clean_head"), *head[1:]], shares)
    body = paragraph(say("energy_lead")) + f'<div class="grid beside stack"><div>{tables}</div>{place(mix, say("mix_caption"))}</div>'
    return Section("energy", "energy_title", body, [mix])
