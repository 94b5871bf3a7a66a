"""Any week by the hour, of any region or of all; drawn by the page's script from the hourly store."""

from __future__ import annotations

from ..markup import Section, escaped, paragraph
from ..study import Study


def region_choice(study: Study, name: str, regions: list[str]) -> str:
    """A list to choose one of the regions from, with the whole system first where there are several."""
    pair = study.words.pair
    options = "".join(f'<option value="{escaped(r)}" data-word="region:{escaped(r)}">{escaped(pair(f"region:{r}")[0])}</option>' for r in regions)
    whole = '<option value="" data-word="js_whole">Whole system</option>' if len(regions) > 1 else ""
    return f'<select id="{name}" aria-label="region">{whole}{options}</select>'


def section(study: Study) -> Section:
    say = study.words.say
    days = -(-len(study.hours) // 24)  # the last of them may be a part
    weeks = ""
    if days > 7:
        weeks = (f'<select id="week-jump" aria-label="week"></select>'
                 f'<button id="week-back" type="button" aria-label="week back">◀</button>'
                 f'<input id="week-range" type="range" min="0" max="{days - 7}" value="0" aria-label="first day">'
                 f'<button id="week-on" type="button" aria-label="week on">▶</button>')
    body = (paragraph(say("week_lead"))
            + f'<div class="controls">{region_choice(study, "week-region", study.regions)}{weeks}<output id="week-span"></output></div>'
            + f'<figure><figcaption>{say("week_caption")}</figcaption>'
              '<div class="plot" id="week-plot" style="height:520px"></div></figure>')
    return Section("week", "week_title", body)
