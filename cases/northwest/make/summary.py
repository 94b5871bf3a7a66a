"""case.toml and the case's README with tables of what came out."""

import numpy as np
import pandas as pd

from . import dates, flexible, hvdc, hydro
from .common import Case, MONTH_OF_HOUR, REGIONS, SOURCES, cost, plan_target, read, scenario_mw
from .renewables import WIND_LENGTH_KM, WIND_SEED, WIND_SPREAD, WIND_TIME_H, WEATHER_SPEED_KM_PER_H
from .hydro import HEAD_STEP, USE_OF_RANGE
from .load import peak_over_mean
from .storage import csp_efficiency, csp_power_collected


TITLES = {2020: "the year as it was, for a back-cast", 2025: "half way of Qinghai's plan, and its four neighbours",
          2030: "Qinghai's all-clean power system and its four neighbours"}


def case_toml(case: Case, year: int) -> str:
    profiles = ",\n".join(f'    "{path}"' for path in case.profile_files())
    carbon = 0 if year == 2020 else cost("carbon_price", "national_ets_2024")  # no market before July 2021
    return f'''name = "northwest-{year}"
title = "Northwest China {year}: {TITLES[year]}"
year = {year}
time_zone = "Asia/Shanghai"
licence = "CC BY 4.0; sources and their licences in ../sources/README.md"
base_mva = 100
carbon_price_cny_per_t = {carbon:g}
profiles = [
{profiles},
]

[run]
hours = 8760
gap = 0.005
'''


def _table(head: list[str], rows: list[list]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows])


def _region_of(case: Case, frame: pd.DataFrame) -> pd.Series:
    return frame.bus.map(case.buses().set_index("name").region)


def _capacity_table(case: Case, hydro_year: pd.DataFrame) -> str:
    """MW and available TWh by technology and region."""
    sums: dict[tuple[str, str], list[float]] = {}

    def count(technology: str, region: str, mw: float, twh: float) -> None:
        cell = sums.setdefault((technology, region), [0.0, 0.0])
        cell[0] += mw
        cell[1] += twh

    for name, column in (("thermal", None), ("renewables", "capacity_mw"), ("hydro", "p_max_mw"),
                         ("storages", "discharge_max_mw")):
        frame = case.tables[name]
        for row, region in zip(frame.itertuples(), _region_of(case, frame)):
            if name == "thermal":
                count(row.technology, region, row.units * row.p_max_mw, 0.0 if row.technology == "csp" else np.nan)
            elif name == "renewables":
                count(row.technology, region, row.capacity_mw, row.capacity_mw * case.profile(row.profile).sum() / 1e6)
            elif name == "hydro":
                energy = hydro_year.set_index("station").energy_gwh[row.name]
                count("hydro", region, row.p_max_mw, energy / 1000)
            else:
                csp = row.technology == "csp"  # heat, whose power block is counted among the thermal plants
                count(row.technology, region, 0.0 if csp else row.discharge_max_mw,
                      csp_power_collected(row.inflow_mw) * case.profile(row.inflow_profile).sum() / 1e6 if csp else np.nan)
    order = ["pv", "wind", "hydro", "csp", "biomass", "geothermal", "nuclear_chp", "coal", "coal_chp", "coal_captive", "gas_ccgt",
             "gas_ocgt", "battery",
             "pumped_hydro", "storage_plant"]
    rows = []
    for technology in order:
        cells = [technology]
        for region in REGIONS:
            mw, twh = sums.get((technology, region), (0.0, np.nan))
            cells.append("" if mw == 0 else f"{mw:.0f}" + ("" if np.isnan(twh) else f" ({twh:.1f})"))
        if any(cells[1:]):
            rows.append(cells)
    return _table(["technology", *REGIONS], rows)


