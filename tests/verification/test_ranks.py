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


def test_whole_units_are_chosen_alike_where_plants_of_several_ranks_share_a_row(tmp_path):
    """Four clusters share an energy limit (TH-16): on two ranks each rank's two were rounded as if the limit were theirs alone (random figures;
    2.826 million CNY on one rank, 2.819 on two)."""
    coal = [(48, 88, 492, 869, 2, 4, 6000), (42, 121, 438, 1190, 3, 2, 3000), (54, 118, 546, 1149, 2, 5, 8000), (33, 140, 357, 1331, 4, 2, 3000)]
    tables = {
        "regions": ["name", "west"],
        "buses": ["name,region,kv", *[f"n{k},west,330" for k in range(4)]],
        "branches": ["name,from_bus,to_bus,x_pu,rating_mw", *[f"l{k},n{k},n{k + 1},0.02,0" for k in range(3)]],
        "fuels": ["name,price_cny_per_gj,co2_t_per_gj", "coal,20,0.1", "gas,45,0.05"],
        "thermal": ["name,bus,fuel,technology,units,p_min_mw,p_max_mw,min_up_h,min_down_h",
                    *[f"c{k},n{k},coal,coal,2,{least},{most},{up},{down}" for k, (least, most, _, _, up, down, _) in enumerate(coal)],
                    *[f"g{k},n{k},gas,gas_ocgt,1,20,200,1,1" for k in range(4)]],
        "heat_curves": ["plant,p_mw,heat_gj_per_h",
                        *[f"c{k},{p},{heat}" for k, c in enumerate(coal) for p, heat in ((c[0], c[2]), (c[1], c[3]))],
                        *[f"g{k},{p},{heat}" for k in range(4) for p, heat in ((20, 250), (200, 2000))]],
        "start_tiers": ["plant,off_h,cost_cny", *[f"c{k},1,{c[6]}" for k, c in enumerate(coal)],
                        *[f"g{k},1,{cny}" for k, cny in enumerate((2000, 2000, 3000, 2000))]],
        "energy_limits": ["plant,shared,energy_gwh,period", *[f"c{k},fleet,1576.8,year" for k in range(4)]],
        "loads": ["name,bus,mean_mw,profile", *[f"l{k},n{k},{mw},p{k}" for k, mw in enumerate((103, 73, 87, 106))]],
    }
    loads = [
        [0.432, 0.644, 0.882, 0.945, 0.656, 0.654, 0.641, 0.906, 0.719, 0.424, 1.321, 1.012, 1.107, 0.604, 1.492, 1.346, 0.533, 0.766, 1.194, 1.182, 1.43, 0.864, 1.313, 1.137],
        [0.734, 1.046, 1.371, 1.331, 0.956, 1.048, 0.438, 0.667, 1.277, 0.856, 0.59, 1.004, 1.173, 1.142, 0.812, 0.883, 0.959, 1.256, 0.973, 0.833, 0.939, 0.433, 0.448, 1.174],
        [1.482, 1.053, 0.833, 0.587, 0.952, 1.48, 1.248, 0.994, 1.346, 0.655, 0.965, 1.448, 1.036, 0.905, 0.696, 1.003, 1.453, 0.406, 1.262, 1.303, 1.375, 1.215, 1.29, 0.971],
        [1.017, 0.869, 0.462, 1.357, 1.027, 0.62, 0.955, 0.933, 0.792, 0.781, 0.992, 1.086, 1.074, 0.904, 0.431, 0.653, 0.595, 1.043, 1.347, 1.278, 1.277, 1.298, 0.681, 1.326],
    ]
    tables["profiles"] = ["p0,p1,p2,p3", *[",".join(str(load[hour % 24]) for load in loads) for hour in range(8760)]]
    case = tmp_path / "case"
    case.mkdir()
    for name, lines in tables.items():
        (case / f"{name}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (case / "case.toml").write_text('name = "shared limit"\nyear = 2030\nprofiles = ["profiles.csv"]\n', encoding="utf-8")
    files = checks.run_on_ranks(case, tmp_path, [1, 2, 3], "--hours", "24", "--engine", "highs", "--gap", "0.05")
    for other in files[1:]:
        ended = program.run("compare", files[0], other, "--rtol", "1e-9")
        assert ended.code == 0, ended.words
