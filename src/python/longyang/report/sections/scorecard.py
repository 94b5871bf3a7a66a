"""Published figures of the case, what the model finds, and the difference: what longyang.scorecard gives."""

from __future__ import annotations

import pandas as pd

from ...command import words_of
from ...results import ResultsError
from ...scorecard import NoFiguresError, scorecard
from ..markup import Section, number, paragraph, percent, table
from ..study import Study
from ..words import Words


def _decimals(value: float) -> int:
    return 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2


def _capital(item: str) -> str:
    return item.upper() if item in ("pv", "csp") else item[:1].upper() + item[1:]


def _remark(words: Words, remark: str) -> str:
    """Each of its parts in both languages, where they are known."""
    parts = [words.pairs.get(f"remark:{part}", (part, part)) for part in remark.split("; ")]
    return words.say("plain", text=("; ".join(p[0] for p in parts), "；".join(p[1] for p in parts)))


def _rows(frame: pd.DataFrame, words: Words) -> list[list[str]]:
    rows = []
    for row in frame.itertuples():
        relative = row.difference / row.expected if row.expected and row.unit != "%" else float("nan")
        places = _decimals(row.expected)
        apart = row.difference == row.difference and round(row.found, places) != round(row.expected, places)
        rows.append([words.say("plain", text=(_capital(row.item), row.item_zh or row.item)), words.known("unit", row.unit),
                     ("> " if row.at_least else "") + (number(row.expected, places) or "0"), number(row.found, places) or "0",
                     ("+" if row.difference > 0 else "") + number(row.difference, places) if apart else "" if row.difference != row.difference else "0",
                     percent(relative, sign="+") if apart and relative == relative else "",
                     f'<span class="muted">{_remark(words, row.remark)}</span>'])
    return rows


def section(study: Study) -> Section | None:
    """None where the case has no published figures, or is not where it was; where its expected.toml is faulty, why there is no table."""
    say, body = study.words.say, ""
    try:
        frame = scorecard(study.results)
    except NoFiguresError:
        return None
    except (OSError, ResultsError) as error:
        return Section("scorecard", "scorecard_title", paragraph(say("scorecard_faulty", fault=study.words.sentence("fault", words_of(error))), "note"))
    for group, part in frame.groupby("group", sort=False):
        head = [say(f"group:{group}"), say("unit"), say("published"), say("model"), say("difference"), say("relative"), say("remark")]
        body += table(head, _rows(part, study.words), texts=2, style="scorecard")
    whole = "" if frame.attrs.get("whole_year", True) else paragraph(say("scorecard_span"), "note")
    return Section("scorecard", "scorecard_title", paragraph(say("scorecard_lead")) + whole + body)
