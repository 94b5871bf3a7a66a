"""Puts the page together."""

from __future__ import annotations

import functools
import importlib.resources
import json
import os

from ..results import Results, ResultsError, told
from ..whole_file import whole_file
from . import comparison, hourly
from .markup import Section, escaped
from .sections import SECTIONS, WITHOUT_SCHEDULE
from .study import Study
from .words import LANGUAGES, Words


def _asset(name: str) -> str:
    return importlib.resources.files(__package__).joinpath("page").joinpath(name).read_text(encoding="utf-8")


@functools.cache
def _plotly() -> str:
    """The plotting library as one script that can stand inside a page. Raises ResultsError where it is not installed."""
    try:
        from plotly.offline import get_plotlyjs
    except ModuleNotFoundError as error:
        raise ResultsError("pages need plotly, which is not installed: pip install 'src/python[report]'") from error
    return get_plotlyjs().replace("</script", "<\\/script")


def _data(words: Words, figures: list, hours: dict | None, body: str, language: str) -> str:
    """All that the page's script draws, as JSON that can stand inside a script element."""
    content = {
        "figures": {f.name: {"data": f.data, "layout": f.layout} for f in figures},
        "hours": hours,
        "language": language,
        "title": {name: words.pair("page_title")[k] for k, name in enumerate(LANGUAGES)},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    script_words = {key: pair for key, pair in words.pairs.items() if key.startswith("js_")}
    content_words = {**words.used_in(text), **script_words}
    whole = text[:-1] + ',"words":' + json.dumps(content_words, ensure_ascii=False) + "}"
    return whole.replace("</", "<\\/")


def _contents(words: Words, sections: list[Section]) -> str:
    links = "".join(f'<a href="#{s.name}">{words.say(s.title)}</a>' for s in sections if s.title)
    return f'<nav aria-label="contents"><div>{links}</div></nav>'


def _section(words: Words, section: Section) -> str:
    title = f"<h2>{words.say(section.title)}</h2>" if section.title else ""
    return f'<section id="{section.name}">{title}{section.body}</section>'


def page(results: Results, other: Results | None = None, certificate: dict | None = None,
         other_certificate: dict | None = None, language: str = "en") -> str:
    """The page as text: of one run, or with `other` of what differs between two.

    Of a run that ended before it had a schedule, what it says of itself; ResultsError where such a one is compared.

    `certificate`: what `longyang certify --json` printed of the run. `language`: en or zh, in which it opens.
    """
    first = Study(results, certificate, "A")
    if other is None:
        sections = [made for make in (SECTIONS if results.scheduled else WITHOUT_SCHEDULE) if (made := make(first)) is not None]
        hours = hourly.store(first) if results.scheduled else None
    else:
        for run in (results, other):
            run.require_schedule()
        sections = comparison.sections(first, Study(other, other_certificate, "B"))
        hours = None
    words = first.words
    figures = [figure for section in sections for figure in section.figures]
    body = "".join(_section(words, s) for s in sections)
    head, *rest = body.partition("</section>")
    return _asset("page.html").format(
        language=language, title=escaped(first.header["case_title"] or first.header["case_name"]), css=_asset("page.css"),
        english_off="" if language == "en" else "", head=head + rest[0], nav=_contents(words, sections), body=rest[1],
        plotly=_plotly() if figures else "", data=_data(words, figures, hours, body, language), js=_asset("page.js"))


def write(results: Results, path: str | os.PathLike, **options) -> None:
    """Writes page() under a temporary name, then gives it its own."""
    with told(results, options.get("other")):
        text = page(results, **options)
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
