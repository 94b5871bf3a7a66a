"""Variants of 2030: cases that name it as their base and hold only what differs."""

import pathlib
import tomllib

import numpy as np

from . import hvdc, hydro
from .common import Case, DAYS_OF_MONTH, HOURS, MONTH_OF_HOUR, PROVINCES, cost, read
from .flexible import ON_TOP

BASE = 2030
WEEK = 168
WINTER = (12, 1, 2)

WRITTEN = "Written by `cases/northwest/make_case.py`; do not edit by hand."


def _toml(name: str, title: str, lines: list[str]) -> str:
    return "\n".join([f'name = "northwest-{BASE}-{name}"', f'title = "Northwest China {BASE}: {title}"',
                      f'base = "../{BASE}"', *lines]) + "\n"


def _write(folder: pathlib.Path, toml: str, readme: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(toml, encoding="utf-8")
    (folder / "README.md").write_text(f"{readme.strip()}\n\n{WRITTEN}\n", encoding="utf-8")


def _energy_twh(report) -> float:
    """Reference year of Qinghai's main stem."""
    return report.energy_gwh.sum() / 1000


def write_hydrology(base: Case, hydrology: str, out: pathlib.Path) -> None:
    """A dry or wet year of the Yellow River: reservoirs.csv and the series that differ; contracts stay those of 2030."""
    case = Case(BASE, base, label=hydrology)
    case.tables["buses"] = base.tables["buses"]
    report = hydro.add_hydro(case, hydrology)
    fresh = Case(BASE, base)
    fresh.tables["buses"] = base.tables["buses"]
    mean = hydro.add_hydro(fresh)
    del case.tables["buses"]
    for name in [n for n in case.tables if case.tables[n].equals(base.tables[n])]:
        del case.tables[name]
    folder = out / f"{BASE}-{hydrology}"
    case.write(folder)
    profiles = ",\n".join(f'    "profiles/{name}.csv"' for name in sorted(case.profiles))
    flow = hydro.tangnaihai_m3_per_s(hydrology) @ DAYS_OF_MONTH * 86400 / 1e8
    usual = hydro.tangnaihai_m3_per_s("mean") @ DAYS_OF_MONTH * 86400 / 1e8
    words = hydro.HYDROLOGY_WORDS[hydrology]
    _write(folder, _toml(hydrology, f"{words.split(' (')[0]} of the Yellow River", ["profiles = [", f"{profiles},", "]"]),
           f"""# Northwest {BASE}, {words}

[{BASE}](../{BASE}/README.md) with other water: Tangnaihai brings {flow:.0f}e8 m3 in place of {usual:.0f}e8 (months of river_inflow_monthly.csv, which are estimated); the rivers between Longyangxia
and Lanzhou deviate half as much (estimated), other rivers have their mean year. Reference storage, least releases and mean inflows are made anew for it (reservoirs.csv); Longyangxia ends the year where it
began, so nothing is carried over the years. By the reference releases all stations together make {_energy_twh(report):.1f} TWh in place of {_energy_twh(mean):.1f}. Contracts, plants and the weather of wind and sun stay.""")


def calmest_week(base: Case) -> tuple[int, float, float]:
    """First hour of the seven winter days with the least available wind of the five provinces, their capacity factor, and
    that of the winter."""
    table = base.tables["renewables"]
    wind = table[table.technology == "wind"]
    factor = sum(r.capacity_mw * base.profile(r.profile) for r in wind.itertuples()) / wind.capacity_mw.sum()
    winter = np.isin(MONTH_OF_HOUR, WINTER)
    starts = [h for h in range(0, HOURS - WEEK + 1, 24) if winter[h:h + WEEK].all()]
    first = min(starts, key=lambda h: factor[h:h + WEEK].mean())
    return first, factor[first:first + WEEK].mean(), factor[winter].mean()


def write_calm_week(base: Case, out: pathlib.Path) -> None:
    first, found, usual = calmest_week(base)
    month = int(MONTH_OF_HOUR[first])
    day = first // 24 - int(np.searchsorted(MONTH_OF_HOUR, month)) // 24 + 1
    start = f"{BASE}-{month:02d}-{day:02d}"
    calls = Case(BASE, base, label="calm-week")
    backup = base.tables["service"]
    calls.add_rows("backup_calls", [{"plant": name, "from_hour": first, "to_hour": first + WEEK, "source": "assumed",
                                     "quality": "estimated", "note": "the calm week calls Qinghai's emergency backup"}
                                    for name in backup[backup.backup == "yes"].plant])
    calls.write(out / f"{BASE}-calm-week")
    _write(out / f"{BASE}-calm-week",
           _toml("calm-week", "the winter week with the least wind", ["", "[run]", f"from = {start}", f"hours = {WEEK}"]),
           f"""# Northwest {BASE}, calm winter week

[{BASE}](../{BASE}/README.md) over the seven winter days (December to February) of its weather year with the least wind in the {len(PROVINCES)} provinces: from {start} on, mean availability {100 * found:.1f} % of
capacity; winter's mean is {100 * usual:.1f} %. One weather year is at hand (2020), so this is its calmest week and not one of twenty years; `--set wind.capacity=*0.8` makes it calmer. Qinghai's emergency backup of coal is
called for the week: it may run (backup_calls.csv); `--without backup_calls` says what it brings. `--from` and `--hours`
on the command line take other spans.""")


def write_left_out(out: pathlib.Path) -> None:
    """Variants without something of 2030."""
    for name, title, changes, words in (
            ("no-storage-plants", "without the storage plants of the Yellow River", ["storage_plants"],
             "without the 5000 MW of storage plants between Yangqu, Longyangxia and Laxiwa, and their machines"),
            ("no-third-line", "without the third UHV line", ["qinghai_third", "machines[name=condensers_wulan_converter]"],
             "without the third UHV line of Qinghai, its contracts of 40 TWh, and the condensers of its converter station")):
        listed = ", ".join(f'"{c}"' for c in changes)
        _write(out / f"{BASE}-{name}", _toml(name, title, [f"without = [{listed}]"]),
               f"# Northwest {BASE}, {name.replace('-', ' ')}\n\n[{BASE}](../{BASE}/README.md) {words}. All else stays: what the plan would build in their place is not asked.")


def write_cycling(out: pathlib.Path) -> None:
    """A stress for unit commitment, no forecast: thermal plants have to do what storage would."""
    changes = ["storages[technology=battery].capacity=*0.2", "storages[technology=pumped_hydro].capacity=*0.2",
               "pv.capacity=*2"]
    listed = ", ".join(f'"{c}"' for c in changes)
    _write(out / f"{BASE}-cycling", _toml("cycling", "little storage and twice the PV", [f"set = [{listed}]"]),
           f"""# Northwest {BASE}, cycling

[{BASE}](../{BASE}/README.md) with a fifth of its batteries and pumped storage (power, energy and machines) and twice its PV, so that thermal units start and stop every day. A stress for the engine
(`tests/bench/run year`), not a forecast: nobody plans this system, and contracts, lines and reserves stay as they are.""")


def write_tariffs(base: Case, out: pathlib.Path) -> None:
    """Vehicles and electric heat of Qinghai and Gansu answer their provinces' time-of-use tariffs."""
    with open(pathlib.Path(__file__).resolve().parent.parent / "market_2030.toml", "rb") as file:
        rules = {rule["region"]: rule for rule in tomllib.load(file)["tariffs"]}
    case = Case(BASE, base, label="tariffs")
    table = base.tables["flexible_loads"].copy()
    region = table.bus.map(base.buses().set_index("name").region)
    table["tariff_cny_per_mwh"], table["tariff_profile"] = 0.0, ""
    for name, rule in rules.items():
        factor = np.ones(24)
        for period in rule["periods"]:
            factor[period["hours"]] = period["factor"]
        mine = (region == name) & table.kind.isin(["ev_fleet", "heating"])
        table.loc[mine, "tariff_cny_per_mwh"] = float(rule["price_cny_per_mwh"])
        table.loc[mine, "tariff_profile"] = case.add_profile("tariffs", f"tariff_{name}", np.tile(factor, HOURS // 24))
        table.loc[mine, ["give_max_mw", "give_cny_per_mwh"]] = 0.0
        table.loc[mine, "note"] = table.note[mine] + "; answers the tariff of market_2030.toml and gives nothing back"
    case.tables["flexible_loads"] = table
    folder = out / f"{BASE}-tariffs"
    case.write(folder)
    count = int((table.tariff_cny_per_mwh > 0).sum())
    profiles = ", ".join(f'"profiles/{name}.csv"' for name in sorted(case.profiles))
    _write(folder, _toml("tariffs", "loads that answer time-of-use tariffs", [f"profiles = [{profiles}]"]),
           f"""# Northwest {BASE}, tariffs

[{BASE}](../{BASE}/README.md) in which vehicles and electric heat of Qinghai and Gansu ({count} rows of flexible_loads.csv) answer the time-of-use tariffs of market_2030.toml (a valley at noon as both have it, recalled; its hours, 9 to 17, factors and prices are estimated)
in place of being planned with the system (FL-7). They give nothing back. `--set flexible_loads.tariff_cny_per_mwh=0` plans them with the system again: what the tariffs cost.""")


def write_no_demand_response(base: Case, out: pathlib.Path) -> None:
    """Flexible loads use the same energy when it is needed: they become loads, with the shape of what they serve."""
    source = read("flexible_loads")
    source.index = source.kind + "_" + source.bus
    flexible = base.tables["flexible_loads"]
    plain = base.tables["loads"].set_index("bus")
    case = Case(BASE, base, label="no-demand-response")
    rows = []
    leaves = flexible[flexible.kind != "microgrid"]  # which is a supply of its own
    for row in leaves[~leaves.kind.isin(ON_TOP)].itertuples():
        shape = row.demand_profile if row.kind in ("heating", "ev_fleet") else None
        energy = source.energy_twh[row.name] * 1e6
        rows.append({"name": row.name, "bus": row.bus, "profile": shape,
                     "mean_mw": energy / (base.profile(shape).sum() if shape else HOURS),
                     "value_of_lost_load_cny_per_mwh": plain.value_of_lost_load_cny_per_mwh[row.bus],
                     "source": row.source, "quality": row.quality,
                     "note": "uses its energy when it is needed, " + (f"by {shape}" if shape else "evenly")})
    case.tables["loads"] = base.tables["loads"].copy()
    case.add_rows("loads", rows)
    folder = out / f"{BASE}-no-demand-response"
    case.write(folder)
    energy = sum(source.energy_twh[row["name"]] for row in rows)
    kinds = "|".join(dict.fromkeys(leaves.kind))
    _write(folder, _toml("no-demand-response", "loads that do not choose their hours",
                         [f'without = ["flexible_loads[kind={kinds}]"]']),
           f"""# Northwest {BASE}, no demand response

[{BASE}](../{BASE}/README.md) in which nobody chooses hours: the {energy:.1f} TWh of its flexible loads are drawn when they are needed ({len(rows)} rows more in loads.csv; smelters, works, data centres and electrolysers evenly, electric heat by the
weather, vehicles as they drive). Interruptible contracts and virtual power plants, which take no energy over the year, are left out; the microgrid, a supply of its own, stays.""")


DEMAND_TOLERANCE, DEMAND_SHORTFALL = 0.1, 100  # share of the curve that may be missing; CNY/MWh of what is missing below; both assumed
# Lines without a curve of their own in hvdc_profile.csv -> the line whose curve they take.
CURVE_OF = {"qinghai_second": "qingyu", "qinghai_third": "qingyu"}


def demanded_share(day: np.ndarray, mean_pu: np.ndarray) -> np.ndarray:
    """Hourly demand as share of the rating: a day's shape, scaled in each month so that its mean is mean_pu, at most 1."""
    values = np.zeros(HOURS)
    for month in range(1, 13):
        low, high = 0.0, 1.0 / day.min()
        for _ in range(60):
            scale = (low + high) / 2
            low, high = (scale, high) if np.minimum(1, scale * day).mean() < mean_pu[month - 1] else (low, scale)
        values[MONTH_OF_HOUR == month] = np.tile(np.minimum(1, high * day), DAYS_OF_MONTH[month - 1])
    return values


def write_demanded_curves(base: Case, out: pathlib.Path) -> None:
    """Receiving ends of the lines in hvdc_profile.csv, and of Qinghai's other UHV lines, ask for power by the hour (HV-6)."""
    case = Case(BASE, base, label="demanded-curves")
    curves = read("hvdc_profile")
    curves["line"] = [hvdc.LINES[zh][0] for zh in curves.name_zh]
    contracts = base.tables["contracts"]
    contracts = contracts[contracts.kind == "hvdc"]
    table = base.tables["hvdc"].copy()
    table["demand_profile"], table["demand_tolerance_pu"], table["demand_shortfall_cny_per_mwh"] = "", np.nan, np.nan
    count = 0
    for index, line in table.iterrows():
        day = curves[curves.line == CURVE_OF.get(line["name"], line["name"])].sort_values("hour_beijing")
        if not len(day):
            continue
        energy = contracts[contracts.of == line["name"]].sort_values("month").energy_gwh.to_numpy()
        mean_pu = energy * 1000 / (24 * DAYS_OF_MONTH * line.p_max_mw)
        table.loc[index, "demand_profile"] = case.add_profile("demand", f"demand_{line['name']}",
                                                              demanded_share(day.pu_of_daily_max.to_numpy(), mean_pu))
        table.loc[index, "demand_tolerance_pu"] = DEMAND_TOLERANCE
        table.loc[index, "demand_shortfall_cny_per_mwh"] = DEMAND_SHORTFALL
        table.loc[index, "note"] = f"{line.note}; demanded curve: {day['shape'].iloc[0]} of hvdc_profile.csv (estimated), by the contracts' months" \
            + (f"; shape of {CURVE_OF[line['name']]}" if line["name"] in CURVE_OF else "")
        count += 1
    case.tables["hvdc"] = table
    case.write(out / f"{BASE}-demanded-curves")
    profiles = ", ".join(f'"profiles/{name}.csv"' for name in sorted(case.profiles))
    _write(out / f"{BASE}-demanded-curves",
           _toml("demanded-curves", "receiving ends that ask for power by the hour", [f"profiles = [{profiles}]"]),
           f"""# Northwest {BASE}, demanded curves

[{BASE}](../{BASE}/README.md) in which the receiving ends of {count} lines ask for power by the hour (HV-6): the three UHV lines of Qinghai and the nine of the neighbours of which the data pack has a schedule of a day (hvdc_profile.csv, all estimated: flat in two
steps, evening peak, or following the sun as Qingyu, whose shape the second and third line take). Each is scaled in every month to its contract's energy, at most the rating. A tenth of it may be missing at no price, what is missing
below costs {DEMAND_SHORTFALL} CNY/MWh (both assumed). Contracts, levels, changes a day and all else stay; lines without a schedule in the data pack ask for nothing by the hour.""")


# What a storage plant's units give per flow, of the station beside them: a little less, so that the river's own water turns
# the station first.
REVERSIBLE_SHARE = 0.99


def write_river_pumps(base: Case, out: pathlib.Path) -> None:
    """The storage plants of the Yellow River as reversible units and pumps that move the river's own water."""
    case = Case(BASE, base, label="river-pumps")
    storages = base.tables["storages"]
    plants = storages[storages.technology == "storage_plant"]
    stations = base.tables["hydro"].set_index("name")
    reservoirs = base.tables["reservoirs"].set_index("name")
    efficiency = cost("storage_factory_pump_cascade", "round_trip_efficiency")
    turbines, pumps = [], []
    for plant, upper in zip(plants.itertuples(), ("yangqu", "longyangxia"), strict=True):
        station = stations.loc[upper]
        per_flow = round(REVERSIBLE_SHARE * station.mw_per_m3_per_s, 5)
        source = {"source": plant.source, "quality": "estimated"}
        turbines.append({
            "name": plant.name, "name_zh": plant.name_zh, "bus": plant.bus, "reservoir": upper, "technology": "storage_plant",
            "p_max_mw": plant.discharge_max_mw, "flow_max_m3_per_s": round(plant.discharge_max_mw / per_flow, 2),
            "mw_per_m3_per_s": per_flow, "variable_om_cny_per_mwh": station.variable_om_cny_per_mwh, **source,
            "note": f"reversible units of the storage plant; head and water fee of {upper}"})
        pumps.append({
            "name": f"{plant.name}_pump", "name_zh": plant.name_zh, "bus": plant.bus,
            "reservoir_from": reservoirs.downstream[upper], "reservoir_to": upper, "station": plant.name,
            "p_max_mw": plant.charge_max_mw, "mw_per_m3_per_s": round(per_flow / efficiency, 5), **source,
            "note": f"the same units as pumps; round trip {efficiency:g}"})
    case.tables["storages"] = storages.drop(plants.index)
    case.tables["hydro"] = base.tables["hydro"].assign(technology="hydro")
    case.add_rows("hydro", turbines)
    case.add_rows("pumps", pumps)
    machines = base.tables["machines"].copy()
    machines.loc[machines.plant.isin(plants.name), "plant_table"] = "hydro"
    case.tables["machines"] = machines
    case.write(out / f"{BASE}-river-pumps")
    _write(out / f"{BASE}-river-pumps", _toml("river-pumps", "storage plants that pump the river's own water", []),
           f"""# Northwest {BASE}, river pumps

[{BASE}](../{BASE}/README.md) in which the {plants.discharge_max_mw.sum():.0f} MW of storage plants of the Yellow River are reversible units and pumps between its reservoirs (HY-9): from Longyangxia up to Yangqu and from
Laxiwa up to Longyangxia. In {BASE} they are storages of 20 h whose water is their own; here it is the cascade's, so that levels, least releases and travel times bind, and the units can turn the river's water too. Head is that of the
station beside them ({100 * (1 - REVERSIBLE_SHARE):.0f} % less per flow, so that the station goes first) and one number, round trip {efficiency:g}, water fee as there. All else stays.""")


def write_heads(base: Case, out: pathlib.Path) -> None:
    """Head curves of the other large reservoirs of the Yellow River besides those that 2030 has."""
    case = Case(BASE, base, label="heads")
    stations = base.tables["hydro"].set_index("name", drop=False)
    added = [key for key in hydro.ESTIMATED_CURVES if key not in hydro.HEAD_CURVES]
    case.tables["head_curves"] = base.tables["head_curves"].copy()
    case.add_rows("head_curves", [row for key in added for row in hydro.head_rows(stations.loc[key])])
    case.write(out / f"{BASE}-heads")
    _write(out / f"{BASE}-heads", _toml("heads", "head curves of more reservoirs of the Yellow River", []),
           f"""# Northwest {BASE}, more heads

[{BASE}](../{BASE}/README.md) in which what {", ".join(added[:-1])} and {added[-1]} make of their water depends on the level of their reservoirs, too (HY-7), besides {" and ".join(hydro.HEAD_CURVES)}. Their levels follow from normal and
dead level, storage and rated head of hydro.csv by a power of the depth (estimated). Reference storages, flows and contracts stay those of {BASE}; the case is apart since a river of several such reservoirs is harder to prove: see measured_{BASE}.md.""")


def names() -> list[str]:
    """Folders of the variants."""
    return [f"{BASE}-{n}" for n in ("dry", "wet", "calm-week", "cycling", "no-storage-plants", "no-third-line",
                                    "no-demand-response", "tariffs", "river-pumps", "demanded-curves", "heads")]


def write_all(base: Case, out: pathlib.Path) -> None:
    write_hydrology(base, "dry", out)
    write_hydrology(base, "wet", out)
    write_calm_week(base, out)
    write_cycling(out)
    write_left_out(out)
    write_no_demand_response(base, out)
    write_tariffs(base, out)
    write_river_pumps(base, out)
    write_demanded_curves(base, out)
    write_heads(base, out)
