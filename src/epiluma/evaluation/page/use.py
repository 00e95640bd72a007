"""Sections on what the model does where it is used: alarms at a prevalence, and whether acting on it helps."""

from collections.abc import Mapping
from typing import Any

from epiluma.evaluation.page.charts import draw, paint_decision_curve
from epiluma.evaluation.page.headline import Report, about
from epiluma.evaluation.page.markup import (
    SPACE,
    Markup,
    chart,
    disclosure,
    figure_cells,
    interval,
    paragraph,
    percent,
    section,
    table,
)

TARGETS = {"malignant": "malignant or precancerous", "melanoma": "melanoma"}


def operating_points(report: Report) -> Markup:
    """Return what each alarm finds and troubles, and what its answer means at several prevalences."""
    return section(
        "alarms",
        "Setting the alarm",
        paragraph(
            "Sensitivity is the share of sought lesions that raise the alarm, specificity the share of all others that "
            "do not. Neither says what an alarm means for one person: that depends on how common the disease is where "
            "the model is used (prevalence). PPV is the share of alarms that are right, NPV the share of silences that "
            "are. They are worked out from sensitivity and specificity, as if the lesions elsewhere were like these."
        ),
        *(_point(report, point) for point in report["operating_points"]),
    )


def _point(report: Report, point: Mapping[str, Any]) -> Markup:
    sought = TARGETS[point["target"]]
    rows = [
        (f"Sensitivity, {sought}", point["sensitivity"]),
        ("Sensitivity, melanoma", point["melanoma_sensitivity"]),
        ("Specificity", point["specificity"]),
        ("Alarms among all pictures", point["alarms"]),
    ]
    if point["target"] == "melanoma":
        rows.pop(1)
    here = " So it looks better here than it will elsewhere." if point["chosen_on"] == "these very pictures" else ""
    content = (
        paragraph(
            f"Rings from a probability of {sought} of {percent(point['threshold'], 1)} on"
            f"{', or where the first diagnosis or the decision is' if 'decision' in point['uses'] else ''}"
            f"{' malignant or precancerous' if 'decision' in point['uses'] else ''}. Threshold chosen on "
            f"{point['chosen_on']}.{here}"
        ),
        about(report, point["uses"], point["n"]),
        table(
            f"{point['title']}: what it finds",
            ("", "Value", f"95{SPACE}% interval", "n"),
            [(name, *figure_cells(figure, share=True), f"{figure['n']:,}") for name, figure in rows],
        ),
        table(
            f"{point['title']}: what its answer means",
            ("Prevalence", "PPV", f"95{SPACE}% interval", "Alarms for one find", "NPV", f"95{SPACE}% interval"),
            [_prevalence_row(row) for row in point["predictive"]],
        ),
    )
    return Markup(f"<h3>{point['title']}</h3>\n" + "\n".join(content))


def _prevalence_row(row: Mapping[str, Any]) -> tuple[object, ...]:
    name = f"{percent(row['prevalence'], 1)} (these pictures)" if row["own"] else percent(row["prevalence"])
    ppv, npv = row["ppv"], row["npv"]
    alarms = f"{1 / ppv['value']:.1f}" if ppv.get("value") else ""
    return (
        name,
        figure_cells(ppv, share=True)[0],
        interval(ppv, share=True) if "value" in ppv else "",
        alarms,
        *figure_cells(npv, share=True),
    )


def decision_curve(report: Report) -> Markup:
    """Return the net benefit against showing every lesion to a doctor, or none."""
    curve = report["decision_curve"]
    return section(
        "benefit",
        "Does acting on it help?",
        about(report, "probabilities", curve["n"]),
        paragraph(
            "Somebody who wants a lesion shown to a doctor from a probability of 10 % on says: one find is worth nine "
            "visits for nothing. The curve weighs finds against such visits at every such threshold (net benefit, in "
            "finds per picture). The model helps where its line lies above both others: showing every lesion, and "
            "showing none."
        ),
        paragraph(_verdict(curve)),
        chart(
            draw(
                "benefit",
                "Decision curve: net benefit by threshold",
                lambda axes: paint_decision_curve(axes, curve),
                size=(5.6, 3.7),
            ),
            f"{percent(curve['prevalence'], 1)} of these pictures are malignant or precancerous; where it is "
            f"rarer, all lines lie lower. Band: 95{SPACE}% interval.",
        ),
        disclosure("The curve as a table", _table(curve)),
    )


def _verdict(curve: Mapping[str, Any]) -> str:
    if "useful" not in curve:
        return "At no threshold is it shown to help here: the intervals reach down to the better of the two."
    first, last = (percent(value) for value in curve["useful"])
    return f"On these pictures it helps from {first} to {last}: there the whole interval of the gain lies above 0."


def _table(curve: Mapping[str, Any]) -> Markup:
    steps = [
        index
        for index, value in enumerate(curve["thresholds"])
        if round(100 * value) in (1, 2, 5, 10, 15, 20, 30, 40, 50)
    ]
    return table(
        "Net benefit, in finds per 100 pictures",
        ("Threshold", "By the model", f"95{SPACE}% interval", "Show every lesion", "Show none"),
        [
            (
                percent(curve["thresholds"][index]),
                f"{100 * curve['model'][index]:.1f}",
                f"{100 * curve['low'][index]:.1f} to {100 * curve['high'][index]:.1f}",
                f"{100 * curve['all'][index]:.1f}",
                "0.0",
            )
            for index in steps
        ],
    )
