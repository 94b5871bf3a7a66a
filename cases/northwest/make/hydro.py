"""Hydro stations, reservoirs, cascades: inflow of the mean year, reference storage, least release, level limits."""

import numpy as np
import pandas as pd

from .common import (Case, DAYS_OF_MONTH, HOURS, M3_PER_S_TO_HM3_PER_H, MONTH_OF_HOUR, PLAN, cost, monthly_to_hourly,
                     plan_target, read, slug)

TANGNAIHAI_AT_M3_PER_S = 650.0  # mean flow that hydro.csv gives the reach of the gauge
FLOW_AT_LIUJIAXIA, FLOW_BELOW_LANZHOU = 834.0, 1030.0
ASSUMED_HEAD_M = 60.0  # stations without listed head
USUAL_FLOW_M3_PER_S = {"longyangxia": 650.0, "laxiwa": 900.0}  # stations with a level-storage table
# Stations that have a head curve in the cases. Names that may be added: those of ESTIMATED_CURVES below.
HEAD_CURVES = ["longyangxia", "laxiwa"]
# Stations whose level over storage is estimated from two points, normal and dead level of hydro.csv: station -> the station
# whose reservoir it draws from.
ESTIMATED_CURVES = {"liujiaxia": "liujiaxia", "liujiaxia_extension": "liujiaxia", "maerdang": "maerdang", "ningmute": "ningmute",
                    "cihaxia": "cihaxia"}
VALLEY_EXPONENT = 2.1  # storage grows with this power of the depth, which fits Longyangxia's table to 65 hm3; estimated for the others
# A segment's output per flow holds over all of it; with the table's own steps of 10 m at Longyangxia it would jump by
# 8 % at their borders, which no plant does.
HEAD_STEP = 0.025  # largest rise of a segment's level, of its head
# More than water earns anywhere: a hm3 from Ningmute, turned by all stations below it, gives some 6 GWh. At the program's own
# 2 million CNY a year with dear power in Qinghai ended with that lake empty.
TERMINAL_SHORTFALL_CNY_PER_HM3 = 1e7
POND_HOURS = {"run of river": 3, "aggregate": 4, "unknown": 12}  # hours of full flow, where no storage is listed
# The rivers between Longyangxia and Lanzhou deviate from their mean half as much as Tangnaihai does; estimated.
LATERAL_SHARE_OF_WETNESS = 0.5
HYDROLOGY_WORDS = {"mean": "the mean year", "dry": "a dry year (flow reached in nine years of ten)",
                   "wet": "a wet year (flow reached in one year of ten)", "2020": "the year 2020 (estimated)"}
USE_OF_RANGE = 0.85  # largest part of the usable storage that the reference year runs through

# Reservoirs with more than weekly regulation, and the release that their reference year aims at by month, relative.
# Longyangxia: steady in the ice season, high before and in the irrigation season. Liujiaxia: 610 m3/s in November and
# 420 m3/s from December to March (ice), irrigation from April. The others: even over the year.
EVEN = np.ones(12)
TARGET_RELEASE = {
    "ningmute": EVEN, "maerdang": EVEN, "cihaxia": EVEN,
    "longyangxia": np.array([560, 560, 560, 640, 760, 740, 700, 640, 600, 660, 620, 570.0]),
    "liujiaxia": np.array([430, 420, 430, 900, 1160, 1160, 1110, 1060, 1020, 1000, 610, 440.0]),
    "ankang": EVEN, "shiquan": EVEN, "bikou": EVEN, "jiudianxia": EVEN, "nazixia": EVEN, "altash": EVEN,
    "jilintai_i": EVEN, "qiafuqihai": EVEN, "chahan_wusu": EVEN,
}
MEAN_FILL = {"longyangxia": 0.60}  # place of the reference year in the range; others in the middle
# Largest release in m3/s: Liujiaxia's turbines take 1900, its spillways are not in the data pack; 5000 is set so that it limits
# nothing outside the ice season (the largest reference flow is 1783, in 2020).
LIUJIAXIA_RELEASE_MAX_M3_PER_S = 5000.0
WINTER = np.isin(MONTH_OF_HOUR, (12, 1, 2, 3))

