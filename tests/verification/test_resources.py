"""The page of all resources: its list names files, equations and tests that exist; its figures are those of the run."""

import re
import sys

import pytest

import program

sys.path.insert(0, str(program.ROOT / "src" / "python"))
import longyang  # noqa: E402
from longyang import resources  # noqa: E402

ROOT = program.ROOT
ITEMS = [item for group in resources.read_items(ROOT / resources.LIST) for item in group["item"]]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Loads that choose their hours (cases/teaching/flexible_loads/README.md)."""
    path = tmp_path_factory.mktemp("resources") / "loads.h5"
    program.run_case(program.CASES / "teaching" / "flexible_loads", path, "--hours", "4").close()
    with longyang.open(path) as results:
        yield resources.Run(results)


def test_files_equations_and_tests_exist():
    pages = (page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "theory").glob("*.md"))
    tags = {tag for page in pages for tag in re.findall(r"\*\*([A-Z][A-Z0-9]-\d+)\*\*", page)}
    for item in ITEMS:
        assert item.get("file") or item.get("missing"), f"{item['name']}: neither written nor said to be missing"
        assert not item.get("file") or (ROOT / item["file"]).is_file(), item["file"]
        for tag in item.get("tags", []):
            assert tag in tags, f"{item['name']}: no theory page defines {tag}"
        for test in item.get("tests", []):
            file, name = test.split()
            wanted = f"TEST({name.replace('.', ', ')})" if "." in name else f"def {name}(" if file.endswith(".py") else f'{name}"'
            assert wanted in (ROOT / file).read_text(encoding="utf-8"), test


def test_the_page_has_every_item():
    page = (ROOT / "docs" / "user" / "resources.md").read_text(encoding="utf-8")
    for item in ITEMS:
        assert f"\n| {item['name']} |" in page, f"{item['name']}: run python -m longyang.resources OUT.h5 -o docs/user/resources.md"


def test_tables_and_columns_are_the_cases(run):
    for rows in (rows for item in ITEMS for rows in item.get("rows", [])):
        assert rows["table"] in run.results.tables
        unknown = set(rows) - {"table", "region"} - set(run.table(rows["table"]).columns)
        assert not unknown, f"{rows['table']} has no column {unknown}"


def test_figures_by_hand(run):
    """Steps 2, 5 and 7 of the README: prices 500, 900, 200, 300; servers draw 20, 0, 40, 20 MW; the mine is cut by 20 MWh."""
    servers = run.select({"table": "flexible_loads", "kind": "data_centre"})
    assert list(servers.index) == ["servers"]
    assert run.worth_cny(servers, run.series("flexible_loads", servers.index, "p_mw")) == pytest.approx(20 * 500 + 40 * 200 + 20 * 300)
    assert resources.saved_by_choice_cny(run, servers) == pytest.approx(20 * (500 + 900 + 200 + 300) - 24000)
    mine = run.select({"table": "flexible_loads", "kind": "interruptible"})
    assert run.series("flexible_loads", mine.index, "give_mw").sum() == pytest.approx(20)
    plants = run.select({"table": "thermal"})
    assert run.series("thermal", plants.index, "p_mw").sum() == pytest.approx(746 + 879 + 397 + 557)
    item = {"rows": [{"table": "thermal"}], "figures": ["power"]}
    worth = 746 * 500 + 879 * 900 + 397 * 200 + 557 * 300
    assert resources.what_it_does(run, item) == f"2.6 GWh, {2579 / 1200:,.0f} h, worth {worth / 1e6:,.1f} million CNY at their buses"
    assert resources.where(run, item) == "thermal: 1 row, 1,200 MW"


def test_what_is_selected(run):
    assert len(run.select({"table": "flexible_loads", "name": "v*"})) == 1
    assert run.select({"table": "flexible_loads", "region": "nowhere"}).empty
    assert list(run.select({"table": "flexible_loads", "late_h": ">0"}).index) == ["servers"]
    assert resources.where(run, {"rows": [{"table": "hydro"}]}) == "no row"


def test_every_item_is_told_of_any_run(run):
    """A case that has next to nothing: no figure fails for want of rows."""
    page = resources.markdown(run, resources.read_items(ROOT / resources.LIST))
    assert all(f"\n| {item['name']} |" in page for item in ITEMS)


def test_a_case_without_a_market_of_its_own(run, tmp_path, capsys):
    """The northwest's rules name regions and lines that other cases do not have; they are not taken unasked."""
    page = tmp_path / "page.md"
    assert resources.main([run.results.path, "-o", str(page)]) == 0
    said = capsys.readouterr().err
    assert "'flexible_loads' is settled without rules of certificates, contracts, tariffs and capacity" in said and "--market FILE" in said and said.count("\n") == 1, said
    assert "no rules of capacity given (--market)" in page.read_text(encoding="utf-8")
    market = tmp_path / "market.toml"
    market.write_text('[[capacity]]\nplants = { table = "thermal" }\ncny_per_kw_year = 100\n', encoding="utf-8")
    assert resources.main([run.results.path, "--market", str(market), "-o", str(page)]) == 0
    assert capsys.readouterr().err == ""
    assert "no rules of capacity" not in page.read_text(encoding="utf-8")
    assert resources.main([run.results.path, "--market", str(ROOT / resources.MARKET)]) == 3
    assert "found no participant that fits" in capsys.readouterr().err


def test_faults_in_words(tmp_path, capsys, monkeypatch):
    faulty = tmp_path / "list.toml"
    faulty.write_text('[[group]]\ntitle = "a"\n[[group.item]]\nname = "b"\nfigures = ["steam"]\n', encoding="utf-8")
    with pytest.raises(longyang.ResultsError, match="'b': found the figure 'steam', expected one of power, "):
        resources.read_items(faulty)
    for content, words in ((b"\xff", "no valid TOML at line 1: found bytes that are not UTF-8"), (b"x = 1", "found the key 'x', expected one of group"), (b"group = 3", "found group = 3, expected a list of tables"),
                           (b"[[group]]\ntitle = 'a'\n[[group.item]]\nnam = 'b'\n", "found the key 'nam'"),
                           (b"[[group]]\ntitle = 'a'\n[[group.item]]\nname = 'b'\nrows = [{ region = 'c' }]\n", "item 'b': rows: found no table")):
        faulty.write_bytes(content)
        assert resources.main(["none.h5", "--list", str(faulty)]) == 7
        said = capsys.readouterr().err
        assert f"{faulty}: " in said and words in said and said.count("\n") == 1, said
    monkeypatch.chdir(tmp_path)  # the list is found from anywhere
    assert resources.main(["none.h5"]) == 7
    assert "is not there" in capsys.readouterr().err
