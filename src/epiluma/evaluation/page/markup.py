"""Pieces of the page: numbers in words, tables, sections; everything that comes from outside is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

SPACE = "\N{NO-BREAK SPACE}"


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(value: object) -> str:
    """Return a value as HTML: escaped, unless it is `Markup`."""
    return value if isinstance(value, Markup) else escape(str(value))


def percent(share: float, digits: int = 0) -> str:
    r"""Return a share as a percentage; one that is not 0 or 1 is never written as such.

    Example:
        >>> percent(0.617), percent(0.9996), percent(1.0), percent(0.0004, 1)
        ('62\xa0%', '>99\xa0%', '100\xa0%', '<0.1\xa0%')
    """
    text, least = f"{100 * share:.{digits}f}", f"{10**-digits:.{digits}f}"
    if share > 0 and float(text) == 0:
        text = f"<{least}"
    elif share < 1 and float(text) == 100:
        text = f">{100 - 10**-digits:.{digits}f}"
    return f"{text}{SPACE}%"


def number(value: float) -> str:
    """Return a figure that is no share, with three digits."""
    return f"{value:.3f}"


def figure_cells(figure: Mapping[str, Any], *, share: bool) -> tuple[Markup, Markup]:
    """Return value and interval of a figure for two cells; where it is undefined, the reason and nothing."""
    if "value" not in figure:
        return Markup(f'<span class="quiet">{escape(figure["reason"])}</span>'), Markup("")
    return Markup(f"<b>{escape(_shown(figure['value'], share))}</b>"), Markup(escape(interval(figure, share=share)))


def interval(figure: Mapping[str, Any], *, share: bool) -> str:
    """Return `58 to 64 %`, or nothing where there is no interval."""
    if "low" not in figure:
        return ""
    low, high = _shown(figure["low"], share), _shown(figure["high"], share)
    return f"{low.removesuffix(f'{SPACE}%')} to {high}"


def in_words(figure: Mapping[str, Any], *, share: bool) -> str:
    """Return value and interval in one run of text, or why there is none."""
    if "value" not in figure:
        return f"not known ({figure['reason']})"
    between = interval(figure, share=share)
    return _shown(figure["value"], share) + (f" ({between})" if between else "")


def track(figure: Mapping[str, Any], *, low: float = 0.0, high: float = 1.0) -> Markup:
    """Return a drawn interval, for the eye only: the numbers stand beside it."""
    if "low" not in figure:
        return Markup("")

    def place(value: float) -> float:
        return round(100 * min(max((value - low) / (high - low), 0), 1), 2)

    start, end, dot = place(figure["low"]), place(figure["high"]), place(figure["value"])
    return Markup(
        f'<span class="track" aria-hidden="true"><i style="left:{start}%;width:{round(end - start, 2)}%"></i>'
        f'<b style="left:{dot}%"></b></span>'
    )


def table(
    caption: str,
    headers: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    wide: bool = True,
    classes: str = "",
) -> Markup:
    """Return a table; the first cell of a row is its heading. A wide one scrolls on its own, also by keyboard."""
    head = "".join(f'<th scope="col">{html(header)}</th>' for header in headers)
    body = "\n".join(
        "<tr>" + f'<th scope="row">{html(first)}</th>' + "".join(f"<td>{html(cell)}</td>" for cell in rest) + "</tr>"
        for first, *rest in rows
    )
    label = escape(caption)
    content = (
        f'<table class="{classes}"><caption><span>{label}</span></caption><thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table>"
    )
    scroll = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{content}</div>'
    return Markup(scroll if wide else content)


def disclosure(summary: str, content: str) -> Markup:
    """Return content that opens when it is asked for."""
    return Markup(f"<details><summary>{escape(summary)}</summary>\n{content}\n</details>")


def paragraph(text: object, *, classes: str = "") -> Markup:
    """Return a paragraph."""
    mark = f' class="{classes}"' if classes else ""
    return Markup(f"<p{mark}>{html(text)}</p>")


def chart(svg: str, caption: object) -> Markup:
    """Return a figure with its caption."""
    return Markup(f"<figure>{svg}<figcaption>{html(caption)}</figcaption></figure>")


def section(name: str, title: str, *content: str) -> Markup:
    """Return a section that the contents link to."""
    inside = "\n".join(part for part in content if part)
    return Markup(
        f'<section id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{escape(title)}</h2>\n'
        f"{inside}\n</section>"
    )


def thousands(count: int) -> str:
    """Return a count as people write it."""
    return f"{count:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """Return `1 picture`, `2 pictures`."""
    return f"{thousands(count)} {one if count == 1 else many or one + 's'}"


def _shown(value: float, share: bool) -> str:
    return percent(value, 1) if share else number(value)
