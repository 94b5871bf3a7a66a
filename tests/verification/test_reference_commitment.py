"""Unit commitment instances of pglib-uc, imported: lower and upper bounds of their optimum and values of their relaxation that others found, and the
file's model written down apart from the program (pglib_uc.py). Data, sources and tolerances: data/unit_commitment/README.md."""

import csv
import gzip
import json
import pathlib

import numpy as np
import pytest

import pglib_uc
import program

DATA = program.ROOT / "tests" / "verification" / "data" / "unit_commitment"
KNOWN = {row["instance"]: {key: float(value) for key, value in row.items() if key != "instance" and value}
         for row in csv.DictReader((DATA / "known.csv").open(encoding="utf-8"))}
ALL = pglib_uc.Form(capacity=True, ramps=True, tiers=True)


def instance_of(name: str) -> dict:
    return json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))


def imported(instance: dict, tmp_path: pathlib.Path) -> pathlib.Path:
    """The case, checked."""
    source, case = tmp_path / "instance.json", tmp_path / "case"
    source.write_text(json.dumps(instance), encoding="utf-8")
    ended = program.run("import", "pglib-uc", source, case)
    assert ended.code == 0, ended.words
    assert program.run("check", case).code == 0
    return case


def ran(case: pathlib.Path, out: pathlib.Path, *options) -> tuple[float, float]:
    """Cost and bound of a schedule that keeps all rules, serves all demand and holds all reserve."""
    with program.run_case(case, out, *options) as file:
        assert float(program.quantity(file, "certificate/breaches")) == 0
        assert program.quantity(file, "loads/shed_mw").max() <= 1e-6
        assert program.quantity(file, "reserves/short_mw").max(initial=0) <= 1e-6
        return tuple(float(program.quantity(file, f"certificate/{name}")) for name in ("cost_cny", "bound_cny"))


def test_relaxation(tmp_path):
    """The file's model has the value that others found, and Longyang's, with its own rows for ramps, what that model has with these."""
    name = "rts_gmlc_2020-01-27"
    instance = instance_of(name)
    assert pglib_uc.least_cost(instance) == pytest.approx(KNOWN[name]["relaxed"], rel=1e-7)
    with_rows = pglib_uc.least_cost(instance, ALL)
    assert with_rows == pytest.approx(KNOWN[name]["relaxed_longyang"], rel=1e-7)
    cost, _ = ran(imported(instance, tmp_path), tmp_path / "relaxed.h5", "--engine", "highs", "--relax")
    assert cost == pytest.approx(with_rows, rel=1e-7)


@pytest.mark.parametrize("name", list(KNOWN))
def test_known_bounds(name, tmp_path):
    case = imported(instance_of(name), tmp_path)
    cost, bound = ran(case, tmp_path / "prices.h5", "--engine", "prices")
    known = KNOWN[name]
    assert bound <= known["upper"], "a bound above the cost of a schedule"
    assert cost >= known["lower"], "a schedule below a bound"
    assert (cost - bound) / cost <= known["gap"]
    ended = program.run("certify", tmp_path / "prices.h5", "--case", case)
    assert ended.code == 0, ended.words


