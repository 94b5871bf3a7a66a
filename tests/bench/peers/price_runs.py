"""Runs of `longyang run --engine prices` for the benchmarks: what each took, and the gap that it proved."""

import dataclasses
import os
import pathlib
import subprocess
import time

import h5py

from benchmark import Context, NotReady

# Like the tests: one thread a rank, and a lone process starts no daemon of Open MPI.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMPI_MCA_ess_singleton_isolated": "1",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}


@dataclasses.dataclass(frozen=True)
class PriceRun:
    cpu_s: float  # of all ranks, from reading the case to the written results
    wall_s: float
    memory_mb: float  # of the largest process
    cost_cny: float
    bound_cny: float
    breaches: int
    words: str  # how it ended

    @property
    def gap(self) -> float:
        return (self.cost_cny - self.bound_cny) / max(abs(self.cost_cny), 1.0)


def run(context: Context, case: pathlib.Path, out: pathlib.Path, *options: str, ranks: int = 1) -> PriceRun:
    """Raises NotReady where the run gives no schedule."""
    command = [str(context.program("longyang")), "run", str(case), "-o", str(out), "--engine", "prices", *options, *context.options]
    if ranks > 1:
        command = ["bash", str(context.root / "jobs" / "mpirun.sh"), "-n", str(ranks), *command]
    log = out.with_suffix(".log")
    begin = time.perf_counter()
    with log.open("w") as words:
        process = subprocess.Popen(command, env=os.environ | ENVIRONMENT, stdout=words, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 5) or not out.is_file():
        raise NotReady(f"{' '.join(command)} ended with {process.returncode}: {log.read_text()[-2000:]}")
    with h5py.File(out) as file:
        number = {name: float(file[f"certificate/{name}"][()]) for name in ("cost_cny", "bound_cny", "breaches")}
    return PriceRun(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024, number["cost_cny"], number["bound_cny"],
                    int(number["breaches"]), log.read_text().strip().splitlines()[-1])
