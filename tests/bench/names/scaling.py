"""scaling: time and memory of ours against hours (of northwest 2030, from 1 January), plants (a day of copies of the case, peers/copies.py) and
ranks (a day). Each line tells how much more a size took than the smallest of its kind, beside how much larger it is. Iterations and passes are the same
for all, so that work is compared and not luck: gaps are told. No peer.
"""

import pathlib
import sys
import tempfile
from collections.abc import Iterator

from benchmark import Context, Reading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

SAME_WORK = ("--iterations", "60", "--passes", "2", "--gap", "0")
DAY = ("--from", "2030-01-15", "--hours", "24")


def _words(run, first, larger: float) -> str:
    return (f"{run.cpu_s:.1f} CPU s, {run.wall_s:.1f} s, {run.memory_mb:.0f} MB, gap {100 * run.gap:.2f} %; x{larger:.3g} in size takes "
            f"x{run.cpu_s / first.cpu_s:.3g} CPU time, x{run.memory_mb / first.memory_mb:.3g} memory")


def measure(context: Context) -> Iterator[Reading]:
    import copies
    import price_runs

    case = context.root / "cases" / "northwest" / "2030"
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        first = None
        for hours in context.hours:
            run = price_runs.run(context, case, folder / f"hours{hours}.h5", "--hours", str(hours), *SAME_WORK)
            first = first or run
            yield Reading(f"hours.{hours}", _words(run, first, hours / context.hours[0]))
        first = None
        for count in context.copies:
            larger = folder / f"copies{count}"
            copies.write(case, larger, count)
            run = price_runs.run(context, larger, folder / f"copies{count}.h5", *DAY, *SAME_WORK)
            first = first or run
            yield Reading(f"plants.x{count}", _words(run, first, count / context.copies[0]))
        first = None
        for ranks in context.ranks:
            run = price_runs.run(context, case, folder / f"ranks{ranks}.h5", *DAY, *SAME_WORK, ranks=ranks)
            first = first or run
            yield Reading(f"ranks.{ranks}", _words(run, first, 1) + f"; x{first.wall_s / run.wall_s:.2f} as fast")
