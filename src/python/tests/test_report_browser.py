"""The HTML report in a headless browser: drawn without errors and quickly, on a screen, a phone and paper, in both languages.

Debian's chromium, led by playwright. Where there is none the tests are skipped, except with LONGYANG_BROWSER=required, as
jobs/test-local.sh sets it. LONGYANG_SCREENSHOTS=folder keeps the pictures.
"""

import os
import pathlib
import shutil

import pytest

import longyang
from longyang import report
from test_report import CERTIFICATE, path, run_base  # noqa: F401: the fixture that runs the case

CHROMIUM = os.environ.get("LONGYANG_CHROMIUM") or shutil.which("chromium")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    required = os.environ.get("LONGYANG_BROWSER") == "required"
    if not CHROMIUM and not required:
        pytest.skip("chromium is not installed (jobs/setup.sh installs it)")
    assert CHROMIUM, "chromium is not installed"
    playwright = pytest.importorskip("playwright.sync_api") if not required else __import__("playwright.sync_api").sync_api
    with playwright.sync_playwright() as p:
        launched = p.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def page_file(path, tmp_path_factory):  # noqa: F811
    file = tmp_path_factory.mktemp("page") / "report.html"
    with longyang.open(path) as results:
        report.write(results, file, certificate=CERTIFICATE)
    return file


def opened(browser, file: pathlib.Path, viewport: dict, query: str = ""):
    """The page with everything drawn, and the list that errors and requests of it go to."""
    page, faults = browser.new_page(viewport=viewport), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:", "blob:")) else faults.append(request.url))
    page.goto(file.as_uri() + query)
    page.wait_for_function("document.documentElement.dataset.drawn === 'all'", timeout=60000)
    return page, faults


def kept(page, name: str) -> bytes:
    """A picture of the whole page; a copy goes to LONGYANG_SCREENSHOTS."""
    picture = page.screenshot(full_page=True)
    folder = os.environ.get("LONGYANG_SCREENSHOTS")
    if folder:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
        (pathlib.Path(folder) / f"{name}.png").write_bytes(picture)
    return picture


def plots(page) -> dict:
    """Number of drawn marks by plot."""
    return page.evaluate("""Object.fromEntries([...document.querySelectorAll('.plot')].map(
        p => [p.id, p.querySelectorAll('svg .trace, svg .heatmaplayer image, svg path.point, svg .points path').length]))""")


@pytest.fixture(scope="module")
def desktop(browser, page_file):
    """The page on a wide screen, and its faults; one for all tests, as opening takes longest."""
    page, faults = opened(browser, page_file, DESKTOP)
    yield page, faults
    page.close()


def drawn_within_the_width(page, faults: list, name: str) -> None:
    drawn = plots(page)
    assert len(drawn) > 10 and {"week-plot", "backbone", "price-plot", "stages"} <= set(drawn)
    assert not [plot for plot, marks in drawn.items() if marks == 0]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults == []
    assert kept(page, name)[:4] == b"\x89PNG"


def test_everything_is_drawn_on_a_screen(desktop):
    drawn_within_the_width(*desktop, "desktop")


def test_everything_is_drawn_on_a_phone(browser, page_file):
    page, faults = opened(browser, page_file, PHONE, "?language=zh")
    drawn_within_the_width(page, faults, "phone")
    assert page.inner_text("#energy h2") == "电量平衡与清洁程度"
    page.close()


def test_it_opens_within_three_seconds(browser, page_file):
    """Processor time until the words are there and the page scrolls; not the clock's, which other work on the machine stretches."""
    page = browser.new_page(viewport=DESKTOP)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(page_file.as_uri(), wait_until="domcontentloaded")
    metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    assert 0 < metrics["TaskDuration"] < 3, metrics
    page.close()


def test_languages(desktop):
    page, faults = desktop
    page.click("[data-set-language=en]")
    assert page.inner_text("#energy h2") == "Energy and how clean it is"
    assert "Wind" in page.text_content("#week-plot .legend")
    page.click("[data-set-language=zh]")
    assert page.inner_text("#energy h2") == "电量平衡与清洁程度"
    page.wait_for_function("document.querySelector('#week-plot .legend').textContent.includes('风电')")
    assert "青海" in page.inner_text("#energy thead")
    assert faults == []


