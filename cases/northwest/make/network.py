"""Regions, buses, branches and sections: the 750 kV backbone, and 330 kV in Qinghai."""

import math

import numpy as np

from .common import Case, REGIONS, REGIONS_ZH, in_service, read, slug
from .storage import csp_power

BASE_MVA = 100.0
TRANSFORMER_MVA = 2100.0
TRANSFORMER_X_PU_OWN_BASE = 0.18
TRANSFORMER_R_PU_OWN_BASE = 0.002


def add_regions(case: Case) -> None:
    case.add_rows("regions", [{"name": r, "name_zh": REGIONS_ZH[r]} for r in REGIONS])


def keys_of_nodes() -> dict[str, str]:
    """Chinese node key of substations_750kv.csv -> name of the bus."""
    table = read("substations_750kv")
    return {row.node: slug(row.name_en) for row in table.itertuples()}


def add_buses(case: Case, year: int) -> None:
    rows = []
    table = read("substations_750kv")
    for row in table[table.year_est <= year].itertuples():
        rows.append({"name": slug(row.name_en), "name_zh": row.name_zh, "region": row.province.lower(),
                     "kv": 750, "lat_deg": row.lat, "lon_deg": row.lon, "source": row.source,
                     "quality": row.quality, "note": f"{row.checked}; in service {row.year_est}"})
    for row in in_service(read("buses_added_750kv"), year).itertuples():
        rows.append({"name": row.name, "name_zh": row.name_zh, "region": row.province.lower(), "kv": 750,
                     "lat_deg": row.lat, "lon_deg": row.lon, "source": "assumed for this case",
                     "quality": "estimated", "note": row.note})
    for row in in_service(read("buses_330kv"), year).itertuples():
        rows.append({"name": row.name, "name_zh": row.name_zh, "region": row.province.lower(), "kv": 330,
                     "lat_deg": row.lat, "lon_deg": row.lon, "source": "reduced 330 kV grid drawn up for this case",
                     "quality": "estimated", "note": row.note})
    names = [r["name"] for r in rows]
    if len(set(names)) != len(names):
        raise ValueError("bus names are not unique")
    case.add_rows("buses", rows)


def _line_type(kv: float, year: int) -> str:
    """Conductor by year of building: a rule, since published lists do not say it."""
    if kv < 500:
        return "330kV_2x400"
    if year <= 2012:
        return "750kV_6x400"
    return "750kV_6x500" if year <= 2020 else "750kV_6x630"


def _rating_mw(row) -> float:
    """Thermal rating of the line type. 750kV_6x400 is listed with 2500 MW, less than half of what its own
    current of 4.0 kA carries; 0.9 sqrt(3) U I is taken there, the ratio of the other 750 kV types."""
    if row.type == "750kV_6x400":
        return round(0.9 * math.sqrt(3) * 750 * row.thermal_ka, -2)
    return float(row.thermal_mw)


def _circuits(case: Case, first: str, second: str, circuits: int, length_km: float, kv: float, type_name: str,
              source: str, quality: str, note: str, counts: dict) -> list[dict]:
    types = {row.type: row for row in read("line_types").itertuples()}
    row = types[type_name]
    z_base = kv * kv / BASE_MVA
    rows = []
    for _ in range(circuits):
        number = counts[(first, second)] = counts.get((first, second), 0) + 1
        rows.append({"name": f"{first}_{second}_{number}", "from_bus": first, "to_bus": second, "kind": "line",
                     "length_km": length_km, "r_pu": round(row.r_ohm_per_km * length_km / z_base, 8),
                     "x_pu": round(row.x_ohm_per_km * length_km / z_base, 8),
                     "b_pu": round(row.b_us_per_km * 1e-6 * length_km * z_base, 6), "rating_mw": _rating_mw(row),
                     "source": source, "quality": quality, "note": f"{type_name}; {note}".rstrip("; ")})
    return rows


def add_lines(case: Case, year: int) -> None:
    keys = keys_of_nodes()
    present = set(case.buses().name)
    counts: dict = {}
    rows: list[dict] = []
    table = read("grid_750kv")
    for row in table[table.year_est <= year].itertuples():
        first, second = keys[getattr(row, "_1")], keys[row.to]
        if first not in present or second not in present:
            raise ValueError(f"line {first}-{second}: no such bus in {year}")
        note = "" if isinstance(row.note, float) else row.note
        rows += _circuits(case, first, second, int(row.circuits), row.length_km, row.kv,
                          _line_type(row.kv, row.year_est), row.source, row.quality,
                          f"{row.checked}; in service {row.year_est}; {note}", counts)
    for row in in_service(read("lines_added"), year).itertuples():
        note = "" if isinstance(row.note, float) else row.note
        rows += _circuits(case, getattr(row, "_1"), row.to, int(row.circuits), row.length_km, row.kv, row.type,
                          "reduced 330 kV grid and converter feeds drawn up for this case", "estimated", note, counts)
    case.add_rows("branches", rows)


