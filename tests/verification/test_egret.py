"""Model data of Egret: optima, LP relaxations and bounds against those that Egret publishes. Data, sources: data/egret/README.md."""

import csv
import gzip
import json
import pathlib

import h5py
import pytest

import program

DATA = program.ROOT / "tests" / "verification" / "data" / "egret"
OPTIMUM = {"test_case_1": 4201915.017320504, "test_case_2": 5454367.7670904165, "test_case_3": 5999272.361123627,
           "tiny_uc_9": 52800.0}
RELAXED = {"test_case_2": 5440720.727, "test_case_3": 5988068.23178}
SECURED_RELAXED, SECURED_ONE_BRANCH = 714162.8630157266, 661510.5314199999  # test_scuc_masked
# Egret's runs may not miss reserve: at these prices none is missing (the tests look). The second is quicker for engine highs.
DEAR_RESERVE = ["--set", "reserves.shortfall_cny_per_mw=1000"]
DEARER_RESERVE = ["--set", "reserves.shortfall_cny_per_mw=1000000"]


def source_of(name: str, folder: pathlib.Path) -> pathlib.Path:
    path = folder / f"{name}.json"
    path.write_bytes(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
    return path


def imported(name: str, folder: pathlib.Path) -> pathlib.Path:
    case = folder / name
    ended = program.run("import", "egret", source_of(name, folder), case)
    assert ended.code == 0, ended.words
    assert f"{case}: written, no faults" in ended.words
    return case


def bound_and_cost(file) -> tuple[float, float]:
    return float(file["certificate/bound_cny"][()]), float(file["certificate/cost_cny"][()])


def nothing_is_missing(file) -> bool:
    missing = [file["loads/shed_mw"][()].max(initial=0.0), file["reserves/short_mw"][()].max(initial=0.0)]
    return max(missing) < 1e-6


def assert_confirmed(path: pathlib.Path) -> None:
    ended = program.run("certify", path)
    assert ended.code == 0 and "confirmed" in ended.words, ended.words


def assert_brackets(path: pathlib.Path, least: float, most: float) -> tuple[float, float]:
    """A bound not above `most`, a checked cost not below `least`, and certify's word for it."""
    with h5py.File(path, "r") as file:
        bound, cost = bound_and_cost(file)
        assert float(file["certificate/checked_cost_cny"][()]) == pytest.approx(cost, rel=1e-9)
    assert bound <= most * (1 + 1e-9)
    assert cost >= least * (1 - 1e-9)
    assert_confirmed(path)
    return bound, cost


@pytest.mark.parametrize("name", ["test_case_1", "tiny_uc_9"])
def test_the_integer_optimum_is_the_published_one(name, tmp_path):
    case = imported(name, tmp_path)
    options = DEARER_RESERVE if name != "tiny_uc_9" else []
    with program.run_case(case, tmp_path / "o.h5", "--engine", "highs", "--gap", "0", *options) as file:
        assert nothing_is_missing(file)
        assert bound_and_cost(file)[1] == pytest.approx(OPTIMUM[name], rel=1e-8)


@pytest.mark.parametrize("name", RELAXED)
def test_the_relaxation_is_that_of_the_compact_formulation(name, tmp_path):
    case = imported(name, tmp_path)
    with program.run_case(case, tmp_path / "o.h5", "--relax", *DEAR_RESERVE) as file:
        assert nothing_is_missing(file)
        assert bound_and_cost(file)[1] == pytest.approx(RELAXED[name], rel=1e-9)


@pytest.mark.parametrize("name, gap", [("test_case_1", 0.001), ("test_case_2", 0.002), ("test_case_3", 0.001), ("tiny_uc_9", 1e-6)])
def test_prices_bracket_the_published_optimum(name, gap, tmp_path):
    case = imported(name, tmp_path)
    out = tmp_path / "o.h5"
    options = DEAR_RESERVE if name != "tiny_uc_9" else []
    with program.run_case(case, out, "--engine", "prices", "--gap", "0", *options) as file:
        assert nothing_is_missing(file)
    bound, cost = assert_brackets(out, OPTIMUM[name], OPTIMUM[name])
    assert cost - bound < gap * cost


def watch_only(case: pathlib.Path, branch: str) -> None:
    path = case / "branches.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    for row in rows:
        if row["name"] != branch:
            row["rating_mw"] = row["rating_emergency_mw"] = "0"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_a_network_has_the_published_optimum(tmp_path):
    """24 buses, of whose ratings one is watched; the outage that Egret watches with it leaves it whole."""
    case = imported("test_scuc_masked", tmp_path)
    watch_only(case, "A11")
    with program.run_case(case, tmp_path / "o.h5", "--engine", "highs", "--gap", "0") as file:
        assert nothing_is_missing(file)
        assert bound_and_cost(file)[1] == pytest.approx(SECURED_ONE_BRANCH, rel=1e-8)


@pytest.mark.parametrize("branches", ["all", "one"])
def test_outages_bracket_the_published_figures(branches, tmp_path):
    """The loss of each branch; published: with all ratings the relaxation, which no schedule undercuts, with one the optimum."""
    case = imported("test_scuc_masked", tmp_path)
    if branches == "one":
        watch_only(case, "A11")
    out = tmp_path / "o.h5"
    with program.run_case(case, out, "--engine", "prices", "--security", "n1", "--gap", "0") as file:
        assert nothing_is_missing(file)
        assert file["security/round_outage_ratings"][()][-1] == 0
        assert len(file["row_prices/row"]) > 0
    if branches == "one":
        bound, cost = assert_brackets(out, SECURED_ONE_BRANCH, SECURED_ONE_BRANCH)
    else:
        bound, cost = assert_brackets(out, SECURED_RELAXED, float("inf"))
        assert bound > SECURED_ONE_BRANCH  # it knows of the other ratings
    assert cost - bound < 0.05 * cost


def test_more_chords_are_dearer_to_none(tmp_path):
    """Chords lie above a convex cost, the less the more there are."""
    costs = []
    for chords in ["1", "2", "10"]:
        case = tmp_path / chords
        ended = program.run("import", "egret", source_of("test_case_1", tmp_path), case, "--chords", chords)
        assert ended.code == 0, ended.words
        with program.run_case(case, tmp_path / "o.h5", "--relax", *DEAR_RESERVE) as file:
            costs.append(bound_and_cost(file)[1])
    assert costs[0] > costs[1] > costs[2] > 0.999 * costs[0]


def test_faults_end_with_their_code_and_write_nothing(tmp_path):
    source = source_of("test_case_1", tmp_path)
    data = json.loads(source.read_text())
    data["system"]["time_period_length_minutes"] = 15
    del data["elements"]["generator"]["GEN1_0_t"]["p_cost"]["values"]
    source.write_text(json.dumps(data))
    ended = program.run("import", "egret", source, tmp_path / "case")
    assert ended.code == 3
    assert "key system.time_period_length_minutes: found 15, expected 60: a case has hours" in ended.words
    assert "key elements.generator.GEN1_0_t.p_cost.values: found nothing, expected this member" in ended.words
    assert not (tmp_path / "case").exists()
    assert program.run("import", "egret", tmp_path / "none.json", tmp_path / "case").code == 7
    source.write_text("{\n\"system\": }")
    ended = program.run("import", "egret", source, tmp_path / "case")
    assert ended.code == 3 and "test_case_1.json:2: found" in ended.words
