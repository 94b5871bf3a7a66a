"""What limits the HVDC lines, by cause; from the file's group `security` where the run has one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...exports import KEPT_MW
from ..figure import Figure, axis, bars, layout
from ..markup import number, paragraph, percent, place, table
from ..study import Study

# Numbers of causes as the file has them.
CAUSES = {0: "limit_plan", 1: "limit_ratio", 2: "limit_multi_infeed", 3: "limit_stations", 4: "limit_rocof", 5: "limit_extreme",
          6: "limit_settled", 7: "limit_overvoltage"}
# Columns of rounds that stand only where something of the kind was broken.
ROUNDS_BESIDE = {"round_outage_ratings": ["round_outage_mwh"], "round_listed_ratings": ["round_listed_mwh"],
                 "round_voltage_hours": ["round_voltage_bus_hours", "round_voltage_mwh"], "round_slack_hours": ["round_slack_mvar"]}
COLOURS = ("#c9d3da", "#0072b2", "#56b4e9", "#009e73", "#d55e00", "#e69f00", "#f0c87a", "#cc79a7")


def hours_by_cause(study: Study) -> pd.DataFrame | None:
    """Hours with the line in service in which each cause sets the least limit: lines by causes. None where the run found no limits."""
    data = study.group("security")
    if data is None or "cause" not in data or data.cause.size == 0:
        return None
    causes = data.cause.to_pandas().where(study.results.in_service("hvdc"))
    if causes.isna().all(axis=None):
        return None
    return pd.DataFrame({number_: (causes == number_).sum(axis=1) for number_ in CAUSES if (causes == number_).any(axis=None)})


def line_limits(study: Study) -> pd.DataFrame:
    """By line, over the hours in which it is in service (`hours`): mean and least limit MW, hours at it or above and hours above it, told apart by KEPT_MW,
    MWh above it, sum of prices where there are any."""
    data = study.group("security")
    there = study.results.in_service("hvdc")
    limit, margin, price = (data[name].to_pandas().where(there) for name in ("limit_mw", "margin_mw", "price_cny_per_mwh"))
    return pd.DataFrame({"hours": there.sum(axis=1), "mean_mw": limit.mean(axis=1), "least_mw": limit.min(axis=1), "at_limit": (margin < KEPT_MW).sum(axis=1),
                         "above": (margin < -KEPT_MW).sum(axis=1), "above_mwh": -margin.clip(upper=0).sum(axis=1), "saved_cny": price.sum(axis=1)})


def _rounds(study: Study) -> str:
    """What each round of the feedback left, where the run went through rounds."""
    say, data = study.words.say, study.group("security")
    names = ["round_line_hours", "round_line_mwh", "round_station_hours", "round_station_mwh", "round_cost_cny"]
    if not all(name in data for name in names) or data.sizes.get("round", 0) == 0:
        return ""
    # Kinds that the run looked at and found broken at some time.
    for ratings, amounts in ROUNDS_BESIDE.items():
        if ratings in data and (data[ratings].values > 0).any():
            names[-1:-1] = [ratings, *amounts]
    frame = pd.DataFrame({name: data[name].values for name in names})
    frame["round_cost_cny"] /= 1e6
    rows = [[str(k + 1), *(number(row[name], 1 if name == "round_cost_cny" else 0) or "0" for name in names)] for k, row in frame.iterrows()]
    most = study.header["options"].get("limits_per_hour", "0")  # ratings that are counted of an hour; 0: all
    of_worst = tuple(text.replace("{most}", most) for text in study.words.pair("of_worst")) if most != "0" else ""
    return paragraph(say("rounds_lead")) + table([say("round"), *(say(name, of_worst=of_worst) for name in names)], rows)


def part(study: Study) -> tuple[str, list[Figure]]:
    """HTML and figures; where the file has no limits, the command that finds them."""
    say, mark, frame = study.words.say, study.words.mark, hours_by_cause(study)
    if frame is None:
        command = f"longyang flow {study.header['case_folder']} --schedule {study.results.path}"
        return paragraph(say("security_absent", command=command), "note"), []
    names = [mark(f"hvdc:{name}") for name in frame.index]
    data = [{**bars([], [], mark(CAUSES[c]), COLOURS[c], f"%{{y}}<br>{mark(CAUSES[c])}: %{{x:,.0f}} h<extra></extra>", orientation="h"),
             "x": [float(v) for v in frame[c]], "y": names} for c in frame]
    figure = Figure("export-cause", data, layout(axis(mark("hours_axis"), range=[0, float(frame.sum(axis=1).max())]),
                                                 axis(autorange="reversed", ticks="", showgrid=False), barmode="stack", bargap=0.25), 130 + 24 * len(names))
    lines = line_limits(study)
    rows = [[say(f"hvdc:{name}"), number(r.mean_mw) or "0", number(r.least_mw) or "0", number(r.at_limit), percent(r.at_limit / r.hours if r.hours else np.nan, 0),
             number(r.above), number(r.above_mwh), number(r.saved_cny) if np.isfinite(r.saved_cny) else ""] for name, r in lines.iterrows()]
    head = [say("line"), say("limit_mean"), say("limit_least"), say("hours_at_limit"), say("share_of_hours"), say("hours_above"), say("mwh_above"), say("limit_saved")]
    body = paragraph(say("security_lead", mw=number(KEPT_MW))) + place(figure, say("export_cause")) + table(head, rows) + _rounds(study)
    return body, [figure]
