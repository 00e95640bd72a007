"""Curves of the page on the scores: ROC, calibration and net benefit, from the points in `evaluation.json`."""

from epiluma.web.charts.chart import Chart, Table
from epiluma.web.charts.lines import Axis, Line, line_chart
from epiluma.web.given import Given
from epiluma.web.languages import gettext
from epiluma.web.reports.numbers import SPACE, decimals, share

MELANOMA = "mel"  # has a curve of its own
STEPS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5)


def _percent_axis(title: str, high: float = 1) -> Axis:
    ticks = [(high * part, f"{100 * high * part:g}{SPACE}%") for part in (0, 0.5, 1)]
    return Axis(title=title, low=0, high=high, ticks=ticks)


def roc(evaluation: Given) -> Chart | None:
    """Return what share is found at what share of false alarms, for cancers and precancers and for melanoma."""
    lines, tables = [], []
    for key, kind, name, at in (
        ("malignant", "first", gettext("Cancer or precancer"), (0.4, 0.86)),
        (MELANOMA, "second", gettext("Melanoma"), (0.4, 0.76)),
    ):
        curve = evaluation.at("ranking", key, "roc")
        alarms, found = curve.at("alarms").numbers, curve.at("found").numbers
        low, high = curve.at("low").numbers, curve.at("high").numbers
        if len(alarms) < 2 or len(found) != len(alarms):
            continue
        band = list(zip(alarms, low, high, strict=True)) if len(low) == len(high) == len(alarms) else []
        points = list(zip(alarms, found, strict=True))
        lines.append(Line(points=points, kind=kind, name=name, name_at=at, band=band))
        tables.append((name, points))
    if not lines:
        return None
    sentence = gettext("The more alarms one accepts on harmless lesions, the more cancers are found.")
    chance = Line(points=[(0, 0), (1, 1)], kind="quiet", name=gettext("Chance"), name_at=(0.62, 0.5))
    drawing = line_chart(
        [chance, *lines],
        x=_percent_axis(gettext("Alarms among all others")),
        y=_percent_axis(gettext("Found")),
        label=sentence,
    )
    rows = [(share(step, 0), *(_at(points, step) for _, points in tables)) for step in STEPS]
    columns = (gettext("Alarms among all others"), *(gettext("%(name)s found", name=name) for name, _ in tables))
    title = gettext("What is found, at the price of false alarms (ROC)")
    return Chart(title=title, sentence=sentence, svg=drawing, table=Table(caption=title, columns=columns, rows=rows))


def _at(points: list[tuple[float, float]], step: float) -> str:
    below = [found for alarms, found in points if alarms <= step + 1e-9]
    return share(below[-1]) if below else "–"


def reliability(evaluation: Given) -> Chart | None:
    """Return how often a stated probability of cancer or precancer turned out right."""
    bins = []
    for entry in evaluation.at("reliability", "malignant", "bins").each():
        stated, observed = entry.at("stated").number, entry.at("observed").figure
        if stated is not None and observed is not None:
            bins.append((stated, observed, entry.at("n").whole or 0))
    if len(bins) < 2:
        return None
    bins.sort(key=lambda entry: entry[0])
    sentence = gettext(
        "Of the pictures given a probability, the share that was cancer or precancer. "
        "Honest numbers lie on the dotted line."
    )
    honest = Line(points=[(0, 0), (1, 1)], kind="quiet", name=gettext("Honest"), name_at=(0.42, 0.56), anchor="end")
    measured = Line(
        points=[(stated, observed.value) for stated, observed, _ in bins],
        band=[(stated, observed.low, observed.high) for stated, observed, _ in bins],
        name=gettext("This model"),
        name_at=(0.98, 0.62),
        anchor="end",
        dots=True,
    )
    drawing = line_chart(
        [honest, measured],
        x=_percent_axis(gettext("Probability that was stated")),
        y=_percent_axis(gettext("Share that it was")),
        label=sentence,
    )
    title = gettext("Are the percentages honest? (calibration)")
    table = Table(
        caption=title,
        columns=(gettext("Stated"), gettext("Observed"), gettext("95 % interval"), gettext("Pictures")),
        rows=[
            (
                share(stated),
                share(observed.value),
                gettext("%(low)s to %(high)s", low=share(observed.low), high=share(observed.high)),
                str(n),
            )
            for stated, observed, n in bins
        ],
    )
    return Chart(title=title, sentence=sentence, svg=drawing, table=table)


def benefit(evaluation: Given) -> Chart | None:
    """Return the net benefit of acting on the model, against showing every lesion to a doctor, or none."""
    given = evaluation.at("decision_curve")
    at, model, everyone = (given.at(key).numbers for key in ("thresholds", "model", "all"))
    low, high = given.at("low").numbers, given.at("high").numbers
    if len(at) < 2 or not len(at) == len(model) == len(everyone) == len(low) == len(high) or at[-1] <= at[0]:
        return None
    top = max(*model, *everyone, 0.01)
    sentence = gettext("Where the line of the model lies above both others, acting on it helps more than it costs.")
    lines = [
        Line(points=[(at[0], 0), (at[-1], 0)], kind="quiet", name=gettext("Show none"), name_at=(at[0], -0.055 * top)),
        Line(
            points=[point for point in zip(at, everyone, strict=True) if point[1] > -0.25 * top],
            kind="second",
            name=gettext("Show every lesion"),
            name_at=(at[0] + 0.12 * (at[-1] - at[0]), 0.3 * top),
            anchor="start",
        ),
        Line(
            points=list(zip(at, model, strict=True)),
            band=list(zip(at, low, high, strict=True)),
            name=gettext("By the model"),
            name_at=(at[-1], 0.75 * top),
            anchor="end",
        ),
    ]
    x = Axis(
        title=gettext("Probability from which one acts"),
        low=at[0],
        high=at[-1],
        ticks=[(value, share(value, 0)) for value in (at[0], at[len(at) // 2], at[-1])],
    )
    y = Axis(
        title=gettext("Gain, in finds per 100 pictures"),
        low=-0.25 * top,
        high=1.2 * top,
        ticks=[(value, decimals(100 * value, 0)) for value in (0, top / 2, top)],
    )
    steps = [number for number, value in enumerate(at) if any(abs(value - step) < 1e-6 for step in STEPS)]
    title = gettext("Does acting on it help? (decision curve)")
    table = Table(
        caption=gettext("Gain in finds per 100 pictures"),
        columns=(gettext("From"), gettext("By the model"), gettext("95 % interval"), gettext("Show every lesion")),
        rows=[
            (
                share(at[number], 0),
                decimals(100 * model[number], 1),
                gettext(
                    "%(low)s to %(high)s", low=decimals(100 * low[number], 1), high=decimals(100 * high[number], 1)
                ),
                decimals(100 * everyone[number], 1),
            )
            for number in steps
        ],
    )
    return Chart(title=title, sentence=sentence, svg=line_chart(lines, x=x, y=y, label=sentence), table=table)
