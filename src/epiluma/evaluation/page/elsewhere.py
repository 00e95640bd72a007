"""Sections that need more than the scored pictures: other and worse pictures, and where the model looked."""

from collections.abc import Mapping
from typing import Any

from epiluma.evaluation.page.headline import Report, about
from epiluma.evaluation.page.markup import SPACE, Markup, figure_cells, paragraph, percent, plural, section, table


def robustness(report: Report) -> Markup:
    """Return how figures fall as pictures get worse, and what is refused that is no lesion."""
    if "robustness" not in report:
        return section("worse-pictures", "Worse pictures, and pictures of something else", paragraph("Not measured."))
    return section("worse-pictures", "Worse pictures, and pictures of something else")


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
