"""The programme of a span of hours written with linopy: a peer for the time it takes to build ours, and an independent
second writing of docs/theory for the tests.

It has the families of docs/theory by linopy's own means, whole arrays at a time; tags in the comments are those of the
theory. One difference, which changes no optimum: limits of branches and sections are in from the start (`limits`; ours adds
those that bind). Drawn outages are left out.
"""

import dataclasses
import math
import warnings

import numpy as np
import pandas as pd
import xarray as xr

import linopy

# What lies before the first hour counts as 0, which is what the equations below want.
warnings.filterwarnings("ignore", category=linopy.LinopySemanticsWarning if hasattr(linopy, "LinopySemanticsWarning")
                        else FutureWarning, message=".*absent slots.*")

HM3_PER_M3S_H = 0.0036
HOURS_PER_YEAR = 8760
MONTH_BEGIN = np.concatenate([[0], np.cumsum(np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24)])


@dataclasses.dataclass
class Programme:
    model: linopy.Model
    constant: float  # part of the cost that no decision changes


class Day:
    """What the families share: the model, the hours, and what they give to the balance, the reserves and the cost."""

    def __init__(self, case, first_hour: int, hours: int):
        self.case, self.first_hour, self.hours = case, first_hour, hours
        self.model = linopy.Model()
        self.hour = pd.RangeIndex(hours, name="hour")
        self.supply: list = []  # (expression over plant and hour, name of the plant's dimension, bus of each plant)
        self.cost: list = []
        self.constant = 0.0
        self.held: list = []  # (variable, dimension, region of each plant, direction, kind)
        self.heat: dict = {}  # by store: what power blocks take of it, expressions over hours
        self.hvdc_power: dict = {}  # by line: expression over (line, hour) that holds it
        self.demand = None
        self.emitted = None  # CO2 that counts, expression over (thermal, hour)
        self.available = None
        self.flexible_use = None  # what flexible loads count for in RE-0, by row and hour, and their buses
        reserves = case.table("reserves")
        self.required = set(zip(reserves["region"], reserves["direction"], reserves["kind"])) if len(reserves) else set()

    def plants(self, table: pd.DataFrame, name: str) -> pd.Index:
        return pd.Index(table["name"], name=name)

    def array(self, values, plants: pd.Index) -> xr.DataArray:
        return xr.DataArray(np.asarray(values, dtype=float), coords={plants.name: plants}, dims=[plants.name])

    def hourly(self, values, plants: pd.Index) -> xr.DataArray:
        values = np.broadcast_to(values, (len(plants), self.hours))
        return xr.DataArray(values, coords={plants.name: plants, "hour": self.hour}, dims=[plants.name, "hour"])

    def series(self, table: pd.DataFrame, column: str, plants: pd.Index, empty: float = 1.0) -> xr.DataArray:
        return self.hourly(self.case.profile_rows(table[column], self.first_hour, self.hours, empty), plants)

    def served(self, table: str, plants: pd.Index) -> xr.DataArray:
        """SV-1"""
        return self.hourly(self.case.served(table, self.first_hour, self.hours), plants)

    def only_hours(self, chosen, plants: pd.Index) -> xr.DataArray:
        """Mask over (plant, hour): `chosen` by hour."""
        return self.hourly(np.asarray(chosen)[None, :], plants)

    def add(self, left, sign: str, right, name: str, mask=None) -> None:
        if mask is None or bool(mask.any()):
            self.model.add_constraints(left, sign, right, name=name, mask=mask)

    def hold(self, name: str, plants: pd.Index, buses: pd.Series, direction: str, kind: str = "spinning"):
        """Columns of reserve held by the plants whose region has such a requirement; None where no plant's has."""
        region = self.case.region_of_bus(buses).to_numpy()
        # Running plants count for a non-spinning requirement as well.
        kinds = {kind, "non_spinning"} if direction == "up" else {kind}
        mask = np.array([any((r, direction, k) in self.required for k in kinds) for r in region])
        if not mask.any():
            return None
        variable = self.model.add_variables(0, coords=[plants, self.hour], name=name, mask=self.hourly(mask[:, None], plants))
        self.held.append((variable, plants.name, region, direction, kind))
        return variable

    def sum_over(self, weight_of_bus: dict) -> list:
        """Sum of weight x injection without loads, as expressions over hours; buses that are not named weigh 0."""
        terms = []
        for expression, dimension, buses in self.supply:
            weight = np.array([weight_of_bus.get(bus, 0.0) for bus in buses])
            chosen = np.flatnonzero(weight)
            if len(chosen):
                part = expression.isel({dimension: chosen})
                terms.append((part * xr.DataArray(weight[chosen], coords={dimension: part.coords[dimension]})).sum(dimension))
        return terms

    def demand_of(self, weight_of_bus: dict) -> np.ndarray:
        total = np.zeros(self.hours)
        for bus, values in zip(self.case.table("loads")["bus"], self.demand.values):
            total += weight_of_bus.get(bus, 0.0) * values
        return total


def _sum(terms: list):
    return linopy.merge([1.0 * term for term in terms], dim="_term") if len(terms) > 1 else 1.0 * terms[0]


def _plus(expression, variable):
    return expression if variable is None else expression + variable


def _minus(expression, variable):
    return expression if variable is None else expression - variable


def _still_on(serves: np.ndarray, count: int, first_hour: int, hours: int) -> np.ndarray:
    """TH-2: of the `count` single units that were on before the span, those that serve longest from its begin on, how many have
    been in service ever since, by hour. serves: (unit, hour of the year)."""
    ahead = np.roll(serves, -(first_hour % HOURS_PER_YEAR), axis=1)
    longest = np.where(ahead.all(axis=1), HOURS_PER_YEAR, (~ahead).argmax(axis=1))
    chosen = np.argsort(-longest, kind="stable")[:max(count, 0)]
    still = np.logical_and.accumulate(ahead[chosen], axis=1).sum(axis=0)
    return still[np.minimum(np.arange(hours), HOURS_PER_YEAR - 1)].astype(float)


