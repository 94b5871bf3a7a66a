"""Two runs side by side: what differs."""

from __future__ import annotations

import pandas as pd

from ..technologies import colour
from .figure import DASHES, RUN_COLOURS, Figure, axis, bars, duration, layout, line
from .markup import Section, escaped, number, paragraph, percent, place, table
from .sections import curtailment, export, prices, provenance, storage, verdict
from .study import Study

Runs = tuple[Study, Study]


def _joined(runs: Runs, of, missing: float = 0.0) -> pd.DataFrame:
    """A series of each run side by side, with `missing` for what one of them lacks: columns A, B, and change B - A."""
    frame = pd.concat([of(run) for run in runs], axis=1, keys=["A", "B"], sort=False).fillna(missing)
    frame["change"] = frame.B - frame.A
    return frame


def _signed(value: float, decimals: int) -> str:
    text = number(value, decimals)
    if text[:1] in "<>" and text:
        return "≈ 0"
    return f"+{text}" if value > 0 and text[:1].isdigit() else text


def _rows(frame: pd.DataFrame, label, decimals: int) -> list[list[str]]:
    """Without rows that are 0 in both; the change of A only where A is more than its last decimal."""
    least = 10.0 ** -decimals
    return [[label(name), number(row.A, decimals), number(row.B, decimals), _signed(row.change, decimals),
             _signed(100 * row.change / abs(row.A), 1) + " %" if abs(row.A) >= least and abs(row.change) > 0 else ""]
            for name, row in frame.iterrows() if row.A or row.B]


def _head(runs: Runs, first: str) -> list[str]:
    say = runs[0].words.say
    return [first, say("run_a"), say("run_b"), say("change"), say("change_share")]


def _pair_figure(runs: Runs, name: str, frame: pd.DataFrame, words: list[str], unit: str, height: int = 380) -> Figure:
    mark = runs[0].words.mark
    data = [{"type": "bar", "orientation": "h", "y": words, "x": [float(v) for v in frame[run]], "name": mark(f"run_{run.lower()}"),
             "marker": {"color": shade}, "hovertemplate": f"%{{y}}: %{{x:,.1f}} {unit}<extra>{mark(f'run_{run.lower()}')}</extra>"}
            for run, shade in zip(("A", "B"), RUN_COLOURS, strict=True)]
    return Figure(name, data, layout(axis(unit), axis(autorange="reversed", ticks="", showgrid=False), barmode="group", bargap=0.3), height)


def _verdict(runs: Runs) -> Section:
    say = runs[0].words.say
    parts = []
    for run in runs:
        h = run.header
        about = f'{run.title}<br>{escaped(h["case_name"])}, {number(h["span_hours"])} h, {escaped(h["span_start"][:16].replace("T", " "))}'
        parts.append(f'<div class="run {run.label.lower()}"><h2>{say(f"run_{run.label.lower()}")}</h2><p class="subtitle">{about}<br>'
                     f'<code>{escaped(run.results.path.rpartition("/")[2])}</code></p>{"".join(verdict.proof_sentences(run))}</div>')
    warning = "" if _same_span(runs) else paragraph(say("spans_differ"), "status stopped")
    figures = [verdict.key_figures(run) for run in runs]
    names = {"load_twh": (1, 3), "export_twh": (1, 3), "clean_share": (100, 2), "curtailed_share": (100, 2), "shed_gwh": (1, 2), "co2_mt": (1, 2)}
    frame = pd.DataFrame({"A": {k: figures[0][k] * f for k, (f, _) in names.items()}, "B": {k: figures[1][k] * f for k, (f, _) in names.items()}})
    frame.loc["cost_million"] = [run.proof["cost_cny"] / 1e6 for run in runs]
    frame.loc["bound_million"] = [run.proof["bound_cny"] / 1e6 for run in runs]
    frame.loc["gap_percent"] = [100 * run.proof["gap"] for run in runs]
    frame["change"] = frame.B - frame.A
    order = ["cost_million", "bound_million", "gap_percent", *names]
    rows = [[say(f"compare_{k}"), number(frame.A[k], 2) or "0", number(frame.B[k], 2) or "0", _signed(frame.change[k], 2)] for k in order]
    body = (f'<h1>{say("compare_title")}</h1>{warning}<div class="grid two">{"".join(parts)}</div>'
            + paragraph(_judgement(runs), "proof") + table(_head(runs, "")[:4], rows))
    return Section("verdict", "", body)


