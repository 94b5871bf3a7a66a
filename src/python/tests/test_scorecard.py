"""The scorecard on the file that the C++ test program writes (tests/unit/results/example.cpp says which values)."""

import math
import types

import longyang
import pandas as pd
import pytest
import xarray as xr
from longyang import scorecard as module
from test_results import path  # noqa: F401  (the fixture that writes the file)

HEAD = 'region = "A"\n'


def row(item, figure, expected=1.0, **more):
    texts = {k: str(v).lower() if isinstance(v, bool) else str(v).replace("'", '"') if isinstance(v, list)
             else f'"{v}"' for k, v in more.items()}
    return "\n".join(["", "[[row]]", f'item = "{item}"', 'unit = "TWh"', f"expected = {expected}", f'figure = "{figure}"',
                      *(f"{k} = {v}" for k, v in texts.items())]) + "\n"


@pytest.fixture
def found(path, tmp_path):  # noqa: F811
    def figures(*rows):
        file = tmp_path / "expected.toml"
        file.write_text(HEAD + "".join(rows), encoding="utf-8")
        with longyang.open(path) as results:
            return module.scorecard(results, file).set_index("item")
    return figures


def test_pumped_water_gives_back_the_most_of_a_head_curve():
    """As PT-0: 400 m3/s h pumped to a station that makes 0.5 to 0.8 MW of a m3/s give back 320 MWh."""
    curves = pd.DataFrame({"station": ["high", "high"], "mw_per_m3_per_s": [0.5, 0.8]})
    stations = pd.DataFrame({"mw_per_m3_per_s": [0.5, 0.6], "technology": "storage_plant"}, index=["high", "plain"])
    pumps = pd.DataFrame({"station": ["high"]}, index=["p"])
    hour = {"hour": [0]}
    results = types.SimpleNamespace(
        tables=["head_curves"], table={"head_curves": curves}.get,
        hydro=xr.Dataset({"p_mw": (("name", "hour"), [[100.0], [30.0]])}, {"name": ["high", "plain"], **hour}),
        pumps=xr.Dataset({"flow_m3_per_s": (("name", "hour"), [[400.0]])}, {"name": ["p"], **hour}))
    of_table = {"hydro": stations, "pumps": pumps}
    figures = types.SimpleNamespace(results=results, of_table=lambda name, row: of_table[name], hours=lambda row: slice(None))
    figures.most_mw_per_flow = lambda frame: module.Figures.most_mw_per_flow(figures, frame)
    assert module.Figures.water_of_storage_plants_mwh(figures, None) == pytest.approx(130 - 0.8 * 400)
    of_table["pumps"] = pumps.iloc[:0]
    assert module.Figures.water_of_storage_plants_mwh(figures, None) == pytest.approx(130)


def test_figures_are_those_of_the_file(found):
    technologies = ["coal", "pv"]
    frame = found(
        row("two technologies", "generation_twh", technologies=technologies), row("all", "generation_twh"),
        row("mean of January", "generation_mw", months=[1], technologies=technologies),
        row("no hour of June", "generation_twh", months=[6]),
        row("of all that there was", "curtailment_pct"), row("line that is not there", "hvdc_twh", of="nowhere"),
        row("curtailed", "curtailment_pct", technologies=["pv"]), row("load", "load_twh"), row("load of B", "load_twh", region="B"),
        row("export", "gross_export_twh"), row("import of B", "gross_import_twh", region="B"),
        row("net of B", "net_export_twh", region="B"), row("line", "hvdc_twh", of="export"),
        row("coal of B", "coal_use_mtce", region="B"), row("coal rate of B", "coal_gce_per_kwh", region="B"),
        row("mix", "generation_share_pct", technologies=["hydro", "pv"]),
        row("renewable in B", "renewable_use_pct", region="B"),
        row("wind and gas of B", "capacity_mw", region="B", technologies=["wind", "gas_ccgt"]),
        row("share of wind", "capacity_share_pct", region="B", technologies=["wind"], without=["coal"])).found
    coal, hydro, pv = 10152.0, 12000.0, 13672.35740291
    assert frame["two technologies"] == pytest.approx((coal + pv) / 1e6)
    assert frame["all"] == pytest.approx((coal + hydro + pv) / 1e6)
    assert frame["mean of January"] == pytest.approx((coal + pv) / 48)
    assert math.isnan(frame["no hour of June"]) and math.isnan(frame["line that is not there"])
    assert frame["of all that there was"] == pytest.approx(10)  # PV, the only one that can be curtailed in A
    assert frame["curtailed"] == pytest.approx(10)
    assert frame["load"] == pytest.approx(24000 / 1e6)
    assert frame["load of B"] == pytest.approx((43200 - 7) / 1e6)  # 7 MWh were shed
    assert frame["export"] == pytest.approx((28800 + 5352) / 1e6)
    assert frame["import of B"] == pytest.approx(5352 / 1e6)
    assert frame["net of B"] == pytest.approx(-5352 / 1e6)
    assert frame["line"] == pytest.approx(28800 / 1e6)
    assert frame["coal of B"] == pytest.approx(101520 / 29.3076 / 1e6)  # the gas plant is none
    assert frame["coal rate of B"] == pytest.approx(1000 * 101520 / 29.3076 / 10632)
    assert frame["mix"] == pytest.approx(100 * (hydro + pv) / (coal + hydro + pv))
    wind, own = 3880.36806942, 10632 + 11112 + 3880.36806942
    imported = 5352 * (hydro + pv) / (coal + hydro + pv)
    assert frame["renewable in B"] == pytest.approx(100 * (wind + imported) / (own + 5352))
    assert frame["wind and gas of B"] == 600
    assert frame["share of wind"] == pytest.approx(100 * 400 / (400 + 200))