def _energy_table(case: Case) -> str:
    loads = case.tables["loads"]
    region = _region_of(case, loads)
    contracts = case.tables["contracts"]
    lines = case.tables["hvdc"]
    line_region = lines.set_index("name").bus.map(case.buses().set_index("name").region)
    rows = []
    for name in REGIONS:
        mine = loads[region == name]
        energy = sum(r.mean_mw * case.profile(r.profile).sum() for r in mine.itertuples()) / 1e6
        peak = max(sum(r.mean_mw * case.profile(r.profile) for r in mine.itertuples()))
        mine = contracts[(contracts.kind == "hvdc") & (contracts.of.map(line_region) == name)]
        out = sum(r.energy_gwh * dates.share_by_month(case, r.of)[r.month - 1] for r in mine.itertuples()) / 1000
        rows.append([name, f"{energy:.1f}", f"{peak:.0f}", f"{lines.set_index('name').p_max_mw[line_region == name].sum():.0f}",
                     f"{out:.1f}"])
    return _table(["region", "load TWh", "peak MW", "HVDC MW", "HVDC contracts TWh (net)"], rows)


def _uhv_contracts_gwh(case: Case) -> np.ndarray:
    """Energy that the contracts of Qinghai's UHV lines ask for, by month."""
    contracts = case.tables["contracts"]
    mine = contracts[contracts.of.isin(hvdc.QINGHAI_UHV)].groupby("month").energy_gwh.sum()
    return mine.reindex(range(1, 13), fill_value=0.0).to_numpy()


def _balance_table(case: Case, hydro_year: pd.DataFrame) -> str:
    balance = hvdc.qinghai_balance(case, hydro_year)
    dc = _uhv_contracts_gwh(case) + hvdc.CHAILA_GWH
    ac = hvdc.qinghai_ac_gwh(case.year) if case.year > 2020 else np.zeros(12)
    supply = balance["wind and PV"] + balance["hydro"] + balance["CSP"] + balance["biomass"]
    columns = {**balance, "HVDC": dc, "AC export, net": ac, "missing": balance["load"] + dc + ac - supply}
    rows = [[f"{m + 1}", *(f"{v[m] / 1000:.1f}" for v in columns.values())] for m in range(12)]
    rows.append(["year", *(f"{v.sum() / 1000:.1f}" for v in columns.values())])
    return _table(["month", *columns], rows)


MONTHS = "January February March April May June July August September October November December".split()


AC_CONTRACT, PEAK = "AC_CONTRACT_IN_WORDS", "PEAK_OF_QINGHAI"  # stand in the README's text until flexible loads are there


def with_flexible_loads(readme: str, case: Case, hydro_year: pd.DataFrame) -> str:
    """The README with what depends on flexible loads."""
    at_rest = flexible.use_at_rest_mw(case, "qinghai")
    loads = case.tables["loads"]
    mine = loads[_region_of(case, loads) == "qinghai"]
    peak = (sum(r.mean_mw * case.profile(r.profile) for r in mine.itertuples()) + at_rest).max()
    return readme.replace(AC_CONTRACT, _ac_contract_in_words(case, hydro_year, at_rest)).replace(PEAK, f"{peak:.0f}")


def _ac_contract_in_words(case: Case, hydro_year: pd.DataFrame, at_rest_mw: np.ndarray) -> str:
    """Months in which the section's contract cannot be met even at its lower end."""
    least = (1 - hvdc.AC_TOLERANCE) * hvdc.qinghai_ac_gwh(case.year)
    balance = hvdc.qinghai_balance(case, hydro_year)
    balance["load"] = balance["load"] + np.array([at_rest_mw[MONTH_OF_HOUR == m].sum() / 1000 for m in range(1, 13)])
    missing = least - hvdc.section_export_possible_gwh(case, balance)
    short = [f"{MONTHS[m]} ({missing[m] / 1000:.2f} TWh)" for m in np.flatnonzero(missing > 0)]
    return ("can be met in all months" if not short else f"cannot be met in {' and '.join(short)} and can in all other months")


