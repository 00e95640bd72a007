"""Sections that need more than the scored pictures: other and worse pictures, and where the model looked."""

from collections.abc import Mapping, Sequence
from typing import Any

from epiluma.evaluation.page.charts import TALL_INCHES, draw, paint_severity
from epiluma.evaluation.page.headline import Report, about
from epiluma.evaluation.page.markup import (
    SPACE,
    Markup,
    chart,
    disclosure,
    figure_cells,
    in_words,
    paragraph,
    percent,
    plural,
    section,
    table,
)

WORSE = "Worse pictures, and pictures of something else"
FIGURES = {"balanced_accuracy": ("Balanced accuracy", True), "ece": ("Calibration error (ECE)", False)}
# What the first chart shows: the first that these pictures define.
FALLING = {
    "balanced_accuracy": ("balanced accuracy", ", from the decision,"),
    "melanoma_auc": ("AUC of melanoma", ", from the probabilities,"),
    "ece": ("calibration error", ", from the probabilities,"),
}
KINDS = {
    "none": "as they are",
    "other-clinic": "another clinic (1 mild, 2 strong)",
    "blur": "blurred",
    "sharpen": "sharpened",
    "dark": "darker",
    "bright": "brighter",
    "jpeg": "compressed (JPEG)",
    "noise": "noisy",
    "colour-cast": "tinted",
    "smaller": "lesion smaller in the frame",
    "larger": "lesion larger in the frame",
    "vignette": "dark corners",
    "hair": "hair in the way",
}


def robustness(report: Report) -> Markup:
    """Return how figures fall as pictures get worse, and what is refused that is no lesion."""
    if "robustness" not in report:
        words = "Not measured: that takes reading many spoiled pictures (`epiluma evaluate --robustness`)."
        return section("worse-pictures", WORSE, paragraph(words))
    measured = report["robustness"]
    refusals, fallen = measured["refusals"], measured["degradation"]
    return section(
        "worse-pictures",
        WORSE,
        paragraph(f"{measured['pictures']} · n = {plural(fallen['n'], 'picture')}", classes="about"),
        Markup("<h3>What it refuses</h3>"),
        paragraph(
            "A good model answers for every lesion, another clinic’s too, and refuses everything else. And where it "
            "refuses a lesion, it would have been wrong more often than where it answers."
        ),
        _refusals(refusals["groups"]),
        paragraph(
            f"Decided rightly: {in_words(refusals['read_and_right'], share=True)} of the lesions that it answered, "
            f"{in_words(refusals['refused_and_right'], share=True)} of those it refused."
        ),
        Markup("<h3>How figures fall as pictures get worse</h3>"),
        paragraph(
            "The same pictures, spoiled by computation in one way at a time, in five degrees: 1 and 2 are seen in "
            "practice every day, 5 leaves little to judge. All pictures count, refused or not."
        ),
        _curves(fallen["points"]),
        _verdicts(fallen),
        _points(fallen["points"]),
    )


def _refusals(groups: Mapping[str, Any]) -> Markup:
    rows = [
        (
            group["title"],
            *figure_cells(group["refused"], share=True),
            f"{group['refused']['n']:,}",
            ", ".join(f"{row['code']} ({row['n']})" for row in group["reasons"]),
        )
        for group in groups.values()
    ]
    return table(
        "Share that is refused", ("", "Refused", f"95{SPACE}% interval", "n", "Reasons"), rows, classes="prose"
    )


def _curves(points: Sequence[Mapping[str, Any]]) -> Markup:
    start = points[0]
    figure = next((name for name in FALLING if "value" in start["all"][name]), "ece")
    charts = []
    for name, (title, words) in {figure: FALLING[figure], "refused": ("share that is refused", "")}.items():
        lines = [
            (KINDS.get(kind, kind), *_line([start, *(p for p in points if p["kind"] == kind)], name))
            for kind in dict.fromkeys(point["kind"] for point in points[1:])
        ]
        svg = draw(
            f"severity-{name.replace('_', '-')}",
            f"{title} by severity",
            lambda axes, lines=lines, title=title: paint_severity(axes, lines, up=title),  # type: ignore[misc]
            size=TALL_INCHES,
        )
        charts.append(chart(svg, f"{title[0].upper()}{title[1:]}{words} by degree; 0: as they are."))
    return Markup(f'<div class="charts">{"".join(charts)}</div>')


