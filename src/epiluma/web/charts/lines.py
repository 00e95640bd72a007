"""Lines over two axes, as one SVG that scales: bands behind them, names beside them, no legend."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from epiluma.web.charts.chart import place, within

WIDTH, HEIGHT = 360, 264
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 26, 40

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """One axis.

    Attributes:
        title: what it shows, with its unit.
        low: where it starts.
        high: where it ends; above `low`.
        ticks: value and text of each.
    """

    title: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the start and 1 at the end."""
        return (within(value, self.low, self.high) - self.low) / (self.high - self.low)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line.

    Attributes:
        points: from left to right.
        kind: `first`, `second` or `quiet`: colour and dashes.
        name: written at `name_at`; none where it is empty.
        name_at: in the axes' own numbers.
        anchor: `start`, `middle` or `end` of the name lies there.
        band: x, low and high at each place; empty for none.
        dots: whether each point is marked.
    """

    points: Sequence[Point]
    kind: str = "first"
    name: str = ""
    name_at: Point = (0, 0)
    anchor: str = "start"
    band: Sequence[tuple[float, float, float]] = ()
    dots: bool = False


def line_chart(
    lines: Sequence[Line], *, x: Axis, y: Axis, label: str, marks: Sequence[tuple[float, str]] = ()
) -> Markup:
    """Return the drawing.

    Args:
        lines: in the order in which they are drawn.
        x: the axis below.
        y: the axis on the left.
        label: the text alternative.
        marks: places on the axis below with a line upwards and a word above.
    """
    plane = _Plane(x, y)
    parts = [
        *plane.grid(),
        *(plane.mark(at, word, row=number % 2) for number, (at, word) in enumerate(marks)),
        *(plane.band(line) for line in lines if line.band),
        *(plane.line(line) for line in lines if line.points),
        *(plane.name(line) for line in lines if line.name),
    ]
    return Markup(
        '<svg class="chart-plane" viewBox="0 0 {} {}" role="img" aria-label="{}" focusable="false">{}</svg>'
    ).format(WIDTH, HEIGHT, label, Markup("").join(parts))


class _Plane:
    def __init__(self, x: Axis, y: Axis) -> None:
        self.x, self.y = x, y

    def at(self, point: Point) -> tuple[str, str]:
        across = LEFT + self.x.share(point[0]) * (WIDTH - LEFT - RIGHT)
        down = HEIGHT - BOTTOM - self.y.share(point[1]) * (HEIGHT - TOP - BOTTOM)
        return place(across), place(down)

    def grid(self) -> list[Markup]:
        parts = [_text(self.y.title, (str(LEFT - 36), "14"), kind="title")]
        for value, word in self.y.ticks:
            _, down = self.at((self.x.low, value))
            parts.append(_rule((str(LEFT), down), (str(WIDTH - RIGHT), down), kind="grid"))
            parts.append(_text(word, (str(LEFT - 6), place(float(down) + 4)), kind="tick", anchor="end"))
        for value, word in self.x.ticks:
            across, _ = self.at((value, self.y.low))
            anchor = "end" if value == self.x.high else "middle"
            parts.append(_text(word, (across, str(HEIGHT - BOTTOM + 16)), kind="tick", anchor=anchor))
        parts.append(_text(self.x.title, (str(WIDTH - RIGHT), str(HEIGHT - 6)), kind="title", anchor="end"))
        return parts

    def mark(self, at: float, word: str, *, row: int) -> Markup:
        across, _ = self.at((at, self.y.low))
        rule = _rule((across, str(TOP)), (across, str(HEIGHT - BOTTOM)), kind="mark")
        return rule + _text(word, (place(float(across) + 3), str(HEIGHT - BOTTOM - 5 - 15 * row)), kind="tick")

    def band(self, line: Line) -> Markup:
        upper = [self.at((x, high)) for x, _, high in line.band]
        lower = [self.at((x, low)) for x, low, _ in line.band]
        outline = " ".join(",".join(point) for point in [*upper, *reversed(lower)])
        return Markup('<polygon class="chart-band {}" points="{}"/>').format(line.kind, outline)

    def line(self, line: Line) -> Markup:
        places = [self.at(point) for point in line.points]
        drawn = Markup('<polyline class="chart-line {}" points="{}"/>').format(
            line.kind, " ".join(",".join(point) for point in places)
        )
        if not line.dots:
            return drawn
        dot = Markup('<circle class="chart-dot {}" cx="{}" cy="{}" r="3"/>')
        return drawn + Markup("").join(dot.format(line.kind, *point) for point in places)

    def name(self, line: Line) -> Markup:
        return _text(line.name, self.at(line.name_at), kind=f"name {line.kind}", anchor=line.anchor)


def _text(words: str, at: tuple[str, str], *, kind: str, anchor: str = "start") -> Markup:
    return Markup('<text class="chart-{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(kind, *at, anchor, words)


def _rule(start: tuple[str, str], end: tuple[str, str], *, kind: str) -> Markup:
    return Markup('<line class="chart-{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, *start, *end)
