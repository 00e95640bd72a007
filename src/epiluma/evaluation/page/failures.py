"""Sections on what goes wrong: decisions, the worst mistakes, and what the model refuses to judge."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from epiluma.evaluation.page.headline import Report, about
from epiluma.evaluation.page.markup import (
    SPACE,
    Markup,
    disclosure,
    figure_cells,
    html,
    in_words,
    paragraph,
    percent,
    plural,
    section,
    table,
    thousands,
)
from epiluma.evaluation.terms import PER_CLASS
from epiluma.taxonomy import BY_CODE

Pictures = Mapping[str, bytes]  # image id -> JPEG
SHARES = {"recall", "precision"}


def decisions(report: Report) -> Markup:
    """Return the confusion matrix and the figures of each diagnosis."""
    matrix = report["confusion_matrix"]
    order = matrix["order"]
    rows = [
        (
            f"{BY_CODE[code].name} ({code})",
            *(_cell(count, sum(counts), code == other) for other, count in zip(order, counts, strict=True)),
            thousands(sum(counts)),
        )
        for code, counts in zip(order, matrix["counts"], strict=True)
    ]
    return section(
        "decisions",
        "Which diagnosis is taken for which",
        about(report, "decision"),
        paragraph(
            "The decision is the diagnosis with the largest score after dividing out how common each is: the best "
            "answer if all seven mistakes cost the same. Rows are the truth, columns the decision; the shade is the "
            "share of the row, framed cells are right."
        ),
        table("Pictures by truth and decision", ("Truth", *order, "All"), rows, classes="matrix"),
        *(_class_table(report, name) for name in PER_CLASS),
    )


def _cell(count: int, total: int, right: bool) -> Markup:
    share = round(45 * count / total) if total else 0
    mark = "cell right" if right and count else "cell"
    return Markup(f'<span class="{mark}" style="--share:{share}%">{thousands(count)}</span>')


def _class_table(report: Report, name: str) -> Markup:
    term, share = PER_CLASS[name], name in SHARES
    rows = [
        (f"{BY_CODE[code].name} ({code})", *figure_cells(figures[name], share=share), thousands(figures[name]["n"]))
        for code, figures in report["classes"].items()
    ]
    content = paragraph(term.meaning) + table(
        f"{term.title} of each diagnosis, from the {term.source}", ("", "Value", f"95{SPACE}% interval", "n"), rows
    )
    return disclosure(f"{term.title} of each diagnosis", content)


def mistakes(report: Report, pictures: Pictures) -> Markup:
    """Return the worst mistakes by kind, with the ids of the pictures, and the pictures themselves where given."""
    return section(
        "mistakes",
        "The worst mistakes, by kind",
        about(report, "decision, the probabilities and the tier"),
        paragraph("Every wrong answer stands in one kind only, the gravest it belongs to."),
        *(_kind(kind, pictures) for kind in report["mistakes"]),
    )


def _kind(kind: Mapping[str, Any], pictures: Pictures) -> Markup:
    heading = Markup(f"<h3>{html(kind['title'])}</h3>")
    share = percent(kind["n"] / kind["of"], 1)
    counts = paragraph(
        f"{plural(kind['n'], 'picture')} of {plural(kind['lesions'], 'lesion')}, {share} of the "
        f"{thousands(kind['of'])} it could happen to. {kind['meaning']}"
    )
    if not kind["n"]:
        return Markup(heading + paragraph(f"None of {thousands(kind['of'])}. {kind['meaning']}"))
    named = any("worst" in pair for pair in kind["pairs"])
    heads = ("Truth", "Decided", "Pictures", "Lesions", *(["Least believed first"] if named else []))
    rows = [_pair(pair, named=named) for pair in kind["pairs"]]
    shown = _pictures(kind["pairs"], pictures)
    return Markup(heading + counts + table(kind["title"], heads, rows) + shown)


def _pair(pair: Mapping[str, Any], *, named: bool) -> tuple[object, ...]:
    decided = pair["decided_name"] if pair["decided"] != pair["truth"] else "the same, rightly"
    cells = (pair["truth_name"], decided, thousands(pair["n"]), thousands(pair["lesions"]))
    if not named:
        return cells
    ids = ", ".join(
        f"{html(picture['image_id'])} ({html(percent(picture['probability']))})" for picture in pair.get("worst", ())
    )
    more = pair["n"] - len(pair.get("worst", ()))
    return (*cells, Markup(f'<div class="ids">{ids}{f" and {more} more" if more > 0 else ""}</div>'))


def _pictures(pairs: Iterable[Mapping[str, Any]], pictures: Pictures) -> Markup:
    shown = [
        _picture(picture["image_id"], pair, pictures[picture["image_id"]])
        for pair in pairs
        for picture in pair.get("worst", ())
        if picture["image_id"] in pictures
    ]
    return Markup(f'<div class="pictures">{"".join(shown)}</div>' if shown else "")


def _picture(image_id: str, pair: Mapping[str, Any], jpeg: bytes) -> str:
    words = html(f"{image_id}: {pair['truth_name']}, decided as {pair['decided_name']}")
    source = base64.b64encode(jpeg).decode()
    return f'<figure><img src="data:image/jpeg;base64,{source}" alt="{words}"><figcaption>{words}</figcaption></figure>'


def abstention(report: Report) -> Markup:
    """Return what was refused, why, and what is left of the figures among the rest."""
    refused, answered = report["abstention"], report["abstention"]["answered"]
    rows = [
        ("All pictures", *figure_cells(refused, share=True), thousands(refused["n"])),
        *(
            (name, *figure_cells(refused[key], share=True), thousands(refused[key]["n"]))
            for key, name in (("malignant", "Malignant or precancerous"), ("harmless", "Harmless"))
        ),
    ]
    reasons = [(row["code"], row["n"], row.get("why", "")) for row in refused["reasons"]]
    return section(
        "refusals",
        "What it refuses to judge",
        about(report, "picture’s quality and how familiar it looks"),
        paragraph(
            "A picture that cannot be judged gets no tier and advice on how to take a better one. Its numbers are "
            "still in the record, and all other figures of this page count it."
        ),
        table("Share that is refused", ("", "Value", f"95{SPACE}% interval", "n"), rows),
        table("Reasons; a picture can have several", ("Code", "Pictures", "In words"), reasons, classes="prose")
        if reasons
        else paragraph("No picture was refused."),
        paragraph(
            f"Among the {thousands(answered['n'])} that were answered: AUC of malignant or precancerous "
            f"{in_words(answered['malignant_auc'], share=False)}, of melanoma "
            f"{in_words(answered['melanoma_auc'], share=False)}."
        ),
    )
