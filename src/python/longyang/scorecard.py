"""Published figures against those of a run: the case's expected.toml, row by row.

    python -m longyang.scorecard OUT.h5                 # a table on the terminal
    python -m longyang.scorecard OUT.h5 --markdown      # for a page
    longyang.scorecard(results)                         # the same as a DataFrame

expected.toml lies in the case's folder, or in that of the case it varies: `region`, then a list of [[row]] with `item`, `unit`,
`expected` and `figure`, one of FIGURES below, which says what of the model answers the row. Narrowing keys: `region` ("" for
all of them), `technologies`, `without`, `months`, `of` (a line's name). `at_least` marks a lower bound, `group` parts the table.
"""

from __future__ import annotations

import argparse
import math
import pathlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from . import command
from .results import HOURS_OF_YEAR, Results, ResultsError, open_schedule, told
from .technologies import COLOURS
from .written import read_named_toml, require_keys

GJ_PER_TCE = 29.3076


class NoFiguresError(ResultsError):
    """A case has no published figures, or is not where it was."""


@dataclass
class Row:
    """A row of expected.toml."""

    item: str
    unit: str
    expected: float
    figure: str
    item_zh: str = ""
    group: str = "plan"
    region: str = ""
    technologies: list[str] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    months: list[int] = field(default_factory=list)
    of: str = ""
    at_least: bool = False
    remark: str = ""
    source: str = ""
    quality: str = ""


#: Keys of a row.
ROW_KINDS = {"item": "a text", "unit": "a text", "expected": "a number", "figure": "a text", "item_zh?": "a text", "group?": "a text", "region?": "a text",
             "technologies?": "a list of texts", "without?": "a list of texts", "months?": "a list of months, 1 to 12", "of?": "a text",
             "at_least?": "true or false", "remark?": "a text", "source?": "a text", "quality?": "a text"}


def expected_file(results: Results) -> pathlib.Path:
    """expected.toml of the run's case, or of the case it varies. The run stores the folder as it was given.

    Raises NoFiguresError where there is none, ResultsError where a case.toml on the way is faulty.
    """
    first = folder = pathlib.Path(results.header["case_folder"])
    for _ in range(8):
        if (folder / "expected.toml").exists():
            return folder / "expected.toml"
        case = folder / "case.toml"
        base = read_named_toml(case, ResultsError).get("base", "") if case.exists() else ""
        if not isinstance(base, str):
            raise ResultsError(f"{case}: found base = {base!r}, expected a text")
        if not base:
            break
        folder = folder / base
    if not first.exists():
        raise NoFiguresError(f"the case's folder '{first}' is not there; name the file of published figures (--expected)")
    raise NoFiguresError(f"no expected.toml in '{first}' nor in the case it varies; name the file (--expected)")


def read_rows(path: pathlib.Path) -> list[Row]:
    """Rows of an expected.toml. Raises ResultsError where a key or a figure is unknown, or there are none."""
    data = read_named_toml(path, ResultsError)
    require_keys({key: data[key] for key in ("region", "row") if key in data}, {"region?": "a text", "row?": "a list of tables"}, str(path), ResultsError)
    rows = []
    for number, entry in enumerate(data.get("row", [])):
        require_keys(entry, ROW_KINDS, f"{path}: row '{entry.get('item', number + 1)}'", ResultsError)
        row = Row(**{"region": data.get("region", ""), **entry})
        if row.figure not in FIGURES:
            raise ResultsError(f"{path}: row '{row.item}' asks for the figure '{row.figure}'; there are: {', '.join(FIGURES)}")
        rows.append(row)
    if not rows:
        raise ResultsError(f"{path}: found no [[row]], expected one a figure")
    return rows


