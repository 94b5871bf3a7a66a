"""Every resource, load, rule and market of the action plan: where it is written and tested, and what it does in a run.

    python -m longyang.resources OUT.h5 [--market FILE] -o docs/user/resources.md

The list of items is kept by hand in docs/user/resources.toml; rows, capacities and figures come from the results file. Without --market
cases of the northwest are settled by its rules of 2030, any other case by energy, reserve and carbon alone, as `python -m longyang.settlement` does.
"""

from __future__ import annotations

import argparse
import fnmatch
import pathlib
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

from . import command
from .results import Results, ResultsError, open_schedule, told
from .settlement import PARTS, MarketError, Settlement
from .whole_file import whole_file
from .written import read_named_toml, read_toml, require_keys

ROOT = pathlib.Path(__file__).resolve().parents[3]  # of the repository, which the list is of
LIST = "docs/user/resources.toml"
MARKET = "cases/northwest/market_2030.toml"
MARKET_OF = "northwest-"  # cases whose names begin so, unless another is given
RULES = {"certificates": "certificates", "contracts": "contracts", "tariff": "tariffs", "capacity": "capacity"}  # of a market, by column of the settlement
HM3_PER_M3_PER_S_H = 0.0036
#: Keys of an item of the list.
ITEM = {"name": "a text", "file?": "a text", "tags?": "a list of texts", "tests?": "a list of texts", "rows?": "a list of tables", "figures?": "a list of texts",
        "without?": "a text", "missing?": "a text", "note?": "a text"}
# Tables of plants: the dataset of their power, and the columns of one row's capacity.
POWER = {"thermal": ("p_mw", ["units", "p_max_mw"]), "renewables": ("p_mw", ["capacity_mw"]), "hydro": ("p_mw", ["p_max_mw"]),
         "hvdc": ("p_mw", ["p_max_mw"]), "storages": ("discharge_mw", ["discharge_max_mw"]), "flexible_loads": ("p_mw", [])}


def read_items(path: pathlib.Path) -> list[dict]:
    """Groups of items as the list has them. Raises ResultsError where a key is missing, unknown or of another kind, or a figure unknown."""
    data = read_named_toml(path, ResultsError)
    require_keys(data, {"group": "a list of tables"}, str(path), ResultsError)
    groups = data["group"]
    for number, group in enumerate(groups, start=1):
        require_keys(group, {"title": "a text", "item": "a list of tables"}, f"{path}: group {number}", ResultsError)
        for item in group["item"]:
            where = f"{path}: item '{item.get('name', '')}'"
            require_keys(item, ITEM, where, ResultsError)
            for rows in item.get("rows", []):
                if not isinstance(rows.get("table"), str):
                    raise ResultsError(f"{where}: rows: found no table, expected a text")
            for figure in item.get("figures", []):
                if (figure.split() or [""])[0] not in FIGURES:
                    raise ResultsError(f"{where}: found the figure '{figure}', expected one of {', '.join(FIGURES)}")
    return groups


class Run:
    """A run, and what figures are made of."""

    def __init__(self, results: Results, market: dict | None = None):
        self.results = results
        self.market = market
        self.region_of = results.table("buses").region
        self._settlement: Settlement | None = None
        self._tables: dict[str, pd.DataFrame] = {}

    def table(self, name: str) -> pd.DataFrame:
        """A table of the case, read once."""
        if name not in self._tables:
            self._tables[name] = self.results.table(name)
        return self._tables[name]

    def select(self, rows: dict) -> pd.DataFrame:
        """Rows of one of the case's tables: `region`, and columns with a pattern ('?*': not empty; '>0'). Heat stores are left out."""
        table = rows["table"]
        if table not in self.results.tables:
            return pd.DataFrame()
        frame = self.table(table)
        for column, pattern in rows.items():
            if column == "region" and "bus" in frame:
                frame = frame[frame.bus.map(self.region_of) == pattern]
            elif column == "name":
                frame = frame[[fnmatch.fnmatchcase(str(name), pattern) for name in frame.index]]
            elif pattern == ">0":
                frame = frame[frame[column] > 0]
            elif column != "table":
                frame = frame[[fnmatch.fnmatchcase(str(cell), pattern) for cell in frame[column]]]
        if table == "storages" and "power_blocks" in self.results.tables:
            frame = frame[~frame.index.isin(self.table("power_blocks").store)]
        return frame

    def series(self, table: str, names, variable: str) -> np.ndarray:
        """Values of some rows by the hour."""
        return np.nan_to_num(self.results[table][variable].sel(name=list(names)).values)

    def worth_cny(self, plants: pd.DataFrame, power_mw: np.ndarray) -> float:
        """What power is worth at the prices of its buses."""
        prices = self.results.buses.price_cny_per_mwh.to_pandas()
        return float((power_mw * prices.reindex(plants.bus).to_numpy()).sum())

    @property
    def settlement(self) -> Settlement:
        if self._settlement is None:
            self._settlement = Settlement(self.results, self.market)
        return self._settlement


