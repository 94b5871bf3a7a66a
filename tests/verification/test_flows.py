"""DC flows in a results file are those of an independent solution on the full susceptance matrix."""

import pytest

import checks
import program


@pytest.mark.parametrize("name", ["three_bus_loop", "two_bus_congestion", "section_limit", "phase_shifter"])
def test_flows(name, tmp_path):
    with program.run_case(program.CASES / "teaching" / name, tmp_path / "out.h5", "--hours", "4") as results:
        difference, largest = checks.largest_flow_difference(results)
    assert largest > 10
    assert difference < 1e-8 * largest
