"""The two thresholds of the tiers, chosen on validation data, and what lands in each tier."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from epiluma.errors import DataError
from epiluma.evaluation.estimates import Array, estimate, lesion_weights
from epiluma.evaluation.metrics import MELANOMA, malignant_scores
from epiluma.evaluation.weighted import Bools, share
from epiluma.records import Tier
from epiluma.taxonomy import CODES, MALIGNANT_INDICES

SENSITIVITY = 0.95  # of melanoma and of all that is malignant, at the lower threshold
SPECIFICITY = 0.95  # at the upper threshold, where Youden's is too low


@dataclass(frozen=True, kw_only=True, slots=True)
class TierThresholds:
    """Thresholds on `malignant_probability`: below the first low, from the second on high.

    Attributes:
        intermediate_from: the largest value that keeps the sensitivity for melanoma and for all malignant or
            precancerous lesions at 0.95 or more.
        high_from: Youden's, or where that is not above the first, the smallest above it with specificity 0.95.
        n: number of pictures they were chosen on.
    """

    intermediate_from: float
    high_from: float
    n: int


def choose_tiers(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> TierThresholds:
    """Choose the thresholds of the tiers; a picture at a threshold lies above it.

    Args:
        labels: (N,) index of the true class.
        probabilities: (N, 7), calibrated; of pictures the network was not trained on.

    Raises:
        DataError: no melanoma, or no benign picture.
    """
    truth = np.asarray(labels, np.int64)
    scores, malignant = malignant_scores(probabilities), np.isin(truth, MALIGNANT_INDICES)
    if not (truth == MELANOMA).any() or malignant.all():
        raise DataError(
            "the thresholds of the tiers need melanomas and benign lesions among the validation pictures; got "
            f"{int((truth == MELANOMA).sum())} melanomas and {int((~malignant).sum())} benign",
            code="evaluation.labels",
        )
    lower = min(_largest_keeping(scores[truth == MELANOMA]), _largest_keeping(scores[malignant]))
    upper = _youden(scores, malignant)
    if upper <= lower:
        upper = _smallest_specific(scores[~malignant], above=lower)
    return TierThresholds(intermediate_from=lower, high_from=upper, n=len(truth))


@dataclass(frozen=True, kw_only=True, slots=True)
class MelanomaPoint:
    """One threshold on the melanoma probability, and what it is worth on the pictures it was chosen on.

    Attributes:
        name: `do-not-miss`: the largest threshold that finds 95 % of melanomas; `balanced`: Youden's.
        threshold: at or above it a picture is positive.
        sensitivity: share of melanomas that are positive.
        specificity: share of the others that are not.
        n: number of pictures.
    """

    name: str
    threshold: float
    sensitivity: float
    specificity: float
    n: int


def choose_melanoma_points(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> tuple[MelanomaPoint, MelanomaPoint]:
    """Choose the two operating points for melanoma, `do-not-miss` and `balanced`.

    Args:
        labels: (N,) index of the true class.
        probabilities: (N, 7), calibrated; of pictures the network was not trained on.

    Raises:
        DataError: no melanoma, or nothing else.
    """
    truth = np.asarray(labels, np.int64)
    scores, melanoma = np.asarray(probabilities, np.float64)[:, MELANOMA], truth == MELANOMA
    if not melanoma.any() or melanoma.all():
        raise DataError(
            f"operating points for melanoma need melanomas and other pictures; got {int(melanoma.sum())} of "
            f"{len(truth)}",
            code="evaluation.labels",
        )
    thresholds = {"do-not-miss": _largest_keeping(scores[melanoma]), "balanced": _youden(scores, melanoma)}
    first, second = (
        MelanomaPoint(
            name=name,
            threshold=threshold,
            sensitivity=float((scores[melanoma] >= threshold).mean()),
            specificity=float((scores[~melanoma] < threshold).mean()),
            n=len(truth),
        )
        for name, threshold in thresholds.items()
    )
    return first, second


def tier_table(
    labels: npt.ArrayLike,
    tiers: Sequence[Tier],
    lesion_ids: Sequence[str],
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
) -> dict[str, Any]:
    """Count what landed in each tier.

    Returns:
        `rows`: for every class, `malignant` (or precancerous), `benign` and `all`: `n`, and where there are any
        `shares` by tier; `melanomas_low`: the share of melanomas in the tier low, as an estimate;
        `melanomas_low_per_100`: the same as a number out of 100, absent where there is no melanoma.
    """
    truth, names = np.asarray(labels, np.int64), np.asarray([tier.value for tier in tiers])
    is_malignant = np.isin(truth, MALIGNANT_INDICES)
    groups = {code: truth == index for index, code in enumerate(CODES)}
    groups |= {"malignant": is_malignant, "benign": ~is_malignant, "all": np.ones(len(truth), bool)}
    melanoma = truth == MELANOMA
    low = (names == Tier.LOW.value)[melanoma]
    weights = lesion_weights(lesion_ids, resamples=resamples, rng=rng)[:, melanoma]
    point = float(share(low, np.ones((1, len(low))))[0])
    missed = estimate(point, share(low, weights), n=len(low), reason=f"no picture shows {CODES[MELANOMA]}")
    table: dict[str, Any] = {
        "rows": {name: _row(names[members]) for name, members in groups.items()},
        "melanomas_low": missed.to_json(),
    }
    return table if missed.value is None else table | {"melanomas_low_per_100": 100 * missed.value}


def _row(names: npt.NDArray[np.str_]) -> dict[str, Any]:
    if not len(names):
        return {"n": 0}
    return {"n": len(names), "shares": {tier.value: float((names == tier.value).mean()) for tier in Tier}}


def _largest_keeping(scores: Array) -> float:
    needed = math.ceil(SENSITIVITY * len(scores) - 1e-9)
    return float(np.sort(scores)[len(scores) - needed])


def _youden(scores: Array, positive: Bools) -> float:
    # Of thresholds with the same sensitivity + specificity - 1 the lowest, which misses the least.
    candidates = np.unique(scores)
    sensitivity = 1 - np.searchsorted(np.sort(scores[positive]), candidates, side="left") / positive.sum()
    specificity = np.searchsorted(np.sort(scores[~positive]), candidates, side="left") / (~positive).sum()
    return float(candidates[np.argmax(np.round(sensitivity + specificity, 12))])


def _smallest_specific(benign: Array, *, above: float) -> float:
    # A benign picture at the threshold counts as above it, so the threshold lies just over the last one to keep below.
    ordered = np.sort(benign)
    kept = math.ceil(SPECIFICITY * len(ordered) - 1e-9)
    return float(max(np.nextafter(ordered[kept - 1], math.inf), np.nextafter(above, math.inf)))
