"""Numbers as the reader's language writes them."""

from flask_babel import format_decimal

from epiluma.web.given import Figure
from epiluma.web.languages import gettext

SPACE = "\N{NO-BREAK SPACE}"


def count(number: float) -> str:
    """Return a whole number with marks between thousands."""
    return str(format_decimal(round(number)))


def decimals(number: float, places: int = 3) -> str:
    """Return a number with this many digits behind the point."""
    return str(format_decimal(round(number, places), format=_pattern(places)))


def share(number: float, places: int = 1) -> str:
    """Return a share as percent with this many digits behind the point."""
    return f"{decimals(100 * number, places)}{SPACE}%"


def short_share(number: float) -> str:
    """Return a share as percent, with one digit behind the point where it is not whole."""
    return f"{format_decimal(round(100 * number, 1), format='#,##0.#')}{SPACE}%"


def value_of(figure: Figure, *, as_share: bool) -> str:
    """Return a figure's value."""
    return share(figure.value) if as_share else decimals(figure.value)


def interval_of(figure: Figure, *, as_share: bool) -> str:
    """Return a figure's interval in words."""
    low, high = (share(end) if as_share else decimals(end) for end in (figure.low, figure.high))
    return gettext("%(low)s to %(high)s", low=low, high=high)


def number_of(figure: Figure) -> str:
    """Return how many pictures a figure is about."""
    return "" if figure.n is None else count(figure.n)


def minutes(seconds: float) -> str:
    """Return a duration in minutes, or in hours where it is long."""
    if seconds >= 7200:
        return gettext("%(hours)s hours", hours=decimals(seconds / 3600, 1))
    return gettext("%(minutes)s minutes", minutes=count(seconds / 60))


def _pattern(places: int) -> str:
    return "#,##0." + "0" * places if places else "#,##0"
