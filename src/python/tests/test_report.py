"""The HTML report of a small case with every kind of plant: what the page shows is what the results file holds."""

import html
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib
import types

import h5py
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import xarray as xr

import longyang
from longyang import command, dispatch_plot, exports, report, resources
from longyang.report import build, comparison, figure
from longyang.report.__main__ import main
from longyang.report.sections import (backbone, certificate, curtailment, durations, energy, export, limits, prices, reservoirs, scorecard,
                                      security, storage, verdict, week)
from longyang.report.markup import percent
from longyang.report.study import Study
from longyang.report.words import Words
from test_results import ROOT, example_writer

CERTIFICATE = {
    "cost_cny": 2.0e7, "bound_cny": 1.9e7, "gap": 0.05, "confirmed": True, "faults": [],
    "parts": [{"part": "thermal", "gap_by_month_cny": [4e5] + [0.0] * 11, "gap_of_whole_span_cny": 1e5, "gap_cny": 5e5},
              {"part": "rows NW-2", "gap_by_month_cny": [0.0, 5e5] + [0.0] * 10, "gap_of_whole_span_cny": 0.0, "gap_cny": 5e5}]}

#: As runs that keep limits of security say it.
SECURED = "dual value of the stored prices by weak duality (PE-2), of the programme with the rows of security in the file (SE-14)"


def data_of(page: str) -> dict:
    """What the page's script draws."""
    return json.loads(re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.S)[1])


def rows_of(page: str, section: str) -> dict[str, list[str]]:
    """Cells of a section's tables by their first cell, English words only."""
    part = re.search(rf'<section id="{section}">(.*?)</section>', page, re.S)[1]
    part = re.sub(r'<span lang="zh">.*?</span>', "", part)
    out = {}
    for row in re.findall(r"<tr>(.*?)</tr>", part, re.S):
        cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)]
        out.setdefault(cells[0], cells[1:])
    return out


def read_number(cell: str) -> float:
    return float(cell.replace("−", "-").replace(",", "").rstrip(" %")) if cell else 0.0


HOURS = 72


