"""The published rise of Qinghai's export capability by 21 synchronous condensers of 50 Mvar, beside the model's own answer.

    .venv/bin/python tests/verification/condensers_of_qinghai.py --longyang build/release/bin/longyang [--schedule DAY.h5]

Published: "raises the renewable export capability by 3500 MW at once", from January 2022 (Xinhua, 2022-01-24). The model
has no grid of 2022; it looks at the northwest of 2030, one day, with and without the two rows of machines.csv that hold these condensers,
everything else as it is. Printed: the limit of each of Qinghai's lines by each cause that strength has a part in, and what
the condensers bring; and the renewable output that the ratio of 1.5 allows at the stations near Qinghai-Henan. Nothing is tuned.
"""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASE = ROOT / "cases" / "northwest" / "2030"
ROWS = ("condensers_tala_phase_1", "condensers_qingshan_phase_1")
LINES = ("qingyu", "qinghai_second", "qinghai_third")
CAUSES = ("short_circuit_ratio", "multi_infeed", "stations", "overvoltage")
PUBLISHED_MW = 3500


def day(longyang: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    path = out / "day.h5"
    subprocess.run([longyang, "run", CASE, "--engine", "prices", "--from", "2030-05-20", "--hours", "24", "-o", path, "-q"],
                   check=True, stdout=subprocess.DEVNULL)
    return path


def without_rows(case: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    copy = out / "case"
    shutil.copytree(case, copy)
    machines = pd.read_csv(copy / "machines.csv", dtype=str, keep_default_na=False)
    kept = machines[~machines.name.isin(ROWS)]
    if len(kept) != len(machines) - len(ROWS):
        raise SystemExit("the rows of the condensers are not in machines.csv")
    kept.to_csv(copy / "machines.csv", index=False)
    return copy


def limits(longyang: pathlib.Path, case: pathlib.Path, schedule: pathlib.Path, out: pathlib.Path) -> pd.DataFrame:
    done = subprocess.run([longyang, "flow", case, "--schedule", schedule, "--tables", out, "--ac-checked", "0", "-q"], capture_output=True,
                          text=True, check=False)
    path = out / "export_limits.csv"
    if not path.exists():
        raise SystemExit(f"longyang flow ended with {done.returncode}: {done.stderr}")
    return pd.read_csv(path).set_index(["line", "hour"])


def report(with_them: pd.DataFrame, without: pd.DataFrame) -> None:
    print(f"{'line':16} {'limit by':22} {'without MW':>11} {'with MW':>9} {'rise MW: mean':>14} {'least':>7} {'largest':>8}")
    for line in LINES:
        for column in [f"{c}_mw" for c in CAUSES] + ["limit_mw"]:
            a, b = without.loc[line][column], with_them.loc[line][column]
            both = a.notna() & b.notna() & np.isfinite(a) & np.isfinite(b)
            if not both.any():
                continue
            rise = (b - a)[both]
            print(f"{line:16} {column[:-3]:22} {a[both].mean():11.0f} {b[both].mean():9.0f} {rise.mean():14.0f} {rise.min():7.0f} {rise.max():8.0f}")
        rise = with_them.loc[line].strength_mva - without.loc[line].strength_mva
        print(f"{line:16} {'short-circuit MVA':22} {without.loc[line].strength_mva.mean():11.0f} {with_them.loc[line].strength_mva.mean():9.0f} "
              f"{rise.mean():14.0f} {rise.min():7.0f} {rise.max():8.0f}")
    print(f"published: {PUBLISHED_MW} MW in the grid of 2022")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--longyang", type=pathlib.Path, default=ROOT / "build" / "release" / "bin" / "longyang")
    parser.add_argument("--schedule", type=pathlib.Path, help="results file of a day of the case")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch)
        schedule = options.schedule or day(options.longyang, out)
        with_them = limits(options.longyang, CASE, schedule, out / "with")
        without = limits(options.longyang, without_rows(CASE, out), schedule, out / "without")
    report(with_them, without)


if __name__ == "__main__":
    sys.exit(main())
