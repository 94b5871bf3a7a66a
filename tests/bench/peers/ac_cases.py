"""Networks and hours for the benchmark `acflow`: in MATPOWER's own matrices so that a peer can read them, and as the
file that the program ac_hours reads.

A case is first made simple: one generator at each bus that holds its voltage; generators at load buses become
negative loads; a load row wherever something is taken out.
"""

import dataclasses
import gzip
import pathlib
import re

import numpy as np
import scipy.sparse

PQ, PV, SLACK, ISOLATED = 1, 2, 3, 4  # MATPOWER's bus types


@dataclasses.dataclass
class Network:
    name: str
    base_mva: float
    bus: np.ndarray  # MATPOWER's columns; PD, QD are those of the base case
    branch: np.ndarray
    gen: np.ndarray  # one row a bus that holds its voltage
    note: str = ""

    @property
    def kinds(self) -> np.ndarray:
        return self.bus[:, 1].astype(int)

    @property
    def gen_bus(self) -> np.ndarray:
        return self.rows_of(self.gen[:, 0])

    def rows_of(self, numbers: np.ndarray) -> np.ndarray:
        row = {int(number): k for k, number in enumerate(self.bus[:, 0])}
        return np.array([row[int(number)] for number in numbers])


@dataclasses.dataclass
class Hours:
    """MW and Mvar by bus and hour; load_* are what is taken out, gen_p is by row of `gen`."""

    load_p: np.ndarray
    load_q: np.ndarray
    gen_p: np.ndarray

    def only(self, some: np.ndarray) -> "Hours":
        return Hours(self.load_p[:, some], self.load_q[:, some], self.gen_p[:, some])


def read_matpower(path: pathlib.Path) -> Network:
    """A MATPOWER case file, made simple."""
    text = (gzip.open(path, "rt") if path.suffix == ".gz" else open(path, encoding="utf-8")).read()
    text = re.sub(r"%[^\n]*", "", text)
    base = float(re.search(r"mpc\.baseMVA\s*=\s*([\d.eE+]+)", text).group(1))
    matrix = {}
    for name in ("bus", "gen", "branch"):
        body = re.search(rf"mpc\.{name}\s*=\s*\[(.*?)\]", text, re.S).group(1)
        matrix[name] = np.array([[float(x) for x in row.replace(",", " ").split()] for row in re.split(r"[;\n]", body) if row.strip()])
    name = path.name.split(".")[0]
    bus = matrix["bus"][matrix["bus"][:, 1] != ISOLATED]
    branch = matrix["branch"][matrix["branch"][:, 10] > 0]
    gen = matrix["gen"][(matrix["gen"][:, 7] > 0) & np.isin(matrix["gen"][:, 0], bus[:, 0])]
    return simplified(Network(name, base, bus, branch, gen))


def simplified(network: Network) -> Network:
    bus, held = network.bus.copy(), []
    rows = network.gen_bus
    for row in np.unique(rows):
        gens = network.gen[rows == row]
        if bus[row, 1] == PQ:
            bus[row, 2] -= gens[:, 1].sum()
            bus[row, 3] -= gens[:, 2].sum()
            continue
        one = gens[0].copy()
        one[1:5] = gens[:, 1:5].sum(axis=0)
        held.append(one)
    with_gen = np.unique(rows[bus[rows, 1] != PQ])
    bus[(bus[:, 1] == PV) & ~np.isin(np.arange(len(bus)), with_gen), 1] = PQ
    return dataclasses.replace(network, bus=bus, gen=np.array(held))


def admittances(network: Network) -> scipy.sparse.csr_matrix:
    """Bus admittance matrix, per unit (MATPOWER manual, section 3)."""
    branch, buses = network.branch, len(network.bus)
    start, end = network.rows_of(branch[:, 0]), network.rows_of(branch[:, 1])
    series = 1 / (branch[:, 2] + 1j * branch[:, 3])
    ratio = np.where(branch[:, 8] == 0, 1, branch[:, 8]) * np.exp(1j * np.deg2rad(branch[:, 9]))
    own = series + 0.5j * branch[:, 4]
    shunt = (network.bus[:, 4] + 1j * network.bus[:, 5]) / network.base_mva
    values = np.r_[own / np.abs(ratio) ** 2, -series / ratio.conj(), -series / ratio, own, shunt]
    every = np.arange(buses)
    y = scipy.sparse.coo_matrix((values, (np.r_[start, start, end, end, every], np.r_[start, end, start, end, every])),
                                shape=(buses, buses)).tocsr()
    y.sort_indices()
    return y


def swinging_hours(network: Network, hours: int, low: float, high: float) -> Hours:
    """Loads between `low` and `high` of the base case's by day, week and year, each bus and generator within 5 % of its own."""
    random = np.random.default_rng(2030)
    t = np.arange(hours)
    swing = 0.55 * np.sin(2 * np.pi * t / 24) + 0.35 * np.sin(2 * np.pi * t / 8760) + 0.1 * np.sin(2 * np.pi * t / 168)
    system = 0.5 * (low + high) + 0.5 * (high - low) * swing
    each = system * (1 + 0.05 * random.uniform(-1, 1, (len(network.bus), hours)))
    load_p, load_q = each * network.bus[:, 2:3], each * network.bus[:, 3:4]
    share = load_p.sum(axis=0) / network.bus[:, 2].sum()
    gen_p = share * (1 + 0.05 * random.uniform(-1, 1, (len(network.gen), hours))) * network.gen[:, 1:2]
    return Hours(load_p, load_q, gen_p)


def write_problem(path: pathlib.Path, network: Network, hours: Hours, peer_hours: np.ndarray) -> None:
    """The file that ac_hours reads: sizes, hours of the peer, admittance matrix, kinds, set points, limits, start, injections."""
    y = admittances(network)
    base, held = network.base_mva, network.gen_bus
    buses = len(network.bus)

    def by_bus(values: np.ndarray, empty: float = 0.0) -> np.ndarray:
        out = np.full((buses,) + values.shape[1:], empty)
        out[held] = values
        return out

    with open(path, "wb") as file:
        np.array([buses, y.nnz, hours.load_p.shape[1], len(peer_hours)], dtype=np.int64).tofile(file)
        peer_hours.astype(np.int64).tofile(file)
        y.indptr.astype(np.int32).tofile(file)
        y.indices.astype(np.int32).tofile(file)
        np.ascontiguousarray(y.data.real).tofile(file)
        np.ascontiguousarray(y.data.imag).tofile(file)
        (network.kinds - 1).astype(np.uint8).tofile(file)
        for values in (by_bus(network.gen[:, 5], 1.0), by_bus(network.gen[:, 4] / base), by_bus(network.gen[:, 3] / base),
                       network.bus[:, 7], np.deg2rad(network.bus[:, 8])):
            np.ascontiguousarray(values).tofile(file)
        np.ascontiguousarray((by_bus(hours.gen_p) - hours.load_p) / base).tofile(file)
        np.ascontiguousarray(-hours.load_q / base).tofile(file)