REGIME_BY_RIVER = {"Hanjiang River": "han_river", "Hanshui River": "han_river", "Bailongjiang River": "bailong_and_tao",
                   "Bailong River": "bailong_and_tao", "Taohe River": "bailong_and_tao", "Heihe River": "hexi_inland",
                   "Datong River": "hexi_inland", "various": "small_hydro", "Yellow River": "small_hydro"}

QINGHAI_BUS = {"ningmute": "maerdang_plant", "maerdang": "maerdang_plant", "erduo": "qingshan", "cihaxia": "qingshan",
               "banduo": "banduo_330", "yangqu": "yangqu_plant", "longyangxia": "longyangxia_330",
               "laxiwa": "laxiwa_plant", "nina": "longyangxia_330", "lijiaxia": "lijiaxia_330",
               "zhiganglaka": "lijiaxia_330", "kangyang": "lijiaxia_330", "gongboxia": "gongboxia_330",
               "suzhi": "gongboxia_330", "huangfeng": "gongboxia_330", "jishixia": "jishixia_330",
               "dahejia": "jishixia_330", "nazixia": "datong_330", "other_small_hydro_qinghai": "guolong_330"}
AGGREGATE_BUS = {"other_small_hydro_gansu": "xizhou", "other_small_hydro_shaanxi": "nanshan",
                 "other_small_hydro_xinjiang": "yili"}


def _k_kw(name: str, capacity_mw: float) -> float:
    """Output coefficient, kW per (m3/s x m)."""
    if name in ("longyangxia", "liujiaxia", "liujiaxia_extension"):
        return cost("hydro", "output_coefficient_K_large")
    return cost("hydro", "output_coefficient_K_others") if capacity_mw >= 300 else 8.0


def _stations(year: int) -> pd.DataFrame:
    """Stations with capacity in a year; `downstream` and `travel_h` bridge those of the main stem that do not stand yet."""
    table = read("hydro")
    table["capacity_mw"] = table[f"capacity_mw_{year}"]
    table["key"] = [slug(n) for n in table.name_en]
    table["main_stem"] = table.order.notna()
    if table.key.duplicated().any():
        raise ValueError("hydro names are not unique")
    main = table[table.main_stem & (table.key != "liujiaxia_extension")].set_index("name_zh")
    below = {row.upstream: zh for zh, row in main.iterrows() if row.upstream in main.index}
    downstream, travel = {}, {}
    for zh, row in main.iterrows():
        hours, end = row.travel_to_next_h, below.get(zh)
        while end is not None and main.capacity_mw[end] == 0:
            hours, end = hours + main.travel_to_next_h[end], below.get(end)
        downstream[row.key] = main.key[end] if end is not None else ""
        travel[row.key] = hours
    table["downstream"], table["travel_h"] = table.key.map(downstream).fillna(""), table.key.map(travel)
    return table[table.capacity_mw > 0].reset_index(drop=True)


def _links(table: pd.DataFrame) -> pd.DataFrame:
    """Links of side rivers between the stations that stand, by name_en."""
    links = read("cascade_links").set_index("name_en")
    links.downstream = links.downstream.fillna("")
    for absent in [n for n in links.index if n not in set(table.name_en)]:
        above = links.downstream == absent
        links.loc[above, "travel_h"] += links.travel_h[absent]
        links.loc[above, "downstream"] = links.downstream[absent]
        links = links.drop(index=absent)
    return links


def tangnaihai_m3_per_s(hydrology: str) -> np.ndarray:
    """Monthly flow at Tangnaihai: "mean", "dry" (reached in nine years of ten), "wet" (in one of ten), or "2020"."""
    column = {"mean": "tangnaihai_mean_m3s", "dry": "tangnaihai_dry_p90_m3s", "wet": "tangnaihai_wet_p10_m3s",
              "2020": "tangnaihai_2020_est_m3s"}[hydrology]
    return read("river_inflow_monthly")[column].to_numpy(dtype=float)


