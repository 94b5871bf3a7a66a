"""The program and the same model written independently with linopy (tests/bench/peers) have the same optimum."""

import pytest

import program  # first: it makes the peers importable

import case
import linopy_day

# Not head_segments: the program leaves out segments that the storage cannot reach, which makes its relaxation tighter.
CASES = ["two_bus_congestion", "three_bus_loop", "section_limit", "commitment", "must_run_curtailment", "scarcity",
           "reserve_sharing", "non_spinning", "cascade", "storage_arbitrage", "hvdc_levels", "ramps", "phase_shifter",
           "flexible_loads"]


# linopy tells that what lies before the first hour counts as 0; that is what the peer's equations want.
@pytest.mark.filterwarnings("ignore:[\\s\\S]*absent slots")
@pytest.mark.parametrize("relax", [True, False], ids=["relaxed", "integer"])
@pytest.mark.parametrize("name", CASES)
def test_same_optimum(name, relax, tmp_path):
    folder = program.CASES / "teaching" / name
    options = ["--hours", "17", *(["--relax"] if relax else ["--gap", "1e-7"])]
    with program.run_case(folder, tmp_path / "out.h5", *options) as results:
        ours = float(program.quantity(results, "certificate/cost_cny"))
    peer = linopy_day.solve(linopy_day.build(case.Case(folder), 0, 17, limits=True), relax)
    assert ours == pytest.approx(peer, rel=1e-6)
