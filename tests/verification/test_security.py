"""Limits of security in the schedule: units run so that a line may carry more, and `longyang certify` knows the rows."""

import json
import shutil

import numpy as np
import pytest

import checks
import program

STRENGTH = program.CASES / "teaching" / "export_strength"
NORTHWEST = program.CASES / "northwest" / "2030"
OPTIONS = ["--engine", "prices", "--security", "strength", "--hours", "4", "--gap", "1e-7"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    out = tmp_path_factory.mktemp("security") / "strength.h5"
    ended = program.run("run", STRENGTH, "-o", out, *OPTIONS)
    assert ended.code == 0, ended.words
    return out


def certify(path) -> tuple[int, dict]:
    ended = program.run("certify", path, "--json", "--case", STRENGTH)
    return ended.code, json.loads(ended.words)


def test_rows_are_named_and_priced(results):
    with program.h5py.File(results, "r") as file:
        names = [name.decode() for name in file["row_prices/what"][()]]
        tags = [tag.decode() for tag in file["row_prices/tag"][()]]
        pattern = tags.index("SE-15")
        assert names[pattern] == "short_circuit_ratio of export"
        rows = file["row_prices/of_pattern"][()] == pattern
        assert rows.sum() == 4
        assert (file["row_prices/breach_cny"][rows] == 5000).all()
        balance = file["row_prices/of_pattern"][()] == tags.index("NW-1")
        assert np.isinf(file["row_prices/breach_cny"][balance]).all()
        # A MW more of the line earns 80 CNY/MWh, so no row is worth more; a unit brings 2000 MW of the ratio's limit.
        price = -file["row_prices/price"][rows]
        assert ((price >= 0) & (price <= 80.001)).all()
        assert file["security/price_cny_per_mwh"][0].max() > 0
        assert (file["thermal/running_value_cny"][0] >= 2000 * price * (1 - 1e-3)).all()
        terms = file["row_prices/term_pattern"][()] == pattern
        weights = dict(zip(file["row_prices/term_channel"].asstr()[terms], file["row_prices/term_weight"][terms]))
        assert weights == pytest.approx({"hvdc_power:export": 1, "running:coal": -2000}, rel=1e-3)
        assert file["security/round_line_hours"][-1] == 0
        assert file["security/machine_value_cny"][1] > 0


def test_an_hour_told_in_full(results, tmp_path):
    """The line's limit is that of the results, and a unit more brings what its weight in the row says."""
    with program.h5py.File(results, "r") as file:
        hour = file["hvdc/hour"].attrs["units"].split()[-1][:10] + "T02"
        limit, running = file["security/limit_mw"][0, 2], file["thermal/units_on"][0, 2]
    ended = program.run("flow", STRENGTH, "--schedule", results, "--explain-hour", hour, "--tables", tmp_path, "-q")
    assert ended.code == 0, ended.words
    words = ended.words[ended.words.index("The hour " + hour):]
    limits = words[words.index("Limits of each line"):].splitlines()[3].split()
    assert limits[0] == "export" and float(limits[2]) == pytest.approx(limit, abs=0.5), words
    assert limits[3] == "short_circuit_ratio"
    measures = words[words.index("What would raise"):].splitlines()[3].split()
    assert measures[2] == "coal" and float(limits[2]) + float(measures[3]) == pytest.approx(2000, abs=1), words
    machines = (tmp_path / "explained_machines.csv").read_text().splitlines()
    assert sum(float(row.split(",")[3]) for row in machines[1:]) >= running
    outside = program.run("flow", STRENGTH, "--schedule", results, "--explain-hour", hour[:8] + "28", "-q")
    assert outside.code == 2 and "option explain_hour: found" in outside.words


def test_certify_confirms_with_the_rows_of_the_file(results):
    code, found = certify(results)
    assert code == 0, found["faults"]
    assert found["security_rows"] >= 4
    assert found["line_hours_above_limits"] == 0


def test_a_price_above_that_of_a_breach_is_refuted(results, tmp_path):
    copy = shutil.copy(results, tmp_path / "copy.h5")
    with program.h5py.File(copy, "r+") as file:
        soft = np.isfinite(file["row_prices/breach_cny"][()])
        file["row_prices/price"][...] = np.where(soft, -6000.0, file["row_prices/price"][()])
    code, found = certify(copy)
    assert code != 0
    assert any("may be broken at 5000" in fault for fault in found["faults"])


def test_a_schedule_above_its_limit_is_refuted(results, tmp_path):
    copy = shutil.copy(results, tmp_path / "copy.h5")
    with program.h5py.File(copy, "r+") as file:
        file["thermal/units_on"][...] = 0.0
    code, found = certify(copy)
    assert code != 0
    assert any("limit of security" in fault for fault in found["faults"])


def test_same_on_ranks(tmp_path):
    files = checks.run_on_ranks(STRENGTH, tmp_path, [1, 2], *OPTIONS)
    costs = []
    for path in files:
        with program.h5py.File(path, "r") as file:
            costs.append(float(program.quantity(file, "certificate/cost_cny")))
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)


def test_only_with_engine_prices(tmp_path):
    ended = program.run("run", STRENGTH, "-o", tmp_path / "out.h5", "--security", "all")
    assert ended.code == 2
    assert "engine prices" in ended.words


def test_winter_day_of_the_northwest(tmp_path):
    """18 January 2030 without limits: 48 line-hours above one, by 122 GWh (before CSP had power blocks). A tenth of the hours and a
    hundredth of the energy may be left; 4 line-hours are."""
    out = tmp_path / "day.h5"
    options = ["--engine", "prices", "--from", "2030-01-18", "--hours", "24", "--gap", "0.002", "--security", "strength",
               "--security-rounds", "2", "--passes", "8", "--iterations", "100"]
    with program.run_case(NORTHWEST, out, *options) as file:
        assert file["certificate/breaches"][()] == 0
        broken = file["security/margin_mw"][()] < -1.0
        assert broken.sum() <= 5
        assert -file["security/margin_mw"][()][broken].sum() <= 1200
    ended = program.run("certify", out)
    assert ended.code == 0, ended.words
