"""Files that are damaged inside, so that they open and fail later: tools say which file and where, and end with 7."""

import shutil

import h5py
import longyang
import pytest
from longyang import all_clean, dispatch_plot, exports, resources, scorecard, settlement
from longyang.report.__main__ import main as write_page
from test_results import ROOT, path  # noqa: F401  (the fixture that writes the file)

TOOLS = [(exports.main, []), (scorecard.main, ["--expected", str(ROOT / "src/python/tests/expected.toml")]), (settlement.main, []), (resources.main, []),
         (all_clean.main, ["--span", "A:2030-01-15/1d"]), (dispatch_plot.main, ["--region", "A", "-o", "made.png"]),
         (write_page, ["-o", "made.html"])]


def hourly(file):
    """Names of the datasets of a file that hold a number an hour."""
    names = []
    file.visititems(lambda name, item: names.append(name) if isinstance(item, h5py.Dataset) and item.chunks
                    and item.ndim > 1 and item.dtype.kind == "f" else None)
    return names


@pytest.fixture
def unreadable(path, tmp_path):  # noqa: F811
    """Bytes of what each hour holds are others."""
    copy = shutil.copy(path, tmp_path / "unreadable.h5")
    with h5py.File(copy) as file:
        chunks = [file[name].id.get_chunk_info(0) for name in hourly(file)]
    with open(copy, "r+b") as file:
        for chunk in chunks:
            file.seek(chunk.byte_offset)
            file.write(b"\xff" * chunk.size)
    return str(copy)


@pytest.fixture
def incomplete(path, tmp_path):  # noqa: F811
    """What each hour holds is gone, but that there is a schedule."""
    copy = shutil.copy(path, tmp_path / "incomplete.h5")
    with h5py.File(copy, "r+") as file:
        for name in hourly(file):
            del file[name]
    return str(copy)


def end_of(main, arguments, folder, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)  # where the list of resources is
    code = main([str(folder / word) if word.startswith("made.") else word for word in arguments])
    assert not list(folder.glob("made.*"))
    return code, capsys.readouterr().err


@pytest.mark.parametrize("main, more", TOOLS)
def test_what_cannot_be_read_is_named(main, more, unreadable, capsys, tmp_path, monkeypatch):
    code, words = end_of(main, [unreadable, *more], tmp_path, capsys, monkeypatch)
    assert code == 7 and f"'{unreadable}' is damaged: " in words and "cannot be read" in words, words


@pytest.mark.parametrize("main, more", TOOLS)
def test_what_is_gone_is_no_traceback(main, more, incomplete, capsys, tmp_path, monkeypatch):
    code, words = end_of(main, [incomplete, *more], tmp_path, capsys, monkeypatch)
    assert code == 7 and incomplete in words and "does not fit together" in words, words


def make_folder(file):
    file.unlink()
    file.mkdir()


def changed(change):
    def at(path):
        with h5py.File(path, "r+") as file:
            change(file)
    return at


WRONG = {
    "no file, but a folder": make_folder, "is no HDF5 file, or it is damaged": lambda path: path.write_text("hour,mw\n"),
    "not one of Longyang's results": changed(lambda file: file.attrs.pop("kind")),
    "has format version 2, this package reads version 1": changed(lambda file: file.attrs.modify("format_version", 2)),
    "of the attribute status found none, expected a text": changed(lambda file: file.attrs.pop("status")),
    "of the attribute span_hours found 'x', expected a whole number": changed(lambda file: file.attrs.__setitem__("span_hours", "x")),
    "there is no certificate/cost_cny": changed(lambda file: file.pop("certificate")),
    "is damaged: there is no certificate/cost_cny": changed(lambda file: file.pop("certificate/cost_cny")),
}


@pytest.mark.parametrize("main, more", TOOLS)
@pytest.mark.parametrize("words", WRONG)
def test_another_file_is_told_in_a_line(words, main, more, path, capsys, tmp_path, monkeypatch):  # noqa: F811
    wrong = tmp_path / "wrong.h5"
    shutil.copy(path, wrong)
    WRONG[words](wrong)
    code, said = end_of(main, [str(wrong), *more], tmp_path, capsys, monkeypatch)
    assert code == 7 and words in said and f"'{wrong}'" in said and said.count("\n") == 1, said


def test_a_file_beside_it_is_not_blamed(path, unreadable, capsys, tmp_path, monkeypatch):  # noqa: F811
    code, words = end_of(exports.main, [str(path), "--against", unreadable], tmp_path, capsys, monkeypatch)
    assert code == 7 and f"'{unreadable}' is damaged" in words and str(path) not in words


def test_words_for_the_user_go_through(path):  # noqa: F811
    with longyang.open(path) as results:
        with pytest.raises(longyang.MissingError, match=r"^'.*': there is no group 'termal'; did you mean 'thermal'\?"):
            _ = results["termal"]