class Figures:
    """What the figures are made of: capacities and hourly sums of a run, by region."""

    def __init__(self, results: Results):
        self.results = results
        self.region_of = results.table("buses").region
        self.balances = results.balances.load()
        self.renewables = sorted(results.renewable_technologies())
        self.months = pd.DatetimeIndex(self.balances.hour.values).month.to_numpy()

    def regions(self, row: Row) -> list[str]:
        return [row.region] if row.region else [str(r) for r in self.balances.region.values]

    def technologies(self) -> list[str]:
        """Of all plants of the case."""
        named = [self.results.table(name).get("technology", ()) for name in ("thermal", "renewables", "hydro", "storages") if name in self.results.tables]
        return list(dict.fromkeys(str(name) for names in named for name in names))

    def hours(self, row: Row) -> np.ndarray:
        return np.isin(self.months, row.months) if row.months else np.ones(len(self.months), bool)

    def of_table(self, table: str, row: Row) -> pd.DataFrame:
        """Rows of one of the case's tables in the row's regions; empty where the case has no such table."""
        if table not in self.results.tables:
            return pd.DataFrame()
        frame = self.results.table(table)
        return frame[frame.bus.map(self.region_of).isin(self.regions(row))]

    def capacity_mw(self, row: Row) -> dict[str, float]:
        """By technology; thermal plants net of their own use, storages by their discharge, but not stores of heat."""
        sums: dict[str, float] = {}
        heat_stores = self.results.heat_stores()
        for table, column in (("thermal", "p_max_mw"), ("renewables", "capacity_mw"), ("hydro", "p_max_mw"),
                              ("storages", "discharge_max_mw")):
            for plant in self.of_table(table, row).itertuples():
                if table == "storages" and plant.Index in heat_stores:
                    continue
                technology = getattr(plant, "technology", table)  # hydro stations have no such column
                mw = getattr(plant, column) * (plant.units if table == "thermal" else 1)
                sums[technology] = sums.get(technology, 0.0) + float(mw)
        return sums

    def most_mw_per_flow(self, stations: pd.DataFrame) -> pd.Series:
        """MW per m3/s of each station, of one with a head curve the most of it (as PT-0 counts what water gives back)."""
        own = stations.mw_per_m3_per_s.copy()
        if "head_curves" in self.results.tables:
            curves = self.results.table("head_curves")
            most = curves.groupby("station").mw_per_m3_per_s.max().reindex(own.index)
            own = most.where(most.notna(), own)
        return own

    def water_of_storage_plants_mwh(self, row: Row) -> float:
        """What reversible units of cascades made of the river's own water: their output less what of the pumped water came
        back or can."""
        stations, pumps = self.of_table("hydro", row), self.of_table("pumps", row)
        if "technology" not in stations:
            return 0.0
        hours = self.hours(row)
        mine = stations[stations.technology == "storage_plant"]
        if mine.empty:
            return 0.0
        made = float(self.results.hydro.p_mw.sel(name=list(mine.index))[:, hours].sum())
        if pumps.empty:
            return made
        back = self.most_mw_per_flow(stations).reindex(pumps.station).fillna(0.0).to_numpy()
        flow = self.results.pumps.flow_m3_per_s.sel(name=list(pumps.index))[:, hours].sum("hour").values
        return made - float(back @ flow)

    def generation_mwh(self, row: Row) -> dict[str, float]:
        """By technology, net of thermal plants' own use; of the storages only CSP, which has its heat from the sun."""
        hours = self.hours(row)
        mine = self.balances.sel(region=self.regions(row))
        sums = {str(t): float(v) for t, v in zip(mine.technology.values,
                                                 mine.generation_mw[:, :, hours].sum(("region", "hour")).values)}
        sums["hydro"] = sums.get("hydro", 0.0) + self.water_of_storage_plants_mwh(row)
        # CSP without a power block stands among the storages, and its output counts as generation.
        for name in map(str, mine.storage_technology.values):
            if name in self.renewables:
                sums[name] = sums.get(name, 0.0) + float(mine.discharge_mw.sel(storage_technology=name)[:, hours].sum())
        return sums

    def exchange_mw(self, row: Row) -> dict[str, np.ndarray]:
        """Hourly net outward flow to each neighbouring region, over branches and DC links; of these what arrives, as their loss is used
        where it is sent."""
        branches = self.results.table("branches")
        mine = self.regions(row)
        ends = pd.DataFrame({"from": branches.from_bus.map(self.region_of), "to": branches.to_bus.map(self.region_of)})
        flows: dict[str, np.ndarray] = {}

        def add(first: str, second: str, values) -> None:
            if (first in mine) != (second in mine):
                sign, other = (1, second) if first in mine else (-1, first)
                flows[other] = flows.get(other, 0) + sign * values().values[self.hours(row)]

        for name, first, second in ends.itertuples():
            add(first, second, lambda name=name: self.results.branches.flow_mw.sel(name=name))
        links = self.results.table("dc_links") if "dc_links" in self.results.groups else pd.DataFrame()
        for link in links.itertuples():
            sent = self.results.dc_links.sel(name=link.Index)
            add(self.region_of[link.from_bus], self.region_of[link.to_bus],
                lambda sent=sent, link=link: (1 - link.loss_pu) * (sent.forward_mw - sent.backward_mw))
        return flows

    def hvdc_mw(self, row: Row) -> dict[str, np.ndarray]:
        """Hourly power of each of the regions' HVDC lines at the sending end, positive outward."""
        lines = self.of_table("hvdc", row)
        return {name: self.results.hvdc.p_mw.sel(name=name).values[self.hours(row)] for name in lines.index}


