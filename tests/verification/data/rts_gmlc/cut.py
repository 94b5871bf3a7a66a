"""Cuts the data of tests/verification/test_rts_gmlc.py out of RTS-GMLC and of PLEXOS's published day-ahead solution:

    python cut.py RTS_GMLC PLEXOS_SOLUTION

RTS_GMLC: a clone (RTS_Data/SourceData, RTS_Data/timeseries_data_files) or a folder with SourceData and timeseries side by side;
PLEXOS_SOLUTION: RTS_Data/FormattedData/PLEXOS/PLEXOS_Solution/DAY_AHEAD Solution Files/allTX, or a folder with its files. Tables are kept as
they are, series for the days of that solution, flows for its first three days with 6 digits behind the point."""

import csv
import gzip
import io
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
FIRST_DAY, LAST_DAY, MONTH, FLOW_HOURS = 5, 18, 7, 72
TABLES = ("bus", "branch", "dc_branch", "gen", "reserves", "storage", "timeseries_pointers")


def pack(path: pathlib.Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def read(path: pathlib.Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def main(data: pathlib.Path, solution: pathlib.Path) -> None:
    base = data / "RTS_Data" if (data / "RTS_Data").exists() else data
    series = base / "timeseries_data_files"
    series = series if series.exists() else base / "timeseries"
    for name in TABLES:
        pack(HERE / "SourceData" / f"{name}.csv.gz", written(read(base / "SourceData" / f"{name}.csv")))
    for path in sorted(series.glob("*/DAY_AHEAD_*.csv")):
        rows = read(path)
        kept = [row for row in rows[1:] if int(row[1]) == MONTH and FIRST_DAY <= int(row[2]) <= LAST_DAY]
        pack(HERE / "timeseries_data_files" / path.parent.name / f"{path.name}.gz", written(rows[:1] + kept))
    for name in ("generation", "commitment", "cost", "flow"):
        rows = read(solution / f"PLEXOS_DA_solution_{name}.csv")
        if name == "flow":
            rows = rows[:1] + [[r[0], *(f"{float(v):.6f}" for v in r[1:])] for r in rows[1:1 + FLOW_HOURS]]
        pack(HERE / "plexos" / f"{name}.csv.gz", written(rows))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
