"""Resources left out and scaled on the command line: what it does to the northwest case, and that what was asked for
is stored and holds for the programs that read the results."""

import h5py
import pytest

import program

SPAN = ("--from", "2030-01-15", "--hours", "3", "--relax")
CHANGES = ("--without", "csp", "--without", "qishao", "--set", "loads[region=qinghai].mean_mw=*1.1")


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """Results of some hours of the northwest 2030 without its CSP, without one UHV line and with more load in Qinghai."""
    path = tmp_path_factory.mktemp("changes") / "out.h5"
    ended = program.run("run", program.CASES / "northwest" / "2030", *SPAN, *CHANGES, "-o", path)
    assert ended.code == 0, ended.words
    assert "without csp: 18 rows" in ended.words
    return path


def test_what_was_left_out_is_not_there(changed):
    with h5py.File(changed) as file:
        assert "qishao" not in [name.decode() for name in file["system/hvdc/name"][:]]
        assert len(file["system/hvdc/name"]) == 17
        technology = [word.decode() for word in file["system/storages/technology"][:]]
        assert "csp" not in technology and "battery" in technology
        assert file.attrs["option_without"] == "csp; qishao"
        assert file.attrs["option_set"] == "loads[region=qinghai].mean_mw=*1.1"


def test_the_flows_are_those_of_the_changed_case(changed):
    ended = program.run("flow", program.CASES / "northwest" / "2030", "--schedule", changed, "--hours", "1")
    assert "another state of the case" not in ended.words, ended.words
    assert ended.code == 0, ended.words


def test_what_is_left_may_be_too_little_for_all_load(tmp_path):
    """A case whose capacity is too little in some hour is faulty, a question about less capacity is answered: load is shed at its price."""
    case = program.CASES / "teaching" / "storage_arbitrage"
    ended = program.run("run", case, "--set", "coal.capacity=*0.4", "--hours", "24", "-o", tmp_path / "less.h5")
    assert ended.code == 0, ended.words
    with h5py.File(tmp_path / "less.h5") as file:
        assert file["certificate/cost_cny"][()] > 0.0
        assert file["loads/shed_mw"][:].sum() > 0.0


@pytest.mark.parametrize("words", ["", " ; "])
@pytest.mark.parametrize("option", ["--set", "--without"])
@pytest.mark.parametrize("command", ["check", "run", "flow"])
def test_a_change_without_words_is_refused(command, option, words):
    ended = program.run(command, program.CASES / "teaching" / "storage_arbitrage", option, words)
    assert ended.code == 2 and "found nothing, expected a change" in ended.words, ended.words
