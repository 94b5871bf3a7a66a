"""Reserve requirements by region and their sharing between neighbours."""

from .common import Case, REGIONS, cost

NEIGHBOURS = [("qinghai", "gansu"), ("gansu", "ningxia"), ("gansu", "shaanxi"), ("gansu", "xinjiang"),
              ("ningxia", "shaanxi")]
SHARED_MW = 500


def add_reserves(case: Case) -> None:
    spinning_load = cost("reserve", "spinning_up") / 100
    renewable = cost("reserve", "wind_pv_forecast") / 100
    kinds = [("up", "up", "spinning", spinning_load, renewable, 8000,
              "4 % of load and 5 % of available wind and PV (costs.csv)"),
             ("down", "down", "spinning", 0.02, 0.02, 3000, "2 % of load and of available wind and PV"),
             ("slow_up", "up", "non_spinning", 0.02, 0.02, 3000, "2 % of load and of available wind and PV on top")]
    rows = []
    for region in REGIONS:
        for suffix, direction, kind, load_pu, renewable_pu, price, note in kinds:
            rows.append({"name": f"{region}_{suffix}", "region": region, "direction": direction, "kind": kind,
                         "load_pu": load_pu, "renewable_pu": renewable_pu, "fixed_mw": 0,
                         "shortfall_cny_per_mw": price, "source": "costs.csv; rule of thumb of dispatch",
                         "quality": "estimated", "note": note})
    case.add_rows("reserves", rows)
    sharing = []
    for a, b in NEIGHBOURS:
        for suffix, *_ in kinds:
            for first, second in ((a, b), (b, a)):
                sharing.append({"from_reserve": f"{first}_{suffix}", "to_reserve": f"{second}_{suffix}",
                                "max_mw": SHARED_MW, "source": "assumed", "quality": "estimated",
                                "note": "small beside the section's limit"})
    case.add_rows("reserve_sharing", sharing)
