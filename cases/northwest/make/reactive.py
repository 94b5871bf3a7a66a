"""Reactive power: demand of loads, shunt reactors on lines, switched banks in substations, compensators of wind and
PV stations, and bands of the voltages. No public list of any of it was found: rules, stated here and in every row."""

import math

from .common import Case

BASE_MVA = 100.0
LOAD_POWER_FACTOR = 0.95
# Share of a line's charging that reactors at its two ends take away: of 750 kV lines, and of 330 kV lines from
# 200 km on.
REACTOR_SHARE = 0.75
REACTOR_LENGTH_KM = {750: 0.0, 330: 200.0}
# Switched reactors and capacitors of a substation: reactors for what line reactors leave and a margin, capacitors as a
# share of the transformers' capacity, taken as 1.5 x mean load or the plants there, whichever is more.
BANK_REACTOR_SHARE = 0.35
BANK_CAPACITOR_SHARE = 0.15
# Static compensators of wind and PV stations, Mvar per MW of capacity.
STATION_MVAR_PER_MW = 0.2
# Highest voltage of equipment over nominal voltage: 800/750, 363/330.
V_MAX_PU = {750: 1.0667, 330: 1.1}
V_MIN_PU = 0.95
# Voltage that machines and compensators hold: 772 and 345 kV, within the 765 to 785 and 340 to 350 kV at which such
# grids are run.
V_SET_PU = {750: 1.03, 330: 1.045}

RULES = "rule in cases/northwest/make/reactive.py"


def add_bands(case: Case) -> None:
    buses = case.tables["buses"]
    buses["v_min_pu"] = V_MIN_PU
    buses["v_max_pu"] = [V_MAX_PU[int(kv)] for kv in buses.kv]


def add_load_mvar(case: Case) -> None:
    loads = case.tables["loads"]
    tan_phi = math.tan(math.acos(LOAD_POWER_FACTOR))
    loads["mean_mvar"] = loads.mean_mw * tan_phi
    loads["note"] = loads.note + f"; power factor {LOAD_POWER_FACTOR} estimated, the same in all hours"


def charging_mvar(case: Case) -> tuple[dict[str, float], dict[str, float]]:
    """Half of each line's charging at each of its ends, by bus: of all lines, and of those with reactors."""
    kv = case.buses().set_index("name").kv
    charging: dict[str, float] = {}
    with_reactors: dict[str, float] = {}
    lines = case.tables["branches"]
    for row in lines[lines.kind == "line"].itertuples():
        for bus in (row.from_bus, row.to_bus):
            half = 0.5 * row.b_pu * BASE_MVA
            charging[bus] = charging.get(bus, 0.0) + half
            if row.length_km >= REACTOR_LENGTH_KM[int(kv[bus])]:
                with_reactors[bus] = with_reactors.get(bus, 0.0) + half
    return charging, with_reactors


def _size_mva(case: Case, bus: str) -> float:
    """Transformer capacity of a substation, estimated."""
    loads = case.tables["loads"]
    load = 1.5 * loads[loads.bus == bus].mean_mw.sum()
    thermal = case.tables["thermal"]
    thermal = thermal[thermal.bus == bus]
    plants = (thermal.units * thermal.p_max_mw).sum() + case.tables["renewables"].query("bus == @bus").capacity_mw.sum()
    return max(load, plants)


def add_shunts(case: Case) -> None:
    charging, with_reactors = charging_mvar(case)
    rows = []
    for bus in case.tables["buses"].itertuples():
        of_lines = charging.get(bus.name, 0.0)
        common = {"bus": bus.name, "g_mw": 0.0, "source": RULES, "quality": "estimated"}
        if with_reactors.get(bus.name, 0.0) > 0:
            rows.append({"name": f"reactors_{bus.name}", "kind": "fixed",
                         "b_mvar": -round(REACTOR_SHARE * with_reactors[bus.name], 1),
                         "q_min_mvar": 0.0, "q_max_mvar": 0.0, "v_set_pu": 1.0,
                         "note": f"line reactors: {REACTOR_SHARE:g} of the charging of the lines' halves at the bus"
                                 + (", 330 kV lines from 200 km on" if int(bus.kv) == 330 else ""), **common})
        if int(bus.kv) == 750:
            rows.append({"name": f"banks_{bus.name}", "kind": "svc", "b_mvar": 0.0,
                         "q_min_mvar": -round(BANK_REACTOR_SHARE * of_lines, 1),
                         "q_max_mvar": round(BANK_CAPACITOR_SHARE * _size_mva(case, bus.name), 1),
                         "v_set_pu": V_SET_PU[int(bus.kv)],
                         "note": f"switched reactors, {BANK_REACTOR_SHARE:g} of the charging, and capacitors, "
                                 f"{BANK_CAPACITOR_SHARE:g} of the transformers, taken as continuous", **common})
        capacity = case.tables["renewables"]
        capacity = capacity[(capacity.bus == bus.name) & capacity.technology.isin(["wind", "pv"])].capacity_mw.sum()
        if capacity > 0:
            mvar = round(STATION_MVAR_PER_MW * capacity, 1)
            rows.append({"name": f"stations_{bus.name}", "kind": "svc", "b_mvar": 0.0, "q_min_mvar": -mvar,
                         "q_max_mvar": mvar, "v_set_pu": V_SET_PU[int(bus.kv)],
                         "note": f"static compensators of wind and PV stations, {STATION_MVAR_PER_MW:g} Mvar per MW",
                         **common})
    case.add_rows("shunts", rows)


def set_machine_voltages(case: Case) -> None:
    machines = case.tables["machines"]
    kv = case.buses().set_index("name").kv
    machines["v_set_pu"] = [V_SET_PU[int(kv[bus])] for bus in machines.bus]


def add_reactive(case: Case) -> None:
    add_bands(case)
    add_load_mvar(case)
    add_shunts(case)
    set_machine_voltages(case)
