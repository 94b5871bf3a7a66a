"""Instances of UnitCommitment.jl: prices of buses that the project publishes, and objectives. Data, sources: data/unitcommitment_jl/README.md."""

import gzip
import json
import pathlib
import re

import pytest

import program

DATA = program.ROOT / "tests" / "verification" / "data" / "unitcommitment_jl"
OBJECTIVE = {"lmp_simple_test_1": 5000.0, "lmp_simple_test_2": 5600.0, "lmp_simple_test_3": 11500.0, "market_da_simple": 34784.0,
             "case14": 27090.704956, "case14-fixed-status": 45113.549805, "case14-profiled": 37696.601212}
PRICE = {"lmp_simple_test_1": {"A": [50], "B": [50]}, "lmp_simple_test_2": {"A": [50], "B": [60]},
         "lmp_simple_test_3": {"A": [50], "B": [70], "C": [100]}, "market_da_simple": {"B1": [50, 56]}}


def source_of(name: str, folder: pathlib.Path) -> pathlib.Path:
    path = folder / f"{name}.json"
    path.write_bytes(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
    return path


def imported(name: str, folder: pathlib.Path) -> tuple[pathlib.Path, float]:
    """The case, and by how much its cost lies above the instance's objective."""
    case = folder / name
    ended = program.run("import", "unitcommitment", source_of(name, folder), case)
    assert ended.code == 0, ended.words
    above = re.search(r"the cost of a run lies (\S+) above the objective", ended.words)
    return case, float(above.group(1)) if above else 0.0


@pytest.mark.parametrize("name", OBJECTIVE)
def test_objective_and_prices(name, tmp_path):
    case, above = imported(name, tmp_path)
    assert above == (20000.0 if name.startswith("case14") else 0.0)  # 4 h x 50 MW x 100
    with program.run_case(case, tmp_path / "o.h5", "--engine", "highs", "--gap", "0") as file:
        assert float(file["certificate/cost_cny"][()]) - above == pytest.approx(OBJECTIVE[name], rel=1e-8)
        for bus, price in PRICE.get(name, {}).items():
            assert program.quantity(file, "buses/price_cny_per_mwh", bus) == pytest.approx(price, rel=1e-6)
        if name == "market_da_simple":
            assert list(program.quantity(file, "thermal/units_on", "GenY")) == [0, 1]


@pytest.mark.parametrize("name", ["case14", "case14-fixed-status", "case14-profiled"])
def test_prices_with_outages_bracket_the_objective(name, tmp_path):
    case, above = imported(name, tmp_path)
    out = tmp_path / "o.h5"
    with program.run_case(case, out, "--engine", "prices", "--security", "n1", "--gap", "0") as file:
        bound, cost = (float(file[f"certificate/{which}_cny"][()]) - above for which in ("bound", "cost"))
        assert file["security/round_outage_ratings"][()][-1] == 0
    assert bound <= OBJECTIVE[name] * (1 + 1e-8)
    assert cost >= OBJECTIVE[name] * (1 - 1e-8)
    ended = program.run("certify", out)
    assert ended.code == 0 and "confirmed" in ended.words, ended.words


def test_faults_name_the_path(tmp_path):
    source = source_of("case14", tmp_path)
    data = json.loads(source.read_text())
    data["Parameters"]["Time step (min)"] = 15
    data["Generators"]["g1"]["Production cost curve ($)"] = [1400]
    data["Transmission lines"]["l2"]["Target bus"] = "nowhere"
    data["Generators"]["g3"]["Type"] = "Magic"
    data["Buses"]["b2"]["Load (MW)"] = [1, 2]
    source.write_text(json.dumps(data))
    ended = program.run("import", "unitcommitment", source, tmp_path / "case")
    assert ended.code == 3
    for words in ["key Parameters.Time step (min): found 15, expected 60: a case has hours",
                  "key Generators.g1.Production cost curve ($): found 1 points, expected 4, as of Production cost curve (MW)",
                  "key Transmission lines.l2.Target bus: found \"nowhere\", expected a bus of Buses",
                  "key Generators.g3.Type: found \"Magic\", expected Thermal or Profiled",
                  "key Buses.b2.Load (MW): found 2 numbers, expected 4"]:
        assert words in ended.words
    assert not (tmp_path / "case").exists()
    assert program.run("import", "unitcommitment", tmp_path, tmp_path / "case").code == 7
