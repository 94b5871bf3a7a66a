"""acflow: the AC power flow of 8760 different hours, ours against lightsim2grid's TimeSerie (KLU) and against a straight
Newton with klu_refactor, on five networks.

Same admittances, hours and tolerance (1e-10 pu); CPU seconds of one core from given injections to all voltages; rounds of ours and the
peers alternate, medians are taken. Ours starts anew each round, its symbolic factorisation too. Lines `NETWORK` are with fixed kinds of buses,
`NETWORK.klu` the same against the straight Newton (tests/bench/klu_newton.cpp), `NETWORK.limits` ours with reactive limits against
lightsim2grid without (its TimeSerie has none). The size says how many hours each solved and the largest difference of any voltage.
gridoxide, which has no wheel for this Python, is not measured.
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
ROUNDS = 2  # the largest network takes a minute a round
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


def solved_words(ours: dict, theirs: str) -> str:
    done = HOURS - ours["open"] - ours["failed"]
    stages = f"{ours['chord']} by shared factors, {ours['newton']} by their own Newton, {ours['damped']} damped"
    return f"solved ours {done} ({stages}) {theirs}"


def measure_case(context: Context, network, hours, folder: pathlib.Path) -> list[Measurement]:
    import lightsim2grid

    import ac_cases
    import ac_lightsim

    program = context.program("ac_hours")
    fixed, limits = folder / "fixed", folder / "limits"
    ac_cases.write_problem(fixed, network, hours, limits=False)
    ac_cases.write_problem(limits, network, hours, limits=True)
    ours, with_limits = (Ours(program, path, path.with_suffix(".v")) for path in (fixed, limits))
    peer = ac_lightsim.TimeSerie(network, hours)
    taken: dict[str, list[float]] = {"ours": [], "klu": [], "limits": [], "peer": []}
    for number in range(ROUNDS + 1):
        one, two, peer_s = ours.run("both"), with_limits.run("round"), peer.run()
        if number > 0:  # the first round warms the caches
            for key, seconds in (("ours", one["ours_s"]), ("klu", one["klu_s"]), ("limits", two["ours_s"]), ("peer", peer_s)):
                taken[key].append(seconds)
    with_limits.end(len(network.bus))
    off = np.abs(ours.end(len(network.bus)) - peer.voltages())[peer.solved()]
    seconds = {key: statistics.median(values) for key, values in taken.items()}
    size = f"{HOURS} h x {len(network.bus)} buses, {len(network.branch)} branches"
    theirs = f"peer {peer.solved().sum()} to {peer.tolerance_pu:.0e} pu, voltages within {off.max() if off.size else np.nan:.1e} pu, residual {one['residual_pu']:.1e} pu"
    version = lightsim2grid.__version__
    return [
        Measurement(network.name, seconds["ours"], seconds["peer"], "lightsim2grid TimeSerie KLU", version, f"{size}, {solved_words(one, theirs)}"),
        Measurement(f"{network.name}.klu", seconds["ours"], seconds["klu"], "Newton by klu_refactor", "SuiteSparse of the system",
                    f"{size}, peer solved {one['klu_solved']}, voltages within {one['klu_off_pu']:.1e} pu"),
        Measurement(f"{network.name}.limits", seconds["limits"], seconds["peer"], "lightsim2grid TimeSerie KLU without limits", version,
                    f"{size}, {solved_words(two, '')}limits open {two['open']}"),
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
