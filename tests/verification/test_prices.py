"""The engine by prices: its schedules pass the checker, its bounds lie below what HiGHS finds, and certify confirms both."""

import json
import shutil

import h5py
import pytest

import checks
import program

NORTHWEST = program.CASES / "northwest" / "2030"
# Teaching cases whose optimum the engine finds to 0.5 %, and those where it ends with a gap that it states.
FOUND = ["cascade", "dates", "dc_link", "double_circuit", "emission_cap", "export_strength", "flexible_loads", "head_segments",
         "hvdc_levels", "must_run_curtailment", "non_spinning", "phase_shifter", "reserve_sharing", "scarcity",
         "section_limit", "storage_arbitrage", "tariff", "three_bus_loop", "two_bus_congestion", "voltage_section"]
STATED = ["commitment", "ramps", "reactor_and_capture"]


def certificate(file) -> tuple[float, float, int]:
    """Cost, bound and number of breaches."""
    return tuple(float(program.quantity(file, f"certificate/{name}")) for name in ("cost_cny", "bound_cny", "breaches"))


@pytest.mark.parametrize("name", FOUND + STATED)
def test_teaching_case(name, tmp_path):
    case = program.CASES / "teaching" / name
    with program.run_case(case, tmp_path / "prices.h5", "--engine", "prices", "--hours", "24",
                          "--iterations", "400") as file:
        cost, bound, breaches = certificate(file)
    with program.run_case(case, tmp_path / "highs.h5", "--gap", "0", "--hours", "24") as file:
        optimum, below, _ = certificate(file)
    slack = 1e-6 * abs(optimum)
    assert breaches == 0
    assert bound <= optimum + slack, "a bound above the optimum"
    assert cost >= below - slack, "a schedule below HiGHS's bound"
    if name in FOUND:
        assert cost <= optimum + 0.005 * abs(optimum)
        assert bound >= optimum - 0.005 * abs(optimum)
    ended = program.run("certify", tmp_path / "prices.h5", "--case", case)
    assert ended.code == 0, ended.words


@pytest.mark.parametrize("name, options", [
    ("hvdc_levels", ["--set", "contracts.energy_gwh=9.1", "--set", "contracts.tolerance_pu=0"]),
    ("section_limit", ["--from", "2030-02-01", "--set", "contracts.energy_gwh=10.7", "--set", "loads.mean_mw=400"])])
def test_a_period_with_one_hour_in_the_span(name, options, tmp_path):
    """What is missing to the contract of the day before is filled nevertheless, and the bound holds."""
    case = program.CASES / "teaching" / name
    with program.run_case(case, tmp_path / "prices.h5", "--engine", "prices", "--hours", "25", *options) as file:
        cost, bound, breaches = certificate(file)
    with program.run_case(case, tmp_path / "highs.h5", "--gap", "0", "--hours", "25", *options) as file:
        optimum, _, _ = certificate(file)
    assert breaches == 0
    assert bound <= optimum + 1e-6 * abs(optimum)
    assert cost == pytest.approx(optimum, rel=1e-6)
    ended = program.run("certify", tmp_path / "prices.h5", "--case", case)
    assert ended.code == 0, ended.words


def test_outages_that_overlapped_before_the_span(tmp_path):
    """Three units, two of them on for 1 h of 8: one is out until 02:00, which is not the highest number since another was out before it; when
    it is back the third unit leaves. Both engines hold two units to 02:00 and then one, and the checker asks for no more."""
    case = tmp_path / "case"
    shutil.copytree(program.CASES / "teaching" / "commitment", case)
    settings = (case / "case.toml").read_text(encoding="utf-8")
    (case / "case.toml").write_text(settings.replace('profiles = ["../profiles.csv"]\n', ""), encoding="utf-8")
    (case / "loads.csv").write_text("name,bus,mean_mw\ntown,town,300\n", encoding="utf-8")
    (case / "thermal.csv").write_text(
        "name,bus,fuel,technology,units,p_min_mw,p_max_mw,min_up_h,min_down_h,initial_units_on,initial_h,initial_p_mw\n"
        "coal,plant,coal,coal,3,100,200,8,3,2,1,120\ngas,plant,gas,gas_ocgt,1,0,300,1,1,,,\n", encoding="utf-8")
    (case / "outages.csv").write_text("plant,from_hour,to_hour,units,kind\n" "coal,10,21,1,forced\n" "coal,15,26,1,forced\n"
                                      "coal,27,32,1,forced\n", encoding="utf-8")
    span = ["--from", "2030-01-02", "--hours", "12"]
    with program.run_case(case, tmp_path / "prices.h5", "--engine", "prices", *span) as file:
        cost, bound, breaches = certificate(file)
    with program.run_case(case, tmp_path / "highs.h5", "--engine", "highs", "--gap", "0", *span) as file:
        optimum, _, _ = certificate(file)
    assert breaches == 0
    assert bound <= optimum + 1e-6 * abs(optimum)
    assert cost >= optimum - 1e-6 * abs(optimum)
    ended = program.run("certify", tmp_path / "prices.h5", "--case", case, "--general", "5")
    assert ended.code == 0, ended.words


