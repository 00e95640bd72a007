"""The decision curve of the page on the scores, from the points in `evaluation.json`."""

from collections.abc import Sequence
from dataclasses import dataclass

from epiluma.web.charts.chart import Chart, Table
from epiluma.web.charts.lines import Axis, Line, line_chart
from epiluma.web.given import Given
from epiluma.web.languages import gettext
from epiluma.web.reports.curves import STEPS
from epiluma.web.reports.numbers import decimals, share

BELOW, ABOVE = 0.25, 1.2  # how far the axis reaches beyond 0 and the highest point


@dataclass(frozen=True, kw_only=True, slots=True)
class _Curve:
    """The gain at each threshold `at`: by the model with its interval, and by showing everyone."""

    at: Sequence[float]
    model: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    everyone: Sequence[float]

    @property
    def top(self) -> float:
        return max(*self.model, *self.everyone, 0.01)


def benefit(evaluation: Given) -> Chart | None:
    """Return the net benefit of acting on the model, against showing every lesion to a doctor, or none."""
    given = evaluation.at("decision_curve")
    curve = _Curve(
        at=given.at("thresholds").numbers,
        model=given.at("model").numbers,
        low=given.at("low").numbers,
        high=given.at("high").numbers,
        everyone=given.at("all").numbers,
    )
    lengths = {len(values) for values in (curve.at, curve.model, curve.low, curve.high, curve.everyone)}
    if len(lengths) != 1 or len(curve.at) < 2 or curve.at[-1] <= curve.at[0]:
        return None
    sentence = gettext("Where the line of the model lies above both others, acting on it helps more than it costs.")
    x, y = _axes(curve)
    return Chart(
        title=gettext("Does acting on it help? (decision curve)"),
        sentence=sentence,
        svg=line_chart(_lines(curve), x=x, y=y, label=sentence),
        table=_table(curve),
    )


def _lines(curve: _Curve) -> list[Line]:
    first, last, top = curve.at[0], curve.at[-1], curve.top
    everyone = zip(curve.at, curve.everyone, strict=True)
    return [
        Line(points=[(first, 0), (last, 0)], kind="quiet", name=gettext("Show none"), name_at=(first, -0.1 * top)),
        Line(
            points=[point for point in everyone if point[1] > -BELOW * top],
            kind="second",
            name=gettext("Show every lesion"),
            name_at=(first + 0.03 * (last - first), 0.3 * top),
        ),
        Line(
            points=list(zip(curve.at, curve.model, strict=True)),
            band=list(zip(curve.at, curve.low, curve.high, strict=True)),
            name=gettext("By the model"),
            name_at=(last, 0.75 * top),
            anchor="end",
        ),
    ]


def _axes(curve: _Curve) -> tuple[Axis, Axis]:
    first, middle, last, top = curve.at[0], curve.at[len(curve.at) // 2], curve.at[-1], curve.top
    x = Axis(
        title=gettext("Probability from which one acts"),
        low=first,
        high=last,
        ticks=[(value, share(value, 0)) for value in (first, middle, last)],
    )
    y = Axis(
        title=gettext("Gain, in finds per 100 pictures"),
        low=-BELOW * top,
        high=ABOVE * top,
        ticks=[(value, decimals(100 * value, 0)) for value in (0, top / 2, top)],
    )
    return x, y


def _table(curve: _Curve) -> Table:
    def gain(value: float) -> str:
        return decimals(100 * value, 1)

    steps = [number for number, value in enumerate(curve.at) if any(abs(value - step) < 1e-6 for step in STEPS)]
    return Table(
        caption=gettext("Gain in finds per 100 pictures"),
        columns=(gettext("From"), gettext("By the model"), gettext("Interval of 95 %"), gettext("Show every lesion")),
        rows=[
            (
                share(curve.at[number], 0),
                gain(curve.model[number]),
                gettext("%(low)s to %(high)s", low=gain(curve.low[number]), high=gain(curve.high[number])),
                gain(curve.everyone[number]),
            )
            for number in steps
        ],
    )
