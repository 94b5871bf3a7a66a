#!/usr/bin/env python3
"""The long checks of a big case, which CI has no time for:

    LONGYANG=build/release/bin/longyang python tests/verification/northwest.py [--case CASE] [--from DATE] [--hours N] [--only NAME]

mps: a relaxed run written as MPS has the same optimum when highspy solves it alone. flows: DC flows against numpy on the full
susceptance matrix. ranks: the same run on 1, 2 and 3 ranks. peer: the same optimum from the model written with linopy (relaxed,
without limits that do not bind). Prints a line each; exit code 1 where one fails.
"""

import argparse
import pathlib
import sys
import tempfile
import time

import program  # first: it makes the peers importable

import case as peer_case
import checks
import linopy_day


def check_mps(case, folder, span) -> tuple[bool, str]:
    ours, alone = checks.mps_by_highspy_alone(case, folder, *span)
    return checks.relative(ours, alone) < 1e-6, f"ours {ours:.6f}, highspy alone {alone:.6f}, " \
                                                f"relative {checks.relative(ours, alone):.1e}"


def check_flows(case, folder, span) -> tuple[bool, str]:
    with program.run_case(case, folder / "flows.h5", *span, "--relax", timeout_s=3600) as results:
        difference, largest = checks.largest_flow_difference(results)
    return difference < 1e-8 * largest, f"largest difference {difference:.1e} MW, largest flow {largest:.0f} MW"


def check_ranks(case, folder, span) -> tuple[bool, str]:
    known = ()
    if int(span[3]) > 24:  # each round of limits takes minutes then: a run by prices finds nearly all of them in seconds
        program.run_case(case, folder / "prices.h5", *span, "--engine", "prices", "--iterations", "120", "--passes", "4", timeout_s=600).close()
        known = ("--restart", folder / "prices.h5")
    files = checks.run_on_ranks(case, folder, [1, 2, 3], *span, "--relax", *known, timeout_s=7200)
    costs = []
    for file in files:
        with program.h5py.File(file, "r") as results:
            costs.append(float(program.quantity(results, "certificate/cost_cny")))
    ended = [program.run("compare", files[0], other, "--rtol", "1e-6") for other in files[1:]]
    same = all(checks.relative(costs[0], cost) < 1e-6 for cost in costs) and all(end.code == 0 for end in ended)
    return same, "cost " + ", ".join(f"{cost:.6f}" for cost in costs) + \
        "".join("" if end.code == 0 else "\n" + end.words for end in ended)


def check_peer(case, folder, span) -> tuple[bool, str]:
    with program.run_case(case, folder / "peer.h5", *span, "--relax", timeout_s=3600) as results:
        ours = float(program.quantity(results, "certificate/cost_cny"))
        first_hour = int(results.attrs["span_begin_hour"])
        # All limits of a big network would make the peer's programme dense: it gets those that ours found.
        binding = {(kind, item) for kind, item in zip(program.texts(results["limits/kind"]),
                                                      program.texts(results["limits/item"]))}
    tables = peer_case.Case(case)
    tables.keep_limits(binding)
    peer = linopy_day.solve(linopy_day.build(tables, first_hour, int(span[3]), limits=True), relax=True)
    return checks.relative(ours, peer) < 1e-6, f"ours {ours:.6f}, linopy {peer:.6f}, relative {checks.relative(ours, peer):.1e}"


CHECKS = {"mps": check_mps, "flows": check_flows, "ranks": check_ranks, "peer": check_peer}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", type=pathlib.Path, default=program.CASES / "northwest" / "2030")
    parser.add_argument("--from", dest="first", default="2030-01-15")
    parser.add_argument("--hours", default="24")
    parser.add_argument("--only", choices=CHECKS, action="append", help="run this one (may be given again)")
    arguments = parser.parse_args()
    failed = 0
    for name in arguments.only or CHECKS:
        begin = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            good, words = CHECKS[name](arguments.case.resolve(), pathlib.Path(folder),
                                       ("--from", arguments.first, "--hours", arguments.hours))
        print(f"{name}: {'same' if good else 'DIFFERENT'}: {words} ({time.monotonic() - begin:.0f} s)", flush=True)
        failed += not good
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
