"""The northwest's network and a year on it for the benchmark `acflow`: the case's own branches, shunts, machines, set points, limits and
reactive demand. The year keeps the balance but is no schedule of the optimiser's:

- loads and renewables follow their profiles, HVDC lines carry 60 % (70 % by day); in each region thermal and hydro plants take
  what is left, between 15 and 95 % of their capacity; what a region has too much goes to those that lack; what then is too much is curtailed,
  and what is lacking comes off the lines; plants give 2 % more for losses;
- all machines of the case are connected in all hours: where one or a compensator (svc) stands, the bus is held at the case's set
  point, within the sum of their limits. Converters draw what their filters do not give.
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


def held_buses(case: cases.Case) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Set point in pu (0: none), least and largest Mvar by bus, of machines and compensators together."""
    rows = {name: k for k, name in enumerate(case.table("buses")["name"])}
    set_pu, low, high = (np.zeros(len(rows)) for _ in range(3))
    machines, shunts = case.table("machines"), case.table("shunts")
    machines = machines[machines["v_set_pu"].fillna(1.0) != 0].assign(v_set_pu=lambda t: t["v_set_pu"].fillna(1.0))
    for table, count in ((machines, machines["units"].fillna(1)), (shunts[shunts["kind"] == "svc"], 1)):
        at = table["bus"].map(rows).to_numpy()
        set_pu[at] = table["v_set_pu"]
        np.add.at(low, at, (table["q_min_mvar"].fillna(0) * count).to_numpy())
        np.add.at(high, at, (table["q_max_mvar"].fillna(0) * count).to_numpy())
    return set_pu, low, high


def network_of(case: cases.Case, plant: np.ndarray) -> Network:
    """Buses, branches and one machine wherever the case holds a voltage; the slack is that with the most plants."""
    base = float(case.settings.get("base_mva", 100.0))
    buses, branches, shunts = case.table("buses"), case.table("branches"), case.table("shunts")
    rows = {name: k for k, name in enumerate(buses["name"])}
    bus, branch = np.zeros((len(rows), 13)), np.zeros((len(branches), 13))
    branch[:, 0], branch[:, 1], branch[:, 10] = branches["from_bus"].map(rows), branches["to_bus"].map(rows), 1
    for k, column in ((2, "r_pu"), (3, "x_pu"), (4, "b_pu"), (8, "tap_pu"), (9, "shift_deg")):
        branch[:, k] = branches[column].astype(float)
    set_pu, low, high = held_buses(case)
    bus[:, 0], bus[:, 1], bus[:, 9] = np.arange(len(rows)), PQ, buses["kv"]
    bus[:, 7] = np.where(set_pu > 0, set_pu, 1.0)
    for column, name in ((4, "g_mw"), (5, "b_mvar")):
        np.add.at(bus[:, column], shunts["bus"].map(rows).to_numpy(), shunts[name].fillna(0).to_numpy())
    held = np.flatnonzero(set_pu > 0)
    bus[held, 1] = PV
    bus[held[np.argmax(plant[held])], 1] = SLACK
    gen = np.zeros((len(held), 21))
    gen[:, 0], gen[:, 3], gen[:, 4], gen[:, 5], gen[:, 6], gen[:, 7] = held, high[held], low[held], set_pu[held], base, 1
    return Network("northwest", base, bus, branch, gen)


def converter_q(case: cases.Case, line: np.ndarray, converter: np.ndarray) -> np.ndarray:
    """Mvar that converters draw beyond their filters, by bus and hour, with the lines of a bus loaded alike."""
    hvdc = case.table("hvdc")
    lcc = hvdc["technology"].to_numpy() == "lcc"
    tan = np.where(hvdc["q_demand_mvar_per_mw"].fillna(-1) < 0, np.where(lcc, 0.5, 0.0), hvdc["q_demand_mvar_per_mw"])
    filters = np.where(hvdc["filter_mvar"].fillna(-1) < 0, tan * hvdc["p_max_mw"], hvdc["filter_mvar"])
    share = line / np.maximum(converter, 1e-9)[:, None]
    rows = {name: k for k, name in enumerate(case.table("buses")["name"])}
    demand = (tan * hvdc["p_max_mw"]).to_numpy()[:, None] * share[hvdc["bus"].map(rows).to_numpy()]
    return at_buses(case, "hvdc", np.maximum(demand - np.asarray(filters, dtype=float)[:, None], 0.0))


def northwest(folder: pathlib.Path, hours: int) -> tuple[Network, Hours]:
    case = cases.Case(folder)
    thermal, hydro = case.table("thermal"), case.table("hydro")

    def series(table: str, column: str) -> np.ndarray:
        profile = case.profile_rows(case.table(table)["profile"], 0, hours, 1.0)
        return at_buses(case, table, case.table(table)[column].to_numpy()[:, None] * profile)

    converter = at_buses(case, "hvdc", case.table("hvdc")["p_max_mw"].to_numpy())
    plant = at_buses(case, "thermal", (thermal["units"] * thermal["p_max_mw"]).to_numpy()) + at_buses(
        case, "hydro", hydro["p_max_mw"].to_numpy())
    hour = np.arange(hours) % 24
    load = series("loads", "mean_mw")
    green, line, gen = balanced(case.table("buses")["region"].to_numpy(), load, series("renewables", "capacity_mw"),
                                converter[:, None] * np.where((hour >= 8) & (hour < 20), 0.7, 0.6), plant)
    network = network_of(case, plant)
    # Plants at buses that hold no voltage would be lost with gen_p: they count as negative load.
    free = np.setdiff1d(np.arange(len(plant)), network.gen_bus)
    net_load = load + line - green
    net_load[free] -= gen[free]
    return network, Hours(net_load, series("loads", "mean_mvar") + converter_q(case, line, converter), gen[network.gen_bus])