def _deviation(found: float, expected: float) -> str:
    """In percent with its sign; what reads as zero has none."""
    percent = round(100 * (found / expected - 1))
    return f"{percent:+d}" if percent else "0"


def _hydro_table(hydro_year: pd.DataFrame) -> str:
    main = [r for r in hydro_year.itertuples() if r.p_max_mw >= 300 and not r.station.startswith("other_")]
    return _table(["station", "MW", "mean release m3/s", "largest", "TWh", "design TWh", "deviation %"],
                  [[r.station, f"{r.p_max_mw:.0f}", f"{r.release_mean_m3_per_s:.0f}", f"{r.release_largest_m3_per_s:.0f}",
                    f"{r.energy_gwh / 1000:.2f}", f"{r.design_gwh / 1000:.2f}",
                    _deviation(r.energy_gwh, r.design_gwh)] for r in main])


def readme(case: Case, hydro_year: pd.DataFrame, year: int) -> str:
    return readme_2030(case, hydro_year, year) if year == 2030 else readme_before_2030(case, hydro_year, year)


def _counts(case: Case) -> str:
    tables = case.tables
    count = {name: len(frame) for name, frame in tables.items()}
    renewables = tables["renewables"].technology.value_counts()
    return f'''{count["buses"]} buses ({(tables["buses"].kv == 750).sum()} of 750 kV), {count["branches"]} branches, {count["sections"]} sections, {count["thermal"]} thermal
clusters of {tables["thermal"].units.sum()} units, {renewables["wind"]} wind and {renewables["pv"]} PV plants, {count["hydro"]} hydro stations on {count["reservoirs"]} reservoirs,
{count["storages"]} storages, {count["hvdc"]} HVDC lines, {count["contracts"]} contracts, {count["loads"]} loads.'''


DIFFERENCES = {
    2020: '''**The year.** 2020 was a leap year; as everywhere in Longyang 29 February is left out: 8760 hours. The load holds the energy of the whole year (so its mean is 0.3 % high), wind and
PV are calibrated to full-load hours of 8784 hours (so their energy is 0.3 % low).

**Capacity in the year.** What the plan and the tables count is the end of the year, and much of it came in the last quarter. Wind and PV have two plants at each site: what stood before, and `_new`, which grows
linearly from 1 October to the year's end with the province's series. What stood before is the published figure of 31 March (wind) or mid-year (Gansu PV), else what makes published generation and full-load hours
agree (PV). For Qinghai's wind both ways give the same (4870 and 4862 MW).

**Water.** Tangnaihai's estimated flow of 2020 (324e8 m3, mean 199.6e8); the rivers between Longyangxia and Lanzhou deviate half as much as Tangnaihai (estimated), other rivers not at all. The ice season's upper limits at Liujiaxia are left out:
the published hydro output of Qinghai in January, February and November needs some 900 m3/s from Longyangxia, more than Liujiaxia's lake can hold back. Storage ends the year
where it began: what Longyangxia gave from the water stored in 2018 and 2019 is not in it.

**Thermal.** Units that ran in 2020 by GEM's years, least loads before the retrofit, coal prices of 2020, no carbon price. Qinghai: 3160 MW of coal; its 300 MW of gas and 470 MW of waste heat are left out.

**HVDC.** Energies of 2020 as recalled in hvdc.csv. Qingyu: from July, half of its capacity until 23 December, 3.16 TWh until then (published). Qinghai's AC export has no contract: it is what the dispatch makes of it.

**Load.** As 2030's weights, but the south of Xinjiang has 16 % of the province's load in place of 25 % (estimated): with 2030's weights its plants of 2020 and the 1500 MW of the section to Turpan could not serve it.

**Network.** Nodes and lines that stood in 2020 (years partly estimated); Delingha hangs on 330 kV lines to Golmud and Gonghe, which are drawn up for this case. Condensers: Qinghai-Henan's, Qilian's and Changji's.''',
    2025: '''**Capacity.** Qinghai by the plan's 2025; the neighbours by their own plans for 2025 (capacity_by_province.csv), which wind and PV of Gansu and Xinjiang have passed since.

**Thermal.** Units that ran in 2023 and those with a start year until 2025, the rest of the provincial plan filled with 1000 MW units (`_new`). Qinghai: 3160 MW of coal and 120 MW of biomass; the plan leaves 3428 MW
that are not clean.

**HVDC.** One UHV line of Qinghai with its design energy of 40 TWh. The plan strives for a gross export of 86 TWh, of which its generation of 166 and use of 86 leave 80 on balance; what the line and the flow to Tibet leave of that is the AC contract to Gansu (30 % tolerance, cheap shortfall).
Lines that came in 2025 count from their dates on (below), Ningxia-Hunan at half its capacity until October. Longdong-Shandong owes half and Kunyu 70 % of what they carry as renewable energy
(targets.csv, published; Kunyu's may be a share of capacity); provinces have no quotas in this case.

**Network.** Nodes and lines that stand by 2025; no Lingyang-Ruoqiang line, no second and third UHV line. Batteries of 2.3 h, none of them grid-forming (assumed). Condensers: 31 of 50 Mvar in Hainan prefecture and those of converter stations.''',
}