def _sum(values: dict, names: list[str]) -> float:
    return sum(v for n, v in values.items() if not names or n in names)


def _share_pct(values: dict, names: list[str]) -> float:
    total = sum(values.values())
    return 100 * _sum(values, names) / total if total > 0 else math.nan


def capacity_share_pct(f: Figures, row: Row) -> float:
    """Share of the technologies in the capacity of all but those in `without`."""
    capacity = {t: mw for t, mw in f.capacity_mw(row).items() if t not in row.without}
    return _share_pct(capacity, row.technologies)


def gross_export_twh(f: Figures, row: Row) -> float:
    """HVDC out of the region, and hour by hour the net outward AC flow to each neighbour."""
    outward = [*f.hvdc_mw(row).values(), *f.exchange_mw(row).values()]
    return sum(float(np.maximum(v, 0).sum()) for v in outward) / 1e6


def gross_import_twh(f: Figures, row: Row) -> float:
    inward = [*f.hvdc_mw(row).values(), *f.exchange_mw(row).values()]
    return -sum(float(np.minimum(v, 0).sum()) for v in inward) / 1e6


def net_export_twh(f: Figures, row: Row) -> float:
    return gross_export_twh(f, row) - gross_import_twh(f, row)


def hvdc_twh(f: Figures, row: Row) -> float:
    """Net energy of the line `of`; NaN where the case has none of this name."""
    power = f.hvdc_mw(row)
    return float(power[row.of].sum()) / 1e6 if row.of in power else math.nan


def load_twh(f: Figures, row: Row) -> float:
    """Load served."""
    mine = f.balances.sel(region=f.regions(row))
    return float((mine.load_mw + mine.flexible_mw - mine.shed_mw)[:, f.hours(row)].sum()) / 1e6


def curtailment_pct(f: Figures, row: Row) -> float:
    """Share of the technologies' available output that was not taken; none named: of all in the table `renewables`."""
    mine = f.balances.sel(region=f.regions(row))
    asked = row.technologies or set(f.of_table("renewables", row).get("technology", ()))
    known = [t for t in mine.technology.values if t in asked]
    curtailed = float(mine.curtailed_mw.sel(technology=known)[:, :, f.hours(row)].sum())
    made = float(mine.generation_mw.sel(technology=known)[:, :, f.hours(row)].sum())
    return 100 * curtailed / (curtailed + made) if curtailed + made > 0 else math.nan


def _coal_gj(f: Figures, row: Row) -> tuple[float, float]:
    """Heat input of coal plants and their net output in MWh."""
    plants = f.of_table("thermal", row)
    if not len(plants):
        return 0.0, 0.0
    coal = plants.index[plants.fuel.str.startswith("coal")]
    if not len(coal):
        return 0.0, 0.0
    thermal = f.results.thermal
    return tuple(float(thermal[v].sel(name=list(coal))[:, f.hours(row)].sum()) for v in ("heat_gj", "p_mw"))