def _thermal(day: Day) -> None:
    case, m = day.case, day.model
    table = case.table("thermal")
    if not len(table):
        return
    plant = day.plants(table, "thermal")
    units = table["units"].to_numpy(dtype=float)
    there = units[:, None] - case.units_out(table, day.first_hour, day.hours)  # A_t
    p_min_unit, p_max_unit = case.least_output(table), table["p_max_mw"].to_numpy(dtype=float)
    # Limits of a unit from the hour before the span on; its ramp before a stop in hour 0 is that hour's.
    share = [case.profile_rows(table[c], day.first_hour - 1, day.hours + 1, empty)
             for c, empty in (("p_max_profile", 1.0), ("p_min_profile", 0.0))]
    p_max, floor = (p_max_unit[:, None] * values for values in share)
    for name, plan in case.heat_plans(table, day.first_hour - 1, day.hours + 1).items():  # TH-14, TH-15
        k = plant.get_loc(name)
        p_max[k], floor[k] = np.minimum(p_max[k], plan["high_mw"]), np.maximum(floor[k], plan["low_mw"])
    p_min = np.maximum(p_min_unit[:, None], np.minimum(floor, p_max))
    p_max = np.maximum(p_max, p_min_unit[:, None])
    start_ramp, stop_ramp = (np.minimum(np.maximum(table[c].to_numpy(dtype=float)[:, None], p_min), p_max)
                             for c in ("start_ramp_mw", "stop_ramp_mw"))
    stop_ramp_before = stop_ramp[:, :-1]
    p_min, p_max, start_ramp, stop_ramp = (values[:, 1:] for values in (p_min, p_max, start_ramp, stop_ramp))
    above_min, above_max = p_min - p_min_unit[:, None], p_max - p_min_unit[:, None]
    up_h, down_h = table["min_up_h"].to_numpy(dtype=int), table["min_down_h"].to_numpy(dtype=int)

    # State before the span.
    before = table["initial_units_on"].to_numpy(dtype=float)
    since = table["initial_h"].to_numpy(dtype=float)
    given = before >= 0
    t = np.arange(day.hours)

    # TH-4, and what TH-2 and TH-3 carry in: units held on, and units held off.
    single = case.single_units(table)
    hour = (day.first_hour + t) % HOURS_PER_YEAR
    low, high = np.array([must[:, hour].sum(axis=0) for _, must in single], dtype=float), there
    held_on = np.array([_still_on(serves, int(count), day.first_hour, day.hours) for (serves, _), count in zip(single, before)])
    held_on = np.where(given[:, None] & (t < (up_h - since)[:, None]), held_on, 0.0)
    held_off = np.where(given[:, None] & (t < (down_h - since)[:, None]), units[:, None] - before[:, None], 0.0)
    may_change = np.where(given[:, None] | (t > 0), units[:, None], 0.0)
    on = m.add_variables(day.hourly(low, plant), day.hourly(high, plant), name="thermal_on", integer=True)
    start = m.add_variables(0, day.hourly(may_change, plant), name="thermal_start", integer=True)
    stop = m.add_variables(0, day.hourly(may_change, plant), name="thermal_stop", integer=True)
    up = day.hold("thermal_up", plant, table["bus"], "up")
    down = day.hold("thermal_down", plant, table["bus"], "down")
    rest = day.hold("thermal_non_spinning", plant, table["bus"], "up", "non_spinning")

    linked = day.hourly(given[:, None] | (t > 0), plant)
    first = (t == 0).astype(float)
    before_or_0 = np.where(given, before, 0.0)
    # TH-1
    day.add(on - on.shift(hour=1) - start + stop, "=", day.hourly(before_or_0[:, None] * first, plant), "TH-1", linked)
    # TH-2, TH-3: sums over the last hours, one length at a time.
    for length in np.unique(up_h):
        of = np.flatnonzero(up_h == length)
        chosen = plant[of]
        day.add(start.sel(thermal=chosen).rolling(hour=int(length), min_periods=1).sum() - on.sel(thermal=chosen), "<=",
                day.hourly(-held_on[of], chosen), f"TH-2.{length}")
    for length in np.unique(down_h):
        of = np.flatnonzero(down_h == length)
        chosen = plant[of]
        day.add(stop.sel(thermal=chosen).rolling(hour=int(length), min_periods=1).sum() + on.sel(thermal=chosen), "<=",
                day.hourly(units[of, None] - held_off[of], chosen), f"TH-3.{length}")

    # TH-8
    width, marginal, no_load = case.heat_segments(table)
    segment = pd.RangeIndex(width.shape[1], name="segment")
    width = xr.DataArray(width, coords={"thermal": plant, "segment": segment}, dims=["thermal", "segment"])
    marginal = xr.DataArray(marginal, coords=width.coords, dims=width.dims)
    mask = (width > 0).expand_dims(hour=day.hour).transpose("thermal", "segment", "hour")
    part = m.add_variables(0, coords=[plant, segment, day.hour], name="thermal_segment", mask=mask)
    day.add(part - width * on, "<=", 0, "TH-8", mask)
    above = part.sum("segment")  # p'

    # TH-5: one row for minimum times on of 2 h and more, else two.
    at_start, at_stop = day.hourly(p_max - start_ramp, plant), day.hourly(p_max - stop_ramp, plant)
    capacity = _plus(above, up) - day.hourly(above_max, plant) * on
    both = day.array(up_h >= 2, plant)
    stopping = (at_stop.shift(hour=1, fill_value=0.0) * stop).shift(hour=-1)  # of hour t + 1, with hour t's factor
    day.add(capacity + at_start * start + both * stopping, "<=", 0, "TH-5")
    quick = plant[up_h < 2]
    if len(quick):
        day.add((capacity + stopping).sel(thermal=quick), "<=", 0, "TH-5.stop")

    # TH-6
    kept = np.minimum(before_or_0, there[:, 0])  # the others fall from any output
    above_before = np.where(given, (table["initial_p_mw"].to_numpy(dtype=float) - p_min_unit) * kept, 0.0)
    let_go = (stop_ramp_before[:, 0] - p_min_unit) * (before_or_0 - kept)
    raise_by, fall_by = (table[c].to_numpy(dtype=float) for c in ("ramp_up_mw_per_h", "ramp_down_mw_per_h"))
    slow_up, slow_down = (day.hourly((ramp < p_max_unit - p_min_unit)[:, None], plant) & linked for ramp in (raise_by, fall_by))
    ramp_up, ramp_down = day.array(raise_by, plant), day.array(fall_by, plant)
    # A given output may be above what TH-5 would have allowed before a stop.
    falls = given & (table["initial_p_mw"].to_numpy(dtype=float) > stop_ramp_before[:, 0])
    slow_down = slow_down | day.hourly(falls[:, None] & (t == 0), plant)
    p_min_array = day.array(p_min_unit, plant)
    day.add(_plus(above - above.shift(hour=1), up) - ramp_up * (on - start)
            - (day.hourly(start_ramp, plant) - p_min_array) * start, "<=",
            day.hourly(above_before[:, None] * first, plant), "TH-6.up", slow_up)
    day.add(_plus(above.shift(hour=1) - above, down) - ramp_down * (on.shift(hour=1) - stop)
            - (day.hourly(stop_ramp_before, plant) - p_min_array) * stop, "<=",
            day.hourly((fall_by * before_or_0 - let_go - above_before)[:, None] * first, plant), "TH-6.down", slow_down)

    # TH-7, TH-10
    day.add(_minus(above, down) - day.hourly(above_min, plant) * on, ">=", 0, "TH-7")
    if up is not None:
        day.add(up - day.array(table["spinning_up_mw"], plant) * on, "<=", 0, "TH-10.up")
    if down is not None:
        day.add(down - day.array(table["spinning_down_mw"], plant) * on, "<=", 0, "TH-10.down")
    if rest is not None:
        fast = day.array(table["non_spinning_mw"], plant)
        day.add(rest + fast * on, "<=", fast * day.hourly(there, plant), "TH-10.non_spinning")

    # TH-9: tier j of a start needs a stop in the window [t - off_h(j + 1) + 1, t - off_h(j)].
    off_from, tier_cost = case.start_tiers(table)
    tier = pd.RangeIndex(off_from.shape[1], name="tier")
    has = xr.DataArray(off_from >= 0, coords={"thermal": plant, "tier": tier}, dims=["thermal", "tier"])
    if bool(has.any()):
        started = m.add_variables(0, coords=[plant, tier, day.hour], name="thermal_start_tier",
                                  mask=has.expand_dims(hour=day.hour).transpose("thermal", "tier", "hour"))
        with_tiers = day.hourly(has.any("tier").values[:, None], plant)
        day.add(started.sum("tier") - start, "=", 0, "TH-9.sum", with_tiers)
        groups: dict[tuple, list] = {}
        for k, offs in enumerate(off_from):
            for j in range(len(offs) - 1):
                if offs[j + 1] >= 0:
                    groups.setdefault((j, int(offs[j]), int(offs[j + 1])), []).append(k)
        for (j, begin, end), members in groups.items():
            chosen = plant[members]
            window = stop.sel(thermal=chosen).shift(hour=begin).rolling(hour=end - begin, min_periods=1).sum()
            # Units off before the span stopped `since` hours before its first hour.
            in_window = ((t[None, :] - end + 1 <= -since[members][:, None]) & (-since[members][:, None] <= t[None, :] - begin)
                         & given[members][:, None])
            carried = np.where(in_window, (units - before_or_0)[members][:, None], 0.0)
            day.add(started.sel(thermal=chosen, tier=j, drop=True) - window, "<=", day.hourly(carried, chosen),
                    f"TH-9.{j}.{begin}.{end}")
        day.cost.append((started * xr.DataArray(tier_cost, coords=has.coords, dims=has.dims)).sum())
    day.cost += [(part * marginal).sum(), (on * day.array(no_load, plant)).sum()]
    output = above + p_min_array * on
    _heat_of_power_blocks(day, output, on, start)
    net = _captured(day, table, output, on)
    if len(case.table("emission_caps")):
        base, slope = case.emission_lines(table)
        day.emitted = day.array(base, plant) * on + day.array(slope, plant) * output
        if len(case.table("carbon_capture")):
            day.emitted = day.emitted - m.variables["thermal_captured"].reindex(thermal=plant)
    _energy_limits(day, net)
    day.supply.append((net, "thermal", table["bus"].to_numpy()))


def _heat_of_power_blocks(day: Day, output, on, start) -> None:
    """TH-17, and who takes heat of which store for TH-18."""
    for row in day.case.table("power_blocks").itertuples():
        at_0, per_mwh = (value / 3.6 for value in day.case.heat_line(row.plant))
        own = {"thermal": row.plant, "drop": True}
        day.heat.setdefault(row.store, []).append(
            at_0 * on.sel(**own) + per_mwh * output.sel(**own) + row.start_heat_mwh * start.sel(**own))


def _captured(day: Day, table: pd.DataFrame, output, on):
    """TH-19; gives net output."""
    capture = day.case.table("carbon_capture")
    if not len(capture):
        return output
    plant = pd.Index(capture["plant"], name="thermal")
    fuels = day.case.table("fuels").set_index("name")["co2_t_per_gj"]
    co2 = fuels[table.set_index("name")["fuel"][plant]].to_numpy()
    line = np.array([day.case.heat_line(name) for name in plant])
    share = capture["share_max_pu"].to_numpy(dtype=float) * co2
    tonnes = day.model.add_variables(0, coords=[plant, day.hour], name="thermal_captured")
    day.add(tonnes - day.array(share * line[:, 0], plant) * on.sel(thermal=plant)
            - day.array(share * line[:, 1], plant) * output.sel(thermal=plant), "<=", 0, "TH-19")
    saved = float(day.case.settings.get("carbon_price_cny_per_t", 0.0))
    day.cost.append((tonnes * day.array(capture["cost_cny_per_t"].to_numpy(dtype=float) - saved, plant)).sum())
    used = (day.array(capture["energy_mwh_per_t"], plant) * tonnes).reindex(
        {"thermal": pd.Index(table["name"], name="thermal")})
    return output - used


