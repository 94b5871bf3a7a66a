"""Thermal clusters, their fuels, heat curves, start costs, must-run, heat supply and maintenance."""

import numpy as np
import pandas as pd

from .common import (Case, HOURS, MONTH_OF_HOUR, PLAN, PROVINCES, cost, plan_target, read, scenario_mw,
                     weather_hours_of_case)

COAL_GJ_PER_T = 20.93
GAS_GJ_PER_M3 = 0.036
BIOMASS_PRICE_CNY_PER_GJ = 30.0
OIL_CNY_PER_T = 6000.0
OIL_GJ_PER_T = 42.7
# Of the plants in demonstrations.py.
DEMONSTRATION_FUELS = [
    {"name": "geothermal_heat", "price_cny_per_gj": 0, "co2_t_per_gj": 0, "source": "assumed", "quality": "estimated",
     "note": "heat of the wells"},
    {"name": "reactor_heat", "price_cny_per_gj": 6, "co2_t_per_gj": 0, "source": "assumed",
     "quality": "estimated", "note": "fuel cycle of a small reactor"},
]
SMALLEST_CLUSTER_MW = 1000.0
HEAT_CURVE = (0.062, 0.908, 0.030)  # share of full-load heat: a + b x + c x^2; 1.075 x the full-load rate at x = 0.4

# Heating seasons of costs.csv as (first, last) hour of the year, the second part running to the year's end.
HEATING_SEASON = {"qinghai": ((4, 15), (10, 15)), "gansu": ((3, 31), (11, 1)), "ningxia": ((3, 31), (11, 1)),
                  "shaanxi": ((3, 15), (11, 15)), "xinjiang": ((4, 12), (10, 10))}

# Heat supply of CHP in 2030 (estimated): heat of a unit's largest output at which January's mean stands, loss of power a
# MW of extracted heat, and units below this size that are back-pressure: power a MW of heat, heat at full load.
HEAT_LOSS = 0.15
BACK_PRESSURE_BELOW_MW = 80.0
BACK_PRESSURE_MW_PER_HEAT_MW = 0.45
BACK_PRESSURE_HEAT_SHARE = 2.0
LEAST_HEAT_SHARE = 0.15  # of the largest, all through the season

# Emergency backup of Qinghai in 2030: its operating units below this size, which are not turned to condensers.
BACKUP_BELOW_MW = 300.0
MID_YEAR = (7, 1)

# Buses that take the coal units which the scenario counts by 2030 and the list of July 2023 does not hold yet.
NEW_UNIT_BUSES = {"gansu": ["quzi", "liangzhou_north"], "ningxia": ["yinchuan_east", "qixiang"],
                  "shaanxi": ["shenmu", "yanan"],
                  "xinjiang": ["naomaohu", "jiangjunmiao", "wucaiwan", "fenghuang", "bachu", "kuqa"]}


def _first_hour(month: int, day: int) -> int:
    return int(np.searchsorted(MONTH_OF_HOUR, month)) + 24 * (day - 1)


def heating_season(region: str) -> np.ndarray:
    """True in the hours of the region's heating season."""
    end, begin = HEATING_SEASON[region]
    hours = np.arange(HOURS)
    return (hours < _first_hour(*end) + 24) | (hours >= _first_hour(*begin))


