"""Who pays whom: a settlement of every participant from a results file, which adds up to zero over the market.

    python -m longyang.settlement out.h5 [--market market.toml] [--tables FOLDER]

Rules and equations (MK-1 to MK-9) stand in docs/theory/settlement.md, the market file in docs/user/settlement.md.
Amounts are CNY over the span of the file, positive where the participant is paid.
"""

from __future__ import annotations

import argparse
import fnmatch
import functools
import os
import pathlib
import sys

import numpy as np
import pandas as pd

from . import command
from .results import HOURS_OF_YEAR, InWords, Results, ResultsError, open_schedule, told
from .whole_file import whole_file
from .written import read_toml, require_keys

PARTS = ["energy", "reserve", "carbon", "certificates", "contracts", "tariff", "capacity"]
#: Sum of a column over all participants by the sum of its amounts' sizes: above this the settlement has not closed.
TOLERANCE = 1e-6
#: What the status of a run that is not complete says of its amounts, and what to do.
STOPPED = "what is paid is for the schedule that the run had when it ended ({ended_early})"
FRACTIONAL = "numbers of units may be fractions, so that no plant can run this schedule and be paid so; run the case without --relax"
FAULTY = "the schedule did not pass the independent check, so that no amount is to be relied on; `longyang report` tells the breaches"


class MarketError(InWords):
    """A market file does not fit: says where and what."""


PLANTS = ("thermal", "renewables", "hydro", "storages")
PARTICIPANTS = (*PLANTS, "loads", "flexible_loads", "hvdc", "pumps")
#: Keys of the market file's parts.
CERTIFICATES = {"technologies": "a list of texts", "quotas": "a table of numbers", "lines?": "a table of numbers", "penalty_cny_per_mwh": "a number",
                "floor_cny_per_mwh?": "a number"}
CONTRACT = {"sellers": "a table", "buyers": "a table", "share": "a number", "price_cny_per_mwh": "a number", "curve?": "a list of numbers"}
TARIFF = {"region": "a text", "price_cny_per_mwh": "a number", "periods?": "a list of tables"}
CAPACITY = {"plants": "a table", "cny_per_kw_year": "a number"}


def require_rules(market: dict) -> None:
    """Raises MarketError where rules of a market lack a key, or have one that is unknown or of another kind."""
    require_keys(market, {"certificates?": "a table", "contracts?": "a list of tables", "tariffs?": "a list of tables", "capacity?": "a list of tables",
                          "about?": "a text"}, "market", MarketError)
    if "certificates" in market:
        require_keys(market["certificates"], CERTIFICATES, "certificates", MarketError)
    for part, kinds in (("contracts", CONTRACT), ("tariffs", TARIFF), ("capacity", CAPACITY)):
        for number, rule in enumerate(market.get(part, [])):
            where = f"{part} {number + 1}"
            require_keys(rule, kinds, where, MarketError)
            for key in {"sellers", "buyers", "plants"} & set(rule):
                _require_participants(rule[key], PLANTS if key == "plants" else PARTICIPANTS, f"{where}: {key}")
            for period in rule.get("periods", []):
                require_keys(period, {"hours": "a list of hours, 0 to 23", "factor": "a number"}, f"{where}: periods", MarketError)


def _require_participants(rule: dict, tables: tuple[str, ...], where: str) -> None:
    require_keys(rule, {"table": "a text", "name?": "a text", "technology?": "a text", "region?": "a text"}, where, MarketError)
    if rule["table"] not in tables:
        raise MarketError(f"{where}: found table = '{rule['table']}', expected one of {', '.join(tables)}")