def test_winter_day_of_the_northwest(tmp_path):
    """15 January 2030 without quotas, demonstrations and CSP (whose power blocks HiGHS has no integer schedule with in 15 minutes): its
    relaxed optimum is 668.927 million CNY; after 800 s of its integer search its bound is 669.734 and its best schedule 678.224."""
    out = tmp_path / "day.h5"
    options = ["--engine", "prices", "--from", "2030-01-15", "--hours", "24", "--gap", "0.002", "--iterations", "120",
               "--without", "targets", "--without", "csp", "--without", "geothermal", "--without", "nuclear_chp", "--without", "gas_ocgt"]
    with program.run_case(NORTHWEST, out, *options) as file:
        cost, bound, breaches = certificate(file)
        words = json.dumps(program.items_of(file, "hvdc"))
    assert breaches == 0
    assert "lingshao" in words
    assert bound <= min(cost, 678.224e6)
    assert bound >= 668.8e6
    assert cost >= 669.73e6
    assert cost <= 672.4e6
    ended = program.run("certify", out)
    assert ended.code == 0, ended.words


def test_warm_start(tmp_path):
    """Prices of an earlier run, of another span, and limits that it had found, are where a run starts."""
    case = program.CASES / "teaching" / "section_limit"
    few = ["--iterations", "5"]
    with program.run_case(case, tmp_path / "long.h5", "--engine", "prices", "--hours", "48", "--iterations", "400"):
        pass
    bounds = {}
    for name, options in {"long": ["--iterations", "400"], "cold": few, "warm": [*few, "--warm", str(tmp_path / "long.h5")]}.items():
        with program.run_case(case, tmp_path / f"{name}_day.h5", "--engine", "prices", "--passes", "1", "--hours", "24", *options) as file:
            bounds[name] = certificate(file)[1]
    assert bounds["cold"] < bounds["long"] - 0.005 * abs(bounds["long"])
    assert bounds["warm"] >= bounds["long"] - 0.001 * abs(bounds["long"])
    ended = program.run("certify", tmp_path / "warm_day.h5", "--case", case)
    assert ended.code == 0, ended.words


def test_warm_start_from_days_like_those_of_the_span(tmp_path):
    """Two runs of a day each are as good as one of both days; hours of another day take the prices of the same time of day."""
    case = program.CASES / "teaching" / "section_limit"

    def bound(name, *options):
        with program.run_case(case, tmp_path / f"{name}.h5", "--engine", "prices", "--passes", "1", *options) as file:
            return certificate(file)[1]

    first = ["--from", "2030-01-01", "--hours", "24"]
    second = ["--from", "2030-01-02", "--hours", "24"]
    bound("first", *first, "--iterations", "400")
    best = bound("second", *second, "--iterations", "400")
    days = [word for name in ("first", "second") for word in ("--warm", str(tmp_path / f"{name}.h5"))]
    both = ["--from", "2030-01-01", "--hours", "48"]
    best_both = bound("both", *both, "--iterations", "400")
    assert bound("both_cold", *both, "--iterations", "5") < best_both - 0.005 * abs(best_both)
    assert bound("both_warm", *both, "--iterations", "5", *days) >= best_both - 0.001 * abs(best_both)
    assert bound("second_cold", *second, "--iterations", "5") < best - 0.005 * abs(best)
    assert bound("second_like", *second, "--iterations", "5", *days[:2]) >= best - 0.001 * abs(best)