def coal_use_mtce(f: Figures, row: Row) -> float:
    """Coal burnt, without that for starts, in million tonnes of coal equivalent."""
    return _coal_gj(f, row)[0] / GJ_PER_TCE / 1e6


def coal_gce_per_kwh(f: Figures, row: Row) -> float:
    """Coal equivalent per net output."""
    heat, output = _coal_gj(f, row)
    return 1000 * heat / GJ_PER_TCE / output if output > 0 else math.nan


def all_clean_days(f: Figures, row: Row) -> float:
    """Longest run of days in whose every hour clean plants and storages give at least the load served."""
    mine = f.balances.sel(region=f.regions(row))
    known = f.results.clean_technologies()
    clean = mine.generation_mw.sel(technology=[t for t in mine.technology.values if t in known])
    clean = clean.sum(("region", "technology")) + mine.discharge_mw.sum(("region", "storage_technology")) \
        - mine.charge_mw.sum(("region", "storage_technology"))
    enough = (clean.values >= (mine.load_mw + mine.flexible_mw - mine.shed_mw).sum("region").values - 1e-3)
    best = run = 0
    for day in enough[:len(enough) // 24 * 24].reshape(-1, 24).all(axis=1):
        run = run + 1 if day else 0
        best = max(best, run)
    return float(best)


def renewable_use_pct(f: Figures, row: Row) -> float:
    """Renewables in what the region had over the span: own output, and import at the mix of the neighbour's output."""
    own = f.generation_mwh(row)
    total, renewable = sum(own.values()), _sum(own, f.renewables)
    for neighbour, flow in f.exchange_mw(row).items():
        imported = -float(np.minimum(flow, 0).sum())
        theirs = f.generation_mwh(Row("", "", 0, "", region=neighbour, months=row.months))
        total += imported
        renewable += imported * _share_pct(theirs, f.renewables) / 100
    return 100 * renewable / total if total > 0 else math.nan


# Name in expected.toml -> what computes it, whether it adds up over the hours (and needs the whole year to be compared).
FIGURES: dict[str, tuple[Callable[[Figures, Row], float], bool]] = {
    "none": (lambda f, row: math.nan, False),
    "capacity_mw": (lambda f, row: _sum(f.capacity_mw(row), row.technologies), False),
    "capacity_share_pct": (capacity_share_pct, False),
    "generation_twh": (lambda f, row: _sum(f.generation_mwh(row), row.technologies) / 1e6, True),
    "generation_mw": (lambda f, row: _sum(f.generation_mwh(row), row.technologies) / max(1, f.hours(row).sum()), True),
    "generation_share_pct": (lambda f, row: _share_pct(f.generation_mwh(row), row.technologies), True),
    "load_twh": (load_twh, True),
    "gross_export_twh": (gross_export_twh, True),
    "gross_import_twh": (gross_import_twh, True),
    "net_export_twh": (net_export_twh, True),
    "hvdc_twh": (hvdc_twh, True),
    "curtailment_pct": (curtailment_pct, True),
    "coal_use_mtce": (coal_use_mtce, True),
    "coal_gce_per_kwh": (coal_gce_per_kwh, True),
    "all_clean_days": (all_clean_days, True),
    "renewable_use_pct": (renewable_use_pct, True),
}


def require_known(path: pathlib.Path, row: Row, figures: Figures) -> None:
    """Raises ResultsError where a row names a region that the case has not, or a technology that neither the case nor any other has."""
    regions = [str(name) for name in figures.balances.region.values]
    technologies = [*COLOURS, *figures.technologies()]
    for what, name, known in [("region", row.region, regions), *(("technology", t, technologies) for t in (*row.technologies, *row.without))]:
        if name and name not in known:
            raise ResultsError(f"{path}: row '{row.item}': found the {what} '{name}', expected one of {', '.join(dict.fromkeys(known))}")


def scorecard(results: Results, expected: pathlib.Path | str | None = None) -> pd.DataFrame:
    """The published figures of a case and those of a run.

    One row each, columns item, item_zh, group, unit, expected, at_least, found, difference (found - expected), remark, source.
    `found` is NaN where the model has no such figure or the span none of the months, `difference` also where the span is not the year and the figure adds up
    over the hours; attrs["whole_year"] says which it is. Raises ResultsError where there is no expected.toml or it is faulty.
    """
    path = pathlib.Path(expected) if expected else expected_file(results)
    rows, figures = read_rows(path), Figures(results)
    for row in rows:
        require_known(path, row, figures)
    whole = results.header["span_hours"] == HOURS_OF_YEAR
    lines = []
    for row in rows:
        compute, adds_up = FIGURES[row.figure]
        found = compute(figures, row) if figures.hours(row).any() else math.nan
        difference = found - row.expected if whole or not adds_up else math.nan
        lines.append({"item": row.item, "item_zh": row.item_zh, "group": row.group, "region": row.region, "unit": row.unit,
                      "expected": row.expected, "at_least": row.at_least, "found": found, "difference": difference,
                      "remark": row.remark, "source": row.source, "quality": row.quality})
    frame = pd.DataFrame(lines)
    frame.attrs["whole_year"] = whole
    return frame


def number(value: float) -> str:
    """Short: four figures at least, no more than two decimals."""
    if math.isnan(value):
        return "-"
    decimals = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    text = f"{value:z.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def cells(frame: pd.DataFrame) -> list[list[str]]:
    """Item, published figure, the model's, difference, relative difference, remark; as texts."""
    lines = []
    for row in frame.itertuples():
        relative = "-"
        if not math.isnan(row.difference) and row.expected and row.unit != "%":
            relative = f"{command.signed(100 * row.difference / row.expected, 1)} %"
        difference = number(row.difference)
        remark = row.remark if not math.isnan(row.found) else "; ".join(w for w in ("the model has no figure", row.remark) if w)
        lines.append([f"{row.item}, {row.unit}", ("> " if row.at_least else "") + number(row.expected), number(row.found),
                      f"+{difference}" if row.difference > 0 and difference != "0" else difference, relative, remark])
    return lines


HEAD = ["item", "published", "model", "difference", "relative", "remark"]


def markdown(frame: pd.DataFrame) -> str:
    lines = []
    for group, part in frame.groupby("group", sort=False):
        lines += ["", f"| {group}: " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
        lines += ["| " + " | ".join(row) + " |" for row in cells(part)]
    return "\n".join(lines[1:]) + "\n"


def text(frame: pd.DataFrame) -> str:
    lines = []
    for group, part in frame.groupby("group", sort=False):
        table = [HEAD, *cells(part)]
        widths = [max(len(row[c]) for row in table) for c in range(len(HEAD))]
        lines += ["", group] + ["  ".join([row[0].ljust(widths[0]), *(row[c].rjust(widths[c]) for c in range(1, 5)), row[5]]).rstrip()
                                for row in table]
    return "\n".join(lines[1:]) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m longyang.scorecard", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file of a run")
    parser.add_argument("--expected", help="expected.toml, where it is not in the case's folder")
    parser.add_argument("--markdown", action="store_true", help="tables for a page")
    options = parser.parse_args(arguments)
    try:
        with open_schedule(options.results) as results, told(results):
            frame = scorecard(results, options.expected)
            h = results.header
    except (OSError, ResultsError) as error:
        print(f"longyang.scorecard: {command.words_of(error)}", file=sys.stderr)
        return 7
    print(markdown(frame) if options.markdown else
          f"{h['case_name']}, {h['span_hours']} hours from {h['span_start']}, {h['status']}\n\n{text(frame)}", end="")
    if not frame.attrs["whole_year"]:
        print("\nThe span is not the whole year: what adds up over the hours is not compared.")
    return 0


if __name__ == "__main__":
    command.run(main)
