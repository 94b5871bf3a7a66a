"""Every case with an `expected.json` gives what stands there: exit code, words and quantities, each with its own tolerances.

`expected.json`: {"runs": [{"about", "run": [options], "exit", "words": [must stand in what is printed], "expect": [
{"quantity": "group/dataset", "item": name, "value": number or list over hours, "rtol", "atol", "source"}]}]}
"""

import json

import numpy as np
import pytest

import program

FILES = sorted(program.CASES.glob("**/expected.json"))
RUNS = [pytest.param(file, k, id=f"{file.parent.name}-{k}")
        for file in FILES for k in range(len(json.loads(file.read_text(encoding="utf-8"))["runs"]))]
# Cases whose answers cross the border between ranks: a line, a DC link, a loop, reserve, a cascade, a contract.
SHARED = [(name, 0, 2) for name in ("two_bus_congestion", "dc_link", "reserve_sharing", "cascade", "hvdc_levels", "infeasible")]
SHARED += [("three_bus_loop", 0, 2), ("three_bus_loop", 0, 3), ("phase_shifter", 0, 3), ("infeasible", 1, 2)]


def check(file, number: int, out, ranks: int = 0) -> None:
    expected = json.loads(file.read_text(encoding="utf-8"))["runs"][number]
    ended = program.run("run", file.parent, "-o", out, *expected["run"], ranks=ranks)
    assert ended.code == expected["exit"], f"exit code {ended.code}, expected {expected['exit']}:\n{ended.words}"
    for word in expected.get("words", []):
        assert word in ended.words, f"'{word}' is not in what was printed:\n{ended.words}"
    if not expected["expect"]:
        return
    wrong = []
    with program.h5py.File(out, "r") as results:
        for entry in expected["expect"]:
            found = program.quantity(results, entry["quantity"], entry.get("item"))
            wanted = np.asarray(entry["value"], dtype=float)
            same = found.size == wanted.size and np.allclose(found.reshape(wanted.shape), wanted, entry["rtol"], entry["atol"])
            if not same:
                wrong.append(f"{entry['quantity']} {entry.get('item', '')}: found {found.tolist()}, expected {entry['value']} "
                             f"({entry['source']})")
        breaches = int(program.quantity(results, "certificate/breaches"))
        if breaches:
            wrong.append(f"the checker found {breaches} breaches")
    assert not wrong, f"{file.parent.name}, {expected['about']}:\n" + "\n".join(wrong)


def test_there_are_cases():
    assert len(FILES) >= 13


@pytest.mark.parametrize("file, number", RUNS)
def test_case(file, number, tmp_path):
    check(file, number, tmp_path / "out.h5")


@pytest.mark.parametrize("name, number, ranks", SHARED)
def test_case_on_ranks(name, number, ranks, tmp_path):
    check(program.CASES / "teaching" / name / "expected.json", number, tmp_path / "out.h5", ranks)
