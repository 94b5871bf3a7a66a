"""copies.py CASE OUT N

A synthetic case N times as large: every row of every table of CASE again, with "_2", "_3", ... behind its name and behind the names it
refers to, and a line between the first buses of neighbouring copies, so that all are one network. CASE has its series in a folder `profiles`, which is shared. Not a forecast of anything:
a ruler for how time and memory grow with plants.
"""

import csv
import pathlib
import shutil
import sys

# Columns that name a row of another table (docs/formats/case.md); `of` and `plant` name rows of several.
REFERENCES = {"bus", "from_bus", "to_bus", "region", "plant", "station", "reservoir", "downstream", "branch", "second_branch", "section",
              "of", "from_reserve", "to_reserve", "hvdc", "fuel", "contingency", "store", "connection"}
TIE_MW = 2000.0


def _again(table: list[dict[str, str]], names: set[str], suffix: str) -> list[dict[str, str]]:
    rows = []
    for row in table:
        copy = dict(row)
        for column, value in row.items():
            if column == "name" or (column in REFERENCES and value in names):
                copy[column] = value + suffix
        rows.append(copy)
    return rows


def write(case: pathlib.Path, out: pathlib.Path, count: int) -> None:
    out.mkdir(parents=True, exist_ok=True)
    tables = {}
    for path in sorted(case.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.name] = list(csv.DictReader(file))
    names = {row["name"] for table in tables.values() for row in table if row.get("name")}
    for file_name, table in tables.items():
        whole = list(table)
        for k in range(2, count + 1):
            whole += _again(table, names, f"_{k}")
        if file_name == "branches.csv":
            hub = tables["buses.csv"][0]["name"]
            line = next(row for row in table if row["kind"] == "line")
            for k in range(2, count + 1):
                before = hub if k == 2 else f"{hub}_{k - 1}"
                whole.append(line | {"name": f"tie_{k}", "from_bus": before, "to_bus": f"{hub}_{k}", "rating_mw": str(TIE_MW)})
        with (out / file_name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(whole[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(whole)
    shutil.copy(case / "case.toml", out)
    (out / "profiles").unlink(missing_ok=True)
    (out / "profiles").symlink_to((case / "profiles").resolve())


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]))
