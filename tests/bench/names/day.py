"""day: 24 hours of northwest 2030 (15 January) to 0.1 %, ours by prices against HiGHS: integer to the same gap, and relaxed by each of its methods."""

import pathlib
import sys

from benchmark import Context, Measurement

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "peers"))

FIRST, HOURS = "2030-01-15", 24


def measure(context: Context) -> list[Measurement]:
    import against_highs

    return against_highs.measure(context, FIRST, HOURS)