def capacity_mw(table: str, frame: pd.DataFrame) -> float:
    """0 where the table's rows have none."""
    columns = POWER[table][1] if table in POWER else []
    return float(frame[columns].prod(axis=1).sum()) if columns and len(frame) else 0.0


def where(run: Run, item: dict) -> str:
    """Tables, rows and capacity of an item in the case."""
    words = []
    for rows in item.get("rows", []):
        frame = run.select(rows)
        if frame.empty:
            continue
        mw = capacity_mw(rows["table"], frame)
        words.append(f"{rows['table']}: {_count(frame)}" + (f", {mw:,.0f} MW" if mw else ""))
    return "; ".join(words) or ("no row" if item.get("rows") else "")


def _count(frame: pd.DataFrame) -> str:
    return f"{len(frame)} row{'s' if len(frame) > 1 else ''}"


def _million(cny: float) -> str:
    return f"{cny / 1e6:z,.1f} million CNY"


def _gwh(gwh: float) -> str:
    return f"{gwh:,.0f}" if gwh >= 100 else f"{gwh:z,.1f}"


def _plants(run: Run, table: str, frame: pd.DataFrame) -> str:
    """Energy, hours at full power and what the energy is worth."""
    power = run.series(table, frame.index, POWER[table][0])
    gwh = power.sum() / 1e3
    words = f"{_gwh(gwh)} GWh"
    mw = capacity_mw(table, frame)
    if mw:
        words += f", {gwh * 1e3 / mw:z,.0f} h"
    if table == "storages":
        charge = run.series(table, frame.index, "charge_mw")
        words += f" given, {_gwh(charge.sum() / 1e3)} GWh taken"
        power = power - charge
    if table == "renewables":
        available = run.series(table, frame.index, "available_mw").sum()
        words += f", {100 * (1 - power.sum() / available):z.2f} % curtailed" if available else ""
    if table == "hvdc":
        delivered = run.series(table, frame.index, "delivered_mw").sum(axis=1)
        return f"{_carried(power, mw)}, worth {_million(float(delivered @ frame.export_value_cny_per_mwh))} at the other ends"
    return words + f", worth {_million(run.worth_cny(frame, power))} at their buses"


def _carried(power: np.ndarray, mw: float) -> str:
    """What HVDC lines send, and take in where they do; hours count both."""
    sent, taken = power.clip(min=0).sum() / 1e3, -power.clip(max=0).sum() / 1e3
    words = f"{_gwh(sent)} GWh sent" + (f", {_gwh(taken)} GWh taken in" if taken > 0 else "")
    return words + (f", {(sent + taken) * 1e3 / mw:z,.0f} h" if mw else "")


def saved_by_choice_cny(run: Run, frame: pd.DataFrame) -> float:
    """By how much flexible loads pay less at the prices of their buses than for the same energy spread evenly over the span."""
    net = run.series("flexible_loads", frame.index, "p_mw")
    flat = np.repeat(net.mean(axis=1, keepdims=True), net.shape[1], axis=1)
    return run.worth_cny(frame, flat) - run.worth_cny(frame, net)


def _flexible(run: Run, frame: pd.DataFrame) -> str:
    """What loads that choose their hours draw, give and do without, and what the choice saves them."""
    draw, give, unserved = (run.series("flexible_loads", frame.index, f"{what}_mw").sum() / 1e3 for what in ("draw", "give", "unserved"))
    less = saved_by_choice_cny(run, frame)
    words = [f"{_gwh(amount)} GWh {what}" for amount, what in ((draw, "drawn"), (give, "given"), (unserved, "not served")) if amount >= 0.05]
    return f"{', '.join(words) or 'not used'}; costs {_million(less)} less at its buses than the same energy spread evenly"


