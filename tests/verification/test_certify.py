"""`longyang certify` confirms what a run by prices says of itself, and refutes what was changed afterwards."""

import json
import re
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


def test_zero_has_no_sign(tmp_path):
    """Of the coal plant the bound holds nothing but rounding below zero."""
    out = tmp_path / "out.h5"
    program.run_case(TEACHING / "section_limit", out, "--engine", "prices").close()
    words = program.run("certify", out).words
    assert re.search(r"^thermal +0 ", words, re.M) and not re.search(r"-0(\.0+)?[%\s]", words), words


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


def test_a_gap_without_a_schedule_is_refuted(copy):
    for dataset in ("certificate/cost_cny", "branches/flow_mw"):
        change(copy, dataset, lambda values: values * np.nan)
    refuted(copy, "holds no schedule")
    change(copy, "certificate/gap", lambda gap: gap * np.nan)
    ended = program.run("certify", copy)
    assert ended.code == 0 and "confirmed: the bound alone" in ended.words, ended.words


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


def test_rows_of_security_limit_what_they_weigh_from_above(tmp_path):
    """Least amounts, and rows over what no limit of a line or station weighs, would raise the bound by what is asked for."""
    out = secured(tmp_path / "out.h5")
    add_row_of_security(out)
    with program.h5py.File(out, "r+") as file:
        channels = program.texts(file["row_prices/term_channel"])
        replace(file, "row_prices/term_channel", [*channels[:-1], channels[0]])
    refuted(out, "is an upper one")
    with program.h5py.File(out, "r+") as file:
        last = len(file["row_prices/upper"]) - 1
        file["row_prices/lower"][last], file["row_prices/upper"][last] = -np.inf, -1e6
        file["row_prices/price"][last] = -10.0
    refuted(out, "no limit of a line or station weighs injection:")


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


def test_a_station_out_of_service_is_spill(tmp_path):
    """Two reservoirs with head curves one above the other, the upper one's station out for some hours: what it cannot turn is sold as spill and
    paid as spill, so the bound of the engine is one by its own prices (random figures; refuted by 1578 CNY before)."""
    tables = {
        "regions": "name\nwest\n", "buses": "name,region,kv\nriver,west,330\ntown,west,330\n",
        "branches": "name,from_bus,to_bus,x_pu,rating_mw\nl,river,town,0.05,0\n",
        "fuels": "name,price_cny_per_gj,co2_t_per_gj\ncoal,30,0.1\ngas,75,0.05\n",
        "thermal": "name,bus,fuel,technology,units,p_min_mw,p_max_mw,spinning_up_mw\n"
                   "coal,town,coal,coal,1,0,300,30\ngas,town,gas,gas_ccgt,1,0,500,30\n",
        "heat_curves": "plant,p_mw,heat_gj_per_h\ncoal,0,0\ncoal,300,3000\ngas,0,0\ngas,500,4000\n",
        "loads": "name,bus,mean_mw,profile,value_of_lost_load_cny_per_mwh\ntown,town,375.8,load,20000\n",
        "reserves": "name,region,direction,kind,load_pu,renewable_pu,fixed_mw,shortfall_cny_per_mw\nup,west,up,spinning,0,0,60.7,1000\n",
        "reservoirs": "name,river,downstream,travel_h,storage_min_hm3,storage_max_hm3,reference_profile,inflow_m3_per_s,release_min_m3_per_s,"
                      "release_max_m3_per_s,release_shortfall_cny_per_hm3,terminal_shortfall_cny_per_hm3\n"
                      "r0,creek,r1,1,0,7.7503,ref0,41.106,8.081,100000.00,20000.0,300000.0\n"
                      "r1,creek,r2,1,0,12.0737,ref1,36.788,0.000,217.28,200000.0,2000000.0\n"
                      "r2,creek,,0,0,17.7091,ref2,117.603,29.398,100000.00,200000.0,100000.0\n",
        "hydro": "name,bus,reservoir,p_max_mw,flow_max_m3_per_s,mw_per_m3_per_s\nh00,river,r0,163.638,203.914,0.7228\n"
                 "h10,river,r1,111.554,127.710,0.7414\nh20,river,r2,155.495,188.167,0.5867\nh21,river,r2,90.885,144.505,0.5251\n",
        "head_curves": "station,storage_from_hm3,mw_per_m3_per_s\nh00,0.0000,0.4426\nh00,2.2577,0.5607\nh00,4.2389,0.6227\n"
                       "h10,0.0000,0.5589\nh10,5.2587,0.6815\nh21,0.0000,0.3322\nh21,5.2293,0.5237\n",
        "pumps": "name,bus,reservoir_from,reservoir_to,p_max_mw,mw_per_m3_per_s\npu,river,r1,r0,96.19,1.935\n",
        "service": "table,plant,from_hour,to_hour\nhydro,h10,12,19\nhydro,h20,4,8760\n",
    }
    load = [0.46761, 0.57315, 1.5452, 0.96635, 1.6084, 1.0523, 1.0438, 1.7668, 1.6483, 1.7096, 0.71359, 1.2992, 0.96954, 0.65153, 1.2767, 0.31324,
            0.86203, 1.0292, 1.6382, 1.3889, 1.5757, 1.2836, 1.5044, 0.64877]
    case = tmp_path / "case"
    case.mkdir()
    for name, text in tables.items():
        (case / f"{name}.csv").write_text(text, encoding="utf-8")
    rows = [f"{load[h % 24]},5.6991,3.4614,3.7256" for h in range(8760)]
    (case / "profiles.csv").write_text("\n".join(["load,ref0,ref1,ref2", *rows, ""]), encoding="utf-8")
    (case / "case.toml").write_text('name = "dated river"\ntitle = "dated river"\nyear = 2030\ntime_zone = "Asia/Shanghai"\n'
                                    'licence = "CC0-1.0"\nbase_mva = 100\nprofiles = ["profiles.csv"]\n', encoding="utf-8")
    out = tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "24", "--engine", "prices", "--iterations", "40", "--passes", "2").close()
    code, found = certify(out)
    assert code == 0, found["faults"]
    assert found["bound_cny"] == pytest.approx(found["stored_bound_cny"], rel=1e-6)


