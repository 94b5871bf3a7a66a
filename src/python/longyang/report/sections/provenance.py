"""Times, and who made the file from what."""

from __future__ import annotations

from ..figure import ACCENT, Figure, axis, layout
from ..markup import Section, escaped, number, paragraph, place, table
from ..study import Study

ATTRIBUTES = ("case_name", "case_folder", "case_hash", "case_licence", "program_version", "git_hash", "command_line", "ranks",
              "started", "ended", "status", "status_words")


def _stages(study: Study) -> tuple[str, list[Figure]]:
    mark, seconds = study.words.mark, study.group("stages").seconds.to_pandas()
    names = [mark(f"stage:{name}") for name in seconds.index]
    figure = Figure("stages", [{"type": "bar", "orientation": "h", "y": names, "x": [float(v) for v in seconds], "marker": {"color": ACCENT},
                                "text": [f"{v:.1f} s" for v in seconds], "textposition": "auto", "hovertemplate": "%{y}: %{x:.2f} s<extra></extra>"}],
                    layout(axis(f"{mark('time')}, s"), axis(autorange="reversed", showgrid=False, ticks="")), 80 + 26 * len(names))
    return place(figure, study.words.say("stages_caption")), [figure]


def fact(study: Study, name: str) -> str:
    """What the file says of itself under this name, as HTML."""
    value = study.header.get(name, "")
    if name == "status":
        return study.words.known("status", str(value))
    return study.words.say("plain", text=study.words.sentence("ended", value)) if name == "status_words" else escaped(value)


def section(study: Study) -> Section:
    say, header = study.words.say, study.header
    picture, figures = _stages(study)
    forecast = study.group("forecast")
    rows = [[say("time_s"), number(float(forecast.seconds), 1), number(float(forecast.seconds_used), 1)],
            [say("memory_mb"), number(float(forecast.memory_mb)), number(float(forecast.memory_used_mb))]]
    facts = [[say(f"about:{name}"), fact(study, name)] for name in ATTRIBUTES if header.get(name) not in (None, "")]
    facts += [[say("library", name=study.words.pair(f"library:{name}")), escaped(version)] for name, version in header["libraries"].items()]
    options = " ".join(f"<code>{escaped(name)}={escaped(value)}</code>" for name, value in header["options"].items() if value != "")
    body = (f'<div class="grid two">{picture}{table([say("forecast"), say("forecast_before"), say("measured")], rows)}</div>'
            + table([say("about"), ""], facts, texts=2, style="facts") + paragraph(f'{say("options_in_force")}: {options}', "options")
            + paragraph(say("made_by"), "note"))
    return Section("provenance", "provenance_title", body, figures)
