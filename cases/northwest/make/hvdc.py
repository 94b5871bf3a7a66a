"""HVDC lines and the energy they have to carry by month; AC export of Qinghai over its section to Gansu."""

import numpy as np

from . import dates
from .common import Case, DAYS_OF_MONTH, HOURS, MONTH_OF_HOUR, PLAN, cost, plan_target, read
from .storage import csp_power_collected

# name_zh -> (name, bus, block_h, level_step_mw, ramp_mw_per_block, max_changes_per_day)
LINES = {
    "银东直流": ("yindong", "yinchuan_east", 6, 200, 1200, 3),
    "灵绍直流": ("lingshao", "lingzhou_converter", 6, 400, 2400, 3),
    "天中直流": ("tianzhong", "hami_south", 6, 400, 2400, 3),
    "祁韶直流": ("qishao", "qilian_converter", 4, 400, 2400, 5),
    "吉泉直流": ("jiquan", "changji_converter", 6, 600, 3600, 3),
    "青豫直流": ("qingyu", "qingnan_converter", 2, 400, 2400, 8),
    "柴拉直流(青藏)": ("chaila", "qaidam", 4, 50, 200, 4),
    "德宝直流": ("debao", "baoji", 4, 300, 1200, 4),
    "灵宝背靠背": ("lingbao", "weinan", 6, 111, 555, 3),
    "陕武直流": ("shanwu", "shaanbei_converter", 6, 400, 2400, 3),
    "庆东直流(陇东-山东)": ("qingdong", "qingyang_converter", 4, 400, 2400, 5),
    "坤渝直流(哈密-重庆)": ("kunyu", "balikun_converter", 4, 400, 2400, 5),
    "中衡直流(宁夏-湖南)": ("zhongheng", "zhongning_converter", 4, 400, 2400, 5),
    "宝合直流(陕北-安徽)": ("baohe", "yanan", 4, 400, 2400, 5),
    "陕北-河南": ("shaanbei_henan", "yuheng", 4, 400, 2400, 5),
    "威越直流(甘肃-浙江)": ("weiyue", "wuwei_converter", 2, 200, 3000, 8),
    "青海第二回": ("qinghai_second", "haixi_converter", 2, 200, 3000, 8),
    "青海第三回": ("qinghai_third", "wulan_converter", 2, 400, 2400, 8),
}
QINGHAI_UHV = ["qingyu", "qinghai_second", "qinghai_third"]
# Qingyu in 2020: nothing before July, half of its capacity (one pole voltage) until 23 December, when it had sent 3.16 TWh;
# then full. The mean power is kept to the year's end.
QINGYU_2020_FROM_HOUR, QINGYU_2020_FULL_FROM_HOUR, QINGYU_2020_TWH = 181 * 24, 356 * 24, 3.16
QINGYU_2020_SOURCE = "nengyuanjie.net/article/44244.html (uhv_checks of the data pack)"
UHV_DESIGN_TWH = 40.0  # published design energy of Qingyu: 5000 h
DC_TOLERANCE, AC_TOLERANCE = 0.05, 0.30
UHV_TOLERANCE = 0.02  # of Qinghai's UHV lines: what a line's day plan may miss of its contract, by the formulas of export limits
# Share of Qinghai's supply that curtailment and storage losses take, in the check of what its section can send; runs of 2030 lose 2 %.
LOST_SHARE = 0.03

# Months' demand of the receiving provinces relative to the mean: summer and winter peaks; estimated.
RECEIVING = np.array([1.05, 0.95, 0.95, 0.92, 0.94, 1.02, 1.14, 1.14, 1.00, 0.92, 0.93, 1.06])
# Qinghai-Tibet, GWh by month: to Tibet in the dry season, back in the wet season; estimated.
CHAILA_GWH = np.array([280, 250, 250, 200, 0, -80, -120, -120, -80, 0, 220, 280])
# Deyang-Baoji, GWh by month: to Sichuan in the dry season, from Sichuan in the wet season; estimated.
DEBAO_GWH = np.array([1200, 1050, 1000, 800, 200, -300, -700, -700, -500, 200, 700, 1150])


def _month_weights(shape: np.ndarray) -> np.ndarray:
    weights = shape * DAYS_OF_MONTH
    return weights / weights.sum()


def lines(year: int):
    """Lines of hvdc.csv that stand in a year."""
    table = read("hvdc")
    return table[table.year_in_service <= year]


def qinghai_uhv(year: int) -> list[str]:
    return [name for name in QINGHAI_UHV if name in {LINES[z][0] for z in lines(year).name_zh}]


def _qingyu_2020_availability(case: Case) -> str:
    values = np.zeros(HOURS)
    values[QINGYU_2020_FROM_HOUR:] = 0.5
    values[QINGYU_2020_FULL_FROM_HOUR:] = 1
    return case.add_profile("availability", "availability_qingyu", values, 1)


