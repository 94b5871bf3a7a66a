"""A branch that enters within the span (SV-6): cases/teaching/dates by both engines, on two ranks, certified; and what looks at
one network alone asks for hours with one."""

import pytest

import program

CASE = program.CASES / "teaching" / "dates"
SPAN = ("--from", "2030-01-01", "--hours", "6")


@pytest.fixture(scope="module")
def by_prices(tmp_path_factory):
    out = tmp_path_factory.mktemp("service") / "prices.h5"
    program.run_case(CASE, out, *SPAN, "--engine", "prices").close()
    return out


def test_two_ranks_find_the_cost_by_hand(tmp_path):
    with program.run_case(CASE, tmp_path / "two.h5", *SPAN, ranks=2) as results:
        assert float(program.quantity(results, "certificate/cost_cny")) == pytest.approx(888000, rel=1e-6)
        assert list(program.quantity(results, "branches/flow_mw", "a_c")[:2]) == pytest.approx([0, 0], abs=1e-9)


def test_the_bound_by_prices_lies_just_below_the_cost_by_hand(by_prices):
    with program.h5py.File(by_prices, "r") as results:
        assert 887000 < float(program.quantity(results, "certificate/bound_cny")) <= 888000


def test_the_certificate_takes_the_network_of_each_hour(by_prices):
    ended = program.run("certify", by_prices)
    assert ended.code == 0 and "confirmed" in ended.words, ended.words


def test_flow_wants_hours_with_one_network(by_prices):
    across = program.run("flow", CASE, "--schedule", by_prices)
    assert across.code == 2, across.words
    assert "branches enter or leave service at 2030-01-01T02:00; expected hours with one network, such as " \
           "--from 2030-01-01T00 --hours 2" in across.words
    # Before its date the line is no outage and carries nothing: two contingencies; then three.
    before = program.run("flow", CASE, "--schedule", by_prices, "--hours", "2")
    assert before.code == 0 and "N-1 (DC): 2 contingencies in 2 hours" in before.words, before.words
    after = program.run("flow", CASE, "--schedule", by_prices, "--from", "2030-01-01T02")
    assert after.code == 0 and "N-1 (DC): 3 contingencies in 4 hours" in after.words, after.words


def test_security_wants_all_branches(tmp_path):
    ended = program.run("run", CASE, "-o", tmp_path / "out.h5", *SPAN, "--engine", "prices", "--security", "n1")
    assert ended.code == 2, ended.words
    assert "option security: branch a_c is out of service from 2030-01-01T00:00 on" in ended.words
