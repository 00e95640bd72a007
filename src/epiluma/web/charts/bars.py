"""Bars as wide as the page lets them be: a length in percent, an interval as a band, a mark for a comparison."""

from markupsafe import Markup

from epiluma.web.charts.chart import Bar, place, within

HEIGHT = 12
BAR = Markup('<rect class="chart-bar" width="{}%" height="{}" rx="2"/>')
BAND = Markup('<rect class="chart-interval" x="{}%" y="2" width="{}%" height="{}"/>')
POINT = Markup('<line class="chart-value" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>')
MARK = Markup('<line class="chart-mark" x1="{0}%" x2="{0}%" y1="0" y2="{1}"/>')


def length_bar(label: str, value: str, share: float) -> Bar:
    """Return a bar of a length; `share` of the longest, in [0, 1]."""
    return Bar(label=label, value=value, svg=_track(BAR.format(_percent(share), HEIGHT)))


def interval_bar(label: str, value: str, at: float, low: float, high: float, *, mark: float | None = None) -> Bar:
    """Return a value on a line from 0 to 1 with its interval as a band.

    Args:
        label: what it is about.
        value: the number as a text.
        at: the number.
        low: start of the interval.
        high: its end.
        mark: something to compare it with.
    """
    start, end = sorted((_cut(low), _cut(high)))
    parts = [BAND.format(_percent(start), _percent(end - start), HEIGHT - 4), POINT.format(_percent(at), HEIGHT)]
    if mark is not None:
        parts.insert(0, MARK.format(_percent(mark), HEIGHT))
    return Bar(label=label, value=value, svg=_track(Markup("").join(parts)))


def _track(inside: Markup) -> Markup:
    return Markup(
        '<svg class="chart-track" width="100%" height="{0}" aria-hidden="true" focusable="false">'
        '<rect class="chart-ground" width="100%" height="{0}" rx="2"/>{1}</svg>'
    ).format(HEIGHT, inside)


def _cut(share: float) -> float:
    return within(share, 0, 1)


def _percent(share: float) -> str:
    return place(100 * _cut(share))
