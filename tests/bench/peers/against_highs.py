"""A span of the northwest by prices and by HiGHS, for the benchmarks `day` and `week`."""

import json
import pathlib
import subprocess
import sys
import tempfile

import highspy

import price_runs
from benchmark import Context, Measurement, NotReady

GAP = 0.001
WAYS = {"milp": "HiGHS MILP", "simplex": "HiGHS relaxed, dual simplex", "ipx": "HiGHS relaxed, IPX with crossover",
        "hipo": "HiGHS relaxed, HiPO"}


def by_highs(mps: pathlib.Path, how: str, cap_s: float) -> dict:
    script = pathlib.Path(__file__).with_name("highs_mps.py")
    done = subprocess.run([sys.executable, script, mps, how, str(cap_s), str(GAP)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotReady(f"{script} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def percent(gap: float | None) -> str:
    return "no schedule" if gap is None else f"gap {100 * gap:.3f} %"


def measure(context: Context, first: str, hours: int) -> list[Measurement]:
    """Ours to GAP once, and HiGHS on the same span with the limits of the network that ours found. Seconds are CPU seconds of one core; ours from
    reading the case to the written file, the peer's of the solve alone. A peer that is stopped counts as it took, at least."""
    case = context.root / "cases" / "northwest" / "2030"
    measurements = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        ours = price_runs.run(context, case, folder / "ours.h5", "--from", first, "--hours", str(hours), "--gap", str(GAP))
        done = subprocess.run([context.program("write_programme"), case, folder / "ours.h5", folder / "span.mps"], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise NotReady(f"write_programme failed: {done.stderr.strip()}")
        size = json.loads(done.stdout)
        for how, peer in WAYS.items():
            found = by_highs(folder / "span.mps", how, context.cap_s)
            if "missing" in found:
                print(f"{hours} h: not measured: {found['missing']}", file=sys.stderr)
                continue
            stopped = "" if found["ended"] else f" when stopped at the cap of {context.cap_s:.0f} s by the clock"
            reached = percent(found["gap"]) if how == "milp" else ("optimum" if found["ended"] else "no optimum")
            if how != "milp" and found["ended"]:
                reached += f" {100 * (ours.cost_cny - found['cost']) / abs(ours.cost_cny):.3f} % below our schedule"
            words = (f"{hours} h from {first}: {size['columns']} columns, {size['whole']} whole, {size['rows']} rows; ours to "
                     f"{percent(ours.gap)} with {ours.breaches} breaches and {ours.memory_mb:.0f} MB, asked {100 * GAP:g} %; peer: "
                     f"{reached}{stopped}")
            measurements.append(Measurement(how, ours.cpu_s, found["cpu_s"], peer, highspy.Highs().version(), words))
    return measurements