def _curve(name_zh: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    table = read("hydro_curves")
    table = table[table.name_zh == name_zh]
    level, tail = table.dropna(subset=["level_m"]), table.dropna(subset=["tail_level_m"])
    return (level.level_m.to_numpy(), level.storage_hm3.to_numpy(), tail.tail_level_m.to_numpy(),
            tail.outflow_m3s.to_numpy())


def _estimated_curve(key: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Level and storage at five points from dead to normal level, and the tail-water level. Storage is taken as
    c (level - bottom) ** VALLEY_EXPONENT through both ends; the tail lies the rated head below the level at which half of the
    usable storage is left, where the station's output per flow is that without a curve."""
    table = read("hydro")
    table.index = [slug(n) for n in table.name_en]
    lake = table.loc[ESTIMATED_CURVES[key]]
    most, least = lake.total_storage_hm3, lake.total_storage_hm3 - lake.usable_storage_hm3
    ratio = (most / least) ** (1 / VALLEY_EXPONENT)
    bottom = (ratio * lake.dead_level_m - lake.normal_level_m) / (ratio - 1)
    scale = most / (lake.normal_level_m - bottom) ** VALLEY_EXPONENT
    level = np.linspace(lake.dead_level_m, lake.normal_level_m, 5)
    storage = scale * (level - bottom) ** VALLEY_EXPONENT
    middle = bottom + ((least + most) / 2 / scale) ** (1 / VALLEY_EXPONENT)
    return level, storage, middle - table.rated_head_m[key]


def head_curve(key: str, name_zh: str, capacity_mw: float) -> list[tuple[float, float]]:
    """(storage from, MW per m3/s) by segment: mean level of the segment less the tail-water level at the usual flow.
    Segments are those of the level-storage table, cut into equal parts of at most HEAD_STEP, their storage by straight
    lines between the table's points."""
    if key in ESTIMATED_CURVES:
        level, storage, tail_level = _estimated_curve(key)
    else:
        level, storage, tail, outflow = _curve(name_zh)
        tail_level = np.interp(USUAL_FLOW_M3_PER_S[key], outflow, tail)
    parts = np.ceil(np.diff(level) / (HEAD_STEP * ((level[:-1] + level[1:]) / 2 - tail_level))).astype(int)
    fine = np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in zip(level[:-1], level[1:], parts)]
                          + [level[-1:]])
    return [(round(float(np.interp(a, level, storage)), 1),
             round(_k_kw(key, capacity_mw) / 1000 * ((a + b) / 2 - tail_level), 5)) for a, b in zip(fine[:-1], fine[1:])]


def head_rows(station: dict) -> list[dict]:
    """Rows of head_curves of a station."""
    key = station["name"]
    if key in ESTIMATED_CURVES:
        source = "normal and dead level, storage and rated head of hydro.csv; coefficient of costs.csv"
        note = f"storage by the power {VALLEY_EXPONENT:g} of the depth through both levels; rated head at half of the usable storage"
    else:
        source = "level-storage and tail-water tables of hydro_curves.csv; coefficient of costs.csv"
        note = f"mean level of the segment; tail water at {USUAL_FLOW_M3_PER_S[key]:.0f} m3/s"
    return [{"station": key, "storage_from_hm3": storage_from, "mw_per_m3_per_s": mw_per_flow, "source": source,
             "quality": "estimated", "note": note}
            for storage_from, mw_per_flow in head_curve(key, station["name_zh"], station["p_max_mw"])]