def add_transformers(case: Case) -> None:
    """750/330 kV transformers of 2100 MVA: as many as carry 80 % of the wind, PV and CSP below them or 1.5 times
    the mean load, at least two. Needs renewables, storages and loads."""
    below: dict[str, float] = {}
    for table, column in (("renewables", "capacity_mw"), ("storages", "discharge_max_mw")):
        frame = case.tables[table]
        if table == "storages":
            frame = frame[frame.technology == "csp"].assign(discharge_max_mw=lambda f: csp_power(f.discharge_max_mw))
        for row in frame.itertuples():
            below[row.bus] = below.get(row.bus, 0.0) + 0.8 * getattr(row, column)
    loads = case.tables["loads"].groupby("bus").mean_mw.sum().to_dict()
    rows = []
    present = set(case.buses().name)
    for row in read("buses_330kv").itertuples():
        if row.name not in present or row.above not in present:
            continue
        need = max(below.get(row.name, 0.0), 1.5 * loads.get(row.name, 0.0))
        for number in range(1, max(2, math.ceil(need / TRANSFORMER_MVA)) + 1):
            rows.append({"name": f"{row.above}_transformer_{number}", "from_bus": row.above, "to_bus": row.name,
                         "kind": "transformer", "length_km": 0,
                         "r_pu": round(TRANSFORMER_R_PU_OWN_BASE * BASE_MVA / TRANSFORMER_MVA, 8),
                         "x_pu": round(TRANSFORMER_X_PU_OWN_BASE * BASE_MVA / TRANSFORMER_MVA, 8), "b_pu": 0,
                         "rating_mw": TRANSFORMER_MVA,
                         "source": "typical 2100 MVA bank of 18 % short-circuit voltage", "quality": "estimated",
                         "note": "number of banks by rule: 80 % of wind, PV and CSP below or 1.5 x mean load"})
    case.add_rows("branches", rows)


def add_sections(case: Case, year: int) -> None:
    limits = read("interfaces").set_index("interface")
    members = read("section_members")
    branches = case.tables["branches"]
    sections, rows = [], []
    joined = {frozenset(pair) for pair in zip(branches.from_bus, branches.to_bus)}
    members = members[[frozenset((first, second)) in joined for first, second in zip(members["from"], members["to"])]]
    for name, group in members.groupby("section", sort=False):
        limit = limits.loc[group.interface.iloc[0]]
        sections.append({"name": name, "name_zh": group.name_zh.iloc[0],
                         "limit_forward_mw": limit[f"limit_mw_{year}"],
                         "limit_backward_mw": limit[f"limit_mw_{year}"], "source": limit.source,
                         "quality": "estimated",
                         "note": f"{group.interface.iloc[0]}; the same limit is taken in both directions"})
        for member in group.itertuples():
            first, second = getattr(member, "_4"), member.to
            forward = branches[(branches.from_bus == first) & (branches.to_bus == second)]
            backward = branches[(branches.from_bus == second) & (branches.to_bus == first)]
            rows += [{"section": name, "branch": b, "sign": 1} for b in forward.name]
            rows += [{"section": name, "branch": b, "sign": -1} for b in backward.name]
    case.add_rows("sections", sections)
    case.add_rows("section_branches", rows)


def add_contingencies(case: Case) -> None:
    """Both circuits of a double line together: circuits 1 and 2 of a corridor, 3 and 4, ... Which of them share their
    towers is not published; all are taken to."""
    lines = case.tables["branches"]
    lines = lines[lines.kind == "line"]
    rows = []
    for (first, second), group in lines.groupby(["from_bus", "to_bus"], sort=False):
        names = list(group.name)
        for number in range(0, len(names) - 1, 2):
            rows.append({"name": f"{first}_{second}_{number + 1}_and_{number + 2}", "branch": names[number],
                         "second_branch": names[number + 1], "source": "assumed: circuits of a corridor share their towers in pairs",
                         "quality": "estimated"})
    case.add_rows("contingencies", rows)


def islands(case: Case) -> int:
    """Number of connected parts of the network."""
    names = list(case.buses().name)
    parent = {n: n for n in names}

    def root(n: str) -> str:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for row in case.tables["branches"].itertuples():
        parent[root(row.from_bus)] = root(row.to_bus)
    return len(np.unique([root(n) for n in names]))
