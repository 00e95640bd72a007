"""A reading as the page shows it: every number as text, every text in the reader's language.

`static/js/result/view.js` does the same in the browser, with the same words; a test compares all they show.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import flask_babel

from epiluma.inference.reasons import explain
from epiluma.records import NOTICE, Geometry, Modality, Prediction, Reading, Tier
from epiluma.taxonomy import BY_CODE, CODES, INDEX
from epiluma.web.figures import Figures
from epiluma.web.heatmap import data_url, heat_map
from epiluma.web.languages import gettext
from epiluma.web.wording import (
    MODALITIES,
    TIERS,
    diagnosis_address,
    diagnosis_name,
    diagnosis_text,
    malignancy_word,
    percent,
    sentence,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One diagnosis and how probable it is; `width` is that of its bar, of 100."""

    name: str
    malignancy: str
    percent: str
    width: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """What one diagnosis is, and where there is more about it."""

    name: str
    text: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """Everything the result's template prints, in the order of the page.

    Attributes:
        tier: its stable word, for the style sheet.
        refusal: says that the model abstained: the card says why, the list is greyed; empty where it did not.
        meaning: what the tier means, or why there is none.
        missed_melanomas: how many of 100 melanomas were rated low; only for `low`, empty elsewhere.
        next_steps: what to do.
        malignant_percent: empty where no tier was given.
        doubtful: why the list of diagnoses is only a guess; empty where it is not.
        also: what is worth ruling out beside the most probable; empty where the decision agrees with it, or nothing
            can be judged.
        explained: empty for a refusal.
        taken: how the picture was taken.
        applied: what was cut and turned before reading; empty where nothing was.
        read_by: the model and the day.
        kept: where the picture was read, and that nothing is left of it.
        heat_url: a picture to lay over the central square; empty for a refusal.
        picture_url: the picture itself, for a page without JavaScript; else empty.
        announcement: read out when the result appears.
        copied: the whole result as plain text, a sentence or two per line.
    """

    tier: str
    word: str
    shape: str
    refusal: str
    meaning: Sequence[str]
    missed_melanomas: str
    next_steps: Sequence[str]
    malignant_percent: str
    doubtful: str
    top: Sequence[Row]
    also: str
    all: Sequence[Row]
    explained: Sequence[Explained]
    taken: str
    applied: str
    read_by: str
    tested: str
    kept: str
    heat_url: str
    picture_url: str
    announcement: str
    copied: str


def make_result(reading: Reading, figures: Figures, *, today: date, picture_url: str = "") -> Result:
    """Put a reading of the server's into words."""
    prediction = reading.prediction
    tier = TIERS[prediction.tier]
    rows = {code: _row(code, share) for code, share in zip(CODES, prediction.probabilities, strict=True)}
    ranked = sorted(CODES, key=lambda code: -prediction.probabilities[INDEX[code]])
    rated = prediction.tier is not Tier.NOT_ASSESSED
    return Result(
        tier=prediction.tier.value,
        word=str(tier.word),
        shape=tier.shape,
        refusal=sentence("refusal") if prediction.abstained else "",
        meaning=_meaning(prediction),
        missed_melanomas=_missed(prediction, figures),
        next_steps=_next_steps(prediction),
        malignant_percent=percent(prediction.malignant_probability) if rated else "",
        doubtful=_doubt(prediction),
        top=[rows[ranked.code] for ranked in prediction.top3],
        also=_also(prediction),
        all=[rows[code] for code in ranked],
        explained=[] if prediction.abstained else _explained(prediction),
        taken=_taken(prediction),
        applied=_applied(prediction.geometry),
        read_by=_read_by(prediction, today),
        tested=figures.tested(),
        kept=sentence("kept.server"),
        heat_url="" if prediction.abstained else _heat_url(reading),
        picture_url=picture_url,
        announcement=_announcement(prediction),
        copied="\n".join(_copied(prediction, figures, today)),
    )


