"""Spans without fossil power: held, refuted with its hours and limits, and what they cost."""

import shutil
import sys

import pytest

import program

sys.path.insert(0, str(program.ROOT / "src" / "python"))
from longyang import all_clean  # noqa: E402

TWO_BUSES = program.CASES / "teaching" / "two_bus_congestion"


def test_refuted_by_hand(tmp_path, capsys):
    """Coal and gas are all that two buses have: without them in hours 1 and 2 their load, 440 and 800 MW, is not served."""
    program.run_case(TWO_BUSES, tmp_path / "clean.h5", "--hours", "4", "--all-clean", "west:2030-01-01T01/2h").close()
    program.run_case(TWO_BUSES, tmp_path / "free.h5", "--hours", "4").close()
    assert all_clean.main([str(tmp_path / "clean.h5"), "--against", str(tmp_path / "free.h5")]) == 4
    words = capsys.readouterr().out
    assert "refuted by this run" in words
    assert "load not served: 1,240.0 MWh in 2 h, most 800.0 MW at 2030-01-01T02" in words
    with program.h5py.File(tmp_path / "clean.h5") as file:
        cost = float(program.quantity(file, "certificate/cost_cny"))
    assert cost == pytest.approx(440 * 200 + 500 * 200 + 300 * 500 + 20000 * 1240)  # hours 0 and 3, and load not served
    assert "fossil output in the span 1,240 MWh there, 0 here" in words


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_units_that_run_are_let_go_from_any_output(engine, tmp_path):
    """Two units at 175 MW each that may stop from 120 by themselves: both are off in the span."""
    case = program.CASES / "teaching" / "commitment"
    with program.run_case(case, tmp_path / "out.h5", "--hours", "24", "--engine", engine, "--set", "thermal[name=coal].stop_ramp_mw=120",
                          "--all-clean", "all:2030-01-01/3h") as file:
        assert not program.quantity(file, "thermal/units_on", "coal")[:3].any()
        assert int(program.quantity(file, "certificate/breaches")) == 0
    if engine == "prices":
        ended = program.run("certify", tmp_path / "out.h5", "--case", case)
        assert ended.code == 0, ended.words


def test_northwest_holds(tmp_path, capsys):
    """Qinghai burns no coal in 2030: some hours of May hold, and what flows in from the neighbours is told."""
    program.run_case(program.CASES / "northwest" / "2030", tmp_path / "out.h5", "--from", "2030-05-20T10", "--hours", "2",
                     "--engine", "prices", "--iterations", "10", "--passes", "1", "--gap", "1", "--all-clean", "qinghai:2030-05-20/1d").close()
    assert all_clean.main([str(tmp_path / "out.h5")]) == 0
    words = capsys.readouterr().out
    assert "all-clean qinghai:2030-05-20/1d: holds" in words
    assert "of it fossil by proportional sharing" in words


def test_a_span_outside_the_run_is_refused(tmp_path, capsys):
    span = "west:2030-06-01/4h"
    ended = program.run("run", TWO_BUSES, "--hours", "4", "--all-clean", f"west:2030-01-01/2h; {span}", "-o", tmp_path / "out.h5")
    assert ended.code == 2 and not (tmp_path / "out.h5").exists(), ended.words
    assert f"all-clean {span}: no hour of it is in this run, 4 h from 2030-01-01T00:00" in ended.words
    # A case may name spans of its year that are not in these hours.
    case = shutil.copytree(TWO_BUSES, tmp_path / "case")
    shutil.copy(TWO_BUSES.parent / "profiles.csv", tmp_path)
    with (case / "case.toml").open("a") as toml:
        toml.write(f'\n[run]\nall_clean = "{span}"\n')
    ended = program.run("run", case, "--hours", "4", "-o", tmp_path / "out.h5")
    assert ended.code == 0 and f"all-clean {span}: no hour of it is in this run" in ended.words, ended.words
    assert all_clean.main([str(tmp_path / "out.h5")]) == 2
    assert f"has none of the hours of {span}" in capsys.readouterr().err


def test_spans_of_a_case_outside_the_run_are_passed_over(tmp_path, capsys):
    case = biomass_case(tmp_path)
    with (case / "case.toml").open("a") as toml:
        toml.write('\n[run]\nall_clean = "west:2030-06-01/4h; west:2030-01-01/4h"\n')
    program.run_case(case, tmp_path / "out.h5", "--hours", "24").close()
    assert all_clean.main([str(tmp_path / "out.h5")]) == 0
    said = capsys.readouterr()
    assert "all-clean west:2030-01-01/4h: holds\n" in said.out and "06-01" not in said.out
    assert "has none of the hours of west:2030-06-01/4h: passed over" in said.err
    assert all_clean.main([str(tmp_path / "out.h5"), "--span", "west:2030-06-01/4h"]) == 2


