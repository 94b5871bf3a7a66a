"""What a run is asked for that cannot be is said before it begins, on any number of ranks."""

import pathlib
import shutil
import stat

import pytest

import program

TEACHING = program.CASES / "teaching"


def test_a_span_ends_with_the_year(tmp_path):
    out = tmp_path / "out.h5"
    ended = program.run("run", TEACHING / "commitment", "-o", out, "--from", "2030-12-31", "--hours", "48")
    assert ended.code == 2, ended.words
    assert "found 48 h from 2030-12-31T00:00, expected at most 24" in ended.words
    assert not out.exists()


@pytest.mark.parametrize("words, told", [
    (["chek", "case"], 'found "chek", expected check, run, flow, import, report, compare, certify, info; did you mean "check"?'),
    (["import", "pypsa", "a", "b"], 'found "pypsa", expected matpower'),
])
def test_a_subcommand_that_there_is_not(words, told):
    ended = program.run(*words)
    assert ended.code == 2 and told in ended.words, ended.words


@pytest.mark.parametrize("options, first", [
    ([], "northwest-2030: 8760 h from 2030-01-01T00:00"),
    (["--from", "2030-01-15"], "northwest-2030: 24 h from 2030-01-15T00:00"),  # not the case's 8760
    (["--from", "2030-01-15", "--hours", "48"], "northwest-2030: 48 h from 2030-01-15T00:00"),
])
def test_the_case_says_which_hours_are_run_and_its_size_by_which_engine(options, first, tmp_path):
    out = tmp_path / "out.h5"
    ended = program.run("run", program.CASES / "northwest" / "2030", "-o", out, "--time-limit-s", "0.5", *options)
    assert ended.code == 5 and first in ended.words and "engine prices" in ended.words, ended.words
    with program.h5py.File(out, "r") as file:
        assert file.attrs["option_engine"] == "prices"


def test_a_file_that_cannot_be_written_is_told_before_the_run(tmp_path):
    ended = program.run("run", TEACHING / "commitment", "-o", tmp_path / "nowhere" / "out.h5")
    assert ended.code == 7 and "cannot be written" in ended.words
    assert "verify" not in ended.words


@pytest.mark.parametrize("disk_kib, ranks", [(50, 0), (300, 0), (300, 2)])
def test_results_that_do_not_fit_on_the_disk_end_in_words_and_leave_nothing(disk_kib, ranks, tmp_path):
    out = tmp_path / "out.h5"
    of_before = b"\x89HDF\r\n\x1a\n of before"
    out.write_bytes(of_before)
    ended = program.run("run", TEACHING / "storage_arbitrage", "-o", out, "--hours", "4", disk_kib=disk_kib, ranks=ranks)
    assert ended.code == 7 and "file write failed" in ended.words, ended.words
    assert "0 breaches" in ended.words  # what the run said before is not lost
    assert [path.name for path in tmp_path.iterdir()] == ["out.h5"] and out.read_bytes() == of_before