def _availability(case: Case, name: str) -> dict:
    """Column p_max_profile in years in which a line enters in stages."""
    if case.year == 2020:
        return {"p_max_profile": _qingyu_2020_availability(case) if name == "qingyu" else ""}
    if not (dates.of_year(case.year).stage_pu > 0).any():
        return {}
    stages = dates.availability(case, name)
    return {"p_max_profile": "" if stages is None else case.add_profile("availability", f"availability_{name}", stages, 2)}


def add_hvdc(case: Case) -> None:
    rows = []
    for row in lines(case.year).itertuples():
        name, bus, block, step, ramp, changes = LINES[row.name_zh]
        technology = "vsc" if "VSC" in row.kv else ("back_to_back" if "B2B" in row.kv else "lcc")
        least = row.capacity_mw * row.min_power_pct / 100
        if name == "qingyu" and case.year == 2020:
            least /= 2  # of the capacity at half of the voltage
        note = f"status: {row.status}"
        if name == "chaila":
            least, note = -300.0, note + "; bidirectional, import limit estimated"
        if name == "debao":
            least, note = -row.capacity_mw, note + "; bidirectional"
        if name == "qinghai_third":
            note += "; counted because the plan's export of 145 TWh needs it; sending end assumed at Wulan"
        value = cost("coal_benchmark_feed_in_tariff", row.from_province)
        demand = {"vsc": 0.0, "lcc": 0.5, "back_to_back": 0.5}[technology]
        rows.append({"name": name, "name_zh": row.name_zh, "bus": bus, "receiving": row.to_station,
                     "receiving_lat_deg": row.to_lat, "receiving_lon_deg": row.to_lon,
                     "technology": technology, "p_min_mw": least, "p_max_mw": row.capacity_mw,
                     "level_step_mw": step, "block_h": block, "ramp_mw_per_block": ramp,
                     "max_changes_per_day": changes, "loss_rated_pu": row.loss_pct_rated / 100,
                     "export_value_cny_per_mwh": value, "q_demand_mvar_per_mw": demand,
                     **_availability(case, name),
                     "filter_mvar": demand * row.capacity_mw, "block_pole_share": 0.5, "source": row.source,
                     "quality": row.quality,
                     "note": note + "; levels, ramps, changes a day and value estimated (value: the sending "
                                    "province's coal benchmark tariff); reactive demand, filters and block of one "
                                    "pole of two estimated"})
    case.add_rows("hvdc", rows)


def annual_twh(row, year: int) -> float:
    """Energy of an operating or coming line outside Qinghai: that of 2020; later typical hours, or the 2023 energy where
    that is more."""
    if year == 2020:
        return row.energy_twh_2020
    return max(row.util_hours_typical * row.capacity_mw / 1e6, row.energy_twh_2023)


def qinghai_balance(case: Case, hydro_year) -> dict[str, np.ndarray]:
    """Qinghai by month in GWh: wind and PV, hydro of the reference year, heat collected by CSP, biomass, load."""
    region_of = case.buses().set_index("name").region

    def by_month(hourly: np.ndarray) -> np.ndarray:
        return np.array([hourly[MONTH_OF_HOUR == m].sum() / 1000 for m in range(1, 13)])

    def mine(table: str):
        frame = case.tables[table]
        return frame[frame.bus.map(region_of) == "qinghai"]

    hydro = hydro_year[hydro_year.station.isin(mine("hydro").name)]
    csp = mine("storages")
    csp = csp[csp.technology == "csp"]
    biomass = mine("thermal")
    biomass = biomass[biomass.technology == "biomass"]
    return {
        "wind and PV": by_month(sum(r.capacity_mw * case.profile(r.profile) for r in mine("renewables").itertuples())),
        "hydro": np.sum(hydro.month_gwh.to_list(), axis=0),
        "CSP": by_month(sum(csp_power_collected(r.inflow_mw) * case.profile(r.inflow_profile) for r in csp.itertuples())),
        "biomass": 0.6 * (biomass.units * biomass.p_max_mw).sum() * DAYS_OF_MONTH * 0.024,
        "load": by_month(sum(r.mean_mw * case.profile(r.profile) for r in mine("loads").itertuples())),
    }


def qinghai_uhv_gwh(case: Case, hydro_year) -> np.ndarray:
    """Energy of one UHV line by month: half even over the year, half by the province's surplus."""
    balance = qinghai_balance(case, hydro_year)
    surplus = balance["wind and PV"] + balance["hydro"] + balance["CSP"] + balance["biomass"] - balance["load"]
    return UHV_DESIGN_TWH * 1000 * (0.5 * DAYS_OF_MONTH / 365 + 0.5 * surplus / surplus.sum())


def plan_import_twh(year: int) -> float:
    """What the plan's own figures imply to come in from other provinces: use and gross export less generation."""
    return (plan_target("electricity use", year) + plan_target("gross export to other provinces", year)
            - plan_target("total generation", year))