def power(run: Run, item: dict) -> str:
    """Energy of all rows that are plants, lines or loads."""
    words = []
    for rows in item.get("rows", []):
        table = rows["table"]
        frame = run.select(rows)
        if table in POWER and not frame.empty:
            words.append(_flexible(run, frame) if table == "flexible_loads" else _plants(run, table, frame))
    return "; ".join(words)


def levels(run: Run, item: dict) -> str:
    names = run.select(item["rows"][0]).index
    storage = run.results.reservoirs.storage_hm3
    return "; ".join(f"{name} between {float(storage.sel(name=name).min()):,.0f} and {float(storage.sel(name=name).max()):,.0f} hm3" for name in names)


def releases(run: Run, item: dict) -> str:
    short = run.results.reservoirs.release_short_m3_per_s
    return (f"{float(short.sum()) * HM3_PER_M3_PER_S_H:,.3f} hm3 missing to the least releases in {int((short > 1e-6).any('name').sum())} h, "
            f"{_cost(run, 'release shortfall')}")


def _cost(run: Run, part: str) -> str:
    c = run.results.certificate
    parts = dict(zip(c.part.values.astype(str), c.cost_part_cny.values))
    return _million(parts.get(part, 0.0))


def travel(run: Run, item: dict) -> str:
    frame = run.select(item["rows"][0])
    return f"{int(frame.travel_h.min())} to {int(frame.travel_h.max())} h each" if len(frame) else ""


def limits(run: Run, _item: dict) -> str:
    """Branch and section limits with a price, by how many hours and what they cost."""
    frame = run.results.limits.to_dataframe()
    dear = frame[frame.kind.astype(str).isin(["branch", "section"]) & (frame.price_cny_per_mwh.abs() > 1e-6)]
    cost = float((dear.price_cny_per_mwh * dear.limit_mw).abs().sum())
    return f"of the whole network {dear.item.nunique()} branches and sections have a price in {len(dear):,} hours together; rent {_million(cost)}"


def starts(run: Run, item: dict) -> str:
    names = run.select(item["rows"][0]).index
    return f"{run.series('thermal', names, 'starts').sum():,.0f} starts, all thermal starts {_cost(run, 'thermal starts')}"


def deep_load(run: Run, _item: dict) -> str:
    deep = run.results.thermal.deep_reduction_mw
    return f"{float(deep.sum()) / 1e3:,.0f} GWh below the ordinary minimum, at most {float(deep.sum('name').max()):,.0f} MW at once"


def capture(run: Run, _item: dict) -> str:
    if "captured_t" not in run.results.thermal:  # written before there was capture
        return ""
    captured = run.results.thermal.captured_t
    return f"{float(captured.sum()) / 1e3:,.1f} kt captured in {int((captured.sum('name') > 1e-6).sum()):,} h"


def heat_supply(run: Run, _item: dict) -> str:
    heat = run.results.thermal.heat_supply_mw
    return f"{float(heat.sum()) / 1e3:,.0f} GWh of heat, units held on in {int((heat.sum('name') > 0).sum()):,} h"


def backup(run: Run, item: dict) -> str:
    plants = run.select(item["rows"][0])
    return f"{run.series('thermal', plants.plant, 'p_mw').sum() / 1e3:,.0f} GWh" if len(plants) else ""


def contracts(run: Run, item: dict) -> str:
    """Energy of the contracts of the item's kind, what of it is missing, and what that costs."""
    kinds = {rows.get("kind", "*") for rows in item["rows"] if rows["table"] == "contracts"}
    case = run.table("contracts")
    entries = run.results.contracts.to_dataframe()
    of = case.reindex(entries.contract.astype(str))
    mine = np.array([any(fnmatch.fnmatchcase(str(kind), k) for k in kinds) for kind in of.kind])
    short = entries.short_mwh[mine]
    cost = float((short.to_numpy() * of.shortfall_cny_per_mwh[mine].to_numpy()).sum())
    return f"contracts: {entries.energy_mwh[mine].sum() / 1e3:,.0f} GWh, {short.sum() / 1e3:z,.1f} GWh missing, {_million(cost)}"