def test_spans_that_do_not_fit(tmp_path, capsys):
    ended = program.run("run", TWO_BUSES, "--all-clean", "east:2030-01-01/1d", "-o", tmp_path / "x.h5")
    assert ended.code == 2
    assert 'option all_clean: found "east", expected a region (west) or all' in ended.words


def biomass_case(folder, year=2030, peak_from=8760, **tables):
    """Coal of 1000 MW and biomass of 200 for a load of 100 MW, 300 from an hour of the year on; with some tables written anew."""
    case = folder / "case"
    case.mkdir()
    (case / "case.toml").write_text(f'name = "biomass"\nyear = {year}\nprofiles = ["profiles.csv"]\n', encoding="utf-8")
    rows = "".join(f"{h},{3 if h >= peak_from else 1}\n" for h in range(8760))
    tables = {
        "profiles": f"hour,peak\n{rows}", "regions": "name\nwest\n", "buses": "name,region,kv\na,west,330\n",
        "fuels": "name,price_cny_per_gj,co2_t_per_gj\ncoal,20,0.1\nwood,1,0\n",
        "thermal": "name,bus,fuel,technology,units,p_min_mw,p_max_mw\ncoal,a,coal,coal,1,0,1000\nwood,a,wood,biomass,1,0,200\n",
        "heat_curves": "plant,p_mw,heat_gj_per_h\ncoal,0,0\ncoal,1000,10000\nwood,0,0\nwood,200,2000\n",
        "loads": "name,bus,mean_mw,profile\ntown,a,100,peak\n"} | tables
    for name, text in tables.items():
        (case / f"{name}.csv").write_text(text, encoding="utf-8")
    return case


def judged(case, out, capsys, span, *options):
    """Exit code and words about a span of a run of the case."""
    program.run_case(case, out, "--all-clean", span, *options).close()
    code = all_clean.main([str(out)])
    return code, capsys.readouterr().out


def test_missing_reserve_refutes(tmp_path, capsys):
    """Of 50 MW of reserve biomass holds 10: 24 h x 40 MW are missing, though nothing fossil runs and no load is shed."""
    case = biomass_case(tmp_path, reserves="name,region,direction,fixed_mw\nup,west,up,50\n",
                        thermal="name,bus,fuel,technology,units,p_min_mw,p_max_mw,spinning_up_mw\ncoal,a,coal,coal,1,0,1000,500\n"
                                "wood,a,wood,biomass,1,0,200,10\n")
    code, words = judged(case, tmp_path / "out.h5", capsys, "west:2030-01-01/1d", "--hours", "24")
    assert "all-clean west:2030-01-01/1d: refuted by this run" in words
    assert "reserve missing: 960.0 MWh in 24 h, most 40.0 MW" in words
    assert code == 4


def test_a_flexible_load_that_is_not_served_refutes(tmp_path, capsys):
    """Biomass of 200 MW has 100 left over for a heating of 150 MW whose store is empty: the other 50 MW are not served."""
    case = biomass_case(tmp_path, flexible_loads="name,bus,kind,draw_max_mw,demand_mw,energy_max_mwh,unserved_max_pu,unserved_cny_per_mwh\n"
                                                 "heat,a,heating,150,150,10,1,10000\n")
    code, words = judged(case, tmp_path / "out.h5", capsys, "west:2030-01-01/1d", "--hours", "24")
    assert "all-clean west:2030-01-01/1d: refuted by this run" in words
    assert "demand of flexible loads not served: 1,200.0 MWh in " in words
    assert code == 4


@pytest.mark.parametrize("options, told", [
    (["--span", "east:2030-01-01/1d"], "found 'east', expected one of west or all"),
    (["--span", "west:2030-06-01/1d"], "has none of the hours of west:2030-06-01/1d"),
    ([], "was run without --all-clean"),
])
def test_what_cannot_be_asked_is_a_wrong_command_line(options, told, tmp_path, capsys):
    program.run_case(TWO_BUSES, tmp_path / "out.h5", "--hours", "4").close()
    assert all_clean.main([str(tmp_path / "out.h5"), *options]) == 2
    assert told in capsys.readouterr().err


