"""Curves of the page on the scores: ROC and calibration, from the points in `evaluation.json`."""

from epiluma.web.charts.chart import Chart, Table
from epiluma.web.charts.lines import Axis, Line, line_chart
from epiluma.web.given import Figure, Given
from epiluma.web.languages import gettext
from epiluma.web.reports.numbers import SPACE, count, interval_of, share

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
    bins = _bins(evaluation)
    if len(bins) < 2:
        return None
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
        columns=(gettext("Stated"), gettext("Observed"), gettext("Interval of 95 %"), gettext("Pictures")),
        rows=[
            (share(stated), share(observed.value), interval_of(observed, as_share=True), count(n))
            for stated, observed, n in bins
        ],
    )
    return Chart(title=title, sentence=sentence, svg=drawing, table=table)


def _bins(evaluation: Given) -> list[tuple[float, Figure, int]]:
    bins = []
    for entry in evaluation.at("reliability", "malignant", "bins").each():
        stated, observed = entry.at("stated").number, entry.at("observed").figure
        if stated is not None and observed is not None:
            bins.append((stated, observed, entry.at("n").whole or 0))
    return sorted(bins, key=lambda entry: entry[0])
