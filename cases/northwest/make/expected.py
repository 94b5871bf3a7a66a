"""expected.toml: the plan's table 1 for a case's year, row by row, with what of the model answers each row; for 2020 the
published figures of a back-cast too."""

from .common import read

# Technologies that a capacity row counts. The plan's clean capacity of 2020 leaves batteries out, that of later years holds
# them. What it counts as flexible is not said: hydro and storage come nearest to its shares (26.2 and 28.8 %).
CLEAN = ["hydro", "pv", "wind", "csp", "biomass"]
MADE_CLEAN = CLEAN + ["geothermal", "nuclear_chp"]  # these stand on top of the plan's capacities
STORES = ["pumped_hydro", "storage_plant", "battery"]
FLEXIBLE = ["hydro", *STORES]

# item -> (figure of the model, technologies, remark)
FIGURES = {
    "primary energy production": ("none", [], "coal, gas and oil are not in the model"),
    "clean capacity": ("capacity_mw", CLEAN + STORES, ""),
    "hydro": ("capacity_mw", ["hydro"], ""),
    "pv": ("capacity_mw", ["pv"], ""),
    "wind": ("capacity_mw", ["wind"], ""),
    "csp": ("capacity_mw", ["csp"], ""),
    "biomass": ("capacity_mw", ["biomass"], ""),
    "pumped hydro": ("capacity_mw", ["pumped_hydro"], ""),
    "storage factory": ("capacity_mw", ["storage_plant"], ""),
    "electrochemical storage": ("capacity_mw", ["battery"], ""),
    "clean share of capacity": ("capacity_share_pct", MADE_CLEAN + STORES, "coal counts net of its own use"),
    "total generation": ("generation_twh", [], "output of all plants, without storage's"),
    "clean share of generation": ("generation_share_pct", MADE_CLEAN, ""),
    "flexible share of capacity": ("capacity_share_pct", FLEXIBLE,
                                   "the plan does not say what counts: hydro and storage are taken"),
    "primary energy use": ("none", [], "heat, transport and industry's fuels are not in the model"),
    "electricity use": ("load_twh", [], "load served"),
    "gross export to other provinces": ("gross_export_twh", [],
                                        "HVDC out of the province and, hour by hour, the net outward flow to each neighbour"),
    "clean share of primary energy": ("none", [], "heat, transport and industry's fuels are not in the model"),
    "renewable consumption responsibility share": (
        "renewable_use_pct", [], "renewables in own output and import, import at the mix of the neighbours' output"),
}


def _list(texts: list[str]) -> str:
    return "[" + ", ".join(f'"{t}"' for t in texts) + "]"


def _published(year: int) -> list[str]:
    """Rows of the back-cast."""
    lines = []
    for row in read(f"published_{year}").fillna("").itertuples():
        lines += ["", "[[row]]", f'group = "{row.group}"', f'item = "{row.item}"', f'item_zh = "{row.item_zh}"',
                  f'region = "{row.region}"',
                  f'unit = "{row.unit}"', f"expected = {row.value:.10g}", f'figure = "{row.figure}"']
        if row.technologies:
            lines.append(f"technologies = {_list(row.technologies.split())}")
        if row.months:
            lines.append(f"months = [{', '.join(str(row.months).split())}]")
        if row.of:
            lines.append(f'of = "{row.of}"')
        if row.remark:
            lines.append(f'remark = "{row.remark}"')
        lines += [f'source = "{row.source}"', f'quality = "{row.quality}"']
    return lines


def expected_toml(year: int) -> str:
    lines = [f'# The plan\'s table 1 for {year}, and what of the model answers each row. Written by make_case.py; read by',
             "# `python -m longyang.scorecard OUT.h5` and the report.", 'region = "qinghai"', f"year = {year}"]
    for row in read("plan_targets").itertuples():
        figure, technologies, remark = FIGURES[row.item_en]
        if year == 2020 and row.item_en in ("clean capacity", "clean share of capacity"):
            technologies = [t for t in technologies if t != "battery"]
            remark = "; ".join(w for w in (remark, "the plan's figure of 2020 holds no batteries") if w)
        plan = getattr(row, f"y{year}")
        if year == 2020 and row.item_en == "flexible share of capacity":
            remark += "; the plan's table has 0 for 2020"
        bound = isinstance(plan, str) and plan.startswith(">")
        number = float(str(plan).lstrip(">"))
        unit = {"万吨标煤": "10 kt of standard coal"}.get(row.unit, row.unit)
        lines += ["", "[[row]]", f'item = "{row.item_en}"', f'item_zh = "{row.item_zh}"', f'unit = "{unit}"',
                  f"expected = {number:.10g}", f'figure = "{figure}"']
        if year == 2020 and figure == "capacity_share_pct":
            lines.append('without = ["battery"]')
        if bound:
            lines.append("at_least = true")
        if technologies:
            lines.append(f"technologies = {_list(technologies)}")
        if remark:
            lines.append(f'remark = "{remark}"')
        lines += [f'source = "{row.source}"', f'quality = "{row.quality}"']
    if year == 2020:
        lines += _published(year)
    return "\n".join(lines) + "\n"