def run_base(folder, regions="", span=("--hours", str(HOURS)), year=2030) -> pathlib.Path:
    """Results of tests/faults/base, three buses with a row in every table, over three days or another span; with more rows of regions.csv; of another year."""
    case = shutil.copytree(ROOT / "tests/faults/base", folder / "case")
    (case / "case.toml").write_text((case / "case.toml").read_text().replace("relax = true\n", "").replace("year = 2030", f"year = {year}"))
    with open(case / "regions.csv", "a", encoding="utf-8") as file:
        file.write(regions)
    program = os.environ.get("LONGYANG") or example_writer().parent / "longyang"
    environment = {**os.environ, "OMPI_MCA_ess_singleton_isolated": "1"}  # alone, without Open MPI's daemon
    subprocess.run([program, "run", case, "-o", folder / "out.h5", *span, "--engine", "prices"], check=True,
                   env=environment, timeout=120)
    return folder / "out.h5"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return run_base(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def d(path):
    with longyang.open(path) as results:
        yield results


@pytest.fixture(scope="module")
def study(d):
    return Study(d)


@pytest.fixture(scope="module")
def page(d):
    return report.page(d, certificate=CERTIFICATE)


def test_the_hourly_store_holds_the_files_series(d, page):
    store = data_of(page)["hours"]
    assert store["count"] == HOURS
    for region in store["regions"]:
        one = d.balances.sel(region=region["name"])
        series = {s["key"]: figure.unpacked(s) for s in region["series"]}
        np.testing.assert_allclose(series["load"], one.load_mw.values, rtol=1e-4, atol=0.1)
        np.testing.assert_allclose(series["price"], one.price_cny_per_mwh.values, rtol=1e-4, atol=0.1)
        given = sum(figure.unpacked(s) for s in region["series"] if s["side"] in ("given", "shed"))
        taken = sum(figure.unpacked(s) for s in region["series"] if s["side"] == "taken")
        np.testing.assert_allclose(given - taken, one.load_mw.values, rtol=1e-3, atol=0.5)


def test_the_energy_table_is_the_files_sums_and_adds_up_to_zero(d, page, study):
    frame = energy.balance_gwh(study)
    np.testing.assert_allclose(frame[study.regions].sum(), 0, atol=1e-6)
    unit, divisor, decimals = energy.unit_of(float(frame.abs().max().max()))
    rows = rows_of(page, "energy")
    assert unit in rows
    load = -d.balances.load_mw.sum("hour") / 1e3 / divisor
    assert [read_number(c) for c in rows["Load"][:len(study.regions)]] == pytest.approx(list(load.values), abs=0.6 * 10.0 ** -decimals)


def fossil_mw(d):
    """The case's coal at Xining and gas at Lanzhou, by region and hour."""
    return d.balances.generation_mw.sel(technology=["coal_chp", "gas_ocgt"]).sum("technology")


def test_clean_hours_are_those_without_fossil_output(d, study):
    fossil = fossil_mw(d)
    found = energy.clean_figures(study)
    for region in study.regions:
        assert found.hours_all_clean[region] == float((fossil.sel(region=region) < 0.5).mean())
    assert found.hours_all_clean["qinghai"] < found.hours_all_clean["gansu"]


def test_the_verdict_says_cost_bound_and_gap(d, page):
    text = re.sub(r"<[^>]+>", "", re.search(r'<section id="verdict">(.*?)</section>', page, re.S)[1])
    assert "20.0 million CNY" in text and "19.0 million CNY" in text and "5.00 %" in text  # as certified
    assert "2,000.0 万元" in text
    stored = re.sub(r"<[^>]+>", "", report.page(d))
    assert verdict.money(float(d.certificate.cost_cny))[0] in stored and "no breach" in stored
    assert f"{100 * float(d.certificate.gap):.2f} %" in stored


def changed(path, tmp_path, change) -> pathlib.Path:
    """A copy of the file after change(file)."""
    copy = tmp_path / "changed.h5"
    shutil.copy(path, copy)
    with h5py.File(copy, "r+") as file:
        change(file)
    return copy


def test_a_sum_of_nothing_is_said(d, path, tmp_path):
    """A schedule at its bound; two runs of the same cost."""
    assert verdict.money(0.0) == ("0 CNY", "0 元")
    at_bound = {**CERTIFICATE, "bound_cny": CERTIFICATE["cost_cny"], "gap": 0.0}
    text = re.sub(r"<[^>]+>", "", "".join(verdict.proof_sentences(Study(d, at_bound))))
    assert "the best possible one is at most 0 CNY, or 0.00 %, cheaper" in text and "最优方案至多再低 0 元" in text
    assert "The costs differ by 0 CNY." in report.page(d, other=d)


def test_limits_of_security_that_are_broken_stand_beside_the_cost(path, tmp_path):
    """2 million CNY of broken limits are no part of the cost, but of the gap."""
    with longyang.open(path) as results:
        cost, bound = (float(results.certificate[name]) for name in ("cost_cny", "bound_cny"))

    def change(file):
        file["certificate/broken_limits_cny"][()] = 2e6
        file["certificate/gap"][()] = (cost + 2e6 - bound) / abs(cost + 2e6)

    with longyang.open(changed(path, tmp_path, change)) as results:
        text = re.sub(r"<[^>]+>", "", re.search(r'<section id="verdict">(.*?)</section>', report.page(results), re.S)[1])
        assert "breaks limits of security by what counts 2.000 million CNY at their price" in text
        assert f"({verdict.money(cost + 2e6 - bound)[0]}, or {100 * (cost + 2e6 - bound) / (cost + 2e6):.2f} %, less)" in text


def test_without_plotly_the_command_says_what_is_missing(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    build._plotly.cache_clear()
    assert main([str(path), "-o", str(tmp_path / "page.html")]) == 7
    assert "pages need plotly" in capsys.readouterr().err and not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("low, cause", [((), "cause_other"), (("bus",), "cause_network"), (("bus", "region"), "cause_region"),
                                        (("bus", "region", "system"), "cause_system")])
def test_causes_of_curtailment_follow_the_prices(path, tmp_path, low, cause):
    """1 MW is curtailed in every hour; prices are 300, but -100 at the plant's bus, in its region, everywhere."""
    with longyang.open(path) as results:
        bus = list(results.buses["name"].values).index("delingha")
        region = list(results.balances["region"].values).index("qinghai")

    def change(file):
        file["renewables/available_mw"][...] = file["renewables/p_mw"][...] + 1.0
        for name in ("buses/price_cny_per_mwh", "balances/price_cny_per_mwh"):
            file[name][...] = 300.0
        if "bus" in low:
            file["buses/price_cny_per_mwh"][bus, :] = -100.0
        if "region" in low:
            file["balances/price_cny_per_mwh"][region, :] = -100.0
            file["balances/load_mw"][region, :] = 1.0  # next to nothing in the system's mean price
        if "system" in low:
            file["balances/price_cny_per_mwh"][...] = -100.0

    with longyang.open(changed(path, tmp_path, change)) as results:
        found = curtailment.by_cause(Study(results))
        assert found[cause].sum() == pytest.approx(HOURS / 1e3)
        assert found.sum().sum() == pytest.approx(HOURS / 1e3)
        if cause != "cause_region":
            return
        rows = rows_of(report.page(results), "curtailment")
        assert rows["Sum"][-len(curtailment.CAUSES):][list(curtailment.CAUSES).index(cause)] == "100 %"


def test_a_region_without_buses_has_no_part_in_prices(tmp_path):
    """1 MW of wind is curtailed in every hour where all prices are -100: a surplus of the whole system, whose third region has no bus and no price."""
    def change(file):
        file["renewables/available_mw"][...] = file["renewables/p_mw"][...] + 1.0
        file["buses/price_cny_per_mwh"][...] = -100.0
        price = file["balances/price_cny_per_mwh"]
        price[...] = np.where(np.isnan(price[...]), np.nan, -100.0)

    out = changed(run_base(tmp_path, "ningxia,宁夏,made up,estimated\n"), tmp_path, change)
    with longyang.open(out) as results:
        study = Study(results)
        assert study.regions == ["qinghai", "gansu", "ningxia"]
        assert curtailment.by_cause(study).sum()["cause_system"] == pytest.approx(HOURS / 1e3)
        assert prices.region_prices(study)["mean"].to_dict() == {"qinghai": -100.0, "gansu": -100.0}
        rows = rows_of(report.page(results), "prices")
        assert rows["Qinghai"][0] == "−100.0" and "Ningxia" not in rows
        assert 'value="ningxia"' not in prices.section(study).body
        assert "Ningxia" not in rows_of(report.page(results, other=results), "prices")


def test_limits_of_a_reservoir_are_widened_to_its_reference():
    """HY-2: a reference of 10 and then 12 hm3 at the ends of hours lies above 8 hm3."""
    table = pd.DataFrame({"storage_min_hm3": [2.0], "storage_max_hm3": [8.0], "storage_min_profile": [""], "storage_max_profile": ["half"],
                          "reference_profile": ["rule"]}, index=["lake"])
    profiles = {"half": np.array([0.5, 0.5, 0.5]), "rule": np.array([4.0, 10.0, 12.0])}
    study = types.SimpleNamespace(table=lambda name: table, hours=range(2),
                                  profile=lambda name, later=0: profiles[name][later:later + 2])
    low, high, reference, found = reservoirs.limits_hm3(study, "lake")
    assert found and list(reference) == [4, 10]
    assert list(low) == [2, 2] and list(high) == [10, 12]


def test_lines_storages_reservoirs_and_prices_are_the_files(d, page, study):
    lines = export.line_figures(study)
    assert lines.sent_gwh.to_numpy() == pytest.approx(d.hvdc.p_mw.sum("hour").values / 1e3) and not lines.taken_gwh.any()
    name = str(d.hvdc["name"].values[0])
    cells = rows_of(page, "export")[study.words.pair(f"hvdc:{name}")[0]]
    assert read_number(cells[1]) == pytest.approx(lines.sent_gwh[name], abs=0.06)
    use = storage.use(study)
    assert use.discharged_gwh.sum() == pytest.approx(float(d.storages.discharge_mw.sum()) / 1e3)
    levels = reservoirs.figures_of(study)
    for reservoir in levels.index:
        ends = d.reservoirs.storage_hm3.sel(name=reservoir)
        start = {"upper": 120.0, "lower": 5.0}[reservoir]  # its reference, and its least storage where it has none
        assert levels["first"][reservoir] == start and levels["last"][reservoir] == float(ends[-1])
        assert levels.largest[reservoir] == max(start, float(ends.max())) and levels.least[reservoir] == min(start, float(ends.min()))
        drawn = next(t for t in data_of(page)["figures"][f"reservoir-{reservoir}"]["data"] if t["name"] == "@{level}")
        np.testing.assert_allclose(figure.unpacked(drawn["y"]), [start, *ends.values], rtol=1e-6)
    means = prices.region_prices(study)["mean"]
    weights = d.balances.load_mw
    expected = (d.balances.price_cny_per_mwh * weights).sum("hour") / weights.sum("hour")
    for region in study.regions:
        if float(weights.sel(region=region).sum()) > 0:
            assert means[region] == pytest.approx(float(expected.sel(region=region)))


def test_a_line_that_goes_both_ways(path, tmp_path):
    """100 MW at the rating in every hour, in 24 of 72 the other way: 4.8 GWh out and 2.4 in are 72 hours at the rating, and all hours are such."""
    def change(file):
        file["hvdc/p_mw"][...] = np.where(np.arange(HOURS) < 24, -100.0, 100.0)[None, :]
        file["hvdc/delivered_mw"][...] = np.where(np.arange(HOURS) < 24, -105.0, 95.0)[None, :]
        file["system/hvdc/p_min_mw"][...] = -100.0

    with longyang.open(changed(path, tmp_path, change)) as results:
        found = export.line_figures(Study(results)).loc["delingha_east"]
        assert found[["sent_gwh", "delivered_gwh", "taken_gwh", "net_gwh", "full_load_h", "use", "at_top"]].tolist() == pytest.approx([4.8, 4.56, 2.4, 2.4, HOURS, 1, 1])
        made = report.page(results)
        assert rows_of(made, "export")["Delingha East"][:7] == ["100", "4.8", "4.6", "2.4", "72", "100 %", "100 %"]
        assert rows_of(made, "export")["Line"][3] == "Taken in GWh" and "利用小时与平均利用率按送出与受入电量合计" in made
        compared = rows_of(report.page(results, other=results), "export")
        assert compared["Delingha East"][:2] == ["2.4", "2.4"]
        assert resources.power(resources.Run(results), {"rows": [{"table": "hvdc"}]}).startswith("4.8 GWh sent, 2.4 GWh taken in, 72 h, worth")


def test_limits_of_export_by_cause(path, tmp_path):
    """A group `security` as runs with --security write it: its hours by cause; without one, the page says what to run."""
    def change(file):
        if "security" in file:
            del file["security"]
        group = file.create_group("security")
        for name in ("name", "hour"):
            file.copy(file[f"hvdc/{name}"], group, name)
            group[name].make_scale(name)
        power = file["hvdc/p_mw"][...]
        cause = np.where(np.arange(HOURS) < 10, 4.0, 0.0)[None, :]
        margin = np.full_like(power, 50.0)
        margin[0, :4] = 0.5, -0.5, -1.5, 1.0
        rounds = {"line_hours": [3, 0], "line_mwh": [90, 0], "station_hours": [0, 0], "station_mwh": [0, 0], "outage_ratings": [0, 0],
                  "outage_mwh": [0, 0], "listed_ratings": [24, 0], "listed_mwh": [5, 0], "voltage_hours": [4, 1], "voltage_bus_hours": [7, 1], "voltage_mwh": [416, 12], "slack_hours": [0, 0],
                  "slack_mvar": [0, 0], "cost_cny": [1e6, 2e6]}
        group.create_dataset("round", data=np.arange(2)).make_scale("round")
        for name, values in rounds.items():
            data = group.create_dataset(f"round_{name}", data=np.array(values, dtype=float))
            data.attrs["units"], data.attrs["long_name"] = "1", name
            data.dims[0].attach_scale(group["round"])
        for name, values in (("limit_mw", np.where(np.arange(HOURS) == 20, 0.0, 90.0) + 0 * power), ("cause", cause), ("margin_mw", margin), ("price_cny_per_mwh", 0 * power)):
            data = group.create_dataset(name, data=values)
            data.attrs["units"], data.attrs["long_name"] = "1", name
            for place, axis in enumerate(("name", "hour")):
                data.dims[place].attach_scale(group[axis])

    with longyang.open(changed(path, tmp_path, change)) as results:
        study = Study(results)
        assert security.hours_by_cause(study).loc["delingha_east"].to_dict() == {0: HOURS - 10, 4: 10}
        line = security.line_limits(study).loc["delingha_east"]
        assert line.least_mw == 0 and rows_of(f'<section id="s">{security.part(study)[0]}</section>', "s")["Delingha East"][1] == "0"
        assert line.at_limit == 3 and line.above == 1  # 1 MW of difference is none
        assert "by more than 1 MW" in security.part(study)[0]
        assert line.above == exports.exports(results).above_h["delingha_east"]
        body = security.part(study)[0]
        assert "export-cause" in body
        # A kind of which nothing was broken has no column.
        assert "416" in body and study.words.say("round_voltage_mwh") in body
        assert "single outages" not in body
        # One that has tells of how many of an hour the count is.
        assert 'listed outages, the 10 worst an hour</span><span lang="zh">所列双回故障越限次数（每小时最重的 10 个）</span>' in body

    def without(file):
        if "security" in file:
            del file["security"]
    with longyang.open(changed(path, tmp_path, without)) as results:
        assert "longyang flow" in security.part(Study(results))[0]


def test_corridors_take_circuits_together(d, study):
    frame = backbone.corridors(study)
    branches = d.table("branches")
    assert frame.circuits.sum() == int((branches.rating_mw > 0).sum())
    row = frame.iloc[0]
    members = [n for n, b in branches.iterrows() if {b.from_bus, b.to_bus} == {row["from"], row["to"]}]
    sign = [1 if branches.from_bus[n] == row["from"] else -1 for n in members]
    flow = sum(s * d.branches.flow_mw.sel(name=n).values for s, n in zip(sign, members))
    assert row.largest == pytest.approx(np.abs(flow).max() / branches.rating_mw[members].sum())


def network(branches, flow, there=True):
    """What corridors() asks of a study."""
    return types.SimpleNamespace(table=lambda name: branches, group=lambda name: flow,
                                 results=types.SimpleNamespace(in_service=lambda name: np.full(flow.flow_mw.shape, there)))


def test_a_corridor_is_loaded_by_the_circuits_that_are_there():
    """Two circuits of 250 MW, the second from hour 2 on; a third corridor's only circuit never is."""
    branches = pd.DataFrame({"from_bus": ["a", "a", "b"], "to_bus": ["b", "b", "c"], "rating_mw": [250.0, 250.0, 100.0]})
    flow = xr.Dataset({"flow_mw": (("name", "hour"), [[200.0, 240.0, 100.0, 120.0], [0.0, 0.0, 100.0, 120.0], [0.0, 0.0, 0.0, 0.0]])})
    frame = backbone.corridors(network(branches, flow, np.array([[True] * 4, [False, False, True, True], [False] * 4])))
    assert list(frame["from"]) == ["a"] and frame.rating_mw[0] == 500
    assert frame.largest[0] == pytest.approx(0.96) and frame["mean"][0] == pytest.approx((0.8 + 0.96 + 0.4 + 0.48) / 4)
    assert frame.above_90[0] == 0.25


def test_limits_of_export_count_hours_with_the_line_in_service():
    """A line from hour 2 of 4 on: before, its limit is 0 and set by nothing."""
    values = {"cause": [[0.0, 0.0, 4.0, 0.0]], "limit_mw": [[0.0, 0.0, 70.0, 90.0]], "margin_mw": [[0.0, 0.0, -5.0, 20.0]], "price_cny_per_mwh": [[0.0, 0.0, 30.0, 0.0]]}
    group = xr.Dataset({name: (("name", "hour"), rows) for name, rows in values.items()}, coords={"name": ["line"]})
    there = np.array([[False, False, True, True]])
    study = types.SimpleNamespace(group=lambda name: group, results=types.SimpleNamespace(in_service=lambda name: there))
    assert security.hours_by_cause(study).loc["line"].to_dict() == {0: 1, 4: 1}
    assert security.line_limits(study).loc["line"].to_dict() == {"hours": 2, "mean_mw": 80, "least_mw": 70, "at_limit": 1, "above": 1, "above_mwh": 5, "saved_cny": 30}


def test_a_section_that_lets_nothing_through_one_way():
    """100 MW forward, nothing back: 50 forward, no flow, and 3 MW the wrong way, which have no loading."""
    table = pd.DataFrame({"limit_forward_mw": [100.0, 100.0], "limit_backward_mw": [0.0, 0.0]}, index=["kept", "broken"])
    flow = xr.Dataset({"flow_mw": (("name", "hour"), [[50.0, 0.0, -1e-9], [50.0, 0.0, -3.0]])}, coords={"name": ["kept", "broken"]})
    found = limits.section_loading(types.SimpleNamespace(table=lambda name: table, group=lambda name: flow))
    assert found.loc["kept", ["mean", "largest", "hours_full"]].tolist() == [pytest.approx(0.5 / 3), 0.5, 0]
    assert found.loc["broken", ["mean", "largest", "hours_full"]].tolist() == [0.25, 0.5, 0]


def test_contracts_of_sections_are_none_of_a_line():
    """Two periods of a line's contract, one met, and one of a section's."""
    table = pd.DataFrame({"kind": ["hvdc", "section"], "of": ["line", "gate"]}, index=["sold", "sent"])
    periods = xr.Dataset({"contract": ("period", ["sold", "sold", "sent"]), "short_mwh": ("period", [0.0, 4.0, 0.0])})
    found = export.contract_figures(types.SimpleNamespace(table=lambda name: table, group=lambda name: periods))
    assert found.to_dict("index") == {"line": {"periods": 2, "met": 1, "short_mwh": 4.0}}


def test_curtailment_at_the_top_is_that_of_wind_and_pv(path, tmp_path):
    """1 MW of wind is curtailed in every hour, and 1000 MW of hydro, which are no part of it."""
    with longyang.open(path) as results:
        technologies = list(results.balances.technology.values)
    assert {"hydro", "wind"} <= set(technologies)

    def change(file):
        file["balances/curtailed_mw"][...] = 0.0
        file["balances/curtailed_mw"][0, technologies.index("wind")] = 1.0
        file["balances/curtailed_mw"][0, technologies.index("hydro")] = 1000.0

    with longyang.open(changed(path, tmp_path, change)) as results:
        made = float(results.balances.generation_mw.sel(technology=[t for t in ("wind", "pv") if t in technologies]).sum())
        assert verdict.key_figures(Study(results))["curtailed_share"] == pytest.approx(HOURS / (HOURS + made))


@pytest.mark.parametrize("engine, said", [("prices", True), ("highs", False)])
def test_certify_is_named_where_it_works(engine, said, path, tmp_path):
    def change(file):
        file.attrs["option_engine"] = engine

    with longyang.open(changed(path, tmp_path, change)) as results:
        study = Study(results)
        bodies = [verdict.section(study).body, certificate.section(study).body]
    assert [("longyang certify" in body) for body in bodies] == [said, said]


def test_a_corridor_with_a_circuit_without_limit_has_none():
    """Circuits of 60 MW and without a limit carry 50 MW each; of the other corridor's 2 x 100 MW 60 each are used."""
    branches = pd.DataFrame({"from_bus": ["a", "a", "b", "c"], "to_bus": ["b", "b", "c", "b"], "rating_mw": [60.0, 0.0, 100.0, 100.0]})
    flow = xr.Dataset({"flow_mw": (("name", "hour"), [[50.0], [50.0], [60.0], [-60.0]])})
    frame = backbone.corridors(network(branches, flow))
    assert list(frame["from"]) == ["b"] and frame.rating_mw[0] == 200 and frame.largest[0] == pytest.approx(0.6)


def test_a_period_of_a_contract_is_met_to_a_thousandth_of_a_mwh(path, tmp_path):
    """As the summary in the terminal counts: 0.0009 MWh short of little is met, 0.0011 of much is not."""
    def change(file):
        file["contracts/short_mwh"][...] = 0.0009
        file["contracts/low_mwh"][...] = 10.0
        file["contracts/short_mwh"][0], file["contracts/low_mwh"][0] = 0.0011, 1e5

    with longyang.open(changed(path, tmp_path, change)) as results:
        found = export.contract_figures(Study(results))
        assert found.periods.sum() > 1 and found.met.sum() == found.periods.sum() - 1


def test_duration_curves_keep_the_ends(study):
    values = durations.curves(study)["load"]
    share, ranked = figure.duration(values, points=7)
    assert ranked[0] == values.max() and ranked[-1] == values.min() and len(ranked) == 7
    assert (np.diff(ranked) <= 0).all() and 0 < share[0] < share[-1] < 100


def test_the_gap_is_split_as_certified(page):
    frame = certificate.gap_parts(CERTIFICATE)
    assert frame.loc["thermal", "whole_span"] == 1e5 and frame.loc["rows NW-2", 2] == 5e5
    rows = rows_of(page, "certificate")
    assert rows["Thermal"][:2] == ["0.5", "50.0 %"]


def test_every_figure_is_one_that_plotly_takes(page):
    figures = data_of(page)["figures"]
    assert len(figures) > 10
    for name, spec in figures.items():
        go.Figure(json.loads(json.dumps(spec)))  # refuses unknown attributes and values
        assert f'id="{name}"' in page


def test_every_word_is_there_in_both_languages(page):
    words = Words().pairs
    assert all(len(pair) == 2 and all(pair) for pair in words.values())
    for key, (english, chinese) in words.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", chinese)), key
    sources = pathlib.Path(report.__file__).parent
    asked = {key for file in sources.rglob("*.py") for key in re.findall(r"""\b(?:say|mark)\(["']([a-z_]+)["'][,)]""", file.read_text())}
    assert asked and asked <= set(words), asked - set(words)
    data = data_of(page)
    tokens = set(re.findall(r"@{([^}]+)}", json.dumps(data["figures"]) + json.dumps(data["hours"])))
    assert tokens <= set(data["words"])
    of_script = set(re.findall(r"@{([a-z_]+)}", (sources / "page/page.js").read_text()))
    assert of_script and of_script <= {token[2:-1] for token in data["hours"]["tokens"]}


def test_what_the_program_writes_has_chinese_words():
    """Names that come from the program's source and from the northwest's tables, each of which a run may store."""
    words = Words().pairs
    parts = re.findall(r'^    \{"\w+", "([^"]+)"\},$', (ROOT / "src/run/cost_parts.cpp").read_text(), re.M)
    stages = {stage for file in (ROOT / "src/run").glob("*.cpp") for stage in re.findall(r'\bstage\(\s*"(\w+)"', file.read_text())}
    kinds = re.findall(r"^    (\w+), +///<", (ROOT / "src/model/blocks.hpp").read_text(), re.M)
    coupling = "".join(file.read_text() for file in (ROOT / "src/model").glob("*.cpp"))
    tags = set(re.findall(r'(?<!family\()"((?:NW|RE|CT|PT|TH)-\d+)"', coupling)) - {"CT-1"}  # whose gap counts with the line
    assert len(parts) > 15 and {"price", "recover", "verify"} <= stages and {"thermal", "emission_cap"} <= set(kinds)
    assert {"NW-1", "RE-2", "TH-18"} <= tags
    wanted = {*(f"cost:{p}" for p in parts), *(f"stage:{s}" for s in stages), *(f"part:{k}" for k in kinds), *(f"part:rows {t}" for t in tags)}
    for folder in (ROOT / "cases/northwest").glob("2*"):
        case = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
        wanted.add(f"title:{case['title']}")
        rows = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))["row"] if (folder / "expected.toml").exists() else []
        wanted |= {f"remark:{part}" for row in rows for part in row.get("remark", "").split("; ") if part}
        wanted |= {f"group:{row['group']}" for row in rows if "group" in row}
        if (folder / "thermal.csv").exists():
            wanted |= {f"tech:{t}" for table in ("thermal", "renewables", "storages")
                       for t in pd.read_csv(folder / f"{table}.csv", comment="#").technology.unique()}
    assert len(wanted) > 80
    assert sorted(key for key in wanted if key not in words or words[key][1] == "") == []