def release_limit(key: str, hydrology: str) -> np.ndarray | None:
    """Largest release by hour in the ice season, m3/s, infinite outside it; none where there is no such rule. Liujiaxia: limits
    that its dispatchers keep, a rule of the case. Longyangxia: what it releases in these months, of the reference year alone.
    None of them in 2020: the published hydro output of Qinghai in January and February (8.03 TWh) and in November (5.13) needs
    some 900 m3/s from Longyangxia, and Liujiaxia's lake cannot keep back what passes 420 of it."""
    if key not in ("longyangxia", "liujiaxia") or hydrology == "2020":
        return None
    limit = np.full(HOURS, np.inf)
    if key == "longyangxia":
        limit[WINTER | (MONTH_OF_HOUR == 11)] = cost("hydro", "ice_season_release_longyangxia_nov_mar")
    else:
        limit[MONTH_OF_HOUR == 11] = cost("hydro", "ice_season_release_limit_liujiaxia_nov")
        limit[WINTER] = cost("hydro", "ice_season_release_limit_liujiaxia_dec_mar")
    return limit


def _regulate(inflow: np.ndarray, target: np.ndarray, usable_hm3: float, limit: np.ndarray | None = None) -> np.ndarray:
    """Release (m3/s by hour) of the reference year: the target pattern with the year's inflow, mixed with the inflow
    where the storage could not carry the difference. What would pass the limit of the ice season is released in the other
    months, in proportion to their release; half a m3/s stays below it, for the rounding of storage."""
    release = target * inflow.sum() / target.sum()
    change = np.cumsum(inflow - release) * M3_PER_S_TO_HM3_PER_H
    span = change.max() - change.min()
    mix = max(0.0, 1 - USE_OF_RANGE * usable_hm3 / span) if span > 0 else 0.0
    release = (1 - mix) * release + mix * inflow
    if limit is not None:
        kept = np.minimum(release, limit - 0.5)
        free = np.isinf(limit)
        release = np.where(free, release * (1 + (release - kept).sum() / release[free].sum()), kept)
    return release


def _steps(values: np.ndarray) -> np.ndarray:
    """Monthly values by hour, the step between months smoothed over ten days."""
    hourly = np.repeat(values, DAYS_OF_MONTH * 24)
    window = np.ones(240) / 240
    return np.convolve(np.r_[hourly[-240:], hourly, hourly[:240]], window, mode="same")[240:-240]