def pattern_result() -> Result:
    """Return a result that has every part once: a page keeps it in a `<template>`, for a script to clone and fill."""
    row = Row(name="-", malignancy="-", percent="-", width="0")
    return Result(
        tier=Tier.NOT_ASSESSED.value,
        word="-",
        shape=TIERS[Tier.NOT_ASSESSED].shape,
        refusal="-",
        meaning=["-"],
        missed_melanomas="-",
        next_steps=["-"],
        malignant_percent="-",
        doubtful="-",
        top=[row],
        also="-",
        all=[row],
        explained=[Explained(name="-", text="-", address="#")],
        taken="-",
        applied="-",
        read_by="-",
        tested="-",
        kept="-",
        heat_url="",
        picture_url="",
        announcement="",
        copied="",
    )


def _row(code: str, share: float) -> Row:
    return Row(
        name=diagnosis_name(code),
        malignancy=malignancy_word(code),
        percent=percent(share),
        width=f"{math.floor(max(share * 100, 0.5) * 10 + 0.5) / 10:.1f}",
    )


def _meaning(prediction: Prediction) -> list[str]:
    if prediction.reasons:
        return [gettext(explain(code).why) for code in prediction.reasons]
    return [str(TIERS[prediction.tier].meaning)]


def _missed(prediction: Prediction, figures: Figures) -> str:
    return figures.missed_melanomas() if prediction.tier is Tier.LOW else ""


def _next_steps(prediction: Prediction) -> list[str]:
    if prediction.reasons:
        return [gettext(explain(code).advice) for code in prediction.reasons]
    return [str(TIERS[prediction.tier].next_step)]


def _doubt(prediction: Prediction) -> str:
    if prediction.abstained:
        return sentence("doubt.refused")
    if prediction.modality is Modality.CLINICAL:
        return sentence("doubt.clinical")
    return ""


def _also(prediction: Prediction) -> str:
    code = prediction.decision.code
    if prediction.abstained or code == prediction.top3[0].code:
        return ""
    danger = "malignant" if BY_CODE[code].counts_as_malignant else "benign"
    return sentence(f"also.{danger}", name=diagnosis_name(code))


def _explained(prediction: Prediction) -> list[Explained]:
    shown = [ranked.code for ranked in prediction.top3]
    if prediction.decision.code not in shown:
        shown.append(prediction.decision.code)
    return [
        Explained(name=diagnosis_name(code), text=diagnosis_text(code), address=diagnosis_address(code))
        for code in shown
    ]


def _heat_url(reading: Reading) -> str:
    top = INDEX[reading.prediction.top3[0].code]
    return data_url(heat_map(reading.activation_maps[top]), "image/png")


def _taken(prediction: Prediction) -> str:
    return sentence("taken", answer=str(MODALITIES[prediction.modality]))


def _applied(geometry: Geometry | None) -> str:
    if geometry is None:
        return ""
    x, y, width, height = (str(number) for number in geometry.crop)
    said = [sentence("applied.crop", x=x, y=y, width=width, height=height)]
    if geometry.rotate:
        said.append(sentence("applied.rotate", degrees=str(geometry.rotate)))
    if geometry.flip:
        said.append(sentence("applied.flip"))
    return " ".join(said)


def _read_by(prediction: Prediction, today: date) -> str:
    return sentence("read-by", date=flask_babel.format_date(today, "long"), model=prediction.model_id)


def _announcement(prediction: Prediction) -> str:
    first = prediction.top3[0]
    return sentence(
        "announcement",
        tier=str(TIERS[prediction.tier].word),
        name=diagnosis_name(first.code),
        share=percent(first.probability),
    )


def _copied(prediction: Prediction, figures: Figures, today: date) -> list[str]:
    first, second, third = ((diagnosis_name(r.code), percent(r.probability)) for r in prediction.top3)
    lines = [
        sentence("copy.tier", tier=str(TIERS[prediction.tier].word)),
        sentence("refusal") if prediction.abstained else "",
        *_meaning(prediction),
        _missed(prediction, figures),
        sentence("copy.next", step=" ".join(_next_steps(prediction))),
        _probability(prediction),
        sentence("copy.top", first=first[0], a=first[1], second=second[0], b=second[1], third=third[0], c=third[1]),
        _doubt(prediction),
        _also(prediction),
        _taken(prediction),
        _applied(prediction.geometry),
        _read_by(prediction, today),
        figures.tested(),
        gettext(NOTICE),
    ]
    return [line for line in lines if line]


def _probability(prediction: Prediction) -> str:
    if prediction.tier is Tier.NOT_ASSESSED:
        return ""
    return sentence("copy.malignant", share=percent(prediction.malignant_probability))