def qinghai_ac_gwh(year: int) -> np.ndarray:
    """AC energy by month, on balance over the section to Gansu: the plan's net export (generation less use) less the UHV lines and
    the flow to Tibet. A contract counts what passes in both directions, so the plan's gross export would ask for too much.
    Even over the year: the UHV lines take the province's surplus."""
    net = (plan_target("total generation", year) - plan_target("electricity use", year)) * 1000
    ac = net - len(qinghai_uhv(year)) * UHV_DESIGN_TWH * 1000 - CHAILA_GWH[CHAILA_GWH > 0].sum()
    return ac * _month_weights(np.ones(12))


def section_export_possible_gwh(case: Case, balance: dict[str, np.ndarray], lost: float = LOST_SHARE) -> np.ndarray:
    """Most that Qinghai can send to Gansu over its section by month, net: the line to Xinjiang brings its limit in all hours, the UHV
    lines carry the lower end of their months' bands. What comes in over Yuka-Shazhou counts against it, as that line is in the section."""
    supply = (1 - lost) * sum(balance[k] for k in ("wind and PV", "hydro", "CSP", "biomass"))
    limits = case.tables["sections"].set_index("name").limit_backward_mw
    contracts = case.tables["contracts"]
    uhv = contracts[contracts.of.isin(QINGHAI_UHV)].groupby("month").energy_gwh.sum()
    least = (1 - UHV_TOLERANCE) * uhv.reindex(range(1, 13), fill_value=0.0).to_numpy() + CHAILA_GWH
    return supply + limits["qinghai_xinjiang"] * DAYS_OF_MONTH * 0.024 - balance["load"] - least


def add_contracts(case: Case, hydro_year) -> None:
    rows = []

    def monthly(name: str, kind: str, gwh: np.ndarray, tolerance: float, shortfall: float, source: str, note: str):
        for month, energy in enumerate(gwh, start=1):
            if np.isnan(energy):
                continue
            rows.append({"name": f"{name}_{month:02d}", "kind": kind, "of": name, "period": "month", "month": month,
                         "energy_gwh": round(energy, 3), "tolerance_pu": tolerance,
                         "shortfall_cny_per_mwh": shortfall, "source": source, "quality": "estimated", "note": note})

    for row in lines(case.year).itertuples():
        name = LINES[row.name_zh][0]
        if name == "qingyu" and case.year == 2020:
            hours = np.array([((MONTH_OF_HOUR == m) & (np.arange(HOURS) >= QINGYU_2020_FROM_HOUR)).sum()
                              for m in range(1, 13)])
            gwh = hours * QINGYU_2020_TWH * 1000 / (QINGYU_2020_FULL_FROM_HOUR - QINGYU_2020_FROM_HOUR)
            monthly(name, "hvdc", np.where(hours == 0, np.nan, gwh), DC_TOLERANCE, 2000, QINGYU_2020_SOURCE,
                    "3.16 TWh from July to 23 December 2020, even over the time, the same power after")
        elif name in QINGHAI_UHV:
            monthly(name, "hvdc", qinghai_uhv_gwh(case, hydro_year), UHV_TOLERANCE, 2000,
                    PLAN + "; uhv_checks of the data pack (design energy 40 TWh)",
                    "5000 h a year; months half even and half by Qinghai's surplus of the weather year")
        elif name in ("chaila", "debao"):
            gwh = (CHAILA_GWH if name == "chaila" else DEBAO_GWH).astype(float)
            note = "both directions by season"
            monthly(name, "hvdc", np.where(gwh == 0, np.nan, gwh), 0.2, 1000, "hvdc.csv", note)
            # Idle months: a band of 10 GWh around 1 GWh, wide enough for the line's levels.
            monthly(name, "hvdc", np.where(gwh == 0, 1.0, np.nan), 10, 1000, "hvdc.csv", note + "; idle month")
        else:
            twh = annual_twh(row, case.year)
            gwh = twh * 1000 * _month_weights(RECEIVING) * dates.capacity_by_month(case, name)
            monthly(name, "hvdc", np.where(dates.share_by_month(case, name) > 0, gwh, np.nan), DC_TOLERANCE, 2000, row.source,
                    f"{twh:.1f} TWh a year; months by the receiving end's demand")
    if case.year > 2020:  # the back-cast leaves the AC export to the dispatch
        monthly("qinghai_gansu", "section", qinghai_ac_gwh(case.year), AC_TOLERANCE, 200, PLAN,
                "AC part of the plan's net export, even over the year")
    case.add_rows("contracts", rows)


def qinghai_export_twh(case: Case) -> float:
    """Net export that the contracts hold for Qinghai: UHV lines, flow to Tibet, section to Gansu."""
    table = case.tables["contracts"]
    mine = table[table.of.isin([*QINGHAI_UHV, "chaila", "qinghai_gansu"]) & (table.energy_gwh > 0)
                 & (table.tolerance_pu < 1)]
    return float(mine.energy_gwh.sum() / 1000)