def add_hydro(case: Case, hydrology: str = "mean") -> pd.DataFrame:
    """Adds reservoirs, hydro, head_curves; returns the reference year by station (energy, flows) for the README."""
    table = _stations(case.year)
    links = _links(table)
    flows = read("river_inflow_monthly")
    regimes = read("river_regimes").set_index("regime")
    month_columns = [f"m{m}" for m in range(1, 13)]

    def shape(name: str, monthly) -> str:
        series = monthly_to_hourly(monthly)
        return case.add_profile("inflow", f"inflow_{name}", series / series.mean(), 5)

    year_mean = lambda v: float(v @ DAYS_OF_MONTH / 365)
    upper = tangnaihai_m3_per_s(hydrology)
    wetness = year_mean(upper) / year_mean(tangnaihai_m3_per_s("mean"))
    lateral_factor = 1 + LATERAL_SHARE_OF_WETNESS * (wetness - 1)
    lateral, lower = (flows[c].to_numpy(dtype=float) for c in (
        "lateral_longyangxia_to_liujiaxia_m3s", "lateral_liujiaxia_to_lanzhou_m3s"))
    for name, monthly in (("tangnaihai", upper), ("lateral_longyangxia_liujiaxia", lateral),
                          ("lateral_liujiaxia_lanzhou", lower)):
        shape(name, monthly)
    for name in regimes.index:
        shape(name, regimes.loc[name, month_columns].to_numpy(dtype=float))

    reservoirs: dict[str, dict] = {}
    stations: list[dict] = []
    heads: list[dict] = []
    main = table[table.main_stem & (table.key != "liujiaxia_extension")].sort_values("order")
    mean_flow_before = 0.0
    main_inflow = {}
    for row in main.itertuples():
        flow = row.mean_flow_m3s
        gain = max(0.0, flow - mean_flow_before)
        if mean_flow_before < TANGNAIHAI_AT_M3_PER_S:
            main_inflow[row.key] = (gain * year_mean(upper) / TANGNAIHAI_AT_M3_PER_S,
                                    case.names["inflow_tangnaihai"])
        elif mean_flow_before < FLOW_AT_LIUJIAXIA:
            main_inflow[row.key] = (gain * lateral_factor * year_mean(lateral) / (FLOW_AT_LIUJIAXIA - TANGNAIHAI_AT_M3_PER_S),
                                    "inflow_lateral_longyangxia_liujiaxia")
        else:
            main_inflow[row.key] = (gain * lateral_factor * year_mean(lower) / (FLOW_BELOW_LANZHOU - FLOW_AT_LIUJIAXIA),
                                    "inflow_lateral_liujiaxia_lanzhou")
        mean_flow_before = max(mean_flow_before, flow)

    for row in table.itertuples():
        region = "qinghai" if row.province.startswith("Qinghai") else row.province.lower()
        aggregate = row.key.startswith("other_small_hydro")
        head = row.rated_head_m if not np.isnan(row.rated_head_m) else ASSUMED_HEAD_M
        mw_per_flow = round(_k_kw(row.key, row.capacity_mw) / 1000 * head, 5)
        full_flow = row.capacity_mw / mw_per_flow
        listed_flow = row.max_turbine_flow_m3s
        flow_max = full_flow if np.isnan(listed_flow) else max(listed_flow, full_flow)
        place = QINGHAI_BUS.get(row.key) or AGGREGATE_BUS.get(row.key)
        bus = case.standing_bus(place) if place else case.nearest_bus(row.lat, row.lon, region)
        reservoir = "liujiaxia" if row.key == "liujiaxia_extension" else row.key
        published = PLAN + "; " if region == "qinghai" else ""
        stations.append({"name": row.key, "name_zh": row.name_zh, "bus": bus, "reservoir": reservoir,
                         "p_max_mw": row.capacity_mw, "flow_max_m3_per_s": round(flow_max, 2),
                         "mw_per_m3_per_s": mw_per_flow,
                         "variable_om_cny_per_mwh": cost("hydro", "water_resource_fee") + cost("hydro", "variable_om"),
                         "source": published + row.source, "quality": row.quality,
                         "note": f"{row.checked}; head " + ("as listed" if not np.isnan(row.rated_head_m)
                                                             else "assumed 60 m")})
        if row.key != reservoir:
            continue
        if row.main_stem:
            inflow, inflow_profile = main_inflow[row.key]
        elif row.name_en in links.index:
            link = links.loc[row.name_en]
            above = links[links.downstream == row.name_en].mean_flow_m3_per_s
            inflow = float(link.mean_flow_m3_per_s - (above.iloc[0] if len(above) else 0))
            inflow_profile = f"inflow_{link.regime}"
        else:
            inflow = row.energy_gwh * 1000 / HOURS / mw_per_flow
            default = "xinjiang_snow_and_ice" if region == "xinjiang" else "small_hydro"
            inflow_profile = "inflow_" + REGIME_BY_RIVER.get(row.river, default)
            if aggregate and region == "xinjiang":
                inflow_profile = "inflow_xinjiang_snow_and_ice"
        usable = row.usable_storage_hm3
        if np.isnan(usable):
            kind = "aggregate" if aggregate else ("run of river" if row.regulation == "run of river" else "unknown")
            usable = round(POND_HOURS[kind] * flow_max * M3_PER_S_TO_HM3_PER_H, 1)
        total = row.total_storage_hm3 if not np.isnan(row.total_storage_hm3) else usable
        least = max(0.0, total - usable)
        if row.key == "longyangxia":
            storage = _curve(row.name_zh)[1]
            least, total = float(storage[0]), float(storage[-1])
        if row.key == "laxiwa":
            storage = _curve(row.name_zh)[1]
            least, total = float(storage[0]), float(storage[-1])
        travel = 0
        below = row.downstream
        if row.main_stem and below:
            travel = int(row.travel_h + 0.5)
        elif row.name_en in links.index and links.loc[row.name_en].downstream:
            below, travel = slug(links.loc[row.name_en].downstream), int(links.loc[row.name_en].travel_h)
        reservoirs[row.key] = {"name": row.key, "name_zh": row.name_zh, "river": row.river, "downstream": below,
                               "travel_h": travel, "storage_min_hm3": least, "storage_max_hm3": total,
                               "reference_profile": "", "inflow_m3_per_s": round(inflow, 4),
                               "inflow_profile": inflow_profile, "release_min_m3_per_s": 0.0,
                               "release_max_m3_per_s": "", "release_min_profile": "", "release_max_profile": "",
                               "terminal_shortfall_cny_per_hm3": TERMINAL_SHORTFALL_CNY_PER_HM3,
                               "storage_max_profile": "", "source": row.source,
                               "quality": "estimated",
                               "note": f"{row.regulation}; mean inflow of {HYDROLOGY_WORDS[hydrology]}; storage "
                                       + ("as listed" if not np.isnan(row.usable_storage_hm3) else "assumed")}
    report = _reference_year(case, reservoirs, stations, table, hydrology)
    by_name = {station["name"]: station for station in stations}
    for key in HEAD_CURVES:
        if key in by_name:
            heads += head_rows(by_name[key])
    case.add_rows("reservoirs", list(reservoirs.values()))
    case.add_rows("hydro", stations)
    case.add_rows("head_curves", heads)
    total = sum(s["p_max_mw"] for s, r in zip(stations, table.itertuples()) if r.province == "Qinghai")
    if abs(total - plan_target("hydro", case.year)) > 1e-6:
        raise ValueError(f"Qinghai hydro is {total} MW")
    return report