def _periods(day: Day, period: str) -> list[tuple[np.ndarray, float]]:
    """Hours of the span in each month or year that it touches, and their part of the whole period."""
    hour_of_year = (day.first_hour + np.arange(day.hours)) % HOURS_PER_YEAR
    month = np.searchsorted(MONTH_BEGIN, hour_of_year, side="right")
    label = month if period == "month" else 0 * month
    return [(np.flatnonzero(label == n), float(np.sum(label == n)) /
             (MONTH_BEGIN[n] - MONTH_BEGIN[n - 1] if period == "month" else HOURS_PER_YEAR)) for n in np.unique(label)]


def _emission_caps(day: Day) -> None:
    """PT-4"""
    thermal = day.case.table("thermal")
    for row in day.case.table("emission_caps").itertuples():
        named = isinstance(row.region, str) and row.region
        mine = np.flatnonzero((day.case.region_of_bus(thermal["bus"]) == row.region).to_numpy()) if named else np.arange(len(thermal))
        for k, (inside, part) in enumerate(_periods(day, row.period)):
            beyond = day.model.add_variables(0, 0 if row.hard == "yes" else np.inf, name=f"emission_excess.{row.name}.{k}")
            day.add(day.emitted.isel(thermal=mine, hour=inside).sum() - beyond, "<=", row.cap_t * part, f"PT-4.{row.name}.{k}")
            day.cost.append(beyond * (0.0 if row.hard == "yes" else row.excess_cny_per_t))


def _source(case, dimension: str, row) -> str:
    """What a plant's energy counts as (PT-0)."""
    if dimension == "thermal":
        if row.technology in ("biomass", "geothermal", "csp"):
            return "non_hydro"
        co2 = case.table("fuels").set_index("name")["co2_t_per_gj"][row.fuel]
        return "clean" if co2 == 0 else "other"
    if dimension == "renewable":
        return "hydro" if row.technology == "run_of_river" else "non_hydro"
    if dimension == "storage":
        heat = case.table("power_blocks")
        own = row.inflow_mw > 0 and row.charge_max_mw == 0 and not (len(heat) and (heat["store"] == row.name).any())
        return "non_hydro" if own else "none"
    return "hydro"


COUNTS = {"renewable": ("non_hydro", "hydro"), "non_hydro": ("non_hydro",), "clean_generation": ("non_hydro", "hydro", "clean")}
TABLES = {"thermal": "thermal", "renewable": "renewables", "storage": "storages", "station": "hydro"}


def _energy_by_source(day: Day, region: str) -> dict[str, list]:
    """By source, expressions over hours of what a region's plants give; of pumps what their units will give back (PT-0)."""
    case = day.case
    found: dict[str, list] = {}
    for expression, dimension, buses in day.supply:
        if dimension in TABLES:
            table = case.table(TABLES[dimension]).set_index("name", drop=False)
            names = expression.indexes[dimension]
            source = np.array([_source(case, dimension, row) for row in table.loc[list(names)].itertuples(index=False)])
            here = (case.region_of_bus(pd.Series(buses)) == region).to_numpy()
            for one in np.unique(source[here]) if here.any() else ():
                chosen = np.flatnonzero(here & (source == one))
                found.setdefault(one, []).append((1.0 * expression).isel({dimension: chosen}).sum(dimension))
        elif dimension == "pump":
            pumps, stations = case.table("pumps"), case.table("hydro").set_index("name")
            curves = case.head_curves()
            back = np.zeros(len(pumps))
            for k, row in enumerate(pumps.itertuples()):
                if isinstance(row.station, str) and row.station and \
                        case.region_of_bus(stations.loc[[row.station], "bus"]).iloc[0] == region:
                    best = max(curves[row.station][1]) if row.station in curves else stations.mw_per_m3_per_s[row.station]
                    back[k] = best / row.mw_per_m3_per_s
            chosen = np.flatnonzero(back)
            if len(chosen):
                part = (1.0 * expression).isel(pump=chosen)
                found.setdefault("hydro", []).append(
                    (part * xr.DataArray(back[chosen], coords={"pump": part.coords["pump"]}, dims=["pump"])).sum("pump"))
    return found


def _asked(day: Day, region: str, inside: np.ndarray) -> float:
    """PT-0: what a region's loads and flexible loads ask for in some hours."""
    case = day.case
    of = (case.region_of_bus(case.table("loads")["bus"]) == region).to_numpy()
    asked = float(day.demand.values[of][:, inside].sum())
    if day.flexible_use is not None:
        use, buses = day.flexible_use
        asked += float(use[(case.region_of_bus(buses) == region).to_numpy()][:, inside].sum())
    return asked


def _targets(day: Day) -> None:
    """PT-1 to PT-3"""
    case, table = day.case, day.case.table("targets")
    if not len(table):
        return
    lines = case.table("hvdc").set_index("name") if len(case.table("hvdc")) else None
    of_line = table["hvdc"].notna() & (table["hvdc"].astype(str) != "")
    place = [case.region_of_bus(lines.loc[[row.hvdc], "bus"]).iloc[0] if line else row.region
             for row, line in zip(table.itertuples(), of_line)]
    energy = {region: _energy_by_source(day, region) for region in set(place)}

    def given(region: str, kind: str, inside, met: bool) -> list:
        return [term.isel(hour=inside).sum("hour") for source, terms in energy[region].items() for term in terms
                if source != "none" and (source in COUNTS[kind]) == met]

    for (kind, period), market in table.groupby(["kind", "period"], sort=False):
        for number, (inside, _) in enumerate(_periods(day, period)):
            short = {k: day.model.add_variables(0, 0 if table["hard"][k] == "yes" else np.inf,
                                                name=f"target_short.{table['name'][k]}.{number}") for k in market.index}
            day.cost += [short[k] * table["shortfall_cny_per_mwh"][k] for k in market.index if table["hard"][k] != "yes"]
            if kind == "clean_generation":
                for k in market.index:
                    share = table["share"][k]
                    terms = [(1 - share) * term for term in given(place[k], kind, inside, True)]
                    terms += [-share * term for term in given(place[k], kind, inside, False)]
                    day.add(_sum([*terms, short[k]]), ">=", 0, f"PT-3.{table['name'][k]}.{number}")
                continue

            def balance(rows: list, share: dict, tag: str) -> None:
                if all(value == 0 for value in share.values()):
                    return
                terms, owed = [short[k] for k in rows], 0.0
                for region in {place[k] for k in rows}:
                    terms += given(region, kind, inside, True)
                for k in rows:
                    if of_line[k]:
                        name = table["hvdc"][k]
                        terms.append(-share[k] * day.hvdc_power[name].sel(line=name, drop=True).isel(hour=inside).sum("hour"))
                    else:
                        owed += share[k] * _asked(day, place[k], inside)
                day.add(_sum(terms), ">=", owed, f"{tag}.{kind}.{period}.{number}")

            for region in {place[k] for k in market.index}:
                own = [k for k in market.index if place[k] == region]
                balance(own, {k: (1 - table["bought_max_pu"][k]) * table["share"][k] for k in own}, f"PT-1.{region}")
            if (market["bought_max_pu"] > 0).any():
                balance(list(market.index), dict(market["share"]), "PT-2")


def _energy_limits(day: Day, net) -> None:
    """TH-16, of periods that the span covers in part their share by hours."""
    table = day.case.table("energy_limits")
    if not len(table):
        return
    hour_of_year = (day.first_hour + np.arange(day.hours)) % HOURS_PER_YEAR
    month = np.searchsorted(MONTH_BEGIN, hour_of_year, side="right")
    own = table["shared"].where(table["shared"].notna(), "of " + table["plant"])
    for name, rows in table.groupby(own):
        row = rows.iloc[0]
        label = month if row["period"] == "month" else 0 * month
        for period in np.unique(label):
            inside = np.flatnonzero(label == period)
            length = MONTH_BEGIN[period] - MONTH_BEGIN[period - 1] if row["period"] == "month" else HOURS_PER_YEAR
            given = net.sel(thermal=list(rows["plant"])).isel(hour=inside).sum()
            day.add(given, "<=", row["energy_gwh"] * 1000 * len(inside) / length, f"TH-16.{name}.{period}")


