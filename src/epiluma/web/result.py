"""A reading as the page shows it: every number as text, every text in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from epiluma.inference.reasons import explain
from epiluma.records import Modality, Prediction, Reading, Tier
from epiluma.taxonomy import BY_CODE, CODES, INDEX
from epiluma.web.figures import Figures
from epiluma.web.heatmap import data_url, heat_map
from epiluma.web.languages import gettext
from epiluma.web.wording import TIERS, diagnosis_name, diagnosis_text, malignancy_word, percent


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One diagnosis and how probable it is; `width` is that of its bar, of 100."""

    name: str
    malignancy: str
    percent: str
    width: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """Everything the result's template prints, in the order of the page.

    Attributes:
        tier: its stable word, for the style sheet.
        refused: the model abstained: the card says why, the list is greyed.
        meaning: what the tier means, or why there is none.
        next_steps: what to do.
        missed_melanomas: how many of 100 melanomas were rated low; only for `low`, empty elsewhere.
        malignant_percent: empty where no tier was given.
        doubtful: why the list of diagnoses is only a guess; empty where it is not.
        also: what is worth ruling out beside the most probable; empty where the decision agrees with it, or nothing
            can be judged.
        heat_url: a picture to lay over the central square; empty for a refusal.
        picture_url: the picture itself, for a page without JavaScript; else empty.
        announcement: read out when the result appears.
    """

    tier: str
    word: str
    shape: str
    refused: bool
    meaning: Sequence[str]
    next_steps: Sequence[str]
    missed_melanomas: str
    malignant_percent: str
    doubtful: str
    top: Sequence[Row]
    also: str
    all: Sequence[Row]
    explained: Sequence[tuple[str, str]]
    model_id: str
    tested: str
    heat_url: str
    picture_url: str
    announcement: str


def make_result(reading: Reading, figures: Figures, *, picture_url: str = "") -> Result:
    """Put a reading into words."""
    prediction = reading.prediction
    tier = TIERS[prediction.tier]
    rows = {code: _row(code, share) for code, share in zip(CODES, prediction.probabilities, strict=True)}
    ranked = sorted(CODES, key=lambda code: -prediction.probabilities[INDEX[code]])
    rated = prediction.tier is not Tier.NOT_ASSESSED
    return Result(
        tier=prediction.tier.value,
        word=str(tier.word),
        shape=tier.shape,
        refused=prediction.abstained,
        meaning=_meaning(prediction),
        next_steps=_next_steps(prediction),
        missed_melanomas=figures.missed_melanomas() if prediction.tier is Tier.LOW else "",
        malignant_percent=percent(prediction.malignant_probability) if rated else "",
        doubtful=_doubt(prediction),
        top=[rows[ranked.code] for ranked in prediction.top3],
        also=_also(prediction),
        all=[rows[code] for code in ranked],
        explained=_explained(prediction),
        model_id=prediction.model_id,
        tested=figures.tested(),
        heat_url="" if prediction.abstained else _heat_url(reading),
        picture_url=picture_url,
        announcement=_announcement(prediction),
    )


def _row(code: str, share: float) -> Row:
    return Row(
        name=diagnosis_name(code),
        malignancy=malignancy_word(code),
        percent=percent(share),
        width=f"{max(share * 100, 0.5):.1f}",
    )


def _meaning(prediction: Prediction) -> list[str]:
    if prediction.reasons:
        return [gettext(explain(code).why) for code in prediction.reasons]
    return [str(TIERS[prediction.tier].meaning)]


def _next_steps(prediction: Prediction) -> list[str]:
    if prediction.reasons:
        return [gettext(explain(code).advice) for code in prediction.reasons]
    return [str(TIERS[prediction.tier].next_step)]


def _doubt(prediction: Prediction) -> str:
    if prediction.abstained:
        return gettext("These numbers come from a picture that cannot be judged. Do not rely on them.")
    if prediction.modality is Modality.CLINICAL:
        return gettext("A guess: the model has learned pictures taken with a dermoscope only.")
    return ""


def _also(prediction: Prediction) -> str:
    if prediction.abstained or prediction.decision.code == prediction.top3[0].code:
        return ""
    name = diagnosis_name(prediction.decision.code)
    if BY_CODE[prediction.decision.code].counts_as_malignant:
        return gettext("Also worth ruling out: %(name)s", name=name)
    return gettext("Also possible: %(name)s", name=name)  # nobody needs to rule out what is harmless


def _explained(prediction: Prediction) -> list[tuple[str, str]]:
    shown = [ranked.code for ranked in prediction.top3]
    if prediction.decision.code not in shown:
        shown.append(prediction.decision.code)
    return [(diagnosis_name(code), diagnosis_text(code)) for code in shown]


def _heat_url(reading: Reading) -> str:
    top = INDEX[reading.prediction.top3[0].code]
    return data_url(heat_map(reading.activation_maps[top]), "image/png")


def _announcement(prediction: Prediction) -> str:
    first = prediction.top3[0]
    return gettext(
        "The result is here. %(tier)s. Most probable: %(name)s, %(share)s.",
        tier=str(TIERS[prediction.tier].word),
        name=diagnosis_name(first.code),
        share=percent(first.probability),
    )
