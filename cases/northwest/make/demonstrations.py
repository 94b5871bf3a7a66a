"""Small plants of kinds that the plan's text names and its table 1 does not count: geothermal power, a heating reactor, a quick gas
plant with carbon capture, and storage in air. Sizes are those of demonstrations, on top of the plan's sums; figures are estimated but where a source says more."""

import math

from .common import Case, cost
from .thermal import _heat_demand_profile, _heat_gj_per_h

GJ_PER_MWH = 3.6
SOURCE = "assumed: a demonstration; Qinghai's plan names the kind without a figure (recalled)"

# Hot dry rock and hot springs of the Gonghe basin: two small sets, a tenth of whose heat becomes power net of the wells' pumps.
GEOTHERMAL_UNITS, GEOTHERMAL_MW, GEOTHERMAL_EFFICIENCY = 2, 5.0, 0.10
# One small reactor of 200 MW of heat: 60 MW of power without, 40 MW with 100 MW of heat to the town.
REACTOR_HEAT_MW, REACTOR_MW, REACTOR_TOWN_MW, REACTOR_LOSS = 200.0, 60.0, 100.0, 0.2
REACTOR_RAMP_PCT_PER_H = 5.0
JANUARY_HEAT = 0.75  # its mean, of the town's largest heat from the reactor
# Two open-cycle turbines near the oil fields of the Tarim basin, which take the CO2; cost of transport and storage less what the fields
# pay; power for separation and compression.
PEAKER_UNITS, PEAKER_MW, PEAKER_GJ_PER_MWH = 2, 100.0, 10.2
CAPTURE_SHARE, CAPTURE_MWH_PER_T, CAPTURE_CNY_PER_T = 0.9, 0.3, 60.0

AIR_CNY_PER_MWH = 5.0  # as pumped storage
# Storage in air: name, Chinese name, bus, MW, MWh given, source, note.
LIQUID_AIR = "pv magazine, 30 December 2025 (china-powers-up-worlds-largest-liquid-air-storage-project)"
AIR = (("golmud_liquid_air", "格尔木液态空气储能", "golmud_330", 60.0, 600.0, LIQUID_AIR,
        "liquid air; power and energy published, beside 250 MW of PV that stand in the PV of Golmud's region; round trip estimated"),
       ("jiuquan_compressed_air", "酒泉压缩空气储能", "jiuquan", 300.0, 1800.0,
        "demonstration with an artificial cavern: 300 MW published (shaan-gu.com, 594 GWh a year planned)",
        "six hours at full power assumed, as other plants of 300 MW have; round trip estimated"))


def _plant(name: str, bus: str, fuel: str, technology: str, units: int, p_min: float, p_max: float, **figures) -> dict:
    return {"name": name, "bus": bus, "fuel": fuel, "technology": technology, "units": units, "p_min_mw": p_min,
            "p_max_mw": p_max, "ramp_up_mw_per_h": p_max, "ramp_down_mw_per_h": p_max, "start_ramp_mw": p_min, "stop_ramp_mw": p_min,
            "spinning_up_mw": 0, "spinning_down_mw": 0, "non_spinning_mw": 0, "must_run_units": 0, "must_run_profile": "",
            "p_min_profile": "", "forced_outage_rate": 0.04, "repair_h": 48, "source": SOURCE, "quality": "estimated"} | figures


def _line(name: str, points: list[tuple[float, float]]) -> list[dict]:
    return [{"plant": name, "p_mw": p, "heat_gj_per_h": round(heat, 3), "source": "assumed", "quality": "estimated"}
            for p, heat in points]


def _start(name: str, off_h: int, cny: float, note: str) -> dict:
    return {"plant": name, "off_h": off_h, "cost_cny": cny, "source": "assumed", "quality": "estimated", "note": note}


def _outage(name: str, day: int, days: int, units: int) -> dict:
    return {"plant": name, "from_hour": 24 * day, "to_hour": 24 * (day + days), "units": units, "kind": "planned",
            "source": "assumed", "quality": "estimated", "note": "outside the peaks and the heating season"}


def _add_geothermal(case: Case) -> None:
    name = "gonghe_geothermal"
    low, high = 0.4 * GEOTHERMAL_MW, GEOTHERMAL_MW
    case.add_rows("thermal", [_plant(
        name, "tala_330", "geothermal_heat", "geothermal", GEOTHERMAL_UNITS, low, high, variable_om_cny_per_mwh=30,
        min_up_h=24, min_down_h=6, ramp_up_mw_per_h=0.5 * high, ramp_down_mw_per_h=0.5 * high,
        note="net of well pumps; hot dry rock of the Gonghe basin; size assumed, on top of the plan's table 1")])
    case.add_rows("heat_curves", _line(name, [(p, GJ_PER_MWH * p / GEOTHERMAL_EFFICIENCY) for p in (low, high)]))
    case.add_rows("start_tiers", [_start(name, 6, 5000, "wells and turbine brought back to temperature")])
    case.add_rows("outages", [_outage(name, 130, 25, 1), _outage(name, 250, 25, 1)])