def targets(run: Run, item: dict) -> str:
    names = set(run.select(item["rows"][0]).index)
    entries = run.results.targets.to_dataframe()
    mine = entries[entries.target.astype(str).isin(names)]
    return (f"{mine.owed_mwh.sum() / 1e3:,.0f} GWh owed, {mine.bought_mwh.sum() / 1e3:,.0f} bought, {mine.short_mwh.sum() / 1e3:,.0f} missing; "
            f"price of a certificate {mine.certificate_cny_per_mwh.max():,.1f} CNY/MWh") if len(mine) else ""


def connections(run: Run, _item: dict) -> str:
    """Hours in which a connection's limit has a price, and what waits behind it."""
    if "connections" not in run.results.groups:
        return ""
    d = run.results.connections
    if not len(d["name"]):
        return ""
    price = np.nan_to_num(d.price_cny_per_mwh.values)
    return (f"{float(d.p_mw.clip(min=0).sum()) / 1e3:,.0f} GWh through {len(d['name'])} connections; their limits have a price in "
            f"{int((np.abs(price) > 1.0).sum()):,} hours together, at most {np.abs(price).max():,.0f} CNY/MWh")


def emission_caps(run: Run, _item: dict) -> str:
    if "emission_caps" not in run.results.groups or not run.results.emission_caps.sizes.get("period"):
        return ""
    caps = run.results.emission_caps.to_dataframe()
    return (f"{caps.counted_t.sum() / 1e6:,.3f} of {caps.cap_t.sum() / 1e6:,.3f} Mt, {caps.excess_t.sum() / 1e3:,.1f} kt beyond; "
            f"price at most {caps.price_cny_per_t.max():,.1f} CNY/t")


def demand(run: Run, _item: dict) -> str:
    """What receiving ends of HVDC lines miss of their demanded curves."""
    if "missing_mw" not in run.results.hvdc:
        return ""
    missing = run.results.hvdc.missing_mw
    table = run.table("hvdc")
    asked = table.index[table.demand_profile != ""] if "demand_profile" in table else []
    return f"{len(asked)} lines have a demanded curve, of which {float(missing.sum()) / 1e3:,.1f} GWh are missing" if len(asked) else ""


def carbon(run: Run, _item: dict) -> str:
    t = float(run.results.balances.co2_t.sum())
    price = float(run.results.header["case_carbon_price_cny_per_t"])
    return f"{t / 1e6:,.1f} Mt at {price:g} CNY/t: {_million(t * price)}"


def prices(run: Run, _item: dict) -> str:
    b = run.results.balances
    load = b.load_mw + b.flexible_mw
    mean = ((b.price_cny_per_mwh * load).sum("hour") / load.sum("hour").where(load.sum("hour") > 0)).fillna(b.price_cny_per_mwh.mean("hour")).to_pandas()
    return "mean by load " + ", ".join(f"{region} {price:z,.0f}" for region, price in mean.items()) + " CNY/MWh"


def reserves(run: Run, _item: dict) -> str:
    d = run.results.reserves
    cost = float((d.price_cny_per_mw * d.requirement_mw).sum())
    shared = float(run.results.reserve_sharing.shared_mw.sum()) / 1e3 if "reserve_sharing" in run.results.groups else 0.0
    return (f"{float(d.requirement_mw.sum()) / 1e3:,.0f} GW h required, {float(d.short_mw.sum()) / 1e3:z,.2f} missing, {shared:,.0f} shared; "
            f"{_million(cost)} at their prices")


def settlement(run: Run, _item: dict) -> str:
    """What each column of the settlement moves, and how far from zero it adds up."""
    table = run.settlement.table
    worst = max(abs(table[part].sum()) / max(1.0, table[part].abs().sum()) for part in PARTS)
    return f"{_million(table.total.clip(lower=0).sum())} net to those who are paid; columns add up to zero within {max(worst, 1e-16):.0e} of their amounts"


def paid(run: Run, _item: dict, part: str) -> str:
    amount = run.settlement.table[part].clip(lower=0).sum()
    if not amount and part in RULES and not (run.market or {}).get(RULES[part]):
        return f"no rules of {RULES[part]} given (--market)"
    return f"{_million(amount)} change hands"


def clean_hours(run: Run, _item: dict, region: str = "qinghai") -> str:
    """Hours in which no plant whose fuel emits CO2 runs in the region; none where the case has no such region."""
    d = run.results.balances
    if region not in d.region.values.astype(str):
        return ""
    return f"{region} emits nothing in {int((d.co2_t.sel(region=region) < 1e-6).sum()):,} of {d.sizes['hour']:,} h"


