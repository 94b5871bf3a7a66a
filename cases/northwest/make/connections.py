"""Bases whose wind, PV and battery share one connection (collection line) to their bus. Which do, and how strong the line is, is
assumed: no list of them is public."""

from .common import Case

SOURCE = "assumed: bases of wind and PV with storage are connected for less than the sum of their capacities"
EXPORT_SHARE = 0.65  # of the capacity of wind and PV, as the large bases stand behind their UHV lines (12 to 13 GW for 8 GW)
# Bus of the base: its name. Batteries may be charged from the grid too (docs/decisions.md says what it does to the gap if not).
BASES = {"tala_330": ("base_tala", "塔拉滩基地"), "kunlunshan_330": ("base_kunlunshan", "昆仑山基地"),
         "qaidam_330": ("base_qaidam", "柴达木基地"), "dunhuang": ("base_dunhuang", "敦煌基地"), "yandun": ("base_yandun", "烟墩基地")}


def add_connections(case: Case) -> None:
    renewables, storages = case.tables["renewables"], case.tables["storages"]
    renewables["connection"], storages["connection"] = "", ""
    rows = []
    for bus, (name, name_zh) in BASES.items():
        plants = (renewables.bus == bus) & renewables.technology.isin(["wind", "pv"])
        batteries = (storages.bus == bus) & (storages.technology == "battery")
        if not plants.any() or not batteries.any():
            raise ValueError(f"{bus} has no wind or PV beside a battery")
        renewables.loc[plants, "connection"] = name
        storages.loc[batteries, "connection"] = name
        rows.append({"name": name, "name_zh": name_zh, "bus": bus, "export_max_mw": EXPORT_SHARE * renewables.capacity_mw[plants].sum(),
                     "import_max_mw": storages.charge_max_mw[batteries].sum(), "source": SOURCE, "quality": "estimated",
                     "note": f"{EXPORT_SHARE:g} of the capacity of wind and PV; the battery is charged by the base or the grid"})
    case.add_rows("connections", rows)


def section(case: Case) -> str:
    """For the case's README."""
    table = case.tables["connections"]
    return f"""
## Connections of bases

{len(table)} bases feed in through one line each ([connections.csv](connections.csv); NW-4 of [network.md](../../../docs/theory/network.md)): what their wind, PV and battery give together is at most {100 * EXPORT_SHARE:.0f} % of the capacity of wind and PV, {table.export_max_mw.sum():,.0f} MW in all. Their
batteries may be charged from the grid too (`--set connections.import_max_mw=0`: by the base alone). Which bases share a line and how strong it is, is estimated. All other plants are limited by the network alone. `--without connections` takes the limits away and leaves the plants.
"""
