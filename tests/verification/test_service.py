"""A branch that enters within the span (SV-6): cases/teaching/dates by both engines, on two ranks, certified; and what looks at
one network alone asks for hours with one."""

import pathlib
import re
import shutil

import pytest

import program

CASE = program.CASES / "teaching" / "dates"
SPAN = ("--from", "2030-01-01", "--hours", "6")


@pytest.fixture(scope="module")
def by_prices(tmp_path_factory):
    out = tmp_path_factory.mktemp("service") / "prices.h5"
    program.run_case(CASE, out, *SPAN, "--engine", "prices").close()
    return out


def test_two_ranks_find_the_cost_by_hand(tmp_path):
    with program.run_case(CASE, tmp_path / "two.h5", *SPAN, ranks=2) as results:
        assert float(program.quantity(results, "certificate/cost_cny")) == pytest.approx(888000, rel=1e-6)
        assert list(program.quantity(results, "branches/flow_mw", "a_c")[:2]) == pytest.approx([0, 0], abs=1e-9)


def test_the_bound_by_prices_lies_just_below_the_cost_by_hand(by_prices):
    with program.h5py.File(by_prices, "r") as results:
        assert 887000 < float(program.quantity(results, "certificate/bound_cny")) <= 888000


def test_the_certificate_takes_the_network_of_each_hour(by_prices):
    ended = program.run("certify", by_prices)
    assert ended.code == 0 and "confirmed" in ended.words, ended.words


def test_flow_wants_hours_with_one_network(by_prices):
    across = program.run("flow", CASE, "--schedule", by_prices)
    assert across.code == 2, across.words
    assert "branches enter or leave service at 2030-01-01T02:00; expected hours with one network, such as " \
           "--from 2030-01-01T00 --hours 2" in across.words
    # Before its date the line is no outage and carries nothing: two contingencies; then three.
    before = program.run("flow", CASE, "--schedule", by_prices, "--hours", "2")
    assert before.code == 0 and "N-1 (DC): 2 contingencies in 2 hours" in before.words, before.words
    after = program.run("flow", CASE, "--schedule", by_prices, "--from", "2030-01-01T02")
    assert after.code == 0 and "N-1 (DC): 3 contingencies in 4 hours" in after.words, after.words


def folder_of_dates(folder: pathlib.Path, **files: str) -> pathlib.Path:
    """The case with files of its own."""
    case = shutil.copytree(CASE, folder / "case")
    shutil.copy(CASE.parent / "profiles.csv", folder)
    for name, rows in files.items():
        (case / f"{name}.csv").write_text(rows, encoding="utf-8")
    return case


def test_flow_of_the_cases_own_dispatch_leaves_out_branches(tmp_path):
    """The dispatch is one of the year's first hour, in which a_c is not there: two contingencies, and both cut a bus off."""
    case = folder_of_dates(tmp_path, dispatch="table,name,p_mw\nthermal,coal,600\n")
    ended = program.run("flow", case, "--tables", tmp_path / "tables")
    assert ended.code == 0 and "N-1 (DC): 2 contingencies in 1 hours" in ended.words, ended.words
    flows = (tmp_path / "tables" / "dc_branches.csv").read_text(encoding="utf-8").splitlines()
    assert flows == ["hour,branch,flow_mw", "0,a_b,600", "0,b_c,600"]


def test_ranks_write_the_same_tables(tmp_path):
    """Branches that begin in c, a and b: rank by rank they come in another order."""
    case = folder_of_dates(tmp_path, dispatch="table,name,p_mw\nthermal,coal,600\n",
                           branches="name,from_bus,to_bus,x_pu,rating_mw\nc_b,c,b,0.02,1000\na_c,a,c,0.02,280\nb_a,b,a,0.02,1000\n")
    for ranks in (0, 2, 3):
        ended = program.run("flow", case, "--tables", tmp_path / str(ranks), ranks=ranks)
        assert ended.code == 0, ended.words
        rows = (tmp_path / str(ranks) / "dc_branches.csv").read_text(encoding="utf-8").splitlines()
        assert rows == ["hour,branch,flow_mw", "0,c_b,-600", "0,b_a,-600"], ranks


def folder_with_machine(folder: pathlib.Path, mvar: float, most_mvar: float) -> pathlib.Path:
    """The case with a machine in a that gives at most so much, and so much asked for in c."""
    columns = "name,bus,kind,plant_table,plant,units,s_mva,x_subtransient_pu,inertia_s,q_min_mvar,q_max_mvar,v_set_pu"
    return folder_of_dates(folder, dispatch="table,name,p_mw\nthermal,coal,600\n",
                           loads=f"name,bus,mean_mw,mean_mvar\ncity,c,600,{mvar}\n",
                           machines=f"{columns}\ng,a,generator,thermal,coal,1,900,0.25,4,-500,{most_mvar},1.0\n")


def test_nothing_is_known_after_outages_of_an_hour_that_is_not_solved(tmp_path):
    """No network carries 3000 Mvar over two lines of 0.02 pu."""
    case = folder_with_machine(tmp_path, mvar=3000, most_mvar=10)
    ended = program.run("flow", case, "--ac-n1", "--tables", tmp_path / "tables")
    assert ended.code == 6 and "not converged 1" in ended.words, ended.words
    header, row = (tmp_path / "tables" / "ac_n1_hours.csv").read_text(encoding="utf-8").splitlines()
    assert row == "0" + "," * header.count(",")


