"""How well a probability tells one thing from all others: ROC and precision-recall curves."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.metrics import MELANOMA
from epiluma.evaluation.scored import Scored
from epiluma.evaluation.weighted import Bools, area_under_curve, divide
from epiluma.taxonomy import BY_CODE, CODES

MALIGNANT = "malignant"
MALIGNANT_TITLE = "Malignant or precancerous"
GRID = np.linspace(0, 1, 101)  # at which curves are read
DIGITS = 4  # of a curve's points: finer than any chart shows


def ranking_curves(scored: Scored, bootstrap: Bootstrap) -> dict[str, dict[str, Any]]:
    """Measure every diagnosis against all others, and the malignant or precancerous against the rest.

    Returns:
        By `malignant` or code: `title`, `n`, `positives`, `lesions`, `auc`, `average_precision` with `baseline`, `roc`
        {alarms, found} and `precision_recall` {recall, precision}, with `low` and `high` for melanoma and malignant.
        Where no picture, or every picture, shows the thing, only the counts and the reasons.
    """
    return {name: _measured(scored, bootstrap, name, scores, positive) for name, scores, positive in _things(scored)}


def roc_points(scores: Array, positive: Bools, weights: Array) -> Array:
    """Return (R, 101) the share that is found at each of 101 equal steps of the share of false alarms.

    Straight lines between thresholds, as in the area under the curve.

    Args:
        scores: (N,), higher means positive.
        positive: (N,).
        weights: (R, N).
    """
    found, alarms = _found_and_alarms(scores, positive, weights)
    shares, false = divide(found, found[:, -1:]), divide(alarms, alarms[:, -1:])
    rows = [np.interp(GRID, across, up) for across, up in zip(false, shares, strict=True)]
    return np.array(rows)  # where several thresholds raise as many alarms, np.interp takes the one that finds most


def precision_points(scores: Array, positive: Bools, weights: Array) -> Array:
    """Return (R, 101) the precision at the highest threshold that finds each of 101 equal steps of the positives."""
    found, alarms = _found_and_alarms(scores, positive, weights)
    precision, recall = divide(found, found + alarms), divide(found, found[:, -1:])
    first = [np.searchsorted(row[1:], GRID - 1e-12, side="left") + 1 for row in recall]
    rows = [row[np.minimum(at, len(row) - 1)] for row, at in zip(precision, first, strict=True)]
    return np.where(found[:, -1:] > 0, np.array(rows), np.nan)


def average_precision(scores: Array, positive: Bools, weights: Array) -> Array:
    """Return (R,) the mean of the precision at each threshold, weighted by how many more are found there."""
    found, alarms = _found_and_alarms(scores, positive, weights)
    gained = np.diff(found, axis=1)
    precision = divide(found[:, 1:], found[:, 1:] + alarms[:, 1:])
    return divide(np.nansum(gained * precision, axis=1), found[:, -1])


def _things(scored: Scored) -> Iterator[tuple[str, Array, Bools]]:
    yield MALIGNANT, scored.malignant_probability, scored.malignant
    for index, code in enumerate(CODES):
        yield code, scored.probabilities[:, index], scored.labels == index


def _measured(scored: Scored, bootstrap: Bootstrap, name: str, scores: Array, positive: Bools) -> dict[str, Any]:
    title = MALIGNANT_TITLE if name == MALIGNANT else BY_CODE[name].name
    n, positives = len(positive), int(positive.sum())
    reason = f"no picture shows {'anything else' if positives else title.lower()}"
    auc = bootstrap.figure(lambda w: area_under_curve(scores, positive, w), n=n, reason=reason)
    counts = {"title": title, "n": n, "positives": positives, "lesions": scored.lesions(positive)}
    if auc.value is None:
        return counts | {"auc": auc.to_json(), "average_precision": auc.to_json()}
    precision = bootstrap.figure(lambda w: average_precision(scores, positive, w), n=n, reason=reason)
    banded = name in (MALIGNANT, CODES[MELANOMA])
    return counts | {
        "auc": auc.to_json(),
        "average_precision": precision.to_json() | {"baseline": positives / n},
        "roc": _curve(bootstrap, roc_points, scores, positive, names=("alarms", "found"), banded=banded),
        "precision_recall": _curve(
            bootstrap, precision_points, scores, positive, names=("recall", "precision"), banded=banded
        ),
    }


def _curve(
    bootstrap: Bootstrap, points: Any, scores: Array, positive: Bools, *, names: tuple[str, str], banded: bool
) -> dict[str, list[float]]:
    across, up = names
    if not banded:
        values = points(scores, positive, np.ones((1, len(positive))))[0]
        return {across: rounded(GRID), up: rounded(values)}
    values, low, high = bootstrap.band(lambda weights: points(scores, positive, weights))
    return {across: rounded(GRID), up: rounded(values), "low": rounded(low), "high": rounded(high)}


def rounded(values: Array) -> list[float]:
    """Return the points of a curve with four digits."""
    return [round(float(value), DIGITS) for value in values]


def _found_and_alarms(scores: Array, positive: Bools, weights: Array) -> tuple[Array, Array]:
    # (R, E + 1) sums of weights at or above each different score, from the highest down, zeros in front.
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(-scores[order]) > 0, True))
    front = np.zeros((len(weights), 1))
    ordered = weights[:, order]
    found = np.cumsum(ordered * positive[order], axis=1)[:, ends]
    alarms = np.cumsum(ordered * ~positive[order], axis=1)[:, ends]
    return np.concatenate([front, found], axis=1), np.concatenate([front, alarms], axis=1)
