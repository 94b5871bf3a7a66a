"""Loads by bus: provincial consumption spread by documented weights, provincial hourly shapes."""

from .common import Case, HOURS, PROVINCES, cost, plan_target, read


def energy_twh(province: str, year: int) -> float:
    if province == "Qinghai":
        return plan_target("electricity use", year)
    table = read("load_by_province")
    table = table[(table.year == year)].set_index("province")
    return float(table.loc[province, "consumption_twh"])


def add_loads(case: Case) -> None:
    shape = read("load_shape")
    weights = read("load_weights")
    if case.year == 2020:
        weights = weights.assign(weight=weights.weight_2020)
    rows = []
    for province in PROVINCES:
        region = province.lower()
        values = shape[province].to_numpy()
        profile = case.add_profile("load", f"load_{region}", values / values.mean(), 5)
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
                                 + "; share of the bus estimated from cities and industry"})
    case.add_rows("loads", rows)
