"""DC links between buses of the system (NW-5): cases/teaching/dc_link beyond its expected.json, and what links are to the programs that
read results."""

import csv
import pathlib
import shutil

import pytest

import program

CASE = program.CASES / "teaching" / "dc_link"
SPAN = ("--from", "2030-01-01", "--hours", "4")
COST = 538_933.33333  # README, step 5


@pytest.fixture(scope="module")
def by_highs(tmp_path_factory):
    out = tmp_path_factory.mktemp("dc_links") / "highs.h5"
    program.run_case(CASE, out, *SPAN).close()
    return out


@pytest.mark.parametrize("ranks", [0, 2])
def test_prices_find_the_cost_by_hand_and_prove_it(ranks, tmp_path):
    """On two ranks each end of the link lies on its own."""
    with program.run_case(CASE, tmp_path / "out.h5", *SPAN, "--engine", "prices", "--gap", "0", ranks=ranks) as results:
        assert float(program.quantity(results, "certificate/cost_cny")) == pytest.approx(COST, rel=1e-6)
        assert COST * (1 - 2e-3) < float(program.quantity(results, "certificate/bound_cny")) <= COST * (1 + 1e-9)
        assert int(program.quantity(results, "certificate/breaches")) == 0
    ended = program.run("certify", tmp_path / "out.h5")
    assert ended.code == 0 and "confirmed" in ended.words, ended.words


def test_the_summary_tells_exchange_and_loss(by_highs):
    """README, step 5: 618 MWh arrive in the south and 36 in the north; 68.67 are lost where the north sends, 4 where the south does."""
    ended = program.run("report", by_highs)
    assert ended.code == 0, ended.words
    rows = [line.split() for line in ended.words.splitlines()]
    assert ["to", "other", "regions", "-0.582", "0.582"] in rows, ended.words
    assert ["losses", "of", "DC", "links", "-0.069", "-0.004", "-0.073"] in rows, ended.words
    assert "DC links between buses" in ended.words


def test_the_energy_of_the_page_adds_up_to_zero(by_highs):
    longyang = pytest.importorskip("longyang")
    from longyang.report.sections import energy, export
    from longyang.report.study import Study
    with longyang.open(by_highs) as results:
        study = Study(results)
        frame = energy.balance_gwh(study)
        assert frame.sum().abs().max() < 1e-9
        assert frame.loc["dc_loss", "all"] == pytest.approx(-0.0726667, rel=1e-5)
        assert frame.loc["to_regions_net", "north"] == pytest.approx(-0.582, rel=1e-9)
        assert export.section(study).title == "links_title"


def changed(folder: pathlib.Path, **files: str) -> pathlib.Path:
    case = shutil.copytree(CASE, folder / "case")
    shutil.copy(CASE.parent / "profiles.csv", folder)
    for name, rows in files.items():
        (case / f"{name}.csv").write_text(rows, encoding="utf-8")
    return case


def test_dates_and_changes(tmp_path):
    """Out of service in the last two hours gas makes all that is missing; at half the size the link sends half in hours 1 and 2."""
    case = changed(tmp_path, service="table,plant,to_hour\ndc_links,north_south,2\n")
    with program.run_case(case, tmp_path / "dated.h5", *SPAN) as results:
        assert list(program.quantity(results, "dc_links/forward_mw", "north_south")) == pytest.approx([0, 120, 0, 0], abs=1e-6)
        assert list(program.quantity(results, "thermal/p_mw", "gas")) == pytest.approx([0, 52, 640, 240], abs=1e-6)
    with program.run_case(CASE, tmp_path / "half.h5", *SPAN, "--set", "north_south.capacity=*0.5") as results:
        assert list(program.quantity(results, "dc_links/forward_mw", "north_south")) == pytest.approx([0, 60, 150, 150], abs=1e-6)
        assert list(program.quantity(results, "dc_links/backward_mw", "north_south")) == pytest.approx([40, 0, 0, 0], abs=1e-6)


