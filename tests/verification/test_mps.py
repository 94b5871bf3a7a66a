"""A relaxed run written as MPS has the same optimum when highspy solves it alone."""

import pytest

import checks
import program


@pytest.mark.parametrize("name, hours", [("commitment", 17), ("hvdc_levels", 4), ("cascade", 4), ("three_bus_loop", 1)])
def test_same_optimum(name, hours, tmp_path):
    ours, alone = checks.mps_by_highspy_alone(program.CASES / "teaching" / name, tmp_path, "--from", "2030-01-01",
                                              "--hours", str(hours))
    assert checks.relative(ours, alone) < 1e-6
