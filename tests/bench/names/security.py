"""security: export limits of all HVDC lines in every hour of the northwest's year, ours against a dense inverse an hour by numpy.

Ours (export_year) is everything: connected machines and infeeds from a schedule, short-circuit strength at all converters and renewable stations with
their mutual weights, frequency, overvoltage, the least limit and its cause. The schedule is a plain dispatch made from the case, with as many thermal units
running as their output needs. The peer forms the susceptance matrix of hours spread over the year, inverts it and takes the converters' short-circuit power,
nothing else; its time is the median of the sampled hours times the hours of the year. CPU seconds of one core; both answers are compared in the sampled hours.
The first line tells the parts of ours.
"""

import json
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np

from benchmark import Context, Measurement, NotReady

ROUNDS, SAMPLE = 5, 96
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def sample_of(context: Context) -> tuple[dict, np.ndarray]:
    """What export_year says, and its sampled hours."""
    folder = context.root / "cases" / "northwest" / "2030"
    program = context.program("export_year")
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "sample"
        done = subprocess.run([program, folder, str(ROUNDS), "plain", path, str(SAMPLE)], capture_output=True, text=True,
                              check=False, env=os.environ | ONE_THREAD)
        if done.returncode != 0:
            raise NotReady(f"{program} failed: {done.stderr.strip()}")
        return json.loads(done.stdout), np.fromfile(path)


def measure(context: Context) -> list[Measurement]:
    ours, numbers = sample_of(context)
    buses, lines = ours["buses"], ours["lines"]
    matrix = numbers[: buses * buses].reshape(buses, buses)
    machines = numbers[buses * buses :][: SAMPLE * buses].reshape(SAMPLE, buses)
    expected = numbers[buses * (buses + SAMPLE) :].reshape(SAMPLE, lines)
    seconds, apart = [], 0.0
    for of_hour, mva in zip(machines, expected):
        start = time.thread_time()
        inverse = np.linalg.inv(matrix + np.diag(of_hour))
        found = 100.0 / np.diag(inverse)[ours["line_bus"]]
        seconds.append(time.thread_time() - start)
        apart = max(apart, float(np.abs(found / mva - 1).max()))
    if apart > 1e-9:
        raise NotReady(f"ours and the dense inverse are {apart:.3g} apart")
    print(f"security: model {ours['model_s'] * 1e3:.1f} ms once; state {ours['state_s'] * 1e3:.1f} ms, strength {ours['strength_s'] * 1e3:.1f} ms, "
          f"frequency {ours['frequency_s'] * 1e3:.1f} ms, all limits with these {ours['all_s'] * 1e3:.1f} ms")
    size = (f"{ours['hours']} h, {lines} lines, {ours['stations']} stations, {ours['machine_rows']} rows of machines; peer: {SAMPLE} h, "
            f"{np.median(seconds) * 1e3:.2f} ms each, converters only; at most {apart:.0e} apart")
    return [Measurement("year", ours["state_s"] + ours["all_s"], float(np.median(seconds)) * ours["hours"], "numpy dense inverse",
                        np.__version__, size)]
