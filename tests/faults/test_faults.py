"""Faulty cases: every edit of base/ listed in faults.json must be told by `longyang check` in its words, with
its exit code. LONGYANG is the path of the program. The unit test tests/unit/caseio/test_faults.cpp goes through
the same list in memory; here it is the program that counts."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

HERE = pathlib.Path(__file__).resolve().parent
LIST = json.loads((HERE / "faults.json").read_text(encoding="utf-8"))


def check(case: pathlib.Path, *options: str) -> tuple[int, str]:
    """Exit code, and all that was printed."""
    command = [os.environ["LONGYANG"], "check", str(case), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def apply(case: pathlib.Path, edit: dict) -> None:
    path = case / edit["file"]
    if "delete" in edit:
        path.unlink()
        return
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if "replace" in edit:
        assert text.count(edit["replace"]) == 1, edit
        text = text.replace(edit["replace"], edit["with"])
    elif "append" in edit:
        text += edit["append"]
    elif "write" in edit:
        text = edit["write"]
    elif "drop_line" in edit or "line" in edit:
        lines = text.splitlines(keepends=True)
        at = edit.get("drop_line", edit.get("line")) - 1
        lines[at : at + 1] = [edit["text"] + "\n"] if "text" in edit else []
        text = "".join(lines)
    else:
        text = edit["header"] + "\n" + (edit["repeat"] + "\n") * edit["rows"]
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def case(tmp_path: pathlib.Path) -> pathlib.Path:
    return pathlib.Path(shutil.copytree(HERE / "base", tmp_path / "case"))


def test_base_has_no_faults(case):
    code, printed = check(case)
    assert code == 0, printed


@pytest.mark.parametrize("fault", LIST["faults"], ids=lambda fault: fault["name"])
def test_fault(case, fault):
    for edit in fault["edits"]:
        apply(case, edit)
    code, printed = check(case)
    for line in fault["expected"]:
        assert line in printed, printed
    if fault.get("only"):
        assert sorted(printed.splitlines()) == sorted(fault["expected"])
    assert code == LIST["exit"], printed


@pytest.mark.parametrize("change", LIST["changes"], ids=lambda change: change["name"])
def test_change(case, change):
    code, printed = check(case, *change["options"])
    for line in change["expected"]:
        assert line in printed, printed
    assert code == change["exit"], printed


def test_variant(case):
    variant = case.parent / "variant"
    variant.mkdir()
    (variant / "case.toml").write_text('name = "v"\nbase = "../case"\nwithout = ["batterie"]\nset = ["loads.mean_mw=*0.9"]\n')
    code, printed = check(variant)
    assert 'case.toml:3: key without: found "batterie", expected a table, a class' in printed
    assert 'did you mean "batteries"?' in printed
    assert code == 3
    (variant / "case.toml").write_text('name = "v"\nbase = "../case"\nset = ["loads.mean_mw=*0.9"]\n')
    code, printed = check(variant)
    assert code == 0, printed
    (variant / "case.toml").write_text('name = "v"\nbase = "../caze"\n')
    code, printed = check(variant)
    assert 'key base: found "../caze", expected a folder with a case.toml' in printed
    assert code == 3


def test_a_table_in_capitals_is_told(case):
    (case / "loads.csv").rename(case / "loads.CSV")
    code, printed = check(case)
    assert 'loads.CSV: found an unknown table' in printed and 'did you mean "loads.csv"?' in printed
    assert code == 3


def test_what_is_no_fuel_may_give_more_power_than_heat(case):
    fuels = case / "fuels.csv"
    fuels.write_text(fuels.read_text().replace("gas,75,0.056", "gas,75,0"))
    curves = case / "heat_curves.csv"
    curves.write_text(curves.read_text().replace("gas_lanzhou,20,260\ngas_lanzhou,80,800", "gas_lanzhou,20,0\ngas_lanzhou,80,1"))
    code, printed = check(case)
    assert code == 0, printed


def test_a_contract_of_nearly_nothing_may_have_a_wide_tolerance(case):
    contracts = case / "contracts.csv"
    contracts.write_text(contracts.read_text().replace("gansu_year,section,qinghai_gansu,year,0,600,0.9", "gansu_month,section,qinghai_gansu,month,5,1,10"))
    code, printed = check(case)
    assert code == 0, printed


def test_what_takes_up_the_rest_may_lie_beyond_its_limits(case):
    (case / "dispatch.csv").write_text("table,name,p_mw,slack_share\nthermal,coal_xining,900,1\nthermal,gas_lanzhou,-20,0\n")
    code, printed = check(case)
    assert code == 0, printed


def test_no_folder(tmp_path):
    code, printed = check(tmp_path / "nowhere")
    assert "no such folder" in printed
    assert code == 7


def test_no_case_toml(case):
    (case / "case.toml").unlink()
    code, printed = check(case)
    assert "found no case.toml" in printed
    assert code == 3
