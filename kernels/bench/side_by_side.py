"""Prints the benchmarks of two runs of bench_kernels beside each other.

usage: side_by_side.py HOST.json CARD.json
"""

import json
import sys


def times_ms(path):
    """Real time of every benchmark in ms; aggregates are left out."""
    to_ms = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}
    with open(path, encoding="utf-8") as file:
        runs = json.load(file)["benchmarks"]
    return {r["name"]: r["real_time"] * to_ms[r["time_unit"]] for r in runs if r.get("run_type") != "aggregate"}


def main(paths):
    if len(paths) != 2:
        sys.exit(__doc__)
    host, card = (times_ms(path) for path in paths)
    print(f"{'benchmark':44} {'host ms':>12} {'card ms':>12} {'host / card':>12}")
    for name, ms in host.items():
        if name in card:
            print(f"{name:44} {ms:12.3f} {card[name]:12.3f} {ms / card[name]:12.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