def drawn(seed: int) -> dict:
    """A small instance with everything that the format has; the last unit can follow anything."""
    draw = np.random.default_rng(seed)
    hours = 16

    def unit(k: int) -> dict:
        p_max = float(draw.integers(50, 200))
        p_min = round(p_max * float(draw.uniform(0.2, 0.6)), 1)
        up_h, down_h = int(draw.integers(1, 9)), int(draw.integers(1, 7))
        on = int(draw.integers(0, 2))
        lags = [down_h, down_h + int(draw.integers(1, 5)), down_h + int(draw.integers(5, 12))][:int(draw.integers(1, 4))]
        price, cost = float(draw.uniform(10, 60)), float(draw.uniform(200, 4000))
        places = [p_min, (p_min + p_max) / 2, p_max]
        no_load = float(draw.uniform(0, 10)) * p_max
        wide = k % 2 == 0
        return {"must_run": 0, "power_output_minimum": p_min, "power_output_maximum": p_max,
                "ramp_up_limit": float(draw.uniform(0.2, 0.6)) * (p_max - p_min) if k % 3 else 1000.0,
                "ramp_down_limit": float(draw.uniform(0.2, 0.6)) * (p_max - p_min) if k % 3 else 1000.0,
                "ramp_startup_limit": p_max if wide else p_min + 0.1 * (p_max - p_min),
                "ramp_shutdown_limit": p_min + 0.15 * (p_max - p_min),
                "time_up_minimum": up_h, "time_down_minimum": down_h, "unit_on_t0": on,
                "power_output_t0": float(draw.uniform(p_min, p_max)) if on else 0.0,
                "time_up_t0": int(draw.integers(1, 10)) if on else 0, "time_down_t0": 0 if on else int(draw.integers(1, 20)),
                "startup": [{"lag": lag, "cost": cost * (1 + 0.5 * s)} for s, lag in enumerate(lags)],
                "piecewise_production": [{"mw": p, "cost": no_load + price * (p + 0.001 * p * p)} for p in places]}

    units = {f"unit_{k}": unit(k) for k in range(5)}
    units["peak"] = {"must_run": 1, "power_output_minimum": 0.0, "power_output_maximum": 900.0, "ramp_up_limit": 900.0,
                     "ramp_down_limit": 900.0, "ramp_startup_limit": 900.0, "ramp_shutdown_limit": 900.0, "time_up_minimum": 1,
                     "time_down_minimum": 1, "unit_on_t0": 1, "power_output_t0": 0.0, "time_up_t0": 5, "time_down_t0": 0,
                     "startup": [{"lag": 1, "cost": 0.0}],
                     "piecewise_production": [{"mw": 0.0, "cost": 0.0}, {"mw": 900.0, "cost": 900.0 * 150}]}
    demand = 350 + 250 * np.sin(np.arange(hours) / 8 * np.pi + draw.uniform(0, 6)) + draw.uniform(-40, 40, hours) + 200
    least = draw.uniform(0, 30, hours)
    wind = {"power_output_minimum": list(least), "power_output_maximum": list(least + draw.uniform(0, 80, hours))}
    return {"time_periods": hours, "demand": list(demand), "reserves": list(0.05 * demand),
            "thermal_generators": units, "renewable_generators": {"wind": wind}}


@pytest.mark.parametrize("seed", range(3))
def test_same_optimum_as_the_files_model(seed, tmp_path):
    instance = drawn(seed)
    optimum = pglib_uc.least_cost(instance, relaxed=False)
    case = imported(instance, tmp_path)
    cost, _ = ran(case, tmp_path / "highs.h5", "--engine", "highs", "--gap", "0")
    assert cost == pytest.approx(optimum, rel=1e-6)
    relaxed = pglib_uc.least_cost(instance, ALL)
    cost, _ = ran(case, tmp_path / "relaxed.h5", "--engine", "highs", "--relax")
    assert cost == pytest.approx(relaxed, rel=1e-7)
    cost, bound = ran(case, tmp_path / "prices.h5", "--engine", "prices")
    assert bound <= optimum * (1 + 1e-7)
    assert optimum <= cost * (1 + 1e-7)


def test_faults_end_with_their_exit_code_and_nothing_is_written(tmp_path):
    source = tmp_path / "instance.json"
    instance = instance_of("rts_gmlc_2020-01-27")
    instance["thermal_generators"]["115_STEAM_1"]["time_up_minimum"] = -1
    source.write_text(json.dumps(instance), encoding="utf-8")
    ended = program.run("import", "pglib-uc", source, tmp_path / "case")
    assert ended.code == 3
    assert "instance.json: key thermal_generators.115_STEAM_1.time_up_minimum: found -1, expected a whole number from 0 to 720" in ended.words
    assert not (tmp_path / "case").exists()
    assert program.run("import", "pglib-uc", tmp_path / "none.json", tmp_path / "case").code == 7
