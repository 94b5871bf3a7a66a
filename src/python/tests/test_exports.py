"""What lines carry and what limits them, on the file that the C++ test program writes: 600 of 800 MW in 48 hours, no security."""

import os
import re
import shutil
import signal
import subprocess
import sys

import h5py
import longyang
import numpy as np
import pytest
from longyang import exports as module
from test_results import path  # noqa: F401  (the fixture that writes the file)


@pytest.fixture
def secured(path, tmp_path):  # noqa: F811
    """The same with limits: 500 MW by the stations around in the first 12 hours, 700 by its own ratio in 6 more, else 800."""
    copy = shutil.copy(path, tmp_path / "secured.h5")
    with h5py.File(copy, "r+") as file:
        limit, cause = np.full((1, 48), 800.0), np.zeros((1, 48))
        limit[0, :12], cause[0, :12] = 500.0, 2
        limit[0, 12:18], cause[0, 12:18] = 700.0, 1
        file["security/limit_mw"][...], file["security/cause"][...] = limit, cause
        file["security/margin_mw"][...] = limit - 600.0
        file["security/price_cny_per_mwh"][...] = np.where(cause == 2, 40.0, 0.0)
    return copy


def test_without_security_there_is_utilisation_alone(path):  # noqa: F811
    with longyang.open(path) as results:
        found = module.exports(results)
    assert list(found.columns) == ["rating_mw", "carried_gwh", "utilisation_h"]
    assert found.loc["export", "carried_gwh"] == pytest.approx(600 * 48 / 1000)
    assert found.loc["export", "utilisation_h"] == pytest.approx(8760 * 0.75)


def test_what_a_line_takes_in_counts_like_what_it_sends(path, tmp_path):  # noqa: F811
    copy = shutil.copy(path, tmp_path / "both_ways.h5")
    with h5py.File(copy, "r+") as file:
        file["hvdc/p_mw"][...] = np.where(np.arange(48) < 12, -600.0, 600.0)
    with longyang.open(copy) as results:
        found = module.exports(results)
    assert found.loc["export", "carried_gwh"] == pytest.approx(600 * 48 / 1000)
    assert found.loc["export", "utilisation_h"] == pytest.approx(8760 * 0.75)


def test_limits_by_cause(secured):
    with longyang.open(secured) as results:
        line = module.exports(results).loc["export"]
    assert line["limited_h"] == 18
    assert line["by_multi_infeed_h"] == 12 and line["by_short_circuit_ratio_h"] == 6
    assert "by_rocof_h" not in line
    assert line["mean_limit_mw"] == pytest.approx((12 * 500 + 6 * 700 + 30 * 800) / 48)
    assert line["least_limit_mw"] == 500 and line["above_h"] == 12
    assert line["value_cny_per_mw"] == pytest.approx(12 * 40)


def test_hours_before_a_line_is_there_have_no_limit(secured, monkeypatch):
    """It enters in hour 12."""
    there = np.arange(48)[None, :] >= 12
    monkeypatch.setattr(longyang.Results, "in_service", lambda results, table: there)
    with longyang.open(secured) as results:
        line = module.exports(results).loc["export"]
    assert line["limited_h"] == 6 and "by_multi_infeed_h" not in line and line["above_h"] == 0
    assert line["mean_limit_mw"] == pytest.approx((6 * 700 + 30 * 800) / 36) and line["least_limit_mw"] == 700
    assert line["value_cny_per_mw"] == 0


def test_what_was_left_of_wind_and_sun(path):  # noqa: F811
    with longyang.open(path) as results:
        found = module.curtailed(results)
        there = results.renewables.available_mw.values.sum()
        taken = results.renewables.p_mw.values.sum()
    whole = found.loc["all"]
    assert whole["curtailed_gwh"].sum() == pytest.approx((there - taken) / 1000)
    assert (whole["share"] >= 0).all()
    apart = found.drop("all", level="region")["curtailed_gwh"].sum()
    assert apart == pytest.approx(whole["curtailed_gwh"].sum())


def test_causes_have_the_numbers_of_the_format(secured):
    with h5py.File(secured) as file:
        said = file["security/cause"].attrs["long_name"]
    said = said.decode() if isinstance(said, bytes) else str(said)
    for number, name in re.findall(r"(\d) (\w+)", said):
        assert module.CAUSES[int(number)] == name
    assert "7 overvoltage" in said


def test_beside_a_run_without_limits(path, secured, capsys, tmp_path):  # noqa: F811
    assert module.main([str(secured), "--against", str(path), "--markdown"]) == 0
    words = capsys.readouterr().out
    row = next(line for line in words.splitlines() if line.startswith("| export |"))
    assert [cell.strip() for cell in row.split("|")[2:6]] == ["800", "29", "6,570", "6,570"]
    assert "| utilisation h a year | free utilisation h a year |" in words  # of 48 hours
    assert module.main([str(secured), "--against", "nowhere.h5"]) == 7
    day = shutil.copy(path, tmp_path / "day.h5")
    with h5py.File(day, "r+") as file:
        file.attrs["span_hours"] = 24
    assert module.main([str(secured), "--against", str(day)]) == 7
    assert "has span_hours 24" in capsys.readouterr().err


def test_a_reader_that_has_gone_is_no_traceback(path):  # noqa: F811
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([sys.executable, "-m", "longyang.exports", str(path)], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writer)
    assert ended.returncode == -signal.SIGPIPE and ended.stderr == ""