class Settlement:
    """Amounts by participant: `table` with the columns PARTS and `total`; `notes` with figures by the way."""

    def __init__(self, results: Results, market: dict | None = None):
        self.results = results
        self.market = market or {}
        require_rules(self.market)
        self._cases: dict[str, pd.DataFrame] = {}
        self.notes: dict[str, float] = {}
        with told(results):
            self.hours = int(results.header["span_hours"])
            self._read()
            self._energy()
            self._reserve()
            self._carbon()
            self._answered_tariffs()
        self._certificates()
        self._contracts()
        self._tariffs()
        self._capacity()
        for part, amounts in self._paid.items():
            self.table[part] = pd.Series(amounts).reindex(self.table.index, fill_value=0.0)
        self.table["total"] = self.table[PARTS].sum(axis=1)

    # What takes part: plants, lines and loads by name, then accounts of the market.

    def _read(self) -> None:
        d = self.results
        buses = self._case("buses")
        self.price = pd.DataFrame(_values(d.buses.price_cny_per_mwh), index=d.buses["name"].values)
        if self.price.isna().any(axis=None):
            raise ResultsError(f"'{d.path}' has no prices of buses for all its hours")
        rows, self.power = [], {}
        self.given: list[tuple[tuple[str, str], str, np.ndarray]] = []  # participant, bus, MW given to it by the hour
        for table, power in self._powers().items():
            case = self._case(table)
            technology = next((case[column] for column in ("technology", "kind") if column in case),
                              pd.Series(table, index=case.index))
            for k, name in enumerate(d[table]["name"].values):
                if table == "storages" and name in d.heat_stores():
                    continue  # its power block is the participant
                bus = case["bus"].iloc[k]
                word = {"loads": "load", "hvdc": "hvdc"}.get(table, technology.iloc[k])
                rows.append((table, name, buses["region"][bus], word, bus))
                self.power[table, name] = power[k]
                self.given.append(((table, name), bus, power[k]))
        rows += self._dc_links(buses["region"])
        for account in ["network", "security", "section contracts", "receiving ends", "reserve sharing", "carbon fund",
                        "certificate fund"]:
            rows.append(("market", account, "", "account", ""))
        for region in self._case("regions").index:
            rows.append(("retail", region, region, "account", ""))
        index = pd.MultiIndex.from_tuples([row[:2] for row in rows], names=["kind", "name"])
        self.table = pd.DataFrame({"region": [r[2] for r in rows], "technology": [r[3] for r in rows],
                                   "bus": [r[4] for r in rows], "energy_mwh": 0.0}, index=index)
        self.table["energy_mwh"] = pd.Series({key: power.sum() for key, power in self.power.items()}).reindex(
            self.table.index, fill_value=0.0)
        self._paid = {part: dict.fromkeys(self.table.index, 0.0) for part in PARTS}
        columns = self.table[["region", "technology", "bus", "energy_mwh"]].to_dict("index")
        self._who: dict[tuple[str, str], dict] = columns  # the same by participant, for quick look-ups

    def _dc_links(self, region: pd.Series) -> list[tuple]:
        """Rows of DC links, each of which gives to two buses what together is less than 0 by its loss; theirs is the region of from_bus."""
        d, rows = self.results, []
        if "dc_links" not in d.groups:
            return rows
        case, ends = self._case("dc_links"), [_values(d.dc_links[end]) for end in ("from_mw", "to_mw")]
        for k, name in enumerate(d.dc_links["name"].values):
            key = ("dc_links", name)
            rows.append((*key, region[case["from_bus"].iloc[k]], "dc_link", case["from_bus"].iloc[k]))
            self.power[key] = ends[0][k] + ends[1][k]
            self.given += [(key, case[column].iloc[k], end[k]) for column, end in zip(("from_bus", "to_bus"), ends, strict=True)]
        return rows

    def _case(self, table: str) -> pd.DataFrame:
        """A table of the case, read once."""
        if table not in self._cases:
            self._cases[table] = self.results.table(table)
        return self._cases[table]

    def _powers(self) -> dict[str, np.ndarray]:
        """Power given to the bus by (name, hour), MW; negative where it is drawn."""
        d = self.results
        powers = {"thermal": _values(d.thermal.p_mw), "renewables": _values(d.renewables.p_mw),
                  "hydro": _values(d.hydro.p_mw),
                  "storages": _values(d.storages.discharge_mw) - _values(d.storages.charge_mw),
                  "hvdc": -_values(d.hvdc.p_mw), "loads": _values(d.loads.shed_mw) - _values(d.loads.load_mw),
                  "flexible_loads": -_values(d.flexible_loads.p_mw)}
        if "pumps" in d.groups:
            powers["pumps"] = -_values(d.pumps.p_mw)
        return {table: power for table, power in powers.items() if len(power)}

    def _pay(self, part: str, key: tuple[str, str], amount: float) -> None:
        self._paid[part][key] += amount

    def _spot(self, key: tuple[str, str]) -> np.ndarray:
        return self.price.loc[self._who[key]["bus"]].to_numpy()

    # MK-1, MK-2, MK-3  energy at the price of its bus; the network's rent is that of its limits, worked out from the
    #                   prices and flows of the limits and not from what buses pay: that the sum is zero is a check.
    def _energy(self) -> None:
        d = self.results
        for key, bus, power in self.given:
            self._pay("energy", key, float(self.price.loc[bus].to_numpy() @ power))
        if "dc_links" in d.groups and len(d.dc_links["name"]):
            self.notes["DC link losses, MWh"] = -float(_values(d.dc_links.from_mw).sum() + _values(d.dc_links.to_mw).sum())
        self._pay("energy", ("market", "network"), self._rent())
        self._pay("energy", ("market", "security"), self._security_rent())
        self._pay("energy", ("market", "section contracts"), self._section_contracts())
        if not len(d.hvdc["name"]):
            return
        value = d.table("hvdc")["export_value_cny_per_mwh"].to_numpy()
        delivered = _values(d.hvdc.delivered_mw)
        for k, name in enumerate(d.hvdc["name"].values):
            sold = float(value[k] * delivered[k].sum())
            self._pay("energy", ("hvdc", name), sold)
            self._pay("energy", ("market", "receiving ends"), -sold)
        lost = _values(d.hvdc.p_mw) - delivered
        at_bus = self.price.loc[d.table("hvdc")["bus"]].to_numpy()
        self.notes["HVDC losses, MWh"] = float(lost.sum())
        self.notes["HVDC losses at the sending buses' prices, CNY"] = float((lost * at_bus).sum())

    @functools.cached_property
    def _still_mw(self) -> pd.DataFrame:
        """Flows that phase shifters make by themselves, branches x hours."""
        return pd.DataFrame(_flows_without_injections(self.results, self.hours), index=self.results.branches["name"].values)

    def _still_of_sections_mw(self) -> pd.DataFrame:
        members = self._case("section_branches")
        still = self._still_mw.loc[members["branch"]].mul(members["sign"].to_numpy(), axis=0)
        return still.groupby(members["section"].to_numpy()).sum().reindex(self.results.sections["name"].values, fill_value=0.0)

    def _rent(self) -> float:
        """Price times flow over the limits in force; flows as injections alone make them."""
        d, limits = self.results, self.results.limits
        if not limits.sizes.get("limit"):
            return 0.0
        flow = {"branch": _values(d.branches.flow_mw) - self._still_mw.to_numpy()}
        if len(d.sections["name"]):
            flow["section"] = _values(d.sections.flow_mw) - self._still_of_sections_mw().to_numpy()
        rent = 0.0
        for kind, row, at, side, price in zip(limits.kind.values, limits.row.values, limits["at"].values,
                                              limits.side.values, _values(limits.price_cny_per_mwh), strict=True):
            rent += price * side * flow[str(kind)][row, at]
        return float(rent)

    def _security_rent(self) -> float:
        """Price times sum over injections of the rows of security, whose prices are part of the buses' prices."""
        rows = self.results.row_prices if "row_prices" in self.results.groups else None
        if rows is None or not rows.sizes.get("term"):
            return 0.0
        injection = pd.DataFrame(0.0, index=self.price.index, columns=range(self.hours))
        for _, bus, power in self.given:
            injection.loc[bus] += power
        terms = pd.DataFrame({"pattern": rows.term_pattern.values, "channel": rows.term_channel.values.astype(str),
                              "weight": rows.term_weight.values})
        terms = terms[terms["channel"].str.startswith("injection:")]
        priced = pd.DataFrame({"pattern": rows.of_pattern.values, "hour": rows.begin.values, "price": rows.price.values})
        both = priced[priced["price"] != 0.0].merge(terms, on="pattern")
        bus = injection.index.get_indexer(both["channel"].str.removeprefix("injection:"))
        given = injection.to_numpy()[bus, both["hour"].to_numpy(dtype=int)]
        return -float((both["price"] * both["weight"] * given).sum())

    def _section_contracts(self) -> float:
        """Contracts of sections whose price is part of the buses' prices (CT-2), by the energy that injections make."""
        d = self.results
        periods = d.contracts
        if not periods.sizes.get("period"):
            return 0.0
        contracts = self._case("contracts")
        still = self._still_of_sections_mw() if (contracts["kind"] == "section").any() else None
        energy = {}
        for name, begin, end, mwh in zip(periods.contract.values, periods.begin.values, periods.end.values,
                                         periods.energy_mwh.values, strict=True):
            contract = contracts.loc[str(name)]
            by_itself = still.loc[contract["of"]].to_numpy()[int(begin):int(end)].sum() if contract["kind"] == "section" else 0.0
            energy[str(name), int(begin)] = float(mwh - by_itself)
        price = {}
        if "row_prices" in d.groups and d.row_prices.sizes.get("row"):
            rows = d.row_prices
            tags, what = rows.tag.values, rows.what.values
            for pattern, begin, cny in zip(rows.of_pattern.values, rows.begin.values, rows.price.values, strict=True):
                if tags[pattern] == "CT-2":
                    price[str(what[pattern]).removeprefix("contract "), int(begin)] = float(cny)
        else:
            kind = contracts["kind"]
            for name, begin, cny in zip(periods.contract.values, periods.begin.values,
                                        periods.price_cny_per_mwh.values, strict=True):
                if kind[str(name)] == "section":
                    price[str(name), int(begin)] = float(cny)
        return -sum(cny * energy[key] for key, cny in price.items())

    # MK-4  reserve at the price of each requirement that it counts for; those who cause the requirement pay
    def _reserve(self) -> None:
        d = self.results
        if "reserves" not in d.tables or not len(d.reserves["name"]):
            return
        rows = d.table("reserves")
        price = pd.DataFrame(_values(d.reserves.price_cny_per_mw), index=d.reserves["name"].values).fillna(0.0)
        paid = {name: np.zeros(self.hours) for name in price.index}  # MW held for it
        for table, column, direction, kinds in [
                ("thermal", "up_mw", "up", ["spinning", "non_spinning"]), ("thermal", "down_mw", "down", ["spinning"]),
                ("thermal", "non_spinning_mw", "up", ["non_spinning"]),
                ("hydro", "up_mw", "up", ["spinning", "non_spinning"]), ("hydro", "down_mw", "down", ["spinning"]),
                ("storages", "up_mw", "up", ["spinning", "non_spinning"]),
                ("storages", "down_mw", "down", ["spinning"]),
                ("flexible_loads", "up_mw", "up", ["spinning", "non_spinning"]),
                ("flexible_loads", "down_mw", "down", ["spinning"]), ("renewables", "down_mw", "down", ["spinning"])]:
            if not len(d[table]["name"]):
                continue
            held = np.nan_to_num(_values(d[table][column]))
            for k, name in enumerate(d[table]["name"].values):
                if (table, name) not in self._who:
                    continue  # a heat store, which holds none
                region = self._who[(table, name)]["region"]
                for row in _requirements(rows, region, direction, kinds):
                    self._pay("reserve", (table, name), float(price.loc[row] @ held[k]))
                    paid[row] += held[k]
        self._shared_reserve(rows, price, paid)
        for region, of_region in rows.groupby("region", sort=False):
            load, weather = self._drivers(region)
            for name, row in of_region.iterrows():
                self._charge_reserve(row, price.loc[name].to_numpy() * paid[name], load, weather)

    def _shared_reserve(self, rows: pd.DataFrame, price: pd.DataFrame, paid: dict) -> None:
        """Shares are bought where they come from and sold where they go (RE-3)."""
        d = self.results
        if "reserve_sharing" not in d.tables or not len(d.reserve_sharing["name"]):
            return
        pairs = d.table("reserve_sharing")
        for giver, receiver, shared in zip(pairs["from_reserve"], pairs["to_reserve"], _values(d.reserve_sharing.shared_mw), strict=True):
            for row, sign in ((giver, -1.0), (receiver, 1.0)):
                counts = [row]
                if rows.loc[row, "direction"] == "up" and rows.loc[row, "kind"] == "spinning":
                    counts += _requirements(rows, rows.loc[row, "region"], "up", ["non_spinning"])
                for one in counts:
                    self._pay("reserve", ("market", "reserve sharing"), float(sign * (price.loc[one] @ shared)))
                    paid[one] += sign * shared

    def _drivers(self, region: str) -> tuple[dict, dict]:
        """What the requirements of a region hang on (RE-0), MW by participant and hour: load with what flexible loads use, and available wind and PV."""
        d = self.results
        load = self._of_region(region, "loads", d.loads.load_mw) | self._of_region(region, "flexible_loads", self._flexible_use_mw)
        weather = {key: mw for key, mw in self._of_region(region, "renewables", d.renewables.available_mw).items()
                   if self._who[key]["technology"] in ("wind", "pv")}
        return load, weather

    def _of_region(self, region: str, table: str, values) -> dict:
        """Rows of values (name, hour) of participants in a region."""
        keys = [(table, name) for name in self.results[table]["name"].values]
        return {key: mw for key, mw in zip(keys, _values(values), strict=True) if self._who[key]["region"] == region}

    @functools.cached_property
    def _flexible_use_mw(self) -> pd.DataFrame:
        """Demand of flexible loads over efficiency_draw, with microgrids' own load, MW by name and hour. Demand is what their balance (FL-1) leaves: the file does not hold it."""
        table, data = self._case("flexible_loads"), self.results.flexible_loads
        draw, give, unserved, content = (pd.DataFrame(_values(data[name]), index=table.index)
                                         for name in ("draw_mw", "give_mw", "unserved_mw", "energy_mwh"))
        before = content.shift(1, axis=1)
        # Files of programs before energy_initial_profile have no content at the start.
        before[0] = _values(data["energy_start_mwh"]) if "energy_start_mwh" in data else table["energy_initial_mwh"]
        demand = (before.mul(1.0 - table["loss_per_h"], axis=0) - content + draw.mul(table["efficiency_draw"], axis=0)
                  - give.div(table["efficiency_give"], axis=0) + unserved)
        # Rows without demand may have a budget or an exchange, and balances of other forms.
        demand = demand.mul(table["demand_mw"] > 0, axis=0).clip(lower=0.0).div(table["efficiency_draw"], axis=0)
        # Files of programs before it was stored have its size alone.
        own = pd.DataFrame(_values(data["own_load_mw"]), index=table.index) if "own_load_mw" in data else table["own_load_mw"]
        return demand.add(own, axis=0)

    def _charge_reserve(self, row: pd.Series, cost: np.ndarray, load: dict, weather: dict) -> None:
        """Load, and wind and PV, pay a requirement's cost (CNY by hour) by their parts of it (RE-0); load that of fixed_mw alone."""
        causes = {key: mw * max(row["load_pu"], 1e-12) for key, mw in load.items()}
        if row["renewable_pu"] > 0:
            causes |= {key: mw * row["renewable_pu"] for key, mw in weather.items()}
        if not causes:
            self._pay("reserve", ("retail", row["region"]), -float(cost.sum()))
            return
        total = np.sum(list(causes.values()), axis=0)
        share_of_none = 1.0 / len(causes)
        for key, part in causes.items():
            share = np.divide(part, total, out=np.full(self.hours, share_of_none), where=total > 0)
            self._pay("reserve", key, -float(share @ cost))

    # MK-5  carbon
    def _carbon(self) -> None:
        d = self.results
        everywhere = float(d.header["case_carbon_price_cny_per_t"])
        of_caps = self._cap_prices()
        for name, emitted in zip(d.thermal["name"].values, _values(d.thermal.co2_t), strict=True):
            price = everywhere + of_caps.get(self._who[("thermal", name)]["region"], 0.0)
            paid = float((price * emitted).sum())
            self._pay("carbon", ("thermal", name), -paid)
            self._pay("carbon", ("market", "carbon fund"), paid)

    def _cap_prices(self) -> dict[str, np.ndarray]:
        """CNY/t by region and hour: the prices of all caps on emissions that cover it (PT-4)."""
        d = self.results
        prices: dict[str, np.ndarray] = {}
        if "emission_caps" not in d.groups or not d.emission_caps.sizes.get("period"):
            return prices
        region_of = self._case("emission_caps")["region"]
        for row in d.emission_caps.to_dataframe().itertuples():
            of = str(region_of[str(row.cap)])
            for region in [of] if of else self._case("regions").index:
                by_hour = prices.setdefault(region, np.zeros(self.hours))
                by_hour[int(row.begin):int(row.end)] += float(row.price_cny_per_t)
        return prices

    # MK-6  green certificates against the provinces' quotas, traded between them at one price
    def _certificates(self) -> None:
        rules = self.market.get("certificates")
        if rules is None:
            return
        supply = {key: max(0.0, self._who[key]["energy_mwh"]) for key in self.table.index
                  if self._who[key]["technology"] in rules["technologies"]}
        demand = {}
        for key in self.table.index:
            quota = rules["quotas"].get(self._who[key]["region"], 0.0)
            if key[0] in ("loads", "flexible_loads") and quota > 0:
                demand[key] = quota * max(0.0, -self._who[key]["energy_mwh"])
        for line, share in rules.get("lines", {}).items():
            if ("hvdc", line) not in self.table.index:
                self.notes[f"share of certificates of {line}, passed over since the run has no such HVDC line"] = float(share)
                continue
            owed = share * max(0.0, -self._who[("hvdc", line)]["energy_mwh"])
            demand["market", "receiving ends"] = demand.get(("market", "receiving ends"), 0.0) + owed
        offered, owed = sum(supply.values()), sum(demand.values())
        short = max(0.0, owed - offered)
        penalty = float(rules["penalty_cny_per_mwh"])
        floor = float(rules.get("floor_cny_per_mwh", 0.0))
        dual = self._certificate_dual()
        price = max(floor, dual) if dual is not None else (penalty if short > 0 else floor)
        for key, mwh in supply.items():
            self._pay("certificates", key, price * mwh * (min(1.0, owed / offered) if offered > 0 else 0.0))
        for key, mwh in demand.items():
            self._pay("certificates", key, -price * mwh)
        self._pay("certificates", ("market", "certificate fund"), price * short)
        self.notes |= {"certificates offered, MWh": offered, "certificates owed, MWh": owed,
                       "certificates missing, MWh": short, "price of a certificate, CNY/MWh": price}
        for region in sorted({self._who[key]["region"] for key in demand} - {""}):
            own = sum(mwh for key, mwh in supply.items() if self._who[key]["region"] == region)
            quota = sum(mwh for key, mwh in demand.items() if self._who[key]["region"] == region)
            self.notes[f"certificates {region} could sell (bought where negative), MWh"] = own - quota

    def _certificate_dual(self) -> float | None:
        """Price of a certificate by the programme's own balance (PT-2), the mean over what is owed; None where the case has
        no renewable quotas with trade."""
        if "targets" not in self.results.tables:
            return None
        table = self.results.table("targets")
        trades = (table["kind"] == "renewable") & (table["bought_max_pu"] > 0)
        entries = self.results["targets"]
        counts = [k for k, name in enumerate(entries.target.values) if table["kind"][name] == "renewable"]
        owed = entries.owed_mwh.values[counts]
        if not trades.any() or owed.sum() <= 0:
            return None
        return float((entries.certificate_cny_per_mwh.values[counts] * owed).sum() / owed.sum())

    # MK-7  contracts for differences: a daily curve at a price, the rest is imbalance at spot
    def _contracts(self) -> None:
        imbalance_mwh = 0.0
        for number, rule in enumerate(self.market.get("contracts", [])):
            sellers = self._match(rule["sellers"], f"contracts {number + 1}: sellers")
            buyers = self._match(rule["buyers"], f"contracts {number + 1}: buyers")
            curve = self._curve(rule, number)
            total = 0.0
            for key in sellers:
                spot = self._spot(key)
                amount = rule["share"] * self.power[key].mean() * curve
                difference = float((rule["price_cny_per_mwh"] - spot) @ amount)
                imbalance_mwh += float(np.abs(self.power[key] - amount).sum())
                self._pay("contracts", key, difference)
                total += difference
            for buyer, part in zip(buyers, self._shares_of_energy(buyers), strict=True):
                self._pay("contracts", buyer, -total * part)
        if self.market.get("contracts"):
            self.notes["imbalance of contracts' sellers, MWh"] = imbalance_mwh

    def _curve(self, rule: dict, number: int) -> np.ndarray:
        """Factors of the contract's mean by hour of the span; their mean over a day is 1."""
        curve = np.asarray(rule.get("curve", [1.0] * 24), dtype=float)
        if len(curve) != 24 or abs(curve.mean() - 1.0) > 1e-6:
            raise MarketError(f"contracts {number + 1}: curve: found {len(curve)} numbers with mean {curve.mean():g}, "
                              "expected 24, an hour each, with mean 1")
        return curve[self._hour_of_day()]

    def _hour_of_day(self) -> np.ndarray:
        return (int(self.results.header["span_begin_hour"]) + np.arange(self.hours)) % 24

    # MK-8  time-of-use tariffs: loads pay them, the retailer of the region buys at spot
    def _tariffs(self) -> None:
        for number, rule in enumerate(self.market.get("tariffs", [])):
            factor = np.ones(24)
            for period in rule.get("periods", []):
                factor[period["hours"]] = period["factor"]
            price = rule["price_cny_per_mwh"] * factor[self._hour_of_day()]
            for key in self._match({"table": "loads", "region": rule["region"]}, f"tariffs {number + 1}: region"):
                self._pay_tariff(key, price)

    def _answered_tariffs(self) -> None:
        """Flexible loads that answer a tariff of the case (FL-7) pay that."""
        data = self.results.flexible_loads
        if "tariff_cny_per_mwh" not in data:
            return
        for name, price in zip(data["name"].values, _values(data.tariff_cny_per_mwh), strict=True):
            if price.any():
                self._pay_tariff(("flexible_loads", name), price)

    def _pay_tariff(self, key: tuple, price: np.ndarray) -> None:
        """A load pays its tariff (CNY/MWh by hour) in place of the spot price; its region's retailer takes the difference."""
        swap = float((self._spot(key) - price) @ -self.power[key])
        self._pay("tariff", key, swap)
        self._pay("tariff", ("retail", self._who[key]["region"]), -swap)

    # MK-9  capacity payment, borne by the loads of the plant's region
    def _capacity(self) -> None:
        for number, rule in enumerate(self.market.get("capacity", [])):
            plants = self._match(rule["plants"], f"capacity {number + 1}: plants")
            hours = self._hours_in_service(rule["plants"]["table"])
            paid = pd.Series({key: 1000.0 * self._capacity_mw(key) * rule["cny_per_kw_year"] * hours[key[1]] / HOURS_OF_YEAR for key in plants})
            for key, amount in paid.items():
                self._pay("capacity", key, amount)
            for region, amount in paid.groupby([self._who[key]["region"] for key in plants]).sum().items():
                payers = self._match({"table": "loads", "region": region}, "capacity") or [("retail", region)]
                for payer, part in zip(payers, self._shares_of_energy(payers), strict=True):
                    self._pay("capacity", payer, -amount * part)

    def _shares_of_energy(self, keys: list[tuple[str, str]]) -> np.ndarray:
        """What each of some participants has of their energy; equal shares where they have none."""
        energy = np.array([abs(self._who[key]["energy_mwh"]) for key in keys])
        return energy / energy.sum() if energy.sum() > 0 else np.full(len(keys), 1.0 / len(keys))

    def _capacity_mw(self, key: tuple[str, str]) -> float:
        row = self._case(key[0]).loc[key[1]]
        if key[0] == "thermal":
            return float(row["units"] * row["p_max_mw"])
        column = {"renewables": "capacity_mw", "hydro": "p_max_mw", "storages": "discharge_max_mw"}[key[0]]
        return float(row[column])

    def _hours_in_service(self, table: str) -> pd.Series:
        """Hours of the span in which each plant of a table is there (SV-1)."""
        return pd.Series(self.results.in_service(table).sum(axis=1), index=self.results[table]["name"].values)

    def _match(self, rule: dict, where: str) -> list[tuple[str, str]]:
        """Participants by table, and patterns of name, technology and region."""
        fits = self.table.index.get_level_values("kind") == rule["table"]
        for column in ("name", "technology", "region"):
            words = self.table.index.get_level_values("name") if column == "name" else self.table[column]
            pattern = rule.get(column, "*")
            fits &= np.array([fnmatch.fnmatchcase(word, pattern) for word in words])
        found = list(self.table.index[fits])
        if not found and where != "capacity":
            raise MarketError(f"{where}: found no participant that fits {rule}, expected at least one")
        return found

    def open_amounts(self) -> pd.Series:
        """Sum of each column over the market as a share of its amounts' sizes; zero up to rounding."""
        size = self.table[PARTS].abs().sum()
        return (self.table[PARTS].sum() / size.where(size > 0, 1.0)).abs()

    def closes(self) -> bool:
        return bool((self.open_amounts() <= TOLERANCE).all())

    def by_kind(self) -> pd.DataFrame:
        """Sums by kind of participant; accounts by name."""
        kind = self.table["technology"].where(self.table["technology"] != "account",
                                              self.table.index.get_level_values("name"))
        kind = kind.where(self.table.index.get_level_values("kind") != "retail", "retailers")
        return self.table.groupby(kind, sort=False)[["energy_mwh", *PARTS, "total"]].sum()


