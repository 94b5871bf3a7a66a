"""A run that ended before it had a schedule: tools say so, and the page tells what the run says of itself and nothing of plants."""

import shutil

import h5py
import longyang
import numpy as np
import pytest
from longyang import all_clean, dispatch_plot, exports, report, resources, scorecard, settlement
from longyang.report.__main__ import main as write_page
from test_report import data_of
from test_results import ROOT, path  # noqa: F401  (the fixture that writes the file)


@pytest.fixture
def stopped(path, tmp_path):  # noqa: F811
    """The file that the C++ test program writes, as a run leaves it that was stopped while prices moved: no hour has a number."""
    copy = shutil.copy(path, tmp_path / "stopped.h5")
    with h5py.File(copy, "r+") as file:
        file.attrs["status"], file.attrs["status_words"] = "stopped", "stopped by a signal"
        file["certificate/cost_cny"][()] = np.nan

        def forget(name, item):
            if not name.startswith("system/") and isinstance(item, h5py.Dataset) and item.ndim > 1 and item.dtype.kind == "f":
                item[...] = np.nan

        file.visititems(forget)
    return str(copy)


def test_only_what_needs_a_schedule_asks_for_it(path, stopped):  # noqa: F811
    with longyang.open_schedule(path) as results:
        assert results.scheduled
    with longyang.open(stopped) as results:
        assert not results.scheduled
    with pytest.raises(longyang.ResultsError, match=r"holds no schedule: the run did not get there \(stopped by a signal; run it again with more time or passes\)$"):
        longyang.open_schedule(stopped)


@pytest.mark.parametrize("tool, more", [
    (exports, []), (scorecard, []), (settlement, []), (resources, []), (all_clean, ["--span", "A:2030-01-15/1d"]),
    (dispatch_plot, ["--region", "A", "-o", "picture.png"])])
def test_tools_say_so(tool, more, stopped, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)  # where the list of resources is
    assert tool.main([stopped, *(str(tmp_path / word) if word.endswith("png") else word for word in more)]) == 7
    said = capsys.readouterr()
    assert "holds no schedule: the run did not get there" in said.err and said.out == ""
    assert [file.name for file in tmp_path.iterdir()] == ["stopped.h5"]


def test_how_to_go_on_is_said_once(stopped):
    with h5py.File(stopped, "r+") as file:
        file.attrs["status_words"] = "stopped by a signal; go on with --restart out.h5"
    with pytest.raises(longyang.ResultsError, match=r"did not get there \(stopped by a signal; go on with --restart out.h5\)$"):
        longyang.open_schedule(stopped)


def test_exports_against_it(path, stopped, capsys):  # noqa: F811
    assert exports.main([str(path), "--against", stopped]) == 7
    assert stopped in capsys.readouterr().err


@pytest.mark.filterwarnings("error")
def test_the_page_tells_nothing_of_plants(stopped):
    with longyang.open(stopped) as results:
        page = report.page(results)
    assert "The run ended before it had a schedule" in page and "stopped by a signal" in page
    assert "Time and provenance" in page
    for claim in ("Load not served", "Wind and PV curtailed", "Clean share of generation", "Any week by the hour"):
        assert claim not in page
    assert set(data_of(page)["figures"]) == {"stages"} and data_of(page)["hours"] is None


def test_it_is_compared_with_none(path, stopped, capsys, tmp_path):  # noqa: F811
    for pair in ([str(path), "--compare", stopped], [stopped, "--compare", str(path)]):
        assert write_page([*pair, "-o", str(tmp_path / "page.html")]) == 7
        assert "holds no schedule" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()