def _measured(year: int) -> str:
    """What a run of the case gave, where it was kept (longyang.backcast, longyang.scorecard)."""
    path = SOURCES / f"measured_{year}.md"
    return "\n" + path.read_text(encoding="utf-8") if path.exists() else ""


def readme_before_2030(case: Case, hydro_year: pd.DataFrame, year: int) -> str:
    beyond = hydro_year[(hydro_year.hours_beyond_turbines > 0)]
    export = f"Net export by contract: {hvdc.qinghai_export_twh(case):.1f} TWh; the plan's table: {plan_target('gross export to other provinces', year):.1f} TWh gross, " \
             f"of which its generation and use imply that {hvdc.plan_import_twh(year):.1f} come in elsewhere."
    return f'''# Northwest {year}

Qinghai, Gansu, Ningxia, Shaanxi and Xinjiang in {year}, hour by hour, from the same tables as [2030](../2030/README.md), which tells methods and weaknesses. Here stands what differs.
Written by `cases/northwest/make_case.py` from `cases/northwest/sources`; do not edit by hand (this page is written by it too). Profiles that are the same as 2030's are taken from `../2030/profiles`.

{_counts(case)}

## Capacity in MW at the year's end (available energy of the year in TWh)

{_capacity_table(case, hydro_year)}

Thermal capacity is net of own use. CSP energy is what the fields collect, at the efficiency of full load. Hydro energy is that of the reference year.

{_energy_table(case)}

{export}

Qinghai by month in TWh, available before curtailment and storage losses; without coal. What is missing is coal and import.

{_balance_table(case, hydro_year)}

## What differs from 2030

{DIFFERENCES[year]}

**Wind and PV.** The sites and series of 2030 with the shares of the farms (GEM) and zones of {year}; a site whose bus does not stand yet is at the nearest bus of its region and voltage. All sites of a province have
the same mean output, so the province's full-load hours are kept within 2 % (a test holds the case to it); its hourly series is not kept to the per mille, as it is in 2030.

**Hydro.** Stations with capacity in {year}. In {len(beyond)} of {len(hydro_year)} stations the reference flow passes the turbines' capacity in some hours, at most {hydro_year.hours_beyond_turbines.max()}.

{_hydro_table(hydro_year)}
{_measured(year)}'''