def _values(variable) -> np.ndarray:
    return np.asarray(variable.values, dtype=float)


def _requirements(rows: pd.DataFrame, region: str, direction: str, kinds: list[str]) -> list[str]:
    fits = (rows["region"] == region) & (rows["direction"] == direction) & rows["kind"].isin(kinds)
    return list(rows.index[fits])


def _flows_without_injections(d: Results, hours: int) -> np.ndarray:
    """Flows that phase shifters make by themselves, branches x hours, MW (DC-5); zeros where there are none."""
    branches = d.table("branches")
    shift = np.deg2rad(branches["shift_deg"].to_numpy())
    flows = np.zeros((len(branches), hours))
    if not np.any(shift):
        return flows
    place = {name: k for k, name in enumerate(d.buses["name"].values)}
    ends = np.array([[place[a], place[b]] for a, b in zip(branches["from_bus"], branches["to_bus"], strict=True)])
    tap = branches["tap_pu"].to_numpy()
    incidence = np.zeros((len(branches), len(place)))
    incidence[np.arange(len(branches)), ends[:, 0]] += 1.0
    incidence[np.arange(len(branches)), ends[:, 1]] -= 1.0
    networks, network_of_hour = np.unique(d.in_service("branches").T, axis=0, return_inverse=True)
    for number, there in enumerate(networks):
        weight = there / (branches["x_pu"].to_numpy() * np.where(tap == 0, 1.0, tap))
        angle = np.linalg.lstsq(incidence.T @ (weight[:, None] * incidence), incidence.T @ (weight * shift), rcond=None)[0]
        flow = float(d.header["case_base_mva"]) * weight * (incidence @ angle - shift)
        flows[:, network_of_hour.ravel() == number] = flow[:, None]
    return flows