def test_how_a_run_ended_is_said_in_chinese():
    """Every sentence that the program's source makes of it, with numbers in its places, alone and with what may stand behind it."""
    sentences = set()
    for file in (ROOT / "src/run").glob("*.cpp"):
        for statement in re.findall(r"end_words \+?=(.*?);\n", file.read_text(), re.S):
            sentences |= {"".join(re.findall('"([^"]*)"', literals)) for literals in re.findall(r'(?:"[^"]*"\s*)+', statement)}
    behind = {text for text in sentences if text.startswith((" ", "; "))}
    alone = {re.sub(r"\{.*?\}", "7", text) for text in sentences - behind}
    assert len(behind) == 3 and len(alone) >= 8
    words = Words()
    for text in alone:
        for more in ("", " behind iteration 40; go on with --restart out.h5", " before units were whole: their numbers may be fractions", "; go on with --restart out.h5",
                     " before units were whole: their numbers may be fractions; go on with --restart out.h5"):
            english, chinese = words.sentence("ended", text + more)
            assert english == text + more and not re.search("[a-z]{2}", chinese.replace("--restart out.h5", "")), chinese
    assert words.sentence("ended", "stopped by the time limit; go on with --restart a b.h5")[1] == "达到时限而停止；可用 --restart a b.h5 续算"
    assert words.sentence("ended", "stopped by a signal behind iteration 40; go on with --restart a.h5")[1] == "收到信号而停止，在第 40 次迭代之后；可用 --restart a.h5 续算"
    conflict = "\n  hour 2 (2030-01-01T02:00): thermal:chp, units on: = 2"
    assert words.sentence("ended", f"there is no schedule: these cannot hold together:{conflict}")[1] == f"不存在可行方案，以下各项不能同时成立：{conflict}"
    assert words.sentence("ended", "something else") == ("something else", "something else")


