"""Renewable quotas of the provinces in 2030, and clean-share contracts of UHV lines in the years in which they stand."""

from .common import Case, PLAN, REGIONS, read
from .hvdc import LINES, lines, qinghai_uhv

# Share of consumption that is renewable. Qinghai's stands in its action plan (above 80 %); the others are assumed for 2030
# after the weights of 2024 and 2025, as in market_2030.toml.
ASSUMED = {"gansu": 0.58, "ningxia": 0.42, "shaanxi": 0.40, "xinjiang": 0.38}
# Lines outside Qinghai with a published share: (region, share, source, note).
PUBLISHED_LINES = {
    "qingdong": ("gansu", 0.5, "en.people.cn/n3/2025/0523/c98649-20318815.html (uhv_checks of the data pack)",
                 "36 TWh a year, at least half of it clean"),
    "kunyu": ("xinjiang", 0.7, "hvdc.csv (channel registry: over 70 % new energy)",
              "the registry may mean a share of the base's capacity (10.2 of 14.2 GW are wind, PV and CSP) and not of energy"),
}
SHORTFALL_CNY_PER_MWH = 50  # price of a green certificate at which a province would rather pay; assumed


def qinghai_share(year: int) -> float:
    table = read("plan_targets").set_index("item_en")
    return float(str(table.loc["renewable consumption responsibility share", f"y{year}"]).lstrip(">")) / 100


def add_targets(case: Case) -> None:
    rows = []
    for region in REGIONS if case.year == 2030 else []:
        ours = region == "qinghai"
        rows.append({"name": f"{region}_quota", "kind": "renewable", "region": region, "hvdc": "", "period": "year",
                     "share": qinghai_share(case.year) if ours else ASSUMED[region], "bought_max_pu": 1, "hard": "no",
                     "shortfall_cny_per_mwh": SHORTFALL_CNY_PER_MWH, "source": PLAN if ours else "assumed",
                     "quality": "published" if ours else "estimated",
                     "note": "responsibility share above 80 %; trade and price of what is missing are estimated" if ours
                     else "after the weights of 2024 and 2025; 2030 is not published"})
    for line in qinghai_uhv(case.year) if case.year == 2030 else []:
        rows.append({"name": f"{line}_clean", "kind": "renewable", "region": "qinghai", "hvdc": line, "period": "year",
                     "share": 1, "bought_max_pu": 1, "hard": "no", "shortfall_cny_per_mwh": SHORTFALL_CNY_PER_MWH,
                     "source": "assumed", "quality": "estimated",
                     "note": "a clean line: its certificates go to the receiving end with all that it carries"})
    standing = {LINES[z][0] for z in lines(case.year).name_zh}
    for line, (region, share, source, note) in PUBLISHED_LINES.items():
        if line in standing:
            rows.append({"name": f"{line}_clean", "kind": "renewable", "region": region, "hvdc": line, "period": "year",
                         "share": share, "bought_max_pu": 1, "hard": "no", "shortfall_cny_per_mwh": SHORTFALL_CNY_PER_MWH,
                         "source": source, "quality": "published",
                         "note": note + "; trade and price of what is missing are estimated"})
    if rows:
        case.add_rows("targets", rows)


def section(case: Case) -> str:
    shares = ", ".join(f"{r.region} {r.share:.2f}" for r in case.tables["targets"].itertuples() if r.hvdc == "")
    return f"""
## Quotas and certificates

`targets.csv`: renewable share of consumption that each province owes in the year ({shares}), Qinghai's UHV lines for all that they carry, and by what is published Longdong-Shandong for half and Kunyu for 70 % (which may be a share of capacity). Qinghai's is its action plan's responsibility share (above 80 %, published); the others, trade without limit and
{SHORTFALL_CNY_PER_MWH} CNY/MWh for what is missing are assumed. Qinghai's clean share of generation (100 % by the plan) is no row, as it has no plant with emissions in 2030. Over
the year they do not bind: without them the year's plan gives 1176 TWh where 723 are owed (before Longdong-Shandong and Kunyu, which add at most 43); a dark day taken alone may fall short. Equations: [targets](../../../docs/theory/targets.md); what they do: [decisions](../../../docs/decisions.md#quotas-and-certificates-are-rows-trade-has-no-columns).
"""