@pytest.mark.parametrize("options, code", [(["-o", ""], 2), (["-o", "out.h5", "--write-mps", "nowhere/out.mps"], 7)])
def test_names_that_cannot_be_written_are_told_before_the_run(options, code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = program.run("run", TEACHING / "commitment", *options)
    assert ended.code == code and "cannot be written" in ended.words, ended.words
    assert "verify" not in ended.words and not list(tmp_path.iterdir())


def test_a_programme_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path):
    ended = program.run("run", TEACHING / "storage_arbitrage", "--hours", "4", "-o", tmp_path / "out.h5", "--write-mps", tmp_path / "out.mps",
                        disk_kib=4)
    assert ended.code == 7 and "out.mps could not be written" in ended.words, ended.words
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words, told", [("hourz = 3", "unknown option hourz; did you mean hours?"), ('hours = "x"', 'option hours: found "x"')])
def test_check_looks_at_the_options_of_a_case_too(words, told, tmp_path):
    case = shutil.copytree(TEACHING / "storage_arbitrage", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    toml = (case / "case.toml").read_text()
    assert "[run]" not in toml
    (case / "case.toml").write_text(f"{toml}\n[run]\n{words}\n")
    ended = program.run("check", case)
    assert ended.code == 2 and told in ended.words and "case.toml" in ended.words, ended.words


@pytest.mark.parametrize("words, told", [
    ('from = "2031-01-01"', 'option from: found "2031-01-01", expected a date of 2030'),
    ('from = "2030-12-31"\nhours = 48', "option hours: found 48 h from 2030-12-31T00:00, expected at most 24"),
    ('all_clean = "foo:2030-05-20/1d"', 'option all_clean: found "foo", expected a region (west) or all'),
    ('engine = "prices"\nrelax = true', "option relax: not with engine prices"),
    ('engine = "highs"\nsecurity = "strength"', "option security: only with engine prices"),
    ('engine = "highs"\nwarm = "a.h5"', "option warm: not with engine highs"),
])
def test_check_refuses_what_a_run_would_refuse(words, told, tmp_path):
    case = shutil.copytree(TEACHING / "commitment", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    with (case / "case.toml").open("a") as toml:
        toml.write(f"\n[run]\n{words}\n")
    for command in (["check", case], ["run", case, "-o", tmp_path / "out.h5"]):
        ended = program.run(*command)
        assert ended.code == 2 and told in ended.words, ended.words
    assert not (tmp_path / "out.h5").exists()


def test_check_tells_all_wrong_options_and_all_faults(tmp_path):
    case = shutil.copytree(TEACHING / "storage_arbitrage", tmp_path / "case")
    with (case / "case.toml").open("a") as toml:
        toml.write('\n[run]\nhourz = 3\nhours = "x"\ngap = 0.01\n')
    ended = program.run("check", case)
    assert ended.code == 2, ended.words
    told = ["unknown option hourz", 'option hours: found "x"', "key profiles: found"]  # the file of profiles lies elsewhere
    assert all(words in ended.words for words in told) and "option gap" not in ended.words, ended.words


@pytest.mark.parametrize("word, relaxed", [("--relax=false", False), ("--relax", True), ("--relax=true", True)])
def test_a_flag_is_what_it_is_given_as(word, relaxed, tmp_path):
    with program.run_case(TEACHING / "commitment", tmp_path / "out.h5", "--hours", "2", word) as file:
        assert file.attrs["option_relax"] == str(relaxed).lower()
        assert file.attrs["status"] == ("relaxed" if relaxed else "complete")


@pytest.mark.parametrize("command, options, told", [
    ("run", ["--relax=maybe"], 'option relax: found "maybe", expected true or false'),
    ("run", ["--hours", "3", "--hours", "4"], "option --hours: found 3 and 4, expected one value"),
    ("run", ["-o", "a.h5", "--output", "b.h5"], "option --output: found a.h5 and b.h5, expected one value"),
    ("run", ["--relax", "--relax=false"], "option --relax: found true and false, expected one value"),
    ("run", ["-hours", "24"], "found -hours, expected --hours"),
    ("run", ["-output=a.h5"], "found -output, expected --output"),
    ("check", ["-help"], "found -help, expected --help"),
])
def test_options_that_cannot_be_read_as_meant_end_the_command(command, options, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ended = program.run(command, TEACHING / "commitment", *options)
    assert ended.code == 2 and told in ended.words, ended.words
    assert not list(tmp_path.iterdir())


def test_short_options_stay_short(tmp_path):
    ended = program.run("run", TEACHING / "commitment", "--hours", "2", "-q", f"-o{tmp_path / 'out.h5'}")
    assert ended.code == 0 and (tmp_path / "out.h5").exists(), ended.words
    ended = program.run("run", "-h")
    assert ended.code == 0 and "simulate a case" in ended.words, ended.words


def test_what_is_of_another_kind_is_not_written_over(tmp_path):
    case = shutil.copytree(TEACHING / "commitment", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    table = case / "loads.csv"
    before = table.read_text()
    for options in ["-o", table], ["-o", tmp_path / "out.h5", "--write-mps", table]:
        ended = program.run("run", case, "--hours", "4", *options)
        assert ended.code == 7 and "loads.csv' is not written over: what it holds is of another kind" in ended.words, ended.words
    assert table.read_text() == before and not (tmp_path / "out.h5").exists()
    program.run_case(case, tmp_path / "out.h5", "--hours", "4").close()
    results = (tmp_path / "out.h5").read_bytes()
    ended = program.run("report", tmp_path / "out.h5", "--html", tmp_path / "out.h5")
    assert ended.code == 7 and "is not written over: it is no page" in ended.words, ended.words
    assert (tmp_path / "out.h5").read_bytes() == results
    for _ in range(2):  # what is of the same kind is
        assert program.run("run", case, "--hours", "4", "-o", tmp_path / "out.h5", "--write-mps", tmp_path / "out.mps").code == 0


def test_hours_of_a_case_belong_to_its_own_first_hour(tmp_path):
    base = shutil.copytree(TEACHING / "commitment", tmp_path / "base")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    with (base / "case.toml").open("a") as toml:
        toml.write("\n[run]\nhours = 8760\n")
    later = tmp_path / "later"
    later.mkdir()
    for own, hours, start in [("from = 2030-12-13", 24, "2030-12-13"), ("hours = 5", 5, "2030-01-01"),
                              ("from = 2030-12-13\nhours = 48", 48, "2030-12-13")]:
        (later / "case.toml").write_text(f'name = "later"\nbase = "../base"\n[run]\n{own}\n')
        ended = program.run("run", later, "-o", tmp_path / "out.h5")
        assert f"later: {hours} h from {start}T00:00" in ended.words, ended.words


def test_what_is_no_file_is_not_replaced():
    ended = program.run("run", TEACHING / "commitment", "-o", "/dev/null")
    assert ended.code == 7 and "it is no file" in ended.words
    assert stat.S_ISCHR(pathlib.Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_plant_that_keeps_its_limits_in_no_way_ends_the_run_on_all_ranks(ranks, tmp_path):
    case = shutil.copytree(TEACHING / "storage_arbitrage", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    # It loses a tenth an hour, gets next to nothing before hour 30, and is to end as it began.
    (case / "storages.csv").write_text(
        "name,bus,technology,charge_max_mw,discharge_max_mw,energy_max_mwh,efficiency_charge,efficiency_discharge,loss_per_h,"
        "energy_initial_mwh,variable_om_cny_per_mwh,inflow_mw,inflow_profile\n"
        "battery,town,battery,1,81,400,0.9,0.9,0.1,100,10,20,late\n")
    (case / "late.csv").write_text("hour,late\n" + "".join(f"{t},{int(t >= 30)}\n" for t in range(8760)))
    settings = case / "case.toml"
    settings.write_text(settings.read_text().replace('["../profiles.csv"]', '["../profiles.csv", "late.csv"]'))
    ended = program.run("run", case, "-o", tmp_path / "out.h5", "--engine", "prices", ranks=ranks, timeout_s=60)
    assert ended.code == 4, ended.words
    assert "storage:battery: its energy cannot keep its limits" in ended.words, ended.words


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_a_span_that_ends_where_a_store_holds_less_has_no_schedule(engine, tmp_path):
    """It starts with 30 MWh and may hold 60 x 0.4 = 24 at the end of hour 1."""
    case = shutil.copytree(TEACHING / "tariff", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    (case / "flexible_loads.csv").write_text(
        "name,bus,kind,draw_max_mw,demand_mw,energy_max_mwh,energy_max_profile,energy_initial_mwh\n"
        "heater,town,heating,40,20,60,light_then_full,30\n")
    ended = program.run("run", case, "-o", tmp_path / "out.h5", "--engine", engine, "--hours", "2", timeout_s=60)
    assert ended.code == 4, ended.words
    assert "flexible:heater: its energy cannot keep its limits: 6 MWh short" in ended.words, ended.words


@pytest.mark.parametrize("engine, code, words", [
    ("highs", 4, "no schedule with whole units, though one with fractions"), ("prices", 6, "engine highs is asked whether there is a schedule")])
def test_what_whole_units_alone_refute_is_told_by_the_programme_of_them(engine, code, words, tmp_path):
    """A unit of 200 MW or more, and 100 MW of export with at most 50 of load."""
    case = shutil.copytree(TEACHING / "infeasible", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    (case / "thermal.csv").write_text("name,bus,fuel,technology,units,p_min_mw,p_max_mw\nchp,plant,coal,coal,1,200,400\n")
    (case / "loads.csv").write_text("name,bus,mean_mw\ntown,town,50\n")
    (case / "hvdc.csv").write_text("name,bus,receiving,technology,p_min_mw,p_max_mw,loss_rated_pu,export_value_cny_per_mwh\nexport,plant,east,vsc,100,100,0.05,400\n")
    ended = program.run("run", case, "-o", tmp_path / "out.h5", "--engine", engine, "--hours", "4", timeout_s=60)
    assert ended.code == code and words in ended.words, ended.words


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_river_that_cannot_keep_its_limits_is_named(ranks, tmp_path):
    """500 m3/s come in, 100 may be released: 10 hm3 hold 6.94 hours of the rest, 1.44 hm3 each."""
    case = shutil.copytree(TEACHING / "cascade", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    (case / "reservoirs.csv").write_text("name,storage_max_hm3,inflow_m3_per_s,release_max_m3_per_s\nupper,10,500,100\nlower,10,0,1000\n")
    ended = program.run("run", case, "--hours", "12", "-o", tmp_path / "out.h5", "--engine", "prices", ranks=ranks, timeout_s=60)
    assert ended.code == 4, ended.words
    assert "reservoir upper holds at least 10.08 hm3 at the end of 2030-01-01T06:00, more than HY-2 allows, 10 hm3" in ended.words, ended.words


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_a_unit_that_must_run_rests_after_a_short_outage(engine, tmp_path):
    """A coal unit is out for three hours and off for its eight hours at rest, by TH-3: nobody asks it to run before (TH-4)."""
    case = shutil.copytree(TEACHING / "commitment", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    header, coal, gas = (case / "thermal.csv").read_text().splitlines()
    columns = header.split(",")
    row = dict(zip(columns, coal.split(",")))
    row |= {"units": "1", "min_down_h": "8", "must_run_units": "1", "initial_units_on": "1"}
    columns += [name for name in row if name not in columns]
    other = dict(zip(header.split(","), gas.split(","))) | {"units": "2"}
    (case / "thermal.csv").write_text("\n".join(",".join(cells) for cells in (
        columns, [row[name] for name in columns], [other.get(name, "") for name in columns])) + "\n")
    (case / "outages.csv").write_text("plant,from_hour,to_hour,units\ncoal,5,8,1\n")
    with program.run_case(case, tmp_path / "out.h5", "--hours", "24", "--engine", engine) as file:
        units = file["thermal/units_on"][0].tolist()
        required = file["thermal/units_required"][0].tolist()
    assert required == 5 * [1] + 8 * [0] + 11 * [1]
    assert units == required


def test_units_that_can_keep_their_times_in_no_way_are_named(tmp_path):
    case = shutil.copytree(TEACHING / "commitment", tmp_path / "case")
    shutil.copy(TEACHING / "profiles.csv", tmp_path)
    # They run at 175 MW, may fall by 10 MW an hour and stop from 100, and are out of service from hour 2.
    table = (case / "thermal.csv").read_text()
    (case / "thermal.csv").write_text(table.replace("name,", "ramp_down_mw_per_h,stop_ramp_mw,name,").replace("\ncoal,", "\n10,100,coal,")
                                      .replace("\ngas,", "\n,,gas,"))
    (case / "outages.csv").write_text("plant,from_hour,to_hour,units\ncoal,2,4,2\n")
    ended = program.run("run", case, "--hours", "24", "-o", tmp_path / "out.h5", "--engine", "prices", timeout_s=60)
    assert ended.code == 4, ended.words
    assert "thermal:coal: a unit has no plan that keeps its minimum times" in ended.words, ended.words


def test_a_quiet_run_says_why_it_failed(tmp_path):
    ended = program.run("run", program.CASES / "northwest" / "2030", "-o", tmp_path / "out.h5", "--engine", "prices", "--from", "2030-01-15",
                        "--hours", "24", "--time-limit-s", "1.2", "-q")
    assert ended.code == 5 and "stopped by the time limit" in ended.words
    assert len(ended.words.splitlines()) == 1, ended.words


def flow_of(branch, path):
    with program.h5py.File(path, "r") as file:
        return file["branches/flow_mw"][program.items_of(file, "branches").index(branch)].max()


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_flows_within_their_tolerance_are_no_breach(engine, tmp_path):
    """Without its limit line a_c carries 400 MW of 280 (cases/teaching/three_bus_loop): with a tolerance of 300 that is allowed, with one of 119
    it is not."""
    out = tmp_path / "out.h5"
    program.run_case(TEACHING / "three_bus_loop", out, "--hours", "2", "--engine", engine, "--flow-tolerance-mw", "300").close()
    assert flow_of("a_c", out) == pytest.approx(400.0)
    if engine == "prices":
        ended = program.run("certify", out)
        assert ended.code == 0 and "by no more than 300 MW are no breach" in ended.words, ended.words
    program.run_case(TEACHING / "three_bus_loop", out, "--hours", "2", "--engine", engine, "--flow-tolerance-mw", "119").close()
    assert flow_of("a_c", out) == pytest.approx(280.0, abs=0.01)
