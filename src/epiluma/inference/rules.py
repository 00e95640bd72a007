"""From the graph's outputs to the record: one small set of rules whose numbers are all in the manifest.

The same rules exist in JavaScript, and both must give the cases of `tests/golden/records.json` to the last bit. So sums
run from left to right in taxonomy order, in double precision, with no compensation.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from epiluma.bundle.manifest import BundleManifest, QualityLimit, Tiers
from epiluma.errors import BundleError
from epiluma.records import Decision, Geometry, Modality, Prediction, Ranked, Tier
from epiluma.taxonomy import CODES, MALIGNANT_CODES, MALIGNANT_INDICES

UNFAMILIAR = "abstention.unfamiliar"
CLINICAL = "modality.clinical"
UNKNOWN = "modality.unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """The numbers of one picture that the record is made from.

    Attributes:
        probabilities: (7,) as the graph gives them; renormalised here.
        decision_scores: (7,); only their order counts.
        abstention_score: higher means refuse.
        quality: (k,) in the order of the manifest's `quality`.
    """

    probabilities: Sequence[float]
    decision_scores: Sequence[float]
    abstention_score: float
    quality: Sequence[float]


def make_prediction(
    scores: Scores,
    *,
    manifest: BundleManifest,
    file: str,
    sha256: str,
    modality: Modality = Modality.UNKNOWN,
    geometry: Geometry | None = None,
) -> Prediction:
    """Apply the rules of `docs/bundle.md` to the outputs of one picture.

    Raises:
        BundleError: `bundle.output` where the graph gave numbers that cannot be: of another length, not finite, or
            probabilities that do not sum to 1.
    """
    _check(scores, manifest)
    probabilities = normalise(scores.probabilities)
    top3 = _largest(probabilities, 3)
    decision = CODES[_largest(scores.decision_scores, 1)[0]]
    malignant = malignant_probability(probabilities)
    reasons = quality_reasons(scores.quality, manifest.quality)
    if not reasons and scores.abstention_score > manifest.abstention.threshold:
        reasons = [UNFAMILIAR]
    abstained = bool(reasons)
    suspects = {CODES[top3[0]], decision} & set(MALIGNANT_CODES)
    tier = _tier(malignant, manifest.tiers, suspicious=bool(suspects))
    if modality is Modality.CLINICAL:
        reasons.append(CLINICAL)
    if modality is Modality.UNKNOWN and tier is Tier.LOW and not abstained:
        reasons.append(UNKNOWN)
    return Prediction(
        file=file,
        sha256=sha256,
        model_id=manifest.id,
        modality=modality,
        probabilities=tuple(probabilities),
        top3=tuple(Ranked(code=CODES[index], probability=probabilities[index]) for index in top3),
        decision=Decision(code=decision, rule=manifest.decision.rule),
        malignant_probability=malignant,
        tier=Tier.NOT_ASSESSED if reasons else tier,
        abstained=abstained,
        reasons=tuple(reasons),
        geometry=geometry,
    )


def normalise(probabilities: Sequence[float]) -> list[float]:
    """Divide by the sum, in double precision: the graph's float32 is off by up to 1e-6.

    Example:
        >>> normalise([1, 0, 0, 0, 0, 3, 0])
        [0.25, 0.0, 0.0, 0.0, 0.0, 0.75, 0.0]
    """
    total = _sum(probabilities)
    return [float(value) / total for value in probabilities]


def malignant_probability(probabilities: Sequence[float]) -> float:
    """Sum what is malignant or precancerous: akiec, bcc, mel; never above 1."""
    return min(1.0, _sum([probabilities[index] for index in MALIGNANT_INDICES]))


def quality_reasons(values: Sequence[float], limits: Sequence[QualityLimit]) -> list[str]:
    """Return the reason code of every limit that is passed, in the manifest's order; a value on a limit is inside."""
    reasons: list[str] = []
    for value, limit in zip(values, limits, strict=True):
        if limit.minimum is not None and limit.below is not None and value < limit.minimum:
            reasons.append(limit.below)
        if limit.maximum is not None and limit.above is not None and value > limit.maximum:
            reasons.append(limit.above)
    return reasons


def _tier(malignant: float, tiers: Tiers, *, suspicious: bool) -> Tier:
    if malignant >= tiers.high_from:
        return Tier.HIGH
    if malignant >= tiers.intermediate_from or suspicious:
        return Tier.INTERMEDIATE
    return Tier.LOW


def _largest(values: Sequence[float], count: int) -> list[int]:
    # Python's sort is stable, so that of equal values the one first in the taxonomy comes first.
    return sorted(range(len(values)), key=lambda index: -values[index])[:count]


def _sum(values: Sequence[float]) -> float:
    # Not sum(): from Python 3.12 on it compensates for rounding, which JavaScript and older Pythons do not.
    total = 0.0
    for value in values:
        total += float(value)
    return total


def _check(scores: Scores, manifest: BundleManifest) -> None:
    lengths = (len(scores.probabilities), len(scores.decision_scores), len(scores.quality))
    numbers = (*scores.probabilities, *scores.decision_scores, *scores.quality, scores.abstention_score)
    right = (
        lengths == (len(CODES), len(CODES), len(manifest.quality))
        and all(math.isfinite(number) for number in numbers)
        and min(scores.probabilities) >= 0
        and abs(_sum(scores.probabilities) - 1) < 1e-3
    )
    if not right:
        raise BundleError(
            f"the graph of {manifest.id} must give 7 probabilities that sum to 1, 7 decision scores and "
            f"{len(manifest.quality)} measures of quality, all finite; got {scores}. Export the model again.",
            code="bundle.output",
        )
