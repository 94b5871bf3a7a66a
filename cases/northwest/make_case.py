#!/usr/bin/env python3
"""Makes the northwest cases from cases/northwest/sources.

    python cases/northwest/make_case.py --out cases/northwest              all of them
    python cases/northwest/make_case.py --only 2025 --out cases/northwest  one year
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from make import common, connections, dates, demonstrations, expected, flexible, hvdc, hydro, load, machines, network, reactive, renewables, reserves, \
    schemes, storage, summary, targets, thermal, variants  # noqa: E402


def make(year: int, shared: common.Case | None = None) -> tuple[common.Case, str]:
    """The case of a year and the text of its README; years before 2030 share the profiles of `shared`, 2030's case."""
    case = common.Case(year, shared)
    network.add_regions(case)
    network.add_buses(case, year)
    network.add_lines(case, year)
    load.add_loads(case)
    renewables.add_renewables(case)
    storage.add_batteries(case)
    storage.add_pumped_hydro(case)
    storage.add_csp(case)
    network.add_transformers(case)
    network.add_sections(case, year)
    network.add_contingencies(case)
    if network.islands(case) != 1:
        raise ValueError("the network is not connected")
    thermal.add_thermal(case, year)
    storage.add_csp_blocks(case)
    if year == 2030:
        demonstrations.add_demonstrations(case)
        connections.add_connections(case)
    thermal.add_fuels(case)
    hydro_year = hydro.add_hydro(case, "2020" if year == 2020 else "mean")
    hvdc.add_hvdc(case)
    hvdc.add_contracts(case, hydro_year)
    dates.add_dates(case)
    schemes.add_schemes(case)
    reserves.add_reserves(case)
    machines.add_machines(case)
    reactive.add_reactive(case)
    readme = summary.readme(case, hydro_year, year) + dates.section(case)
    targets.add_targets(case)
    if year == 2030:
        flexible.add_flexible_loads(case)
        readme = summary.with_flexible_loads(readme, case, hydro_year)
        readme += flexible.section(case) + targets.section(case) + demonstrations.section() + connections.section(case)
    return case, readme


def write(case: common.Case, readme: str, folder: pathlib.Path) -> None:
    case.write(folder)
    (folder / "case.toml").write_text(summary.case_toml(case, case.year), encoding="utf-8")
    (folder / "README.md").write_text(readme, encoding="utf-8")
    (folder / "expected.toml").write_text(expected.expected_toml(case.year), encoding="utf-8")


def make_all(out: pathlib.Path, only: str = "") -> None:
    """Writes every case, or the one year or the variants that are named, into their folders in `out`."""
    base, readme = make(2030)
    if only in ("", "2030"):
        write(base, readme, out / "2030")
    for year in (y for y in common.YEARS if y != 2030 and only in ("", str(y))):
        write(*make(year, base), out / str(year))
    if only in ("", "variants"):
        variants.write_all(base, out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", choices=[*map(str, common.YEARS), "variants"], help="one year, or variants")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder in which the cases' folders stand")
    options = parser.parse_args()
    make_all(options.out, options.only)


if __name__ == "__main__":
    main()