def test_names_with_braces_and_brackets_stand_as_they_are():
    words = Words()
    words.add("region:a<b>&{c}", "A<b>&{c}", "甲<b>{丙}")
    assert words.say("region:a<b>&{c}") == '<span lang="en">A&lt;b&gt;&amp;{c}</span><span lang="zh">甲&lt;b&gt;{丙}</span>'
    choice = week.region_choice(types.SimpleNamespace(words=words), "choice", ["a<b>&{c}"])
    assert '<option value="a&lt;b&gt;&amp;{c}" data-word="region:a&lt;b&gt;&amp;{c}">A&lt;b&gt;&amp;{c}</option>' in choice


def test_the_page_asks_for_nothing_from_outside(page):
    outside = page.replace(re.search(r"<script>(.*?)</script>", page, re.S)[0], "", 1)  # the plotting library
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", outside)
    assert "<link" not in outside.replace('<link rel="icon" href="data:,">', "") and "@import" not in outside
    assert len(page) < 6e6


def test_two_runs_are_compared(d, path, tmp_path):
    def change(file):
        file["hvdc/p_mw"][...] = 1.5 * file["hvdc/p_mw"][...]
        file["certificate/cost_cny"][...] = 1.1 * file["certificate/cost_cny"][...]

    with longyang.open(changed(path, tmp_path, change)) as other:
        page = report.page(d, other=other)
    total = float(d.hvdc.p_mw.sum()) / 1e3
    a, b, change, share = rows_of(page, "export")["Sum"]
    assert read_number(a) == pytest.approx(total, abs=0.06) and read_number(b) == pytest.approx(1.5 * total, abs=0.06)
    assert read_number(change.lstrip("+")) == pytest.approx(0.5 * total, abs=0.11) and read_number(share.lstrip("+")) == pytest.approx(50, abs=0.1)
    cost = rows_of(page, "verdict")["Net cost, million CNY"]
    assert read_number(cost[1]) == pytest.approx(1.1 * read_number(cost[0]), rel=1e-2, abs=0.02)
    for spec in data_of(page)["figures"].values():
        go.Figure(spec)


