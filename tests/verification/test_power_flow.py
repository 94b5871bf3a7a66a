"""Published networks, imported from MATPOWER files: DC and AC power flows against those of MATPOWER (two networks: of
PYPOWER), and against the residual |V conj(YV) - S|, which is formed here from the case's tables, not from arrays of the program. Data, sources
and tolerances: data/power_flow/README.md."""

import csv
import gzip
import math
import pathlib
import re
import shutil

import numpy as np
import pytest
import scipy.sparse
import scipy.sparse.csgraph
import scipy.sparse.linalg

import program

DATA = program.ROOT / "tests" / "verification" / "data" / "power_flow"
BENCH_DATA = program.ROOT / "tests" / "bench" / "data"
TOLERANCE_PU, TOLERANCE_DEG, TOLERANCE_MW, TOLERANCE_RESIDUAL_PU = 1e-6, 1e-4, 1e-4, 1e-9

MATPOWER = ["case9", "case14", "case24_ieee_rts", "case30", "case57", "case118", "case_RTS_GMLC", "case2869pegase"]
PYPOWER = ["case300", "case1354pegase"]
ANGLE_OF_REFERENCE = {"case118": 30.0}  # the others' is 0


def packed(path: pathlib.Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()


def packed_rows(network: str, name: str) -> list[dict]:
    return list(csv.DictReader(packed(DATA / network / f"{name}.csv.gz").splitlines()))


def matpower_text(network: str) -> str:
    own = DATA / network / f"{network}.m.gz"
    return packed(own if own.exists() else BENCH_DATA / f"{network}.m.gz")


def table(folder: pathlib.Path, name: str) -> list[dict]:
    path = folder / f"{name}.csv"
    return list(csv.DictReader(path.open(encoding="utf-8"))) if path.exists() else []


def write_table(folder: pathlib.Path, name: str, rows: list[dict]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def imported(network: str, tmp_path: pathlib.Path, *options) -> pathlib.Path:
    """The case, checked."""
    source, case = tmp_path / f"{network}.m", tmp_path / "case"
    source.write_text(matpower_text(network), encoding="utf-8")
    ended = program.run("import", "matpower", source, case, *options)
    assert ended.code == 0, ended.words
    assert program.run("check", case).code == 0
    return case


def flowed(case: pathlib.Path, out: pathlib.Path, *options, ranks: int = 0) -> dict[str, list[dict]]:
    """Tables that `longyang flow` writes."""
    ended = program.run("flow", case, "-q", "--tables", out, *options, ranks=ranks)
    assert ended.code == 0, ended.words
    return {name: table(out, name) for name in ("dc_branches", "ac_buses", "ac_branches")}


def admittances(case: pathlib.Path) -> tuple[scipy.sparse.csr_array, dict[str, int], float]:
    """Y of the case's own tables, row of each bus, base power."""
    base = float(re.search(r"base_mva = (\S+)", (case / "case.toml").read_text())[1])
    place = {row["name"]: k for k, row in enumerate(table(case, "buses"))}
    entries = []
    for row in table(case, "branches"):
        i, k = place[row["from_bus"]], place[row["to_bus"]]
        y = 1 / complex(float(row["r_pu"]), float(row["x_pu"]))
        half = 0.5j * float(row["b_pu"])
        a = float(row["tap_pu"]) * np.exp(1j * math.radians(float(row["shift_deg"])))
        entries += [(i, i, (y + half) / abs(a) ** 2), (i, k, -y / np.conj(a)), (k, i, -y / a), (k, k, y + half)]
    for row in table(case, "shunts"):
        i = place[row["bus"]]
        entries.append((i, i, complex(float(row["g_mw"]), float(row["b_mvar"])) / base))
    i, k, y = zip(*entries)
    return scipy.sparse.coo_array((y, (i, k)), shape=(len(place),) * 2).tocsr(), place, base


def given_powers(case: pathlib.Path, place: dict[str, int], base: float) -> np.ndarray:
    """P + jQ per unit that the tables put in at each bus, without what holds voltages and without the slack."""
    power = np.zeros(len(place), dtype=complex)
    stated = {(row["table"], row["name"]): complex(float(row["p_mw"]), float(row["q_mvar"]))
              for row in table(case, "dispatch")}
    for row in table(case, "loads"):
        power[place[row["bus"]]] -= stated.get(("loads", row["name"]),
                                               complex(float(row["mean_mw"]), float(row["mean_mvar"])))
    for row in table(case, "dc_links"):
        sent, arrives = stated.get(("dc_links", row["name"]), 0j).real, 1 - float(row["loss_pu"])
        power[place[row["from_bus"]]] -= sent if sent > 0 else arrives * sent
        power[place[row["to_bus"]]] += arrives * sent if sent > 0 else sent
    holds = {row["name"] for row in table(case, "machines") if float(row["v_set_pu"]) != 0}
    for name in ("thermal", "renewables", "machines"):
        for row in table(case, name):
            s = stated.get((name, row["name"]), 0) if name != "machines" or row["plant_table"] == "" else 0
            power[place[row["bus"]]] += s.real if row["name"] in holds else s
    return power / base


def held_buses(case: pathlib.Path, place: dict[str, int]) -> dict[int, float]:
    """Set point of each bus that a connected machine or compensator holds."""
    running = {row["name"] for row in table(case, "dispatch")}
    held = {place[row["bus"]]: float(row["v_set_pu"]) for row in table(case, "machines")
            if float(row["v_set_pu"]) != 0 and row["name"] in running}
    return held | {place[row["bus"]]: float(row["v_set_pu"]) for row in table(case, "shunts") if row["kind"] == "svc"}


def slack_buses(case: pathlib.Path, place: dict[str, int]) -> set[int]:
    bus_of = {row["name"]: row["bus"] for name in ("machines", "thermal") for row in table(case, name)}
    return {place[bus_of[row["name"]]] for row in table(case, "dispatch") if float(row["slack_share"]) > 0}


def voltages(rows: list[dict], place: dict[str, int]) -> np.ndarray:
    v = np.empty(len(place), dtype=complex)
    for row in rows:
        v[place[row["bus"]]] = float(row["v_pu"]) * np.exp(1j * math.radians(float(row["angle_deg"])))
    return v


def power_surplus(case: pathlib.Path, rows: list[dict]):
    """V conj(YV) - S at every bus, with what is known of it: row of each bus, base, V."""
    y, place, base = admittances(case)
    v = voltages(rows, place)
    return v * np.conj(y @ v) - given_powers(case, place, base), place, base, v


def assert_solved(case: pathlib.Path, rows: list[dict]) -> None:
    """Without reactive limits: nothing is left but the slack's active and the held buses' reactive power."""
    surplus, place, _, v = power_surplus(case, rows)
    held, slack = held_buses(case, place), slack_buses(case, place)
    free_p = [b for b in place.values() if b not in slack]
    free_q = [b for b in place.values() if b not in held]
    assert np.abs(surplus.real[free_p]).max() < TOLERANCE_RESIDUAL_PU
    assert np.abs(surplus.imag[free_q]).max() < TOLERANCE_RESIDUAL_PU
    for bus, set_pu in held.items():
        assert abs(v[bus]) == pytest.approx(set_pu, abs=1e-12)


@pytest.mark.parametrize("network", MATPOWER + PYPOWER)
def test_power_flow_of_matpower(network, tmp_path):
    case = imported(network, tmp_path, "--no-dc-lines")
    made = flowed(case, tmp_path / "out", "--ignore-reactive-limits")
    assert_solved(case, made["ac_buses"])

    ours = {row["bus"]: row for row in made["ac_buses"]}
    theirs = packed_rows(network, "ac_bus")
    assert {row["bus"] for row in theirs} == set(ours)
    for row in theirs:
        angle = float(row["va_deg"]) - ANGLE_OF_REFERENCE.get(network, 0.0)
        assert float(ours[row["bus"]]["v_pu"]) == pytest.approx(float(row["vm_pu"]), abs=TOLERANCE_PU), row
        assert float(ours[row["bus"]]["angle_deg"]) == pytest.approx(angle, abs=TOLERANCE_DEG), row

    branches = {row["branch"]: row for row in made["ac_branches"]}
    flows = {row["branch"]: float(row["flow_mw"]) for row in made["dc_branches"]}
    for row in packed_rows(network, "ac_branch"):
        if row["status"] == "1":
            of_branch = branches["branch_" + row["row"]]
            for ours_name, name in (("from_mw", "pf_mw"), ("from_mvar", "qf_mvar"), ("to_mw", "pt_mw"),
                                    ("to_mvar", "qt_mvar")):
                assert float(of_branch[ours_name]) == pytest.approx(float(row[name]), abs=TOLERANCE_MW), row
    for row in packed_rows(network, "dc_branch"):
        if row["status"] == "1":
            assert flows["branch_" + row["row"]] == pytest.approx(float(row["pf_mw"]), abs=TOLERANCE_MW), row


@pytest.mark.parametrize("network", ["case14_ieee", "case30_ieee", "case118_ieee", "case300_ieee"])
def test_dispatch_of_an_optimal_power_flow_gives_its_voltages(network, tmp_path):
    network = "pglib_opf_" + network
    case = imported(network, tmp_path)
    bus = {row["bus"]: row for row in packed_rows(network, "ac_opf_bus")}
    gen = {"gen_" + row["row"]: row for row in packed_rows(network, "ac_opf_gen")}
    machines, dispatch = table(case, "machines"), table(case, "dispatch")
    for row in machines:
        row["v_set_pu"] = bus[row["bus"]]["vm_pu"]
    for row in dispatch:
        if row["name"] in gen:
            row["p_mw"], row["q_mvar"] = gen[row["name"]]["pg_mw"], gen[row["name"]]["qg_mvar"]
    write_table(case, "machines", machines)
    write_table(case, "dispatch", dispatch)

    rows = flowed(case, tmp_path / "out", "--ignore-reactive-limits")["ac_buses"]
    assert_solved(case, rows)
    slack = slack_buses(case, {row["name"]: k for k, row in enumerate(table(case, "buses"))}).pop()
    reference = float(bus[table(case, "buses")[slack]["name"]]["va_deg"])
    for row in rows:
        theirs = bus[row["bus"]]
        assert float(row["v_pu"]) == pytest.approx(float(theirs["vm_pu"]), abs=TOLERANCE_PU), row
        assert float(row["angle_deg"]) == pytest.approx(float(theirs["va_deg"]) - reference, abs=TOLERANCE_DEG), row


@pytest.mark.parametrize("network", ["case118", "case300", "case_RTS_GMLC", "case2869pegase"])
def test_reactive_limits_are_kept(network, tmp_path):
    """Every held bus either has its voltage and reactive power within its limits, or stands at a limit with the
    voltage on that limit's side; all else balances."""
    case = imported(network, tmp_path)
    rows = flowed(case, tmp_path / "out")["ac_buses"]
    surplus, place, base, v = power_surplus(case, rows)
    held, slack = held_buses(case, place), slack_buses(case, place)
    low, high = np.zeros(len(place)), np.zeros(len(place))
    running = {row["name"] for row in table(case, "dispatch")}
    holding = [row | {"units": row["units"]} for row in table(case, "machines") if row["name"] in running]
    holding += [row | {"units": "1"} for row in table(case, "shunts") if row["kind"] == "svc"]
    for row in holding:
        if float(row["v_set_pu"]) != 0:
            low[place[row["bus"]]] += float(row["units"]) * float(row["q_min_mvar"]) / base
            high[place[row["bus"]]] += float(row["units"]) * float(row["q_max_mvar"]) / base
    at_limit = 0
    for b in place.values():
        if b not in slack:
            assert abs(surplus.real[b]) < TOLERANCE_RESIDUAL_PU
        if b in slack:
            assert abs(v[b]) == pytest.approx(held[b], abs=1e-12)
        elif b not in held:
            assert abs(surplus.imag[b]) < TOLERANCE_RESIDUAL_PU
        elif abs(abs(v[b]) - held[b]) < 1e-12:
            assert low[b] - 1e-7 < surplus.imag[b] < high[b] + 1e-7
        else:
            at_limit += 1
            limit = high[b] if abs(v[b]) < held[b] else low[b]
            assert surplus.imag[b] == pytest.approx(limit, abs=TOLERANCE_RESIDUAL_PU)
    assert at_limit > 0


def test_dc_line_carries_its_power(tmp_path):
    case = imported("case_RTS_GMLC", tmp_path)
    dispatch = table(case, "dispatch")
    for row in dispatch:
        if row["table"] == "dc_links":
            row["p_mw"] = 80.0
    write_table(case, "dispatch", dispatch)
    made = flowed(case, tmp_path / "out", "--ignore-reactive-limits")
    assert_solved(case, made["ac_buses"])
    angle = {row["bus"]: math.radians(float(row["va_deg"]))
             for row in packed_rows("case_RTS_GMLC", "dc_bus_dcline80")}
    flows = {row["branch"]: float(row["flow_mw"]) for row in made["dc_branches"]}
    for row in table(case, "branches"):
        expected = 100 * (angle[row["from_bus"]] - angle[row["to_bus"]]) / float(row["x_pu"]) / float(row["tap_pu"])
        assert flows[row["name"]] == pytest.approx(expected, abs=TOLERANCE_MW), row


@pytest.mark.parametrize("network", ["case30", "case300"])
def test_answer_does_not_depend_on_the_ranks(network, tmp_path):
    case = imported(network, tmp_path)
    lone = flowed(case, tmp_path / "out1")
    for ranks in (2, 3):
        shared = flowed(case, tmp_path / f"out{ranks}", ranks=ranks)
        for name, columns in (("ac_buses", ["v_pu", "angle_deg"]), ("dc_branches", ["flow_mw"])):
            key = "bus" if name == "ac_buses" else "branch"
            ours = {row[key]: row for row in shared[name]}
            for row in lone[name]:
                for column in columns:
                    assert float(ours[row[key]][column]) == pytest.approx(float(row[column]), rel=1e-9, abs=1e-8)


def ring(tmp_path: pathlib.Path, shift_deg: float) -> pathlib.Path:
    """A generator and a load on a ring of seven equally rated branches, so that those in a row between the two carry the same."""
    ends = [(2, 5, 0.159), (6, 2, 0.179), (3, 6, 0.037), (3, 1, 0.198), (4, 1, 0.024), (4, 7, 0.077), (7, 5, 0.049)]
    branches = "".join(f"{a} {b} 0 {x} 0 100 100 100 0 {shift_deg if k in (1, 2, 5) else 0} 1 -360 360;\n" for k, (a, b, x) in enumerate(ends))
    buses = "".join(f"{b} {3 if b == 1 else 1} {81.37 if b == 7 else 0} 0 0 0 1 1 0 220 1 1.1 0.9;\n" for b in range(1, 8))
    source, case = tmp_path / "ring.m", tmp_path / "case"
    source.write_text("function mpc = ring\nmpc.version = '2';\nmpc.baseMVA = 100;\n"
                      f"mpc.bus = [\n{buses}];\nmpc.gen = [\n1 81.37 0 90 -90 1 100 1 200 0;\n];\nmpc.branch = [\n{branches}];\n", encoding="utf-8")
    ended = program.run("import", "matpower", source, case)
    assert ended.code == 0, ended.words
    return case


@pytest.mark.parametrize("shift_deg", [0.0, 3.0])
def test_equal_loadings_are_told_alike_on_any_number_of_ranks(shift_deg, tmp_path):
    case = ring(tmp_path, shift_deg)
    words = [program.run("flow", case, "-q", "--ac-n1", "--ac-checked", "0", ranks=ranks).words for ranks in (0, 2, 3)]
    assert words[0] == words[1] == words[2]
    # Without branch_5 or branch_6 all of it goes the other way round, through branch_1 among others.
    worst = words[0][words[0].index("N-1 (DC)"):].splitlines()[5].split()
    assert worst[1:2] + worst[3:5] == ["81.4", "branch_1", "branch_5"], words[0]


def test_a_machine_at_the_end_of_the_band_is_within_it(tmp_path):
    """Magnitudes that are held come with other last bits."""
    case = imported("case300", tmp_path)
    held = {row["bus"]: row["v_set_pu"] for row in table(case, "machines") if float(row["v_set_pu"]) != 0}
    buses = table(case, "buses")
    for row in buses:
        row["v_min_pu"] = row["v_max_pu"] = held.get(row["name"], "1")
        if row["name"] not in held:
            row["v_min_pu"], row["v_max_pu"] = "0.5", "1.5"
    write_table(case, "buses", buses)
    words = program.run("flow", case, "-q", "--ignore-reactive-limits").words
    outside = [line.split()[-1] for line in words.splitlines() if line.startswith("  2030-01-01T00:00") and len(line.split()) == 5]
    assert outside[-2:] == ["0", "0"], words


def test_both_solvers_agree(tmp_path):
    """The batched kernel and PETSc on the same hour, as `longyang flow` prints it, on 1 and 3 ranks."""
    case = imported("case300", tmp_path)
    for ranks in (0, 3):
        words = program.run("flow", case, "-q", ranks=ranks).words
        line = words[words.index("second time by PETSc"):].splitlines()[3].split()
        assert line[1] == "yes", words
        assert float(line[4]) < 1e-8 and float(line[5]) < 1e-6 and float(line[6]) < 1e-8, words


def newton(y: np.ndarray, power: np.ndarray, v: np.ndarray, slack: int, held: list[int]) -> np.ndarray:
    """AC power flow by a plain Newton on dense matrices, from voltages v."""
    p_rows = [b for b in range(len(v)) if b != slack]
    q_rows = [b for b in p_rows if b not in held]
    for _ in range(20):
        through = v[:, None] * np.conj(y * v)
        s = through.sum(axis=1)
        off = np.concatenate([(power - s).real[p_rows], (power - s).imag[q_rows]])
        if np.abs(off).max() < 1e-11:
            return v
        by_angle, by_size = 1j * (np.diag(s) - through), (np.diag(s) + through) / abs(v)
        matrix = np.block([[by_angle.real[np.ix_(p_rows, p_rows)], by_size.real[np.ix_(p_rows, q_rows)]],
                           [by_angle.imag[np.ix_(q_rows, p_rows)], by_size.imag[np.ix_(q_rows, q_rows)]]])
        step = scipy.sparse.linalg.spsolve(scipy.sparse.csc_array(matrix), off)  # dense ones start threads
        angle, size = np.angle(v), abs(v)
        angle[p_rows] += step[: len(p_rows)]
        size[q_rows] += step[len(p_rows):]
        v = size * np.exp(1j * angle)
    raise AssertionError("no solution")


def test_ac_outages_are_full_resolves_without_the_branch(tmp_path):
    """Every sixth outage of case118 that splits nothing, solved anew here on the admittances without the branch."""
    case = imported("case118", tmp_path)
    branches = table(case, "branches")
    for row in branches:
        row["rating_mw"] = "150"
    write_table(case, "branches", branches)
    out = tmp_path / "out"
    flowed(case, out, "--ignore-reactive-limits", "--ac-n1", ranks=2)
    made = {row["outage"]: row for row in table(out, "ac_n1_outages")}
    assert len(made) == len(branches) and not table(out, "ac_n1_not_solved")

    y, place, base = admittances(case)
    power, held, slack = given_powers(case, place, base), held_buses(case, place), slack_buses(case, place).pop()
    intact = voltages(table(out, "ac_buses"), place)
    low_end = np.array([float(row["v_min_pu"]) for row in table(case, "buses")])
    ends = {}
    for row in branches:
        i, k = place[row["from_bus"]], place[row["to_bus"]]
        z, half = 1 / complex(float(row["r_pu"]), float(row["x_pu"])), 0.5j * float(row["b_pu"])
        a = float(row["tap_pu"]) * np.exp(1j * math.radians(float(row["shift_deg"])))
        ends[row["name"]] = (i, k, (z + half) / abs(a) ** 2, -z / np.conj(a), -z / a, z + half)
    looked_at = 0
    for lost in branches[::6]:
        rest = [row for row in branches if row is not lost]
        graph = scipy.sparse.coo_array(([1] * len(rest), ([place[r["from_bus"]] for r in rest],
                                                          [place[r["to_bus"]] for r in rest])), shape=y.shape)
        if scipy.sparse.csgraph.connected_components(graph)[0] > 1:
            continue
        looked_at += 1
        without = y.toarray()
        i, k, ii, ik, ki, kk = ends[lost["name"]]
        without[i, i] -= ii
        without[i, k] -= ik
        without[k, i] -= ki
        without[k, k] -= kk
        v = newton(without, power, intact, slack, list(held))
        loading = max(max(abs(v[i] * np.conj(ii * v[i] + ik * v[k])), abs(v[k] * np.conj(ki * v[i] + kk * v[k])))
                      for name, (i, k, ii, ik, ki, kk) in ends.items() if name != lost["name"]) * base / 150
        worst = int((abs(v) - low_end).argmin())
        found = made[lost["name"]]
        assert float(found["v_low_pu"]) - low_end[place[found["low_bus"]]] == \
            pytest.approx(abs(v[worst]) - low_end[worst], abs=TOLERANCE_PU), lost["name"]
        assert float(found["loading_percent"]) == pytest.approx(100 * loading, abs=1e-4), lost["name"]
    assert looked_at > 25


def test_faulty_files_are_told(tmp_path):
    source = tmp_path / "bad.m"
    source.write_text(matpower_text("case9").replace("\t4\t5\t0.017\t", "\t4\t55\t0.017\t"), encoding="utf-8")
    ended = program.run("import", "matpower", source, tmp_path / "case")
    assert ended.code == 3
    assert "bad.m:52: column T_BUS of mpc.branch: found 55, expected the number of a bus in mpc.bus" in ended.words
    assert not (tmp_path / "case").exists()
    assert program.run("import", "matpower", tmp_path / "none.m", tmp_path / "case").code == 7
    ended = program.run("import", "matpower", tmp_path, tmp_path / "case")
    assert ended.code == 7 and "is a folder" in ended.words


def test_an_import_leaves_other_cases_alone(tmp_path):
    source = tmp_path / "case9.m"
    source.write_text(matpower_text("case9"), encoding="utf-8")
    own = tmp_path / "own"
    shutil.copytree(program.CASES / "teaching" / "two_bus_congestion", own)
    before = {path.name: path.read_bytes() for path in own.iterdir() if path.is_file()}
    ended = program.run("import", "matpower", source, own)
    assert ended.code == 7 and "holds a case that was not imported" in ended.words, ended.words
    assert {path.name: path.read_bytes() for path in own.iterdir() if path.is_file()} == before
    for _ in range(2):  # an import may be made again
        ended = program.run("import", "matpower", source, tmp_path / "made")
        assert ended.code == 0, ended.words


def test_machines_that_stand_still_take_up_nothing(tmp_path):
    """20 MW are missing and the only machine at bus 1 is out: what bus 1 sends is what comes in there, nothing."""
    case = tmp_path / "case"
    source = tmp_path / "three.m"
    source.write_text("""function mpc = three
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
    1 3 0 0 0 0 1 1 0 220 1 1.1 0.9;
    2 2 0 0 0 0 1 1 0 220 1 1.1 0.9;
    3 1 80 0 0 0 1 1 0 220 1 1.1 0.9;
];
mpc.gen = [
    1 30 0 90 -90 1 100 0 100 0;
    2 60 0 90 -90 1 100 1 100 0;
];
mpc.branch = [
    1 2 0 0.1 0 0 0 0 0 0 1 -360 360;
    2 3 0 0.1 0 0 0 0 0 0 1 -360 360;
    1 3 0 0.1 0 0 0 0 0 0 1 -360 360;
];
""", encoding="utf-8")
    ended = program.run("import", "matpower", source, case)
    assert ended.code == 0 and "all machines that are connected share what is missing" in ended.words, ended.words
    # A name that has to be quoted in the tables.
    branches = case / "branches.csv"
    branches.write_text(branches.read_text(encoding="utf-8").replace("branch_1,", '"line ""a"", north",'), encoding="utf-8")
    ended = program.run("flow", case, "--tables", tmp_path / "tables")
    assert ended.code == 0, ended.words
    flow = {row["branch"]: float(row["flow_mw"]) for row in table(tmp_path / "tables", "dc_branches")}
    assert flow['line "a", north'] + flow["branch_3"] == pytest.approx(0, abs=1e-9)
    assert flow["branch_2"] + flow["branch_3"] == pytest.approx(80, abs=1e-9)


def test_flow_needs_a_dispatch(tmp_path):
    ended = program.run("flow", program.CASES / "teaching" / "two_bus_congestion")
    assert ended.code == 2
    assert "has no dispatch.csv; expected --schedule" in ended.words