def test_steps_of_a_warm_start_are_short_only_from_the_same_case_and_hours(tmp_path):
    case = program.CASES / "teaching" / "section_limit"
    few = ["--engine", "prices", "--iterations", "5", "--passes", "1"]
    warm = ["--warm", tmp_path / "day.h5"]
    assert program.run("run", case, "-o", tmp_path / "day.h5", *few, "--hours", "24").code == 0
    for options, words in [(["--hours", "24"], "these hours: short steps"),
                           (["--hours", "12"], "these hours: short steps"),
                           (["--hours", "25"], "steps as from nothing"),
                           (["--hours", "24", "--outage-seed", "7"], "steps as from nothing"),
                           (["--hours", "24", "--set", "loads.mean_mw=*1.01"], "steps as from nothing")]:
        ended = program.run("run", case, "-o", tmp_path / "out.h5", *few, *warm, *options)
        assert ended.code == 0
        assert words in ended.words


def test_warm_start_wants_prices(tmp_path):
    case = program.CASES / "teaching" / "section_limit"
    with program.run_case(case, tmp_path / "highs.h5", "--hours", "24"):
        pass
    for options, code, words in [(["--engine", "prices"], 7, "holds no prices of rows"),
                                 (["--engine", "highs"], 2, "option warm")]:
        ended = program.run("run", case, "-o", tmp_path / "out.h5", "--warm", tmp_path / "highs.h5", *options)
        assert ended.code == code
        assert words in ended.words


def test_a_line_that_has_no_dispatch_is_refused_before_the_run(tmp_path):
    """Free powers and few changes a day: engine highs plans such a line, engine prices says so at once."""
    case = program.CASES / "teaching" / "hvdc_levels"
    free = ["--set", "hvdc.level_step_mw=0", "--set", "hvdc.max_changes_per_day=2", "--hours", "24", "-o", tmp_path / "out.h5"]
    ended = program.run("run", case, "--engine", "prices", *free)
    assert ended.code == 2 and "no dispatch for a line with free powers" in ended.words, ended.words
    assert "iterations" not in ended.words
    assert program.run("run", case, *free).code == 0


def test_improved_unless_told_otherwise(tmp_path):
    """A day whose gap is above the one asked for: the same prices and schedule, then made cheaper; the bound stays."""
    found = []
    for more in [], ["--improve-rounds", "0"]:
        out = tmp_path / "out.h5"
        ended = program.run("run", NORTHWEST, "-o", out, "--engine", "prices", "--from", "2030-01-15", "--iterations", "40",
                            "--passes", "2", "--gap", "0.0001", *more)
        assert ended.code == 0, ended.words
        assert ("round 1 of windows: 1 solved" in ended.words) == (not more)
        with h5py.File(out) as file:
            found.append(certificate(file))
    (cost, bound, breaches), (before, same_bound, _) = found
    assert breaches == 0
    assert bound == same_bound
    assert bound < cost < before


@pytest.mark.parametrize("case, hours, options", [
    (program.CASES / "teaching" / "cascade", 24, []),
    (program.CASES / "teaching" / "flexible_loads", 24, ["--gap", "0", "--improve-rounds", "1"]),
    (program.CASES / "teaching" / "tariff", 24, ["--gap", "0", "--improve-rounds", "1"]),
    (NORTHWEST, 24, ["--from", "2030-01-15", "--iterations", "12", "--passes", "1"]),
    (NORTHWEST, 48, ["--from", "2030-05-20", "--iterations", "12", "--passes", "1", "--improve-rounds", "0"]),  # prices have levels
])
def test_same_on_ranks(case, hours, options, tmp_path):
    files = checks.run_on_ranks(case, tmp_path, [1, 2], "--engine", "prices", "--hours", str(hours), *options)
    ended = program.run("compare", files[0], files[1], "--rtol", "1e-9")
    assert ended.code == 0, ended.words


def test_stops_in_time(tmp_path):
    ended = program.run("run", NORTHWEST, "-o", tmp_path / "out.h5", "--engine", "prices", "--hours", "336",
                        "--time-limit-s", "8")
    assert ended.code == 5, ended.words
    assert "stopped by the time limit" in ended.words
