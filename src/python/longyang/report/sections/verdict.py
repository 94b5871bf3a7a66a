"""Title, what the run says of itself, and six figures of its schedule where there is one."""

from __future__ import annotations

import numpy as np

from ..markup import Section, escaped, number, paragraph, percent
from ..study import Study


def key_figures(study: Study) -> dict[str, float]:
    """The page's first figures: TWh, shares from 0 to 1, Mt."""
    made = study.production_gwh.sum(axis=1)
    curtailed = _of_wind_and_pv(study, "curtailed_mw")
    available = curtailed + _of_wind_and_pv(study, "generation_mw")
    return {
        "load_twh": float(study.balances.load_mw.sum()) / 1e6,
        "export_twh": float(study.balances.hvdc_export_mw.sum()) / 1e6,
        "clean_share": float(made[[t for t in made.index if t in study.clean]].sum() / made.sum()) if made.sum() else float("nan"),
        "curtailed_share": curtailed / available if available > 0 else float("nan"),
        "shed_gwh": float(study.balances.shed_mw.sum()) / 1e3,
        "co2_mt": float(study.balances.co2_t.sum()) / 1e6,
    }


def _of_wind_and_pv(study: Study, name: str) -> float:
    """MWh of all regions in one of the balances' series by technology."""
    series = study.balances[name]
    return float(series.sel(technology=[t for t in ("wind", "pv") if t in series["technology"].values]).sum())


def money(cny: float) -> tuple[str, str]:
    """A sum of money in both languages."""
    if cny == 0:
        return "0 CNY", "0 元"
    english = f"{number(cny / 1e9, 2)} billion CNY" if abs(cny) >= 1e9 else f"{number(cny / 1e6, 1 if abs(cny) >= 1e7 else 3)} million CNY"
    chinese = f"{number(cny / 1e8, 1 if abs(cny) >= 1e10 else 2)} 亿元" if abs(cny) >= 1e8 else f"{number(cny / 1e4, 1)} 万元"
    return english, chinese


def proof_sentences(study: Study) -> list[str]:
    """The certificate of optimality in plain words, as paragraphs."""
    say, proof, stored = study.words.say, study.proof, study.group("certificate")
    if not study.results.scheduled:
        return [paragraph(say("no_schedule"), "proof")]
    if proof["refuted"]:
        return [paragraph(say("proof_refuted", faults="; ".join(proof["refuted"])), "refuted")]
    count = float(stored.checks)
    checked = {"checks": (f"{number(count / 1e6, 1)} million", f"{number(count / 1e4)} 万") if count >= 1e6 else number(count)}
    breaches = np.nan_to_num(float(stored.breaches))
    if breaches > 0:
        return [paragraph(say("proof_breaches", count=number(breaches), **checked), "refuted")]
    if study.bound_above_cost:
        return [paragraph(say("proof_bound_above", cost=money(proof["cost_cny"]), bound=money(proof["bound_cny"])), "refuted")]
    if study.fractional:
        return [paragraph(say("proof_fractional", cost=money(proof["cost_cny"]), bound=money(proof["bound_cny"])), "proof")]
    gap = percent(proof["gap"], 2)
    values = {"cost": money(proof["cost_cny"]), "bound": money(proof["bound_cny"]), "gap": gap,
              "off": money(proof["off_cny"])}
    sentence = "proof_of_rows" if study.bound_of_rows else "proof"
    if proof["broken_cny"] >= 1:  # less is rounding
        sentence = "proof_of_broken_rows"
        values["broken"] = money(proof["broken_cny"])
    out = [paragraph(say(sentence, **values), "proof")]
    spent = float(study.cost_parts_cny.clip(lower=0).sum())
    lines = [say("proof_spent", spent=money(spent), share=percent(proof["off_cny"] / spent, 2))] if spent > 0 else []
    lines.append(say("proof_checked", **checked))
    if proof["apart"]:
        lines.append(say("proof_apart"))
    elif study.certifiable:
        lines.append(say("proof_stored"))
    return [*out, paragraph(" ".join(lines), "proof more")]


def _cards(study: Study) -> str:
    say, figures = study.words.say, key_figures(study)
    cards = [
        ("card_cost", tuple(text.replace("billion", "bn").replace("million", "m") for text in money(study.proof["cost_cny"]))),
        *([] if study.proof["refuted"] or not study.keeps_all else [("card_gap", percent(study.proof["gap"], 2))]),
        ("card_clean", percent(figures["clean_share"])),
        ("card_curtailed", percent(figures["curtailed_share"])),
        ("card_export", f"{number(figures['export_twh'], 1 if figures['export_twh'] >= 10 else 3) or '0'} TWh"),
        ("card_shed", f"{number(figures['shed_gwh'], 1) or '0'} GWh"),
    ]
    figures_html = "".join(f"<div><dt>{say(key)}</dt><dd>{say('plain', text=value)}</dd></div>" for key, value in cards)
    return f'<dl class="cards">{figures_html}</dl>'


def section(study: Study) -> Section:
    say, header = study.words.say, study.header
    what = say("subtitle", case=header["case_name"], hours=number(header["span_hours"]),
               start=header["span_start"].replace("T", " ")[:16])
    status = say(f"status_{header['status']}")
    own = header.get("status_words")
    words = f' <span class="muted">({say("plain", text=study.words.sentence("ended", own))})</span>' if own else ""
    body = (f'<h1>{study.title}</h1>'
            f'<p class="subtitle">{what}</p><p class="status {header["status"]}">{status}{words}</p>'
            f'{"".join(proof_sentences(study))}{_cards(study) if study.results.scheduled else ""}')
    return Section("verdict", "", body)