FIGURES: dict[str, Callable[..., str]] = {
    f.__name__: f for f in (power, levels, releases, travel, limits, starts, deep_load, capture, heat_supply, backup, contracts, targets, connections, emission_caps, demand, carbon, prices,
                            reserves, settlement, paid, clean_hours)}


def what_it_does(run: Run, item: dict) -> str:
    """The item's figures in the run; of its plants where none are named."""
    words = []
    for figure in item.get("figures", ["power"]):
        name, *arguments = figure.split()
        words.append(FIGURES[name](run, item, *arguments))
    return "; ".join(word for word in words if word)


def markdown(run: Run, groups: list[dict]) -> str:
    """The page."""
    header = run.results.header
    c = run.results.certificate
    lines = ["# Every resource, load, rule and market", "",
             "Written by `python -m longyang.resources OUT.h5`: the list is kept in [resources.toml](resources.toml), figures are those of the run. What is missing or partial is said in italics.",
             "Worth is energy times the price of its bus in each hour, what the market would pay for it, not what the system would cost more without it: at least how much that is stands in [worth.md](worth.md); for more, run with the option of the last column and `longyang compare` ([changes.md](changes.md)).", "",
             f"The run: `{header['case_name']}`, {header['span_hours']} hours from {header['span_start'][:10]}, {header['status']}, engine {header['options'].get('engine', '')}; cost {float(c.cost_cny) / 1e9:.2f} billion CNY, "
             f"gap {100 * float(c.gap):z.2f} %, {int(c.breaches)} breaches, {float(run.results.stages.seconds.sum()) / 60:.1f} minutes on {header['ranks']} rank(s), program of {str(header['git_hash'])[:7]}.", ""]
    for group in groups:
        lines += [f"## {group['title']}", "", "| item | equation, file | tests | in the case | in the run | left out by |", "|---|---|---|---|---|---|"]
        lines += [_line(run, item) for item in group["item"]]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _line(run: Run, item: dict) -> str:
    file = f"[{pathlib.Path(item['file']).name}](../../{item['file']})" if item.get("file") else ""
    tests = "<br>".join(f"[{name}](../../{path})" for path, name in (test.split() for test in item.get("tests", [])))
    does = what_it_does(run, item) if item.get("file") else ""
    words = [does, item.get("note", ""), f"*{item['missing']}*" if "missing" in item else ""]
    found = where(run, item)
    without = f"`{item['without']}`" if item.get("without", "").startswith("--") and found != "no row" else item.get("without", "")
    cells = [item["name"], " ".join(filter(None, [", ".join(item.get("tags", [])), file])), tests, found, "; ".join(filter(None, words)),
             "" if found == "no row" else without]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m longyang.resources", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file")
    parser.add_argument("--list", default=ROOT / LIST, help=f"list of items, default the repository's {LIST}")
    parser.add_argument("--market", help=f"rules of the market (docs/user/settlement.md), default for cases {MARKET_OF}* the repository's {MARKET}, for others none")
    parser.add_argument("-o", "--output", help="file to write; default: the terminal")
    given = parser.parse_args(arguments)
    try:
        groups = read_items(pathlib.Path(given.list))
        with open_schedule(given.results) as results, told(results):
            if given.market is None and str(results.header["case_name"]).startswith(MARKET_OF):
                given.market = ROOT / MARKET
            market = None if given.market is None else read_toml(pathlib.Path(given.market), MarketError)
            page = markdown(Run(results, market), groups)
        if given.output:
            with whole_file(given.output) as part:
                part.write_text(page, encoding="utf-8")
        else:
            print(page, end="")
        if market is None:
            print(f"longyang.resources: '{results.header['case_name']}' is settled without rules of certificates, contracts, tariffs and capacity; to give some: "
                  "--market FILE, as docs/user/settlement.md describes it", file=sys.stderr)
    except MarketError as error:
        print(f"longyang.resources: {given.market}: {error} (another market's rules: --market FILE)", file=sys.stderr)
        return 3
    except (OSError, ResultsError) as error:
        print(f"longyang.resources: {command.words_of(error)}", file=sys.stderr)
        return 7
    return 0


if __name__ == "__main__":
    command.run(main)
