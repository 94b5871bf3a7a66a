"""The command: python -m longyang.report OUT.h5 -o OUT.html."""

from __future__ import annotations

import argparse
import contextlib
import math
import pathlib
import sys

from .. import command, written
from ..results import Results, ResultsError, open_results
from .build import write


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="longyang.report", description="A run as one HTML page")
    parser.add_argument("results", help="results file")
    parser.add_argument("-o", "--output", help="page to write (default: the results file's name with .html)")
    parser.add_argument("--compare", metavar="B.h5", help="second results file: the page compares the two")
    parser.add_argument("--certificate", metavar="JSON", help="what `longyang certify RESULTS --json` printed")
    parser.add_argument("--compare-certificate", metavar="JSON", help="the same of the second file")
    parser.add_argument("--language", choices=["en", "zh"], default="en", help="language that the page opens in")
    return parser.parse_args(arguments)


def read_certificate(path: str | None, results: Results | None) -> dict | None:
    """What `longyang certify --json` printed of these results; None without a path.

    Raises ResultsError where the file holds something else or is of another run.
    """
    if not path or results is None:
        return None
    needed = ("cost_cny", "bound_cny", "gap", "confirmed", "faults", "parts", "stored_bound_cny", "stored_cost_cny")
    found = written.read_certificate(path, results.path)
    if not isinstance(found, dict) or any(key not in found for key in needed):
        raise ResultsError(f"'{path}' is no certificate: expected what `longyang certify {results.path} --json` prints, with {', '.join(needed)}")
    for name in ("bound_cny", "cost_cny"):
        stored, certified = results.certified(name), found[f"stored_{name}"]
        if not isinstance(certified, (int, float)) or not math.isclose(stored, certified, rel_tol=1e-9):
            raise ResultsError(f"'{path}' is a certificate of another run: found stored_{name} {certified}, expected {stored:.12g} of '{results.path}'")
    return found


def main(arguments: list[str] | None = None) -> int:
    given = parsed(arguments)
    output = given.output or str(pathlib.Path(given.results).with_suffix(".html"))
    try:
        with contextlib.ExitStack() as stack:
            first = stack.enter_context(open_results(given.results))
            second = stack.enter_context(open_results(given.compare)) if given.compare else None
            write(first, output, other=second, certificate=read_certificate(given.certificate, first),
                  other_certificate=read_certificate(given.compare_certificate, second), language=given.language)
    except (OSError, ResultsError) as error:
        print(f"longyang.report: {command.words_of(error)}", file=sys.stderr)
        return 7
    size = pathlib.Path(output).stat().st_size / 1e6
    print(f"{output}: {size:.1f} MB")
    return 0


if __name__ == "__main__":
    command.run(main)
