"""Flexible loads of 2030: which part of the provinces' consumption may choose its hours. No public list of any of it was
found: sizes are estimated in flexible_loads.csv, rules stand here. What they use is taken out of the loads at their buses, so
that every province keeps its energy; contracts and virtual power plants lie on top of loads that stay where they are."""

import numpy as np
import pandas as pd

from .common import Case, HOURS, read, weather_hours_of_case

RULES = "rule in cases/northwest/make/flexible.py"
EV_DRIVING = [0.3, 0.2, 0.1, 0.1, 0.2, 0.6, 1.4, 2.2, 2.0, 1.3, 1.0, 1.0, 1.1, 1.1, 1.0, 1.1, 1.4, 2.0, 2.1, 1.4, 0.9, 0.7, 0.5, 0.3]
EV_PLUGGED = [0.9, 0.9, 0.9, 0.9, 0.9, 0.85, 0.7, 0.5, 0.45, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9]
EV_NEEDED_AT_7 = 0.6  # share of the batteries
EV_LEAST = 0.3
EV_START = 0.5
EV_HOURS = 40  # of mean driving that the batteries hold
EV_CHARGERS = 6  # times mean driving
EV_EFFICIENCY = 0.92


def _days(values) -> np.ndarray:
    return np.tile(np.asarray(values, dtype=float), HOURS // 24)


class Maker:
    """Rows of one case; `mean` is a row's mean electric power, MW."""

    def __init__(self, case: Case) -> None:
        self.case = case
        driving = np.asarray(EV_DRIVING) / np.mean(EV_DRIVING)
        case.add_profile("flexible", "ev_driving", _days(driving), 4)
        case.add_profile("flexible", "ev_plugged", _days(EV_PLUGGED), 4)
        needed = [1.0 if hour == 6 else EV_LEAST / EV_NEEDED_AT_7 for hour in range(24)]  # at the end of the hour
        case.add_profile("flexible", "ev_needed", _days(needed), 4)
        case.add_profile("flexible", "ev_start", _days(self._ev_start()), 4)
        sun = np.maximum(0.0, np.sin(np.pi * (np.arange(24) - 7.0) / 13.0))
        sun[(np.arange(24) < 7) | (np.arange(24) > 20)] = 0.0
        case.add_profile("flexible", "microgrid_sun", _days(0.75 * sun), 4)

    def mean_of(self, profile: str) -> float:
        return float(self.case.profile(profile).mean())

    def _ev_start(self) -> np.ndarray:
        """Content of a fleet at the start of each hour of a day, as share of what a span starts on at midnight: that, or what was
        asked for at the end of the hour before, or what all chargers plugged in can bring up to what later hours start on,
        whichever is most."""
        driving, plugged, needed = (self.case.profile(f"ev_{name}")[:24] for name in ("driving", "plugged", "needed"))
        start_h = EV_START * EV_HOURS  # in hours of mean driving, as all that follows
        gained = EV_EFFICIENCY * (EV_CHARGERS * plugged - driving / self.mean_of("ev_driving")) / start_h
        asked = EV_NEEDED_AT_7 * EV_HOURS * needed / start_h
        start = np.ones(24)
        for hour in 2 * list(range(23, -1, -1)):  # what the morning asks of the evening before
            least = max(1.0, asked[hour - 1], start[(hour + 1) % 24] - gained[hour])
            start[hour] = np.ceil(1e4 * least - 1e-6) / 1e4  # as written, so that no hour is short by rounding
        if start[0] != 1.0:
            raise ValueError(f"vehicles need {start[0]} of their content at midnight")
        return start

    def aluminium(self, mean: float, load_profile: str) -> dict:
        """Pots: 90 to 103 % of nominal power, heat for an hour and a half at 10 % less, to be recovered."""
        return {"draw_min_mw": 0.9 * mean, "draw_max_mw": 1.03 * mean, "demand_mw": mean,
                "energy_min_mwh": -0.15 * mean, "energy_max_mwh": 0.05 * mean}

    def industry(self, mean: float, load_profile: str) -> dict:
        """Works with stocks: 60 to 125 % of the mean, six hours' product in stock, two hours' orders owed."""
        return {"draw_min_mw": 0.6 * mean, "draw_max_mw": 1.25 * mean, "demand_mw": mean,
                "energy_min_mwh": -2 * mean, "energy_max_mwh": 6 * mean}

    def data_centre(self, mean: float, load_profile: str) -> dict:
        """Work that may wait six hours; servers for twice of it."""
        return {"draw_max_mw": 2 * mean, "demand_mw": mean, "late_h": 6}

    def ev_fleet(self, mean: float, load_profile: str) -> dict:
        """Batteries of 40 h of driving, chargers of 6 times its mean, a tenth of the vehicles give back at wear."""
        drive = mean * EV_EFFICIENCY / self.mean_of("ev_driving")
        energy = EV_HOURS * mean
        return {"draw_max_mw": EV_CHARGERS * mean, "draw_max_profile": "ev_plugged", "give_max_mw": 0.6 * mean,
                "give_max_profile": "ev_plugged", "demand_mw": drive, "demand_profile": "ev_driving",
                "efficiency_draw": EV_EFFICIENCY, "efficiency_give": 0.93, "energy_min_mwh": EV_NEEDED_AT_7 * energy,
                "energy_min_profile": "ev_needed", "energy_max_mwh": energy, "energy_initial_mwh": EV_START * energy,
                "energy_initial_profile": "ev_start", "give_cny_per_mwh": 300.0}

    def heating(self, mean: float, load_profile: str) -> dict:
        """Electric boilers with water stores of eight hours of the mean heat; heat demand by degree hours."""
        region = load_profile.removeprefix("load_")
        name = f"heat_{region}"
        heat = weather_hours_of_case(read("heat_shape_hourly"))[region.capitalize()].to_numpy()
        self.case.add_profile("flexible", name, heat / heat.mean(), 4)
        efficiency = 0.97
        demand = mean * efficiency / self.mean_of(name)
        largest = float(self.case.profile(name).max()) * demand
        return {"draw_max_mw": 1.6 * largest, "demand_mw": demand, "demand_profile": name, "efficiency_draw": efficiency,
                "loss_per_h": 0.002, "energy_max_mwh": 8 * mean, "energy_initial_mwh": 4 * mean}

    def electrolyser(self, mean: float, load_profile: str) -> dict:
        """Half used over the year, 15 % least power, 68 % efficient, tank of ten hours, even delivery; hydrogen not delivered
        is bought at 25 CNY/kg."""
        power = 2 * mean
        delivery = 0.68 * mean
        return {"draw_min_mw": 0.15 * power, "draw_max_mw": power, "demand_mw": delivery, "efficiency_draw": 0.68,
                "energy_max_mwh": 10 * delivery, "energy_initial_mwh": 5 * delivery, "unserved_max_pu": 1.0,
                "unserved_cny_per_mwh": 750.0}

    def interruptible(self, power: float) -> dict:
        """50 full hours a year at 3000 CNY/MWh."""
        return {"give_max_mw": power, "give_cny_per_mwh": 3000.0, "budget_mwh": 50 * power, "budget_period": "year"}

    def virtual_power_plant(self, power: float) -> dict:
        """Two hours of its power; holds reserve."""
        return {"draw_max_mw": 0.8 * power, "give_max_mw": power, "efficiency_draw": 0.93, "efficiency_give": 0.95,
                "energy_max_mwh": 2 * power, "energy_initial_mwh": power, "give_cny_per_mwh": 50.0, "holds_reserve": "yes"}

    def microgrid(self, mean: float, load_profile: str) -> dict:
        """A town with sun of 2.5 times its mean load, battery of six hours, exchange of 80 % of its mean load."""
        largest = float(self.case.profile(load_profile).max())
        own = mean / self.mean_of(load_profile)
        return {"draw_max_mw": 1.2 * mean, "give_max_mw": max(0.8 * mean, 1.02 * own * largest - 0.8 * mean),
                "efficiency_draw": 0.93, "efficiency_give": 0.93, "energy_max_mwh": 6 * mean, "energy_initial_mwh": 3 * mean,
                "give_cny_per_mwh": 50.0, "own_load_mw": own, "own_load_profile": load_profile,
                "own_generation_mw": 2.5 * mean, "own_generation_profile": "microgrid_sun", "exchange_max_mw": 0.8 * mean,
                "unserved_max_pu": 1.0, "unserved_cny_per_mwh": 20000.0}


ON_TOP = ("interruptible", "virtual_power_plant")


def use_at_rest_mw(case: Case, region: str) -> np.ndarray:
    """What the flexible loads of a region draw where each meets its demand in the hour in which it arises."""
    table = case.tables["flexible_loads"]
    table = table[table.bus.map(case.buses().set_index("name").region) == region].fillna({"demand_mw": 0, "own_load_mw": 0, "efficiency_draw": 1})

    def shape(name) -> np.ndarray | float:
        return case.profile(name) if isinstance(name, str) and name else 1.0

    use = np.zeros(HOURS)
    for row in table.itertuples():
        use += row.demand_mw / row.efficiency_draw * shape(row.demand_profile) + row.own_load_mw * shape(row.own_load_profile)
    return use


def add_flexible_loads(case: Case) -> None:
    maker = Maker(case)
    rows = []
    for row in read("flexible_loads").itertuples():
        profile = f"load_{row.province.lower()}"
        text = {"name": f"{row.kind}_{row.bus}", "name_zh": row.name_zh, "bus": row.bus, "kind": row.kind}
        rule = getattr(maker, row.kind)
        if row.kind in ON_TOP:
            figures = rule(row.power_mw)
        else:
            figures = rule(row.energy_twh * 1e6 / HOURS, profile)
            take_out_of_load(case, row.bus, row.energy_twh)
        note = "" if pd.isna(row.note) else row.note + "; "
        rows.append({**text, **figures, "source": f"flexible_loads.csv: {row.source}; {RULES}", "quality": row.quality,
                     "note": note + " ".join(rule.__doc__.split())})
    case.add_rows("flexible_loads", rows)


def take_out_of_load(case: Case, bus: str, energy_twh: float) -> None:
    """Lowers the mean of the load at a bus by what flexible loads use there; its reactive demand stays with it."""
    loads = case.tables["loads"]
    at = loads.index[loads.bus == bus]
    if len(at) != 1:
        raise ValueError(f"{len(at)} loads at {bus}")
    row = at[0]
    mean = loads.at[row, "mean_mw"] - energy_twh * 1e6 / case.profile(loads.at[row, "profile"]).sum()
    if mean < 0.2 * loads.at[row, "mean_mw"]:
        raise ValueError(f"{bus}: {energy_twh} TWh of flexible loads leave {mean:.0f} MW")
    loads.at[row, "mean_mw"] = mean
    loads.at[row, "note"] += f"; {energy_twh:g} TWh of it stand in flexible_loads.csv"


def section(case: Case) -> str:
    """For the case's README."""
    table = case.tables["flexible_loads"]
    source = read("flexible_loads")
    region = table.bus.map(case.buses().set_index("name").region)
    kinds = list(dict.fromkeys(table.kind))
    lines = ["| kind | rows | TWh a year | largest draw MW | gives MW | store MWh |", "|---|---|---|---|---|---|"]
    for kind in kinds:
        mine = table[table.kind == kind]
        twh = source[source.kind == kind].energy_twh.sum()
        lines.append(f"| {kind} | {len(mine)} | {f'{twh:.1f}' if twh else ''} | {mine.draw_max_mw.sum():.0f} | "
                     f"{mine.give_max_mw.sum():.0f} | {mine.energy_max_mwh.sum():.0f} |")
    qinghai = source[source.province == "Qinghai"].energy_twh.sum()
    return f"""
## Flexible loads

{len(table)} rows of `flexible_loads.csv` in {region.nunique()} provinces, all sizes estimated (sources/flexible_loads.csv), rules in make/flexible.py. What they use was taken out of the loads at their
buses, so every province keeps its energy (Qinghai: {qinghai:.1f} of 115 TWh); contracts and virtual power plants lie on top of loads. With all of them at rest the hours of aluminium, industry and hydrogen are flat.

""" + "\n".join(lines) + "\n"