@pytest.mark.parametrize("engine_a, engine_b, proven", [("prices", "prices", True), ("prices", "highs", True), ("highs", "prices", False)])
def test_a_bound_of_engine_prices_proves_nothing_about_a_schedule_of_highs(path, tmp_path, engine_a, engine_b, proven):
    """B's bound lies above A's cost."""

    def first(file):
        file.attrs["option_engine"] = engine_a

    def dearer(file):
        file.attrs["option_engine"] = engine_b
        dear = file["certificate/cost_cny"][...] + 1e9
        for name in ("cost_cny", "bound_cny"):
            file[f"certificate/{name}"][...] = dear

    (tmp_path / "b").mkdir()
    with longyang.open(changed(path, tmp_path, first)) as a, longyang.open(changed(path, tmp_path / "b", dearer)) as b:
        page = report.page(a, other=b)
    assert ("and surely so" in page) == proven
    assert ("of two engines" in page) != proven


def test_a_run_without_prices(d, path, tmp_path):
    """One that was stopped before it had any: no price is told as 0, and no cause of curtailment is said to follow from prices."""
    def change(file):
        for name in ("buses/price_cny_per_mwh", "balances/price_cny_per_mwh"):
            file[name][...] = np.nan
        file["renewables/available_mw"][...] = file["renewables/p_mw"][...] + 1.0

    with longyang.open(changed(path, tmp_path, change)) as results:
        page = report.page(results)
        mean = prices.region_prices(Study(d))["mean"]
        rows = rows_of(report.page(d, other=results), "prices")
    assert all(series["side"] != "price" for region in data_of(page)["hours"]["regions"] for series in region["series"])
    assert "nan CNY" not in page and "nan 元" not in page
    assert "causes cannot be told" in page and "Rule: the price at the plant" not in page
    assert rows["Qinghai"] == [f"{mean['qinghai']:.1f}", "–", "–", ""]


