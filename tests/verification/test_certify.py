"""`longyang certify` confirms what a run by prices says of itself, and refutes what was changed afterwards."""

import json
import shutil

import numpy as np
import pytest

import program

TEACHING = program.CASES / "teaching"
REFUTED = 6


@pytest.fixture(scope="module", params=["storage_arbitrage", "head_segments", "hvdc_levels", "reserve_sharing"])
def results(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("certify") / f"{request.param}.h5"
    ended = program.run("run", TEACHING / request.param, "-o", out, "--engine", "prices", "--gap", "0.2")
    assert ended.code == 0, ended.words
    return out


@pytest.fixture
def copy(results, tmp_path):
    return shutil.copy(results, tmp_path / "copy.h5")


def certify(path, *more) -> tuple[int, dict]:
    ended = program.run("certify", path, "--json", *more)
    return ended.code, json.loads(ended.words)


def refuted(path, words):
    code, found = certify(path)
    assert code == REFUTED, found
    assert any(words in fault for fault in found["faults"]), found["faults"]


def secured(out):
    """Results of a case whose rows of security have prices, and which is confirmed."""
    program.run_case(TEACHING / "voltage_section", out, "--engine", "prices", "--security", "ac").close()
    assert certify(out)[0] == 0
    return out


def change(path, dataset, values):
    with program.h5py.File(path, "r+") as file:
        file[dataset][...] = values(file[dataset][()])


def test_a_run_is_confirmed_and_its_gap_accounted_for(results):
    code, found = certify(results, "--general", "20")
    assert code == 0, found["faults"]
    assert found["bound_cny"] >= found["stored_bound_cny"] * (1 - 1e-6)
    gap = sum(part["gap_cny"] for part in found["parts"])
    cost = found["cost_cny"]
    assert gap == pytest.approx(cost - found["bound_cny"], abs=1e-9 * abs(cost))
    for part in found["parts"]:
        dated = sum(part["gap_by_month_cny"]) + part["gap_of_whole_span_cny"]
        assert dated == pytest.approx(part["gap_cny"], abs=1e-6)
        assert part["gap_cny"] >= -1e-6 * abs(cost), part
    assert not any(check["refuted"] for check in found["general"])


def test_units_that_cannot_share_equally_cost_what_they_cost(tmp_path):
    """Two units, of which one has just started at 100 MW and climbs by 10 MW an hour: the gap counts what each gives, not their mean."""
    case = shutil.copytree(TEACHING / "commitment", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    table = (case / "thermal.csv").read_text()
    (case / "thermal.csv").write_text(table.replace("name,", "ramp_up_mw_per_h,start_ramp_mw,name,").replace("\ncoal,", "\n10,100,coal,")
                                      .replace("\ngas,", "\n,,gas,").replace(",2,24,175", ",1,24,175"))
    curve = (case / "heat_curves.csv").read_text()
    (case / "heat_curves.csv").write_text(curve.replace("coal,200,2500", "coal,150,1900\ncoal,200,2500"))
    out = tmp_path / "out.h5"
    ended = program.run("run", case, "-o", out, "--engine", "prices")
    assert ended.code == 0, ended.words
    code, found = certify(out)
    assert code == 0, found
    apart = next(part for part in found["parts"] if part["part"] == "units apart")
    assert apart["gap_cny"] == pytest.approx(found["stored_cost_cny"] - found["tables_cost_cny"], rel=1e-6) and apart["gap_cny"] > 100
    assert found["cost_cny"] == found["stored_cost_cny"]
    assert sum(part["gap_cny"] for part in found["parts"]) == pytest.approx(found["cost_cny"] - found["bound_cny"], rel=1e-6)


def test_the_plants_with_the_largest_parts_of_the_gap_are_named(results):
    largest = certify(results, "--largest", "3")[1]["largest"]
    assert len(largest) == 3
    gaps = [block["gap_cny"] for block in largest]
    assert gaps == sorted(gaps, reverse=True)
    everyone = certify(results, "--largest", "100000")[1]
    assert everyone["largest"][:3] == largest
    rows = sum(p["gap_cny"] for p in everyone["parts"] if p["part"].startswith("rows "))
    whole = everyone["cost_cny"] - everyone["bound_cny"]
    found = sum(block["gap_cny"] for block in everyone["largest"])
    assert found + rows == pytest.approx(whole, abs=1e-6 * abs(whole) + 1.0)


def test_the_same_on_two_ranks(results):
    alone = certify(results)[1]
    ended = program.run("certify", results, "--json", ranks=2)
    assert ended.code == 0, ended.words
    assert json.loads(ended.words)["bound_cny"] == pytest.approx(alone["bound_cny"], rel=1e-12)


def test_a_bound_that_was_raised_is_refuted(copy):
    change(copy, "certificate/bound_cny", lambda bound: bound * (1 + 1e-4))
    code, found = certify(copy)
    assert code == REFUTED
    assert "the stored bound" in found["faults"][0]


def test_other_prices_give_a_lower_bound(copy):
    cost = certify(copy)[1]["cost_cny"]
    random = np.random.default_rng(1)
    change(copy, "row_prices/price", lambda price: price * random.uniform(0.7, 1.3, price.size))
    code, found = certify(copy)
    assert code == REFUTED
    assert found["bound_cny"] < found["stored_bound_cny"] and found["bound_cny"] <= cost


def test_a_limit_that_was_changed_is_refuted(copy):
    change(copy, "row_prices/lower", lambda lower: lower + 1.0)
    code, found = certify(copy)
    assert code == REFUTED
    assert "by the case" in found["faults"][0]


def test_a_cost_that_was_lowered_is_refuted(copy):
    change(copy, "certificate/cost_cny", lambda cost: cost - 1e-3 * abs(cost))
    refuted(copy, "the stored cost")


@pytest.mark.parametrize("dataset", ["certificate/cost_cny", "certificate/gap"])
def test_what_is_no_number_is_refuted(copy, dataset):
    change(copy, dataset, lambda value: value * np.nan)
    refuted(copy, "the stored " + dataset.split("/")[1].split("_")[0])


def test_a_cost_beside_a_bound_far_below_is_refuted(copy):
    change(copy, "certificate/bound_cny", lambda bound: bound - 1e15)
    change(copy, "certificate/cost_cny", lambda cost: cost - 1e-3 * abs(cost))
    assert certify(copy)[0] == REFUTED


def test_a_schedule_with_holes_is_no_schedule_left_out(tmp_path):
    out = tmp_path / "out.h5"
    program.run_case(TEACHING / "two_bus_congestion", out, "--engine", "prices").close()

    def with_a_hole(flow):
        flow[0, 0] = np.nan
        return flow

    change(out, "branches/flow_mw", with_a_hole)
    ended = program.run("certify", out)
    assert ended.code == 7 and "flow_mw lacks numbers" in ended.words, ended.words


def replace(file, dataset, values):
    kind = file[dataset].dtype
    del file[dataset]
    file.create_dataset(dataset, data=np.array(values, dtype=object if kind.kind == "O" else kind), dtype=kind)


def add_row_of_security(path, begin: int = 0):
    """A row that nothing gives to, and that asks for a million: what a bound would gain by it has no end."""
    with program.h5py.File(path, "r+") as file:
        rows = file["row_prices"]
        number = len(rows["tag"])
        for name, value in {"tag": "SE-15", "what": "line of nobody", "of_pattern": number, "begin": begin, "end": begin + 1,
                            "lower": 1e6, "upper": np.inf, "price": 10.0, "breach_cny": 1000.0, "term_pattern": number,
                            "term_channel": "injection:mine", "term_weight": 0.0}.items():
            replace(file, f"row_prices/{name}", [*rows[name][()], value])
        file["certificate/bound_cny"][...] = file["certificate/bound_cny"][()] + 1e7


def test_a_run_without_security_has_no_rows_of_it(tmp_path):
    out = tmp_path / "out.h5"
    program.run_case(TEACHING / "two_bus_congestion", out, "--engine", "prices").close()
    add_row_of_security(out)
    refuted(out, "did not look at security")


@pytest.mark.parametrize("begin", [-500_000_000, 1_000_000_000])
def test_hours_of_security_are_those_of_the_span(tmp_path, begin):
    out = secured(tmp_path / "out.h5")
    add_row_of_security(out, begin)
    with program.h5py.File(out, "r+") as file:
        channels = program.texts(file["row_prices/term_channel"])
        replace(file, "row_prices/term_channel", [*channels[:-1], channels[0]])
    refuted(out, "not of the span")


def test_rows_of_security_are_broken_at_the_price_of_the_run(tmp_path):
    out = secured(tmp_path / "out.h5")
    change(out, "row_prices/breach_cny", lambda cny: np.where(np.isfinite(cny), 1e3 * cny, cny))
    refuted(out, "by the run's options at")


def test_a_price_of_a_line_is_none_of_a_section(tmp_path):
    out = tmp_path / "out.h5"
    program.run_case(TEACHING / "section_limit", out, "--engine", "prices", "--from", "2030-02-01").close()
    assert certify(out)[0] == 0
    change(out, "contracts/price_cny_per_mwh", lambda price: price + 1e-3)
    refuted(out, "no line has one")


@pytest.mark.parametrize("dataset", ["limits/row", "stages/seconds", "certificate/cost_part_cny"])
def test_lists_that_were_cut_are_a_fault_of_the_file(copy, dataset):
    with program.h5py.File(copy, "r+") as file:
        if dataset == "limits/row" and file[dataset].size == 0:
            replace(file, "limits/kind", ["branch"])
        else:
            replace(file, dataset, [])
    ended = program.run("certify", copy)
    assert ended.code == 7 and "expected as many of each" in ended.words, ended.words


def test_a_run_by_highs_has_no_prices_to_certify(tmp_path):
    with program.run_case(TEACHING / "storage_arbitrage", tmp_path / "highs.h5"):
        pass
    ended = program.run("certify", tmp_path / "highs.h5")
    assert ended.code == 2
    assert "holds no prices" in ended.words
