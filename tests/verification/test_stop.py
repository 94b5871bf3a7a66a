"""A run that is told to stop, or runs out of time, leaves a valid results file from which another run goes on."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import time

import numpy as np
import pytest

import program

NORTHWEST = program.CASES / "northwest" / "2030"
SPAN = ["--from", "2030-01-15", "--hours", "6", "--relax"]


def started(out, ranks: int, options) -> subprocess.Popen:
    """A northwest run, of which the log is to be read."""
    command = [os.environ["LONGYANG"], "run", NORTHWEST, "-o", out, *options]
    if ranks:
        command = ["bash", program.ROOT / "jobs" / "mpirun.sh", "-n", str(ranks), *command]
    return subprocess.Popen([str(word) for word in command], env={**os.environ, **program.ENVIRONMENT}, stderr=subprocess.PIPE, text=True)


def interrupted(out, ranks: int, options=tuple(SPAN), sign: str = "columns", signals: int = 1) -> int:
    """Starts a northwest run and sends SIGTERM, so many times at once, as soon as a line with the sign says how far it is; the exit code."""
    with started(out, ranks, options) as process:
        for line in process.stderr:
            if sign in line:
                for _ in range(signals):
                    process.send_signal(signal.SIGTERM)
                    time.sleep(0.02)
                break
        process.stderr.read()
        return process.wait(timeout=300)


def check_stopped(out):
    with program.h5py.File(out, "r") as file:
        assert file.attrs["status"] in ("stopped", b"stopped")
        # What the run did not get to is said, not made up.
        assert np.isnan(file["thermal/p_mw"][()]).all() or file["limits/item"].size > 0


def limits_of(file) -> set:
    # A limit holds both sides; which one it names follows the vertex.
    return set(zip(program.texts(file["limits/item"]), file["limits/at"][()]))


def test_sigterm_leaves_a_file_and_a_restart_ends_as_a_run_in_one_go(tmp_path):
    whole, stopped, resumed = (tmp_path / f"{name}.h5" for name in ("whole", "stopped", "resumed"))
    assert interrupted(stopped, 0) == 75
    check_stopped(stopped)
    with program.run_case(NORTHWEST, whole, *SPAN) as file:
        cost = file["certificate/cost_cny"][()]
        limits = limits_of(file)
    with program.run_case(NORTHWEST, resumed, *SPAN, "--restart", whole) as file:
        np.testing.assert_allclose(file["certificate/cost_cny"][()], cost, rtol=1e-6)
        # It begins with all limits; the optimum is met at another vertex, whose flows may break a few more.
        assert limits <= limits_of(file)
        assert len(limits_of(file)) <= len(limits) + 3
    ended = program.run("run", NORTHWEST, "-o", resumed, *SPAN, "--restart", stopped)
    assert ended.code == 0, ended.words
    with program.h5py.File(resumed, "r") as file:
        np.testing.assert_allclose(file["certificate/cost_cny"][()], cost, rtol=1e-6)


def killed(out, ranks: int, options, sign: str) -> None:
    """Starts a northwest run and kills all of its processes, which none can catch, once a line has the sign."""
    with started(out, ranks, options) as process:
        for line in process.stderr:
            if sign in line:
                break
        for words in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if str(out).encode() in words.read_bytes().split(b"\0"):
                    os.kill(int(words.parent.name), signal.SIGKILL)
        process.wait(timeout=300)


@pytest.mark.parametrize("ranks", [0, 2])
def test_a_run_that_is_killed_leaves_its_last_checkpoint(ranks, tmp_path):
    out = tmp_path / "out.h5"
    span = ["--engine", "prices", "--from", "2030-01-15", "--hours", "24", "--passes", "2", "--iterations", "60"]
    killed(out, ranks, [*span, "--checkpoint-s", "0.01"], "checkpoint behind iteration 20")
    with program.h5py.File(out, "r") as file:
        assert file.attrs["status"] in ("stopped", b"stopped")
        iterations = int(file["restart/iterations"][()])
        assert iterations >= 20 and iterations % 10 == 0
        assert np.isnan(file["certificate/cost_cny"][()])
        assert np.isfinite(file["row_prices/price"][()]).all()
    assert f"stopped: checkpoint behind iteration {iterations}\n" in program.run("report", out).words
    ended = program.run("run", NORTHWEST, "-o", out, *span, "--restart", out)
    assert ended.code == 0 and f"goes on behind iteration {iterations}" in ended.words, ended.words


def test_checkpoints_change_no_number_and_spare_schedules(tmp_path):
    span = ["--engine", "prices", "--from", "2030-01-15", "--hours", "24", "--passes", "2", "--iterations", "40"]
    out, without = tmp_path / "out.h5", tmp_path / "without.h5"
    program.run_case(NORTHWEST, without, *span, "--checkpoint-s", "0").close()
    ended = program.run("run", NORTHWEST, "-o", out, *span, "--checkpoint-s", "0.01")
    assert ended.code == 0 and "checkpoint behind iteration 40" in ended.words, ended.words
    same = program.run("compare", without, out, "--rtol", "1e-12")
    assert same.words == "option_checkpoint_s: '0' against '0.01'\n"
    before = out.read_bytes()
    killed(out, 0, [*span, "--checkpoint-s", "0.01"], "no checkpoints")
    assert out.read_bytes() == before


def test_two_signals_at_once_are_one(tmp_path):
    """Slurm sends a job that it preempts two."""
    assert interrupted(tmp_path / "out.h5", 0, signals=2) == 75
    check_stopped(tmp_path / "out.h5")


def test_what_is_stopped_between_limits_of_the_network_is_told_with_them(tmp_path):
    """Behind the first round limits enter; the programme that is interrupted then has more rows than the one that was solved."""
    out = tmp_path / "out.h5"
    assert interrupted(out, 0, sign="price round 1:") == 75
    with program.h5py.File(out, "r") as file:
        assert file.attrs["status"] in ("stopped", b"stopped")
        assert np.isfinite(file["certificate/cost_cny"][()])
        assert np.isfinite(file["thermal/p_mw"][()]).all()


def test_a_relaxed_answer_of_a_run_that_was_stopped_is_told_as_one(tmp_path):
    """Whole units of the northwest take longer than the first lines of the log; behind them there is only the relaxed answer."""
    out = tmp_path / "out.h5"
    span = ["--engine", "highs", "--from", "2030-01-15", "--hours", "6"]
    assert interrupted(out, 0, span, "price round 2:") == 75
    with program.h5py.File(out, "r") as file:
        assert file["certificate/integrality"][()] > 1e-3
        assert "before units were whole" in file.attrs["status_words"]
    words = program.run("report", out).words
    assert "no schedule of whole units" in words, words


@pytest.mark.parametrize("engine", ["highs", "prices"])
def test_a_restart_that_gets_nowhere_leaves_the_schedule_that_there_was(engine, tmp_path):
    case, out = program.CASES / "teaching" / "commitment", tmp_path / "out.h5"
    program.run_case(case, out, "--hours", "24", "--engine", engine).close()
    before = out.read_bytes()
    ended = program.run("run", case, "-o", out, "--restart", out, "--hours", "24", "--engine", engine, "--time-limit-s", "1e-6")
    if ended.code == 5 and "stays as it was" not in ended.words:
        with program.h5py.File(out, "r") as file:  # it got to a schedule of its own all the same
            assert np.isfinite(file["certificate/cost_cny"][()]) and not file["certificate/integrality"][()] > 1e-6
    else:
        assert ended.code == 5 and out.read_bytes() == before, ended.words


@pytest.mark.parametrize("ranks", [0, 2])
def test_a_run_by_prices_goes_on_from_its_prices(ranks, tmp_path):
    span = ["--engine", "prices", "--from", "2030-01-15", "--hours", "24", "--passes", "2", "--iterations", "120"]
    stopped, resumed, whole = (tmp_path / f"{name}.h5" for name in ("stopped", "resumed", "whole"))
    assert interrupted(stopped, ranks, [*span, "-v"], "iteration 40:") == 75
    with program.h5py.File(stopped, "r") as file:
        assert file.attrs["status"] in ("stopped", b"stopped")
        assert 40 <= file["restart/iterations"][()] < 120
        assert np.isfinite(file["row_prices/price"][()]).all() and file["row_prices/price"].size > 0
        assert np.isnan(file["certificate/cost_cny"][()])
        iterations = int(file["restart/iterations"][()])
    refuted = program.run("certify", stopped)
    assert refuted.code == 2 and "holds no bound" in refuted.words, refuted.words
    report = program.run("report", stopped).words
    assert "no schedule: the run did not get there" in report
    assert f"stopped: stopped by a signal behind iteration {iterations}; go on with --restart {stopped}\n" in report  # jobs/slurm/common.sh reads it
    assert "nan" not in report and "none" not in report and "Energy" not in report, report  # it has found nothing
    flow = program.run("flow", NORTHWEST, "--schedule", stopped)
    assert flow.code == 7 and "holds no schedule" in flow.words, flow.words
    ended = program.run("run", NORTHWEST, "-o", resumed, *span, "--restart", stopped)
    assert ended.code == 0, ended.words
    assert f"goes on behind iteration {iterations}" in ended.words
    with program.run_case(NORTHWEST, whole, *span) as file:
        bound, cost = file["certificate/bound_cny"][()], file["certificate/cost_cny"][()]
    with program.h5py.File(resumed, "r") as file:
        assert file["restart/iterations"][()] == 120
        np.testing.assert_allclose(file["certificate/bound_cny"][()], bound, rtol=2e-3)
        np.testing.assert_allclose(file["certificate/cost_cny"][()], cost, rtol=1e-2)
    other = program.run("run", NORTHWEST, "-o", resumed, *span[:3], "2030-01-16", *span[4:], "--restart", stopped)
    assert other.code == 2 and "this run is of" in other.words, other.words


def test_prices_of_a_run_that_was_stopped_at_once_are_not_gone_on_from(tmp_path):
    case = program.CASES / "teaching" / "storage_arbitrage"
    whole, early = tmp_path / "whole.h5", tmp_path / "early.h5"
    with program.run_case(case, whole, "--engine", "prices") as file:
        bound = file["certificate/bound_cny"][()]
    shutil.copy(whole, early)
    with program.h5py.File(early, "r+") as file:
        file["restart/iterations"][()] = 2
        file["certificate/bound_cny"][()] = np.nan
        file["row_prices/price"][...] = 1e4
    ended = program.run("run", case, "-o", tmp_path / "again.h5", "--engine", "prices", "--restart", early)
    assert ended.code == 0 and "stopped behind iteration 2, too early to go on from" in ended.words, ended.words
    with program.h5py.File(tmp_path / "again.h5") as file:
        assert file["certificate/bound_cny"][()] == bound
    ended = program.run("run", case, "-o", tmp_path / "warm.h5", "--engine", "prices", "--warm", early)
    assert ended.code == 0 and "steps as from nothing" in ended.words, ended.words
    ended = program.run("run", case, "-o", tmp_path / "warm.h5", "--engine", "prices", "--warm", whole)
    assert ended.code == 0 and "short steps" in ended.words, ended.words


@pytest.mark.parametrize("ranks", [0, 2])
def test_a_run_by_prices_that_has_a_schedule_ends_with_its_bound(ranks, tmp_path):
    span = ["--engine", "prices", "--from", "2030-01-15", "--hours", "48", "--passes", "9", "--iterations", "60", "--gap", "0"]
    out = tmp_path / "stopped.h5"
    assert interrupted(out, ranks, span, "dispatch 1:") == 75
    confirmed = program.run("certify", out)
    assert confirmed.code == 0 and "confirmed" in confirmed.words, confirmed.words
    with program.h5py.File(out, "r") as file:
        assert file.attrs["status"] in ("stopped", b"stopped")
        assert 0.0 < file["certificate/gap"][()] < 0.05


@pytest.mark.parametrize("factor, stays", [(0.5, True), (2.0, False)])
def test_a_restart_that_is_stopped_leaves_the_better_schedule(factor, stays, tmp_path):
    """The schedule that is there is told to be half or twice as dear as it is."""
    span = ["--engine", "prices", "--from", "2030-01-15", "--hours", "24", "--passes", "9", "--iterations", "40", "--gap", "0"]
    out = tmp_path / "out.h5"
    assert interrupted(out, 0, span, "dispatch 1:") == 75
    with program.h5py.File(out, "r+") as file:
        cost_cny = float(file["certificate/cost_cny"][()])
        file["certificate/cost_cny"][()] = cost_cny - (1 - factor) * abs(cost_cny)
    before = out.read_bytes()
    assert interrupted(out, 0, [*span, "--restart", out], "dispatch 1:") == 75
    assert (out.read_bytes() == before) == stays


def test_sigterm_reaches_all_ranks(tmp_path):
    out = tmp_path / "stopped.h5"
    assert interrupted(out, 2) == 75
    check_stopped(out)


def test_a_time_limit_holds_for_the_whole_run(tmp_path):
    out = tmp_path / "late.h5"
    ended = program.run("run", NORTHWEST, "-o", out, "--engine", "highs", "--from", "2030-01-15", "--hours", "24",
                        "--time-limit-s", "1")
    assert ended.code == 5, ended.words
    assert f"stopped by the time limit; go on with --restart {out}" in ended.words
    check_stopped(out)


def test_a_restart_of_another_span_is_refused(tmp_path):
    case = program.CASES / "teaching" / "cascade"
    program.run_case(case, tmp_path / "a.h5", "--hours", "4").close()
    ended = program.run("run", case, "-o", tmp_path / "b.h5", "--hours", "5", "--restart", tmp_path / "a.h5")
    assert ended.code == 2 and "4 h from hour 0; this run is of cascade" in ended.words, ended.words
    assert not (tmp_path / "b.h5").exists()