def add_fuels(case: Case) -> None:
    rows = list(DEMONSTRATION_FUELS)
    carbon = {f: cost(f, "carbon_intensity") for f in ("coal", "gas")}
    for province in PROVINCES:
        region = province.lower()
        tonne = cost("coal_price", f"{province}_2020_mean")
        if case.year != 2020:
            tonne = (tonne + cost("coal_price", f"{province}_2023_mean")) / 2
        rows.append({"name": f"coal_{region}", "price_cny_per_gj": round(tonne / COAL_GJ_PER_T, 2),
                     "co2_t_per_gj": carbon["coal"], "source": "costs.csv", "quality": "estimated",
                     "note": ("price of 2020 at 5000 kcal/kg" if case.year == 2020
                              else "mean of the prices of 2020 and 2023 at 5000 kcal/kg")})
        if province == "Qinghai":
            continue
        rows.append({"name": f"gas_{region}", "price_cny_per_gj": round(cost("gas_price", province) / GAS_GJ_PER_M3, 2),
                     "co2_t_per_gj": carbon["gas"], "source": "costs.csv", "quality": "estimated",
                     "note": "at 36 MJ/m3"})
    rows.append({"name": "light_oil", "price_cny_per_gj": OIL_CNY_PER_T / OIL_GJ_PER_T, "co2_t_per_gj": 0.0726,
                 "source": "assumed", "quality": "estimated",
                 "note": f"keeps the fire in deep load reduction; {OIL_CNY_PER_T:.0f} CNY/t"})
    rows.append({"name": "biomass_qinghai", "price_cny_per_gj": BIOMASS_PRICE_CNY_PER_GJ, "co2_t_per_gj": 0,
                 "source": "assumed", "quality": "estimated", "note": "straw and waste; counted as free of CO2"})
    rows.append({"name": "solar_heat", "price_cny_per_gj": 0, "co2_t_per_gj": 0, "source": "assumed", "quality": "estimated",
                 "note": "heat of a CSP plant's own store, which is priced by what it can do later"})
    used = set(case.tables["thermal"].fuel)
    if "deep_load" in case.tables:
        used |= set(case.tables["deep_load"].oil)
    case.add_rows("fuels", [r for r in rows if r["name"] in used])