def test_choices(desktop, path):  # noqa: F811
    """A region's week shows the file's load; the map shows the measure that was chosen."""
    page, faults = desktop
    page.click("[data-set-language=en]")
    load = "document.getElementById('week-plot').data.find(t => t.name === 'Load').y"
    with longyang.open(path) as results:
        expected = results.balances.load_mw.to_pandas() / 1e3
    page.select_option("#week-region", "")
    # Hours as steps: the last one is drawn to its end.
    assert page.evaluate(load) == pytest.approx([*expected.sum(), expected.sum().iloc[-1]], rel=2e-4)
    assert page.evaluate(load.removesuffix(".y") + ".x.length") == len(expected.columns) + 1
    page.select_option("#week-region", "gansu")
    assert page.evaluate(load) == pytest.approx([*expected.loc["gansu"], expected.loc["gansu"].iloc[-1]], rel=2e-4)
    visible = "document.getElementById('backbone').data.filter(t => t.meta && t.visible).map(t => t.meta)[0]"
    assert page.evaluate(visible) == "p95"
    page.select_option("#map-measure", "largest")
    assert page.evaluate(visible) == "largest"
    assert faults == []


def test_hours_of_a_span_that_begins_and_ends_within_a_day(browser, tmp_path):
    """190 hours from 06:00 on: prices stand at their dates and hours, the last week on the slider ends with the span."""
    out, file = run_base(tmp_path, span=("--from", "2030-01-01T06", "--hours", "190")), tmp_path / "report.html"
    with longyang.open(out) as results:
        report.write(results, file)
        expected = results.balances.price_cny_per_mwh.sel(region="qinghai").to_pandas()
    page, faults = opened(browser, file, DESKTOP)
    page.select_option("#price-region", "qinghai")
    x, z = page.evaluate("(({x, z}) => [x, z.map((row) => row.map((v) => Number.isNaN(v) ? null : v))])(document.getElementById('price-plot').data[0])")
    drawn = {f"{date}T{hour:02}": price for hour, row in enumerate(z) for date, price in zip(x, row, strict=True) if price is not None}
    assert drawn == pytest.approx({f"{time:%Y-%m-%dT%H}": price for time, price in expected.items()}, rel=1e-3, abs=0.1)
    assert len(drawn) == 190 and len(x) == 9
    assert page.get_attribute("#week-range", "max") == "1"
    page.click("#week-on")
    times = page.evaluate("document.getElementById('week-plot').data.find(t => t.name === 'Load').x")
    assert (times[0], times[-2]) == ("2030-01-02T06:00", "2030-01-09T03:00")
    assert faults == []
    page.close()


def test_nothing_is_drawn_on_29_february(browser, tmp_path):
    """Which modelled years leave out: 28 February's last hour ends with it, and the day has a column of prices without any."""
    out, file = run_base(tmp_path, span=("--from", "2028-02-28", "--hours", "72"), year=2028), tmp_path / "report.html"
    with longyang.open(out) as results:
        report.write(results, file)
        load = results.balances.load_mw.sum("region").values / 1e3
    page, faults = opened(browser, file, DESKTOP)
    x, y = page.evaluate("(({x, y}) => [x, y])(document.getElementById('week-plot').data.find(t => t.name === 'Load'))")
    assert x[23:27] == ["2028-02-28T23:00", "2028-02-28T23:59", "2028-02-29T00:00", "2028-03-01T00:00"] and x[-1] == "2028-03-03T00:00"
    assert y[25] is None and [v for v in y if v is not None] == pytest.approx([*load[:24], load[23], *load[24:], load[71]], rel=2e-4)
    dates, prices = page.evaluate("(({x, z}) => [x, z.map((row) => row.map((v) => Number.isNaN(v) ? null : v))])(document.getElementById('price-plot').data[0])")
    assert dates == ["2028-02-28", "2028-02-29", "2028-03-01", "2028-03-02"] and all([v is None for v in row] == [False, True, False, False] for row in prices)
    assert faults == []
    page.close()


def test_on_paper_plots_fit_the_sheet(desktop):
    page, faults = desktop
    page.set_viewport_size({"width": 690, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth <= 690")
    assert not page.is_visible("nav") and not page.is_visible(".controls")
    kept(page, "print")
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert sheet[:5] == b"%PDF-" and faults == []
