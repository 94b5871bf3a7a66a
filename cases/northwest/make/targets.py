"""Renewable quotas of the provinces in 2030, and clean-share contracts of Qinghai's UHV lines."""

from .common import Case, PLAN, REGIONS, read
from .hvdc import qinghai_uhv

# Share of consumption that is renewable. Qinghai's stands in its action plan (above 80 %); the others are assumed for 2030
# after the weights of 2024 and 2025, as in market_2030.toml.
ASSUMED = {"gansu": 0.58, "ningxia": 0.42, "shaanxi": 0.40, "xinjiang": 0.38}
SHORTFALL_CNY_PER_MWH = 50  # price of a green certificate at which a province would rather pay; assumed


def qinghai_share(year: int) -> float:
    table = read("plan_targets").set_index("item_en")
    return float(str(table.loc["renewable consumption responsibility share", f"y{year}"]).lstrip(">")) / 100


def add_targets(case: Case) -> None:
    rows = []
    for region in REGIONS:
        ours = region == "qinghai"
        rows.append({"name": f"{region}_quota", "kind": "renewable", "region": region, "hvdc": "", "period": "year",
                     "share": qinghai_share(case.year) if ours else ASSUMED[region], "bought_max_pu": 1, "hard": "no",
                     "shortfall_cny_per_mwh": SHORTFALL_CNY_PER_MWH, "source": PLAN if ours else "assumed",
                     "quality": "published" if ours else "estimated",
                     "note": "responsibility share above 80 %; trade and price of what is missing are estimated" if ours
                     else "after the weights of 2024 and 2025; 2030 is not published"})
    for line in qinghai_uhv(case.year):
        rows.append({"name": f"{line}_clean", "kind": "renewable", "region": "qinghai", "hvdc": line, "period": "year",
                     "share": 1, "bought_max_pu": 1, "hard": "no", "shortfall_cny_per_mwh": SHORTFALL_CNY_PER_MWH,
                     "source": "assumed", "quality": "estimated",
                     "note": "a clean line: its certificates go to the receiving end with all that it carries"})
    case.add_rows("targets", rows)


def section(case: Case) -> str:
    shares = ", ".join(f"{r.region} {r.share:.2f}" for r in case.tables["targets"].itertuples() if r.hvdc == "")
    return f"""
## Quotas and certificates

`targets.csv`: renewable share of consumption that each province owes in the year ({shares}), and Qinghai's UHV lines for all that they carry. Qinghai's is its action plan's responsibility share (above 80 %, published); the others, trade without limit and
{SHORTFALL_CNY_PER_MWH} CNY/MWh for what is missing are assumed. Qinghai's clean share of generation (100 % by the plan) is no row, as it has no plant with emissions in 2030. Equations: [targets](../../../docs/theory/targets.md); what they do: [decisions](../../../docs/decisions.md#quotas-and-certificates-are-rows-trade-has-no-columns).
"""
