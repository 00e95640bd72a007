"""Sections on the probabilities: do they order rightly, and do they keep their word."""

from collections.abc import Mapping
from typing import Any

from epiluma.evaluation.metrics import FEWEST_LESIONS
from epiluma.evaluation.page.charts import (
    TALL_INCHES,
    draw,
    paint_class_ranking,
    paint_ranking,
    paint_reliability,
)
from epiluma.evaluation.page.headline import Report, about
from epiluma.evaluation.page.markup import (
    SPACE,
    Markup,
    chart,
    disclosure,
    figure_cells,
    html,
    in_words,
    paragraph,
    percent,
    section,
    table,
    thousands,
    track,
)

ROC = ("roc", "alarms", "found")
EACH = "Each diagnosis against all others; in brackets its pictures."
PRECISION = ("precision_recall", "recall", "precision")


def ranking(report: Report) -> Markup:
    """Return ROC and precision-recall curves, with their areas in a table."""
    curves = report["ranking"]
    return section(
        "telling-apart",
        "Telling apart",
        about(report, "probabilities"),
        paragraph(
            "An alarm can be set to ring early or late. The first curve shows every setting at once: how many of the "
            "lesions that are sought it finds (sensitivity), and how many of all others it troubles (1 − specificity). "
            "A curve in the upper left corner is perfect; the dotted diagonal is a coin. The second shows how many "
            "alarms are right at each setting; it depends on how common the diagnosis is among these pictures."
        ),
        Markup('<div class="charts">'),
        _chart("roc", "ROC curves", paint_ranking, curves, ROC, f"ROC. Bands: 95{SPACE}% intervals."),
        _chart("pr", "Precision-recall curves", paint_ranking, curves, PRECISION, "Precision and recall, likewise."),
        _chart("roc-classes", "ROC curves of the seven", paint_class_ranking, curves, ROC, EACH),
        _chart("pr-classes", "Precision-recall of the seven", paint_class_ranking, curves, PRECISION, EACH),
        Markup("</div>"),
        _areas(curves),
        disclosure("The curves as a table", _points(curves)),
    )


def _chart(
    name: str, title: str, paint: Any, curves: Mapping[str, Any], axes: tuple[str, str, str], caption: str
) -> Markup:
    return chart(draw(name, title, lambda canvas: paint(canvas, curves, *axes), size=TALL_INCHES), caption)


def _areas(curves: Mapping[str, Any]) -> str:
    rows = []
    for thing in curves.values():
        area, precision = thing["auc"], thing["average_precision"]
        found, between = figure_cells(area, share=False)
        mean, mean_between = figure_cells(precision, share=False)
        if "value" not in precision:
            mean = Markup("")
        chance = percent(precision["baseline"], 1) if "baseline" in precision else ""
        count = f"{thousands(thing['positives'])} ({thousands(thing['lesions'])})"
        rows.append((_title(thing), count, found, between, track(area, low=0.5), mean, mean_between, chance))
    heads = ("", "Pictures (lesions)", "AUC", f"95{SPACE}% interval", Markup('<span class="quiet">0.5 to 1</span>'))
    return paragraph(
        "The area under the ROC curve (AUC) is the chance that one of these gets a higher probability than one of the "
        "others. Average precision is the mean share of alarms that are right; a coin would reach the last column."
    ) + table(
        "Areas under the curves",
        (*heads, "Average precision", f"95{SPACE}% interval", "By chance"),
        rows,
    )


def _title(thing: Mapping[str, Any]) -> Markup:
    few = (
        ""
        if thing["lesions"] >= FEWEST_LESIONS
        else '<br><span class="quiet small">few lesions: read little into it</span>'
    )
    return Markup(html(thing["title"]) + few)


def _points(curves: Mapping[str, Any]) -> Markup:
    shown = [thing for thing in curves.values() if "roc" in thing]
    return table(
        "Share that is found, by share of false alarms",
        ("False alarms", *(thing["title"] for thing in shown)),
        [
            (percent(step / 100), *(percent(thing["roc"]["found"][step], 1) for thing in shown))
            for step in (0, 1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 75)
        ],
    )


def calibration(report: Report) -> Markup:
    """Return the reliability diagrams with the calibration error."""
    first, malignant = report["reliability"]["first"], report["reliability"]["malignant"]
    return section(
        "calibration",
        "Do probabilities keep their word?",
        about(report, "probabilities"),
        paragraph(
            "Of pictures given 80 %, eight in ten should be right. Each dot is a group of pictures, with their number "
            "beside it: across, what the model promised on average; up, what happened. On the dotted line promise and "
            "outcome agree; below it the model promises too much. The lines through the dots are intervals."
        ),
        paragraph(f"Calibration error (ECE): {in_words(report['metrics']['ece'], share=False)}. 0 is honest."),
        Markup('<div class="charts">'),
        chart(
            draw(
                "reliability-first",
                "Reliability of the first diagnosis",
                lambda axes: paint_reliability(axes, first, up="share that was right"),
            ),
            "First diagnosis, 15 groups of equal width.",
        ),
        chart(
            draw(
                "reliability-malignant",
                "Reliability of the malignant probability",
                lambda axes: paint_reliability(axes, malignant, up="share malignant or precancerous"),
            ),
            "Malignant or precancerous, ten groups of equal size.",
        ),
        Markup("</div>"),
        disclosure("The dots as tables", _bins(first) + _bins(malignant)),
    )


def _bins(diagram: Mapping[str, Any]) -> Markup:
    return table(
        f"{diagram['title']}: promised and observed",
        ("Promised", "Observed", f"95{SPACE}% interval", "Pictures", "Lesions"),
        [
            (
                percent(group["stated"], 1),
                *figure_cells(group["observed"], share=True),
                thousands(group["n"]),
                thousands(group["lesions"]),
            )
            for group in diagram["bins"]
        ],
    )
