"""Where cost and gap come from: by kind of plant, kind of row and month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..figure import Figure, axis, heat, layout
from ..markup import Section, number, paragraph, percent, place, table
from ..study import Study


def gap_parts(certificate: dict) -> pd.DataFrame:
    """Gap in CNY by part (kinds of plant, kinds of row); a column a month, `whole_span`, and `all`."""
    rows = {part["part"]: [*part["gap_by_month_cny"], part["gap_of_whole_span_cny"], part["gap_cny"]] for part in certificate["parts"]}
    columns = [*range(1, len(next(iter(rows.values()))) - 1), "whole_span", "all"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _part_word(study: Study, name: str) -> str:
    return f"part:{name}" if f"part:{name}" in study.words.pairs else study.words.add(f"part:{name}", name, name)


def _gap(study: Study) -> tuple[str, list[Figure]]:
    say, mark = study.words.say, study.words.mark
    frame = gap_parts(study.certificate)
    frame = frame[frame["all"].abs() > 1e-4 * frame["all"].sum()]
    total, cost = frame["all"].sum(), abs(study.proof["cost_cny"] + study.proof["broken_cny"])
    rows = [[say(_part_word(study, str(name))), number(row["all"] / 1e6, 1), percent(row["all"] / total), percent(row["all"] / cost, 3)]
            for name, row in frame.sort_values("all", ascending=False).iterrows()]
    rows.append([say("sum"), number(total / 1e6, 1), percent(1), percent(total / cost, 3)])
    body = table([say("gap_part"), say("gap_million"), say("share_of_gap"), say("share_of_cost")], rows, foot=True)
    months = [c for c in frame.columns if isinstance(c, int) and frame[c].abs().sum() > 0]
    if len(months) < 2:
        return paragraph(say("gap_lead")) + body, []
    columns = [*months, "whole_span"]
    names = [mark(_part_word(study, str(n))) for n in frame.index]
    values = frame[columns].to_numpy() / 1e6
    # An empty column parts the months from what belongs to none.
    values = np.insert(values, len(months), np.nan, axis=1)
    labels = [*(str(m) for m in months), " ", mark("whole_span")]
    named = [label for k, label in enumerate(labels) if k % 3 == 0 or k > len(months)]
    trace = heat(labels, names, values, "%{y}<br>%{x}: %{z:.1f}<extra></extra>", mark("million_cny"),
                 zmin=0, zmax=float(np.nanquantile(values, 0.98)))
    figure = Figure("gap-month", [trace], layout(axis(mark("month"), type="category", showgrid=False, tickangle=0, tickmode="array", tickvals=named),
                                                 axis(autorange="reversed", ticks="", showgrid=False)), 100 + 26 * len(names))
    return paragraph(say("gap_lead")) + f'<div class="grid two stack">{body}{place(figure, say("gap_month"))}</div>', [figure]


def cost_table(study: Study) -> str:
    """Cost by kind."""
    say, parts = study.words.say, study.cost_parts_cny
    spent = parts.clip(lower=0).sum()
    rows = [[say(f"cost:{name}"), number(value / 1e6, 1), percent(value / spent) if value > 0 else ""]
            for name, value in parts.items() if abs(value) > 0.5]
    rows.append([say("net_cost"), number(parts.sum() / 1e6, 1), ""])
    return table([say("cost_kind"), say("million_cny"), say("share_of_spent")], rows, foot=True)


def _measures(study: Study) -> str:
    say, stored = study.words.say, study.group("certificate")
    entries = [("bound_source", study.words.known("bound", str(stored.bound_source.values))), ("gap_stored", percent(float(stored.gap), 3)),
               ("primal_infeasibility", f"{float(stored.primal_infeasibility):.1e}"), ("worst_deviation", f"{float(stored.worst_deviation):.1e}"),
               ("checks", number(float(stored.checks))), ("breaches", number(float(stored.breaches)) or "0"),
               ("checked_cost", number(float(stored.checked_cost_cny) / 1e6, 1))]
    return table([say("measure"), say("value")], [[say(key), value] for key, value in entries], texts=2)


def section(study: Study) -> Section:
    say = study.words.say
    body, figures = paragraph(say("certificate_lead")), []
    body += f'<div class="grid two">{cost_table(study)}{_measures(study)}</div>'
    if study.certificate:
        more, figures = _gap(study)
        body += more
    elif study.certifiable:
        body += paragraph(say("gap_absent", command=f"longyang certify {study.results.path} --json"), "note")
    return Section("certificate", "certificate_title", body, figures)