def settle(path: str | os.PathLike, market: str | os.PathLike | None = None) -> Settlement:
    """Settles the span of a results file by the rules of a market file (none: energy, reserve and carbon alone)."""
    if market is None:
        return Settlement(open_schedule(path))
    try:
        return Settlement(open_schedule(path), read_toml(pathlib.Path(market), MarketError))
    except MarketError as error:
        raise MarketError(f"{market}: {error}") from error


def write_tables(settlement: Settlement, folder: str | os.PathLike) -> list[pathlib.Path]:
    """Writes settlement.csv (a row a participant), settlement_by_kind.csv and settlement_notes.csv, each as a whole."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    notes = pd.Series(settlement.notes, name="value", dtype=float).rename_axis("figure").to_frame()
    written = []
    for name, table in [("settlement", settlement.table), ("settlement_by_kind", settlement.by_kind()),
                        ("settlement_notes", notes)]:
        path = folder / f"{name}.csv"
        with whole_file(path) as part:
            table.to_csv(part, float_format="%.10g")
        written.append(path)
    return written


def status_in_words(results: Results) -> list[str]:
    """What the run's status says of the amounts, where it is not complete."""
    stopped = STOPPED.format(ended_early=results.ended_early)
    return [words for words, holds in ((stopped, results.header["status"] == "stopped"), (FRACTIONAL, results.fractional), (FAULTY, results.faulty)) if holds]