def test_the_exit_code_follows_the_words(tmp_path, capsys):
    """Coal must run at 20 MW; less than 0.01 MW not served is nothing, more refutes. Without the span all coal may run."""
    case = biomass_case(tmp_path, thermal="name,bus,fuel,technology,units,p_min_mw,p_max_mw,must_run_units\ncoal,a,coal,coal,1,20,1000,1\n"
                                          "wood,a,wood,biomass,1,0,200,0\n")
    code, words = judged(case, tmp_path / "out.h5", capsys, "west:2030-01-01/4h", "--hours", "4")
    assert "holds but for must-run units" in words and code == 0
    for shed_mw, verdict, expected in [(0.005, "holds but for must-run units", 0), (0.05, "refuted by this run", 4)]:
        copy = shutil.copy(tmp_path / "out.h5", tmp_path / "shed.h5")
        with program.h5py.File(copy, "r+") as file:
            file["balances/shed_mw"][0, 1] = shed_mw
        assert all_clean.main([str(copy)]) == expected
        assert f"all-clean west:2030-01-01/4h: {verdict}\n" in capsys.readouterr().out
    program.run_case(TWO_BUSES, tmp_path / "free.h5", "--hours", "4").close()
    assert all_clean.main([str(tmp_path / "free.h5"), "--span", "west:2030-01-01/4h"]) == 4
    assert "does not hold: fossil plants run" in capsys.readouterr().out


@pytest.mark.parametrize("change, words", [
    ({"attrs/status": "faulty"}, "no verdict: the run's schedule is faulty"), ({"certificate/breaches": 66}, "no verdict: the run's schedule is faulty"),
    ({"certificate/integrality": 0.5}, "no verdict: numbers of units may be fractions")])
def test_a_schedule_that_cannot_be_run_has_no_verdict(change, words, tmp_path, capsys):
    """Without the change the span holds."""
    code, _ = judged(biomass_case(tmp_path), tmp_path / "out.h5", capsys, "west:2030-01-01/1d", "--hours", "24")
    assert code == 0
    with program.h5py.File(tmp_path / "out.h5", "r+") as file:
        for name, value in change.items():
            if name.startswith("attrs/"):
                file.attrs[name.removeprefix("attrs/")] = value
            else:
                file[name][()] = value
    assert all_clean.main([str(tmp_path / "out.h5")]) == 4
    assert f"all-clean west:2030-01-01/1d: {words}\n" in capsys.readouterr().out


def test_spans_leave_out_29_february(tmp_path, capsys):
    """Days of 2028 from hour 1368 on: 27 and 28 February, 1 and 2 March. From hour 1440 on, the last of them, 100 of 300 MW are not served."""
    case = biomass_case(tmp_path, year=2028, peak_from=1440)
    code, words = judged(case, tmp_path / "out.h5", capsys, "west:2028-02-27/4d", "--from", "2028-02-27", "--hours", "96")
    assert "west:2028-02-27/4d: refuted by this run\n" in words
    assert "load not served: 2,400.0 MWh in 24 h, most 100.0 MW at 2028-03-02T00" in words
    assert code == 4
    assert all_clean.main([str(tmp_path / "out.h5"), "--span", "west:2028-02-27/3d"]) == 0
    for span in ("west:2028-02-29/1d", "west:2028-12-31/2d", "west:2027-02-27/1d", "west:2028-02-27/0d", "west:2028-02-27/"):
        assert all_clean.main([str(tmp_path / "out.h5"), "--span", span]) == 2
        assert f"found '{span}', expected REGION:DATE/LENGTH within the year" in capsys.readouterr().err


def test_a_part_of_a_span_is_told_as_a_part(tmp_path, capsys):
    code, words = judged(biomass_case(tmp_path), tmp_path / "out.h5", capsys, "west:2030-01-01/7d", "--hours", "24")
    assert "west:2030-01-01/7d: holds; the file has 24 of its 168 h, and only these are judged\n" in words
    assert code == 0
    assert all_clean.main([str(tmp_path / "out.h5"), "--span", "west:2030-01-01T04/20h"]) == 0
    assert "west:2030-01-01T04/20h: holds\n" in capsys.readouterr().out


def test_what_is_out_of_service_does_not_stand_by(tmp_path, capsys):
    """The battery of 50 MW enters in hour 12, and nothing asks it to give; the station of 80 MW enters in hour 4000."""
    case = biomass_case(
        tmp_path, service="table,plant,from_hour\nstorages,battery,12\nhydro,station,4000\n",
        storages="name,bus,technology,charge_max_mw,discharge_max_mw,energy_max_mwh,energy_initial_mwh,variable_om_cny_per_mwh\n"
                 "battery,a,battery,50,50,200,200,30\n",
        reservoirs="name,storage_max_hm3,inflow_m3_per_s\nlake,10,10\n",
        hydro="name,bus,reservoir,p_max_mw,flow_max_m3_per_s,mw_per_m3_per_s\nstation,a,lake,80,100,1\n")
    _, words = judged(case, tmp_path / "out.h5", capsys, "west:2030-01-01/1d", "--hours", "24")
    assert "clean power that stood by: least 0 MW at 2030-01-01T00, mean 25 MW\n" in words
