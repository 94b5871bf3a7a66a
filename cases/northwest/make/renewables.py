"""Wind and PV by site: provincial series calibrated to published full-load hours, spread over sites.

PV: the province's clear-sky index of the hour times the site's own clear-sky output, so that the sun's time moves with
longitude and a clear-sky cap holds. Wind: the provincial series moved in time by the travel of weather systems and
perturbed in level by correlated noise on the logit scale. In both the capacity-weighted mean of a province's sites is
the provincial series in every hour.

Other years take the sites' series of 2030, with shares of the farms and zones of the year.
"""

import numpy as np

from .common import Case, HOURS, PLAN, PROVINCES, cost, great_circle_km, places, plan_target, read, \
    scenario_mw, weather_hours_of_case

WIND_SEED = 20300101
WIND_SPREAD = 1.0  # standard deviation of the level noise on the logit scale
WIND_LENGTH_KM = 250.0  # noise correlation falls as exp(-distance / length)
WIND_TIME_H = 12.0  # noise correlation falls as exp(-time / this)
WEATHER_SPEED_KM_PER_H = 40.0  # eastward travel of weather systems
WIND_LARGEST_SHIFT_H = 5.0
WIND_CAP = 0.98
SMALLEST_WIND_SHARE = 0.012
CURTAILMENT_PENALTY_CNY_PER_MWH = 20.0
STATUS_WEIGHT = {"operating": 1.0, "construction": 1.0, "pre-construction": 1.0, "announced": 0.5}


# In 2020 most of the year's new capacity came in the last quarter (support for wind ended with the year).
GROWTH_FROM_HOUR = 273 * 24


def capacity_mw(province: str, technology: str, year: int) -> float:
    """At the year's end."""
    return plan_target(technology, year) if province == "Qinghai" else scenario_mw(province, technology, year)


def capacity_before_growth_mw(province: str, technology: str) -> tuple[float, str]:
    """Capacity of 2020 before the last quarter, and where it comes from: the published figure of that spring where
    there is one, else what makes published generation and full-load hours agree; at most that of the year's end."""
    end = capacity_mw(province, technology, 2020)
    table = read("capacity_by_province")
    table = table[(table.province == province) & (table.technology == technology) & (table.year == 2020)
                  & table.basis.str.startswith("actual ")]
    if len(table):
        return min(end, float(table.capacity_mw.iloc[0])), f"{table.basis.iloc[0].removeprefix('actual ')} 2020 as published"
    made = read("generation_2020").set_index(["province", "technology"]).twh[province, technology]
    mean = made * 1e6 / read("utilisation_hours").set_index("province")[f"{technology}_hours"][province]
    grown = (HOURS - GROWTH_FROM_HOUR) / HOURS / 2  # share of the year's growth in its mean
    return min(end, (mean - grown * end) / (1 - grown)), "from generation and full-load hours of 2020"


def calibrated(technology: str) -> dict[str, np.ndarray]:
    """Provincial capacity factors, 8760 hours, brought to the published full-load hours plus curtailment."""
    raw = read("cf_wind" if technology == "wind" else "cf_pv")
    if technology == "pv":
        # The sun of cf_pv.csv stands highest 0.7 to 1.0 h later than astronomy allows in every province: its labels are
        # the ends of the hours (radiation is accumulated over the hour before). Ours are the beginnings.
        raw[PROVINCES] = np.roll(raw[PROVINCES].to_numpy(), -1, axis=0)
    kept = weather_hours_of_case(raw)
    table = read("cf_calibration")
    result = {}
    for row in table[table.tech == technology].itertuples():
        values = kept[row.province].to_numpy()
        if technology == "wind":
            shaped = lambda f, row=row, top=raw[row.province].max(): row.m * (values / top) ** (row.p * f)
            # The exponent is moved by a trifle so that the mean without 29 February is the target.
            low, high = 0.8, 1.25
            for _ in range(60):
                middle = (low + high) / 2
                low, high = (middle, high) if shaped(middle).mean() > row.target_available_cf else (low, middle)
            result[row.province] = shaped(low)
        else:
            result[row.province] = values * (row.target_available_cf / values.mean())
    return result


