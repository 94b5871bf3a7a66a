"""Figures as plotly.js wants them: plain dictionaries with packed numbers and word tokens."""

from __future__ import annotations

import base64
import dataclasses

import numpy as np

INK, MUTED, RULE, ACCENT = "#1f2933", "#5b6770", "#e3e7ea", "#1f5f8b"
# Two runs, and lines that need one colour each (Okabe and Ito: told apart by colour-blind readers).
RUN_COLOURS = ("#1f5f8b", "#d9822b")
LINE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid", "dash")
# Less to more (one hue), and below to above zero.
SEQUENTIAL = [[0, "#f4f7f9"], [0.25, "#c6dbe8"], [0.5, "#7fb1cf"], [0.75, "#3579a8"], [1, "#0b3c5d"]]
DIVERGING = [[0, "#8c4a10"], [0.25, "#dba869"], [0.5, "#f7f7f5"], [0.75, "#7db4c9"], [1, "#0d4f6c"]]


@dataclasses.dataclass
class Figure:
    """A figure with its place in the page. Height in CSS pixels; `wide` figures take the page's whole width."""

    name: str
    data: list[dict]
    layout: dict
    height: int = 340


def packed(values) -> dict:
    """Numbers as base64 of 32-bit floats, as plotly.js reads them; two-dimensional ones with their shape."""
    array = np.ascontiguousarray(np.asarray(values, dtype="<f4"))
    out = {"dtype": "f4", "bdata": base64.b64encode(array.tobytes()).decode()}
    if array.ndim == 2:
        out["shape"] = f"{array.shape[0]},{array.shape[1]}"
    return out


def quantised(values, steps: int = 32000) -> dict:
    """Hourly numbers as base64 of 16-bit integers times `scale`: off by at most the largest / 64000."""
    array = np.nan_to_num(np.asarray(values, dtype=float))
    largest = float(np.abs(array).max(initial=0.0))
    scale = largest / steps if largest > 0 else 1.0
    whole = np.rint(array / scale).astype("<i2")
    return {"scale": scale, "i2": base64.b64encode(whole.tobytes()).decode()}


def unpacked(data: dict) -> np.ndarray:
    """What packed() or quantised() packed."""
    if "i2" in data:
        return np.frombuffer(base64.b64decode(data["i2"]), "<i2") * data["scale"]
    flat = np.frombuffer(base64.b64decode(data["bdata"]), "<f4")
    return flat.reshape([int(n) for n in data["shape"].split(",")]) if "shape" in data else flat


def axis(title: str = "", **more) -> dict:
    """An axis with a title (tokens and unit)."""
    out = {"gridcolor": RULE, "zerolinecolor": "#9aa5ad", "linecolor": "#9aa5ad", "ticks": "outside", "ticklen": 4,
           "tickcolor": "#9aa5ad", "automargin": True, "fixedrange": True}
    if title:
        out["title"] = {"text": title, "standoff": 8}
    return {**out, **more}


def layout(x: dict | None = None, y: dict | None = None, **more) -> dict:
    """The common look: no frame, quiet grid, legend above the plot."""
    return {
        "font": {"family": "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', "
                           "'PingFang SC', 'WenQuanYi Zen Hei', sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 12, "r": 18, "t": 10, "b": 8},
        "xaxis": x or axis(), "yaxis": y or axis(),
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom",
                   "font": {"size": 12}, "traceorder": "normal"},
        "hoverlabel": {"bgcolor": "white", "bordercolor": "#9aa5ad", "font": {"color": INK, "size": 12}},
        **more,
    }


def line(x, y, name: str, colour: str, hover: str, **more) -> dict:
    """A line, of one hour a point; `hover` is its hover template."""
    return {"type": "scatter", "mode": "lines" if len(y) > 1 else "markers", "x": x, "y": packed(y), "name": name, "hovertemplate": hover,
            "line": {"color": colour, "width": 2, **more.pop("line", {})}, **more}


def bars(x, y, name: str, colour: str, hover: str, **more) -> dict:
    return {"type": "bar", "x": list(x), "y": [float(v) for v in y], "name": name, "marker": {"color": colour},
            "hovertemplate": hover, **more}


def heat(x, y, z, hover: str, unit: str, scale=None, **more) -> dict:
    """A heat map; z by (y, x)."""
    return {"type": "heatmap", "x": list(x), "y": list(y), "z": packed(z), "hovertemplate": hover,
            "colorscale": scale or SEQUENTIAL, "xgap": 1, "ygap": 1,
            "colorbar": {"title": {"text": unit, "side": "top"}, "thickness": 12, "outlinewidth": 0, "len": 1, "lenmode": "fraction"}, **more}


def duration(values, points: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """A duration curve: share of the hours in percent, and the value that is reached or passed in them.

    Sampled at `points` hours with both ends kept, so that the largest and the least are the file's.
    """
    ranked = np.sort(np.asarray(values, dtype=float))[::-1]
    places = np.unique(np.linspace(0, ranked.size - 1, min(points, ranked.size)).round().astype(int))
    return 100.0 * (places + 0.5) / ranked.size, ranked[places]
