"""The dispatch picture on the file that the C++ test program writes."""

import os
import pathlib
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pandas as pd
import pytest

import longyang
from longyang import dispatch_plot
from test_results import ROOT, path  # noqa: F401: the fixture that writes the example


@pytest.fixture
def d(path):  # noqa: F811
    with longyang.open(path) as results:
        yield results


def test_stacks_add_up_to_the_regions_totals(d):
    region = str(d.balances["region"].values[0])
    given, taken = dispatch_plot.stacks(d, region)
    one = d.balances.sel(region=region)
    made = one.generation_mw.sum("technology") + one.discharge_mw.sum("storage_technology")
    imported = (-one.ac_export_mw).clip(min=0) + (-one.hvdc_export_mw).clip(min=0)
    np.testing.assert_allclose(given.sum(axis=1), (made + imported).values / 1e3, rtol=2e-3)
    exported = one.ac_export_mw.clip(min=0) + one.hvdc_export_mw.clip(min=0)
    stored = one.charge_mw.sum("storage_technology")
    np.testing.assert_allclose(taken.sum(axis=1), (exported + stored).values / 1e3, rtol=2e-3, atol=1e-9)


def test_a_picture_is_written(path, d, tmp_path):  # noqa: F811
    picture = tmp_path / "dispatch.png"
    region = str(d.balances["region"].values[0])
    assert dispatch_plot.main([str(path), "--region", region, "-o", str(picture)]) == 0
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("nothing", [["charge_mw", "hvdc_export_mw", "ac_export_mw"], ["generation_mw", "discharge_mw", "hvdc_export_mw", "ac_export_mw"]])
def test_a_region_that_takes_or_gives_nothing_has_its_picture(nothing, path, d, tmp_path):  # noqa: F811
    """As one without storages and neighbours, or one without plants."""
    copy, picture = shutil.copy(path, tmp_path / "copy.h5"), tmp_path / "dispatch.png"
    with h5py.File(copy, "r+") as file:
        for name in nothing:
            file[f"balances/{name}"][...] = 0.0
    region = str(d.balances["region"].values[0])
    with longyang.open(copy) as results:
        assert sorted(len(frame.columns) > 0 for frame in dispatch_plot.stacks(results, region)) == [False, True]
    assert dispatch_plot.main([str(copy), "--region", region, "-o", str(picture)]) == 0
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_nothing_is_drawn_on_29_february(path, tmp_path):  # noqa: F811
    """Which modelled years leave out: 28 February's last hour ends with it, and the next one is of 1 March."""
    copy = shutil.copy(path, tmp_path / "leap.h5")
    with h5py.File(copy, "r+") as file:
        file["balances/hour"].attrs["units"] = "hours since 2028-02-28T00:00:00"
        file["balances/hour"][24:] += 24
    with longyang.open(copy) as results:
        figure = dispatch_plot.draw(results, str(results.balances["region"].values[0]))
    for line in (figure.axes[0].lines[0], figure.axes[1].lines[0]):
        drawn = pd.Series(line.get_ydata(), pd.DatetimeIndex(line.get_xdata()))
        assert np.isfinite(drawn[:"2028-02-29T00"].iloc[:25]).all() and np.isnan(drawn[:"2028-02-29T00"].iloc[25:]).all()
        assert drawn.index[26] == pd.Timestamp("2028-03-01") and drawn.index[-1] == pd.Timestamp("2028-03-02")
        assert not len(drawn["2028-02-29T00:01":"2028-02-29T23:59"])


def test_without_matplotlib_the_command_says_what_is_missing(path, tmp_path):  # noqa: F811
    (tmp_path / "matplotlib.py").write_text("raise ModuleNotFoundError(name='matplotlib')")
    done = subprocess.run([sys.executable, "-m", "longyang.dispatch_plot", path, "--region", "A"], capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT / 'src/python'}"})
    assert (done.returncode, done.stderr) == (7, "longyang.dispatch_plot needs matplotlib: pip install 'src/python[plot]'\n")


def test_an_unknown_region_is_named_with_those_there_are(path, capsys):  # noqa: F811
    assert dispatch_plot.main([str(path), "--region", "tibet"]) == 2
    words = capsys.readouterr().err
    assert "no region 'tibet'" in words and "it has" in words


def test_a_file_that_is_not_there(capsys, tmp_path):
    missing = pathlib.Path(tmp_path) / "none.h5"
    assert dispatch_plot.main([str(missing), "--region", "x"]) == 7
    assert "is not there" in capsys.readouterr().err


@pytest.mark.parametrize("name, words", [("none/picture.png", "No such file"), ("picture.h5", "not supported")])
def test_a_picture_that_cannot_be_written(name, words, path, d, capsys, tmp_path):  # noqa: F811
    (tmp_path / "picture.h5").write_text("before")
    region = str(d.balances["region"].values[0])
    assert dispatch_plot.main([str(path), "--region", region, "-o", str(tmp_path / name)]) == 7
    assert words in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("picture.h5", "before")]