def test_what_is_missing_and_a_part_of_the_year_are_said(found):
    frame = found(row("energy", "none", remark="not modelled"), row("load", "load_twh"),
                  row("wind", "capacity_mw", 500, region="B", technologies=["wind"], at_least=True))
    assert math.isnan(frame.found["energy"]) and math.isnan(frame.difference["load"])
    assert frame.difference["wind"] == -100
    assert not frame.attrs["whole_year"]
    lines = module.text(frame.reset_index())
    assert "the model has no figure; not modelled" in lines
    assert "> 500" in lines and "-20.0 %" in lines
    assert module.markdown(frame.reset_index()).count("\n| ") == 3


@pytest.mark.parametrize("change, words", [("generation_pwh", "there are: none"), ('generation_twh"\nunknown = "x', "unknown")])
def test_faults_of_the_file_are_told_in_words(found, change, words):
    with pytest.raises(longyang.ResultsError, match=words):
        found(row("x", change))


@pytest.mark.parametrize("more, words", [
    ({"region": "C"}, "row 'x': found the region 'C', expected one of A, B"),
    ({"technologies": ["pv", "winnd"]}, "found the technology 'winnd', expected one of"), ({"without": ["coall"]}, "found the technology 'coall'")])
def test_names_that_nothing_has_are_told(found, more, words):
    with pytest.raises(longyang.ResultsError, match=words):
        found(row("x", "capacity_mw", **more))


def test_command(path, tmp_path, capsys):  # noqa: F811
    assert module.main([str(path)]) == 7
    assert "the case's folder 'cases/example' is not there" in capsys.readouterr().err
    file = tmp_path / "expected.toml"
    file.write_text(HEAD + row("load", "load_twh"), encoding="utf-8")
    assert module.main([str(path), "--expected", str(file)]) == 0
    out = capsys.readouterr().out
    assert "load, TWh" in out and "not compared" in out
    assert module.main([str(path), "--expected", str(file), "--markdown"]) == 0


def test_a_variant_takes_its_base_s_file(path, tmp_path, monkeypatch):  # noqa: F811
    base, variant = tmp_path / "base", tmp_path / "cases" / "example"
    base.mkdir()
    variant.mkdir(parents=True)
    (base / "expected.toml").write_text(HEAD + row("load", "load_twh"), encoding="utf-8")
    (variant / "case.toml").write_text('base = "../../base"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with longyang.open(path) as results:
        assert list(module.scorecard(results).item) == ["load"]


@pytest.mark.parametrize("content, words", [
    ("x = [", 'no valid TOML at its end: "Invalid value"'), ("x = 3", "found no [[row]]"), (row("load", "load_twh").replace("[[row]]", "[row]"), "expected a list of tables ([[row]])"),
    (row("load", "load_twh") + 'technologies = "pv"\n', "row 'load': found technologies = 'pv', expected a list of texts"),
    (row("load", "load_twh") + "months = [13]\n", "row 'load': found months = [13], expected a list of months, 1 to 12"),
    ("[[row]]\nitem = 'load'\nunit = 'TWh'\nexpected = '0.02'\nfigure = 'load_twh'\n", "row 'load': found expected = '0.02', expected a number"),
    ("[[row]]\nitem = 'load'\nunit = 'TWh'\nfigure = 'load_twh'\n", "row 'load': found no expected, expected a number"),
    (b"# \xff", "no valid TOML at line 1: found bytes that are not UTF-8")])
def test_a_faulty_list_of_figures(content, words, path, tmp_path, capsys):  # noqa: F811
    faulty = tmp_path / "expected.toml"
    faulty.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert module.main([str(path), "--expected", str(faulty)]) == 7
    said = capsys.readouterr().err
    assert f"{faulty}: " in said and words in said and str(path) not in said
