"""Batteries, pumped hydro, storage plants of the Yellow River, CSP."""

import math

import numpy as np

from .common import Case, PLAN, PROVINCES, cost, plan_target, read, scenario_mw, slug
from .renewables import calibrated

BATTERY_SITES = 8  # largest PV buses of a province
STORAGE_PLANT_HOURS = 20
CSP_EXPONENT = 1.3  # direct light falls faster than global light under thin cloud and low sun
CSP_FIELD_FULL = 0.85  # share of the field's rating that the clearest hours reach
CSP_UNIT_MW = 110  # power blocks are of this size at most
# Heat over output, both as shares of full load: the line through heat 0.30 and 1.00 of the power cycle at its design
# ambient temperature (43 C, dry-cooled) in the default values of NREL's System Advisor Model.
SAM = "NREL SAM, defaults/TcsmoltenSalt_MSPTSingleOwner.json (power cycle table, 574 C)"
CSP_HEAT_AT_REST = 0.1147
CSP_START_CNY_PER_MW = 285  # 40 USD/MW
CSP_SPINNING_MINUTES = 10
GJ_PER_MWH = 3.6


def csp_efficiency() -> float:
    """Output to the grid by heat at full load: the power block's efficiency less the share that pumps, heliostats and heat
    tracing take (parasitic_share)."""
    return round(cost("csp_tower", "power_block_efficiency") * (1 - cost("csp_tower", "parasitic_share")), 6)


def csp_design_heat_mw(p_mw: float) -> float:
    """Heat of a turbine of this capacity at its terminals. Solar multiple, hours of storage and start heat are stated by it:
    field and store do not grow with the plant's own use."""
    return p_mw / cost("csp_tower", "power_block_efficiency")


def csp_heat_mw(p_mw: float, p_max_mw: float) -> float:
    """Heat that a unit takes at an output to the grid, MW. Its largest output is the capacity that the plan counts; own use is
    heat on top."""
    full = p_max_mw / csp_efficiency()
    return full * (CSP_HEAT_AT_REST + (1 - CSP_HEAT_AT_REST) * p_mw / p_max_mw)


def csp_power(heat):
    """What heat at the power block gives at full load, without starts: the same in electric terms."""
    return heat * csp_efficiency()


def csp_power_collected(heat):
    """The same of heat that the field collects: all of it passes the store, as in towers with molten salt."""
    return csp_power(heat * cost("csp_tower", "thermal_storage_efficiency"))


def add_batteries(case: Case) -> None:
    hours = cost("battery", f"duration_{case.year}")
    efficiency = round(math.sqrt(cost("battery_4h", "round_trip_efficiency")), 5)
    region_of = case.buses().set_index("name").region
    pv = case.tables["renewables"]
    pv = pv[pv.technology == "pv"]
    rows = []
    for province in PROVINCES:
        published = province == "Qinghai"
        total = (plan_target("electrochemical storage", case.year) if published
                 else scenario_mw(province, "battery", case.year))
        if total == 0:
            continue
        mine = pv[pv.bus.map(region_of) == province.lower()].groupby("bus").capacity_mw.sum()
        mine = mine.sort_values(ascending=False, kind="stable").head(BATTERY_SITES).sort_index()
        for bus, capacity in mine.items():
            power = total * capacity / mine.sum()
            energy = power * hours * cost("battery", "usable_depth")
            rows.append({"name": f"battery_{bus}", "bus": bus, "technology": "battery", "charge_max_mw": power,
                         "discharge_max_mw": power, "energy_max_mwh": energy, "efficiency_charge": efficiency,
                         "efficiency_discharge": efficiency,
                         "loss_per_h": round(cost("battery", "self_discharge_per_day") / 100 / 24, 8),
                         "variable_om_cny_per_mwh": cost("battery", "variable_om"), "energy_initial_mwh": 0.3 * energy,
                         "source": (PLAN if published else "capacity_by_province.csv") + "; costs.csv",
                         "quality": "estimated",
                         "note": f"provincial power {'published' if published else 'estimated'}; spread by PV; "
                                 f"{hours:g} h with 90 % usable depth"})
    case.add_rows("storages", rows)