def _further_weaknesses(case: Case) -> str:
    """What differs from the scenario of the sources, and what is left out."""
    storages, hydro, thermal = (case.tables[t].assign(region=_region_of(case, case.tables[t])) for t in ("storages", "hydro", "thermal"))

    def mw(technology: str, province: str) -> float:
        if technology == "hydro":
            return hydro[hydro.region == province].p_max_mw.sum()
        if technology == "gas":
            mine = thermal[(thermal.region == province) & thermal.technology.str.startswith("gas_")]
            return (mine.units * mine.p_max_mw).sum()
        return storages[(storages.region == province) & (storages.technology == technology)].discharge_max_mw.sum()

    words = {"pumped_hydro": "pumped hydro", "gas": "gas", "hydro": "hydro"}
    differ = []
    for technology in words:
        for province in REGIONS[1:]:
            listed = scenario_mw(province.capitalize(), technology, case.year)
            if abs(mw(technology, province) - listed) > 0.02 * max(listed, 1):
                differ.append(f"{words[technology]} of {province.capitalize()} {mw(technology, province):.0f} of {listed:.0f}")
    loads = case.tables["loads"]
    mine = loads[_region_of(case, loads) == "qinghai"]
    peak = max(sum(r.mean_mw * case.profile(r.profile) for r in mine.itertuples()))
    listed = read("load_by_province").set_index(["province", "year"])
    lines = case.tables["hvdc"].assign(region=_region_of(case, case.tables["hvdc"]))
    contracts = case.tables["contracts"]
    xinjiang = contracts[contracts.of.isin(lines[lines.region == "xinjiang"].name)].energy_gwh.sum() / 1000
    return f'''- Capacities of the neighbours that differ from the scenario of capacity_by_province.csv, MW: {", ".join(differ)}. Pumped hydro is that of the named plants, hydro that of the listed stations, gas that of GEM's units net of own use and without new ones (Xinjiang with 200 MW for the
  demonstration of carbon capture); nothing fills the rest, as 1000 MW units do for coal.
- Qinghai's peak is {peak:.0f} MW by the shape of all its loads, and {PEAK} where those that choose their hours draw when they need it; load_by_province.csv estimates {listed.peak_mw[("Qinghai", case.year)]:.0f} for the plan's 115 TWh, a load factor of 0.73 where 2020 had 0.82. The case has less of a peak to serve than that estimate.
- Xinjiang's HVDC contracts ask for {xinjiang:.0f} TWh; load_by_province.csv has {listed.dc_export_twh[("Xinjiang", case.year)]:.0f}: lines without a listed energy count {4500 * 8 / 1000:.0f} TWh each (4500 h).
- Hydro stations have no outages, planned or forced; costs.csv has a planned outage rate of {cost("hydro", "planned_outage_rate"):.0f} %.
- The carbon price of {cost("carbon_price", "national_ets_2024"):g} CNY/t is that of 2024; none for {case.year} is at hand.'''