def _renewables(day: Day) -> None:
    table = day.case.table("renewables")
    if not len(table):
        return
    plant = day.plants(table, "renewable")
    day.available = day.array(table["capacity_mw"], plant) * day.series(table, "profile", plant) * day.served("renewables", plant)
    output = day.model.add_variables(0, day.available, name="renewable_output")  # RN-1
    down = day.hold("renewable_down", plant, table["bus"], "down")
    if down is not None:
        day.add(down - output, "<=", 0, "RN-2")
    penalty = day.array(table["curtailment_cny_per_mwh"], plant)
    day.cost.append((output * (day.array(table["variable_om_cny_per_mwh"], plant) - penalty)).sum())
    day.constant += float((day.available * penalty).sum())
    day.supply.append((1.0 * output, "renewable", table["bus"].to_numpy()))


def _hydro(day: Day) -> None:
    case, m = day.case, day.model
    table, stations = case.table("reservoirs"), case.table("hydro")
    if not len(table):
        return
    pond = day.plants(table, "reservoir")
    reference = case.reference_storage(day.first_hour, day.hours + 1)  # (reservoir, start of hour)
    least, most = (table[c].to_numpy(dtype=float)[:, None] for c in ("storage_min_hm3", "storage_max_hm3"))
    low = least + (most - least) * day.series(table, "storage_min_profile", pond, 0.0).values
    high = least + (most - least) * day.series(table, "storage_max_profile", pond, 1.0).values
    low, high = np.minimum(low, reference[:, 1:]), np.maximum(high, reference[:, 1:])  # HY-2
    level = m.add_variables(day.hourly(low, pond), day.hourly(high, pond), name="reservoir_storage")
    release_max = day.hourly(table["release_max_m3_per_s"].to_numpy(dtype=float)[:, None]
                             * day.series(table, "release_max_profile", pond).values, pond)
    spill = m.add_variables(0, release_max, name="reservoir_spill")
    short = m.add_variables(0, coords=[pond, day.hour], name="reservoir_release_short")
    end_short = m.add_variables(0, coords=[pond], name="reservoir_terminal_short")
    release = 1.0 * spill
    # HY-1, with the water on its way at the start.
    natural = case.natural_inflow(day.first_hour, day.hours)
    longest = int(table["travel_h"].max())
    early = case.reference_release(day.first_hour - longest, longest)
    right = HM3_PER_M3S_H * natural
    arriving = []
    names = table["name"].to_numpy()
    for upstream, (below, delay) in enumerate(zip(table["downstream"], table["travel_h"].to_numpy(dtype=int))):
        if isinstance(below, str) and below:
            reached = min(delay, day.hours)
            right[names == below, :reached] += HM3_PER_M3S_H * early[upstream, longest - delay:longest - delay + reached]
    if len(stations):
        release = release + _stations(day, stations, table, reference, level, spill, low, high,
                                      _reach(day, table, right, reference[:, 0], low, high, HM3_PER_M3S_H * release_max.values))
    right[:, 0] += reference[:, 0]
    for upstream, (below, delay) in enumerate(zip(table["downstream"], table["travel_h"].to_numpy(dtype=int))):
        if isinstance(below, str) and below:
            if delay < day.hours:
                arriving.append(release.sel(reservoir=names[upstream], drop=True).shift(hour=delay)
                                * xr.DataArray((names == below).astype(float), coords={"reservoir": pond}, dims=["reservoir"]))
    balance = level - level.shift(hour=1) + HM3_PER_M3S_H * release
    for water in [*arriving, *_lifted(day, pond)]:
        balance = balance - HM3_PER_M3S_H * water
    day.add(balance, "=", day.hourly(right, pond), "HY-1")
    least_release = day.array(table["release_min_m3_per_s"], pond) * day.series(table, "release_min_profile", pond)
    day.add(release + short, ">=", least_release, "HY-3")
    day.add(release, "<=", release_max, "HY-4")
    day.add(level.isel(hour=-1, drop=True) + end_short, ">=", day.array(reference[:, -1], pond), "HY-5")
    day.cost += [(short * (HM3_PER_M3S_H * day.array(table["release_shortfall_cny_per_hm3"], pond))).sum(),
                 (end_short * day.array(table["terminal_shortfall_cny_per_hm3"], pond)).sum()]


def _reach(day: Day, table: pd.DataFrame, arriving: np.ndarray, initial: np.ndarray, low: np.ndarray, high: np.ndarray,
           most: np.ndarray):
    """HY-7: bounds of each reservoir's storage at the start of each hour, hm3: least inflow and largest release, largest inflow
    and least release. arriving: hm3 in the hour that come whatever is released."""
    names = list(table["name"])
    below = [names.index(name) if isinstance(name, str) and name else -1 for name in table["downstream"]]
    delay = table["travel_h"].to_numpy(dtype=int)
    taken, brought = np.zeros(len(names)), np.zeros(len(names))
    for row in day.case.table("pumps").itertuples():
        lifts = HM3_PER_M3S_H * row.p_max_mw / row.mw_per_m3_per_s
        taken[names.index(row.reservoir_from)] += lifts
        brought[names.index(row.reservoir_to)] += lifts
    at_least, at_most = arriving - taken[:, None], arriving + brought[:, None]
    lowest, highest = np.zeros((2, len(names), day.hours))
    waiting = [below.count(r) for r in range(len(names))]
    ready = [r for r in range(len(names)) if waiting[r] == 0]
    for r in ready:  # grows while we walk down the rivers
        a, b = initial[r], initial[r]
        sent_least, sent_most = np.zeros((2, day.hours))
        for t in range(day.hours):
            lowest[r, t], highest[r, t] = a, b
            sent_least[t] = max(0.0, a - high[r, t] + at_least[r, t])
            sent_most[t] = np.clip(b - low[r, t] + at_most[r, t], 0.0, most[r, t])
            a, b = max(low[r, t], a + at_least[r, t] - most[r, t]), min(high[r, t], b + at_most[r, t])
        if below[r] >= 0:
            at_least[below[r], delay[r]:] += sent_least[:max(0, day.hours - delay[r])]
            at_most[below[r], delay[r]:] += sent_most[:max(0, day.hours - delay[r])]
            waiting[below[r]] -= 1
            if waiting[below[r]] == 0:
                ready.append(below[r])
    return lowest, highest


def _lifted(day: Day, pond: pd.Index) -> list:
    """HY-9: what pumps bring to reservoirs, and take from them; they are supplied by their buses."""
    table = day.case.table("pumps")
    if not len(table):
        return []
    pump = day.plants(table, "pump")
    per_flow = day.array(table["mw_per_m3_per_s"], pump)
    most = day.array(table["p_max_mw"], pump) / per_flow
    flow = day.model.add_variables(0, day.hourly(most.values[:, None], pump) * day.served("pumps", pump), name="hydro_pump")
    day.cost.append((flow * (per_flow * day.array(table["variable_om_cny_per_mwh"], pump))).sum())
    day.supply.append((-1.0 * per_flow * flow, "pump", table["bus"].to_numpy()))
    brings = (np.equal.outer(table["reservoir_to"].to_numpy(), pond.to_numpy()).astype(float)
              - np.equal.outer(table["reservoir_from"].to_numpy(), pond.to_numpy()).astype(float))
    return [(flow * xr.DataArray(brings, coords={"pump": pump, "reservoir": pond}, dims=["pump", "reservoir"])).sum("pump")]


