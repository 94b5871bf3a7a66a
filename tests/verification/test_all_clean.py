"""Spans without fossil power: held, refuted with its hours and limits, and what they cost."""

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


def test_northwest_holds(tmp_path, capsys):
    """Qinghai burns no coal in 2030: some hours of May hold, and what flows in from the neighbours is told."""
    program.run_case(program.CASES / "northwest" / "2030", tmp_path / "out.h5", "--from", "2030-05-20T10", "--hours", "2",
                     "--relax", "--all-clean", "qinghai:2030-05-20/1d").close()
    assert all_clean.main([str(tmp_path / "out.h5")]) == 0
    words = capsys.readouterr().out
    assert "all-clean qinghai:2030-05-20/1d: holds" in words
    assert "of it fossil by proportional sharing" in words


def test_a_span_outside_the_run_holds_nothing_off(tmp_path):
    ended = program.run("run", TWO_BUSES, "--hours", "4", "--all-clean", "west:2030-06-01/4h", "-o", tmp_path / "out.h5")
    assert ended.code == 0, ended.words
    assert "all-clean west:2030-06-01/4h: no hour of it is in this run" in ended.words and "held off" not in ended.words


def test_spans_that_do_not_fit(tmp_path, capsys):
    ended = program.run("run", TWO_BUSES, "--all-clean", "east:2030-01-01/1d", "-o", tmp_path / "x.h5")
    assert ended.code == 2
    assert 'option all_clean: found "east", expected a region (west) or all' in ended.words
