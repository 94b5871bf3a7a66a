"""Prices: every hour of a region as a picture, by month and region, at the stations, and of reserves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..figure import DASHES, LINE_COLOURS, SEQUENTIAL, Figure, axis, duration, heat, layout, line
from ..markup import Section, number, paragraph, percent, place, table
from ..study import Study
from .week import region_choice


def region_prices(study: Study) -> pd.DataFrame:
    """By region, CNY/MWh: mean weighted by load, least, median, largest; shares of hours at or below zero."""
    price, load = study.balances.price_cny_per_mwh.to_pandas(), study.balances.load_mw.to_pandas()
    weights = load.sum(axis=1)
    mean = (price * load).sum(axis=1) / weights.where(weights > 0)
    return pd.DataFrame({"mean": mean.fillna(price.mean(axis=1)), "least": price.min(axis=1), "median": price.median(axis=1),
                         "largest": price.max(axis=1), "free": (price <= 0).mean(axis=1)}).reindex(study.priced_regions)


def _duration(study: Study) -> Figure:
    mark, data = study.words.mark, []
    for k, region in enumerate(study.priced_regions):
        x, y = duration(study.balances.price_cny_per_mwh.sel(region=region).values)
        name = mark(f"region:{region}")
        data.append(line([float(round(v, 3)) for v in x], y, name, LINE_COLOURS[k % len(LINE_COLOURS)],
                         f"{name}<br>%{{x:.1f}} %: %{{y:.0f}} CNY/MWh<extra></extra>", line={"dash": DASHES[k % len(DASHES)]}))
    return Figure("price-duration", data, layout(axis(mark("share_of_hours_axis"), range=[0, 100], dtick=20), axis(mark("price_unit"))), 360)


def _stations(study: Study) -> Figure | None:
    """Mean price by month at the backbone's stations, dearest on top."""
    mark, buses = study.words.mark, study.table("buses")
    price = study.group("buses").price_cny_per_mwh.to_pandas()
    if len(price) < 3 or len(study.month_names) < 2:
        return None
    by_month = price.T.groupby(study.months, sort=False).mean().T
    backbone = by_month[buses.kv.reindex(by_month.index) >= 500] if (buses.kv >= 500).sum() > 2 else by_month
    order = backbone.mean(axis=1).sort_values(ascending=False).index
    picked = order if len(order) <= 24 else order[np.linspace(0, len(order) - 1, 24).round().astype(int)]
    names = [f"{mark('bus:' + str(b))}" for b in picked]
    trace = heat(study.month_labels, names, backbone.loc[picked], f"%{{y}}<br>%{{x}}: %{{z:.0f}} {mark('price_unit')}<extra></extra>", mark("price_unit"), SEQUENTIAL)
    return Figure("price-bus", [trace], layout(axis(mark("month"), type="category", showgrid=False, tickangle=0),
                                               axis(autorange="reversed", ticks="", showgrid=False)), 560)


def section(study: Study) -> Section | None:
    price = study.balances.price_cny_per_mwh.sel(region=study.priced_regions)
    if not price.size or not np.isfinite(price).all():
        return None
    say, frame = study.words.say, region_prices(study)
    figures, stations = [_duration(study)], _stations(study)
    rows = [[say(f"region:{r}"), *(number(row[k], 1) or "0" for k in ("mean", "least", "median", "largest")), percent(row.free)] for r, row in frame.iterrows()]
    head = [say("region"), say("price_mean"), say("least"), say("median"), say("largest"), say("hours_free")]
    body = paragraph(say("prices_lead")) + table(head, rows)
    hourly = ""
    if study.days >= 3:
        hourly = (f'<div class="controls">{region_choice(study, "price-region", study.priced_regions)}</div><figure><figcaption>{say("price_hours")}</figcaption>'
                  '<div class="plot" id="price-plot" style="height:340px"></div></figure>')
    body += hourly
    parts = [place(figures[0], say("price_duration"))]
    if stations:
        figures.append(stations)
        parts.append(place(stations, say("price_stations")))
    body += f'<div class="grid {"two" if len(parts) > 1 else "one"}">{"".join(parts)}</div>'
    return Section("prices", "prices_title", body, figures)
