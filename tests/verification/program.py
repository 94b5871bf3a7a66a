"""Runs the program for the verification tests, and reads its results files.

LONGYANG names the program; without it the tests fail, rather than pass unseen.
"""

import dataclasses
import os
import pathlib
import subprocess
import sys

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "cases"
sys.path.insert(0, str(ROOT / "tests" / "bench" / "peers"))

# One thread a rank, or the ranks of a test fight for the cores; a lone process starts no daemon of Open MPI.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMPI_MCA_ess_singleton_isolated": "1",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


@dataclasses.dataclass(frozen=True)
class Ended:
    code: int
    words: str  # all that was printed


def run(*arguments, ranks: int = 0, timeout_s: float = 600, disk_kib: int = 0) -> Ended:
    """Runs the program with `arguments`; ranks = 0: without mpirun; disk_kib: so much of a file fits, what is behind it fails, as on a full
    disk (0: all)."""
    program = os.environ.get("LONGYANG")
    if not program:
        raise RuntimeError("set LONGYANG to the program, as jobs/test-local.sh does")
    command = [program, *map(str, arguments)]
    if disk_kib:
        command = ["bash", "-c", f"trap '' XFSZ; ulimit -f {disk_kib}; exec \"$@\"", "limited", *command]
    if ranks:
        command = ["bash", str(ROOT / "jobs" / "mpirun.sh"), "-n", str(ranks), *command]
    ended = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, errors="replace", timeout=timeout_s, check=False)
    return Ended(ended.returncode, ended.stdout)


def run_case(case: pathlib.Path, out: pathlib.Path, *options, ranks: int = 0, timeout_s: float = 600) -> h5py.File:
    """Runs a case that must end well and opens its results."""
    ended = run("run", case, "-o", out, *options, ranks=ranks, timeout_s=timeout_s)
    assert ended.code == 0, f"{case.name} ended with exit code {ended.code}:\n{ended.words}"
    return h5py.File(out, "r")


def texts(dataset: h5py.Dataset) -> list[str]:
    return [value.decode() if isinstance(value, bytes) else str(value) for value in dataset[()]]


def items_of(file: h5py.File, group: str) -> list[str]:
    """Name of each row of a group's datasets."""
    key = {"contracts": "contract", "limits": "item"}.get(group, "name")
    return texts(file[group][key])


def quantity(file: h5py.File, path: str, item: str | None = None) -> np.ndarray:
    """A dataset's values; with `item` those of the rows of that name: (hours,) of the one row where it has hours, else one value
    a row (a contract has one for each period, a limit one for each hour that it entered)."""
    dataset = file[path]
    if item is None:
        return np.asarray(dataset[()], dtype=float)
    items = items_of(file, path.split("/")[0])
    rows = [k for k, name in enumerate(items) if name == item]
    assert rows or path.startswith("limits/"), f"{path}: no item '{item}' among {items}"
    values = np.asarray(dataset[()], dtype=float)[rows]
    return values[0] if values.ndim == 2 else values


def table(file: h5py.File, name: str) -> dict[str, list]:
    """A table of /system by column."""
    columns = {}
    for column, dataset in file[f"system/{name}"].items():
        values = dataset[()]
        columns[column] = texts(dataset) if values.dtype.kind in "OSU" else list(values)
    return columns
