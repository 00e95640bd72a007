"""Columns side by side, for counts along a scale such as age."""

from collections.abc import Sequence

from markupsafe import Markup

from epiluma.web.charts.chart import place

WIDTH, HEIGHT = 360, 190
TOP, BOTTOM = 24, 34


def column_chart(
    counts: Sequence[int], *, names: Sequence[str], title: str, highest: str, every: int, label: str
) -> Markup:
    """Return the drawing.

    Args:
        counts: one for each column.
        names: of the columns; each `every`-th is written below.
        title: of the scale below.
        highest: the number of the highest column, as a text.
        every: how many columns from one written name to the next.
        label: the text alternative.
    """
    most, step = max([*counts, 1]), WIDTH / max(len(counts), 1)
    parts, ground = [], HEIGHT - BOTTOM
    for number, count in enumerate(counts):
        tall = (ground - TOP) * count / most
        middle = place((number + 0.5) * step)
        column = Markup('<rect class="chart-bar" x="{}" y="{}" width="{}" height="{}"/>')
        parts.append(column.format(place(number * step + 1), place(ground - tall), place(step - 2), place(tall)))
        if number % every == 0:
            parts.append(_text(names[number], middle, ground + 16, "tick"))
        if count == most:
            parts.append(_text(highest, middle, TOP - 7, "name"))
    parts.append(Markup('<line class="chart-grid" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, ground, ground))
    parts.append(_text(title, place(WIDTH / 2), HEIGHT - 3, "title"))
    return Markup(
        '<svg class="chart-plane" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>'
    ).format(WIDTH, HEIGHT, label, Markup("").join(parts))


def _text(words: str, x: str, y: float, kind: str) -> Markup:
    return Markup('<text class="chart-{}" x="{}" y="{}" text-anchor="middle">{}</text>').format(
        kind, x, place(y), words
    )
