"""The reader on a file that the C++ test program writes (tests/unit/results/example.cpp says which values)."""

import os
import pathlib
import shutil
import subprocess

import h5py
import numpy as np
import pandas as pd
import pytest

import longyang

ROOT = pathlib.Path(__file__).resolve().parents[3]


def example_writer():
    """write_example_results, which stands beside the program under test."""
    program = os.environ.get("LONGYANG")
    if program:
        return pathlib.Path(program).parent / "write_example_results"
    built = sorted(ROOT.glob("build/*/bin/write_example_results"), key=lambda path: path.stat().st_mtime)
    if not built:
        pytest.skip("write_example_results is not built; set LONGYANG to the program in the build folder's bin/")
    return built[-1]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("results") / "example.h5"
    # Alone, without Open MPI's daemon.
    environment = {**os.environ, "OMPI_MCA_ess_singleton_isolated": "1"}
    subprocess.run([example_writer(), path, "48"], check=True, env=environment, timeout=120)
    return path


@pytest.fixture
def d(path):
    with longyang.open(path) as results:
        yield results


def test_header(d):
    assert d.header["kind"] == "longyang results"
    assert d.header["case_name"] == "example"
    assert d.header["status"] == "complete"
    assert d.header["ranks"] == 1
    assert d.header["span_hours"] == 48
    assert d.header["options"] == {"gap": "0.005", "output": "example.h5"}
    assert d.header["libraries"] == {"highs": "1.15.1"}
    assert "example, 48 hours from 2030-01-15T00:00:00, complete" in repr(d)


def test_hourly_by_name_and_time(d):
    p = d.thermal.p_mw
    assert p.dims == ("name", "hour")
    assert p.attrs == {"units": "MW", "long_name": "net output of the whole cluster, less what carbon capture takes"}
    assert list(p["name"].values) == ["coal_a", "coal_b", "gas_b"]
    assert p.sel(name="coal_b", hour="2030-01-16T05").item() == 215.0
    assert p.hour.values[0] == np.datetime64("2030-01-15T00:00")
    assert d.thermal is d["thermal"]


def test_every_group_opens_and_has_units(d):
    assert {"thermal", "renewables", "hydro", "reservoirs", "storages", "hvdc", "loads", "reserves", "branches"} < set(d.groups)
    for group in d.groups:
        dataset = d[group].load()
        for name, variable in dataset.data_vars.items():
            assert variable.attrs["units"], f"{group}/{name}"
            assert variable.attrs["long_name"], f"{group}/{name}"


def test_balances(d):
    noon = d.balances.sel(hour="2030-01-15T12").squeeze()
    assert noon.generation_mw.sel(region="A", technology="coal").item() == 212.0
    assert noon.generation_mw.sel(region="A", technology="pv").item() == 900.0
    assert noon.charge_mw.sel(region="A", storage_technology="battery").item() == 60.0
    # 212 coal + 250 hydro + 900 PV - 60 charge - 600 load - 600 HVDC
    assert noon.ac_export_mw.sel(region="A").item() == 102.0


def test_certificate_stages_limits(d):
    assert d.certificate.cost_cny.item() == 1.0e6
    assert d.certificate.bound_source.item() == "HiGHS's own bound"
    assert d.certificate.cost_part_cny.sel(part="fuel").item() == 0.9e6
    assert d.stages.seconds.sel(stage="dispatch").item() == 20.25
    assert list(d.limits.item.values) == ["A-B", "a1-b1"]
    assert d.forecast.seconds_used.item() == 21.0


def test_tables_of_the_case(d):
    thermal = d.table("thermal")
    assert isinstance(thermal, pd.DataFrame)
    assert thermal.loc["gas_b", "fuel"] == "gas"
    assert thermal.loc["coal_a", "p_max_mw"] == 300.0
    assert thermal.attrs["units"]["p_max_mw"] == "MW"
    assert d.table("buses").loc["b1", "name_zh"] == "乙一"
    assert list(d.table("heat_curves")["plant"]).count("coal_a") == 3


def test_what_is_clean_follows_from_the_tables(path, tmp_path):
    """Not from a list of names: any technology of `renewables`, and thermal plants by their fuel."""
    copy = shutil.copy(path, tmp_path / "other.h5")
    with h5py.File(copy, "r+") as file:
        names = file["system/renewables/technology"].asstr()[...]
        file["system/renewables/technology"][...] = ["run_of_river" for _ in names]
    with longyang.open(copy) as results:
        known = results.renewable_technologies()
        assert "run_of_river" in known and "hydro" in known
        assert not results.clean_technologies() & {"coal_chp", "gas_ocgt", "coal"}
    with h5py.File(copy, "r+") as file:
        file["system/fuels/co2_t_per_gj"][...] = np.where(file["system/fuels/name"].asstr()[...] == "gas", 0.0, 0.09)
    with longyang.open(copy) as results:
        assert results.clean_technologies() - results.renewable_technologies() == set(results.table("thermal").technology) - {"coal", "coal_chp"}


def test_unknown_names_in_words(d):
    with pytest.raises(AttributeError, match="no group 'termal'; did you mean 'thermal'"):
        _ = d.termal
    with pytest.raises(KeyError, match="no table 'bus'; did you mean 'buses'"):
        d.table("bus")


def test_files_that_are_not_ours(tmp_path, path):
    with pytest.raises(FileNotFoundError, match="is not there"):
        longyang.open(tmp_path / "none.h5")
    (tmp_path / "text.h5").write_text("text")
    with pytest.raises(longyang.ResultsError, match="no HDF5 file"):
        longyang.open(tmp_path / "text.h5")
    whole = pathlib.Path(path).read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(longyang.ResultsError, match="damaged"):
        longyang.open(tmp_path / "cut.h5")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    with pytest.raises(longyang.ResultsError, match="not one of Longyang's"):
        longyang.open(tmp_path / "other.h5")
    (tmp_path / "newer.h5").write_bytes(whole)
    with h5py.File(tmp_path / "newer.h5", "a") as file:
        file.attrs["format_version"] = 99
    with pytest.raises(longyang.ResultsError, match="format version 99, this package reads version 1"):
        longyang.open(tmp_path / "newer.h5")
