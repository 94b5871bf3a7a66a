"""Machines that give short-circuit power and inertia: thermal and hydro units, pumped hydro, CSP, condensers, coal
units turned to condensers, grid-forming batteries. All figures of one machine on its own rating."""

import math

import numpy as np

from .common import Case, MONTH_OF_HOUR, PLAN, in_service, read, slug

POWER_FACTOR = 0.9
TEXTBOOK = "textbook ranges of machine data (Kundur 1994, Anderson & Fouad 2003), recalled"

# class -> (x'' of the machine, reactance up to the 750 or 330 kV bus, H, governor gain, fast share, reheater)
# The reactance behind the terminals is the unit transformer's (0.14), and for units that feed 330 or 220 kV below
# the 750 kV bus of the case a share of the transformers between them (0.07 for 300 MW class, 0.12 below).
CLASSES = {
    "coal_1000": (0.20, 0.15, 4.0, 20, 0.30, 8.0),
    "coal_600": (0.20, 0.15, 4.2, 20, 0.30, 8.0),
    "coal_300": (0.17, 0.21, 4.5, 20, 0.30, 8.0),
    "coal_100": (0.15, 0.26, 5.0, 20, 0.35, 7.0),
    "gas": (0.17, 0.21, 5.0, 20, 0.80, 3.0),
    "biomass": (0.14, 0.26, 3.0, 20, 1.00, 0.0),
    "csp": (0.14, 0.26, 3.0, 20, 1.00, 0.0),
    "hydro_large": (0.22, 0.14, 4.0, 25, 0.15, 12.0),
    "hydro_small": (0.25, 0.26, 2.5, 0, 1.00, 0.0),
    "pumped": (0.20, 0.14, 4.5, 25, 0.15, 12.0),
}
NOTES = {
    "hydro_large": "governor with transient droop as gain with fast share and delay; water hammer left out",
    "pumped": "governor with transient droop as gain with fast share and delay; water hammer left out",
    "hydro_small": "on 110 kV and below; no governor counted",
}
CONDENSER_X_PU = {50: 0.12 + 0.12, 300: 0.11 + 0.11}  # machine and transformer
CONDENSER_H_S = {50: 1.5, 300: 1.8}
CONDENSER_LOSS_SHARE = 0.015
CONVERTED_H_S = 1.2  # the generator's rotor alone, turbine uncoupled
CONVERTED_FROM = {"华电青海大通发电厂": (7, 1)}  # month, day of 2030; the others stand at its begin. Estimated
CONVERTED_PLANTS = {"国家电投黄河上游水电开发公司西宁火电厂": "xining_330", "华能西宁热电厂": "xining_330",
                    "华电青海大通发电厂": "datong_330"}
GRID_FORMING_SHARE = 0.2  # of battery power by 2030
GRID_FORMING_UNIT_MW = 100.0
SMALL_HYDRO_MW = 100.0  # stations below are taken as small
PIECE_MW = {"hydro_large": 250.0, "hydro_small": 25.0, "pumped": 300.0}


def _row(name: str, bus: str, kind: str, table: str, plant: str, units: int, s_mva: float, figures: tuple,
         q_share: tuple, source: str, note: str, loss_mw: float = 0.0) -> dict:
    x, x_up, inertia, gain, fast, reheat = figures
    return {"name": name, "bus": bus, "kind": kind, "plant_table": table, "plant": plant, "units": units,
            "s_mva": round(s_mva, 2), "x_subtransient_pu": round(x + x_up, 4), "inertia_s": inertia,
            "governor_gain_pu": gain, "governor_fast_share": fast, "reheat_s": reheat,
            "q_min_mvar": round(q_share[0] * s_mva, 2), "q_max_mvar": round(q_share[1] * s_mva, 2), "v_set_pu": 1,
            "loss_mw": round(loss_mw, 3), "source": source, "quality": "estimated", "note": note}


def _generator(name: str, bus: str, table: str, plant: str, units: int, p_mw: float, key: str, note: str,
               source: str = TEXTBOOK) -> dict:
    words = "; ".join(n for n in (note, NOTES.get(key, "")) if n)
    return _row(name, bus, "generator", table, plant, units, p_mw / POWER_FACTOR, CLASSES[key], (-0.2, 0.43), source,
                f"{key}: x'' {CLASSES[key][0]} and {CLASSES[key][1]} up to the bus; power factor 0.9" +
                (f"; {words}" if words else ""))


def _thermal_class(name: str, technology: str) -> str:
    if technology in ("biomass", "csp"):
        return technology
    if technology.startswith("gas"):
        return "gas"
    if technology in ("geothermal", "nuclear_chp"):
        return "biomass"  # small steam sets
    for size, key in (("1000", "coal_1000"), ("600_660", "coal_600"), ("300_350", "coal_300")):
        if f"_coal_{size}" in name:
            return key
    return "coal_100"