def _stations(day: Day, table: pd.DataFrame, reservoirs: pd.DataFrame, reference: np.ndarray, level, spill,
              low: np.ndarray, high: np.ndarray, reach: tuple[np.ndarray, np.ndarray]):
    """Columns and rows of the stations; gives their flow by reservoir."""
    m = day.model
    station = day.plants(table, "station")
    pond = day.plants(reservoirs, "reservoir")
    flow_max, p_max = day.array(table["flow_max_m3_per_s"], station), day.array(table["p_max_mw"], station)
    serves = day.served("hydro", station)
    flow = m.add_variables(0, day.hourly(flow_max.values[:, None], station) * serves, name="hydro_flow")
    up = day.hold("hydro_up", station, table["bus"], "up")
    down = day.hold("hydro_down", station, table["bus"], "down")
    factor = table["mw_per_m3_per_s"].to_numpy(dtype=float).copy()
    curves = day.case.head_curves()
    plain = ~table["name"].isin(curves).to_numpy()
    om = day.array(table["variable_om_cny_per_mwh"], station)

    def add_output(output, chosen: pd.Index, largest, tag: str) -> None:
        """HY-8 and the balance of some stations."""
        held = None if up is None else up.sel(station=chosen)
        day.add(_plus(output, held), "<=", p_max.sel(station=chosen), f"HY-8.capacity.{tag}")
        if held is not None:
            day.add(output + held - largest, "<=", 0, f"HY-8.flow.{tag}")
            day.add(1.0 * held, "<=", (p_max * serves).sel(station=chosen), f"HY-8.served.{tag}", held.labels != -1)
        if down is not None:
            day.add(output - down.sel(station=chosen), ">=", 0, f"HY-8.floor.{tag}")
        day.cost.append((output * om.sel(station=chosen)).sum())
        day.supply.append((output, "station", table["bus"].to_numpy()[np.isin(station, chosen)]))

    if plain.any():  # HY-6
        chosen = station[plain]
        eta = day.array(factor[plain], chosen)
        add_output(eta * flow.sel(station=chosen), chosen, eta * flow_max.sel(station=chosen), "plain")
    for k in np.flatnonzero(~plain):  # HY-7
        name, r = table["name"].iloc[k], list(reservoirs["name"]).index(table["reservoir"].iloc[k])
        begin, eta = (np.array(values) for values in curves[name])
        lowest, highest = min(low[r].min(), reference[r, 0]), max(high[r].max(), reference[r, 0])
        begin[0] = min(lowest, float(reservoirs["storage_min_hm3"].iloc[r]))
        end = np.append(begin[1:], max(highest, float(reservoirs["storage_max_hm3"].iloc[r])))
        segment = pd.RangeIndex(len(eta), name="head")
        coords = {"head": segment}
        both = {"coords": {"head": segment, "hour": day.hour}, "dims": ["head", "hour"]}
        first, last = (np.searchsorted(begin[1:], at[r] + 1e-9 * np.maximum(1.0, np.abs(at[r])), side="right") for at in reach)
        within = (segment.to_numpy()[:, None] >= first) & (segment.to_numpy()[:, None] <= np.maximum(first, last))
        several = xr.DataArray(last > first, coords={"hour": day.hour}, dims=["hour"])  # else one, where the storage is anyway
        chosen = m.add_variables(xr.DataArray(1.0 * (within & (last <= first)), **both), xr.DataArray(1.0 * within, **both),
                                 integer=True, name=f"hydro_segment.{name}")
        through = m.add_variables(0, coords=[segment, day.hour], name=f"hydro_segment_flow.{name}")
        eta_array, flow_top = xr.DataArray(eta, coords=coords, dims=["head"]), float(flow_max.values[k])
        day.add(flow.sel(station=name, drop=True) - through.sum("head"), "=", 0, f"HY-7.flow.{name}")
        p_top, there = float(p_max.values[k]), serves.isel(station=k, drop=True)
        flow_of = xr.DataArray(np.minimum(flow_top, p_top / np.maximum(eta, 1e-12)), coords=coords, dims=["head"])
        day.add(through - flow_of * there * chosen, "<=", 0, f"HY-7.segment.{name}")
        day.add(chosen.sum("head"), "=", 1, f"HY-7.one.{name}")
        storage = level.isel(reservoir=r, drop=True).shift(hour=1)
        start = xr.DataArray(np.where(np.arange(day.hours) == 0, reference[r, 0], 0.0), coords={"hour": day.hour}, dims=["hour"])
        day.add((chosen * xr.DataArray(begin, coords=coords, dims=["head"])).sum("head") - storage, "<=", start,
                f"HY-7.from.{name}", several)
        day.add((chosen * xr.DataArray(end, coords=coords, dims=["head"])).sum("head") - storage, ">=", start,
                f"HY-7.to.{name}", several)
        factor[k] = eta.min()
        one = pd.Index([name], name="station")
        add_output((through * eta_array).sum("head").expand_dims(station=one), one,
                   (chosen * (eta_array * flow_of)).sum("head").expand_dims(station=one), name)

    group = xr.DataArray(table["reservoir"].to_numpy(), coords={"station": station}, dims=["station"], name="reservoir")
    if up is not None:  # HY-8, water behind the reserve
        worth = day.array(np.where(factor > 0, HM3_PER_M3S_H / np.where(factor > 0, factor, 1.0), 0.0), station)
        day.add(up, "<=", day.hourly(np.where(factor > 0, np.inf, 0.0)[:, None], station), "HY-8.none",
                day.hourly((factor == 0)[:, None], station))
        behind = (worth * up).groupby(group).sum().reindex({"reservoir": pond})
        day.add(behind - level - HM3_PER_M3S_H * spill, "<=", day.hourly(-low, pond), "HY-8.water")
    return (1.0 * flow).groupby(group).sum().reindex({"reservoir": pond})


def _storages(day: Day) -> None:
    m = day.model
    table = day.case.table("storages")
    if not len(table):
        return
    plant = day.plants(table, "storage")
    energy_max, initial = (day.array(table[c], plant) for c in ("energy_max_mwh", "energy_initial_mwh"))
    serves = day.served("storages", plant)
    charge_max, discharge_max = (day.hourly(values, plant) * serves for values in _through_connections(day, table, serves.values))
    take, give = day.array(table["efficiency_charge"], plant), day.array(table["efficiency_discharge"], plant)
    keep = 1.0 - day.array(table["loss_per_h"], plant)
    inflow = day.array(table["inflow_mw"], plant) * day.series(table, "inflow_profile", plant) * serves
    made_up = (1.0 - keep) * initial * (1.0 - serves)  # SV-4
    charge = m.add_variables(0, charge_max, name="storage_charge")
    discharge = m.add_variables(0, discharge_max, name="storage_discharge")
    energy = m.add_variables(0, day.hourly(energy_max.values[:, None], plant), name="storage_energy")
    spill = m.add_variables(0, inflow, name="storage_spill", mask=inflow > 0)
    up = day.hold("storage_up", plant, table["bus"], "up")
    down = day.hold("storage_down", plant, table["bus"], "down")
    heat = plant.isin(day.case.table("power_blocks")["store"]) if len(day.case.table("power_blocks")) else np.zeros(len(plant), bool)
    of_heat = day.hourly(heat[:, None], plant)
    for held, name in ((up, "up"), (down, "down")):
        if held is not None:
            day.add(1.0 * held, "<=", 0, f"TH-18.no_{name}", of_heat & (held.labels != -1))
    for store in plant[heat]:
        day.add(_sum(day.heat[store]) - discharge.sel(storage=store, drop=True), "<=", 0, f"TH-18.{store}")
    feeds = xr.DataArray(1.0 - heat, coords={"storage": plant}, dims=["storage"])
    first = day.only_hours(np.arange(day.hours) == 0, plant).astype(float)
    day.add(energy - keep * energy.shift(hour=1) - take * charge + (1.0 / give) * discharge + spill, "=",
            inflow + made_up + keep * initial * first, "ST-1")
    day.add(energy.isel(hour=-1, drop=True), ">=", initial, "ST-2")
    if up is not None:
        day.add(discharge - charge + up, "<=", discharge_max, "ST-3.up")
        day.add((1.0 / give) * up - energy, "<=", 0, "ST-4.up")
    if down is not None:
        day.add(charge - discharge + down, "<=", charge_max, "ST-3.down")
        day.add(take * down + energy, "<=", energy_max, "ST-4.down")
    day.cost.append((discharge * day.array(table["variable_om_cny_per_mwh"], plant)).sum())
    day.supply.append((feeds * (discharge - charge), "storage", table["bus"].to_numpy()))


