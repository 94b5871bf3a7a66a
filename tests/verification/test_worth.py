"""What plants bring at least (PE-85) is no more than what leaving them out costs, by HiGHS's optima with and without them."""

import json
import sys

import h5py
import pytest

import program

sys.path.insert(0, str(program.ROOT / "src" / "python"))
import longyang  # noqa: E402
from longyang import ResultsError, worth  # noqa: E402

TEACHING = program.CASES / "teaching"
BY_PRICES = ("--engine", "prices", "--iterations", "300", "--gap", "0")
TABLES = ("renewables", "thermal", "storages")


def optimum_cny(case, path, *options):
    with program.run_case(case, path, "--engine", "highs", "--gap", "0", *options) as results:
        return float(results["certificate/cost_cny"][()])


def proven(case, folder, *options):
    """A run by prices and what `longyang certify` writes of it."""
    out, proof = folder / "out.h5", folder / "proof.json"
    assert program.run("run", case, "-o", out, *BY_PRICES, *options).code == 0
    ended = program.run("certify", out, "--largest", "100000", "--json")
    assert ended.code == 0, ended.words
    proof.write_text(ended.words)
    return out, proof


@pytest.mark.parametrize("name", ["storage_arbitrage", "dates", "must_run_curtailment", "ramps", "reserve_sharing", "non_spinning", "reactor_and_capture"])
def test_leaving_a_plant_out_costs_what_is_proven(name, tmp_path):
    case = TEACHING / name
    out, proof = proven(case, tmp_path)
    with longyang.open(out) as results:
        frame = worth.worth(results, worth.read_proof(str(proof), results), by_plant=True)
        tables = {plant: table for table in TABLES if table in results.tables for plant in results.table(table).index}
    with_all = optimum_cny(case, tmp_path / "all.h5")
    proven_plants = frame.at_least_cny.dropna()
    for plant, at_least in proven_plants.items():
        less = optimum_cny(case, tmp_path / "less.h5", "--without", f"{tables[plant]}[name={plant}]")
        assert less - with_all >= at_least - 1e-6 * abs(with_all), plant
    assert len(proven_plants) > 0


def test_a_battery_by_hand(tmp_path):
    """storage_arbitrage, whose prices are exact: what the battery is proven to bring is all that leaving it out costs."""
    case = TEACHING / "storage_arbitrage"
    out, proof = proven(case, tmp_path)
    with longyang.open(out) as results:
        frame = worth.worth(results, worth.read_proof(str(proof), results), by_plant=True)
    brings = optimum_cny(case, tmp_path / "less.h5", "--without", "battery") - optimum_cny(case, tmp_path / "all.h5")
    row = frame.loc["battery"]
    assert (row.technology, row.region, row.mw) == ("battery", "west", 81.0)
    assert 0 < row.at_least_cny <= brings + 1e-6 * brings
    assert row.cny_per_kw == pytest.approx(row.earned_cny / 81e3)


def test_technologies_add_up_their_plants(tmp_path):
    out, proof = proven(TEACHING / "reserve_sharing", tmp_path)
    with longyang.open(out) as results:
        found = worth.read_proof(str(proof), results)
        plants, groups = worth.worth(results, found, by_plant=True), worth.worth(results, found)
    assert groups.earned_cny.sum() == pytest.approx(plants.earned_cny.sum()) and groups.plants.sum() == len(plants)
    for technology, row in groups.iterrows():
        assert row.mw == pytest.approx(plants.mw[plants.technology == technology].sum())


def test_a_region_that_is_none_is_a_fault_of_usage(tmp_path, capsys):
    out, proof = proven(TEACHING / "storage_arbitrage", tmp_path)
    assert worth.main([str(out), str(proof), "--region", "east"]) == 2
    assert "--region: found east, expected one of west" in capsys.readouterr().err
    assert worth.main([str(out), str(proof), "--region", "west", "--plants", "--markdown"]) == 0
    assert "| battery | battery | west | 81 |" in capsys.readouterr().out


def test_rivers_are_told_by_their_first_reservoir(tmp_path):
    out, proof = proven(TEACHING / "cascade", tmp_path)
    with longyang.open(out) as results:
        frame = worth.worth(results, worth.read_proof(str(proof), results), by_plant=True)
        stations = results.table("hydro")
    rivers = frame[frame.technology == "hydro"]
    assert rivers.mw.sum() == pytest.approx(stations.p_max_mw.sum()) and len(rivers) == 1


def test_a_river_of_two_regions_is_told_beside_each(tmp_path, capsys):
    """The lower station at a bus of another region: one plant, which cannot be split between them."""
    out, proof = proven(TEACHING / "cascade", tmp_path)
    with h5py.File(out, "r+") as file:
        file["system/hydro/bus"][1] = "town"
        file["system/buses/region"][list(file["system/buses/name"].asstr()).index("town")] = "below"
    with longyang.open(out) as results:
        found = worth.read_proof(str(proof), results)
        river = worth.across(results, found, "below")
        assert list(river.region) == ["west, below"] and river.mw.sum() == pytest.approx(results.table("hydro").p_max_mw.sum())
        assert worth.across(results, found, "west").equals(river) and "hydro" not in worth.worth(results, found, "west").index
    assert worth.main([str(out), str(proof), "--region", "west"]) == 0
    assert f"left out: {river.index[0]} (hydro, {river.mw.iloc[0]:,.0f} MW" in capsys.readouterr().out


def test_what_is_no_proof_is_refused(tmp_path):
    out, proof = proven(TEACHING / "storage_arbitrage", tmp_path)
    written = json.loads(proof.read_text())

    def refused(change, words):
        proof.write_text(json.dumps({**written, **change}))
        with longyang.open(out) as results, pytest.raises(ResultsError, match=words):
            worth.read_proof(str(proof), results)

    refused({"confirmed": False, "faults": ["the stored bound lies above"]}, "nothing is proven: the stored bound lies above")
    refused({"hours": 12}, "12 hours from")
    refused({"stored_bound_cny": 1.0}, "bound 1 CNY")
    refused({"largest": written["largest"][:1]}, "does not name all plants")
    del written["cost_cny"]
    refused({}, "found no cost_cny")
    proof.write_text("no JSON")
    with longyang.open(out) as results, pytest.raises(ResultsError, match="expected what"):
        worth.read_proof(str(proof), results)
    assert worth.main([str(out), str(proof)]) == 7 and worth.main([str(out), str(tmp_path / "none")]) == 7


def test_a_run_with_limits_of_security_is_refused(tmp_path):
    out, proof = proven(TEACHING / "voltage_section", tmp_path, "--security", "ac")
    with longyang.open(out) as results, pytest.raises(ResultsError, match="run without --security"):
        worth.read_proof(str(proof), results)
