"""A bit of a results file that changed later, on a disk or on the way, is noticed: numbers have checksums."""

import random
import shutil

import h5py
import program
import pytest

CASE = program.CASES / "teaching" / "commitment"


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.h5"
    ended = program.run("run", CASE, "--engine", "prices", "-o", path)
    assert ended.code == 0, ended.words
    return path


def chunks(path):
    """Where the numbers of each dataset lie: name, offset, bytes."""
    found = []

    def note(name, item):
        if isinstance(item, h5py.Dataset) and item.chunks and item.size and item.id.get_num_chunks():
            where = item.id.get_chunk_info(0)
            found.append((name, where.byte_offset, where.size))

    with h5py.File(path) as file:
        file.visititems(note)
    return found


def test_all_lists_and_tables_of_numbers_have_checksums(good):
    bare = []

    def note(name, item):
        if isinstance(item, h5py.Dataset) and item.ndim and item.size and item.dtype.kind in "fiu" and not item.fletcher32:
            bare.append(name)

    with h5py.File(good) as file:
        file.visititems(note)
        assert file["thermal/p_mw"].fletcher32 and file["system/thermal/p_max_mw"].fletcher32
    assert bare == []


@pytest.mark.parametrize("name", ["thermal/p_mw", "buses/price_cny_per_mwh", "row_prices/price", "system/thermal/p_max_mw"])
def test_a_changed_bit_is_told(name, good, tmp_path):
    offset, size = next((offset, size) for of, offset, size in chunks(good) if of == name)
    at = offset + random.Random(name).randrange(size)
    bad = shutil.copy(good, tmp_path / "bad.h5")
    with open(bad, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 4]))
    ended = program.run("compare", good, bad)
    assert ended.code == 7 and f"'{bad}' is damaged: /{name} cannot be read" in ended.words, ended.words
