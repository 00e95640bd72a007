"""What every chart is: a title, a sentence that says what it shows, a drawing, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

NOTHING = Markup("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table of texts.

    Attributes:
        caption: what it lists.
        columns: headings; the first column names the rows.
        rows: as many texts as there are columns.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar, with its words in HTML, so that they wrap on a phone.

    Attributes:
        label: what it is about.
        value: its number, as a text.
        svg: the bar itself.
    """

    label: str
    value: str
    svg: Markup


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A drawing, or bars.

    Attributes:
        title: its heading.
        sentence: what it shows, in words; also its text alternative.
        table: the same numbers.
        svg: the drawing; empty where there are bars.
        bars: the bars; empty where there is a drawing.
    """

    title: str
    sentence: str
    table: Table
    svg: Markup = NOTHING
    bars: Sequence[Bar] = ()


def within(value: float, low: float, high: float) -> float:
    """Return the value, cut to what a drawing can show."""
    return min(max(value, low), high)


def place(value: float) -> str:
    """Return a coordinate with one digit behind the point, and none where it is zero."""
    return f"{value:.1f}".removesuffix(".0")