def _through_connections(day: Day, table: pd.DataFrame, serves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ST-5: largest charge and discharge by storage and hour, as far as its connection lets through when all others help."""
    charge, discharge = (np.repeat(table[c].to_numpy(dtype=float)[:, None], day.hours, axis=1)
                         for c in ("charge_max_mw", "discharge_max_mw"))
    limits = (charge.copy(), discharge.copy())
    connections, renewables = day.case.table("connections"), day.case.table("renewables")
    for row in connections.itertuples():
        mine = (table["connection"] == row.name).to_numpy()
        sun = day.available.values[(renewables["connection"] == row.name).to_numpy()].sum(axis=0) if len(renewables) else 0.0
        for k in np.flatnonzero(mine):
            others = mine & (np.arange(len(table)) != k)
            limits[0][k] = np.minimum(charge[k], row.import_max_mw + sun + (discharge * serves)[others].sum(axis=0))
            limits[1][k] = np.minimum(discharge[k], row.export_max_mw + (charge * serves)[others].sum(axis=0))
    return limits


def _loss_chords(p_min: float, p_max: float, loss: float) -> list[tuple[float, float]]:
    """HV-5: slope and offset of every chord of p - loss p^2 / P."""
    rated = p_max if p_max > 0 else abs(p_min)
    points = sorted({*np.linspace(p_min, p_max, 9), 0.0})
    points = [p for k, p in enumerate(points) if k == 0 or p - points[k - 1] > 1e-9 * rated]
    return [(1 - loss * (a + b) / rated, loss * a * b / rated) for a, b in zip(points, points[1:])] or [(1.0, 0.0)]


def _hvdc(day: Day) -> None:
    """Lines with blocks of the same length together."""
    table = day.case.table("hvdc")
    for block_h, lines in table.groupby("block_h") if len(table) else ():
        _hvdc_of_block(day, int(block_h), lines)


def _dc_links(day: Day) -> None:
    """NW-5, written for each end: what it gives to its bus."""
    table = day.case.table("dc_links")
    if not len(table):
        return
    link = day.plants(table, "dc_link")
    there = day.series(table, "p_max_profile", link) * day.served("dc_links", link)
    most, least = (day.array(table[c], link) for c in ("p_max_mw", "p_min_mw"))
    forward = day.model.add_variables(there * least.clip(min=0), there * most, name="dc_link_forward")
    backward = day.model.add_variables(0 * there, there * (-least).clip(min=0), name="dc_link_backward")
    arrives = day.array(1.0 - table["loss_pu"], link)
    day.supply.append((arrives * backward - 1.0 * forward, "dc_link", table["from_bus"].to_numpy()))
    day.supply.append((arrives * forward - 1.0 * backward, "dc_link", table["to_bus"].to_numpy()))


def _hvdc_of_block(day: Day, block_h: int, table: pd.DataFrame) -> None:
    m = day.model
    tag = f"{block_h}h"
    hour_of_year = day.first_hour + np.arange(day.hours)
    number = hour_of_year // block_h
    starts = np.flatnonzero(np.diff(number, prepend=number[0] - 1))  # first hour of every block
    of_hour = np.searchsorted(starts, np.arange(day.hours), side="right") - 1
    line, block = day.plants(table, "line"), pd.RangeIndex(len(starts), name="block")

    def by_block(values) -> xr.DataArray:
        return xr.DataArray(np.broadcast_to(values, (len(line), len(block))), coords={"line": line, "block": block},
                            dims=["line", "block"])

    p_min, p_max, step, ramp = (table[c].to_numpy(dtype=float)[:, None]
                                for c in ("p_min_mw", "p_max_mw", "level_step_mw", "ramp_mw_per_block"))
    serves = day.case.served("hvdc", day.first_hour, day.hours)[table.index]
    there = day.case.profile_rows(table["p_max_profile"], day.first_hour, day.hours, 1.0) * serves
    there = np.minimum.reduceat(there, starts, axis=1)
    high = p_max * there  # HV-1
    low = np.where(p_min < 0, p_min * there, np.minimum(p_min, high))
    power = m.add_variables(by_block(low), by_block(high), name=f"hvdc_power.{tag}")

    stepped = by_block(step > 0)
    if bool(stepped.any()):  # HV-2
        most = np.floor((high - low) / np.where(step > 0, step, 1.0) + 1e-9)
        level = m.add_variables(0, by_block(most), integer=True, name=f"hvdc_level.{tag}", mask=stepped)
        day.add(power - by_block(step) * level, "=", by_block(low), f"HV-2.{tag}", stepped)

    later = by_block(np.arange(len(block)) > 0)
    forced, reach = np.zeros_like(high), np.zeros_like(high)
    forced[:, 1:] = np.maximum(low[:, :-1] - high[:, 1:], low[:, 1:] - high[:, :-1])
    reach[:, 1:] = np.maximum(high[:, 1:] - low[:, :-1], high[:, :-1] - low[:, 1:])
    ramp = np.maximum(ramp, forced)
    slow = later & by_block(ramp < reach)
    change = power - power.shift(block=1)
    day.add(change, "<=", by_block(ramp), f"HV-3.up.{tag}", slow)
    day.add(change, ">=", by_block(-ramp), f"HV-3.down.{tag}", slow)

    most_changes = table["max_changes_per_day"].to_numpy(dtype=float)
    counts = later & by_block(forced <= 0) & by_block(most_changes[:, None] > 0)
    if bool(counts.any()):  # HV-4
        moved = m.add_variables(coords=[line, block], binary=True, name=f"hvdc_change.{tag}", mask=counts)
        size = by_block(np.minimum(ramp, reach))
        day.add(change - size * moved, "<=", 0, f"HV-4.up.{tag}", counts)
        day.add(change + size * moved, ">=", 0, f"HV-4.down.{tag}", counts)
        date = (hour_of_year // 24)[starts]
        for d in np.unique(date):
            inside = np.flatnonzero(date == d)
            day.add(moved.isel(block=inside).sum("block"), "<=", day.array(most_changes, line), f"HV-4.day{d}.{tag}",
                    counts.isel(block=inside).any("block"))

    paid = by_block(table["export_value_cny_per_mwh"].to_numpy(dtype=float)[:, None] > 0)
    if bool(paid.any()):  # HV-5
        delivered = m.add_variables(coords=[line, block], name=f"hvdc_delivered.{tag}", mask=paid)
        chords = [_loss_chords(row.p_min_mw, row.p_max_mw, row.loss_rated_pu) for row in table.itertuples()]
        most = max(len(part) for part in chords)
        chord = pd.RangeIndex(most, name="chord")
        filled = np.array([part + [(np.nan, np.nan)] * (most - len(part)) for part in chords])
        slope, offset = (xr.DataArray(filled[:, :, k], coords={"line": line, "chord": chord}, dims=["line", "chord"])
                         for k in (0, 1))
        mask = (slope.notnull() & paid).transpose("line", "chord", "block")
        every = xr.ones_like(mask, dtype=float)
        day.add(every * delivered - (every * slope.fillna(0.0)) * power, "<=", every * offset.fillna(0.0), f"HV-5.{tag}", mask)
        value = table["export_value_cny_per_mwh"].to_numpy(dtype=float)[:, None]
        day.cost.append((delivered * by_block(-value * np.bincount(of_hour)[None, :])).sum())

    hourly = (1.0 * power).isel(block=xr.DataArray(of_hour, coords={"hour": day.hour}, dims=["hour"])).drop_vars("block")
    asked = table["demand_profile"].notna().to_numpy()
    if asked.any():  # HV-6
        demand = p_max * day.case.profile_rows(table["demand_profile"], day.first_hour, day.hours, 0.0) * serves
        least = (1.0 - table["demand_tolerance_pu"].to_numpy(dtype=float)[:, None]) * demand
        missing = m.add_variables(0, coords=[line, day.hour], name=f"hvdc_missing.{tag}", mask=day.hourly(asked[:, None], line))
        day.add(hourly + missing, ">=", day.hourly(least, line), f"HV-6.{tag}", day.hourly(asked[:, None], line))
        day.cost.append((missing * day.array(table["demand_shortfall_cny_per_mwh"], line)).sum())
    for name in line:
        day.hvdc_power[name] = hourly
    day.supply.append((-1.0 * hourly, "line", table["bus"].to_numpy()))


def _loads(day: Day) -> None:
    table = day.case.table("loads")
    name = day.plants(table, "load")
    day.demand = day.array(table["mean_mw"], name) * day.series(table, "profile", name)
    shed = day.model.add_variables(0, day.demand, name="load_shed")  # LD-1
    day.cost.append((shed * day.array(table["value_of_lost_load_cny_per_mwh"], name)).sum())
    day.supply.append((1.0 * shed, "load", table["bus"].to_numpy()))


def _flexible_loads(day: Day) -> None:
    """FL-1 to FL-7, without what stands behind an exchange limit as a store of its own: its equations as they are written."""
    m, table = day.model, day.case.table("flexible_loads")
    if not len(table):
        return
    plant = day.plants(table, "flexible")

    def figure(name: str) -> np.ndarray:
        return table[f"{name}_mw" if f"{name}_mw" in table else f"{name}_mwh"].to_numpy(dtype=float)[:, None] \
            * day.case.profile_rows(table[f"{name}_profile"], day.first_hour, day.hours, 1.0)

    least, most, give_max, used, low, high = (figure(n) for n in ("draw_min", "draw_max", "give_max", "demand", "energy_min",
                                                                   "energy_max"))
    serves = day.case.served("flexible_loads", day.first_hour, day.hours)
    least, most, give_max, used, low = (values * serves for values in (least, most, give_max, used, low))
    widest = np.array([day.case.profile_rows([name], 0, HOURS_PER_YEAR, 1.0).max() for name in table["energy_max_profile"]])
    high = np.where(serves == 0, table["energy_max_mwh"].to_numpy(dtype=float)[:, None] * widest[:, None], high)
    own = (figure("own_generation") - figure("own_load")) * serves
    day.flexible_use = (used / table["efficiency_draw"].to_numpy(dtype=float)[:, None] + figure("own_load") * serves, table["bus"])
    for k, late in enumerate(table["late_h"].astype(int)):  # FL-5
        for t in range(day.hours):
            low[k, t] -= used[k, max(0, t - late + 1):t + 1].sum() if late else 0.0
    for k in np.flatnonzero(table["tariff_cny_per_mwh"].to_numpy(dtype=float) > 0):  # FL-7
        tariff = table["tariff_cny_per_mwh"].iloc[k] * day.case.profile_rows(
            table["tariff_profile"].iloc[[k]], day.first_hour, day.hours, 1.0)[0]
        ends = [_initial_energy(day, table, hour)[k] for hour in (0, day.hours)]
        least[k] = most[k] = _by_tariff(table.iloc[k], tariff, least[k], most[k], used[k], low[k], high[k], *ends)
    exchange = table["exchange_max_mw"].to_numpy(dtype=float)
    limited = exchange > 0
    limit = np.where(limited, exchange, np.inf)[:, None]
    budget = table["budget_mwh"].to_numpy(dtype=float)
    initial, at_end = (np.where(budget > 0, 0.0, _initial_energy(day, table, hour)) for hour in (0, day.hours))
    take, give_back = (table[c].to_numpy(dtype=float) for c in ("efficiency_draw", "efficiency_give"))
    keep = 1.0 - table["loss_per_h"].to_numpy(dtype=float)
    # What cannot leave may be curtailed; what is owed beyond the exchange has to be given.
    excess = np.where(limited[:, None], np.maximum(0.0, own - least - limit), 0.0)
    deficit = np.where(limited[:, None], np.maximum(0.0, -limit - (own - least)), 0.0)
    inflow = _budget_inflow(day, table, budget, high)
    draw = m.add_variables(day.hourly(least, plant), day.hourly(np.maximum(least, most), plant), name="flexible_draw")
    give = m.add_variables(0, day.hourly(give_max, plant), name="flexible_give")
    energy = m.add_variables(day.hourly(low, plant), day.hourly(high, plant), name="flexible_energy")
    spill = m.add_variables(0, day.hourly(np.where((budget > 0)[:, None], np.inf, excess), plant), name="flexible_spill")
    unserved = m.add_variables(0, day.hourly(table["unserved_max_pu"].to_numpy(dtype=float)[:, None]
                                             * (used + deficit / give_back[:, None]), plant), name="flexible_unserved")
    rate, back = day.array(take, plant), day.array(1.0 / give_back, plant)
    no_exchange, by_budget = day.array(~limited, plant), day.array(budget > 0, plant)
    first = day.only_hours(np.arange(day.hours) == 0, plant).astype(float)
    day.add(energy - day.array(keep, plant) * energy.shift(hour=1) - rate * draw + back * give - no_exchange * unserved
            + by_budget * spill, "=", day.hourly(inflow - used, plant) + day.array(keep * initial, plant) * first, "FL-1")
    day.add(energy.isel(hour=-1, drop=True), ">=", day.array(at_end, plant), "FL-5.end")
    missing = day.array(np.where(limited, give_back, 0.0), plant)
    net = draw - give + (1 - by_budget) * spill - missing * unserved  # less `own`, FL-3
    if limited.any():
        mask = day.hourly(limited[:, None], plant)
        room = np.where(limited, exchange, 0.0)[:, None]
        day.add(net, "<=", day.hourly(room + own, plant), "FL-3.from", mask)
        day.add(net, ">=", day.hourly(own - room, plant), "FL-3.to", mask)
        day.add(give + missing * unserved, ">=", day.hourly(deficit, plant), "FL-3.deficit", mask)
    _flexible_reserve(day, table, draw, give, energy, net, own, (least, most, give_max, low, high, limit))
    price = table["give_cny_per_mwh"].to_numpy(dtype=float)
    day.cost.append((give * day.array(price, plant)).sum())
    day.cost.append((unserved * (day.array(table["unserved_cny_per_mwh"], plant)
                                 + day.array(price, plant) * missing)).sum())
    day.constant -= float((price[:, None] * deficit).sum())  # what covers a deficit is no choice and costs nothing
    day.supply.append((-1.0 * net + day.hourly(own, plant), "flexible", table["bus"].to_numpy()))


def _initial_energy(day: Day, table: pd.DataFrame, hour: int) -> np.ndarray:
    """FL-5: what a span that begins in an hour of the day starts on; by no profile where a row enters, leaves or is not there (SV-2)."""
    served = day.case.served("flexible_loads", day.first_hour + hour - 1, 2).all(axis=1)
    by_hour = day.case.profile_rows(table["energy_initial_profile"], day.first_hour + hour, 1, 1.0)[:, 0]
    return table["energy_initial_mwh"].to_numpy(dtype=float) * np.where(served, by_hour, 1.0)


def _by_tariff(row, tariff, least, most, used, low, high, initial, at_end) -> np.ndarray:
    """FL-7: the cheapest draw by the tariff; a later hour is preferred by a hundred-millionth of a CNY an hour."""
    m = linopy.Model()
    hour = pd.RangeIndex(len(tariff), name="hour")

    def by_hour(values) -> xr.DataArray:
        return xr.DataArray(np.asarray(values, dtype=float), coords={"hour": hour}, dims=["hour"])

    floor = low.copy()
    floor[-1] = max(floor[-1], at_end)
    draw = m.add_variables(by_hour(least), by_hour(np.maximum(least, most)), name="draw")
    energy = m.add_variables(by_hour(floor), by_hour(high), name="energy")
    start = np.zeros(len(tariff))
    start[0] = (1 - row.loss_per_h) * initial
    m.add_constraints(energy - (1 - row.loss_per_h) * energy.shift(hour=1) - row.efficiency_draw * draw, "=", by_hour(start - used))
    m.add_objective((draw * by_hour(tariff - 1e-8 * np.arange(len(tariff)))).sum())
    status, _ = m.solve(solver_name="highs", io_api="direct", output_flag=False, dual_feasibility_tolerance=1e-10)
    if status != "ok":
        raise ValueError(f"{row['name']} has no draw within its limits")
    return draw.solution.values


def _budget_inflow(day: Day, table: pd.DataFrame, budget: np.ndarray, high: np.ndarray) -> np.ndarray:
    """FL-6: a budget fills its store when its period begins and is its largest content (written into `high`), 0 in its last hour where another one follows."""
    hour_of_year = (day.first_hour + np.arange(day.hours)) % HOURS_PER_YEAR
    month = np.searchsorted(MONTH_BEGIN, hour_of_year, side="right")
    inflow = np.zeros((len(table), day.hours))
    for k, period in enumerate(table["budget_period"]):
        if budget[k] <= 0:
            continue
        label, length = {"day": (hour_of_year // 24, lambda _: 24.0), "year": (0 * month, lambda _: float(HOURS_PER_YEAR)),
                         "month": (month, lambda n: float(MONTH_BEGIN[n] - MONTH_BEGIN[n - 1]))}[period]
        for one in np.unique(label):
            inside = np.flatnonzero(label == one)
            high[k, inside] = inflow[k, inside[0]] = budget[k] * len(inside) / length(one)
            if inside[-1] + 1 < day.hours:
                high[k, inside[-1]] = 0
    return inflow


def _flexible_reserve(day: Day, table: pd.DataFrame, draw, give, energy, net, own, limits) -> None:
    """FL-4 of the rows that hold reserve."""
    least, most, give_max, low, high, limit = limits
    holds = (table["holds_reserve"] == "yes").to_numpy()
    if not holds.any():
        return
    chosen = np.flatnonzero(holds)
    mine = table.iloc[chosen]
    plant = day.plants(mine, "flexible")
    draw, give, energy, net = (e.isel(flexible=chosen) for e in (draw, give, energy, net))
    up = day.hold("flexible_up", plant, mine["bus"], "up")
    down = day.hold("flexible_down", plant, mine["bus"], "down")
    rate, back = (day.array(mine[c].to_numpy(dtype=float), plant) for c in ("efficiency_draw", "efficiency_give"))
    bound = np.isfinite(limit[chosen])
    room = np.where(bound, limit[chosen], 0.0)
    mask = day.hourly(bound, plant)
    if up is not None:
        day.add(give - draw + up, "<=", day.hourly((give_max - least)[chosen], plant), "FL-4.up")
        day.add((1.0 / back) * up - energy, "<=", day.hourly(-low[chosen], plant), "FL-4.energy")
        day.add(up - net, "<=", day.hourly(room - own[chosen], plant), "FL-4.exchange.up", mask)
    if down is not None:
        day.add(draw - give + down, "<=", day.hourly(np.maximum(least, most)[chosen], plant), "FL-4.down")
        day.add(rate * down + energy, "<=", day.hourly(high[chosen], plant), "FL-4.room")
        day.add(down + net, "<=", day.hourly(room + own[chosen], plant), "FL-4.exchange.down", mask)


def _connections(day: Day) -> None:
    """NW-4"""
    hourly = {"coords": {"hour": day.hour}, "dims": ["hour"]}
    for row in day.case.table("connections").itertuples():
        parts = []
        for expression, dimension, _ in day.supply:
            if dimension not in ("renewable", "storage"):
                continue
            table = day.case.table(f"{dimension}s")
            chosen = np.flatnonzero((table["connection"] == row.name).to_numpy())
            if len(chosen):
                parts.append((1.0 * expression).isel({dimension: chosen}).sum(dimension))
        if parts:
            day.add(_sum(parts), "<=", xr.DataArray(np.full(day.hours, float(row.export_max_mw)), **hourly),
                    f"NW-4.export.{row.name}")
            day.add(_sum(parts), ">=", xr.DataArray(np.full(day.hours, -float(row.import_max_mw)), **hourly),
                    f"NW-4.import.{row.name}")


def _reserves(day: Day) -> None:
    m, case = day.model, day.case
    table, sharing = case.table("reserves"), case.table("reserve_sharing")
    if not len(table):
        return
    requirement = day.plants(table, "requirement")
    short = m.add_variables(0, coords=[requirement, day.hour], name="reserve_short")  # RE-4
    shared = None
    if len(sharing):
        pair = pd.RangeIndex(len(sharing), name="pair")
        shared = m.add_variables(0, day.hourly(sharing["max_mw"].to_numpy(dtype=float)[:, None], pair), name="reserve_shared")
    region_load = case.sum_by_region(day.demand, case.table("loads")["bus"])
    if day.flexible_use is not None:  # RE-0
        use, buses = day.flexible_use
        region = case.region_of_bus(buses).to_numpy()
        for name in np.unique(region):
            region_load[name] = region_load.get(name, 0.0) + use[region == name].sum(axis=0)
    region_available = {}
    if day.available is not None:
        weather = case.table("renewables")["technology"].isin(["wind", "pv"]).to_numpy()
        region_available = case.sum_by_region(day.available[weather], case.table("renewables")["bus"][weather])
    zero = np.zeros(day.hours)

    def held(region: str, direction: str, kind: str) -> list:
        terms = []
        for variable, dimension, of_region, of_direction, of_kind in day.held:
            chosen = np.flatnonzero(of_region == region)
            if (of_direction, of_kind) == (direction, kind) and len(chosen):
                terms.append(variable.isel({dimension: chosen}).sum(dimension))
        return terms

    def rest_of(row) -> tuple[list, np.ndarray]:
        """What counts for a requirement besides the reserve held, and the requirement (RE-0) itself."""
        terms = [short.sel(requirement=row.name, drop=True)]
        if shared is not None:
            sign = (sharing["to_reserve"] == row.name).to_numpy(float) - (sharing["from_reserve"] == row.name).to_numpy(float)
            chosen = np.flatnonzero(sign)
            if len(chosen):
                part = shared.isel(pair=chosen)
                terms.append((part * xr.DataArray(sign[chosen], coords={"pair": part.coords["pair"]})).sum("pair"))
        need = row.load_pu * region_load.get(row.region, zero) + row.renewable_pu * region_available.get(row.region, zero)
        by_hour = case.profile_rows(pd.Series([row.fixed_profile]), day.first_hour, day.hours, 1.0)[0]
        return terms, need + row.fixed_mw * by_hour

    for row in table.itertuples():
        terms, need = rest_of(row)
        terms = terms + held(row.region, row.direction, row.kind)
        if row.kind == "non_spinning":  # RE-2 stands on the spinning requirement
            terms = terms + held(row.region, row.direction, "spinning")
            for below in table.itertuples():
                if (below.region, below.direction, below.kind) == (row.region, row.direction, "spinning"):
                    more, more_need = rest_of(below)
                    terms, need = terms + more, need + more_need
        day.add(_sum(terms), ">=", xr.DataArray(need, coords={"hour": day.hour}, dims=["hour"]),
                f"{'RE-2' if row.kind == 'non_spinning' else 'RE-1'}.{row.name}")
    day.cost.append((short * day.array(table["shortfall_cny_per_mw"], requirement)).sum())


def _network(day: Day, limits: bool) -> None:
    """NW-1 for every island; with `limits` NW-2 and NW-3 as well."""
    case = day.case
    hourly = dict(coords={"hour": day.hour}, dims=["hour"])
    for number, buses in enumerate(case.islands()):
        weight = dict.fromkeys(buses, 1.0)
        terms = day.sum_over(weight)
        if terms:
            day.add(_sum(terms), "=", xr.DataArray(day.demand_of(weight), **hourly), f"NW-1.{number}")
    sections: dict = {}  # by section: of each network its hours, flow and what loads and shifters add
    for k, (inside, serves) in enumerate(case.networks(day.first_hour, day.hours) if limits else ()):
        _limits_of_network(day, inside, serves, f"{k}", sections)
    _contracts(day, sections)


def _limits_of_network(day: Day, inside: np.ndarray, serves: np.ndarray, tag: str, sections: dict) -> None:
    """NW-2 and NW-3 in the hours `inside`, which have one network (SV-6)."""
    case = day.case
    hourly = dict(coords={"hour": day.hour[inside]}, dims=["hour"])
    flows = {}
    for row, weight, offset in case.shift_factors(serves):
        flows[row.name] = (weight, offset)
        if row.rating_mw > 0 and any(weight.values()):
            base = xr.DataArray(day.demand_of(weight)[inside] - offset, **hourly)
            flow = _sum(day.sum_over(weight)).isel(hour=inside)
            day.add(flow, "<=", row.rating_mw + base, f"NW-2.forward.{row.name}.{tag}")
            day.add(flow, ">=", -row.rating_mw + base, f"NW-2.backward.{row.name}.{tag}")
    members = case.table("section_branches")
    for section in case.table("sections").itertuples():
        weight: dict = {}
        offset = 0.0
        for row in members[members["section"] == section.name].itertuples():
            factors, shift = flows[row.branch]
            offset += row.sign * shift
            for bus, value in factors.items():
                weight[bus] = weight.get(bus, 0.0) + row.sign * value
        base = xr.DataArray(day.demand_of(weight)[inside] - offset, **hourly)
        flow = _sum(day.sum_over(weight)).isel(hour=inside)
        if np.isfinite(section.limit_forward_mw):
            day.add(flow, "<=", section.limit_forward_mw + base, f"NW-3.forward.{section.name}.{tag}")
        if np.isfinite(section.limit_backward_mw):
            day.add(flow, ">=", -section.limit_backward_mw + base, f"NW-3.backward.{section.name}.{tag}")
        sections.setdefault(section.name, []).append((inside, flow, base))


def _contracts(day: Day, sections: dict) -> None:
    """CT-1 and CT-2 over the parts of their periods that lie in the span; those of sections are cut where a branch enters or
    leaves (SV-6)."""
    hour_of_year = (day.first_hour + np.arange(day.hours)) % HOURS_PER_YEAR
    month = np.searchsorted(MONTH_BEGIN, hour_of_year, side="right")
    for row in day.case.table("contracts").itertuples():
        if row.kind == "section" and row.of not in sections:
            continue
        counted = np.full(day.hours, True) if row.month == 0 else month == row.month
        label, length = {"day": (hour_of_year // 24, lambda _: 24.0), "year": (0 * month, lambda _: float(HOURS_PER_YEAR)),
                         "month": (month, lambda n: float(MONTH_BEGIN[n] - MONTH_BEGIN[n - 1]))}[row.period]
        if row.kind == "hvdc":
            power = day.hvdc_power[row.of].sel(line=row.of, drop=True)
            serves = day.case.served("hvdc", day.first_hour, day.hours)[list(day.case.table("hvdc")["name"]).index(row.of)]
            parts = [(np.arange(day.hours), power, None)]
        else:
            serves, parts = np.ones(day.hours), sections[row.of]
        for k, (hours, flow, base) in enumerate(parts):
            for period in np.unique(label[hours][counted[hours]]):
                inside = np.flatnonzero(counted[hours] & (label[hours] == period))
                share = serves[hours][inside].sum() / length(period)  # SV-5
                energy, slack = share * row.energy_gwh * 1000, share * row.tolerance_pu * abs(row.energy_gwh) * 1000
                short = day.model.add_variables(0, name=f"contract_short.{row.name}.{period}.{k}")
                carried = flow.isel(hour=inside).sum("hour")
                besides = 0.0 if base is None else float(base.values[inside].sum())
                day.add(carried + short, ">=", energy - slack + besides, f"CT.low.{row.name}.{period}.{k}")
                day.add(carried + short, "<=", energy + slack + besides, f"CT.high.{row.name}.{period}.{k}")
                day.cost.append(short * row.shortfall_cny_per_mwh)


def build(case, first_hour: int, hours: int, limits: bool = False) -> Programme:
    """The programme of `hours` hours from hour of the year `first_hour` on. `case` is a case.Case. limits: with all limits of
    branches and sections, and the contracts of sections."""
    day = Day(case, first_hour, hours)
    for family in (_thermal, _renewables, _hydro, _storages, _hvdc, _dc_links, _loads, _flexible_loads, _connections, _reserves, _targets,
                   _emission_caps):
        family(day)
    _network(day, limits)
    day.model.add_objective(_sum(day.cost))
    return Programme(day.model, day.constant)


def solve(programme: Programme, relax: bool, gap: float = 1e-7) -> float:
    """The optimal cost by HiGHS; NaN where there is none. relax: without whole numbers."""
    model = programme.model
    if relax:
        for name in [*model.integers, *model.binaries]:
            model.variables[name].relax()
    status, _ = model.solve(solver_name="highs", io_api="direct", output_flag=False, mip_rel_gap=gap)
    return math.nan if status != "ok" else float(model.objective.value) + programme.constant
