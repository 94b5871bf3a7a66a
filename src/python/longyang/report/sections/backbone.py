"""Map of the network: lines coloured by loading, HVDC lines to their receiving ends, DC links between buses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..figure import INK, MUTED, Figure, axis, layout
from ..markup import Section, paragraph, place
from ..study import Study

CLASSES = [(0.0, "#9fb8c9", 1.4), (0.3, "#5b9bc4", 2.0), (0.5, "#e8a33d", 2.8), (0.7, "#d9601a", 3.6), (0.9, "#8f0d1d", 4.6)]
HVDC_COLOUR = "#6a3d9a"
Box = tuple[float, float, float, float]  # west, east, south, north
BACKBONE_KV = 500.0  # from here on a line belongs to the backbone


def corridors(study: Study) -> pd.DataFrame:
    """Circuits between the same two buses as one: rating, mean, largest and 95 % loading, share of hours above 90 %.

    Loading is the sum of the circuits' flows over the sum of the ratings of those in service; the rating told is the largest of the span. A corridor with a
    circuit without a limit has none either, and is left out, as one none of whose circuits is there in any hour.
    """
    branches = study.table("branches")
    flows = study.group("branches").flow_mw.to_pandas().to_numpy()
    there = study.results.in_service("branches")
    ends = [tuple(sorted(pair)) for pair in zip(branches.from_bus, branches.to_bus, strict=True)]
    sign = np.where(branches.from_bus == [a for a, _ in ends], 1.0, -1.0)
    rows = []
    for pair, members in pd.Series(range(len(ends))).groupby(pd.Series(ends)):
        ratings = branches.rating_mw.to_numpy()[members]
        if not ((ratings > 0) & (ratings < np.inf)).all():
            continue
        rating = (ratings[:, None] * there[members]).sum(axis=0)
        some = rating > 0
        if not some.any():
            continue
        loading = np.abs((flows[members] * sign[members, None]).sum(axis=0))[some] / rating[some]
        rows.append({"from": pair[0], "to": pair[1], "circuits": len(members), "rating_mw": rating.max(),
                     "mean": loading.mean(), "largest": loading.max(), "p95": np.quantile(loading, 0.95),
                     "above_90": (loading > 0.9).mean(), "net_gwh": (flows[members] * sign[members, None]).sum() / 1e3})
    return pd.DataFrame(rows)


def _lines(study: Study, frame: pd.DataFrame, measure: str, visible: bool) -> list[dict]:
    """A trace for each class of loading; the meta tells the page's script which measure they show."""
    buses, out = study.table("buses"), []
    for k, (low, colour, width) in enumerate(CLASSES):
        high = CLASSES[k + 1][0] if k + 1 < len(CLASSES) else np.inf
        chosen = frame[(frame[measure] >= low) & (frame[measure] < high)]
        x, y = [], []
        for row in chosen.itertuples():
            ends = buses.loc[[row[1], row[2]]]
            x += [*map(float, ends.lon_deg), None]
            y += [*map(float, ends.lat_deg), None]
        label = f"{100 * low:.0f}–{100 * high:.0f} %" if high < np.inf else f"> {100 * low:.0f} %"
        out.append({"type": "scatter", "mode": "lines", "x": x or [None], "y": y or [None], "name": label, "hoverinfo": "skip",
                    "line": {"color": colour, "width": width}, "meta": measure, "visible": visible})
    return out