def add_pumped_hydro(case: Case) -> None:
    """Plants of pumped_hydro.csv with capacity in the year. Qinghai's two sum to 5200 MW there, the plan counts 4200 MW:
    Warang is taken whole and Nanshankou with the rest."""
    table = read("pumped_hydro")
    power_column = "capacity_mw_2030_est" if case.year == 2030 else f"capacity_mw_{case.year}"
    table = table[~table.name_en.str.contains("storage factory") & (table[power_column] > 0)]
    efficiency = round(math.sqrt(cost("pumped_hydro", "round_trip_efficiency")), 5)
    place = {"Nanshankou": "qaidam", "Warang": "warang_pumped_storage"}
    others = table[(table.province == "Qinghai") & (table.name_en != "Nanshankou")][power_column].sum()
    rows = []
    for row in table.itertuples():
        power = float(getattr(row, power_column))
        note = "capacity and status as listed"
        if row.name_en == "Nanshankou":
            power = plan_target("pumped hydro", case.year) - others
            note = "2400 MW listed; 1400 MW counted so that the plan's 4200 MW hold"
        energy = power * row.storage_hours
        bus = place.get(row.name_en) or case.nearest_bus(row.lat, row.lon, row.province.lower())
        rows.append({"name": f"pumped_{slug(row.name_en)}", "name_zh": row.name_zh, "bus": bus,
                     "technology": "pumped_hydro", "charge_max_mw": power, "discharge_max_mw": power,
                     "energy_max_mwh": energy, "efficiency_charge": efficiency, "efficiency_discharge": efficiency,
                     "variable_om_cny_per_mwh": 5, "energy_initial_mwh": 0.5 * energy, "source": row.source,
                     "quality": "estimated",
                     "note": note + "; whole plant as one machine without least power; hours estimated"})
    plant = read("pumped_hydro")
    plant = plant[plant.name_en.str.contains("storage factory")].iloc[0]
    each = plan_target("storage factory", case.year) / 2
    if each == 0:
        if rows:
            case.add_rows("storages", rows)
        return
    efficiency = round(math.sqrt(cost("storage_factory_pump_cascade", "round_trip_efficiency")), 5)
    # The smaller lake of each pair limits the hours: at the heads of Yangqu and Longyangxia 2500 MW move 210 and 155 hm3 in 20 h.
    for name, zh, bus, lake in (
            ("storage_plant_yangqu", "羊曲-龙羊峡储能工厂", "yangqu_plant", "the usable storage of Yangqu, the upper reservoir (230 hm3)"),
            ("storage_plant_laxiwa", "龙羊峡-拉西瓦储能工厂", "laxiwa_plant", "the usable storage of Laxiwa, the lower reservoir (150 hm3)")):
        energy = each * STORAGE_PLANT_HOURS
        rows.append({"name": name, "name_zh": zh, "bus": bus, "technology": "storage_plant", "charge_max_mw": each,
                     "discharge_max_mw": each, "energy_max_mwh": energy, "efficiency_charge": efficiency,
                     "efficiency_discharge": efficiency, "variable_om_cny_per_mwh": 5,
                     "energy_initial_mwh": 0.5 * energy, "source": plant.source, "quality": "estimated",
                     "note": f"5000 MW by plan; split in two halves; {STORAGE_PLANT_HOURS} h estimated from {lake}; its water is not part of "
                             "the cascade's balance"})
    case.add_rows("storages", rows)


def csp_profile(province: str) -> np.ndarray:
    """Heat collected per rating of the field: the provincial PV series relative to its clearest hours, raised to an
    exponent above 1."""
    pv = calibrated("pv")[province]
    return np.minimum(pv / np.quantile(pv, 0.998), 1.0) ** CSP_EXPONENT * CSP_FIELD_FULL