def test_a_refuted_run_says_nothing_about_another(path, tmp_path):
    def dearer(file):
        dear = file["certificate/cost_cny"][...] + 1e9
        for name in ("cost_cny", "bound_cny"):
            file[f"certificate/{name}"][...] = dear

    refuted = {**CERTIFICATE, "cost_cny": 1e12, "bound_cny": 1e12, "confirmed": False, "faults": ["a breach"]}
    with longyang.open(path) as a, longyang.open(changed(path, tmp_path, dearer)) as b:
        assert "and surely so" in report.page(a, other=b)
        page = report.page(a, other=b, other_certificate=refuted)
    assert "and surely so" not in page and "nothing follows from it" in page


@pytest.mark.parametrize("other, words", [("other hours", "Costs of different spans say nothing about each other"), ("rows of security", "prove which case is cheaper")])
def test_what_says_nothing_about_another_run_proves_nothing(path, tmp_path, other, words):
    """B's bound lies above A's cost, but it is of other hours, or of limits of security that only its own machines have."""

    def dearer(file):
        dear = file["certificate/cost_cny"][...] + 1e9
        for name in ("cost_cny", "bound_cny"):
            file[f"certificate/{name}"][...] = dear
        if other == "other hours":
            file.attrs["span_start"] = "2030-06-01T00:00:00"
        else:
            file["certificate/bound_source"][...] = SECURED

    with longyang.open(path) as a, longyang.open(changed(path, tmp_path, dearer)) as b:
        page = report.page(a, other=b)
        alone = report.page(b)
    assert "and surely so" not in page and words in page
    assert ("this one's machines" in alone) == (other == "rows of security")
    assert ("No schedule of the same model" in alone) == (other == "other hours")


def test_rows_of_nothing_are_left_out_and_tiny_ones_have_no_share():
    frame = pd.DataFrame({"A": [2.0, 1e-9, 0.0, 0.0], "B": [3.0, 4.0, 0.0, 5.0]}, index=["half_more", "tiny", "none", "new"])
    frame["change"] = frame.B - frame.A
    rows = {row[0]: row[1:] for row in comparison._rows(frame, str, 1)}
    assert rows == {"half_more": ["2.0", "3.0", "+1.0", "+50.0 %"], "tiny": ["< 0.1", "4.0", "+4.0", ""], "new": ["", "5.0", "+5.0", ""]}


