"""year: all 8760 hours of northwest 2030, and of its variant that cycles, in one piece on two ranks: time, gap, memory of the larger.

No peer solves a year in one piece; `week` tells how far HiGHS comes with a week. Asked: 2030 to 0.1 % and the variant to 0.3 %, 2 minutes on two cores, 2 GB.
"""

import pathlib
import sys
import tempfile
from collections.abc import Iterator

from benchmark import Context, Reading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

ASKED = {"2030": 0.001, "2030-cycling": 0.003}


def measure(context: Context) -> Iterator[Reading]:
    import price_runs

    for name in context.cases:
        with tempfile.TemporaryDirectory() as scratch:
            asked = ASKED.get(name, 0.001)
            ours = price_runs.run(context, context.root / "cases" / "northwest" / name, pathlib.Path(scratch) / "year.h5", "--hours",
                                  "8760", "--gap", str(asked), ranks=2)
        yield Reading(name, f"{ours.wall_s:.0f} s, {ours.cpu_s:.0f} CPU s, gap {100 * ours.gap:.3f} % (asked {100 * asked:g} %), "
                            f"{ours.memory_mb:.0f} MB, cost {ours.cost_cny:.6g} CNY, {ours.breaches} breaches")