def _reference_year(case: Case, reservoirs: dict, stations: list, table: pd.DataFrame, hydrology: str) -> pd.DataFrame:
    """Walks every river downwards: reference storage, least release, level limits, and the energy that results."""
    order = []
    remaining = dict(reservoirs)
    while remaining:
        fed = {r["downstream"] for r in remaining.values()}
        ready = [k for k in remaining if k not in fed]
        order += ready
        for k in ready:
            del remaining[k]
    arriving = {k: np.zeros(HOURS) for k in reservoirs}
    energy_listed = table.set_index("key").energy_gwh
    report = []
    for key in order:
        row = reservoirs[key]
        local = row["inflow_m3_per_s"] * case.profile(row["inflow_profile"])
        inflow = local + arriving[key]
        usable = row["storage_max_hm3"] - row["storage_min_hm3"]
        if key in TARGET_RELEASE:
            release = _regulate(inflow, _steps(TARGET_RELEASE[key]), usable, release_limit(key, hydrology))
            change = np.r_[0, np.cumsum(inflow - release)[:-1]] * M3_PER_S_TO_HM3_PER_H
            middle = row["storage_min_hm3"] + MEAN_FILL.get(key, 0.5) * usable
            storage = np.round(change - (change.max() + change.min()) / 2 + middle, 3)
            release = inflow - (np.roll(storage, -1) - storage) / M3_PER_S_TO_HM3_PER_H
        else:
            storage = np.full(HOURS, round(row["storage_min_hm3"] + usable / 2, 1))
            release = inflow
        if release.min() < 0:
            raise ValueError(f"{key}: reference release {release.min():.1f} m3/s")
        if storage.min() < row["storage_min_hm3"] or storage.max() > row["storage_max_hm3"]:
            raise ValueError(f"{key}: reference storage outside its range")
        row["reference_profile"] = case.add_profile(
            "reference_seasonal" if key in TARGET_RELEASE else "reference_ponds", f"reference_{key}", storage, 3)
        _limits(case, row, key, release, hydrology)
        if row["downstream"]:
            arriving[row["downstream"]] += np.roll(release, row["travel_h"])
        mine = [s for s in stations if s["reservoir"] == key]
        left = release.copy()
        for station in mine:
            flow = np.minimum(left, station["flow_max_m3_per_s"])
            power = np.minimum(flow * station["mw_per_m3_per_s"], station["p_max_mw"])
            if station["name"] in HEAD_CURVES:
                curve = head_curve(station["name"], station["name_zh"], station["p_max_mw"])
                starts, values = np.array([c[0] for c in curve]), np.array([c[1] for c in curve])
                power = np.minimum(flow * values[np.searchsorted(starts, storage, side="right") - 1],
                                   station["p_max_mw"])
            left = left - flow
            report.append({"station": station["name"], "p_max_mw": station["p_max_mw"],
                           "release_mean_m3_per_s": release.mean(), "release_least_m3_per_s": release.min(),
                           "release_largest_m3_per_s": release.max(),
                           "hours_beyond_turbines": int((left > 1e-9).sum()) if station is mine[-1] else 0,
                           "energy_gwh": power.sum() / 1000, "design_gwh": energy_listed[station["name"]],
                           "month_gwh": [power[MONTH_OF_HOUR == m].sum() / 1000 for m in range(1, 13)]})
    return pd.DataFrame(report)


