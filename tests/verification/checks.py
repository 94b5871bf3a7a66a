"""Checks that take any case and span: the teaching cases in CI, the northwest by northwest.py."""

import pathlib

import h5py
import highspy
import numpy as np

import program


def mps_by_highspy_alone(case: pathlib.Path, folder: pathlib.Path, *span: str) -> tuple[float, float]:
    """Optimum of a relaxed run, and that of the MPS file it wrote, by highspy, which knows nothing else of the run."""
    mps = folder / "programme.mps"
    with program.run_case(case, folder / "out.h5", *span, "--relax", "--write-mps", mps) as results:
        ours = float(program.quantity(results, "certificate/cost_cny"))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(mps)) == highspy.HighsStatus.kOk
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return ours, solver.getInfo().objective_function_value


def largest_flow_difference(results: h5py.File) -> tuple[float, float]:
    """Largest difference in MW between the flows in a results file and those of an independent solution on the full susceptance
    matrix from its own tables and injections; and the largest flow, for scale."""
    buses, branches = program.table(results, "buses"), program.table(results, "branches")
    number = {name: k for k, name in enumerate(buses["name"])}
    from_bus = np.array([number[name] for name in branches["from_bus"]])
    to_bus = np.array([number[name] for name in branches["to_bus"]])
    susceptance = 1.0 / (np.array(branches["x_pu"]) * np.array(branches["tap_pu"]))
    shift = np.deg2rad(np.array(branches["shift_deg"], dtype=float))
    base = float(results.attrs["case_base_mva"])

    matrix = np.zeros((len(number), len(number)))
    np.add.at(matrix, (from_bus, from_bus), susceptance)
    np.add.at(matrix, (to_bus, to_bus), susceptance)
    np.add.at(matrix, (from_bus, to_bus), -susceptance)
    np.add.at(matrix, (to_bus, from_bus), -susceptance)

    injection = program.quantity(results, "buses/injection_mw") / base  # (bus, hour)
    forced = -susceptance * shift  # flow of a phase shifter between equal angles
    right = injection.copy()
    np.subtract.at(right, from_bus, forced[:, None])
    np.add.at(right, to_bus, forced[:, None])
    # One bus of each island is the reference; reached from bus to bus.
    reference = _first_buses(len(number), from_bus, to_bus)
    kept = np.setdiff1d(np.arange(len(number)), reference)
    angle = np.zeros_like(right)
    angle[kept] = np.linalg.solve(matrix[np.ix_(kept, kept)], right[kept])
    flow = base * (susceptance[:, None] * (angle[from_bus] - angle[to_bus]) + forced[:, None])
    found = program.quantity(results, "branches/flow_mw")
    return float(np.abs(flow - found).max()), float(np.abs(flow).max())


def _first_buses(count: int, from_bus: np.ndarray, to_bus: np.ndarray) -> list[int]:
    """The lowest bus of every island."""
    lowest = np.arange(count)
    while True:
        before = lowest.copy()
        np.minimum.at(lowest, from_bus, before[to_bus])
        np.minimum.at(lowest, to_bus, before[from_bus])
        if (lowest == before).all():
            return sorted(set(lowest.tolist()))


def run_on_ranks(case: pathlib.Path, folder: pathlib.Path, ranks: list[int], *options: str, timeout_s: float = 600) -> list[pathlib.Path]:
    """The same run on each number of ranks; the results files."""
    files = []
    for count in ranks:
        files.append(folder / f"ranks{count}.h5")
        program.run_case(case, files[-1], *options, ranks=count, timeout_s=timeout_s).close()
    return files


def relative(one: float, other: float) -> float:
    return abs(one - other) / max(1.0, abs(one))
