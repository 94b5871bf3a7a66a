"""Reads a case for the peers and the tests, without any of the program's own code: tables as pandas frames with
defaults filled in, profiles by name, and what the theory derives from them.

Only what is needed here; `longyang check` is what checks a case. Defaults are restated from
`longyang check --explain` for the columns that are used.
"""

import pathlib
import tomllib

import numpy as np
import pandas as pd

HM3_PER_M3S_H = 0.0036
HOURS_PER_YEAR = 8760

# Default by column; None: an empty cell stays empty (no profile, no reference).
DEFAULTS = {
    "buses": {}, "fuels": {}, "heat_curves": {}, "start_tiers": {}, "outages": {}, "head_curves": {}, "sections": {},
    "branches": {"tap_pu": 1, "shift_deg": 0},
    "section_branches": {"sign": 1},
    "thermal": {"variable_om_cny_per_mwh": 0, "min_up_h": 1, "min_down_h": 1, "ramp_up_mw_per_h": 1e5,
                "ramp_down_mw_per_h": 1e5, "start_ramp_mw": 1e5, "stop_ramp_mw": 1e5, "spinning_up_mw": 0,
                "spinning_down_mw": 0, "non_spinning_mw": 0, "must_run_units": 0, "must_run_profile": None,
                "p_min_profile": None, "p_max_profile": None, "initial_units_on": -1, "initial_h": 8760,
                "initial_p_mw": 0},
    "renewables": {"variable_om_cny_per_mwh": 0, "curtailment_cny_per_mwh": 0, "connection": None},
    "reservoirs": {"downstream": None, "travel_h": 0, "storage_min_hm3": 0, "reference_profile": None,
                   "inflow_m3_per_s": 0, "inflow_profile": None, "release_min_m3_per_s": 0,
                   "release_max_m3_per_s": 1e5, "release_min_profile": None, "release_max_profile": None, "storage_min_profile": None,
                   "storage_max_profile": None, "release_shortfall_cny_per_hm3": 2e6,
                   "terminal_shortfall_cny_per_hm3": 2e6},
    "service": {"table": "thermal", "from_hour": 0, "to_hour": 8760, "backup": "no"},
    "backup_calls": {},
    "energy_limits": {"shared": None, "period": "year"},
    "heat_supply": {"kind": "extraction", "heat_profile": None, "base_mw": 0, "loss_mw_per_heat_mw": 0},
    "deep_load": {"oil": None, "oil_gj_per_mwh": 0, "wear_cny_per_mwh": 0},
    "power_blocks": {}, "carbon_capture": {},
    "pumps": {"variable_om_cny_per_mwh": 0, "station": None},
    "hydro": {"variable_om_cny_per_mwh": 0},
    "storages": {"efficiency_charge": 1, "efficiency_discharge": 1, "loss_per_h": 0, "variable_om_cny_per_mwh": 0,
                 "energy_initial_mwh": 0, "inflow_mw": 0, "inflow_profile": None, "connection": None},
    "hvdc": {"p_min_mw": 0, "level_step_mw": 0, "block_h": 1, "ramp_mw_per_block": 1e5, "max_changes_per_day": 0,
             "loss_rated_pu": 0, "export_value_cny_per_mwh": 0, "p_max_profile": None, "demand_profile": None,
             "demand_tolerance_pu": 0, "demand_shortfall_cny_per_mwh": 500},
    "dc_links": {"p_min_mw": 0, "loss_pu": 0, "p_max_profile": None},
    "targets": {"hvdc": None, "period": "year", "bought_max_pu": 0, "hard": "no", "shortfall_cny_per_mwh": 1000},
    "emission_caps": {"region": None, "period": "year", "hard": "no", "excess_cny_per_t": 1000},
    "contracts": {"kind": "hvdc", "period": "month", "month": 0, "tolerance_pu": 0.02, "shortfall_cny_per_mwh": 2000},
    "connections": {"import_max_mw": 0},
    "flexible_loads": {"draw_min_mw": 0, "draw_min_profile": None, "draw_max_mw": 0, "draw_max_profile": None,
                       "give_max_mw": 0, "give_max_profile": None, "demand_mw": 0, "demand_profile": None,
                       "efficiency_draw": 1, "efficiency_give": 1, "loss_per_h": 0, "energy_min_mwh": 0,
                       "energy_min_profile": None, "energy_max_mwh": 0, "energy_max_profile": None, "late_h": 0,
                       "energy_initial_mwh": 0, "energy_initial_profile": None, "give_cny_per_mwh": 0, "unserved_max_pu": 0,
                       "unserved_cny_per_mwh": 20000, "budget_mwh": 0, "budget_period": "year", "own_load_mw": 0,
                       "own_load_profile": None, "own_generation_mw": 0, "own_generation_profile": None,
                       "exchange_max_mw": 0, "holds_reserve": "no", "tariff_cny_per_mwh": 0, "tariff_profile": None},
    "loads": {"profile": None, "value_of_lost_load_cny_per_mwh": 20000},
    "reserves": {"kind": "spinning", "load_pu": 0, "renewable_pu": 0, "fixed_mw": 0, "fixed_profile": None, "shortfall_cny_per_mw": 5000},
    "reserve_sharing": {},
}


