"""Whether a region goes without fossil power over a span: what refutes it, with what margin it holds, what it costs.

    longyang run CASE --engine prices --from 2030-05-20 --hours 168 --all-clean qinghai:2030-05-20/7d -o clean.h5
    python -m longyang.all_clean clean.h5 [--against free.h5] [--span qinghai:2030-05-20/7d]

The spans are those that the run was asked for, or the one given. Rules (CS-1 to CS-4) stand in docs/theory/all-clean.md.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd

from . import command
from .results import Results, ResultsError, open_schedule, require_same, told

#: MW below which nothing is missing.
SMALL_MW = 0.01


class SpanReport:
    """One region and span of a results file."""

    def __init__(self, results: Results, text: str):
        self.results, self.text = results, text
        self.region, hours = _parse(results, text)
        self.hours = hours
        self.time = results.balances["hour"].values[hours]
        d = results
        buses = d.table("buses")["region"]
        thermal, fuels = d.table("thermal"), d.table("fuels")
        emits = fuels["co2_t_per_gj"][thermal["fuel"]].to_numpy() > 0
        here = self._here(buses[thermal["bus"]].to_numpy()) & emits
        self.fossil = pd.DataFrame(_values(d.thermal.p_mw)[:, hours], index=thermal.index)[here]
        self.shed = _values(d.balances.shed_mw)[self._regions()][:, hours].sum(axis=0)
        self.reserve_short = self._reserve_short()
        self.unused = self._unused(buses)
        self.import_mw = -_values(d.balances.ac_export_mw)[self._regions()][:, hours].sum(axis=0)
        self.inflow_mw, self.inflow_fossil_mw, self.mix = self._fossil_of_others(buses, emits)

    def _here(self, regions: np.ndarray) -> np.ndarray:
        return np.ones(len(regions), dtype=bool) if self.region == "all" else regions == self.region

    def _regions(self) -> np.ndarray:
        return self._here(self.results.balances["region"].values)

    def _reserve_short(self) -> np.ndarray:
        d = self.results
        if "reserves" not in d.tables or not len(d.reserves["name"]):
            return np.zeros(len(self.time))
        here = self._here(d.table("reserves")["region"].to_numpy())
        return np.nan_to_num(_values(d.reserves.short_mw))[here][:, self.hours].sum(axis=0)

    # CS-3  clean power that stood by: not taken from wind and PV, turbines' room, full stores
    def _unused(self, buses: pd.Series) -> np.ndarray:
        d = self.results
        total = np.zeros(len(self.time))
        for group, room in [
                ("renewables", lambda: _values(d.renewables.available_mw) - _values(d.renewables.p_mw)),
                ("hydro", lambda: d.table("hydro")["p_max_mw"].to_numpy()[:, None] - _values(d.hydro.p_mw)),
                ("storages", lambda: np.minimum(
                    d.table("storages")["discharge_max_mw"].to_numpy()[:, None],
                    np.maximum(_values(d.storages.energy_mwh), 0.0)) - _values(d.storages.discharge_mw)
                    + _values(d.storages.charge_mw))]:
            if len(d[group]["name"]):
                here = self._here(buses[d.table(group)["bus"]].to_numpy())
                # Heat stores feed no bus; the room of their power blocks is left out.
                here &= ~np.isin(d[group]["name"].values.astype(str), list(d.heat_stores())) if group == "storages" else True
                total += np.maximum(room()[here][:, self.hours], 0.0).sum(axis=0)
        return total

    # CS-4  share of fossil power in what a region takes in, by proportional sharing between regions
    def _fossil_of_others(self, buses: pd.Series, emits: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """MW that flow in from other regions (transit too), MW of it from fossil plants, and the share of fossil power
        in all that is used, stored or sent on in the region over the span."""
        d = self.results
        names = list(d.balances["region"].values)
        place = {name: k for k, name in enumerate(names)}
        thermal = d.table("thermal")
        fossil = np.zeros((len(names), len(self.time)))
        for k, region in enumerate(buses[thermal["bus"]].to_numpy()):
            if emits[k]:
                fossil[place[region]] += _values(d.thermal.p_mw)[k, self.hours]
        given = _values(d.balances.generation_mw).sum(axis=1)[:, self.hours]
        flow = np.zeros((len(names), len(names), len(self.time)))  # from, to
        branches = d.table("branches")
        through = _values(d.branches.flow_mw)[:, self.hours]
        for k, (a, b) in enumerate(zip(buses[branches["from_bus"]], buses[branches["to_bus"]], strict=True)):
            if a != b:
                flow[place[a], place[b]] += through[k]
                flow[place[b], place[a]] -= through[k]
        flow = np.maximum(flow, 0.0)
        inflow, of_fossil, through_mwh, through_fossil = np.zeros(len(self.time)), np.zeros(len(self.time)), 0.0, 0.0
        inside = self._regions()
        for t in range(len(self.time)):
            into = flow[:, :, t].T  # into[r, q]: from q to r
            matrix = np.diag(np.maximum(given[:, t] + into.sum(axis=1), 1e-9)) - into
            share = np.linalg.solve(matrix, fossil[:, t])
            inflow[t] = into[np.ix_(inside, ~inside)].sum()
            of_fossil[t] = (into[np.ix_(inside, ~inside)] @ share[~inside]).sum()
            through_mwh += given[inside, t].sum() + inflow[t]
            through_fossil += fossil[inside, t].sum() + of_fossil[t]
        return inflow, of_fossil, through_fossil / max(through_mwh, 1e-9)

    # CS-2  nothing is missing, and nothing burns
    def holds(self) -> bool:
        return not (self.shed > SMALL_MW).any() and not (self.reserve_short > SMALL_MW).any() and \
            self.fossil.to_numpy().sum() <= SMALL_MW

    def only_must_run(self) -> bool:
        """All fossil output is that of units that must run."""
        thermal = self.results.table("thermal")
        running = pd.DataFrame(_values(self.results.thermal.units_on)[:, self.hours], index=thermal.index)
        running = running.loc[self.fossil.index]
        required = pd.DataFrame(_values(self.results.thermal.units_required)[:, self.hours], index=thermal.index)
        return bool((running <= required.loc[running.index] + 1e-6).all(axis=None))

    def causes(self, hour: int) -> list[str]:
        """Limits with a price in an hour of the span, the dearest first."""
        limits = self.results.limits
        at = range(*self.hours.indices(10**9))[hour]
        here = [(float(price), f"{kind} {item}") for kind, item, when, price in zip(
            limits.kind.values, limits.item.values, limits["at"].values, limits.price_cny_per_mwh.values,
            strict=True) if int(when) == at and price > 0.01]
        return [f"{name} ({price:.0f} CNY/MWh)" for price, name in sorted(here, reverse=True)[:3]]

    def words(self) -> str:
        """The report."""
        fossil_mwh, when = float(self.fossil.to_numpy().sum()), self.fossil.sum().to_numpy()
        lines = [f"all-clean {self.text}: " + self._verdict(fossil_mwh)]
        if fossil_mwh > SMALL_MW:
            lines.append(f"  fossil output {fossil_mwh:,.0f} MWh in {int((when > SMALL_MW).sum())} of {len(self.time)} h")
            by_plant = self.fossil.sum(axis=1).sort_values(ascending=False).head(5)
            for name, mwh in by_plant[by_plant > SMALL_MW].items():
                lines.append(f"    {name}: {mwh:,.0f} MWh")
        for what, missing in [("load not served", self.shed), ("reserve missing", self.reserve_short)]:
            if (missing > SMALL_MW).any():
                worst = int(missing.argmax())
                lines.append(f"  {what}: {missing.sum():,.1f} MWh in {int((missing > SMALL_MW).sum())} h, most "
                             f"{missing[worst]:,.1f} MW at {_day(self.time[worst])}; limits with a price then: "
                             + (", ".join(self.causes(worst)) or "none of the network: energy or water is short"))
        least = int(self.unused.argmin())
        lines.append(f"  clean power that stood by: least {self.unused[least]:,.0f} MW at {_day(self.time[least])}, "
                     f"mean {self.unused.mean():,.0f} MW")
        net = np.maximum(self.import_mw, 0.0)
        lines.append(f"  from other regions: {self.inflow_mw.sum():,.0f} MWh flow in, transit among it, "
                     f"{self.inflow_fossil_mw.sum():,.0f} MWh of it fossil by proportional sharing ({self.mix:.2%} of the "
                     f"region's mix); net import in {int((net > SMALL_MW).sum())} h, {net.sum():,.0f} MWh; net export of "
                     f"the span {-self.import_mw.sum():,.0f} MWh")
        return "\n".join(lines)

    def _verdict(self, fossil_mwh: float) -> str:
        if self.holds():
            return "holds"
        if (self.shed > SMALL_MW).any() or (self.reserve_short > SMALL_MW).any():
            return "refuted by this run"
        return "holds but for must-run units" if self.only_must_run() else "does not hold: fossil plants run"


def against(clean: Results, free: Results, text: str) -> str:
    """What the span costs: the run with it against one without, over the same hours."""
    require_same(clean, free, ("case_name", "span_begin_hour", "span_hours"))
    cost = [float(d.certificate.cost_cny) for d in (clean, free)]
    bound = [float(d.certificate.bound_cny) for d in (clean, free)]
    co2 = [float(np.nansum(_values(d.balances.co2_t))) for d in (clean, free)]
    before, after = (float(SpanReport(d, text).fossil.to_numpy().sum()) for d in (free, clean))
    return (f"  against '{free.path}': cost {cost[0] - cost[1]:+,.0f} CNY (the bounds differ by {bound[0] - bound[1]:+,.0f}; "
            f"the gaps leave {cost[0] - bound[0] + cost[1] - bound[1]:,.0f} open), fossil output in the span "
            f"{before:,.0f} MWh there, {after:,.0f} here; CO2 of the system {co2[0] - co2[1]:+,.0f} t")


def _parse(results: Results, text: str) -> tuple[str, slice]:
    """Region, and the hours of the file that lie in the span."""
    try:
        region, rest = text.split(":", 1)
        date, length = rest.rsplit("/", 1)
        hours = int(length[:-1]) * {"d": 24, "h": 1}[length[-1]]
        first = pd.Timestamp(date)
    except (ValueError, KeyError) as error:
        raise ResultsError(f"found '{text}', expected REGION:DATE/LENGTH such as qinghai:2030-05-20/7d") from error
    known = list(results.balances["region"].values)
    if region != "all" and region not in known:
        raise ResultsError(f"found '{region}', expected one of {', '.join(known)} or all")
    times = pd.DatetimeIndex(results.balances["hour"].values)
    inside = np.flatnonzero((times >= first) & (times < first + pd.Timedelta(hours=hours)))
    if not len(inside):
        raise ResultsError(f"'{results.path}' has none of the hours of {text}")
    return region, slice(int(inside[0]), int(inside[-1]) + 1)


def _values(variable) -> np.ndarray:
    return np.asarray(variable.values, dtype=float)


def _day(time) -> str:
    return f"{pd.Timestamp(time):%Y-%m-%dT%H}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m longyang.all_clean", description=__doc__.splitlines()[0])
    parser.add_argument("results", help="results file of longyang run --all-clean")
    parser.add_argument("--span", help="REGION:DATE/LENGTH, in place of those of the run")
    parser.add_argument("--against", help="results file of the same run without --all-clean")
    given = parser.parse_args(arguments)
    try:
        results = open_schedule(given.results)
        spans = given.span or results.header["options"].get("all_clean", "")
        texts = [text.strip() for text in spans.split(";") if text.strip()]
        if not texts:
            raise ResultsError(f"'{given.results}' was run without --all-clean; --span says which to look at")
        free = open_schedule(given.against) if given.against else None
        held = True
        with told(results, free):
            for text in texts:
                report = SpanReport(results, text)
                print(report.words())
                if free:
                    print(against(results, free, text))
                held = held and (report.holds() or report.only_must_run() and not report.shed.any())
    except (ResultsError, OSError) as error:
        print(f"longyang.all_clean: {error}", file=sys.stderr)
        return 7
    return 0 if held else 4


if __name__ == "__main__":
    command.run(main)