def test_zero_has_no_sign():
    assert [percent(-1e-6, 2), percent(-0.0), percent(-0.05), percent(0.05), percent(float("nan"))] == ["0.00 %", "0.0 %", "−5.0 %", "5.0 %", "–"]
    assert [percent(x, sign="+") for x in (-4e-4, 4e-4, 0.05, -0.05)] == ["0.0 %", "0.0 %", "+5.0 %", "−5.0 %"]
    assert [command.signed(x) for x in (-0.4, 0.4, 0.0, 1234.5, -7.0)] == ["0", "0", "0", "+1,234", "-7"]
    assert exports._cell("share", -1e-9) == "0.0%" and exports._cell("change_h", -0.2) == "0"


def test_what_is_exactly_zero_is_told(path, tmp_path):
    """Least prices, limits of a section that lets nothing through, least storage."""
    def change(file):
        file["balances/price_cny_per_mwh"][:, 0] = 0.0
        file["system/sections/limit_backward_mw"][...] = 0.0
        file["reservoirs/storage_hm3"][:, 1] = 0.0

    with longyang.open(changed(path, tmp_path, change)) as results:
        study = Study(results)
        bodies = {name: f'<section id="{name}">{module.section(study).body}</section>' for name, module in
                  (("prices", prices), ("limits", limits), ("reservoirs", reservoirs))}
    for name, place in (("prices", 1), ("limits", 1), ("reservoirs", 2)):
        head, *rows = list(rows_of(bodies[name], name).values())[:2]
        assert head[place].startswith(("Least", "Limit backward")) and [row[place] for row in rows] == ["0"], (head, rows)


def test_a_difference_is_told_where_the_printed_figures_differ():
    frame = pd.DataFrame([{"item": "pv", "item_zh": "光伏", "unit": "MW", "expected": 70000.0, "found": 70000.2, "difference": 0.2,
                           "at_least": False, "remark": ""},
                          {"item": "electricity use", "item_zh": "", "unit": "TWh", "expected": 115.0, "found": 114.9, "difference": -0.1,
                           "at_least": False, "remark": "load served; of this test"}])
    rows = [[re.sub(r"<[^>]+>", "", re.sub(r'<span lang="zh">.*?</span>', "", cell)) for cell in row] for row in scorecard._rows(frame, Words())]
    assert rows == [["PV", "MW", "70,000", "70,000", "0", "", ""],
                    ["Electricity use", "TWh", "115.0", "114.9", "−0.1", "−0.1 %", "load served; of this test"]]
    assert "实际供电负荷；of this test" in scorecard._rows(frame, Words())[1][-1]


def test_a_refuted_run_proves_nothing(d):
    refuted = {**CERTIFICATE, "confirmed": False, "faults": ["the stored bound is too high", "a <breach>"]}
    text = re.sub(r"<[^>]*>", "", "".join(verdict.proof_sentences(Study(d, refuted))))
    assert "refutes what the run says of itself: the stored bound is too high; a &lt;breach&gt;" in text
    assert "can cost less" not in text and "no breach" not in text


@pytest.mark.parametrize("change, words", [
    ({"breaches": 66.0}, "found 66 breaches"), ({"bound_cny": 1e12, "gap": -20.0}, "1,000.00 billion CNY, lies above the schedule's cost")])
def test_a_faulty_run_proves_nothing(change, words, path, tmp_path):
    def faulty(file):
        for name, value in change.items():
            file[f"certificate/{name}"][()] = value

    with longyang.open(path) as results:
        assert "At most above the best" in cards(report.page(results))
    with longyang.open(changed(path, tmp_path, faulty)) as results:
        page = report.page(results)
        compared = report.page(results, other=results)
    text = re.sub(r"<[^>]*>", "", re.search(r'<section id="verdict">(.*?)</section>', page, re.S)[1])
    assert "Nothing is proven: " in text and words in text
    assert "can cost less" not in text and "no breach" not in text and "At most above the best" not in cards(page)
    assert "nothing follows from it" in compared


def cards(page: str) -> list[str]:
    """English names of the page's first figures."""
    return re.findall(r'<dt><span lang="en">(.*?)</span>', page)


def test_the_command(path, tmp_path, capsys):
    output, found = tmp_path / "page.html", tmp_path / "found.json"
    with longyang.open(path) as results:
        stored = {f"stored_{name}": float(results.certificate[name]) for name in ("bound_cny", "cost_cny")}
    found.write_text(json.dumps({**CERTIFICATE, **stored}))
    assert main([str(path), "-o", str(output), "--certificate", str(found), "--language", "zh"]) == 0
    assert 'data-language="zh"' in output.read_text(encoding="utf-8")[:200]
    assert not list(output.parent.glob("page.html.*"))
    assert main([str(path), "-o", str(tmp_path / "none" / "page.html")]) == 7
    assert capsys.readouterr().err == f"longyang.report: {tmp_path / 'none' / 'page.html'}: cannot be written: No such file or directory\n"
    assert main([str(tmp_path / "none.h5")]) == 7
    assert "is not there" in capsys.readouterr().err


def test_results_are_not_written_over(path, tmp_path, capsys):
    copy, market = tmp_path / "results", tmp_path / "market.toml"  # without an ending, so that a picture might have the name
    shutil.copy(path, copy)
    market.write_text("")
    for tool, more in ((main, []), (resources.main, ["--market", str(market)]), (dispatch_plot.main, ["--region", "qinghai"])):
        assert tool([str(copy), *more, "-o", str(copy)]) == 7
        assert f"'{copy}' is not written over" in capsys.readouterr().err and copy.read_bytes() == path.read_bytes()


ROW = "[[row]]\nitem = 'load'\nunit = 'TWh'\nexpected = 0.02\nfigure = 'load_twh'\n"


