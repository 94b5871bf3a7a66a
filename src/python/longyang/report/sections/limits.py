"""Limits of the AC network that cost something."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..markup import Section, number, paragraph, percent, table
from ..study import Study

ROWS = 12
#: MW of flow that are none against a limit of 0, as to the checker.
STILL_MW = 1e-5


def rents(study: Study) -> pd.DataFrame:
    """Limits with a price by item and direction, dearest first: hours, mean price CNY/MWh, rent in CNY (price x limit)."""
    frame = study.group("limits").load().to_dataframe()
    frame = frame[frame.price_cny_per_mwh.abs() > 1e-6]
    frame = frame.assign(rent_cny=frame.price_cny_per_mwh.abs() * frame.limit_mw.abs(), price=frame.price_cny_per_mwh.abs())
    sums = frame.groupby(["kind", "item", "side"]).agg(hours=("at", "nunique"), price=("price", "mean"), rent_cny=("rent_cny", "sum"))
    return sums.sort_values("rent_cny", ascending=False).reset_index()


def section_loading(study: Study) -> pd.DataFrame:
    """By section: limits, mean and largest loading in the direction of the flow, hours above 99 %. Against a limit of 0 an hour without flow has loading 0,
    one with flow none (NaN)."""
    sections, flows = study.table("sections"), study.group("sections").flow_mw.to_pandas()
    rows = {}
    for name, flow in flows.iterrows():
        forward, backward = sections.limit_forward_mw[name], sections.limit_backward_mw[name]
        limit, size = np.where(flow >= 0, forward, backward), flow.abs().to_numpy()
        loading = pd.Series(np.divide(size, limit, out=np.where(size <= STILL_MW, 0.0, np.nan), where=limit > 0))
        rows[name] = {"forward_mw": forward, "backward_mw": backward, "mean": loading.mean(), "largest": loading.max(),
                      "hours_full": int((loading > 0.99).sum()), "net_gwh": flow.sum() / 1e3}
    return pd.DataFrame(rows).T


def _rent_table(study: Study) -> str:
    say, frame = study.words.say, rents(study)
    if frame.empty:
        return paragraph(say("limits_none"))
    rows = []
    for row in frame.head(ROWS).itertuples():
        name = say(f"{row.kind}:{row.item}")
        rows.append([name, say(f"kind_{row.kind}"), say("forward" if row.side > 0 else "backward"), number(row.hours),
                     percent(row.hours / len(study.hours), 0), number(row.price, 1), number(row.rent_cny / 1e6, 1)])
    more = paragraph(say("limits_more", count=len(frame) - ROWS), "note") if len(frame) > ROWS else ""
    head = [say("limit"), say("kind"), say("direction"), say("hours_with_price"), say("share_of_hours"), say("price_mean_unit"), say("rent_million")]
    return table(head, rows, texts=3) + more


def section(study: Study) -> Section | None:
    if not study.has("branches") and not study.has("sections"):
        return None
    say, body = study.words.say, ""
    if study.has("sections"):
        frame = section_loading(study).sort_values("hours_full", ascending=False)
        rows = [[say(f"section:{name}"), number(r.forward_mw) or "0", number(r.backward_mw) or "0", percent(r["mean"], 0), percent(r.largest, 0),
                 number(r.hours_full), number(r.net_gwh)] for name, r in frame.iterrows()]
        head = [say("section"), say("limit_forward"), say("limit_backward"), say("loading_mean"), say("loading_max"), say("hours_full"), say("net_gwh")]
        body += paragraph(say("sections_lead")) + table(head, rows)
    body += paragraph(say("limits_lead")) + _rent_table(study)
    return Section("limits", "limits_title", body)