def add_csp(case: Case) -> None:
    table = read("csp_plants")
    rows, blocks = [], {}
    place = {"Wutumeiren": "wutu_330", "Hainan Gonghe": "tala_330", "PowerChina Gonghe": "tala_330",
             "Delingha west exit base": "tuosu_330"}
    if case.year == 2020:
        table = table[table.online_year <= 2020]
    for province in ("Qinghai", "Gansu", "Xinjiang"):
        group = table[table.province == province].copy()
        total = plan_target("csp", case.year) if province == "Qinghai" else scenario_mw(province, "csp", case.year)
        # Plants of 2024 and later stand for what the plan or scenario counts: they are scaled to its sum.
        scaled = (group.status == "planned") if province == "Qinghai" else (group.online_year >= 2024)
        factor = ((total - group.capacity_mw[~scaled].sum()) / group.capacity_mw[scaled].sum()) if scaled.any() else 1
        region = province.lower()
        profile = case.add_profile("csp", f"csp_{region}", csp_profile(province))
        for row, is_scaled in zip(group.itertuples(), scaled):
            power = row.capacity_mw * (factor if is_scaled else 1)
            key = row.name_en.split(" (")[0]
            only = None
            if province == "Qinghai":
                only = ["tuosu_330", "qaidam_330", "wutu_330", "tala_330"]
            bus = case.standing_bus(place[key]) if key in place else case.nearest_bus(row.lat, row.lon, region, only)
            name = f"csp_{slug(row.name_en)}"
            full_heat = round(csp_heat_mw(power, power), 4)
            design_heat = round(csp_design_heat_mw(power), 4)
            energy = design_heat * row.storage_hours
            source = (PLAN if province == "Qinghai" else "capacity_by_province.csv") + "; csp_plants.csv"
            scaled_words = f"listed capacity {row.capacity_mw} MW scaled to the provincial sum; " if is_scaled else ""
            rows.append({"name": name + "_heat", "name_zh": row.name_zh, "bus": bus, "technology": "csp",
                         "charge_max_mw": 0, "discharge_max_mw": full_heat, "energy_max_mwh": energy,
                         "efficiency_charge": 1, "efficiency_discharge": cost("csp_tower", "thermal_storage_efficiency"),
                         "loss_per_h": 0,
                         "variable_om_cny_per_mwh": 0, "energy_initial_mwh": 0.2 * energy,
                         "inflow_mw": design_heat * row.solar_multiple, "inflow_profile": profile,
                         "source": source + "; costs.csv (efficiencies)", "quality": "estimated",
                         "note": scaled_words + "all figures are heat: field by solar multiple and store by hours of the turbine's "
                                                "design heat; all heat passes the store"})
            block = _power_block(name, row.name_zh, bus, power, source, scaled_words)
            for of_table, content in block.items():
                blocks.setdefault(of_table, []).extend(content)
    names = [r["name"] for r in rows]
    if len(set(names)) != len(names):
        raise ValueError("CSP names are not unique")
    case.add_rows("storages", rows)
    case.csp_blocks = blocks


def _power_block(name: str, name_zh: str, bus: str, power_mw: float, source: str, words: str) -> dict[str, list[dict]]:
    """Rows of a plant's power block, by table."""
    units = max(1, math.ceil(power_mw / CSP_UNIT_MW - 1e-9))
    p_max = round(power_mw / units, 7)
    p_min = round(cost("csp_tower", "min_load") / 100 * p_max, 4)
    spinning = round(CSP_SPINNING_MINUTES * cost("csp_tower", "ramp_rate_pct_per_min") / 100 * p_max, 4)
    start_heat = round(cost("csp_tower", "start_energy_h_full_load") * csp_design_heat_mw(p_max), 4)
    thermal = {"name": name, "name_zh": name_zh, "bus": bus, "fuel": "solar_heat", "technology": "csp", "units": units,
               "p_min_mw": p_min, "p_max_mw": p_max, "variable_om_cny_per_mwh": cost("csp_tower", "variable_om_cny_mwh"),
               "min_up_h": int(cost("csp_tower", "min_up_h")), "min_down_h": int(cost("csp_tower", "min_down_h")),
               "ramp_up_mw_per_h": p_max, "ramp_down_mw_per_h": p_max, "start_ramp_mw": round(0.5 * p_max, 4),
               "stop_ramp_mw": p_max, "non_spinning_mw": 0, "must_run_units": 0, "forced_outage_rate": 0, "repair_h": 48,
               "spinning_up_mw": spinning, "spinning_down_mw": spinning,
               "source": source + "; costs.csv; " + SAM, "quality": "estimated",
               "note": words + f"units of at most {CSP_UNIT_MW} MW assumed; half an hour of the first one goes into the start; "
                               "capacity as the plan or scenario counts it, own use is in the heat curve"}
    heat = [{"plant": name, "p_mw": p, "heat_gj_per_h": round(GJ_PER_MWH * csp_heat_mw(p, p_max), 4),
             "source": SAM + "; costs.csv (efficiency at full load, own use)", "quality": "estimated"} for p in (p_min, p_max)]
    start = {"plant": name, "off_h": int(cost("csp_tower", "min_down_h")), "cost_cny": round(CSP_START_CNY_PER_MW * p_max, -1),
             "source": "assumed", "quality": "estimated", "note": "wear of the turbine; 40 USD/MW"}
    block = {"plant": name, "store": name + "_heat", "start_heat_mwh": start_heat,
             "source": "costs.csv; NREL SAM (startup_frac 0.5 of an hour's design heat)", "quality": "estimated"}
    return {"thermal": [thermal], "heat_curves": heat, "start_tiers": [start], "power_blocks": [block]}


def add_csp_blocks(case: Case) -> None:
    """Power blocks of the plants that add_csp has placed, behind the other thermal plants."""
    for table, rows in case.csp_blocks.items():
        case.add_rows(table, rows)