def _same_span(runs: Runs) -> bool:
    return all(runs[0].header[k] == runs[1].header[k] for k in ("span_start", "span_hours"))


def _judgement(runs: Runs) -> str:
    """Whether the two costs can be told apart at all: by more than the gaps leave open. Engine highs plans a cluster's units as one, which is a
    relaxation of what engine prices plans: its bound holds for schedules of both, that of engine prices only for its own. A bound with rows of
    security (SE-14) holds for no other schedule's machines."""
    if not _same_span(runs):
        return runs[0].words.say("other_spans")
    say, a, b = runs[0].words.say, runs[0].proof, runs[1].proof
    change = verdict.money(abs(b["cost_cny"] - a["cost_cny"]))
    if a["refuted"] or b["refuted"]:
        return say("refuted_pair", change=change)
    engine_a, engine_b = (run.header["options"].get("engine") for run in runs)
    if not all(run.keeps_all for run in runs):
        return say("no_schedule_pair", change=change)
    if b["bound_cny"] > a["cost_cny"] and not runs[1].bound_of_rows and engine_b in (engine_a, "highs"):
        return say("surely_dearer", change=change)
    if b["cost_cny"] < a["bound_cny"] and not runs[0].bound_of_rows and engine_a in (engine_b, "highs"):
        return say("surely_cheaper", change=change)
    if engine_a != engine_b:
        return say("engines_differ", change=change)
    return say("not_surely", change=change, open=verdict.money(max(b["off_cny"], a["off_cny"])))


def _costs(runs: Runs) -> Section:
    say = runs[0].words.say
    frame = _joined(runs, lambda run: run.cost_parts_cny / 1e6)
    frame.loc["net_cost"] = frame.sum()
    rows = _rows(frame, lambda name: say("net_cost" if name == "net_cost" else f"cost:{name}"), 1)
    return Section("costs", "costs_title", paragraph(say("costs_lead")) + table(_head(runs, say("million_cny")), rows, foot=True))


def _energy(runs: Runs) -> Section:
    say, mark = runs[0].words.say, runs[0].words.mark
    frame = _joined(runs, lambda run: run.given_gwh.sum(axis=1))
    order = [t for t in (*runs[0].technologies, *runs[1].technologies) if t in frame.index]
    frame = frame.loc[list(dict.fromkeys(order))]
    frame = frame[(frame.A != 0) | (frame.B != 0)]
    figure = _pair_figure(runs, "energy-pair", frame, [mark(f"tech:{t}") for t in frame.index], "GWh", 100 + 40 * len(frame))
    by_region = _joined(runs, lambda run: run.given_gwh.stack()).change.unstack(fill_value=0.0).reindex(frame.index)
    regions = [r for r in dict.fromkeys([*runs[0].regions, *runs[1].regions]) if r in by_region]
    changes = Figure("energy-change", [bars([mark(f"region:{r}") for r in regions], by_region.loc[t, regions], mark(f"tech:{t}"), colour(t),
                                            f"%{{x}}: %{{y:+,.0f}} GWh<extra>{mark(f'tech:{t}')}</extra>")
                                       for t in by_region.index if by_region.loc[t].abs().max() > 0.5],
                     layout(axis(), axis(f"{mark('change')}, GWh"), barmode="relative"), 560)
    rows = _rows(frame, lambda name: say(f"tech:{name}"), 1)
    body = (f'<div class="grid two stack">{place(figure, say("energy_pair"))}{place(changes, say("energy_change"))}</div>' + table(_head(runs, "GWh"), rows)
            + table(["GWh", *(say(f"region:{r}") for r in regions)],
                    [[say(f"tech:{t}"), *(_signed(by_region.loc[t, r], 1) for r in regions)] for t in by_region.index]))
    return Section("energy", "energy_title", paragraph(say("compare_energy_lead")) + body, [figure, changes])


def _curtailment(runs: Runs) -> Section | None:
    if not all(run.has("renewables") for run in runs):
        return None
    say, mark = runs[0].words.say, runs[0].words.mark
    by_month = _joined(runs, lambda run: curtailment.by_cause(run).sum(axis=1).groupby(level="month", sort=False).sum())
    hover = "%{x}: %{y:,.0f} GWh<extra>%{fullData.name}</extra>"
    figure = Figure("curtailment-pair", [bars(runs[0].month_labels if len(by_month) == len(runs[0].month_labels) else by_month.index, by_month[r], mark(f"run_{r.lower()}"), shade, hover)
                                         for r, shade in zip(("A", "B"), RUN_COLOURS, strict=True)],
                    layout(axis(mark("month"), type="category"), axis(f"{mark('curtailment')}, GWh"), barmode="group"), 340)
    causes = _joined(runs, lambda run: curtailment.by_cause(run).sum())
    causes.loc["sum"] = causes.sum()
    body = place(figure, say("curtailment_pair")) + table(_head(runs, "GWh"), _rows(causes, say, 1), foot=True)
    return Section("curtailment", "curtailment_title", body, [figure])