def _add_thermal(case: Case, rows: list) -> None:
    for row in case.tables["thermal"].itertuples():
        own_use = 1.06 if row.technology.startswith("coal") else 1.02
        rows.append(_generator(f"thermal_{row.name}", row.bus, "thermal", row.name, int(row.units),
                               row.p_max_mw * own_use, _thermal_class(row.name, row.technology), ""))


def _units(listed, table: str, plant: str, p_mw: float, key: str, share: float = 1) -> tuple[int, str, str]:
    """Number of units, its source, and words on it; `share` of the listed ones stands."""
    found = listed[(listed.plant_table == table) & (listed.plant == plant)]
    if len(found):
        row = found.iloc[0]
        note = f"listed {row.listed}" + ("" if isinstance(row.note, float) else f"; {row.note}")
        return max(1, round(row.units * share)), f"{row.source}; {TEXTBOOK}", note + "; equal units taken"
    return max(1, math.ceil(p_mw / PIECE_MW[key])), TEXTBOOK, f"units of about {PIECE_MW[key]:.0f} MW assumed"


def _add_hydro(case: Case, rows: list) -> None:
    listed = read("machine_units")
    full_mw = {slug(row.name_en): row.capacity_mw_2030 for row in read("hydro").itertuples()}
    for row in case.tables["hydro"].itertuples():
        small = row.p_max_mw < SMALL_HYDRO_MW or row.name.startswith("other_small_hydro")
        key = "hydro_small" if small else "hydro_large"
        units, source, note = _units(listed, "hydro", row.name, row.p_max_mw, key,
                                     row.p_max_mw / full_mw[row.name])
        rows.append(_generator(f"hydro_{row.name}", row.bus, "hydro", row.name, units, row.p_max_mw / units, key, note,
                               source))
    for row in case.tables["storages"].itertuples():
        if row.technology in ("pumped_hydro", "storage_plant"):
            units, source, note = _units(listed, "storages", row.name, row.discharge_max_mw, "pumped")
            rows.append(_generator(row.name, row.bus, "storages", row.name, units, row.discharge_max_mw / units,
                                   "pumped", note, source))


def _add_condensers(case: Case, rows: list) -> None:
    for row in in_service(read("condensers"), case.year).itertuples():
        size = int(row.s_mva)
        figures = (CONDENSER_X_PU[size], 0.0, CONDENSER_H_S[size], 0, 1, 0)
        rows.append(_row(row.name, row.bus, "condenser", "", "", int(row.units), row.s_mva, figures, (-0.5, 1.0),
                         row.source, f"{row.note}; reactance with transformer, inertia and loss estimated",
                         CONDENSER_LOSS_SHARE * row.s_mva))
    if case.year < 2030:
        return
    units = read("thermal_units")
    units = units[(units.province == "Qinghai") & (units.status_2023 == "operating")]
    for (plant, mw), group in units.groupby(["plant_name_zh", "capacity_mw"], sort=True):
        if plant not in CONVERTED_PLANTS:
            continue
        bus = CONVERTED_PLANTS[plant]
        key = "coal_600" if mw >= 600 else "coal_300"
        x, x_up = CLASSES[key][:2]
        s_mva = mw / POWER_FACTOR
        rows.append(_row(f"converted_{bus}_{mw:.0f}", bus, "condenser", "", "", len(group), s_mva,
                         (x, x_up, CONVERTED_H_S, 0, 1, 0), (-0.3, 0.6), f"{PLAN}; GEM list of units; {TEXTBOOK}",
                         f"{plant}: the plan turns coal units to condensers or backup without naming them; units of "
                         "300 MW and more taken as condensers, turbine uncoupled", CONDENSER_LOSS_SHARE * s_mva))
        if plant in CONVERTED_FROM:
            month, day = CONVERTED_FROM[plant]
            rows[-1]["from_hour"] = int(np.searchsorted(MONTH_OF_HOUR, month)) + 24 * (day - 1)
            rows[-1]["note"] += f"; conversion ends on day {day} of month {month} (estimated)"


def _add_grid_forming(case: Case, rows: list) -> None:
    if case.year < 2030:
        return
    for row in case.tables["storages"].itertuples():
        if row.technology != "battery":
            continue
        total = GRID_FORMING_SHARE * row.discharge_max_mw
        units = max(1, round(total / GRID_FORMING_UNIT_MW))
        rows.append(_row(f"grid_forming_{row.name}", row.bus, "grid_forming", "", "", units, total / units,
                         (0.50, 0.15, 2.0, 20, 1, 0), (-0.33, 0.33), "assumed for this case",
                         f"{GRID_FORMING_SHARE:.0%} of the battery power taken as grid-forming by 2030; fault current "
                         "of about 1.5 rated as a reactance, virtual inertia and droop assumed"))


def add_machines(case: Case) -> None:
    rows: list[dict] = []
    _add_thermal(case, rows)
    _add_hydro(case, rows)
    _add_condensers(case, rows)
    _add_grid_forming(case, rows)
    case.add_rows("machines", rows)