def _standing(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Units that stand in a year: 2020 as GEM's years tell; 2025 what ran in 2023 and what has a start year until then;
    2030 all, of Qinghai's coal the emergency backup."""
    if year == 2020:
        return table[table.operating_in_2020]
    coal_of_plan = table.province != "Qinghai"
    if year == 2030:
        backup = (table.status_2023 == "operating") & (table.capacity_mw < BACKUP_BELOW_MW)
        return table[coal_of_plan | backup]
    running = table.status_2023 == "operating"
    return table[running | (coal_of_plan & (table.start_year <= year))]


def _least_load(item: str, year: int) -> float:
    """Least load of a class as share of capacity: of 2020, or after the retrofit of later years."""
    return cost(item, "min_load_2020" if year == 2020 else "min_load_after_flexibility_retrofit") / 100


def _fleet(case: Case, year: int) -> pd.DataFrame:
    """Units that run in `year` on the Northwest grid, with bus. Qinghai's coal stands until 2025; the plan has none in 2030,
    but for emergency backup. `phase`: late (enters at mid-year) or leaving (then)."""
    table = _standing(read("thermal_units"), year)
    age_limit = (table.class_key.str.startswith("coal_100_200") & (table.start_year <= year - 30)
                 & table.captive.isna())
    table = table[~age_limit].reset_index(drop=True)
    table["region"] = table.province.str.lower()
    table["chp"] = table.chp.eq("Y")
    table["captive"] = table.captive.notna()
    substations = list(case.buses().name[case.buses().kv == 330])  # Qinghai's units are on 330 kV
    table["bus"] = [case.nearest_bus(r.lat, r.lon, r.region, substations if r.region == "qinghai" else None)
                    for r in table.itertuples()]
    table["new"] = False
    table["phase"] = ""
    if year == 2030:  # in their 30th year of service
        leaving = table.class_key.str.startswith("coal_100_200") & (table.start_year == year - 29) & ~table.captive
        table.loc[leaving, "phase"] = "leaving"
    classes = read("thermal_classes").set_index("class_key")
    table["heat_rate"] = table.heat_rate_gj_per_mwh_gross.fillna(
        table.class_key.map(classes.heat_rate_gj_per_mwh_gross))
    extra = []
    for province in PROVINCES[1:] if year > 2020 else []:
        coal = table[(table.province == province) & (table.fuel == "coal")].capacity_mw.sum()
        missing = int((scenario_mw(province, "coal", year) - coal) // 1000)
        for number in range(max(0, missing)):
            buses = NEW_UNIT_BUSES[province.lower()]
            extra.append({"province": province, "region": province.lower(), "fuel": "coal", "capacity_mw": 1000.0,
                          "class_key": "coal_1000_usc_dry", "chp": False, "captive": False,
                          "bus": buses[number % len(buses)], "new": True,
                          "phase": "late" if year == 2030 and number == missing - 1 else "",
                          "heat_rate": classes.heat_rate_gj_per_mwh_gross["coal_1000_usc_dry"]})
    return pd.concat([table, pd.DataFrame(extra)], ignore_index=True)


def _role(row) -> str:
    if row.region == "qinghai" and row.backup:
        return "backup"
    if row.captive:
        return "captive"
    return "chp" if row.chp else "power"


def _merge_small(case: Case, fleet: pd.DataFrame) -> pd.DataFrame:
    """Moves clusters below SMALLEST_CLUSTER_MW to the nearest bus of the region with a cluster of their class and
    role, so that few clusters of one unit remain."""
    buses = case.buses().set_index("name")
    keys = ["region", "class_key", "role", "new", "phase"]
    while True:
        sums = fleet.groupby(keys + ["bus"]).capacity_mw.sum()
        moved = False
        for index, capacity in sums.sort_values(kind="stable").items():
            if capacity >= SMALLEST_CLUSTER_MW:
                break
            *key, bus = index
            others = [b for b in sums.loc[tuple(key)].index if b != bus]
            if not others:
                continue
            place = buses.loc[bus]
            target = case.nearest_bus(place.lat_deg, place.lon_deg, key[0], only=others)
            mask = (fleet[keys] == key).all(axis=1) & (fleet.bus == bus)
            fleet.loc[mask, "bus"] = target
            moved = True
            break
        if not moved:
            return fleet


def _heat_profile(case: Case, region: str, size: str) -> str:
    """Least output of CHP units as share of capacity: the monthly heating minimum, moved within the month by the heat
    demand; the flexible condensing minimum outside the heating season."""
    name = f"heat_min_{region}_{size}"
    if name in case.names:
        return case.names[name]
    base = _least_load("coal_" + size, case.year)
    heat = weather_hours_of_case(read("heat_shape_hourly"))[region.capitalize()].to_numpy()
    season = heating_season(region)
    values = np.full(HOURS, base)
    for month in (10, 11, 12, 1, 2, 3, 4):
        hours = season & (MONTH_OF_HOUR == month)
        if not hours.any():
            continue
        least = cost(f"coal_chp_{size}", f"min_load_heating_month_{month:02d}") / 100
        swing = np.clip(heat[hours] / heat[hours].mean(), 0.6, 1.2)
        values[hours] = np.minimum(base + (least - base) * swing, 0.80)
    return case.add_profile("heat", name, values, 3)


def _heat_lines(size: str, p_max: float) -> tuple[float, float, float]:
    """Least output of a unit by its heat, base and slope, and January's mean heat as share of p_max: from the monthly
    minima (and of 300 MW units maxima) of costs.csv, whose gap to full load is what the heat takes off."""
    def heat(month: str) -> float:
        return (1 - cost("coal_chp_300_350", f"max_load_heating_month_{month}") / 100) / HEAT_LOSS

    def least(month: str) -> float:
        return cost(f"coal_chp_{size}", f"min_load_heating_month_{month}") / 100
    slope = (least("01") - least("10")) / (heat("01") - heat("10"))
    return (least("01") - slope * heat("01")) * p_max, slope, heat("01")


def _heat_demand_profile(case: Case, region: str, january: float) -> str:
    """Heat demand by hour as share of its largest: the heat shape (from temperature) in the heating season, 0 outside."""
    name = f"heat_demand_{region}"
    if name not in case.names:
        heat = weather_hours_of_case(read("heat_shape_hourly"))[region.capitalize()].to_numpy()
        share = np.clip(january * heat / heat[MONTH_OF_HOUR == 1].mean(), LEAST_HEAT_SHARE, 1.0)
        case.add_profile("heat", name, np.where(heating_season(region), share, 0.0), 3)
    return case.names[name]


def _heat_supply(case: Case, row: dict, region: str, size: str) -> dict:
    """Heat supply of a CHP cluster: as much as half of its units can give on the coldest day; of back pressure, all."""
    p_max, units = row["p_max_mw"], row["units"]
    base, slope, january = _heat_lines(size, p_max)
    common = {"plant": row["name"], "heat_profile": _heat_demand_profile(case, region, january),
              "source": "heat_shape_hourly.csv; monthly least and largest loads of CHP in costs.csv", "quality": "estimated"}
    if p_max < BACK_PRESSURE_BELOW_MW:
        heat = round(BACK_PRESSURE_HEAT_SHARE * p_max, 2)
        return common | {"kind": "back_pressure", "heat_mw": heat * units, "unit_heat_max_mw": heat,
                         "base_mw": round((1 - BACK_PRESSURE_MW_PER_HEAT_MW * BACK_PRESSURE_HEAT_SHARE) * p_max, 2),
                         "mw_per_heat_mw": BACK_PRESSURE_MW_PER_HEAT_MW, "loss_mw_per_heat_mw": 0,
                         "note": f"units below {BACK_PRESSURE_BELOW_MW:.0f} MW taken as back-pressure turbines; all are built for their heat"}
    serving = int(0.5 * units + 0.5)
    return common | {"kind": "extraction", "heat_mw": serving * p_max, "unit_heat_max_mw": p_max, "base_mw": round(base, 2),
                     "mw_per_heat_mw": round(slope, 4), "loss_mw_per_heat_mw": HEAT_LOSS,
                     "note": f"the coldest hours need {serving} of {units} units, one MW of heat a MW of capacity"}


def _deep_load(row: dict, item: str, p_max: float) -> list[dict]:
    tiers = read("deep_load")
    return [{"plant": row["name"], "down_to_mw": round(p_max * tier.down_to_pct / 100, 2),
             "oil": "light_oil" if tier.oil_gj_per_mwh else "", "oil_gj_per_mwh": tier.oil_gj_per_mwh,
             "wear_cny_per_mwh": tier.wear_cny_per_mwh, "source": f"sources/deep_load.csv ({tier.source})",
             "quality": tier.quality, "note": tier.note}
            for tier in tiers[tiers.cost_item == item].itertuples()]


def _service(row: dict, role: str, phase: str) -> list[dict]:
    mid_year = _first_hour(*MID_YEAR)
    if role == "backup":
        return [{"plant": row["name"], "from_hour": 0, "to_hour": HOURS, "backup": "yes", "source": PLAN, "quality": "estimated",
                 "note": "the plan turns Qinghai's coal to condensers or emergency backup without naming units; those below "
                         f"{BACKUP_BELOW_MW:.0f} MW taken as backup, which nothing calls in this case"}]
    if phase == "late":
        return [{"plant": row["name"], "from_hour": mid_year, "to_hour": HOURS, "backup": "no",
                 "source": "assumed", "quality": "estimated", "note": "the scenario's last unit enters on 1 July"}]
    if phase == "leaving":
        return [{"plant": row["name"], "from_hour": 0, "to_hour": mid_year, "backup": "no", "source": "assumed",
                 "quality": "estimated", "note": "units of 2001, in their 30th year, leave on 30 June"}]
    return []


def _season_profile(case: Case, region: str) -> str:
    name = f"heating_season_{region}"
    if name not in case.names:
        case.add_profile("heat", name, heating_season(region).astype(float), 0)
    return case.names[name]


def _heat_gj_per_h(p_mw: float, p_max_mw: float, heat_rate_net: float) -> float:
    x = p_mw / p_max_mw
    a, b, c = HEAT_CURVE
    return heat_rate_net * p_max_mw * (a + b * x + c * x * x)


def add_thermal(case: Case, year: int) -> None:
    fleet = _fleet(case, year)
    fleet["backup"] = fleet.region.eq("qinghai") & (year == 2030)
    fleet["role"] = [_role(r) for r in fleet.itertuples()]
    fleet = _merge_small(case, fleet)
    classes = read("thermal_classes").set_index("class_key")
    rows, heat, tiers, deep, service, supply = [], [], [], [], [], []
    for (region, bus, class_key, role, new, phase), group in fleet.groupby(
            ["region", "bus", "class_key", "role", "new", "phase"], sort=True):
        kind = classes.loc[class_key]
        item = kind.cost_item
        units = len(group)
        gross = group.capacity_mw.mean()
        p_max = round(gross * (1 - kind.own_use_pct / 100), 2)
        tiered = year == 2030 and class_key.startswith("coal") and role in ("power", "chp")
        p_min = round(p_max * _least_load(item, 2020 if tiered else year), 2)
        least = round(p_max * read("deep_load").set_index("cost_item").down_to_pct[item].min() / 100, 2) if tiered else p_min
        heat_rate = float(np.average(group.heat_rate, weights=group.capacity_mw)) / (1 - kind.own_use_pct / 100)
        short = class_key.replace("coal_", "").replace("gas_", "")
        name = f"{bus}_{'gas' if class_key.startswith('gas') else 'coal'}_{short}" \
            + ("" if role == "power" else f"_{role}") + ("_new" if new else "") + (f"_{phase}" if phase else "")
        technology = class_key if class_key.startswith("gas") else "coal" if role == "power" else f"coal_{role}"
        row = {"name": name, "bus": bus, "fuel": f"{'gas' if class_key.startswith('gas') else 'coal'}_{region}",
               "technology": technology, "units": units, "p_min_mw": p_min, "p_max_mw": p_max,
               "variable_om_cny_per_mwh": cost(item, "variable_om"), "min_up_h": int(cost(item, "min_up_time")),
               "min_down_h": int(cost(item, "min_down_time"))}
        ramp = round(p_max * kind.sustained_ramp_pct_per_h / 100, 2)
        start = round(max(p_min, 0.45 * p_max), 2)
        ten_minutes = round(min(10 * cost(item, "ramp_rate") / 100 * p_max, p_max - least), 2)
        row |= {"ramp_up_mw_per_h": ramp, "ramp_down_mw_per_h": ramp, "start_ramp_mw": start, "stop_ramp_mw": start,
                "spinning_up_mw": ten_minutes, "spinning_down_mw": ten_minutes,
                "non_spinning_mw": round(0.2 * p_max, 2) if class_key.startswith("gas") else 0,
                "must_run_units": 0, "must_run_profile": "", "p_min_profile": ""}
        if role == "chp":
            size = "600_660" if class_key.startswith(("coal_600", "coal_1000")) else "300_350"
        if role == "chp" and year == 2030:
            supply.append(_heat_supply(case, row, region, size))
        elif role == "chp":
            row["p_min_profile"] = _heat_profile(case, region, size)
            row["must_run_units"] = int(0.5 * units + 0.5)
            row["must_run_profile"] = _season_profile(case, region)
        if role == "captive":
            row["must_run_units"] = int(0.5 * units + 0.5)
        row |= {"forced_outage_rate": kind.forced_outage_pct / 100, "repair_h": kind.repair_h}
        if new:
            source = f"capacity_by_province.csv ({'plan' if year == 2025 else 'scenario'} {year}) minus the units of thermal_units.csv"
            note = "units counted by the scenario and not yet in the list of July 2023; place assumed"
        else:
            source = "GEM Global Coal and Gas Plant Trackers 2023 (CC BY 4.0) through thermal_units.csv; costs.csv"
            plants = sorted(set(group.plant_name_zh.dropna()))
            note = f"{units} units of {len(plants)} plants: " + "; ".join(plants[:4])
            note += " ..." if len(plants) > 4 else ""
            note += f"; mean {gross:.0f} MW gross; status 2023: " \
                + "; ".join(f"{k} {v}" for k, v in sorted(group.status_2023.value_counts().items()))
        row |= {"source": source, "quality": "estimated", "note": note}
        rows.append(row)
        if tiered:
            deep += _deep_load(row, item, p_max)
        service += _service(row, role, phase)
        for p in (least, round((p_min + p_max) / 2, 2), p_max):
            heat.append({"plant": name, "p_mw": p, "heat_gj_per_h": round(_heat_gj_per_h(p, p_max, heat_rate), 3),
                         "source": "GEM heat rates through thermal_units.csv; part load and own use by thermal_classes.csv",
                         "quality": "estimated"})
        tiers += _tiers(name, item, gross / kind.nominal_mw, int(cost(item, "min_down_time")), class_key)
    if plan_target("biomass", year) > 0:
        _add_biomass(rows, heat, tiers, classes.loc["biomass"], year)
    case.add_rows("thermal", rows)
    case.add_rows("heat_curves", heat)
    case.add_rows("start_tiers", tiers)
    for table, content in (("deep_load", deep), ("service", service), ("heat_supply", supply)):
        if content:
            case.add_rows(table, content)
    _add_maintenance(case)


def _tiers(name: str, item: str, scale: float, min_down_h: int, class_key: str) -> list[dict]:
    hot, cold = cost(item, "start_cost_hot") * scale, cost(item, "start_cost_cold") * scale
    hours = (min_down_h, 12, 48) if class_key.startswith("gas") else (min_down_h, 24, 72)
    return [{"plant": name, "off_h": h, "cost_cny": round(c, -2), "source": "costs.csv scaled by unit size",
             "quality": "estimated", "note": tier}
            for h, c, tier in zip(hours, (hot, (hot + cold) / 2, cold), ("hot", "warm", "cold"))]


def _add_biomass(rows: list, heat: list, tiers: list, kind, year: int) -> None:
    """The plan's biomass plants: the only thermal units of Qinghai in 2030."""
    units, p_max = 4, plan_target("biomass", year) / 4
    p_min = 0.5 * p_max
    name = "xining_biomass"
    rows.append({"name": name, "bus": "xining_330", "fuel": "biomass_qinghai", "technology": "biomass",
                 "units": units, "p_min_mw": p_min, "p_max_mw": p_max, "variable_om_cny_per_mwh": 40, "min_up_h": 6,
                 "min_down_h": 6, "ramp_up_mw_per_h": 0.3 * p_max, "ramp_down_mw_per_h": 0.3 * p_max,
                 "start_ramp_mw": p_min, "stop_ramp_mw": p_min, "spinning_up_mw": 0.1 * p_max,
                 "spinning_down_mw": 0.1 * p_max, "non_spinning_mw": 0, "must_run_units": 2, "must_run_profile": "",
                 "p_min_profile": "", "forced_outage_rate": kind.forced_outage_pct / 100, "repair_h": kind.repair_h,
                 "source": PLAN, "quality": "estimated",
                 "note": f"{4 * p_max:g} MW by plan; counted as net capacity; place and data estimated"})
    for p in (p_min, p_max):
        heat.append({"plant": name, "p_mw": p, "heat_gj_per_h": round(
            _heat_gj_per_h(p, p_max, kind.heat_rate_gj_per_mwh_gross / (1 - kind.own_use_pct / 100)), 3),
            "source": "thermal_classes.csv", "quality": "estimated"})
    tiers += _tiers(name, "coal_100_200", p_max / kind.nominal_mw / 3, 6, "biomass")


def _add_maintenance(case: Case) -> None:
    """One planned outage a unit and year, as long as the planned rate says, outside the peaks of winter and summer:
    for each batch the start with the least capacity of the region out of service so far."""
    classes = read("thermal_classes").set_index("class_key")
    region_of = case.buses().set_index("name").region
    out = {region: np.zeros(365) for region in set(region_of)}
    rows = []
    for plant in sorted(case.tables["thermal"].itertuples(), key=lambda r: (-r.units * r.p_max_mw, r.name)):
        key = next((k for k in classes.index if k.replace("gas_", "").replace("coal_", "") in plant.name), "biomass")
        if plant.technology == "coal_backup":
            continue  # off all year
        days = round(365 * classes.planned_outage_pct[key] / 100)
        region = region_of[plant.bus]
        if plant.technology == "coal_chp":  # between the heating seasons, the summer peak kept free
            windows = [(111, 181), (244, 282)]
        else:
            windows = [(60, 181), (244, 334)]
        starts = [d for a, b in windows for d in range(a, b - days + 1, 3)]
        batches = min(plant.units, 3)
        sizes = [plant.units // batches + (1 if i < plant.units % batches else 0) for i in range(batches)]
        for size in sizes:
            best = min(starts, key=lambda d: (out[region][d:d + days].max(), d))
            out[region][best:best + days] += size * plant.p_max_mw
            rows.append({"plant": plant.name, "from_hour": best * 24, "to_hour": (best + days) * 24, "units": size,
                         "kind": "planned", "source": "thermal_classes.csv (planned outage rate)",
                         "quality": "estimated", "note": "levelled over spring and autumn of the region"})
    merged = {}
    for row in rows:  # batches of one plant that fall on the same days become one row
        key = (row["plant"], row["from_hour"], row["to_hour"])
        if key in merged:
            merged[key]["units"] += row["units"]
        else:
            merged[key] = row
    case.add_rows("outages", list(merged.values()))
