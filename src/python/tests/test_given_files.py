"""Files that tools are given and cannot read: one line says which and what is the matter, and tools end with 7."""

import os
import pathlib
import shutil
import subprocess
import sys

import longyang
import pytest
from longyang import all_clean, command, dispatch_plot, exports, resources, scorecard, settlement, worth
from longyang.report.__main__ import main as write_page
from longyang.whole_file import whole_file
from test_results import ROOT, path  # noqa: F401  (the fixture that writes the file)

#: Tools by what they are given: R is a good results file, X the file that cannot be read.
RESULTS = {"exports": (exports.main, "X"), "exports --against": (exports.main, "R --against X"), "scorecard": (scorecard.main, "X"), "settlement": (settlement.main, "X"),
           "resources": (resources.main, "X"), "all_clean": (all_clean.main, "X"),
           "all_clean --against": (all_clean.main, "R --span A:2030-01-15/1d --against X"), "worth": (worth.main, "X proof.json"),
           "dispatch_plot": (dispatch_plot.main, "X --region A -o made.png"), "report": (write_page, "X -o made.html"),
           "report --compare": (write_page, "R --compare X -o made.html")}
WRITTEN = {"scorecard --expected": (scorecard.main, "R --expected X"), "settlement --market": (settlement.main, "R --market X"),
           "resources --market": (resources.main, "R --market X"), "resources --list": (resources.main, "R --list X"), "worth": (worth.main, "R X"),
           "report --certificate": (write_page, "R --certificate X -o made.html"),
           "report --compare-certificate": (write_page, "R --compare R --compare-certificate X -o made.html")}


def end_of(main, arguments, results, given, capsys):
    """Exit code and the line that is told; nothing is written beside it."""
    places = {"R": str(results), "X": str(given)}
    code = main([places.get(word, str(given.parent / word) if word.startswith("made.") else word) for word in arguments.split()])
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1 and "Errno" not in said.err, said
    assert not list(given.parent.glob("made.*"))
    return code, said.err


@pytest.mark.parametrize("tool", WRITTEN)
def test_a_written_file_that_is_not_there_or_a_folder(tool, path, tmp_path, capsys):  # noqa: F811
    main, arguments = WRITTEN[tool]
    code, words = end_of(main, arguments, path, tmp_path / "none", capsys)
    assert code == 7 and words.endswith(f": {tmp_path / 'none'}: no such file\n")
    code, words = end_of(main, arguments, path, tmp_path, capsys)
    assert code == 7 and words.endswith(f": {tmp_path}: found a folder, expected a file\n")


@pytest.mark.parametrize("tool", WRITTEN)
def test_a_written_file_that_may_not_be_read(tool, path, tmp_path, capsys, monkeypatch):  # noqa: F811
    closed, read = tmp_path / "closed", pathlib.Path.read_text

    def denied(file, *arguments, **more):  # as a user without permission has it; tests may run as root
        if file == closed:
            raise PermissionError(13, "Permission denied", str(file))
        return read(file, *arguments, **more)

    monkeypatch.setattr(pathlib.Path, "read_text", denied)
    main, arguments = WRITTEN[tool]
    code, words = end_of(main, arguments, path, closed, capsys)
    assert code == 7 and words.endswith(f": {closed}: permission denied\n")


@pytest.mark.parametrize("tool, words", [
    ("scorecard --expected", "found no [[row]], expected one a figure"), ("resources --list", "found no group, expected a list of tables"),
    ("worth", "is empty; expected what `longyang certify"), ("report --certificate", "is empty; expected what `longyang certify")])
def test_an_empty_file(tool, words, path, tmp_path, capsys):  # noqa: F811
    """Rules of a market may be none."""
    empty = tmp_path / "empty"
    empty.touch()
    code, said = end_of(*WRITTEN[tool], path, empty, capsys)
    assert code == 7 and str(empty) in said and words in said


@pytest.mark.parametrize("tool", RESULTS)
def test_a_results_file_that_cannot_be_read(tool, path, tmp_path, capsys, monkeypatch):  # noqa: F811
    main, arguments = RESULTS[tool]
    code, words = end_of(main, arguments, path, tmp_path / "none.h5", capsys)
    assert code == 7 and words.endswith(f"results file '{tmp_path / 'none.h5'}' is not there\n")
    code, words = end_of(main, arguments, path, tmp_path, capsys)
    assert code == 7 and words.endswith(f"'{tmp_path}' is no file, but a folder or a device\n")
    given = tmp_path / "given.h5"
    given.touch()
    code, words = end_of(main, arguments, path, given, capsys)
    assert code == 7 and words.endswith(f"'{given}' is no results file: it is empty\n")
    shutil.copy(path, given)

    def denied(file, mode):
        if file == str(given):
            raise PermissionError(13, "Permission denied", file)
        return open(file, mode)

    monkeypatch.setattr("longyang.results.open", denied, raising=False)
    code, words = end_of(main, arguments, path, given, capsys)
    assert code == 7 and words.endswith(f"'{given}' cannot be read: Permission denied\n")


@pytest.mark.parametrize("name, words", [("none.h5", "is not there"), ("", "is no file, but a folder"), ("empty.h5", "is empty")])
def test_the_example_script_tells_it_in_a_line(name, words, tmp_path):
    (tmp_path / "empty.h5").touch()
    done = subprocess.run([sys.executable, ROOT / "docs/user/answers.py", tmp_path / name], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src/python")}, timeout=120)
    assert done.returncode == 7 and words in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("tool, arguments", [(resources.main, "R --list X -o"), (dispatch_plot.main, "R --region A -o")])
def test_what_cannot_be_written_has_its_own_name(tool, arguments, path, tmp_path, capsys):  # noqa: F811
    """And not that of the part that it is written as."""
    items, folder = tmp_path / "items.toml", tmp_path / "folder.png"
    items.write_text("[[group]]\ntitle = 'a'\n[[group.item]]\nname = 'b'\n", encoding="utf-8")
    folder.mkdir()
    for output, why in ((tmp_path / "none" / "page.png", "No such file or directory"), (folder, "Is a directory")):
        code, words = end_of(tool, f"{arguments} {output}", path, items, capsys)
        assert code == 7 and words.endswith(f": {output}: cannot be written: {why}\n")


def test_errors_of_the_system_in_words(tmp_path):
    assert command.words_of(NotADirectoryError(20, "Not a directory", "a/b")) == "a/b: no such file"
    assert command.words_of(OSError(28, "No space left on device", "a")) == "a: No space left on device"
    assert command.words_of(longyang.ResultsError("'a' is damaged")) == "'a' is damaged"
    with pytest.raises(FileNotFoundError, match="No such file or directory: 'other'"):
        with whole_file(tmp_path / "a"):
            raise FileNotFoundError(2, "No such file or directory", "other")
