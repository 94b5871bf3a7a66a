"""The command: python -m longyang.report OUT.h5 -o OUT.html."""

from __future__ import annotations

import argparse
import contextlib
import json
import pathlib
import sys

from ..results import ResultsError, open_results
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


def read_json(path: str | None):
    return json.loads(pathlib.Path(path).read_text(encoding="utf-8")) if path else None


def main(arguments: list[str] | None = None) -> int:
    given = parsed(arguments)
    output = given.output or str(pathlib.Path(given.results).with_suffix(".html"))
    try:
        with contextlib.ExitStack() as stack:
            first = stack.enter_context(open_results(given.results))
            second = stack.enter_context(open_results(given.compare)) if given.compare else None
            write(first, output, other=second, certificate=read_json(given.certificate),
                  other_certificate=read_json(given.compare_certificate), language=given.language)
    except (OSError, ResultsError, json.JSONDecodeError) as error:
        print(f"longyang.report: {error}", file=sys.stderr)
        return 7
    size = pathlib.Path(output).stat().st_size / 1e6
    print(f"{output}: {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