def readme_2030(case: Case, hydro_year: pd.DataFrame, year: int) -> str:
    tables = case.tables
    count = {name: len(frame) for name, frame in tables.items()}
    renewables = tables["renewables"].technology.value_counts()
    longyangxia = case.profile("reference_longyangxia")
    ac = hvdc.qinghai_ac_gwh(year)
    beyond = hydro_year[(hydro_year.hours_beyond_turbines > 0)]
    return f'''# Northwest {year}

Qinghai, Gansu, Ningxia, Shaanxi and Xinjiang in {year}, hour by hour. Qinghai follows the action plan 2021-2030: the capacities and the use of its table 1 hold
exactly, its net export is what contracts ask for (UHV lines within 2 % by the month, the AC section within 30 % at a low price); the neighbours follow a scenario. Weather year 2020 without 29 February; hours are Beijing time.
Written by `cases/northwest/make_case.py` from `cases/northwest/sources`; do not edit by hand (this page is written by it too).

{count["buses"]} buses ({(tables["buses"].kv == 750).sum()} of 750 kV), {count["branches"]} branches, {count["sections"]} sections, {count["thermal"]} thermal
clusters of {tables["thermal"].units.sum()} units, {renewables["wind"]} wind and {renewables["pv"]} PV sites, {count["hydro"]} hydro stations on {count["reservoirs"]} reservoirs,
{count["storages"]} storages, {count["hvdc"]} HVDC lines, {count["contracts"]} contracts, {count["loads"]} loads.

## Capacity in MW (available energy of the year in TWh)

{_capacity_table(case, hydro_year)}

Thermal capacity is net of own use. CSP energy is what the fields collect, at the efficiency of full load. Hydro energy is that of the reference year (mean inflow).

{_energy_table(case)}

Qinghai's net export by contract: {hvdc.qinghai_export_twh(case):.1f} TWh, the plan's gross export of {plan_target('gross export to other provinces', year):.0f} less the {hvdc.plan_import_twh(year):.0f} that come in by its generation and use. They are three UHV lines of {hvdc.UHV_DESIGN_TWH:.0f} TWh, {hvdc.CHAILA_GWH[hvdc.CHAILA_GWH > 0].sum() / 1000:.2f} TWh to Tibet, and
{ac.sum() / 1000:.2f} TWh over the AC section to Gansu, on balance.

Qinghai by month in TWh, available before curtailment and storage losses. What is missing comes in over AC: from Xinjiang over Lingyang-Ruoqiang (3000 MW) and from Gansu
over the section (8000 MW, Yuka-Shazhou with 3000 MW inside it). What comes in from Gansu counts against the section's contract, which is one on balance. With {hvdc.LOST_SHARE:.0%} of the supply lost, UHV lines at the lower end of their months and 3000 MW from Xinjiang in all hours, the contract's lower end ({hvdc.AC_TOLERANCE:.0%} below) {AC_CONTRACT} (flexible loads at rest). What is missing then costs 200 CNY/MWh, and a dry
year or a span of some days in winter misses more.

{_balance_table(case, hydro_year)}

## What is where, and how it was made

**Network.** All 750 kV nodes of the list that stand by {year}, every circuit a row. Conductor by year of building (to 2012 6x400, to 2020 6x500, later
6x630), which is a rule. The thermal limit of 6x400 in the source (2500 MW) contradicts its own current of 4.0 kA; 4700 MW is used, 0.9 of sqrt(3) U I as for the
others. 330 kV in Qinghai (collectors, loads, plant outlets) is a reduced grid drawn up for this case, as are the converter feeds of Qinghai's second and third UHV line;
the third one's place is open in the plan and put at Wulan, inside Haixi. Transformers of 2100 MVA by rule. Section limits are those of {year} in interfaces.csv, taken for
both directions; Gansu-Ningxia holds all four ties, of which the source names two. Outside Qinghai everything hangs on 750 kV.
Circuits of a corridor are lost in pairs (contingencies.csv). After one pair, the two circuits to Qingshan, Hongqi's wind and sun are left with a line of 850 MW: a trip scheme of up to 6000 MW
of wind and 6000 MW of sun stands for what GB 38755 allows there (contingency_actions.csv). It is made by a rule, as none is published: such a scheme wherever a double line leaves a part without converter stations on one other
corridor that carries less than half of what its wind and sun feed in beyond its load.

**Thermal.** GEM units that are not retired, shelved or outside the grid (Jinjie and Fugu stay out); non-captive units of the 100-200 MW class and 30 years of
age retire; the difference to the provincial scenario is filled by 1000 MW units at assumed places (`_new`). Qinghai's coal does not run: the plan counts 100 % clean capacity and no coal
generation, and turns the plants to condensers or emergency backup. Units of 300 MW and more are condensers (Datong's from 1 July on), the four of 135 MW are backup that nothing calls here (service.csv; the calm week's variant calls
it); its 200 MW of biomass run. The scenario's last new unit of each province enters on 1 July, units of 2001 leave then. Units are grouped by nearest bus, class and role; clusters below 1000 MW join the nearest bus with one of their kind. Units of a cluster
count with their mean size. Captive plants are in, since provincial consumption holds their loads: half of their units must run. CHP (heat_supply.csv): a heat demand by hour from the heat shape
(temperature) in the heating season, as much as half of a cluster's units can give in its coldest hours; least power by heat from the monthly minima of costs.csv, largest power less 0.15 MW a MW of heat; units below 80 MW are taken as
back pressure. Deep load reduction (deep_load.csv): ordinary minimum of 2020 (40 to 55 %), down to the one after retrofit at the cost of wear, down to 20 to 22 % with oil, but for captive and 100-200 MW units. Heat rates are GEM's, net of own use (thermal_classes.csv), part load by one convex curve of 1.075
times the full-load rate at 40 %. Hourly ramps are half of what the ten-minute rate would give. One planned outage a unit in spring or autumn, levelled by region;
5-6 % forced outages for drawn outages. Coal prices: mean of 2020 and 2023; carbon 95 CNY/t on all emissions.

**Wind and PV.** Provincial series of ERA5 (see sources), brought to the published full-load hours of 2020 plus curtailment by cf_calibration.csv; the exponent (wind) or factor (PV) is moved by a
trifle so that the mean of the 8760 hours is the target.
The hours of cf_pv.csv are moved by one: in every province its sun stands 0.7 to 1.0 h later than astronomy allows, so its labels are the hours' ends.
PV sites: the province's clear-sky index of the hour times the site's own clear-sky output by longitude and latitude (so the sun comes earlier in the east), capped at 1.08 times the clearest index; what
a cap takes goes to sites with room. Sites of a province share their clouds, so PV varies less between sites than in truth.
Wind sites: the provincial series, moved in time with weather systems that travel east at {WEATHER_SPEED_KM_PER_H:.0f} km/h (at most 5 h), plus normal noise on the logit scale of standard deviation {WIND_SPREAD:g},
correlated as exp(-distance/{WIND_LENGTH_KM:.0f} km) and exp(-time/{WIND_TIME_H:.0f} h), seed {WIND_SEED}; one offset an hour brings the capacity-weighted mean of a province's sites back to the
provincial series. Stated correlation of hourly output between two sites of a province (tests hold the case to it within 0.06): 0.79 below 100 km, 0.69 to 200 km, 0.57 to 300 km, 0.45 to 500 km.
The mean over a province's sites is the provincial series in every hour up to the rounding to four decimals.
Wind sites are the buses nearest to GEM's farms, weighted by capacity; PV sites follow zone shares.

**Hydro.** Every station of the list with capacity in {year}. Inflow of the mean year 1956-2016 at Tangnaihai and the laterals to Liujiaxia and Lanzhou, shared out along the river by the stations'
mean flows; other rivers by regimes estimated for this case and the design energy. MW per m3/s = coefficient x rated head (60 m where none is listed); Longyangxia and Laxiwa by segments of at
most {HEAD_STEP:.1%} of their head between the points of their level-storage tables. Reservoirs with seasonal regulation follow a target release by month, mixed with the inflow so that at most {USE_OF_RANGE:.0%} of their range is used; Longyangxia's reference runs from
{longyangxia.min():.0f} to {longyangxia.max():.0f} hm3. Ponds stand at the middle of their range. Least releases: 350 m3/s at Longyangxia, ice season and irrigation at Liujiaxia, 30 % of the lowest
reference flow elsewhere. Largest ones: in the ice season {cost("hydro", "ice_season_release_limit_liujiaxia_nov"):.0f} m3/s in November and {cost("hydro", "ice_season_release_limit_liujiaxia_dec_mar"):.0f} from December to March at Liujiaxia (published limits, hard; 5000 else, which limits nothing), which its reference keeps; for it
Longyangxia's reference releases at most {cost("hydro", "ice_season_release_longyangxia_nov_mar"):.0f} from November to March. Flood-season limits at Longyangxia (2594 m) and Liujiaxia (about 1726 m). Storage missing to the reference when a span ends costs {hydro.TERMINAL_SHORTFALL_CNY_PER_HM3 / 1e6:g} million CNY/hm3, more than its water earns. Withdrawals for irrigation below Lanzhou are left out, so Shapotou and Qingtongxia see too much water.

Reference year of stations of 300 MW and more (energy is that of the reference releases; Liujiaxia's extension shares its water: its design energy counts with Liujiaxia's):

{_hydro_table(hydro_year)}

In {len(beyond)} of {len(hydro_year)} stations the reference flow passes the turbines' capacity in some hours, at most {hydro_year.hours_beyond_turbines.max()} hours.

**Storage.** Batteries: provincial power over the eight largest PV buses, 4 h with 90 % usable depth. Pumped hydro as listed; Qinghai's two sum to 5200 MW in the list and 4200 MW in the plan: Nanshankou counts 1400.
The 5000 MW between Yangqu, Longyangxia and Laxiwa are two plants of 20 h, apart from the cascade's water balance: the smaller lake of each pair limits the hours, Yangqu with 230 hm3 usable (the upper one of its pair) and Laxiwa with 150 hm3 (the lower one). CSP: listed plants, planned ones scaled to the
plan's or scenario's sum; field, store and power block apart. Field by solar multiple and store by hours of the turbine's design heat (capacity at {cost("csp_tower", "power_block_efficiency"):.0%}); {cost("csp_tower", "thermal_storage_efficiency"):.0%} of the heat comes out of the store, {csp_efficiency():.1%} of that reaches the grid at full load: {cost("csp_tower", "parasitic_share"):.0%} of the turbine's output is the
plant's own use. The largest output is the capacity that the plan or scenario counts, taken as what the grid gets. Part load, least load, start heat and start cost by costs.csv and NREL's SAM (power_blocks.csv).

**HVDC.** Levels, block lengths, changes a day and monthly splits are estimated; least power is 10 % (0 for voltage-source lines). Value of energy is the sending province's coal benchmark tariff. Contracts are monthly
with 5 % tolerance: typical hours or the energy of 2023, whichever is more. Qinghai's UHV lines, {hvdc.UHV_DESIGN_TWH:.0f} TWh each, within {hvdc.UHV_TOLERANCE:.0%} (with 5 % the year went to the lower ends, 114 TWh). Section contracts: 30 % tolerance, cheap shortfall.

**Load.** Provincial energy: plan (Qinghai 115 TWh) or scenario, shapes of load_shape.csv (typical days x monthly use, so little day-to-day variation), spread over buses by load_weights.csv.
Qinghai's shape is stretched about the mean of each month, so that its peak over its mean is that of 2020 ({peak_over_mean("Qinghai", 2020):.3f} in place of 1.125; energies stay, by the month too).

**Reserves.** 4 % of load and 5 % of wind and PV upward, 2 % and 2 % downward, 2 % and 2 % slower on top; 500 MW shared between neighbours.

## Known weaknesses

- Everything marked `estimated`: in particular all 330 kV, load shares, PV site shares, HVDC rules, pond sizes, regimes of side rivers, heads of {int(read("hydro").rated_head_m.isna().sum())} smaller stations.
- The plan's total generation of 246 TWh needs more full-load hours than those of 2020 that wind and PV are calibrated to: hydro, wind, PV, CSP and biomass of this case give about 240 TWh before curtailment and storage losses. So Qinghai imports
  more than the 14 TWh which the plan implies, or exports less over AC.
- Actual consumption of Qinghai passed the plan's path already (about 109 TWh in 2024).
- No open hourly wind by site exists for the region; correlation and spread are assumptions.
- Shared clouds within a province; load without weather; water values of other basins left out; no losses in the AC network (they are part of the loads).
- HVDC energies of {year} and months are assumptions; so is the whole scenario of the four neighbours.
{_further_weaknesses(case)}
{_measured(year)}'''
