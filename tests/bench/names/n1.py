"""n1: every contingency of every hour of the northwest's year by DC, ours against lightsim2grid's ContingencyAnalysis.

Ours (outage_year) is the whole check: shift factors, flows of all hours, factors of all outages, worst loading of each hour, and every broken rating
counted, with the contingencies of the case. The hours are a plain dispatch made from the case: loads, wind and PV of each hour as they are, HVDC at 60 %,
thermal and hydro plants by capacity. Times are CPU seconds of one core. The peer (DC_KLU) gets hours spread over the year and every single outage; its time is what its compute()
and compute_power_flows() take, without choosing the worst, times the hours of the year. Worst flows of all branches are compared in those hours.
The lines before tell the rate of pairs (branch, contingency and hour) beside what OpenBLAS's dgemm and a triad reach on the same core in the same run.
"""

import importlib.metadata
import json
import pathlib
import subprocess
import tempfile
import time

import numpy as np

from benchmark import Context, Measurement, NotReady

HOURS, ROUNDS, SAMPLE = 8760, 5, 48


def peer_grid(folder: pathlib.Path):
    """The case in lightsim2grid: one load a bus, the slack generator at the first bus."""
    import pandas as pd
    from lightsim2grid.network import init_from_matpower

    buses, branches = pd.read_csv(folder / "buses.csv"), pd.read_csv(folder / "branches.csv")
    number = {name: k + 1.0 for k, name in enumerate(buses.name)}
    bus = np.zeros((len(buses), 13))
    bus[:, 0] = np.arange(1, len(buses) + 1)
    bus[:, 1] = 1
    bus[0, 1] = 3
    bus[:, 2] = 1  # a load to be changed later
    bus[:, [6, 7, 10]] = 1
    bus[:, 9] = 750  # one level: a branch between two would become a transformer, which DC treats alike
    bus[:, 11], bus[:, 12] = 1.1, 0.9
    branch = np.zeros((len(branches), 13))
    branch[:, 0], branch[:, 1] = branches.from_bus.map(number), branches.to_bus.map(number)
    branch[:, 3] = branches.x_pu
    branch[:, 10] = 1
    branch[:, 11], branch[:, 12] = -360, 360
    gen = np.array([[1, 0, 0, 999, -999, 1, 100, 1, 9999, -9999] + [0] * 11], float)
    return init_from_matpower({"version": "2", "baseMVA": 100.0, "bus": bus, "gen": gen, "branch": branch})


def peer_hour(grid, injection: np.ndarray) -> tuple[float, np.ndarray]:
    """CPU seconds of one hour, and the flows of all branches in the intact network and after each single outage."""
    from lightsim2grid.algorithm import AlgorithmType
    from lightsim2grid.contingencyAnalysis import ContingencyAnalysisCPP

    for bus, mw in enumerate(injection):
        grid.change_p_load(bus, -mw)
    start_voltage = np.ones(len(injection), dtype=complex)
    grid.dc_pf(start_voltage, 10, 1e-8)
    intact = np.array(grid.get_line_res1()[0])
    analysis = ContingencyAnalysisCPP(grid)
    analysis.change_algorithm(AlgorithmType.DC_KLU)
    analysis.add_all_n1()
    start = time.process_time()
    analysis.compute(start_voltage, 10, 1e-8)
    flows = analysis.compute_power_flows()
    taken = time.process_time() - start
    return taken, np.vstack([intact, flows])  # a copy: what the peer gives lives no longer than `analysis`


def core_rates(context: Context) -> str:
    """What the kernels' benchmark says of the core."""
    program = context.build / "kernels" / "bench" / "bench_kernels"
    if not program.is_file():
        raise NotReady(f"{program} is not there; it needs Google Benchmark and OpenBLAS")
    done = subprocess.run([program, "--benchmark_filter=^(openblas_dgemm/186/118/8760|triad/.*)$", "--benchmark_format=json"],
                          capture_output=True, text=True, check=True)
    heading, _, rest = done.stdout.partition("{")
    rates = {run["name"].split("/")[0]: run for run in json.loads("{" + rest)["benchmarks"]}
    return (f"{heading.strip()}; dgemm {rates['openblas_dgemm']['flops'] / 1e9:.1f} GFlop/s, "
            f"triad {rates['triad']['bytes'] / 1e9:.1f} GB/s")


def measure(context: Context) -> list[Measurement]:
    try:
        version = importlib.metadata.version("lightsim2grid")
    except importlib.metadata.PackageNotFoundError as error:
        raise NotReady("lightsim2grid is not there; .venv/bin/pip install -r jobs/requirements.txt") from error
    folder = context.root / "cases" / "northwest" / "2030"
    program = context.program("outage_year")
    with tempfile.TemporaryDirectory() as scratch:
        sample = pathlib.Path(scratch) / "sample"
        done = subprocess.run([program, folder, str(HOURS), str(ROUNDS), sample, str(SAMPLE)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotReady(f"{program} failed: {done.stderr.strip()}")
        ours = json.loads(done.stdout)
        numbers = np.fromfile(sample)
    print(f"n1: {core_rates(context)}; ours {ours['triples'] / ours['cpu_s'] / 1e9:.2f} pairs/ns")
    injection = numbers[: SAMPLE * ours["buses"]].reshape(SAMPLE, -1)
    worst = numbers[SAMPLE * ours["buses"] :].reshape(SAMPLE, -1)
    grid = peer_grid(folder)
    seconds, apart = [], 0.0
    for of_hour, expected in zip(injection, worst):
        taken, flows = peer_hour(grid, of_hour)
        seconds.append(taken)
        apart = max(apart, float(np.abs(np.abs(flows).max(axis=0) - expected).max()))
    if apart > 1e-6:
        raise NotReady(f"ours and lightsim2grid's flows are {apart:.3g} MW apart")
    size = (f"{HOURS} h, {ours['contingencies']} contingencies ({ours['splitting']} split the network) x {ours['branches']} branches; "
            f"peer: {SAMPLE} h, single outages, {np.median(seconds) * 1e3:.2f} ms each; flows at most {apart:.0e} MW apart")
    return [Measurement("year", ours["cpu_s"], float(np.median(seconds)) * HOURS, "lightsim2grid DC_KLU", version, size)]
