"""lightsim2grid's TimeSerie on the networks of ac_cases: the same matrices, hours and tolerance."""

import time

import numpy as np

import ac_cases

TOLERANCES_PU = (1e-10, 1e-9, 1e-8)
MOST_STEPS = 20


class TimeSerie:
    """A year ready to be computed; `run` computes it and gives CPU seconds."""

    def __init__(self, network: ac_cases.Network, hours: ac_cases.Hours):
        from lightsim2grid.network import init_from_matpower
        from lightsim2grid.timeSerie import TimeSeriesCPP

        bus = network.bus.copy()
        loaded = np.flatnonzero((hours.load_p != 0).any(axis=1) | (hours.load_q != 0).any(axis=1))
        bus[:, 2:4] = 0.0
        # Every bus that has a load in some hour gets one. The base case, which is solved first, is the first hour.
        bus[loaded, 2] = np.where(hours.load_p[loaded, 0] == 0, 1e-12, hours.load_p[loaded, 0])
        bus[loaded, 3] = hours.load_q[loaded, 0]
        gen = network.gen.copy()
        gen[:, 1] = hours.gen_p[:, 0]
        self.grid = init_from_matpower({"baseMVA": network.base_mva, "bus": bus, "gen": gen, "branch": network.branch})
        self.series = TimeSeriesCPP(self.grid)
        load_bus = np.array([load.bus_id for load in self.grid.get_loads()])
        gen_bus = np.array([gen.bus_id for gen in self.grid.get_generators()])
        row_of_bus = np.full(len(bus), -1)
        row_of_bus[network.gen_bus] = np.arange(len(network.gen))
        self.load_p = np.ascontiguousarray(hours.load_p[load_bus].T)
        self.load_q = np.ascontiguousarray(hours.load_q[load_bus].T)
        self.gen_p = np.ascontiguousarray(hours.gen_p[row_of_bus[gen_bus]].T)
        self.none = np.zeros((self.load_p.shape[0], 0))
        start = network.bus[:, 7] * np.exp(1j * np.deg2rad(network.bus[:, 8]))
        start[network.gen_bus] *= network.gen[:, 5] / np.abs(start[network.gen_bus])
        self.start = start
        self.tolerance_pu = TOLERANCES_PU[0]

    def run(self) -> float:
        """One computation. The series stops at the first hour that is not solved: where it gets nowhere near the end, as
        rounding keeps it from the first tolerance on some networks, it goes on with the next."""
        self.series.clear()
        begin = time.process_time()
        self.series.compute_Vs(self.gen_p, self.none, self.load_p, self.load_q, self.start, MOST_STEPS, self.tolerance_pu)
        taken = time.process_time() - begin
        if not self.solved().all() and self.tolerance_pu != TOLERANCES_PU[-1]:
            self.tolerance_pu = TOLERANCES_PU[TOLERANCES_PU.index(self.tolerance_pu) + 1]
            return self.run()
        return taken

    def voltages(self) -> np.ndarray:
        """[hour][bus], complex; nothing where an hour was not solved."""
        return np.asarray(self.series.get_voltages())

    def solved(self) -> np.ndarray:
        return np.asarray(self.series.converged_mask(), dtype=bool)
