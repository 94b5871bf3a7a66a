"""Power blocks of CSP plants and their heat stores count together in the bound (PE-79, PE-80), and certify agrees."""

import csv
import json
import math
import shutil

import pytest

import program

# One unit with the heat of seven hours, three units with that of six; a day's sun.
PLANTS = (("solo", 1, 100, 1500), ("trio", 3, 60, 2400))


def append(path, *rows):
    with open(path, newline="", encoding="utf-8") as file:
        columns = next(csv.reader(file))
    with open(path, "a", newline="", encoding="utf-8") as file:
        csv.DictWriter(file, columns, restval="").writerows(rows)


def write(path, *rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """The case `commitment` with two CSP plants."""
    case = tmp_path_factory.mktemp("heat") / "commitment"
    shutil.copytree(program.CASES / "teaching" / "commitment", case)
    settings = (case / "case.toml").read_text(encoding="utf-8").replace("../profiles.csv", "profiles.csv")
    (case / "case.toml").write_text(settings, encoding="utf-8")
    write(case / "profiles.csv",
          *({"hour": hour, "sun": round(max(0.0, math.sin(math.pi * (hour % 24 - 6) / 12)), 6),
             "load": [5, 5, 5, 6, 7, 9, 10, 8, 6, 5, 5, 5, 5, 6, 7, 8, 10, 12, 13, 13, 11, 9, 7, 6][hour % 24]}
            for hour in range(8760)))
    write(case / "loads.csv", {"name": "town", "bus": "town", "mean_mw": 60, "profile": "load"})
    append(case / "fuels.csv", {"name": "solar_heat", "price_cny_per_gj": 0, "co2_t_per_gj": 0})
    stores, blocks = [], []
    for name, units, mw, heat_mwh in PLANTS:
        append(case / "thermal.csv",
               {"name": name, "bus": "plant", "fuel": "solar_heat", "technology": "csp", "units": units,
                "p_min_mw": 0.2 * mw, "p_max_mw": mw, "min_up_h": 3, "min_down_h": 2})
        append(case / "heat_curves.csv",
               {"plant": name, "p_mw": 0.2 * mw, "heat_gj_per_h": 3.6 * 0.7 * mw},
               {"plant": name, "p_mw": mw, "heat_gj_per_h": 3.6 * 2.4 * mw})
        append(case / "start_tiers.csv", {"plant": name, "off_h": 2, "cost_cny": 300 * mw})
        stores.append({"name": f"{name}_heat", "bus": "plant", "technology": "csp", "charge_max_mw": 0,
                       "discharge_max_mw": 3.7 * mw * units, "energy_max_mwh": heat_mwh,
                       "efficiency_charge": 1, "efficiency_discharge": 1, "energy_initial_mwh": 0.2 * heat_mwh,
                       "inflow_mw": 4 * mw * units, "inflow_profile": "sun"})
        blocks.append({"plant": name, "store": f"{name}_heat", "start_heat_mwh": 1.2 * mw})
    write(case / "storages.csv", *stores)
    write(case / "power_blocks.csv", *blocks)
    return case


@pytest.fixture(scope="module")
def results(case):
    """A week of it, on one and on two ranks."""
    files = {}
    for ranks in (1, 2):
        files[ranks] = case.parent / f"ranks{ranks}.h5"
        ended = program.run("run", case, "-o", files[ranks], "--engine", "prices", "--from", "2030-03-01", "--hours",
                            "168", "--iterations", "80", "--passes", "3", ranks=ranks)
        assert ended.code == 0, ended.words
        assert "power blocks and their heat stores together" in ended.words
    return files


def certify(path, *more) -> dict:
    ended = program.run("certify", path, "--json", *more)
    found = json.loads(ended.words)
    assert ended.code == 0, found["faults"]
    return found


def test_the_bound_is_the_same_on_two_ranks(results):
    bounds = []
    for path in results.values():
        with program.h5py.File(path) as file:
            bounds.append(float(file["certificate/bound_cny"][()]))
    assert bounds[0] == bounds[1]


def test_certify_confirms_and_the_gap_adds_up(results):
    found = certify(results[1], "--general", "30", "--largest", "100")
    cost, bound = found["cost_cny"], found["bound_cny"]
    assert bound <= cost
    assert bound >= found["stored_bound_cny"] - 1e-6 * abs(bound)
    assert sum(part["gap_cny"] for part in found["parts"]) == pytest.approx(cost - bound, abs=1e-9 * abs(cost))
    for part in found["parts"]:
        assert part["gap_cny"] >= -1e-6 * abs(cost), part
    assert not any(check["refuted"] for check in found["general"])
    # The block answers for its store, at no price of heat.
    blocks = {block["block"]: block for block in found["largest"]}
    assert "rows TH-18" not in {part["part"] for part in found["parts"]}
    for name, *_ in PLANTS:
        assert blocks[f"storage:{name}_heat"]["bound_cny"] == 0
        assert blocks[f"thermal:{name}"]["gap_cny"] >= -1.0


def test_a_bound_that_no_cells_confirm_is_refuted(results, tmp_path):
    copy = tmp_path / "copy.h5"
    copy.write_bytes(results[1].read_bytes())
    with program.h5py.File(copy, "r+") as file:
        file["certificate/bound_cny"][...] = file["certificate/bound_cny"][()] * 1.01
    ended = program.run("certify", copy, "--json")
    assert ended.code == 6
    assert "the stored bound" in json.loads(ended.words)["faults"][0]


def of_a_day_with_a_quota(case, path, hard) -> tuple[program.Ended, float, float]:
    """What the plants' power blocks give on a day whose renewable quota no power can meet, MWh, and what the file says is the region's own."""
    owing = path.with_suffix("")
    shutil.copytree(case, owing)
    write(owing / "targets.csv", {"name": "quota", "kind": "renewable", "region": "west", "period": "year", "share": 0.9,
                                  "bought_max_pu": 0, "shortfall_cny_per_mwh": 900, "hard": hard})
    ended = program.run("run", owing, "-o", path, "--engine", "prices", "--from", "2030-03-01", "--hours", "24", "--iterations", "60", "--passes", "2")
    with program.h5py.File(path) as file:
        names = list(file["thermal/name"].asstr())
        given = sum(file["thermal/p_mw"][names.index(name)].sum() for name, *_ in PLANTS)
        return ended, float(given), float(file["targets/own_mwh"][0])


def test_energy_counts_once_for_a_quota(case, tmp_path):
    ended, given_mwh, own_mwh = of_a_day_with_a_quota(case, tmp_path / "priced.h5", "no")
    assert ended.code == 0, ended.words
    assert given_mwh > 0 and own_mwh == pytest.approx(given_mwh)


def test_the_checker_sees_a_quota_that_heat_alone_would_meet(case, tmp_path):
    ended, given_mwh, own_mwh = of_a_day_with_a_quota(case, tmp_path / "hard.h5", "yes")
    assert ended.code == 4 and own_mwh == pytest.approx(given_mwh), ended.words
    assert "PT-1" in ended.words


def that_has_run(case, path, name, units, **more):
    """A copy of the case in which a plant's units have run for an hour before the span."""
    shutil.copytree(case, path)
    with open(path / "thermal.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    plant = next(row for row in rows if row["name"] == name)
    plant.update(initial_units_on=units, initial_h="1", initial_p_mw=plant["p_min_mw"], **more)
    write(path / "thermal.csv", *rows)
    return path


def run_by_prices(case, path, hours, ranks=1):
    return program.run("run", case, "-o", path, "--engine", "prices", "--from", "2030-01-01", "--hours", str(hours),
                       "--iterations", "40", "--passes", "2", ranks=ranks)


@pytest.mark.parametrize("ranks", (1, 2))
@pytest.mark.parametrize("name, units, heat_mwh", (("solo", 1, 70), ("trio", 3, 42)))
@pytest.mark.parametrize("hours", (24, 3600))  # a large system, which engine highs is not asked about
def test_units_that_must_run_without_heat_are_named(case, tmp_path, name, units, heat_mwh, hours, ranks):
    """By hand: they have run for one hour of three, and their store gives nothing in the next two."""
    broken = that_has_run(case, tmp_path / "case", name, units)
    write(broken / "service.csv", {"table": "storages", "plant": f"{name}_heat", "from_hour": 2, "to_hour": 8760})
    ended = run_by_prices(broken, tmp_path / "out.h5", hours, ranks)
    assert ended.code == 4, ended.words
    assert (f"thermal:{name} and its heat store {name}_heat have no plan together to the end of the hour 2030-01-01T00:00, in which "
            f"{units} of {units} units in service must go on running (minimum time on, TH-2) and take {heat_mwh} MWh of heat each "
            "at least (TH-17), while the store gets 0 MWh and gives 0 at most (TH-18)") in ended.words
    assert not (tmp_path / "out.h5").exists()


def test_the_hour_in_which_heat_ends_is_told(case, tmp_path):
    """By hand: 480 MWh are three hours of three units at 3 x 42 MWh, and there is no sun before six."""
    ended = run_by_prices(that_has_run(case, tmp_path / "case", "trio", 3, min_up_h=30), tmp_path / "out.h5", 3600)
    assert ended.code == 4, ended.words
    assert "trio_heat have no plan together to the end of the hour 2030-01-01T03:00, in which 3 of 3 units" in ended.words


def test_heat_that_is_missing_at_the_end_is_told(case, tmp_path):
    """By hand: two more hours of 70 MWh leave 160 of the 300 MWh that the store has to be back at, and there is no sun."""
    ended = run_by_prices(that_has_run(case, tmp_path / "case", "solo", 1), tmp_path / "out.h5", 4)
    assert ended.code == 4, ended.words
    assert "solo_heat have no plan together that leaves 300 MWh of heat at the end of the span (ST-2)" in ended.words