def _limits(case: Case, row: dict, key: str, release: np.ndarray, hydrology: str) -> None:
    """Least and largest release and flood-season level."""
    usable = row["storage_max_hm3"] - row["storage_min_hm3"]
    months = np.array([release[MONTH_OF_HOUR == m].min() for m in range(1, 13)])
    if key == "longyangxia":
        row["release_min_m3_per_s"] = cost("hydro", "ecological_minimum_release_longyangxia")
        row["note"] += "; least release: ecological"
        # flood limit 2594 m from July to mid-September
        level, volume, *_ = _curve("龙羊峡")
        flood = (np.interp(2594.0, level, volume) - row["storage_min_hm3"]) / usable
        _flood_limit(case, row, key, flood)
    elif key == "liujiaxia":
        # Steady flow under the ice, irrigation and supply of Lanzhou, Ningxia and Inner Mongolia.
        least = np.array([380, 380, 380, 650, 850, 850, 800, 700, 650, 600, 500, 390.0])
        least = np.minimum(least, 0.95 * months)
        row["release_min_m3_per_s"] = 1.0
        row["release_min_profile"] = case.add_profile("release_min", f"release_min_{key}",
                                                      np.repeat(least, DAYS_OF_MONTH * 24), 1)
        row["note"] += "; least release: ice season and irrigation by month"
        limit = release_limit(key, hydrology)
        if limit is not None:
            most = LIUJIAXIA_RELEASE_MAX_M3_PER_S
            row["release_max_m3_per_s"] = most
            row["release_max_profile"] = case.add_profile("release_max", f"release_max_{key}", np.minimum(limit / most, 1), 4)
            row["note"] += "; largest release: published limits of the ice season, else 5000 m3/s (assumed, limits nothing)"
        _flood_limit(case, row, key, 0.70)  # about 1726 m
    else:
        row["release_min_m3_per_s"] = round(0.3 * release.min(), 2)
        row["note"] += "; least release: 30 % of the lowest reference flow"


def _flood_limit(case: Case, row: dict, key: str, share: float) -> None:
    values = np.ones(HOURS)
    season = (MONTH_OF_HOUR == 7) | (MONTH_OF_HOUR == 8) | ((MONTH_OF_HOUR == 9) & (np.arange(HOURS) < 258 * 24))
    values[season] = share
    row["storage_max_profile"] = case.add_profile("level_limits", f"level_max_{key}", values, 4)
    row["note"] += f"; flood-season limit {share:.2f} of the range from July to 15 September (estimated)"