def test_a_slack_bus_beyond_its_machines_is_told(tmp_path):
    """50 Mvar are asked for in c, and lines take some; the machine in a gives 10."""
    words = []
    for most in (10, 500):
        folder = tmp_path / str(most)
        folder.mkdir()
        case = folder_with_machine(folder, mvar=50, most_mvar=most)
        ended = program.run("flow", case)
        assert ended.code == 0 and "AC power flow: 1 h" in ended.words, ended.words
        words.append(ended.words)
    assert re.search(r"a slack bus lies outside the reactive limits of its machines in 1 h, by up to (\d+\.\d) Mvar", words[0])
    assert "a slack bus lies outside" not in words[1]


def test_a_slack_bus_beyond_its_machines_after_outages_is_told(tmp_path):
    """The same with three lines in a ring and a load at the end of a fourth one: after the loss of any of the four, the last of which is
    looked at apart, the machine in a is asked for more than 10 Mvar."""
    words = []
    for most in (10, 500):
        folder = tmp_path / str(most)
        folder.mkdir()
        case = folder_with_machine(folder, mvar=50, most_mvar=most)
        (case / "service.csv").unlink()
        for name, rows in (("buses", "d,west,750\n"), ("branches", "c_d,c,d,0.02,1000\n"), ("loads", "village,d,0,5\n")):
            with open(case / f"{name}.csv", "a", encoding="utf-8") as file:
                file.write(rows)
        for ranks, options in ((1, ()), (2, ()), (1, ("--ignore-reactive-limits",))):
            ended = program.run("flow", case, "--ac-n1", *options, ranks=ranks)
            assert ended.code == 0 and "N-1 (AC): 4 outages in 1 hours" in ended.words and "not solved 0" in ended.words, ended.words
            words.append(re.findall(r"a slack bus lies outside the reactive limits of its machines in (\d+ .*), by up to (\d+\.\d) Mvar", ended.words))
    [(hours, before), (cases, after)] = words[0]
    assert hours == "1 h" and cases == "4 cases (outage and hour)" and float(after) > float(before) + 10
    assert words[1] == words[0] and not any(words[2:])


def test_flow_leaves_out_whatever_branches_there_are(tmp_path):
    """A branch with a comma in its name, the only one of a section, in a pair of contingencies: both go with it, the rest stays."""
    case = folder_of_dates(
        tmp_path,
        branches='name,from_bus,to_bus,x_pu,rating_mw\na_b,a,b,0.02,1000\n"second, new",a,c,0.02,280\nb_c,b,c,0.02,1000\n',
        service='table,plant,from_hour\nbranches,"second, new",2\nrenewables,sun,4\n',
        sections="name,limit_forward_mw,limit_backward_mw\nlate,250,250\nearly,900,900\n",
        section_branches='section,branch,sign\nlate,"second, new",1\nearly,b_c,1\n',
        contingencies='name,branch,second_branch\nnew_too,"second, new",b_c\n')
    out = tmp_path / "out.h5"
    program.run_case(case, out, *SPAN).close()
    before = program.run("flow", case, "--schedule", out, "--hours", "2")
    assert before.code == 0 and "N-1 (DC): 2 contingencies in 2 hours" in before.words, before.words
    after = program.run("flow", case, "--schedule", out, "--from", "2030-01-01T02")
    assert after.code == 0 and "N-1 (DC): 4 contingencies in 4 hours" in after.words, after.words


@pytest.mark.parametrize("options, found", [
    (("--from", "2030-03-01"), "2030-03-01T00:00"),
    (("--from", "2030-01-01T04", "--hours", "6"), "6 h from 2030-01-01T04:00"),
])
def test_hours_outside_the_schedule_are_told_by_date(options, found, tmp_path):
    out = tmp_path / "out.h5"
    program.run_case(CASE, out, *SPAN).close()
    ended = program.run("flow", CASE, "--schedule", out, *options)
    assert ended.code == 2, ended.words
    assert f"options from and hours: found {found}, expected some of the schedule's 6 h from 2030-01-01T00:00" in ended.words


@pytest.mark.parametrize("option", [("--from", "2030-03-01"), ("--hours", "5")])
def test_the_cases_own_dispatch_has_no_hours_to_choose(tmp_path, option):
    case = folder_of_dates(tmp_path, dispatch="table,name,p_mw\nthermal,coal,600\n")
    ended = program.run("flow", case, *option)
    assert ended.code == 2, ended.words
    assert f"option {option[0][2:]}: the dispatch.csv of {case} is of one hour; expected --schedule" in ended.words


def test_an_hour_cannot_be_explained_without_hvdc_lines(tmp_path):
    case = folder_of_dates(tmp_path, dispatch="table,name,p_mw\nthermal,coal,600\n")
    ended = program.run("flow", case, "--explain-hour", "2030-01-01T00")
    assert ended.code == 2, ended.words
    assert "option explain_hour: the case has no HVDC lines" in ended.words


def test_security_wants_all_branches(tmp_path):
    ended = program.run("run", CASE, "-o", tmp_path / "out.h5", *SPAN, "--engine", "prices", "--security", "n1")
    assert ended.code == 2, ended.words
    assert "option security: branch a_c is out of service from 2030-01-01T00:00 on" in ended.words
