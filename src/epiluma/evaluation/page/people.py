"""The section on groups of people and lesions."""

from collections.abc import Iterator, Mapping
from typing import Any

from epiluma.evaluation.page.headline import Report, about
from epiluma.evaluation.page.markup import (
    SPACE,
    Markup,
    disclosure,
    figure_cells,
    html,
    number,
    paragraph,
    section,
    table,
    thousands,
    track,
)
from epiluma.evaluation.subgroups import FEWEST

COLUMNS = {
    "sensitivity": "Malignant or precancerous that get a tier that is not low",
    "melanoma_sensitivity": "Melanomas that get a tier that is not low",
    "specificity": "Harmless that get the tier low",
    "malignant_auc": "AUC, malignant or precancerous",
    "melanoma_auc": "AUC, melanoma",
    "top1": "Right diagnosis first",
}
AREAS = {"malignant_auc", "melanoma_auc"}
FIRST = ("sensitivity", "malignant_auc")  # shown at once; the others open when they are asked for
TRUTHS = {
    "histo": "histology (under the microscope)",
    "follow_up": "follow-up (unchanged over time)",
    "consensus": "consensus of experts",
    "confocal": "confocal microscopy",
}


def subgroups(report: Report) -> Markup:
    """Return the figures by sex, age, body site and how the truth is known."""
    groupings = report["subgroups"]
    if not groupings:
        words = "Not measured: nothing is known about who and what these pictures show, or all are alike."
        return section("people", "Does it serve everybody alike?", paragraph(words))
    return section(
        "people",
        "Does it serve everybody alike?",
        about(report, "probabilities; a tier also from the decision"),
        paragraph(
            f"The same figures for groups of people and lesions. A group with fewer than {FEWEST} lesions of the kind "
            "that a figure is about gets no number: one lesion would move it by ten points. A gap is the difference to "
            "all other pictures; it is named where its interval leaves out 0. With this many groups, one gap in twenty "
            "is expected by chance alone. Groups differ in what they hold, too: harder lesions make a gap without any "
            "unfairness of the model."
        ),
        paragraph(
            "Skin type is not recorded in these pictures, so nothing here says how the model reads dark skin.",
        ),
        *_gaps(groupings),
        *(_grouping(grouping) for grouping in groupings),
    )


def _gaps(groupings: list[dict[str, Any]]) -> Iterator[Markup]:
    notable = [
        f"<li>{html(sentence)}</li>"
        for grouping in groupings
        for group in grouping["groups"]
        for sentence in _notable(grouping, group)
    ]
    if notable:
        yield Markup(f"<p>Gaps whose interval leaves out 0:</p><ul>{''.join(notable)}</ul>")
    else:
        yield paragraph("No gap's interval leaves out 0.")


def _notable(grouping: Mapping[str, Any], group: Mapping[str, Any]) -> Iterator[str]:
    for name in COLUMNS:
        gap = group["figures"][name].get("gap")
        if gap and "low" in gap and (gap["low"] > 0 or gap["high"] < 0):
            way = "better" if gap["value"] > 0 else "worse"
            yield (
                f"{grouping['title']}, {_name(group['name'])}: {_start(COLUMNS[name])} is "
                f"{_size(abs(gap['value']), name)} {way} than among all others ({_between(gap, name)})"
            )


def _start(title: str) -> str:
    return title if title.startswith("AUC") else title[0].lower() + title[1:]


def _size(value: float, name: str) -> str:
    return number(value) if name in AREAS else f"{100 * value:.0f} points"


def _between(gap: Mapping[str, Any], name: str) -> str:
    if name in AREAS:
        return f"{gap['low']:+.3f} to {gap['high']:+.3f}"
    return f"{100 * gap['low']:+.0f} to {100 * gap['high']:+.0f} points"


def _grouping(grouping: Mapping[str, Any]) -> Markup:
    shown = "\n".join(_column(grouping, name) for name in FIRST)
    rest = "\n".join(_column(grouping, name) for name in COLUMNS if name not in FIRST)
    return Markup(f"<h3>{html(grouping['title'])}</h3>\n{shown}\n{disclosure('More figures', rest)}")


def _column(grouping: Mapping[str, Any], name: str) -> Markup:
    share = name not in AREAS
    kind = {"melanoma_sensitivity": "melanoma_lesions", "melanoma_auc": "melanoma_lesions"}.get(
        name, "malignant_lesions"
    )
    rows = []
    for group in grouping["groups"]:
        figure = group["figures"][name]
        value, between = figure_cells(figure, share=share)
        counts = f"{thousands(group['n'])} ({thousands(group['lesions'])})"
        where = track(figure, low=0.0 if share else 0.5)
        rows.append((_name(group["name"]), counts, thousands(group[kind]), value, between, where))
    sought = "Melanomas" if kind == "melanoma_lesions" else "Malignant"
    heads = ("", "Pictures (lesions)", f"{sought}, lesions", "Value", f"95{SPACE}% interval")
    scale = Markup(f'<span class="quiet">{"0 to 100" if share else "0.5 to 1"}{f"{SPACE}%" if share else ""}</span>')
    return table(f"{COLUMNS[name]}, by {grouping['title'].lower()}", (*heads, scale), rows)


def _name(group: str) -> str:
    return TRUTHS.get(group, group)
