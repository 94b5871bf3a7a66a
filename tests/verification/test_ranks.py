"""The same study gives the same answer on 1, 2 and 3 ranks, as `longyang compare` sees it."""

import pytest

import checks
import program

import copies  # program.py finds it


@pytest.mark.parametrize("name, ranks", [("three_bus_loop", [1, 2, 3]), ("cascade", [1, 2]), ("hvdc_levels", [1, 2]), ("dc_link", [1, 2])])
def test_same_on_ranks(name, ranks, tmp_path):
    files = checks.run_on_ranks(program.CASES / "teaching" / name, tmp_path, ranks, "--hours", "4", "--relax")
    for other in files[1:]:
        ended = program.run("compare", files[0], other, "--rtol", "1e-6")
        assert ended.code == 0, ended.words


@pytest.mark.parametrize("name, hours", [("commitment", 17), ("cascade", 4), ("hvdc_levels", 4), ("three_bus_loop", 1)])
def test_same_cost_by_interior_points_on_one_rank_and_two(name, hours, tmp_path):
    case, options = program.CASES / "teaching" / name, ("--from", "2030-01-01", "--hours", str(hours), "--relax")
    with program.run_case(case, tmp_path / "simplex.h5", *options, "--relaxed-by", "simplex") as file:
        cost = float(program.quantity(file, "certificate/cost_cny"))
    one, two = checks.run_on_ranks(case, tmp_path, [1, 2], *options, "--relaxed-by", "interior")
    with program.h5py.File(one, "r") as file:
        assert checks.relative(cost, float(program.quantity(file, "certificate/cost_cny"))) < 1e-6
        assert float(program.quantity(file, "certificate/gap")) < 1e-6
    ended = program.run("compare", one, two, "--rtol", "1e-6")
    assert ended.code == 0, ended.words


def test_a_system_of_parts_is_improved_alike_on_one_rank_and_two(tmp_path):
    """Two copies of the northwest have more than 1000 blocks, so a window has the plants of one of two parts (PE-70)."""
    copies.write(program.CASES / "northwest" / "2030", tmp_path / "twice", 2)
    options = ["--engine", "prices", "--from", "2030-01-15", "--hours", "6", "--iterations", "30", "--passes", "1", "--gap", "0"]
    files = [tmp_path / f"{ranks}.h5" for ranks in (1, 2)]
    for ranks, file in zip((1, 2), files):
        ended = program.run("run", tmp_path / "twice", "-o", file, *options, ranks=ranks)
        assert ended.code == 0, ended.words
        assert "round 1 of windows: 2 solved" in ended.words, ended.words
        assert " 0 breaches" in ended.words, ended.words
    same = program.run("compare", *files, "--rtol", "1e-9")
    assert same.code == 0, same.words


def test_compare_sees_a_difference(tmp_path):
    case = program.CASES / "teaching" / "cascade"
    program.run_case(case, tmp_path / "one.h5", "--hours", "4").close()
    program.run_case(case, tmp_path / "other.h5", "--hours", "4", "--from", "2030-01-01T01").close()
    assert program.run("compare", tmp_path / "one.h5", tmp_path / "other.h5").code == 1
