"""What plants bring at least, proven by one run: the prices of its bound price the system without them too.

    longyang certify OUT.h5 --largest 100000 --json > proof.json
    python -m longyang.worth OUT.h5 proof.json [--region NAME] [--plants] [--markdown]

Equation PE-85 of docs/theory/price-engine.md; how to read the table: docs/user/worth.md. Amounts are CNY over the span.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd

from . import command
from .results import Results, ResultsError, open_schedule, told
from .technologies import ordered
from .written import read_certificate

#: Blocks that are plants, by the first word of their names, and the columns whose product is a row's capacity.
TABLES = {"thermal": ("thermal", ["units", "p_max_mw"]), "renewable": ("renewables", ["capacity_mw"]), "storage": ("storages", ["discharge_max_mw"])}
KEYS = ("case", "start", "hours", "confirmed", "bound_cny", "stored_bound_cny", "cost_cny", "broken_limits_cny", "parts", "largest")


def read_proof(path: str, results: Results) -> dict:
    """What `longyang certify --largest 100000 --json` wrote of these results.

    Raises ResultsError where it is something else, of another file or of a run with limits of security, not confirmed, or does not name all plants.
    """
    proof = read_certificate(path, f"{results.path} --largest 100000")
    missing = [key for key in KEYS if not isinstance(proof, dict) or key not in proof]
    if missing:
        raise ResultsError(f"'{path}': found no {missing[0]}, expected what `longyang certify --json` prints of a run with a schedule")
    header = results.header
    here = (header["case_name"], header["span_start"], int(header["span_hours"]), float(results.certificate.bound_cny))
    there = (proof["case"], proof["start"], proof["hours"], proof["stored_bound_cny"])
    if here[:3] != there[:3] or not np.isclose(here[3], there[3], rtol=1e-12):
        raise ResultsError(f"'{path}' is of {there[0]}, {there[2]} hours from {there[1]}, bound {there[3]:.10g} CNY; "
                           f"'{results.path}' is of {here[0]}, {here[2]} hours from {here[1]}, bound {here[3]:.10g} CNY")
    if header["options"].get("security", "off") != "off":
        raise ResultsError(f"'{results.path}' kept limits of security, whose rows would go with the stations that they limit: run without --security")
    if not proof["confirmed"]:
        raise ResultsError(f"'{path}' does not confirm the run, so nothing is proven: {'; '.join(proof.get('faults', []))}")
    of_blocks = sum(block["bound_cny"] for block in proof["largest"] if block["block"].split(":")[0] in TABLES)
    of_parts = sum(part["bound_cny"] for part in proof["parts"] if part["part"] in TABLES)
    if abs(of_blocks - of_parts) > 1e-9 * max(1.0, abs(of_parts), abs(proof["bound_cny"])):
        raise ResultsError(f"'{path}' does not name all plants: longyang certify FILE --largest 100000 --json")
    return proof


def _cascades(results: Results) -> dict[str, tuple[str, float, str]]:
    """Of every cascade, by its first reservoir: technology, capacity in MW and regions."""
    if "reservoirs" not in results.tables:
        return {}
    reservoirs, stations = results.table("reservoirs"), results.table("hydro")
    below = {str(name): str(down) for name, down in reservoirs.downstream.items() if str(down) in reservoirs.index} if "downstream" in reservoirs else {}
    mouth = {}
    for name in map(str, reservoirs.index):
        last = name
        while last in below:
            last = below[last]
        mouth[name] = last
    region = stations.bus.map(results.table("buses").region)
    at = stations.reservoir.map(lambda name: mouth[str(name)])
    found: dict[str, tuple[str, float, str]] = {}
    for name in map(str, reservoirs.index):
        if mouth[name] not in {mouth[other] for other in found}:
            own = at == mouth[name]
            found[name] = ("hydro", float(stations.p_max_mw[own].sum()), ", ".join(dict.fromkeys(region[own])))
    return found


def plants(results: Results, proof: dict) -> pd.DataFrame:
    """One row a plant (of rivers a cascade, of CSP a power block or a heat store), in the order of what they earn: `technology`, `region`, `mw`,
    `earned_cny` (most that the plant could earn over the span at the prices of the bound, less its own cost: a loss where it has to run)."""
    region_of = results.table("buses").region
    heat = results.heat_stores()
    frames = {kind: results.table(table) for kind, (table, _) in TABLES.items() if table in results.tables}
    capacity = {kind: frame[TABLES[kind][1]].prod(axis=1) for kind, frame in frames.items()}
    cascades = _cascades(results)
    rows = []
    for block in proof["largest"]:
        kind, name = block["block"].split(":", 1)
        if kind == "cascade":
            technology, mw, region = cascades[name]
        elif kind in frames:
            plant = frames[kind].loc[name]
            is_heat = kind == "storage" and name in heat
            technology, mw = ("csp", 0.0) if is_heat else (plant.technology, float(capacity[kind][name]))
            region = region_of[plant.bus]
        else:
            continue
        rows.append({"plant": name, "technology": technology or kind, "region": region, "mw": mw, "earned_cny": -block["bound_cny"]})
    return pd.DataFrame(rows).set_index("plant").sort_values("earned_cny", ascending=False, kind="stable")


def gap_cny(proof: dict) -> float:
    """What the run leaves open between cost and bound."""
    return proof["cost_cny"] + proof["broken_limits_cny"] - proof["bound_cny"]


def reserve_cny(proof: dict) -> float:
    """What reserve is priced at in the bound: it is asked for by the output of wind and sun, and may go with them."""
    return sum(max(part["bound_cny"], 0.0) for part in proof["parts"] if part["part"].startswith("rows RE"))


def worth(results: Results, proof: dict, region: str = "", by_plant: bool = False) -> pd.DataFrame:
    """What plants bring at least, by technology or plant by plant: `plants` or `technology` and `region`, `mw`, `earned_cny`, `cny_per_kw` (NaN without a
    capacity) and `at_least_cny`: by how much the least cost without them lies above that with them, proven; NaN where the run's gap leaves nothing. Of a `region` plants that
    lie in it alone, see across()."""
    frame = plants(results, proof)
    if region:
        frame = frame[frame.region == region]
    renewables = set(results.table("renewables").technology) if "renewables" in results.tables else set()
    technology = frame.technology
    if not by_plant:
        groups = frame.groupby("technology")
        frame = pd.DataFrame({"plants": groups.size(), "mw": groups.mw.sum(), "earned_cny": groups.earned_cny.sum()}).reindex(ordered(groups.groups))
        technology = pd.Series(frame.index, index=frame.index)
    open_cny = gap_cny(proof) + np.where(technology.isin(renewables), reserve_cny(proof), 0.0)
    frame["cny_per_kw"] = (frame.earned_cny / (1e3 * frame.mw)).where(frame.mw > 0)
    frame["at_least_cny"] = (frame.earned_cny - open_cny).where(frame.earned_cny > open_cny)
    return frame


def across(results: Results, proof: dict, region: str) -> pd.DataFrame:
    """Plants that lie in a region and in others too, as rivers do: worth() of the region lacks them, since what they earn cannot be split."""
    frame = plants(results, proof)
    return frame[[place != region and region in place.split(", ") for place in frame.region]]


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    def number(value: float, digits: int) -> str:
        return f"{value:z,.{digits}f}" if np.isfinite(value) else "-"

    words = [column for column in ("technology", "region") if column in frame]
    return [[str(name), *(str(row[word]) for word in words), *([str(int(row.plants))] if "plants" in frame else []), number(row.mw, 0),
             number(row.earned_cny / 1e6, 1), number(row.cny_per_kw, 0), number(row.at_least_cny / 1e6, 1)] for name, row in frame.iterrows()]


def table(frame: pd.DataFrame, markdown: bool) -> str:
    """For the terminal or a page."""
    words = [column for column in ("technology", "region") if column in frame]
    head = [frame.index.name or "technology", *words, *(["plants"] if "plants" in frame else []), "MW", "earn, million CNY", "CNY/kW", "bring at least, million CNY"]
    rows = _cells(frame)
    if markdown:
        line = ["---"] * (1 + len(words)) + ["---:"] * (len(head) - 1 - len(words))
        return "\n".join("| " + " | ".join(row) + " |" for row in [head, line, *rows]) + "\n"
    widths = [max(len(row[c]) for row in [head, *rows]) for c in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) if c <= len(words) else cell.rjust(width) for c, (cell, width) in enumerate(zip(row, widths))).rstrip()
                     for row in [head, *rows]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m longyang.worth", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file of a run by prices")
    parser.add_argument("proof", help="what `longyang certify RESULTS --largest 100000 --json` printed")
    parser.add_argument("--region", default="", help="plants of this region alone")
    parser.add_argument("--plants", action="store_true", help="plant by plant, those that earn most first; else by technology")
    parser.add_argument("--markdown", action="store_true", help="a table for a page")
    given = parser.parse_args(arguments)
    try:
        with open_schedule(given.results) as results, told(results):
            proof = read_proof(given.proof, results)
            regions = list(dict.fromkeys(results.table("buses").region))
            if given.region and given.region not in regions:
                print(f"longyang.worth: --region: found {given.region}, expected one of {', '.join(regions)}", file=sys.stderr)
                return 2
            frame = worth(results, proof, given.region, given.plants)
            beyond = across(results, proof, given.region) if given.region else frame.iloc[:0]
            header = results.header
    except (OSError, ResultsError) as error:
        print(f"longyang.worth: {command.words_of(error)}", file=sys.stderr)
        return 7
    print(f"{header['case_name']}, {header['span_hours']} hours from {header['span_start']}; "
          f"the gap leaves {gap_cny(proof) / 1e6:,.1f} million CNY open\n")
    print(table(frame, given.markdown), end="")
    for name, row in beyond.iterrows():
        print(f"\nleft out: {name} ({row.technology}, {row.mw:,.0f} MW, earns {row.earned_cny / 1e6:z,.1f} million CNY), which lies in {row.region} and counts as one plant")
    return 0


if __name__ == "__main__":
    command.run(main)
