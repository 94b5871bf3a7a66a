"""Trip schemes (contingency_actions.csv): the second line of defence that GB 38755 allows for the loss of a double line.

No scheme of the region is published with its plants and MW. So they are made by a rule, for outages of which no operator
would go without one: a part of the network that loses both circuits of a corridor and hangs on one other corridor, which
carries less than half of what the part's wind and sun feed in beyond its load at most. Parts with a converter station
are left out: there the line would be run back, by how much depends on it.
"""

import numpy as np

from .common import Case, HOURS

LEAST_RATIO = 2.0  # of what the part can feed in to what is left
SOURCE = "rule: GB 38755 allows trip schemes for the loss of a double line; none of the region is published"


def _reached(start: str, neighbours: dict[str, set[str]], cut: set[frozenset]) -> set[str]:
    """Buses that hang together with one, without the corridors of a cut."""
    reached, waiting = {start}, [start]
    while waiting:
        bus = waiting.pop()
        for other in neighbours[bus] - reached:
            if frozenset((bus, other)) not in cut:
                reached.add(other)
                waiting.append(other)
    return reached


def parts_behind(branches, first: str, second: str) -> list[tuple[set[str], float]]:
    """Parts of the network that the loss of the corridor between two buses leaves on one other corridor, the smaller one
    of the two each time, and its rating in MW; none where the loss alone splits the network."""
    rating: dict[frozenset, float] = {}
    neighbours: dict[str, set[str]] = {}
    for branch in branches.itertuples():
        pair = frozenset((branch.from_bus, branch.to_bus))
        rating[pair] = rating.get(pair, 0.0) + branch.rating_mw
        neighbours.setdefault(branch.from_bus, set()).add(branch.to_bus)
        neighbours.setdefault(branch.to_bus, set()).add(branch.from_bus)
    lost = frozenset((first, second))
    if second not in _reached(first, neighbours, {lost}):
        return []
    parts = []
    for corridor, mw in rating.items():
        if corridor == lost:
            continue
        part = _reached(first, neighbours, {lost, corridor})
        if second not in part:
            parts.append((min(part, set(neighbours) - part, key=len), mw))
    return parts


def surplus_mw(case: Case, part: set[str]) -> float:
    """What wind and sun of a part can feed in beyond its load, in the hour with the most."""
    total = np.zeros(HOURS)
    for plant in case.tables["renewables"].itertuples():
        if plant.bus in part:
            total += plant.capacity_mw * case.profile(plant.profile)
    for load in case.tables["loads"].itertuples():
        if load.bus in part:
            total -= load.mean_mw * case.profile(load.profile)
    return float(total.max())


def _rows(case: Case, contingency: str, part: set[str], left_mw: float, circuit_mw: float) -> list[dict]:
    """Wind and sun each by themselves: either of them may have to do it alone."""
    excess_mw = min(surplus_mw(case, part) - left_mw, circuit_mw)
    plants = case.tables["renewables"]
    plants = plants[plants.bus.isin(part)]
    rows = []
    for _, group in plants.groupby("technology", sort=True):
        amount_mw = min(excess_mw, group.capacity_mw.sum())
        for plant in group.itertuples():
            rows.append({"contingency": contingency, "kind": "trip", "plant_table": "renewables", "plant": plant.name,
                         "amount_mw": round(amount_mw * plant.capacity_mw / group.capacity_mw.sum(), 1),
                         "arm_above_mw": left_mw, "source": SOURCE, "quality": "estimated",
                         "note": f"what is left carries {left_mw:.0f} MW; of wind and of sun as much as one of the lost circuits "
                                 f"carries ({circuit_mw:.0f} MW), since each may be alone"})
    return rows


def add_schemes(case: Case) -> None:
    branches = case.tables["branches"]
    circuits = branches.set_index("name")
    converters = set(case.tables["hvdc"].bus)
    rows = []
    for outage in case.tables["contingencies"].itertuples():
        lost = circuits.loc[outage.branch]
        if len(branches[(branches.from_bus == lost.from_bus) & (branches.to_bus == lost.to_bus)]) > 2:
            continue  # others of the corridor are left
        found = [(part, left_mw) for part, left_mw in parts_behind(branches, lost.from_bus, lost.to_bus)
                 if not part & converters and surplus_mw(case, part) > LEAST_RATIO * left_mw]
        if found:
            part, left_mw = min(found, key=lambda item: item[1])
            rows += _rows(case, outage.name, part, left_mw, lost.rating_mw)
    if rows:
        case.add_rows("contingency_actions", rows)
