"""build: a day's model from a case that is in memory, ours against linopy (tests/bench/peers/linopy_day.py).

Ours is every block, the coupling rows and the flat matrix that goes to the solver; linopy's is its model, before it is turned into
a matrix. Two lines: a fresh model against linopy's; and the model moved to the next day, in the memory of the one
before, against linopy building that day anew, which is what its users do. Rounds of ours and the peer alternate.
"""

import json
import logging
import pathlib
import statistics
import subprocess
import sys
import time

from benchmark import Context, Measurement, NotReady

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

FIRST_HOUR, HOURS = 14 * 24, 24  # 15 January
ROUNDS = 3


def measure(context: Context) -> list[Measurement]:
    import linopy

    import case
    import linopy_day

    logging.getLogger("linopy").setLevel(logging.ERROR)
    folder = context.root / "cases" / "northwest" / "2030"
    if not (folder / "case.toml").is_file():
        raise NotReady(f"{folder} is not there; run cases/northwest/make_case.py")
    program = context.program("build_model")
    peer_case = case.Case(folder)
    fresh, moved, peer = [], [], []
    model = None
    for number in range(ROUNDS + 1):
        done = subprocess.run([program, folder, str(FIRST_HOUR), str(HOURS), "5"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotReady(f"{program} failed: {done.stderr.strip()}")
        ours = json.loads(done.stdout)
        start = time.perf_counter()
        model = linopy_day.build(peer_case, FIRST_HOUR, HOURS).model
        taken = time.perf_counter() - start
        if number > 0:  # the first round warms the caches
            fresh += ours["fresh_s"]
            moved += ours["moved_s"]
            peer.append(taken)
    size = (f"{HOURS} h of northwest/2030: ours {ours['columns']} columns x {ours['rows']} rows, "
            f"linopy {model.nvars} x {model.ncons}")
    peer_s = statistics.median(peer)
    return [Measurement("new", statistics.median(fresh), peer_s, "linopy", linopy.__version__, size),
            Measurement("moved", statistics.median(moved), peer_s, "linopy", linopy.__version__, size)]