def _line(points: Sequence[Mapping[str, Any]], name: str) -> tuple[list[float], list[float]]:
    figures = [(point["severity"], point["refused"] if name == "refused" else point["all"][name]) for point in points]
    known = [(float(severity), figure["value"]) for severity, figure in figures if "value" in figure]
    return [severity for severity, _ in known], [value for _, value in known]


def _points(points: Sequence[Mapping[str, Any]]) -> Markup:
    rows = [
        (
            KINDS.get(point["kind"], point["kind"]),
            str(point["severity"]),
            *figure_cells(point["refused"], share=True),
            *(cell for name, (_, share) in FIGURES.items() for cell in figure_cells(point["all"][name], share=share)),
        )
        for point in points
    ]
    heads = ("Spoiled", "Degree", "Refused", f"95{SPACE}% interval")
    more = [cell for title, _ in FIGURES.values() for cell in (title, f"95{SPACE}% interval")]
    return disclosure("Every degree", table("Figures by kind and degree", (*heads, *more), rows))


def _verdicts(fallen: Mapping[str, Any]) -> Markup:
    if "value" not in fallen["points"][0]["all"]["balanced_accuracy"]:
        return paragraph("Whether it refuses before it is wrong is not known: these pictures do not show all seven.")
    rows = [(KINDS.get(name, name), *_verdict(kind)) for name, kind in fallen["kinds"].items()]
    caption = "Does it refuse before it is wrong? Wrong: balanced accuracy has lost more than 5 points"
    return table(caption, ("Spoiled", "Wrong from degree", "Half refused from degree", ""), rows)


def _verdict(kind: Mapping[str, Any]) -> tuple[str, str, str]:
    wrong, half = kind.get("wrong_from"), kind.get("half_refused_from")
    never = "stays right" if wrong is None else "refuses first" if kind["refuses_first"] else "is wrong first"
    return str(wrong or "–"), str(half or "–"), never


def localisation(report: Report) -> Markup:
    """Return whether the heat map points at the lesion."""
    title = "Where it looked"
    if "localisation" not in report:
        words = "Not measured: that takes pictures with outlines of their lesions (`epiluma evaluate --localisation`)."
        return section("where", title, paragraph(words))
    measured = report["localisation"]
    sigma, left_out = measured["baseline"]["sigma"], measured["left_out"]
    whole = measured["groups"]["all"]
    return section(
        "where",
        title,
        about(report, "heat map of the most probable diagnosis", whole["n"]),
        paragraph(
            "People drew the outline of each lesion. Here the heat map is held against it: does its highest point lie "
            "on the lesion (pointing game), how much of the map does, and how well do both shapes overlap? Lesions sit "
            "in the middle of most pictures, so a blob that always lies in the middle does well, too: the map must "
            "beat it. "
            "It says where the network looked, not why it decided."
        ),
        *(_group(group) for group in measured["groups"].values()),
        paragraph(
            f"The blob is a Gaussian with a standard deviation of {percent(sigma)} of the side. Left out, for want of "
            f"an outline inside the square that the network sees: {plural(left_out, 'picture')}.",
            classes="small quiet",
        ),
    )


def _group(group: Mapping[str, Any]) -> Markup:
    if group["n"] == 0:
        return Markup("")
    rows = [
        (
            measure["title"],
            *figure_cells(measure, share=True),
            percent(measure["baseline"], 1) if "baseline" in measure else "",
            _ahead(measure["difference"]),
        )
        for measure in group["measures"].values()
    ]
    caption = f"{group['title']}: {plural(group['n'], 'picture')} of {plural(group['lesions'], 'lesion')}"
    return table(caption, ("", "Heat map", f"95{SPACE}% interval", "Blob in the middle", "Ahead by, in points"), rows)


def _ahead(figure: Mapping[str, Any]) -> str:
    if "low" not in figure:
        return ""
    return f"{100 * figure['value']:+.1f} ({100 * figure['low']:+.1f} to {100 * figure['high']:+.1f})"
