#!/usr/bin/env python3
"""Writes profiles.csv, which all teaching cases share: patterns of a day, repeated over the year.

The cases' READMEs work with the first hours of a day; the other hours carry on with the last value.
"""

import csv
import pathlib

# First hours of the day; the last value holds for the rest of it.
PATTERNS = {
    "full": [1],  # available all the time
    "light_then_full": [0.4, 0.4, 1],
    "commitment_load": [7, 7, 3, 3, 6, 7, 7, 7, 3, 3, 3, 3, 3, 3, 7],
    "cascade_load": [5, 5, 14],
    "storage_load": [3, 3, 7],
    "hvdc_load": [10, 11, 5],
    "infeasible_load": [5, 5, 3],
    "flexible_load": [13, 17, 5, 9],
    "reactor_load": [8.5, 19.8, 15.4, 11],
    "town_heat": [0.6, 0.6, 0.2],
    "wind": [0.8, 0.8, 0.2],
    "ramp_load": [3, 4, 4, 2],
    "reference_5_hm3": [5],
    "reference_10_hm3": [10],
    "reference_30_hm3": [30],
}


def main() -> None:
    path = pathlib.Path(__file__).resolve().parent / "profiles.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["hour", *PATTERNS])
        for hour in range(8760):
            writer.writerow([hour, *(values[min(hour % 24, len(values) - 1)] for values in PATTERNS.values())])


if __name__ == "__main__":
    main()