LOOP = {"regions": "name\nwest\n", "buses": "name,region,kv\na,west,750\nb,west,750\nc,west,750\n",
        "branches": "name,from_bus,to_bus,x_pu,rating_mw\na_b,a,b,0.02,1000\na_c,a,c,0.02,1000\nb_c,b,c,0.02,1000\n",
        "thermal": "name,bus,fuel,technology,units,p_min_mw,p_max_mw\ncoal,a,coal,coal,1,0,800\ngas,b,gas,gas_ccgt,1,0,800\n",
        "loads": "name,bus,mean_mw\ncity,c,600\n",
        "machines": "name,bus,plant_table,plant,s_mva,q_min_mvar,q_max_mvar,v_set_pu\ncoal,a,thermal,coal,800,-900,900,1\n"
                    "gas,b,thermal,gas,800,-900,900,1\n"}


@pytest.mark.parametrize("words", [["--without", "dc_links"], ["--without", "link"], ["--set", "link.capacity=0"], []])
def test_a_link_can_be_left_out(words, tmp_path):
    """Coal at a gives C, the link takes L of it, gas at b what is left of the 600 MW of c. On a_c flow (2 (C - L) + 600 - C) / 3 <= 280 MW:
    C <= 240 + 2 L."""
    case = changed(tmp_path, **{**LOOP, "branches": LOOP["branches"].replace("a_c,a,c,0.02,1000", "a_c,a,c,0.02,280")},
                   dc_links="name,from_bus,to_bus,p_max_mw\nlink,a,c,100\n")
    (case / "renewables.csv").unlink()
    with program.run_case(case, tmp_path / "out.h5", "--hours", "1", *words) as results:
        assert program.quantity(results, "thermal/p_mw", "coal")[0] == pytest.approx(240 if words else 440, abs=1e-3)
        assert results["dc_links/forward_mw"].shape == (0 if words else 1, 1)


# Injections at a, b and c are 310, 209 and -519 MW with 90 MW sent from a, of which 81 arrive at c, and 481, 209 and -690 with 90 MW sent
# from c; a third of the difference of two of them flows directly.
@pytest.mark.parametrize("sent, at_a, flows", [(90, 310, {"a_b": 101 / 3, "a_c": 829 / 3, "b_c": 728 / 3}),
                                               (-90, 481, {"a_b": 272 / 3, "a_c": 1171 / 3, "b_c": 899 / 3})])
def test_power_flows_have_both_ends(sent, at_a, flows, tmp_path):
    case = changed(tmp_path, **LOOP, dc_links="name,from_bus,to_bus,p_max_mw,p_min_mw,loss_pu\nlink,a,c,100,-100,0.1\n",
                   dispatch=f"table,name,p_mw\nthermal,coal,400\nthermal,gas,209\ndc_links,link,{sent}\n")
    (case / "renewables.csv").unlink()
    ended = program.run("flow", case, "--tables", tmp_path / "tables")
    assert ended.code == 0, ended.words
    for name, column in (("dc_branches", "flow_mw"), ("ac_branches", "from_mw")):
        with (tmp_path / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
            found = {row["branch"]: float(row[column]) for row in csv.DictReader(file)}
        # AC branches without resistance lose nothing, so that the buses' balances are the same.
        assert found["a_b"] + found["a_c"] == pytest.approx(at_a, abs=1e-4)
        assert found["b_c"] - found["a_b"] == pytest.approx(209, abs=1e-4)
        if name == "dc_branches":
            assert found == pytest.approx(flows, abs=1e-6)


def test_the_flow_of_a_schedule_has_no_imbalance(by_highs, tmp_path):
    """Each island is one bus whose plants, load and link add up to zero."""
    ended = program.run("flow", CASE, "--schedule", by_highs, "--tables", tmp_path / "tables")
    assert ended.code == 0, ended.words
    assert "imbalance" not in ended.words, ended.words
