"""What each HVDC line carries over a span, what limits it and for how long; beside a run without limits of security.

    python -m longyang.exports SECURED.h5 [--against FREE.h5] [--markdown]

Powers are sizes, as in `longyang flow`: what a line takes in counts like what it sends. Utilisation in hours is energy at the
sending end over the rating, scaled to 8760 hours. Limits and their causes are those of
group `security` of the results file (docs/theory/export-limits.md, SE-12), of runs with --security; without them only utilisation
is told.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd

from . import command
from .results import HOURS_OF_YEAR, Results, ResultsError, open_schedule, require_same, told

#: By the numbers of security/cause.
CAUSES = ["plan", "short_circuit_ratio", "multi_infeed", "stations", "rocof", "extreme_frequency", "settled_frequency", "overvoltage"]
#: MW by which a schedule may pass a limit and count as keeping it.
KEPT_MW = 1.0


def sizes_mw(results: Results) -> np.ndarray:
    """Sizes of the lines' powers, lines x hours."""
    return np.abs(np.asarray(results.hvdc.p_mw.values, dtype=float))


def utilisation_h(results: Results) -> pd.Series:
    """Hours a year at the rating that carry the energy sent and taken in, by line; a line of rating 0 has none (NaN)."""
    rating = results.hvdc_rating_mw()
    power = sizes_mw(results)
    mean = pd.Series(power.mean(axis=1), index=results.hvdc["name"].values)
    return (mean / rating.where(rating > 0) * HOURS_OF_YEAR).rename("utilisation_h")


def exports(results: Results) -> pd.DataFrame:
    """One row a line: `rating_mw`, `carried_gwh` (sent and taken in), `utilisation_h`; of a run with --security also `limited_h` (hours in which something
    but the rating limits it), hours by cause (`by_<cause>_h`), `mean_limit_mw` and `least_limit_mw` (MW, all hours in service), `above_h`
    (hours above the limit by more than 1 MW) and `value_cny_per_mw` (what one MW more of the limit would save over the span).
    """
    names = results.hvdc["name"].values
    rating = results.hvdc_rating_mw().reindex(names)
    sent = sizes_mw(results).sum(axis=1) / 1000.0
    frame = pd.DataFrame({"rating_mw": rating, "carried_gwh": pd.Series(sent, index=names), "utilisation_h": utilisation_h(results)})
    if not secured(results):
        return frame
    security = results.security
    there = pd.DataFrame(results.in_service("hvdc"), index=names)
    cause, limit, margin, price = (pd.DataFrame(security[name].values, index=names).where(there)
                                   for name in ("cause", "limit_mw", "margin_mw", "price_cny_per_mwh"))
    frame["limited_h"] = (cause > 0).sum(axis=1)
    for number, name in enumerate(CAUSES[1:], start=1):
        hours = (cause == number).sum(axis=1)
        if hours.any():
            frame[f"by_{name}_h"] = hours
    frame["mean_limit_mw"], frame["least_limit_mw"] = limit.mean(axis=1), limit.min(axis=1)
    frame["above_h"] = (margin < -KEPT_MW).sum(axis=1)
    frame["value_cny_per_mw"] = price.sum(axis=1)
    return frame


def secured(results: Results) -> bool:
    """Whether the run looked at limits of security."""
    return "security" in results.groups and bool(np.isfinite(results.security.limit_mw.values).any())


def curtailed(results: Results) -> pd.DataFrame:
    """GWh of wind and PV that were there and not taken, and their share, by region and technology; `all` last."""
    table = results.table("renewables")
    region = results.table("buses")["region"][table["bus"]].to_numpy()
    there = np.asarray(results.renewables.available_mw.values, dtype=float).sum(axis=1)
    taken = np.asarray(results.renewables.p_mw.values, dtype=float).sum(axis=1)
    frame = pd.DataFrame({"region": region, "technology": table["technology"].to_numpy(), "there": there, "left": there - taken})
    whole = frame.assign(region="all")
    sums = pd.concat([frame, whole]).groupby(["region", "technology"], sort=False)[["there", "left"]].sum()
    sums["curtailed_gwh"] = sums["left"] / 1000.0
    sums["share"] = (sums["left"] / sums["there"].where(sums["there"] > 0)).fillna(0.0)
    return sums[["curtailed_gwh", "share"]]


def beside(frame: pd.DataFrame, free: pd.DataFrame) -> pd.DataFrame:
    """The lines of a run with those of another one of the same case: `free_utilisation_h` and the change."""
    if list(frame.index) != list(free.index):
        raise ResultsError("the two files hold different HVDC lines")
    both = frame.copy()
    both.insert(3, "free_utilisation_h", free["utilisation_h"])
    both.insert(4, "change_h", frame["utilisation_h"] - free["utilisation_h"])
    return both


def _table(frame: pd.DataFrame, name: str, markdown: bool) -> str:
    head = [name, *(str(column).replace("_", " ").replace("utilisation h", "utilisation h a year") for column in frame.columns)]
    rows = [[" ".join(index) if isinstance(index, tuple) else str(index), *(_cell(column, value) for column, value in row.items())]
            for index, row in frame.iterrows()]
    if markdown:
        lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * len(frame.columns)]
        return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
    widths = [max(len(row[c]) for row in [head, *rows]) for c in range(len(head))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *(row[c].rjust(widths[c]) for c in range(1, len(head)))])
                     for row in [head, *rows]) + "\n"


def _cell(column: str, value: float) -> str:
    if value is None or not np.isfinite(value):
        return "-"
    return f"{value:z.1%}" if str(column).startswith("share") else f"{value:z,.0f}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m longyang.exports", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file of a run, best with --security")
    parser.add_argument("--against", help="results file of a run of the same case without limits")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    options = parser.parse_args(arguments)
    try:
        with open_schedule(options.results) as results, told(results):
            frame, left, header = exports(results), curtailed(results), results.header
        if options.against:
            with open_schedule(options.against) as other, told(other):
                require_same(results, other)
                frame = beside(frame, exports(other))
                free = curtailed(other)
                left = left.join(free.rename(columns={"curtailed_gwh": "free_gwh", "share": "share_free"}))
    except (OSError, ResultsError) as error:
        print(f"longyang.exports: {command.words_of(error)}", file=sys.stderr)
        return 7
    print(f"{header['case_name']}, {header['span_hours']} hours from {header['span_start']}, {header['status']}\n")
    print(_table(frame, "line", options.markdown))
    print(_table(left, "curtailed", options.markdown), end="")
    return 0


if __name__ == "__main__":
    command.run(main)