@pytest.mark.parametrize("name, content, english, chinese", [
    ("expected", ROW.replace("0.02", "'0.02'"), ": row 'load': found expected = '0.02', expected a number", ": row 'load'：expected = '0.02' 有误，应为数字"),
    ("expected", ROW + "colour = 'red'\n", ": row 'load': found the key 'colour', expected one of item, ", ": row 'load'：键 'colour' 未知，应为 item, "),
    ("expected", ROW.replace("unit", "units"), ": row 'load': found the key 'units'", ": row 'load'：键 'units' 未知"),
    ("expected", ROW.replace("unit = 'TWh'\n", ""), ": row 'load': found no unit, expected a text", ": row 'load'：缺少 unit，应为文本"),
    ("expected", ROW.replace("load_twh", "twh"), ": row 'load' asks for the figure 'twh'", ": row 'load'：指标函数 'twh' 未知"),
    ("expected", ROW + "region = 'tibet'\n", ": row 'load': found the region 'tibet', expected one of", ": row 'load'：省区 'tibet' 未知，应为 "),
    ("expected", "region = 'qinghai'\n", ": found no [[row]], expected one a figure", "：缺少 [[row]]，应为每个指标一项"),
    ("expected", ROW + "[[row]\n", ": no valid TOML at line 6, column 6: \"Expected ']]' at the end of an array declaration\"",
     "：不是有效的 TOML 文件，错误在第 6 行第 6 列（解析器原文：“Expected ']]' at the end of an array declaration”）"),
    ("case", "base = [\n", ": no valid TOML at its end: \"", "：不是有效的 TOML 文件，错误在文件末尾（解析器原文：“"),
    ("expected", ROW + "item_zh = '\xff'\n", ": no valid TOML at line 6: found bytes that are not UTF-8", "：不是有效的 TOML 文件，第 6 行不是 UTF-8 文本"),
    ("expected", None, ": found a folder, expected a file", "：是文件夹，应为文件"),
    ("case", "base = 3\n", ": found base = 3, expected a text", "：base = 3 有误，应为文本")])
def test_a_faulty_list_of_published_figures_is_told(name, content, english, chinese, path, tmp_path):
    """By the file and the key, in place of the section; the rest of the page is there."""
    file = tmp_path / f"{name}.toml"
    file.mkdir() if content is None else file.write_text(content, encoding="latin-1")
    with longyang.open(changed(path, tmp_path, lambda results: results.attrs.modify("case_folder", str(tmp_path)))) as results:
        section = html.unescape(scorecard.section(Study(results)).body)
        assert Study(results).profile("none") is None
    told = dict(re.findall(r'<span lang="(..)">(.*?)</span>', section))
    assert f"This section is missing, since the case's published figures cannot be read: {file}{english}" in told["en"]
    assert f"本节缺失，因算例的公布值无法读取：{file}{chinese}" in told["zh"]


def test_a_case_without_published_figures_has_no_section_of_them(page):
    assert '<section id="verdict">' in page and '<section id="scorecard">' not in page


@pytest.mark.parametrize("content, words", [
    ("[1]", "is no certificate"), (json.dumps(CERTIFICATE), "is no certificate"),
    (json.dumps({**CERTIFICATE, "stored_bound_cny": 1.0, "stored_cost_cny": 2.0}), "of another run: found stored_bound_cny 1.0, expected"),
    ("{", "is no certificate: Expecting property name"), ("\xff", "is no certificate: 'utf-8' codec can't decode byte")])
def test_a_certificate_is_of_this_run(content, words, path, tmp_path, capsys):
    found, output = tmp_path / "found.json", tmp_path / "page.html"
    found.write_bytes(content.encode("latin-1"))
    assert main([str(path), "-o", str(output), "--certificate", str(found)]) == 7
    assert words in capsys.readouterr().err and not output.exists()


def test_the_example_script_answers_from_the_file(d, path):
    """docs/user/answers.py, which users start from."""
    done = subprocess.run([sys.executable, ROOT / "docs/user/answers.py", path, "--region", "gansu"], check=True, capture_output=True,
                          text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src/python")}, timeout=120)
    clean = float((fossil_mw(d).sel(region="gansu") < 0.5).mean())
    assert f"no fossil plant runs        {clean:.1%}".split() == done.stdout.splitlines()[1].split()
    imported = float((d.balances.ac_export_mw + d.balances.hvdc_export_mw).sel(region="gansu").where(lambda x: x > -0.5).count()) / HOURS
    assert f"nothing is imported, net    {imported:.1%}".split() == done.stdout.splitlines()[2].split()


def test_the_example_script_knows_its_regions(path):
    done = subprocess.run([sys.executable, ROOT / "docs/user/answers.py", path, "--region", "foo"], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src/python")}, timeout=120)
    assert done.returncode == 2 and "--region: found foo, expected one of " in done.stderr and "Traceback" not in done.stderr


def test_the_program_makes_the_page(path, tmp_path):
    """`longyang report --html`: certifies, then starts this Python; and says what is wrong where the package is not there."""
    program = os.environ.get("LONGYANG") or example_writer().parent / "longyang"
    alone = {**os.environ, "OMPI_MCA_ess_singleton_isolated": "1"}
    page = tmp_path / "page.html"
    subprocess.run([program, "report", path, "--html", page, "--language", "zh"], check=True, env={**alone, "LONGYANG_PYTHON": sys.executable}, timeout=120)
    text = page.read_text(encoding="utf-8")
    assert 'data-language="zh"' in text[:200] and 'id="gap-month"' not in text and "confirmed" in text
    assert os.listdir(tmp_path) == ["page.html"]
    failed = subprocess.run([program, "report", path, "--html", page], capture_output=True, text=True, env={**alone, "LONGYANG_PYTHON": "/bin/false"})
    assert failed.returncode == 7 and "LONGYANG_PYTHON" in failed.stderr
    nowhere = subprocess.run([program, "report", path, "--html", tmp_path / "missing" / "page.html"], capture_output=True, text=True, env=alone)
    for name in ("page.html.certificate.json", "page.html.compared.json"):
        (tmp_path / name).write_text("kept")  # a user's own files
    subprocess.run([program, "report", path, "--html", page], check=True, env={**alone, "LONGYANG_PYTHON": sys.executable}, timeout=120)
    assert {name: (tmp_path / name).read_text(encoding="utf-8")[:4] for name in os.listdir(tmp_path)} == {
        "page.html": "<!DO", "page.html.certificate.json": "kept", "page.html.compared.json": "kept"}
    assert nowhere.returncode == 7 and "missing/page.html" in nowhere.stderr and "certified" not in nowhere.stderr