@pytest.fixture(scope="module")
def flexible(tmp_path_factory):
    out = tmp_path_factory.mktemp("certify") / "flexible.h5"
    program.run_case(TEACHING / "flexible_loads", out, "--engine", "prices").close()
    assert certify(out)[0] == 0
    return out


@pytest.mark.parametrize("dataset, load, hour, more", [
    ("up_mw", "hydrogen", 12, 5.0),   # holds no reserve
    ("spill_mw", "village", 20, 1.0),  # its exchange has room
])
def test_what_a_flexible_load_may_not_do_is_refuted(flexible, tmp_path, dataset, load, hour, more):
    path = shutil.copy(flexible, tmp_path / "copy.h5")
    with program.h5py.File(path, "r+") as file:
        row = program.items_of(file, "flexible_loads").index(load)
        changed = [f"flexible_loads/{dataset}"] + (["flexible_loads/p_mw"] if dataset == "spill_mw" else [])
        for name in changed:
            values = file[name][()]
            values[row, hour] += more
            file[name][...] = values
        if dataset == "spill_mw":  # which the coal plant gives
            for name in ("thermal/p_mw", "branches/flow_mw"):
                values = file[name][()]
                values[0, hour] += more
                file[name][...] = values
    refuted(path, "the separate checker finds ")


def test_a_period_beyond_the_span_is_an_unreadable_file(tmp_path):
    out = tmp_path / "out.h5"
    program.run_case(TEACHING / "hvdc_levels", out, "--engine", "prices").close()
    for begin in (50000000, -5):
        change(out, "contracts/begin", lambda value, begin=begin: value * 0 + begin)
        ended = program.run("certify", out)
        assert ended.code == 7 and "a period of contract" in ended.words, ended.words


def test_a_certificate_that_does_not_fit_on_the_disk_makes_no_page(results, tmp_path):
    ended = program.run("report", results, "--html", tmp_path / "page.html", disk_kib=1)
    assert ended.code == 7 and "page.html." in ended.words and "cannot be written" in ended.words, ended.words
    assert "longyang.report" not in ended.words and not list(tmp_path.iterdir())