def in_words(settlement: Settlement) -> str:
    header = settlement.results.header
    table = settlement.by_kind() / 1e6
    table = table.rename(columns={"energy_mwh": "TWh"})
    used = ["TWh", *[part for part in PARTS if settlement.table[part].abs().sum() > 0], "total"]
    lines = [f"{header['case_name']}, {header['span_hours']} h from {header['span_start']}, {header['status']}: million CNY, paid to (+) or "
             "by (-) each kind of participant", *(f"{header['status']}: {words}" for words in status_in_words(settlement.results)), "",
             table[used].to_string(float_format=lambda x: f"{x:z,.3f}"), ""]
    for figure, value in settlement.notes.items():
        lines.append(f"{figure}: {value:,.6g}")
    for part, share in settlement.open_amounts().items():
        if settlement.table[part].abs().sum() > 0:
            lines.append(f"sum of {part}: {settlement.table[part].sum():.3g} CNY, {share:.1e} of the amounts' sizes")
    lines.append("the settlement adds up to zero" if settlement.closes() else
                 f"the settlement does NOT add up to zero (tolerance {TOLERANCE:g})")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m longyang.settlement", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file of longyang run")
    parser.add_argument("--market", help="rules of certificates, contracts, tariffs and capacity payments (TOML)")
    parser.add_argument("--tables", help="folder into which the settlement is written as CSV files")
    given = parser.parse_args(arguments)
    try:
        settlement = settle(given.results, given.market)
        print(in_words(settlement))
        if given.tables:
            for path in write_tables(settlement, given.tables):
                print(path)
    except MarketError as error:
        print(f"longyang.settlement: {error}", file=sys.stderr)
        return 3
    except (ResultsError, OSError) as error:
        print(f"longyang.settlement: {command.words_of(error)}", file=sys.stderr)
        return 7
    return 0 if settlement.closes() and not settlement.results.faulty else 6


if __name__ == "__main__":
    command.run(main)