def sine_of_sun(lat_deg: float, lon_deg: float) -> np.ndarray:
    """Mean sine of the sun's height over each hour of the year (Beijing time), 0 at night."""
    total = np.zeros(HOURS)
    steps = 6
    for k in range(steps):
        time = np.arange(HOURS) + (k + 0.5) / steps
        day = np.floor(time / 24)
        gamma = 2 * np.pi * (day + 0.5) / 365
        declination = (0.006918 - 0.399912 * np.cos(gamma) + 0.070257 * np.sin(gamma) - 0.006758 * np.cos(2 * gamma)
                       + 0.000907 * np.sin(2 * gamma))
        equation_min = 229.18 * (0.000075 + 0.001868 * np.cos(gamma) - 0.032077 * np.sin(gamma)
                                 - 0.014615 * np.cos(2 * gamma) - 0.040849 * np.sin(2 * gamma))
        solar = time % 24 + (lon_deg - 120) / 15 + equation_min / 60
        angle = np.pi / 12 * (solar - 12)
        lat = np.radians(lat_deg)
        total += np.maximum(0, np.sin(lat) * np.sin(declination) + np.cos(lat) * np.cos(declination) * np.cos(angle))
    return total / steps


def clear_sky_shape(lat_deg: float, lon_deg: float) -> np.ndarray:
    """Output under a clear sky, unscaled. The exponent is the one with which the provincial series' clear-sky index is
    level over the day."""
    return sine_of_sun(lat_deg, lon_deg) ** 1.15


