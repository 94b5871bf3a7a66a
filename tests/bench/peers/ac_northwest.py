"""The northwest's network and a year on it for the benchmark `acflow`. The year keeps the balance but is no schedule of the
optimiser's, and reactive power is assumed:

- loads and renewables follow their profiles, HVDC lines carry 60 % (70 % by day); in each region thermal and hydro plants take
  what is left, between 15 and 95 % of their capacity; what a region has too much goes to those that lack; what then is too much is curtailed,
  and what is lacking comes off the lines; plants give 2 % more for losses;
- power factor of loads 0.98; converters compensated by their filters; reactors for 70 % of the charging of lines; 1.0 pu is
  held wherever plants, renewables or converters stand, within +-0.5 of the plants' MW and +-0.3 of the others'.
"""

import pathlib

import numpy as np

import case as cases
from ac_cases import PQ, PV, SLACK, Hours, Network

LOSSES = 0.02


def at_buses(case: cases.Case, table: str, values: np.ndarray) -> np.ndarray:
    """Values of a table's rows summed by bus."""
    rows = {name: k for k, name in enumerate(case.table("buses")["name"])}
    out = np.zeros((len(rows),) + np.shape(values)[1:])
    np.add.at(out, case.table(table)["bus"].map(rows).to_numpy(), values)
    return out


def balanced(region: np.ndarray, load: np.ndarray, green: np.ndarray, line: np.ndarray, plant: np.ndarray):
    """Renewables, lines and plants by bus and hour such that all together keep the balance."""
    green, line, gen = green.copy(), line.copy(), np.zeros_like(load)
    inside = [region == name for name in np.unique(region)]
    left = np.zeros((len(inside), load.shape[1]))
    for k, here in enumerate(inside):
        need = (load[here] + line[here] - green[here]).sum(axis=0)
        capacity = plant[here].sum()
        share = np.clip(need / capacity, 0.15, 0.95)
        gen[here] = plant[here, None] * share
        left[k] = need - capacity * share
    lack, surplus = np.maximum(left, 0), np.maximum(-left, 0)
    met = np.minimum(lack.sum(axis=0), surplus.sum(axis=0))
    for k, here in enumerate(inside):
        curtailed = surplus[k] * (1 - met / np.maximum(surplus.sum(axis=0), 1e-9))
        green[here] *= 1 - curtailed / np.maximum(green[here].sum(axis=0), 1e-9)
    lacking = lack.sum(axis=0) - met
    line *= 1 - lacking / line.sum(axis=0)
    return green, line, gen * (1 + LOSSES)


def network_of(case: cases.Case, plant: np.ndarray, other: np.ndarray) -> Network:
    """Buses, branches and one machine wherever plants or `other` (renewables, converters; MW) stand."""
    base = float(case.settings.get("base_mva", 100.0))
    buses, branches = case.table("buses"), case.table("branches")
    rows = {name: k for k, name in enumerate(buses["name"])}
    bus, branch = np.zeros((len(rows), 13)), np.zeros((len(branches), 13))
    branch[:, 0], branch[:, 1], branch[:, 10] = branches["from_bus"].map(rows), branches["to_bus"].map(rows), 1
    for k, column in ((2, "r_pu"), (3, "x_pu"), (4, "b_pu"), (8, "tap_pu"), (9, "shift_deg")):
        branch[:, k] = branches[column].astype(float)
    bus[:, 0], bus[:, 1], bus[:, 7], bus[:, 9] = np.arange(len(rows)), PQ, 1.0, buses["kv"]
    for end in (0, 1):
        np.add.at(bus[:, 5], branch[:, end].astype(int), -0.7 * 0.5 * branch[:, 4] * base)
    held = np.flatnonzero(plant + other > 0)
    bus[held, 1] = PV
    bus[np.argmax(plant), 1] = SLACK
    gen = np.zeros((len(held), 21))
    reach = 0.5 * plant[held] + 0.3 * other[held]
    gen[:, 0], gen[:, 3], gen[:, 4], gen[:, 5], gen[:, 6], gen[:, 7] = held, reach, -reach, 1.0, base, 1
    return Network("northwest", base, bus, branch, gen)


def northwest(folder: pathlib.Path, hours: int) -> tuple[Network, Hours]:
    case = cases.Case(folder)
    renewables, hvdc = case.table("renewables"), case.table("hvdc")
    thermal, hydro = case.table("thermal"), case.table("hydro")

    def series(table: str, column: str) -> np.ndarray:
        profile = case.profile_rows(case.table(table)["profile"], 0, hours, 1.0)
        return at_buses(case, table, case.table(table)[column].to_numpy()[:, None] * profile)

    converter = at_buses(case, "hvdc", hvdc["p_max_mw"].to_numpy())
    plant = at_buses(case, "thermal", (thermal["units"] * thermal["p_max_mw"]).to_numpy()) + at_buses(
        case, "hydro", hydro["p_max_mw"].to_numpy())
    hour = np.arange(hours) % 24
    load = series("loads", "mean_mw")
    green, line, gen = balanced(case.table("buses")["region"].to_numpy(), load, series("renewables", "capacity_mw"),
                                converter[:, None] * np.where((hour >= 8) & (hour < 20), 0.7, 0.6), plant)
    network = network_of(case, plant, converter + at_buses(case, "renewables", renewables["capacity_mw"].to_numpy()))
    return network, Hours(load + line - green, load * np.tan(np.arccos(0.98)), gen[network.gen_bus])