def _export(runs: Runs) -> Section | None:
    if not all(run.has("hvdc") for run in runs):
        return None
    say, mark = runs[0].words.say, runs[0].words.mark
    frame = _joined(runs, lambda run: export.line_figures(run).net_gwh)
    figure = _pair_figure(runs, "export-pair", frame, [mark(f"hvdc:{n}") for n in frame.index], "GWh", 100 + 34 * len(frame))
    frame.loc["sum"] = frame.sum()
    rows = _rows(frame, lambda name: say("sum" if name == "sum" else f"hvdc:{name}"), 1)
    return Section("export", "export_title", place(figure, say("export_pair")) + table(_head(runs, "GWh"), rows, foot=True), [figure])


def _prices(runs: Runs) -> Section:
    say, mark, figures = runs[0].words.say, runs[0].words.mark, []
    regions = list(dict.fromkeys([*runs[0].priced_regions, *runs[1].priced_regions]))
    for region in regions:
        data = []
        for run, shade, dash in zip(runs, RUN_COLOURS, DASHES, strict=False):
            if region not in run.priced_regions:
                continue
            x, y = duration(run.balances.price_cny_per_mwh.sel(region=region).values)
            data.append(line([float(round(v, 3)) for v in x], y, mark(f"run_{run.label.lower()}"), shade,
                             "%{x:.1f} %: %{y:.0f} CNY/MWh<extra>%{fullData.name}</extra>", line={"dash": dash}))
        figures.append(Figure(f"price-{region}", data, layout(axis(mark("share_of_hours_axis"), range=[0, 100], dtick=20), axis(mark("price_unit"))), 280))
    frame = _joined(runs, lambda run: prices.region_prices(run)["mean"], missing=float("nan"))
    plots = "".join(place(f, say(f"region:{r}")) for r, f in zip(regions, figures, strict=True))
    return Section("prices", "prices_title", paragraph(say("price_duration")) + f'<div class="grid three">{plots}</div>'
                   + table(_head(runs, say("price_mean_unit")), _rows(frame, lambda r: say(f"region:{r}"), 1)), figures)


def _storage(runs: Runs) -> Section | None:
    if not all(run.has("storages") for run in runs):
        return None
    say = runs[0].words.say
    body = ""
    for column, decimals in (("discharged_gwh", 1), ("cycles", 1)):
        known = [storage.use(run)[column] for run in runs]
        unknown = [name for name in known[0].index.union(known[1].index) if any(name in use and pd.isna(use[name]) for use in known)]
        frame = _joined(runs, lambda run, column=column: storage.use(run)[column]).drop(index=unknown, errors="ignore")
        body += table(_head(runs, say(column)), _rows(frame, lambda t: say(f"tech:{t}"), decimals))
    return Section("storage", "storage_title", f'<div class="grid two">{body}</div>')


def _provenance(runs: Runs) -> Section:
    say = runs[0].words.say
    names = ("case_name", "case_folder", "case_hash", "program_version", "git_hash", "command_line", "ranks", "started", "ended", "status")
    rows = [[say(f"about:{name}"), *(provenance.fact(run, name) for run in runs)] for name in names]
    rows.append([say("time_s"), *(number(float(run.group("stages").seconds.sum()), 1) for run in runs)])
    options = sorted({k for run in runs for k in run.header["options"]})
    rows += [[f"<code>{escaped(k)}</code>", *(escaped(run.header["options"].get(k, "")) for run in runs)] for k in options
             if len({run.header["options"].get(k) for run in runs}) > 1]
    return Section("provenance", "provenance_title", table([say("about"), say("run_a"), say("run_b")], rows, texts=3, style="facts"))


def sections(a: Study, b: Study) -> list[Section]:
    """The sections of a page of two runs."""
    a.words.pairs = {**b.words.pairs, **a.words.pairs}
    made = [make((a, b)) for make in (_verdict, _costs, _energy, _export, _curtailment, _storage, _prices, _provenance)]
    return [section for section in made if section is not None]