def _able(serves: np.ndarray, min_up_h: int, min_down_h: int) -> np.ndarray:
    """TH-4: hours in which a unit can be asked to run: in service, the least time off behind the begin of its last outage, and
    not between two outages that leave less than the least time on."""
    able = np.zeros(len(serves), dtype=bool)
    edges = np.flatnonzero(np.diff(serves.astype(int)))
    borders = [0, *(edges + 1), len(serves)]
    stopped = 0 if not serves[0] else -min_down_h  # it may have run before the year
    for begin, end in zip(borders, borders[1:]):
        if not serves[begin]:
            stopped = begin
            continue
        first = max(begin, stopped + min_down_h)
        if end == len(serves) or end - first >= min_up_h:
            able[first:end] = True
    return able


class Case:
    """Tables and profiles of the case in `folder`."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.settings = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        # Only an empty cell is missing: "NA" or "null" may be names.
        self._tables = {path.stem: pd.read_csv(path, keep_default_na=False, na_values=[""])
                        for path in sorted(folder.glob("*.csv"))}
        for name, defaults in DEFAULTS.items():
            table = self._tables.setdefault(name, pd.DataFrame())
            for column, value in defaults.items():
                if column not in table:
                    table[column] = value
                elif value is not None:
                    table[column] = table[column].fillna(value)
        self._profiles = self._read_profiles()
        self._region_of_bus = self._tables["buses"].set_index("name")["region"]

    def _read_profiles(self) -> dict[str, np.ndarray]:
        profiles = {}
        for name in self.settings.get("profiles", []):
            frame = pd.read_csv((self.folder / name).resolve())
            for k, column in enumerate(frame.columns):
                if not (k == 0 and column in ("hour", "time")):
                    profiles[column] = frame[column].to_numpy(dtype=float)
        return profiles

    def table(self, name: str) -> pd.DataFrame:
        return self._tables[name]

    def profile_rows(self, names: pd.Series, first_hour: int, hours: int, empty: float) -> np.ndarray:
        """(row, hour) values of the named profiles; `empty` where a row names none."""
        chosen = np.arange(first_hour, first_hour + hours) % HOURS_PER_YEAR
        return np.array([
            self._profiles[name][chosen] if isinstance(name, str) and name else np.full(hours, empty) for name in names
        ]).reshape(len(names), hours)

    def region_of_bus(self, buses: pd.Series) -> pd.Series:
        return buses.map(self._region_of_bus)

    def sum_by_region(self, hourly, buses: pd.Series) -> dict[str, np.ndarray]:
        """Hourly sums of the rows of a (row, hour) array by the region of each row's bus."""
        region = self.region_of_bus(buses).to_numpy()
        return {name: hourly.values[region == name].sum(axis=0) for name in np.unique(region)}

    def served(self, name: str, first_hour: int, hours: int) -> np.ndarray:
        """SV-1: 1 where a row of a table is in service, else 0, (row, hour)."""
        hour = np.arange(first_hour, first_hour + hours) % HOURS_PER_YEAR
        rows = list(self._tables[name]["name"]) if len(self._tables[name]) else []
        serves = np.ones((len(rows), hours))
        service = self._tables["service"]
        for row in service[service["table"] == name].itertuples() if len(service) else ():
            serves[rows.index(row.plant)] = (row.from_hour <= hour) & (hour < row.to_hour)
        return serves

    # Thermal plants

    def units_out(self, thermal: pd.DataFrame, first_hour: int, hours: int) -> np.ndarray:
        """Units in planned or given outages, out of service (TH-12) or without heat to supply (TH-15), (plant, hour)."""
        out = np.zeros((len(thermal), hours))
        hour = np.arange(first_hour, first_hour + hours) % HOURS_PER_YEAR
        names = list(thermal["name"])
        all_units = thermal["units"].to_numpy(dtype=float)
        for row in self._tables["outages"].itertuples():
            out[names.index(row.plant)] += row.units * ((row.from_hour <= hour) & (hour < row.to_hour))
        for k, name in enumerate(names):
            out[k, self._out_of_service(name, hour)] = all_units[k]
        out = np.minimum(out, all_units[:, None])
        for name, plan in self.heat_plans(thermal, first_hour, hours).items():
            if plan["back_pressure"]:
                k = names.index(name)
                out[k] = np.maximum(out[k], all_units[k] - plan["units"])
        return out

    def single_units(self, thermal: pd.DataFrame) -> list[tuple[np.ndarray, np.ndarray]]:
        """TH-2, TH-4: of each cluster's single units those in service, and those asked to run, (unit, hour of the year)."""
        whole = pd.RangeIndex(HOURS_PER_YEAR)
        asked = np.floor(thermal["must_run_units"].to_numpy(dtype=float)[:, None]
                         * self.profile_rows(thermal["must_run_profile"], 0, HOURS_PER_YEAR, 1.0) + 0.5)
        plans = self.heat_plans(thermal, 0, HOURS_PER_YEAR)
        outages = self._tables["outages"]
        dealt = []
        for k, row in enumerate(thermal.itertuples()):
            serves = np.ones((int(row.units), HOURS_PER_YEAR), dtype=bool)
            # Outages in the order of their begin, to the highest number that is free, else to the one that is free first.
            free_from = np.zeros(int(row.units), dtype=int)
            own = outages[outages["plant"] == row.name] if len(outages) else outages
            for outage in own.sort_values("from_hour", kind="stable").itertuples() if len(own) else ():
                for _ in range(int(outage.units)):
                    begin = np.maximum(free_from, outage.from_hour)
                    unit = np.flatnonzero(begin == begin.min())[-1]
                    serves[unit, begin[unit]:outage.to_hour] = False
                    free_from[unit] = max(free_from[unit], min(outage.to_hour, HOURS_PER_YEAR))
            serves &= ~self._out_of_service(row.name, whole)
            plan = plans.get(row.name)
            duty = asked[k] if plan is None else plan["units"] if plan["back_pressure"] else np.maximum(asked[k], plan["units"])
            able = np.array([_able(unit, int(row.min_up_h), int(row.min_down_h)) for unit in serves])
            must = able & (np.cumsum(able, axis=0) <= duty)
            if plan is not None and plan["back_pressure"]:  # TH-15: of the others the lowest numbers
                others = serves & ~must
                serves = must | (others & (np.cumsum(others, axis=0) <= plan["units"] - must.sum(axis=0)))
            dealt.append((serves, must))
        return dealt

    def _out_of_service(self, plant: str, hour) -> np.ndarray:
        """TH-12"""
        out = np.zeros(len(hour), dtype=bool)
        calls, service = self._tables["backup_calls"], self._tables["service"]
        for row in service[(service["table"] == "thermal") & (service["plant"] == plant)].itertuples() if len(service) else ():
            serves = (row.from_hour <= hour) & (hour < row.to_hour)
            if row.backup == "yes":
                called = np.zeros(len(hour), dtype=bool)
                for call in calls[calls["plant"] == plant].itertuples() if len(calls) else ():
                    called |= (call.from_hour <= hour) & (hour < call.to_hour)
                serves &= called
            out |= ~serves
        return out

    def heat_plans(self, thermal: pd.DataFrame, first_hour: int, hours: int) -> dict[str, dict]:
        """By cluster that supplies heat (TH-13 to TH-15): units that must run, and least and largest power of a unit, by hour."""
        hour = np.arange(first_hour, first_hour + hours) % HOURS_PER_YEAR
        days = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
        month = np.repeat(np.arange(12), days * 24)
        plants = thermal.set_index("name")
        plans = {}
        table = self._tables["heat_supply"]
        for k, row in enumerate(table.itertuples()):
            demand = row.heat_mw * self.profile_rows(table["heat_profile"].iloc[[k]], 0, HOURS_PER_YEAR, 1.0)[0]
            largest = np.array([demand[month == m].max() for m in range(12)])
            needed = np.minimum(np.ceil(largest / row.unit_heat_max_mw - 1e-6), plants.units[row.plant])
            units = np.where(demand > 0, needed[month], 0.0)[hour]
            heat = np.minimum(demand[hour] / np.maximum(units, 1.0), row.unit_heat_max_mw) * (units > 0)
            low = np.where(units > 0, row.base_mw + row.mw_per_heat_mw * heat, 0.0)
            back_pressure = row.kind == "back_pressure"
            high = np.where(back_pressure & (units > 0), low, plants.p_max_mw[row.plant] - row.loss_mw_per_heat_mw * heat)
            plans[row.plant] = {"units": units, "low_mw": low, "high_mw": high, "back_pressure": back_pressure}
        return plans

    def heat_line(self, plant: str) -> tuple[float, float]:
        """GJ/h at 0 MW and GJ/MWh of the straight line through the two points of a heat curve (TH-17, TH-19)."""
        curves = self._tables["heat_curves"]
        points = curves[curves["plant"] == plant].sort_values("p_mw")
        slope = np.diff(points["heat_gj_per_h"])[0] / np.diff(points["p_mw"])[0]
        return points["heat_gj_per_h"].iloc[0] - slope * points["p_mw"].iloc[0], slope

    def _tiers(self, plant: str) -> pd.DataFrame:
        table = self._tables["deep_load"]
        return table[table["plant"] == plant].sort_values("down_to_mw", ascending=False) if len(table) else table

    def least_output(self, thermal: pd.DataFrame) -> np.ndarray:
        """Of a unit: p_min_mw, with deep load reduction the end of its lowest tier."""
        return np.array([min([row.p_min_mw, *self._tiers(row.name)["down_to_mw"]]) if len(self._tiers(row.name)) else row.p_min_mw
                         for row in thermal.itertuples()], dtype=float)

    def emission_lines(self, thermal: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """TH-20: t/h of a running unit at 0 MW and t/MWh, through both ends of its range."""
        co2 = self._tables["fuels"].set_index("name")["co2_t_per_gj"]
        curves = {name: rows.sort_values("p_mw") for name, rows in self._tables["heat_curves"].groupby("plant")}
        lines = []
        for row, least in zip(thermal.itertuples(), self.least_output(thermal)):
            ends = np.array([least, row.p_max_mw])
            tonnes = co2[row.fuel] * np.interp(ends, curves[row.name]["p_mw"], curves[row.name]["heat_gj_per_h"])
            above = row.p_min_mw
            for tier in self._tiers(row.name).itertuples() if len(self._tiers(row.name)) else ():
                if isinstance(tier.oil, str) and tier.oil:
                    tonnes[0] += co2[tier.oil] * tier.oil_gj_per_mwh * (above - tier.down_to_mw)
                above = tier.down_to_mw
            slope = (tonnes[1] - tonnes[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else 0.0
            lines.append((tonnes[0] - slope * ends[0], slope))
        return tuple(np.array(lines).T)

    def heat_segments(self, thermal: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Width (MW) and marginal cost (CNY/MWh) of each segment of a unit's heat curve above its least output, (plant,
        segment), zero where a plant has fewer; and the cost of a unit there (CNY/h)."""
        fuels = self._tables["fuels"].set_index("name")
        carbon = float(self.settings.get("carbon_price_cny_per_t", 0.0))
        price = fuels["price_cny_per_gj"] + carbon * fuels["co2_t_per_gj"]
        curves = {name: rows.sort_values("p_mw") for name, rows in self._tables["heat_curves"].groupby("plant")}
        pieces = []
        for row, least in zip(thermal.itertuples(), self.least_output(thermal)):
            points = curves[row.name]
            p, heat = points["p_mw"].to_numpy(dtype=float), points["heat_gj_per_h"].to_numpy(dtype=float)
            tiers = self._tiers(row.name)
            ends = np.unique(np.concatenate([[least, row.p_min_mw], tiers["down_to_mw"] if len(tiers) else [], p[p > least]]))
            at = np.interp(ends, p, heat)
            deep = np.zeros(len(ends) - 1)  # d_m: what each MWh less costs
            above = row.p_min_mw
            for tier in tiers.itertuples() if len(tiers) else ():
                oil = price[tier.oil] * tier.oil_gj_per_mwh if isinstance(tier.oil, str) and tier.oil else 0.0
                deep[(ends[:-1] >= tier.down_to_mw - 1e-9) & (ends[1:] <= above + 1e-9)] = tier.wear_cny_per_mwh + oil
                above = tier.down_to_mw
            widths = np.diff(ends)
            pieces.append((widths, np.diff(at) / widths * price[row.fuel] + row.variable_om_cny_per_mwh - deep,
                           at[0] * price[row.fuel] + least * row.variable_om_cny_per_mwh + (deep * widths).sum()))
        most = max(len(widths) for widths, _, _ in pieces)
        width, marginal = np.zeros((len(thermal), most)), np.zeros((len(thermal), most))
        no_load = np.zeros(len(thermal))
        for k, (widths, slopes, at_least) in enumerate(pieces):
            width[k, :len(widths)], marginal[k, :len(widths)], no_load[k] = widths, slopes, at_least
        return width, marginal, no_load

    def start_tiers(self, thermal: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Hours off from which a tier holds, (plant, tier), -1 where a plant has fewer tiers; and its cost in CNY."""
        tiers = self._tables["start_tiers"]
        groups = {name: rows.sort_values("off_h") for name, rows in tiers.groupby("plant")} if len(tiers) else {}
        most = max((len(rows) for rows in groups.values()), default=1)
        off_from, cost = np.full((len(thermal), most), -1), np.zeros((len(thermal), most))
        for k, name in enumerate(thermal["name"]):
            if name in groups:
                off_from[k, :len(groups[name])] = groups[name]["off_h"]
                cost[k, :len(groups[name])] = groups[name]["cost_cny"]
        return off_from, cost

    # Hydro

    def head_curves(self) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """By station: storage from which each segment holds (hm3), and its output per flow (MW per m3/s)."""
        table = self._tables["head_curves"]
        if not len(table):
            return {}
        return {name: (rows["storage_from_hm3"].to_numpy(dtype=float), rows["mw_per_m3_per_s"].to_numpy(dtype=float))
                for name, rows in table.sort_values("storage_from_hm3").groupby("station")}

    def reference_storage(self, first_hour: int, hours: int) -> np.ndarray:
        """Reference storage at the start of each hour, hm3, (reservoir, hour)."""
        table = self._tables["reservoirs"]
        values = self.profile_rows(table["reference_profile"], first_hour, hours, np.nan)
        return np.where(np.isnan(values), table["storage_min_hm3"].to_numpy(dtype=float)[:, None], values)

    def natural_inflow(self, first_hour: int, hours: int) -> np.ndarray:
        """Natural local inflow, m3/s, (reservoir, hour)."""
        table = self._tables["reservoirs"]
        return (table["inflow_m3_per_s"].to_numpy(dtype=float)[:, None]
                * self.profile_rows(table["inflow_profile"], first_hour, hours, 1.0))

    def reference_release(self, first_hour: int, hours: int) -> np.ndarray:
        """Release that keeps all reservoirs on their references, not below 0, m3/s, (reservoir, hour)."""
        table = self._tables["reservoirs"]
        names = list(table["name"])
        below = [names.index(name) if isinstance(name, str) and name else -1 for name in table["downstream"]]
        delay = table["travel_h"].to_numpy(dtype=int)
        lead = int(delay.sum())  # longer than any way that water takes
        all_hours = lead + hours
        reference = self.reference_storage(first_hour - lead, all_hours + 1)
        arriving = self.natural_inflow(first_hour - lead, all_hours)
        release = np.zeros_like(arriving)
        waiting = [sum(b == r for b in below) for r in range(len(names))]
        ready = [r for r, count in enumerate(waiting) if count == 0]
        for r in ready:  # grows while we walk down the rivers
            release[r] = np.maximum(arriving[r] - np.diff(reference[r]) / HM3_PER_M3S_H, 0.0)
            if below[r] >= 0:
                arriving[below[r]] += release[r, np.maximum(np.arange(all_hours) - delay[r], 0)]
                waiting[below[r]] -= 1
                if waiting[below[r]] == 0:
                    ready.append(below[r])
        return release[:, lead:]

    # Network

    def keep_limits(self, kept: set[tuple[str, str]]) -> None:
        """Drops all limits of branches and sections but those named by ("branch" or "section", name)."""
        branches, sections = self._tables["branches"], self._tables["sections"]
        named = [("branch", name) in kept for name in branches["name"]]
        branches["rating_mw"] = branches["rating_mw"].where(named, 0.0)
        if len(sections):
            named = [("section", name) in kept for name in sections["name"]]
            for column in ("limit_forward_mw", "limit_backward_mw"):
                sections[column] = sections[column].astype(float).where(named, np.inf)

    def islands(self) -> list[list[str]]:
        """Names of the buses of every island."""
        group = {name: [name] for name in self._tables["buses"]["name"]}
        for row in self._tables["branches"].itertuples():
            one, other = group[row.from_bus], group[row.to_bus]
            if one is not other:
                one.extend(other)
                for name in other:
                    group[name] = one
        return list({id(members): members for members in group.values()}.values())

    def networks(self, first_hour: int, hours: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """SV-6: hours of a span with the same branches in service, and which of them are."""
        serves = self.served("branches", first_hour, hours)
        if not len(serves):
            return [(np.arange(hours), np.ones(0))]
        borders = np.flatnonzero((np.diff(serves, axis=1) != 0).any(axis=0)) + 1
        return [(inside, serves[:, inside[0]]) for inside in np.split(np.arange(hours), borders)]

    def shift_factors(self, serves=None):
        """Row of `branches`, PTDF by bus and flow by phase shifters alone (MW) of every branch, from the inverse of the full
        susceptance matrix of the branches that serve (all); the last bus of each island is its slack."""
        branches = self._tables["branches"]
        if not len(branches):
            return []
        buses = list(self._tables["buses"]["name"])
        incidence = np.zeros((len(branches), len(buses)))
        for k, row in enumerate(branches.itertuples()):
            incidence[k, buses.index(row.from_bus)], incidence[k, buses.index(row.to_bus)] = 1.0, -1.0
        susceptance = 1.0 / (branches["x_pu"] * branches["tap_pu"]).to_numpy(dtype=float)
        susceptance = susceptance * (1.0 if serves is None else serves)
        matrix = incidence.T @ (susceptance[:, None] * incidence)
        kept = np.setdiff1d(np.arange(len(buses)), [buses.index(members[-1]) for members in self.islands()])
        angle = np.zeros((len(buses), len(buses)))
        angle[np.ix_(kept, kept)] = np.linalg.inv(matrix[np.ix_(kept, kept)])
        ptdf = susceptance[:, None] * (incidence @ angle)
        # A shift lowers the angle across its branch: as if flow -b x shift were injected at its ends.
        forced = -susceptance * np.deg2rad(branches["shift_deg"].to_numpy(dtype=float))
        base = float(self.settings.get("base_mva", 100.0))
        offset = base * (forced - ptdf @ (incidence.T @ forced))
        return [(row, dict(zip(buses, ptdf[k])), offset[k]) for k, row in enumerate(branches.itertuples())]