def _add_reactor(case: Case) -> None:
    name = "xining_reactor_chp"
    low = 0.5 * REACTOR_MW
    full = GJ_PER_MWH * REACTOR_HEAT_MW
    ramp = REACTOR_RAMP_PCT_PER_H / 100 * REACTOR_MW
    case.add_rows("thermal", [_plant(
        name, "xining_330", "reactor_heat", "nuclear_chp", 1, low, REACTOR_MW, variable_om_cny_per_mwh=20, min_up_h=168,
        min_down_h=72, ramp_up_mw_per_h=ramp, ramp_down_mw_per_h=ramp, forced_outage_rate=0.02, repair_h=96,
        note="heat and power, slow ramp; size, place and all figures assumed, on top of the plan's table 1")])
    case.add_rows("heat_curves", _line(name, [(low, 0.55 * full), (REACTOR_MW, full)]))
    case.add_rows("start_tiers", [_start(name, 72, 200000, "")])
    case.add_rows("heat_supply", [{
        "plant": name, "kind": "extraction", "heat_mw": REACTOR_TOWN_MW, "heat_profile": _heat_demand_profile(case, "qinghai", JANUARY_HEAT),
        "unit_heat_max_mw": REACTOR_TOWN_MW, "base_mw": low, "mw_per_heat_mw": 0.05, "loss_mw_per_heat_mw": REACTOR_LOSS,
        "source": "heat_shape_hourly.csv; assumed", "quality": "estimated", "note": "runs through the heating season for the town's heat"}])
    case.add_rows("outages", [_outage(name, 145, 30, 1)])


def _add_peaker(case: Case) -> None:
    name = "kuqa_gas_ocgt_ccs"
    low = 0.01 * cost("gas_ocgt", "min_load_after_flexibility_retrofit") * PEAKER_MW
    ten_minutes = min(10 * cost("gas_ocgt", "ramp_rate") / 100 * PEAKER_MW, PEAKER_MW - low)
    case.add_rows("thermal", [_plant(
        name, "kuqa", "gas_xinjiang", "gas_ocgt", PEAKER_UNITS, low, PEAKER_MW,
        variable_om_cny_per_mwh=cost("gas_ocgt", "variable_om"), min_up_h=int(cost("gas_ocgt", "min_up_time")),
        min_down_h=int(cost("gas_ocgt", "min_down_time")), start_ramp_mw=PEAKER_MW, stop_ramp_mw=PEAKER_MW, spinning_up_mw=ten_minutes,
        spinning_down_mw=ten_minutes, non_spinning_mw=ten_minutes, source="assumed: a demonstration; costs.csv",
        note="gross of what capture takes; place and size assumed")])
    case.add_rows("heat_curves", _line(name, [(p, _heat_gj_per_h(p, PEAKER_MW, PEAKER_GJ_PER_MWH)) for p in (low, PEAKER_MW)]))
    case.add_rows("start_tiers", [_start(name, 1, cost("gas_ocgt", "start_cost_hot"), "hot"),
                                  _start(name, 12, cost("gas_ocgt", "start_cost_cold"), "cold")])
    case.add_rows("carbon_capture", [{
        "plant": name, "share_max_pu": CAPTURE_SHARE, "energy_mwh_per_t": CAPTURE_MWH_PER_T, "cost_cny_per_t": CAPTURE_CNY_PER_T,
        "source": "assumed", "quality": "estimated", "note": "transport and storage less what oil fields pay for CO2"}])
    case.add_rows("outages", [_outage(name, 100, 20, 1), _outage(name, 270, 20, 1)])


def _add_air(case: Case) -> None:
    """Compressors of the turbines' power; half of the round trip's loss on each side."""
    efficiency = round(math.sqrt(cost("caes", "round_trip_efficiency")), 5)
    rows = []
    for name, name_zh, bus, mw, mwh, source, note in AIR:
        energy = mwh / efficiency  # of air in the store, of which mwh come out
        rows.append({"name": name, "name_zh": name_zh, "bus": bus, "technology": "compressed_air", "charge_max_mw": mw, "discharge_max_mw": mw,
                     "energy_max_mwh": energy, "efficiency_charge": efficiency, "efficiency_discharge": efficiency,
                     "variable_om_cny_per_mwh": AIR_CNY_PER_MWH, "energy_initial_mwh": 0.5 * energy, "source": f"{source}; costs.csv",
                     "quality": "estimated", "note": note})
    case.add_rows("storages", rows)


def add_demonstrations(case: Case) -> None:
    _add_geothermal(case)
    _add_reactor(case)
    _add_peaker(case)
    _add_air(case)


def section() -> str:
    """For the case's README."""
    return f"""
## Demonstrations

Kinds that the plan's text names and its table 1 does not count stand as small plants on top of its sums (all estimated; `make/demonstrations.py`): {GEOTHERMAL_UNITS * GEOTHERMAL_MW:.0f} MW of geothermal power at Gonghe, a heating reactor of {REACTOR_MW:.0f} MW at
Xining that supplies up to {REACTOR_TOWN_MW:.0f} MW of heat in the season, and outside Qinghai {PEAKER_UNITS * PEAKER_MW:.0f} MW of quick gas turbines with carbon capture at Kuqa. Capture costs {CAPTURE_CNY_PER_T:.0f} CNY/t and {CAPTURE_MWH_PER_T} MWh/t:
at 95 CNY/t it pays where power is worth less than {(95 - CAPTURE_CNY_PER_T) / CAPTURE_MWH_PER_T:.0f} CNY/MWh, below the turbines' cost of fuel, so it rests in this case and waits for a higher price (`--set case.carbon_price_cny_per_t=400`).
Two plants store in air: {AIR[0][3]:.0f} MW and {AIR[0][4]:.0f} MWh of liquid air at Golmud (published) and {AIR[1][3]:.0f} MW of compressed air at Jiuquan (power published, six hours assumed), both with a round trip of {cost("caes", "round_trip_efficiency"):g}.
"""