def _middles(study: Study, frame: pd.DataFrame) -> dict:
    """Invisible points in the middle of each corridor that carry the figures."""
    buses, mark = study.table("buses"), study.words.mark
    ends = [buses.loc[[a, b]] for a, b in zip(frame["from"], frame["to"], strict=True)]
    text = [f"<b>{mark('bus:' + r['from'])} – {mark('bus:' + r['to'])}</b><br>{r.circuits} × {mark('circuits')}, {r.rating_mw:,.0f} MW"
            f"<br>{mark('loading_mean')} {100 * r['mean']:.0f} %<br>{mark('loading_max')} {100 * r.largest:.0f} %"
            f"<br>{mark('loading_p95')} {100 * r.p95:.0f} %<br>{mark('above_90')} {100 * r.above_90:.1f} %"
            for _, r in frame.iterrows()]
    return {"type": "scatter", "mode": "markers", "x": [float(e.lon_deg.mean()) for e in ends],
            "y": [float(e.lat_deg.mean()) for e in ends], "text": text, "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 14, "opacity": 0}, "showlegend": False}


def _stations(study: Study) -> list[dict]:
    buses, mark = study.table("buses"), study.words.mark
    prices = study.group("buses").price_cny_per_mwh.mean("hour").to_pandas() if study.has("buses") else None
    out = []
    for high in (True, False):
        chosen = buses[(buses.kv >= BACKBONE_KV) == high]
        if chosen.empty:
            continue
        text = [f"<b>{mark('bus:' + name)}</b>, {row.kv:.0f} kV<br>{mark('region:' + row.region)}"
                + (f"<br>{mark('price_mean')} {prices[name]:.0f} CNY/MWh" if prices is not None and np.isfinite(prices[name]) else "")
                for name, row in chosen.iterrows()]
        out.append({"type": "scatter", "mode": "markers", "x": list(map(float, chosen.lon_deg)),
                    "y": list(map(float, chosen.lat_deg)), "text": text, "hovertemplate": "%{text}<extra></extra>",
                    "marker": {"size": 7 if high else 4, "color": "#ffffff", "line": {"color": INK if high else MUTED, "width": 1.4}},
                    "showlegend": False})
    return out


def _overlap(box: Box, taken: list[Box]) -> float:
    """Area that a box shares with others, square degrees."""
    return sum(max(0.0, min(box[1], t[1]) - max(box[0], t[0])) * max(0.0, min(box[3], t[3]) - max(box[2], t[2])) for t in taken)


def _around(points, size: float) -> list[Box]:
    return [(x - size, x + size, y - size, y + size) for x, y in points]


def _sides(ends: list[tuple[float, float]], names: list[str], taken: list[Box]) -> list[str]:
    """On which side of each receiving end its name stands, so that names lie on nothing that is `taken` nor on each other."""
    width, height = 0.34, 0.8  # degrees that a letter and a line take at the page's usual width
    taken, sides = [*taken, *_around(ends, 0.35)], []
    for (lon, lat), name in zip(ends, names, strict=True):
        long = width * len(name)
        left = {"right": lon + 0.4, "left": lon - 0.4 - long, "center": lon - long / 2}
        low = {"middle": lat - height / 2, "bottom": lat - 0.4 - height, "top": lat + 0.4}
        boxes = {f"{v} {h}": (left[h], left[h] + long, low[v], low[v] + height)
                 for v, h in (("middle", "right"), ("bottom", "center"), ("top", "center"), ("middle", "left"), ("bottom", "right"),
                              ("top", "right"), ("bottom", "left"), ("top", "left"))}
        side = min(boxes, key=lambda s: _overlap(boxes[s], taken))
        taken.append(boxes[side])
        sides.append(side)
    return sides


def _hvdc(study: Study) -> list[dict]:
    """Each HVDC line from its converter station to its receiving end, where the case says where that lies."""
    lines, buses, mark = study.table("hvdc"), study.table("buses"), study.words.mark
    if lines.empty or "receiving_lat_deg" not in lines:
        return []
    flows, rating = study.group("hvdc").p_mw.to_pandas(), study.hvdc_rating_mw
    x, y, ends, text, labels = [], [], [], [], []
    for name, row in lines.iterrows():
        if row.receiving_lat_deg == 0 and row.receiving_lon_deg == 0:
            continue
        bus = buses.loc[row.bus]
        x += [float(bus.lon_deg), float(row.receiving_lon_deg), None]
        y += [float(bus.lat_deg), float(row.receiving_lat_deg), None]
        sent = flows.loc[name]
        taken = sent.clip(upper=0).sum()
        ends.append((float(row.receiving_lon_deg), float(row.receiving_lat_deg)))
        english, chinese = study.words.pair(f"hvdc:{name}")
        labels.append(mark(study.words.add(f"end:{name}", english, chinese.partition("(")[0])))
        text.append(f"<b>{mark('hvdc:' + str(name))}</b> → {row.receiving}<br>{rating[name]:,.0f} MW<br>"
                    f"{mark('sent')} {sent.clip(lower=0).sum() / 1e6:.1f} TWh" + (f"<br>{mark('taken_in')} {-taken / 1e6:.1f} TWh" if taken < 0 else "")
                    + f"<br>{mark('use_mean')} {100 * sent.abs().mean() / rating[name]:.0f} %")
    if not ends:
        return []
    sides = _sides(ends, [study.words.pair(label[2:-1])[0] for label in labels],
                   _around(buses[["lon_deg", "lat_deg"]].to_numpy(), 0.2))
    receiving = {"type": "scatter", "mode": "markers+text", "x": [e[0] for e in ends], "y": [e[1] for e in ends], "hovertext": text,
                 "text": labels, "textposition": sides, "textfont": {"size": 11, "color": HVDC_COLOUR}, "hovertemplate": "%{hovertext}<extra></extra>",
                 "showlegend": False, "cliponaxis": False, "marker": {"symbol": "square", "size": 8, "color": HVDC_COLOUR, "line": {"color": "#ffffff", "width": 1}}}
    return [{"type": "scatter", "mode": "lines", "x": x, "y": y, "name": mark("hvdc_lines"), "hoverinfo": "skip",
             "line": {"color": HVDC_COLOUR, "width": 1.8, "dash": "dash"}}, receiving]


def _dc_links(study: Study) -> list[dict]:
    """Each DC link between its two buses, with its figures in the middle."""
    links, buses, mark = study.table("dc_links"), study.table("buses"), study.words.mark
    if links.empty:
        return []
    sent = {way: study.group("dc_links")[f"{way}_mw"].to_pandas().sum(axis=1) / 1e3 for way in ("forward", "backward")}
    x, y, middles, text = [], [], [], []
    for name, row in links.iterrows():
        a, b = buses.loc[row.from_bus], buses.loc[row.to_bus]
        x += [float(a.lon_deg), float(b.lon_deg), None]
        y += [float(a.lat_deg), float(b.lat_deg), None]
        middles.append(((float(a.lon_deg) + float(b.lon_deg)) / 2, (float(a.lat_deg) + float(b.lat_deg)) / 2))
        text.append(f"<b>{mark('dc_link:' + str(name))}</b><br>{mark('link_ratings_mw')} {row.p_max_mw:,.0f} / {max(-row.p_min_mw, 0):,.0f}<br>"
                    f"{mark('forward_gwh')} {sent['forward'][name]:,.1f}<br>{mark('backward_gwh')} {sent['backward'][name]:,.1f}")
    points = {"type": "scatter", "mode": "markers", "x": [m[0] for m in middles], "y": [m[1] for m in middles], "hovertext": text,
              "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False, "marker": {"symbol": "diamond", "size": 8, "color": HVDC_COLOUR}}
    return [{"type": "scatter", "mode": "lines", "x": x, "y": y, "name": mark("dc_links"), "hoverinfo": "skip",
             "line": {"color": HVDC_COLOUR, "width": 1.8, "dash": "dot"}}, points]


def _unplaced(study: Study) -> str:
    """The HVDC lines whose receiving end the case does not place: the map lacks them."""
    lines = study.table("hvdc")
    if lines.empty or "receiving_lat_deg" not in lines:
        return ""
    left_out = [study.words.pair(f"hvdc:{name}") for name, row in lines.iterrows() if row.receiving_lat_deg == 0 and row.receiving_lon_deg == 0]
    names = (", ".join(english for english, _ in left_out), "、".join(chinese for _, chinese in left_out))
    return paragraph(study.words.say("map_unplaced", names=names), "note") if left_out else ""


def _region_names(study: Study) -> list[dict]:
    """The regions' names above or below their stations, where nothing else stands."""
    buses, ends = study.table("buses"), study.table("branches")[["from_bus", "to_bus"]]
    spot = buses[["lon_deg", "lat_deg"]]
    middles = (spot.loc[ends.from_bus].to_numpy() + spot.loc[ends.to_bus].to_numpy()) / 2
    taken, out = _around([*spot.to_numpy(), *middles], 0.2), []
    for region, members in buses.groupby("region", sort=False):
        half = 0.3 * len(study.words.pair(f"region:{region}")[0])
        places = [(x, y) for away in (1.0, 2.2, 3.4) for y in (members.lat_deg.max() + away, members.lat_deg.min() - away)
                  for x in np.quantile(members.lon_deg, [0.5, 0.2, 0.8, 1.0, 0.0])]
        boxes = [(x - half, x + half, y - 0.7, y + 0.7) for x, y in places]
        best = min(range(len(places)), key=lambda k: _overlap(boxes[k], taken))
        taken.append(boxes[best])
        out.append({"x": float(places[best][0]), "y": float(places[best][1]), "showarrow": False,
                    "text": f"<b>{study.words.mark('region:' + str(region))}</b>", "font": {"size": 15, "color": "#7b8790"}})
    return out


def section(study: Study) -> Section | None:
    buses = study.table("buses")
    if buses.empty or not study.has("branches") or buses.lat_deg.nunique() < 2 or buses.lon_deg.nunique() < 2:
        return None
    say, frame = study.words.say, corridors(study)
    if frame.empty:
        return None
    data = [*_hvdc(study), *_dc_links(study), *_lines(study, frame, "mean", False), *_lines(study, frame, "largest", False),
            *_lines(study, frame, "p95", True), *_stations(study), _middles(study, frame)]
    ratio = 1 / np.cos(np.deg2rad(buses.lat_deg.mean()))
    plain = {"showgrid": False, "zeroline": False, "showticklabels": False, "ticks": "", "showline": False, "fixedrange": False}
    figure = Figure("backbone", data, layout(axis(**plain), axis(**plain, scaleanchor="x", scaleratio=float(ratio)),
                                        annotations=_region_names(study), hovermode="closest", dragmode="pan"), 620)
    choice = "".join(f'<option value="{m}" data-word="js_loading_{m}"></option>' for m in ("p95", "mean", "largest"))
    body = (paragraph(say("map_lead")) + f'<div class="controls"><select id="map-measure" aria-label="loading">{choice}</select></div>'
            + place(figure, say("map_caption")) + _unplaced(study))
    return Section("map", "map_title", body, [figure])
