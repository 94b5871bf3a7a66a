"""Small pieces of HTML."""

from __future__ import annotations

import dataclasses
import html

from .figure import Figure


@dataclasses.dataclass
class Section:
    """A part of the page: its anchor, the key of its title, its HTML and the figures that stand in it."""

    name: str
    title: str
    body: str
    figures: list[Figure] = dataclasses.field(default_factory=list)


def escaped(text) -> str:
    return html.escape(str(text))


def paragraph(text: str, style: str = "") -> str:
    return f'<p class="{style}">{text}</p>' if style else f"<p>{text}</p>"


def place(figure: Figure, caption: str = "") -> str:
    """Where a figure is drawn, with its caption."""
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure>{words}<div class="plot" id="{figure.name}" style="height:{figure.height}px"></div></figure>'


def grid(parts: list[str], style: str = "two") -> str:
    """Figures side by side where the page is wide enough."""
    return f'<div class="grid {style}">{"".join(parts)}</div>'


def table(head: list[str], rows: list[list[str]], texts: int = 1, foot: bool = False, style: str = "") -> str:
    """A table of ready HTML: the first `texts` columns are words, the others numbers; with `foot` the last row is a sum."""
    def row(cells: list[str], tag: str) -> str:
        marked = (f'<{tag}{"" if k < texts else " class=n"}>{cell}</{tag}>' for k, cell in enumerate(cells))
        return f"<tr>{''.join(marked)}</tr>"

    last = f"<tfoot>{row(rows[-1], 'td')}</tfoot>" if foot and rows else ""
    body = "".join(row(cells, "td") for cells in (rows[:-1] if last else rows))
    return (f'<div class="scroll"><table class="{style}"><thead>{row(head, "th")}</thead><tbody>{body}</tbody>{last}'
            "</table></div>")


def number(value: float, decimals: int = 0) -> str:
    """1,234.5 with a true minus sign; a dash for what is not known, nothing for an exact zero."""
    if value is None or value != value:
        return "–"
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return ("< " if value > 0 else "> −") + f"{10.0 ** -decimals:.{decimals}f}" if value else ""
    return text.replace("-", "−")


def percent(share: float, decimals: int = 1, sign: str = "") -> str:
    """12.3 % with a true minus sign, zero without one; with `sign` "+" what is more than zero has one too."""
    if share is None or share != share:
        return "–"
    text = f"{100 * share:z.{decimals}f}"
    return f"{sign if float(text) > 0 else ''}{text.replace('-', '−')} %"
