"""acflow: the AC power flow of 8760 different hours, ours against lightsim2grid's TimeSerie (KLU) and against a straight
Newton with klu_refactor, on the northwest's network and four published ones.

Same admittances, hours and tolerance (1e-10 pu); CPU seconds of one core from given injections to all voltages; rounds of ours and the
peers alternate, medians are taken. Ours starts anew each round, its symbolic factorisation too, and solves all 8760 hours. The peers
solve as many as make a million bus voltages, at least 400, in four stretches of hours that follow each other at the beginning of each
quarter; on larger networks their time is what these took times 8760 over their number, and the line says so.
Lines `NETWORK` are with fixed kinds of buses, `NETWORK.klu` the same against the straight Newton (tests/bench/klu_newton.cpp),
`NETWORK.limits` ours with reactive limits against lightsim2grid without (its TimeSerie has none). The size says how many hours each
solved and the largest difference of any voltage in the hours that both solved. gridoxide, which has no wheel for this Python, is not
measured.
"""

import collections.abc
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

from benchmark import Context, Measurement, NotReady

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

HOURS = 8760
ROUNDS = 2
PEER_VOLTAGES, LEAST_PEER_HOURS, STRETCHES = 1_150_000, 400, 4
DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
CASES = ("case118", "case300", "case1354pegase", "case2869pegase")


class Ours:
    """The program ac_hours with a problem in memory."""

    def __init__(self, program: pathlib.Path, problem: pathlib.Path, voltages: pathlib.Path):
        self.voltages_path = voltages
        self.process = subprocess.Popen([program, problem, voltages], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, word: str) -> dict:
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise NotReady(f"ac_hours ended with {self.process.wait()}")
        return json.loads(line)

    def end(self, buses: int) -> np.ndarray:
        """Ends the program; gives the voltages of its last round, [hour][bus], complex."""
        self.process.stdin.write("end\n")
        self.process.stdin.close()
        self.process.wait()
        v, angle = np.fromfile(self.voltages_path).reshape(2, buses, HOURS)
        return (v * np.exp(1j * angle)).T


def peer_hours(buses: int) -> np.ndarray:
    """All hours of a small network, or stretches of a larger one's."""
    count = max(LEAST_PEER_HOURS, PEER_VOLTAGES // buses)
    if count >= HOURS:
        return np.arange(HOURS)
    return np.concatenate([k * HOURS // STRETCHES + np.arange(count // STRETCHES) for k in range(STRETCHES)])


def solved_words(ours: dict) -> str:
    done = HOURS - ours["open"] - ours["failed"]
    stages = f"{ours['chord']} by shared factors, {ours['newton']} by their own Newton, {ours['damped']} damped"
    return f"ours solved {done} ({stages})"


def measure_case(context: Context, network, hours, folder: pathlib.Path) -> list[Measurement]:
    import lightsim2grid

    import ac_cases
    import ac_lightsim

    asked = peer_hours(len(network.bus))
    scale = HOURS / len(asked)
    ac_cases.write_problem(folder / "problem", network, hours, asked)
    ours = Ours(context.program("ac_hours"), folder / "problem", folder / "voltages")
    peer = ac_lightsim.TimeSerie(network, hours.only(asked))
    taken: dict[str, list[float]] = {"ours": [], "klu": [], "limits": [], "peer": []}
    for number in range(ROUNDS + 1):
        fixed, limits, peer_s = ours.run("fixed"), ours.run("limits"), peer.run()
        if number > 0:  # the first round warms the caches
            for key, seconds in (("ours", fixed["ours_s"]), ("klu", scale * fixed["klu_s"]), ("limits", limits["ours_s"]),
                                 ("peer", scale * peer_s)):
                taken[key].append(seconds)
    off = np.abs(ours.end(len(network.bus))[asked] - peer.voltages())[peer.solved()]
    seconds = {key: statistics.median(values) for key, values in taken.items()}
    size = f"{HOURS} h x {len(network.bus)} buses, {len(network.branch)} branches; {solved_words(fixed)}, residual {fixed['residual_pu']:.1e} pu"
    apart = f", {len(asked)} h measured, times {scale:.3g}" if scale > 1 else ""
    theirs = (f"peer{apart}: solved {peer.solved().sum()} of {len(asked)} to {peer.tolerance_pu:.0e} pu, voltages within "
              f"{off.max() if off.size else np.nan:.1e} pu")
    version = lightsim2grid.__version__
    return [
        Measurement(network.name, seconds["ours"], seconds["peer"], "lightsim2grid TimeSerie KLU", version, f"{size}; {theirs}"),
        Measurement(f"{network.name}.klu", seconds["ours"], seconds["klu"], "Newton by klu_refactor", "SuiteSparse of the system",
                    f"peer{apart}: solved {fixed['klu_solved']} of {len(asked)}, voltages within {fixed['klu_off_pu']:.1e} pu"),
        Measurement(f"{network.name}.limits", seconds["limits"], seconds["peer"], "lightsim2grid TimeSerie KLU without limits", version,
                    f"{solved_words(limits)}, limits open {limits['open']}, failed {limits['failed']}; peer{apart or ' as above'}"),
    ]


def measure(context: Context) -> collections.abc.Iterator[Measurement]:
    try:
        import lightsim2grid  # noqa: F401
    except ImportError as missing:
        raise NotReady("lightsim2grid is not installed; run jobs/setup.sh") from missing
    import ac_cases
    import ac_northwest

    folder = context.root / "cases" / "northwest" / "2030"
    if (folder / "case.toml").is_file():
        with tempfile.TemporaryDirectory() as scratch:
            yield from measure_case(context, *ac_northwest.northwest(folder, HOURS), pathlib.Path(scratch))
    for name in CASES:
        network = ac_cases.read_matpower(DATA / f"{name}.m.gz")
        with tempfile.TemporaryDirectory() as scratch:
            yield from measure_case(context, network, ac_cases.swinging_hours(network, HOURS, 0.7, 1.0), pathlib.Path(scratch))
