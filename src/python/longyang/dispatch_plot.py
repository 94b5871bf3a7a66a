"""A picture of how one region is supplied, hour by hour.

    python -m longyang.dispatch_plot out.h5 --region qinghai -o dispatch.png

Above: what its plants give (stacked upwards), what it draws and sends out (stacked downwards), its load. Below: its price.
"""

from __future__ import annotations

import argparse
import pathlib
import sys

try:
    import matplotlib
except ModuleNotFoundError as error:
    MISSING = "longyang.dispatch_plot needs matplotlib: pip install 'src/python[plot]'"
    if __name__ == "__main__":
        print(MISSING, file=sys.stderr)
        sys.exit(7)
    raise ModuleNotFoundError(MISSING, name=error.name) from None

matplotlib.use("Agg")
import matplotlib.dates as mdates  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from . import command  # noqa: E402
from .results import MissingError, Results, open_schedule, told  # noqa: E402
from .technologies import EXCHANGE, colour, ordered  # noqa: E402
from .whole_file import whole_file  # noqa: E402


class RegionError(MissingError):
    """A case has no region of this name."""


def stacks(results: Results, region: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GW given to and taken from the region's network by hour, a column a kind, those without energy left out.

    Raises RegionError where there is no such region.
    """
    balances = results.balances
    if region not in balances["region"].values:
        known = ", ".join(balances["region"].values)
        raise RegionError(f"no region '{region}' in {results.path}; it has {known}")
    one = balances.sel(region=region)
    generation = one.generation_mw.to_pandas().T
    discharge = one.discharge_mw.to_pandas().T
    charge = one.charge_mw.to_pandas().T
    hvdc, other = one.hvdc_export_mw.to_pandas(), one.ac_export_mw.to_pandas()
    given = generation.join(discharge.add_suffix(" "), how="outer")  # csp stands among both kinds of plants
    given = given.T.groupby(lambda name: name.strip()).sum().T
    given["from other regions"] = (-other).clip(lower=0)
    given["HVDC import"] = (-hvdc).clip(lower=0)
    taken = charge.add_suffix(" charging")
    taken["HVDC export"] = hvdc.clip(lower=0)
    taken["to other regions"] = other.clip(lower=0)
    if "dc_loss_mw" in one:  # not in older files
        taken["losses of DC links"] = one.dc_loss_mw.to_pandas()

    def tidy(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.loc[:, frame.sum() > 1e-3 * max(frame.sum().sum(), 1e-9)] / 1e3
        return frame[ordered(frame)]

    return tidy(given), tidy(taken)


def draw(results: Results, region: str) -> plt.Figure:
    """The picture as a matplotlib figure."""
    given, taken = stacks(results, region)
    one = results.balances.sel(region=region)
    load = (one.load_mw + one.flexible_mw).to_pandas() / 1e3
    figure, (energy, price) = plt.subplots(2, 1, figsize=(10, 6.2), sharex=True, height_ratios=[4, 1],
                                           layout="constrained")
    # Hours as steps: those that no other follows, the last one and one before 29 February, are drawn to their ends, and nothing behind them.
    hour = pd.Timedelta(hours=1)
    alone = np.append(load.index[1:] != load.index[:-1] + hour, True)

    def stepped(frame):
        ends = frame[alone].set_axis(load.index[alone] + hour)
        return pd.concat([frame, ends, ends * np.nan]).sort_index(kind="stable")

    hours = stepped(load).index

    exports = {"HVDC export": "hvdc_export", "to other regions": "to_regions", "from other regions": "from_regions",
               "HVDC import": "hvdc_import", "losses of DC links": "dc_loss"}

    def shade(name: str) -> str:
        return EXCHANGE[exports[name]] if name in exports else colour(name.removesuffix(" charging"))

    for frame, sign, alpha in ((given, 1, 1.0), (taken, -1, 0.75)):
        if len(frame.columns):  # there are no colours of nothing
            energy.stackplot(hours, sign * stepped(frame).T.values, labels=frame.columns.str.replace("_", " "),
                             colors=[shade(n) for n in frame.columns], step="post", linewidth=0, alpha=alpha)
    energy.step(hours, stepped(load), where="post", color="black", linewidth=1.8, label="load")
    energy.axhline(0, color="black", linewidth=0.8)
    energy.set_ylabel("GW")
    energy.grid(axis="y", color="#dddddd", linewidth=0.6)
    energy.set_axisbelow(True)
    energy.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=9, reverse=True)
    start = load.index[0].strftime("%Y-%m-%d")
    energy.set_title(f"{region}, {start}, {len(load)} h  ({results.header['case_name']}, {results.header['status']}, Longyang "
                     f"{results.header['program_version']})", fontsize=11, loc="left")
    price.step(hours, stepped(one.price_cny_per_mwh.to_pandas()), where="post", color="#2b6ca3")
    price.set_ylabel("CNY/MWh")
    price.set_xlim(hours[0], hours[-1])
    price.grid(axis="y", color="#dddddd", linewidth=0.6)
    price.xaxis.set_major_formatter(mdates.ConciseDateFormatter(price.xaxis.get_major_locator()))
    for axes in (energy, price):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="longyang.dispatch_plot", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file")
    parser.add_argument("--region", required=True, help="name of a region of the case")
    parser.add_argument("-o", "--output", default="dispatch.png", help="picture to write (default %(default)s)")
    given = parser.parse_args(arguments)
    try:
        with open_schedule(given.results) as results, told(results):
            figure = draw(results, given.region)
        with whole_file(given.output) as part:  # ValueError where the ending names no kind of picture
            figure.savefig(part, dpi=110, format=pathlib.Path(given.output).suffix.removeprefix(".") or "png")
    except (OSError, ValueError) as error:
        print(f"longyang.dispatch_plot: {command.words_of(error)}", file=sys.stderr)
        return 2 if isinstance(error, RegionError) else 7
    return 0


if __name__ == "__main__":
    command.run(main)
