"""case.toml and the case's README with tables of what came out."""

import pandas as pd

from .common import Case, cost


def case_toml(case: Case, year: int) -> str:
    profiles = ",\n".join(f'    "profiles/{name}.csv"' for name in sorted(case.profiles))
    return f'''name = "northwest-{year}"
title = "Northwest China {year}: Qinghai's all-clean power system and its four neighbours"
year = {year}
time_zone = "Asia/Shanghai"
licence = "CC BY 4.0; sources and their licences in ../sources/README.md"
base_mva = 100
carbon_price_cny_per_t = {cost("carbon_price", "national_ets_2024"):g}
profiles = [
{profiles},
]

[run]
gap = 0.005
'''


def readme(case: Case, hydro_year: pd.DataFrame, year: int) -> str:
    return f"# northwest {year}\n"
