"""Whether a region goes without fossil power over a span: what refutes it, with what margin it holds, what it costs.

    longyang run CASE --engine prices --from 2030-05-20 --hours 168 --all-clean qinghai:2030-05-20/7d -o clean.h5
    python -m longyang.all_clean clean.h5 [--against free.h5] [--span qinghai:2030-05-20/7d]

The spans are those that the run was asked for, or the one given. Rules (CS-1 to CS-4) stand in docs/theory/all-clean.md.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys

import numpy as np
import pandas as pd

from . import command
from .results import HOURS_OF_YEAR, Results, ResultsError, open_schedule, require_same, told

#: MW below which nothing is missing.
SMALL_MW = 0.01
#: Verdicts on a span (CS-2), and those with which the command ends well.
HOLDS, BUT_FOR_MUST_RUN = "holds", "holds but for must-run units"
REFUTED, FOSSIL_RUNS = "refuted by this run", "does not hold: fossil plants run"
FAULTY, FRACTIONAL = "no verdict: the run's schedule is faulty", "no verdict: numbers of units may be fractions"
HELD = (HOLDS, BUT_FOR_MUST_RUN)
#: Start of some year of 365 days, as all years of a run are.
YEAR_START = datetime.datetime(2001, 1, 1)


class SpanError(ResultsError):
    """What is asked for cannot be looked at in the file."""


class OutsideError(SpanError):
    """The file has no hour of a span."""


class SpanReport:
    """One region and span of a results file, by those of the span's hours that the file has."""

    def __init__(self, results: Results, text: str):
        self.results, self.text = results, text
        self.region, begin, end = _parse(results, text)
        self.hours = hours = _hours_of_file(results, begin, end, text)
        self.asked, self.count = end - begin, hours.stop - hours.start
        d = results
        buses = d.table("buses")["region"]
        thermal, fuels = d.table("thermal"), d.table("fuels")
        emits = fuels["co2_t_per_gj"][thermal["fuel"]].to_numpy() > 0
        here = self._here(buses[thermal["bus"]].to_numpy()) & emits
        self.fossil = pd.DataFrame(_values(d.thermal.p_mw)[:, hours], index=thermal.index)[here]
        self.shed = _values(d.balances.shed_mw)[self._regions()][:, hours].sum(axis=0)
        self.unserved = self._unserved(buses)
        self.reserve_short = self._reserve_short()
        self.unused = self._unused(buses)
        self.import_mw = -_values(d.balances.ac_export_mw)[self._regions()][:, hours].sum(axis=0)
        self.inflow_mw, self.inflow_fossil_mw, self.mix = self._fossil_of_others(buses, emits)

    def _here(self, regions: np.ndarray) -> np.ndarray:
        return np.ones(len(regions), dtype=bool) if self.region == "all" else regions == self.region

    def _regions(self) -> np.ndarray:
        return self._here(self.results.balances["region"].values)

    def _unserved(self, buses: pd.Series) -> np.ndarray:
        """Demand of flexible loads that is not served (FL-6), MW by hour."""
        d = self.results
        if "flexible_loads" not in d.tables or not len(d.flexible_loads["name"]):
            return np.zeros(self.count)
        here = self._here(buses[d.table("flexible_loads")["bus"]].to_numpy())
        return _values(d.flexible_loads.unserved_mw)[here][:, self.hours].sum(axis=0)

    def _missing(self) -> list[tuple[str, np.ndarray]]:
        """What refutes the span, MW by hour."""
        return [("load not served", self.shed), ("demand of flexible loads not served", self.unserved),
                ("reserve missing", self.reserve_short)]

    def _reserve_short(self) -> np.ndarray:
        d = self.results
        if "reserves" not in d.tables or not len(d.reserves["name"]):
            return np.zeros(self.count)
        here = self._here(d.table("reserves")["region"].to_numpy())
        return np.nan_to_num(_values(d.reserves.short_mw))[here][:, self.hours].sum(axis=0)

    # CS-3  clean power that stood by: not taken from wind and PV, turbines' room, full stores, of what is in service (SV-3, SV-4)
    def _unused(self, buses: pd.Series) -> np.ndarray:
        d = self.results
        total = np.zeros(self.count)
        for group, room in [
                ("renewables", lambda: _values(d.renewables.available_mw) - _values(d.renewables.p_mw)),
                ("hydro", lambda: d.table("hydro")["p_max_mw"].to_numpy()[:, None] * d.in_service("hydro") - _values(d.hydro.p_mw)),
                ("storages", lambda: np.minimum(
                    d.table("storages")["discharge_max_mw"].to_numpy()[:, None] * d.in_service("storages"),
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
        fossil = np.zeros((len(names), self.count))
        for k, region in enumerate(buses[thermal["bus"]].to_numpy()):
            if emits[k]:
                fossil[place[region]] += _values(d.thermal.p_mw)[k, self.hours]
        given = _values(d.balances.generation_mw).sum(axis=1)[:, self.hours]
        flow = np.zeros((len(names), len(names), self.count))  # from, to
        branches = d.table("branches")
        through = _values(d.branches.flow_mw)[:, self.hours]
        for k, (a, b) in enumerate(zip(buses[branches["from_bus"]], buses[branches["to_bus"]], strict=True)):
            if a != b:
                flow[place[a], place[b]] += through[k]
                flow[place[b], place[a]] -= through[k]
        if "dc_links" in d.groups:  # what arrives; the loss is used where it is sent
            links = d.table("dc_links")
            ends = zip(links["from_bus"], links["to_bus"], links["loss_pu"], _values(d.dc_links.forward_mw)[:, self.hours],
                       _values(d.dc_links.backward_mw)[:, self.hours], strict=True)
            for from_bus, to_bus, loss, forward, backward in ends:
                a, b = buses[from_bus], buses[to_bus]
                if a != b:
                    flow[place[a], place[b]] += (1.0 - loss) * (forward - backward)
                    flow[place[b], place[a]] -= (1.0 - loss) * (forward - backward)
        flow = np.maximum(flow, 0.0)
        inflow, of_fossil, through_mwh, through_fossil = np.zeros(self.count), np.zeros(self.count), 0.0, 0.0
        inside = self._regions()
        for t in range(self.count):
            into = flow[:, :, t].T  # into[r, q]: from q to r
            matrix = np.diag(np.maximum(given[:, t] + into.sum(axis=1), 1e-9)) - into
            share = np.linalg.solve(matrix, fossil[:, t])
            inflow[t] = into[np.ix_(inside, ~inside)].sum()
            of_fossil[t] = (into[np.ix_(inside, ~inside)] @ share[~inside]).sum()
            through_mwh += given[inside, t].sum() + inflow[t]
            through_fossil += fossil[inside, t].sum() + of_fossil[t]
        return inflow, of_fossil, through_fossil / max(through_mwh, 1e-9)

    # CS-2  nothing is missing, and nothing burns
    def verdict(self) -> str:
        if self.results.faulty:
            return FAULTY
        if self.results.fractional:
            return FRACTIONAL
        if any((mw > SMALL_MW).any() for _, mw in self._missing()):
            return REFUTED
        if self.fossil.to_numpy().sum() <= SMALL_MW:
            return HOLDS
        return BUT_FOR_MUST_RUN if self.only_must_run() else FOSSIL_RUNS

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
        at = self.hours.start + hour
        here = [(float(price), f"{kind} {item}") for kind, item, when, price in zip(
            limits.kind.values, limits.item.values, limits["at"].values, limits.price_cny_per_mwh.values,
            strict=True) if int(when) == at and price > 0.01]
        return [f"{name} ({price:.0f} CNY/MWh)" for price, name in sorted(here, reverse=True)[:3]]

    def words(self) -> str:
        """The report."""
        fossil_mwh, when = float(self.fossil.to_numpy().sum()), self.fossil.sum().to_numpy()
        lines = [f"all-clean {self.text}: {self.verdict()}{self._covered()}"]
        if fossil_mwh > SMALL_MW:
            lines.append(f"  fossil output {fossil_mwh:,.0f} MWh in {int((when > SMALL_MW).sum())} of {self.count} h")
            by_plant = self.fossil.sum(axis=1).sort_values(ascending=False).head(5)
            for name, mwh in by_plant[by_plant > SMALL_MW].items():
                lines.append(f"    {name}: {mwh:,.0f} MWh")
        for what, missing in self._missing():
            if (missing > SMALL_MW).any():
                worst = int(missing.argmax())
                lines.append(f"  {what}: {missing.sum():,.1f} MWh in {int((missing > SMALL_MW).sum())} h, most "
                             f"{missing[worst]:,.1f} MW at {self._date(worst)}; limits with a price then: "
                             + (", ".join(self.causes(worst)) or "none of the network: energy or water is short"))
        least = int(self.unused.argmin())
        lines.append(f"  clean power that stood by: least {self.unused[least]:,.0f} MW at {self._date(least)}, "
                     f"mean {self.unused.mean():z,.0f} MW")
        net = np.maximum(self.import_mw, 0.0)
        lines.append(f"  from other regions: {self.inflow_mw.sum():,.0f} MWh flow in, transit among it, "
                     f"{self.inflow_fossil_mw.sum():,.0f} MWh of it fossil by proportional sharing ({self.mix:z.2%} of the "
                     f"region's mix); net import in {int((net > SMALL_MW).sum())} h, {net.sum():,.0f} MWh; net export of "
                     f"the span {-self.import_mw.sum():z,.0f} MWh")
        return "\n".join(lines)

    def _covered(self) -> str:
        """How much of the span the file has, where that is not all of it."""
        return "" if self.count == self.asked else f"; the file has {self.count} of its {self.asked} h, and only these are judged"

    def _date(self, hour: int) -> str:
        """Date of an hour of those judged, without 29 February."""
        header = self.results.header
        time = YEAR_START + datetime.timedelta(hours=int(header["span_begin_hour"]) + self.hours.start + hour)
        return f"{header['case_year']}-{time:%m-%dT%H}"


def against(clean: Results, free: Results, text: str) -> str:
    """What the span costs: the run with it against one without, over the same hours."""
    require_same(clean, free, ("case_name", "span_begin_hour", "span_hours"))
    cost = [float(d.certificate.cost_cny) for d in (clean, free)]
    bound = [float(d.certificate.bound_cny) for d in (clean, free)]
    co2 = [float(np.nansum(_values(d.balances.co2_t))) for d in (clean, free)]
    before, after = (float(SpanReport(d, text).fossil.to_numpy().sum()) for d in (free, clean))
    return (f"  against '{free.path}': cost {command.signed(cost[0] - cost[1])} CNY (the bounds differ by {command.signed(bound[0] - bound[1])}; "
            f"the gaps leave {cost[0] - bound[0] + cost[1] - bound[1]:z,.0f} open), fossil output in the span "
            f"{before:,.0f} MWh there, {after:,.0f} here; CO2 of the system {command.signed(co2[0] - co2[1])} t")


def _parse(results: Results, text: str) -> tuple[str, int, int]:
    """Region, first hour of the year and the one behind the last."""
    year = int(results.header["case_year"])
    try:
        region, rest = text.split(":", 1)
        date, length = rest.rsplit("/", 1)
        begin, hours = _hour_of_date(date, year), int(length[:-1]) * {"d": 24, "h": 1}[length[-1]]
        if hours < 1 or begin + hours > HOURS_OF_YEAR:
            raise ValueError(length)
    except (ValueError, KeyError, IndexError) as error:
        raise SpanError(f"found '{text}', expected REGION:DATE/LENGTH within the year, such as qinghai:{year}-05-20/7d") from error
    known = list(results.balances["region"].values)
    if region != "all" and region not in known:
        raise SpanError(f"found '{region}', expected one of {', '.join(known)} or all")
    return region, begin, begin + hours


def _hour_of_date(date: str, year: int) -> int:
    """Hour of the year of 2030-05-20 or 2030-05-20T06. ValueError where it is none of `year`, or 29 February, which a run leaves out."""
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d)(?::00)?)?", date)
    if not found or int(found[1]) != year:
        raise ValueError(date)
    since = YEAR_START.replace(month=int(found[2]), day=int(found[3]), hour=int(found[4] or 0)) - YEAR_START
    return 24 * since.days + since.seconds // 3600


def _hours_of_file(results: Results, begin_hour: int, end_hour: int, text: str) -> slice:
    """Hours of the file that lie between two hours of the year."""
    first = int(results.header["span_begin_hour"])
    hours = slice(max(begin_hour - first, 0), min(end_hour - first, int(results.header["span_hours"])))
    if hours.start >= hours.stop:
        raise OutsideError(f"'{results.path}' has none of the hours of {text}")
    return hours


def _with_hours(results: Results, texts: list[str], all_asked: bool) -> list[str]:
    """Spans of which the file has an hour. Of those that a case brings with it, which may lie anywhere in its year, the others are noted and passed over;
    OutsideError where one was asked for, or none is left."""
    kept, outside = [], []
    for text in texts:
        try:
            _hours_of_file(results, *_parse(results, text)[1:], text)
            kept.append(text)
        except OutsideError as error:
            if all_asked:
                raise
            outside.append(error)
    if not kept:
        raise outside[0]
    for error in outside:
        print(f"longyang.all_clean: {error}: passed over", file=sys.stderr)
    return kept


def _values(variable) -> np.ndarray:
    return np.asarray(variable.values, dtype=float)


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
            raise SpanError(f"'{given.results}' was run without --all-clean; --span says which to look at")
        free = open_schedule(given.against) if given.against else None
        with told(results, free):
            reports = [SpanReport(results, text) for text in _with_hours(results, texts, bool(given.span))]
            for report in reports:
                print(report.words())
                if free:
                    print(against(results, free, report.text))
        held = all(report.verdict() in HELD for report in reports)
    except (ResultsError, OSError) as error:
        print(f"longyang.all_clean: {command.words_of(error)}", file=sys.stderr)
        return 2 if isinstance(error, SpanError) else 7
    return 0 if held else 4


if __name__ == "__main__":
    command.run(main)
