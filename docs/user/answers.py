"""Three typical questions to a results file, answered with xarray.

    python docs/user/answers.py OUT.h5 [--region qinghai]

1. Is the region supplied by clean plants alone in every hour, and how much does it draw from its neighbours?
2. When and where are wind and sun curtailed, and what was the price at the plant then?
3. What does one more MW of a section's limit save, and how is it used over the day?
"""

import argparse
import sys

import numpy as np
import pandas as pd

import longyang


def clean_hours(d: longyang.Results, region: str) -> pd.Series:
    """Shares of the hours: without fossil output in the region, without import, and without both."""
    one = d.balances.sel(region=region)
    clean = d.clean_technologies()
    fossil = one.generation_mw.sel(technology=[t for t in one.technology.values if t not in clean]).sum("technology")
    no_fossil = fossil < 0.5
    no_import = one.ac_export_mw + one.hvdc_export_mw > -0.5
    return pd.Series({"no fossil plant runs": float(no_fossil.mean()), "nothing is imported, net": float(no_import.mean()),
                      "both": float((no_fossil & no_import).mean())})


def curtailment(d: longyang.Results) -> pd.DataFrame:
    """GWh curtailed by region and technology, share of what was available, and the mean price at the plants then."""
    plants = d.table("renewables")
    curtailed = (d.renewables.available_mw - d.renewables.p_mw).clip(min=0).to_pandas()
    price = d.buses.price_cny_per_mwh.to_pandas().reindex(plants.bus).set_axis(curtailed.index)
    frame = pd.DataFrame({"curtailed_gwh": curtailed.sum(axis=1) / 1e3, "worth": (curtailed * price).sum(axis=1) / 1e3,
                          "available_gwh": d.renewables.available_mw.sum("hour").to_pandas() / 1e3})
    sums = frame.groupby([plants.bus.map(d.table("buses").region), plants.technology]).sum()
    sums["share"] = sums.curtailed_gwh / sums.available_gwh
    sums["price_then_cny_per_mwh"] = sums.worth / sums.curtailed_gwh.where(sums.curtailed_gwh > 1e-9)
    return sums.drop(columns="worth")


def section_day(d: longyang.Results) -> tuple[str, float, pd.Series] | None:
    """The section whose limits are dearest: its name, what one MW more saves over the span in CNY, its mean flow by hour of the day."""
    limits = d.limits.to_dataframe()
    dear = limits[(limits.kind == "section") & (limits.price_cny_per_mwh.abs() > 1e-6)]
    if dear.empty:
        return None
    saved = dear.price_cny_per_mwh.abs().groupby(dear.item).sum()
    name = str(saved.idxmax())
    flow = d.sections.flow_mw.sel(name=name)
    return name, float(saved.max()), flow.groupby("hour.hour").mean().to_pandas()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results")
    parser.add_argument("--region", default=None, help="default: the first one")
    given = parser.parse_args()
    try:
        d = longyang.open_schedule(given.results)
    except (OSError, longyang.ResultsError) as error:
        print(error, file=sys.stderr)
        return 7
    with d:
        known = [str(name) for name in d.balances["region"].values]
        region = given.region or known[0]
        if region not in known:
            parser.error(f"--region: found {region}, expected one of {', '.join(known)}")
        print(f"1. {region}: share of the hours in which")
        print(clean_hours(d, region).map("{:.1%}".format).to_string(), "\n")
        print("2. curtailment")
        print(curtailment(d).round(4).to_string(), "\n")
        dearest = section_day(d)
        if dearest is None:
            print("3. no section has a price")
        else:
            name, saved, day = dearest
            print(f"3. section {name}: one MW more saves {saved:,.0f} CNY over the span; mean flow by hour of the day, MW")
            print(np.array2string(day.to_numpy(), precision=0, max_line_width=120))
    return 0


if __name__ == "__main__":
    sys.exit(main())
