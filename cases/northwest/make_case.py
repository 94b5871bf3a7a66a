#!/usr/bin/env python3
"""Makes the northwest case of a year from cases/northwest/sources.

    python cases/northwest/make_case.py --year 2030 --out cases/northwest/2030
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from make import common, hvdc, hydro, load, machines, network, reactive, renewables, reserves, storage, summary, thermal  # noqa: E402

YEARS = (2030,)


def make(year: int) -> tuple[common.Case, str]:
    """The case and the text of its README."""
    case = common.Case()
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
    thermal.add_fuels(case)
    hydro_year = hydro.add_hydro(case)
    hvdc.add_hvdc(case)
    hvdc.add_contracts(case, hydro_year)
    reserves.add_reserves(case)
    machines.add_machines(case)
    reactive.add_reactive(case)
    return case, summary.readme(case, hydro_year, year)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--year", type=int, choices=YEARS, default=2030)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder of the case")
    options = parser.parse_args()
    case, readme = make(options.year)
    options.out.mkdir(parents=True, exist_ok=True)
    case.write(options.out)
    (options.out / "case.toml").write_text(summary.case_toml(case, options.year), encoding="utf-8")
    (options.out / "README.md").write_text(readme, encoding="utf-8")


if __name__ == "__main__":
    main()
