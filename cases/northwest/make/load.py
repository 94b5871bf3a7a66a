"""Loads by bus: provincial consumption spread by documented weights, provincial hourly shapes."""

import numpy as np

from .common import Case, HOURS, MONTH_OF_HOUR, PROVINCES, cost, plan_target, read


def energy_twh(province: str, year: int) -> float:
    if province == "Qinghai":
        return plan_target("electricity use", year)
    table = read("load_by_province")
    table = table[(table.year == year)].set_index("province")
    return float(table.loc[province, "consumption_twh"])


def peak_over_mean(province: str, year: int) -> float:
    """Peak of load_by_province.csv over the mean of its year: 1.216 in 2020 for Qinghai (10300 MW, recalled; 74.2 TWh)."""
    row = read("load_by_province").set_index(["province", "year"]).loc[(province, year)]
    return float(row.peak_mw * HOURS / (row.consumption_twh * 1e6))


def hourly_shape(province: str) -> np.ndarray:
    """load_shape.csv of a province, mean 1. Qinghai's, whose peak is 1.125 of its mean, is stretched to the peak of 2020, in all
    years: about the mean of each month, since the shape is typical days times the use of each month and its months are what is
    known best. So energies stay, by the month too."""
    values = read("load_shape")[province].to_numpy()
    values = values / values.mean()
    if province == "Qinghai":
        month = np.array([values[MONTH_OF_HOUR == m].mean() for m in range(1, 13)])[MONTH_OF_HOUR - 1]
        peaks = values > month
        values = month + (values - month) * ((peak_over_mean(province, 2020) - month) / (values - month))[peaks].min()
    return values


def add_loads(case: Case) -> None:
    weights = read("load_weights")
    if case.year == 2020:
        weights = weights.assign(weight=weights.weight_2020)
    rows = []
    for province in PROVINCES:
        region = province.lower()
        profile = case.add_profile("load", f"load_{region}", hourly_shape(province), 5)
        mean = case.profile(profile).mean()  # the rounded profile's; makes the energy exact
        group = weights[weights.province == province]
        group = group.assign(bus=[case.standing_bus(b) for b in group.bus])
        group = group.groupby("bus", sort=False, as_index=False).weight.sum()
        total_mw = energy_twh(province, case.year) * 1e6 / HOURS / mean
        published = province == "Qinghai"
        for row in group.itertuples():
            rows.append({"name": f"load_{row.bus}", "bus": row.bus,
                         "mean_mw": total_mw * row.weight / group.weight.sum(), "profile": profile,
                         "value_of_lost_load_cny_per_mwh": cost("value_of_lost_load", "default"),
                         "source": (f"Qinghai action plan 2021-2030 ({energy_twh(province, case.year):g} TWh); load_weights.csv; load_shape.csv"
                                    if published else "load_by_province.csv; load_weights.csv; load_shape.csv"),
                         "quality": "estimated",
                         "note": "provincial energy " + ("published" if published or case.year == 2020 else "estimated")
                                 + "; share of the bus estimated from cities and industry"
                                 + ("; shape stretched to the peak of 2020" if province == "Qinghai" else "")})
    case.add_rows("loads", rows)