def pv_site_series(province_series: np.ndarray, shapes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Site series (site, hour) whose weighted mean is the province's; weights sum to 1."""
    mean_shape = weights @ shapes
    index = np.where(mean_shape > 1e-3, province_series / np.maximum(mean_shape, 1e-3), 0.0)
    high_sun = mean_shape > 0.3
    clearest = np.quantile(index[high_sun], 0.999)
    cap = np.minimum(1.0, 1.08 * clearest * shapes + 0.02)
    series = np.minimum(index * shapes, cap)
    for _ in range(60):  # what the cap takes from a site goes to sites with room
        missing = province_series - weights @ series
        room = cap - series
        total = weights @ room
        share = np.where(total > 1e-12, np.clip(missing / np.maximum(total, 1e-12), 0, 1), 0)
        series = series + np.where(missing > 0, share * room, 0)
        lower = np.where(missing < 0, province_series / np.maximum(weights @ series, 1e-12), 1.0)
        series = series * lower
    missing = province_series - weights @ series
    return np.clip(series + missing, 0, 1)


def _logit(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, 1e-4, 1 - 1e-4)
    return np.log(x / (1 - x))


def level_noise(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Standard normal noise (site, hour): first-order autoregressive in time, exponential in distance."""
    generator = np.random.Generator(np.random.PCG64(WIND_SEED))
    distance = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    factor = np.linalg.cholesky(np.exp(-distance / WIND_LENGTH_KM) + 1e-9 * np.eye(len(lat)))
    shocks = factor @ generator.standard_normal((len(lat), HOURS))
    keep = np.exp(-1 / WIND_TIME_H)
    noise = np.empty_like(shocks)
    noise[:, 0] = shocks[:, 0]
    for t in range(1, HOURS):
        noise[:, t] = keep * noise[:, t - 1] + np.sqrt(1 - keep * keep) * shocks[:, t]
    return noise


def wind_site_series(province_series: np.ndarray, shift_h: np.ndarray, noise: np.ndarray,
                     weights: np.ndarray) -> np.ndarray:
    """Site series (site, hour) whose weighted mean is the province's; weights sum to 1."""
    hours = np.arange(HOURS)
    moved = np.array([np.interp((hours - s) % HOURS, np.arange(HOURS + 1), np.r_[province_series, province_series[0]])
                      for s in shift_h])
    level = _logit(moved / WIND_CAP) + WIND_SPREAD * noise
    low, high = np.full(HOURS, -12.0), np.full(HOURS, 12.0)
    for _ in range(60):  # one offset an hour, found by bisection, keeps the province's mean
        middle = (low + high) / 2
        mean = weights @ (WIND_CAP / (1 + np.exp(-(level + middle))))
        low, high = np.where(mean < province_series, middle, low), np.where(mean < province_series, high, middle)
    return WIND_CAP / (1 + np.exp(-(level + (low + high) / 2)))


def wind_sites(case: Case) -> list[dict]:
    """Site of a province = bus of 2030 with the GEM wind farms nearest to it; small ones go to the nearest larger one.
    Each holds its farms."""
    table = read("wind_sites")
    table["weight"] = table.capacity_mw * table.status_2023.map(STATUS_WEIGHT)
    # Qinghai's farms feed the 330 kV collectors; plant buses take none.
    collectors = [b for b in read("buses_330kv").name if b not in (
        "longyangxia_330", "lijiaxia_330", "gongboxia_330", "jishixia_330", "banduo_330", "golmud_330")]
    collectors += ["haixi_switching_station"]
    sites = []
    for province in PROVINCES:
        region = province.lower()
        group = table[table.province == province].copy()
        only = collectors if province == "Qinghai" else None
        group["bus"] = [case.nearest_bus(r.lat, r.lon, region, only) for r in group.itertuples()]
        total = group.weight.sum()
        while True:
            shares = group.groupby("bus").weight.sum().sort_values(kind="stable") / total
            if shares.iloc[0] >= SMALLEST_WIND_SHARE:
                break
            place = case.buses().set_index("name").loc[shares.index[0]]
            target = case.nearest_bus(place.lat_deg, place.lon_deg, region, only=list(shares.index[1:]))
            group.loc[group.bus == shares.index[0], "bus"] = target
        for bus, farms in group.groupby("bus"):
            sites.append({"province": province, "bus": bus, "share": farms.weight.sum() / total,
                          "lat": np.average(farms.lat, weights=farms.weight),
                          "lon": np.average(farms.lon, weights=farms.weight), "farms": farms})
    return sites


def pv_sites(case: Case) -> list[dict]:
    zones = read("pv_zone_shares")
    shares = read("pv_site_shares")
    buses = places()
    share_of_year = f"pv_share_{case.year}"
    sites = []
    for row in shares.itertuples():
        zone = zones[zones.zone == row.zone].iloc[0]
        total = zones[zones.province == zone.province][share_of_year].sum()
        sites.append({"province": zone.province, "bus": row.bus, "share": row.share * zone[share_of_year] / total,
                      "lat": buses.lat[row.bus], "lon": buses.lon[row.bus], "zone": row.zone})
    return sites


def wind_sites_of_year(sites: list[dict], year: int) -> list[dict]:
    """Sites of 2030 with the shares of the farms that stand in an earlier year."""
    standing = lambda farms: farms[(farms.start_year <= year)
                                   | (farms.start_year.isna() & (farms.status_2023 == "operating"))]
    sites = [s | {"farms": standing(s["farms"])} for s in sites]
    totals = {p: sum(s["farms"].capacity_mw.sum() for s in sites if s["province"] == p) for p in PROVINCES}
    return [s | {"share": s["farms"].capacity_mw.sum() / totals[s["province"]]} for s in sites if len(s["farms"])]


def _sources(technology: str, province: str) -> str:
    return (PLAN if province == "Qinghai" else "capacity_by_province.csv") + (
        "; GEM Global Wind Power Tracker May 2023 (CC BY 4.0)" if technology == "wind"
        else "; pv_zone_shares.csv; pv_site_shares.csv") + "; ERA5 (Copernicus) through PyPSA-China (CC0)"


def add_renewables_of_year(case: Case) -> None:
    """A year other than 2030: its capacities and shares, the sites and series of 2030. What came in 2020 is a plant of its
    own at each site, with the province's series and the growth of the last quarter."""
    all_wind = wind_sites_of_year(case.shared.wind_sites, case.year)
    grown = np.clip((np.arange(HOURS) + 0.5 - GROWTH_FROM_HOUR) / (HOURS - GROWTH_FROM_HOUR), 0, 1)
    for technology, sites in (("wind", all_wind), ("pv", pv_sites(case))):
        series = calibrated(technology) if case.year == 2020 else {}
        rows = []
        for province in PROVINCES:
            end = capacity_mw(province, technology, case.year)
            start, words = (capacity_before_growth_mw(province, technology) if case.year == 2020 else (end, ""))
            known = "published" if province == "Qinghai" or case.year == 2020 else "estimated"
            common = {"technology": technology, "variable_om_cny_per_mwh": cost(technology, "variable_om"),
                      "curtailment_cny_per_mwh": CURTAILMENT_PENALTY_CNY_PER_MWH,
                      "source": _sources(technology, province), "quality": "estimated"}
            for site in (s for s in sites if s["province"] == province):
                detail = (f"{len(site['farms'])} GEM wind farms that stand in {case.year}" if technology == "wind"
                          else f"zone {site['zone']}")
                note = f"provincial capacity {known}; share of the site estimated ({detail}); series of 2030's site"
                rows.append({"name": f"{technology}_{site['bus']}", "bus": case.standing_bus(site["bus"]),
                             "capacity_mw": start * site["share"],
                             "profile": case.shared_profile(f"{technology}_{site['bus']}"),
                             "note": note + (f"; capacity before the last quarter ({words})" if words else "")} | common)
                if end - start > 1:
                    profile = case.add_profile("growth", f"{technology}_{province.lower()}_new", series[province] * grown)
                    rows.append({"name": f"{technology}_{site['bus']}_new", "bus": case.standing_bus(site["bus"]),
                                 "capacity_mw": (end - start) * site["share"], "profile": profile,
                                 "note": note.replace("series of 2030's site", "what came in the last quarter, growing "
                                                      "linearly to its end; the province's series")} | common)
        case.add_rows("renewables", rows)


def add_renewables(case: Case) -> None:
    if case.shared is not None:
        add_renewables_of_year(case)
        return
    case.wind_sites = wind_sites(case)
    for technology, sites in (("wind", case.wind_sites), ("pv", pv_sites(case))):
        series = calibrated(technology)
        lat, lon = np.array([s["lat"] for s in sites]), np.array([s["lon"] for s in sites])
        noise = level_noise(lat, lon) if technology == "wind" else None
        rows = []
        for province in PROVINCES:
            mine = [i for i, s in enumerate(sites) if s["province"] == province]
            weights = np.array([sites[i]["share"] for i in mine])
            weights = weights / weights.sum()
            if technology == "wind":
                km_east = (lon[mine] - weights @ lon[mine]) * 111.2 * np.cos(np.radians(lat[mine]))
                shift = np.clip(km_east / WEATHER_SPEED_KM_PER_H, -WIND_LARGEST_SHIFT_H, WIND_LARGEST_SHIFT_H)
                values = wind_site_series(series[province], shift, noise[mine], weights)
            else:
                shapes = np.array([clear_sky_shape(lat[i], lon[i]) for i in mine])
                values = pv_site_series(series[province], shapes, weights)
            published = province == "Qinghai"
            for i, weight, column in zip(mine, weights, values):
                site = sites[i]
                name = f"{technology}_{site['bus']}"
                detail = (f"{len(site['farms'])} GEM wind farms nearest to the bus" if technology == "wind"
                          else f"zone {site['zone']}")
                rows.append({
                    "name": name, "bus": site["bus"], "technology": technology,
                    "capacity_mw": capacity_mw(province, technology, case.year) * weight,
                    "profile": case.add_profile(f"{technology}_{province.lower()}", name, column),
                    "variable_om_cny_per_mwh": cost(technology, "variable_om"),
                    "curtailment_cny_per_mwh": CURTAILMENT_PENALTY_CNY_PER_MWH,
                    "source": _sources(technology, province),
                    "quality": "estimated",
                    "note": f"provincial capacity {'published' if published else 'estimated'}; share of the site "
                            f"estimated ({detail}); series by the method of README.md"})
        case.add_rows("renewables", rows)
