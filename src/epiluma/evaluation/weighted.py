"""Measures of weighted pictures, for many sets of weights at once.

A bootstrap resample is the same pictures with other weights. So every measure here takes `weights` (R, N) and gives
(R,), nan where it is undefined; weights of one give the figure itself. A thousand resamples then cost one sort and a
few cumulative sums per measure.
"""

import numpy as np
import numpy.typing as npt

from epiluma.evaluation.estimates import Array

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
ROUNDING = 1e-9  # weights are whole numbers, so any smaller difference between sums of them is rounding


def divide(numerator: Array, denominator: Array) -> Array:
    """Divide where the denominator is above 0; nan elsewhere."""
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    quotient: Array = np.divide(numerator, denominator, out=np.full(shape, np.nan), where=denominator > 0)
    return quotient


def share(hits: Array | Bools, weights: Array) -> Array:
    """Return the weighted share of `hits` (N,)."""
    return divide(weights @ hits.astype(np.float64), weights.sum(axis=1))


def confusion(labels: Ints, decisions: Ints, weights: Array, *, classes: int) -> Array:
    """Return (R, classes, classes) sums of weights; rows are the truth, columns the decision."""
    cell = np.zeros((len(labels), classes * classes))
    cell[np.arange(len(labels)), labels * classes + decisions] = 1
    return (weights @ cell).reshape(-1, classes, classes)


def area_under_curve(scores: Array, positive: Bools, weights: Array) -> Array:
    """Return the area under the ROC curve; pairs with equal scores count half.

    The probability that a positive picture scores above a negative one (Hanley and McNeil 1982).

    Args:
        scores: (N,), higher means positive.
        positive: (N,).
        weights: (R, N).
    """
    order = np.argsort(scores, kind="stable")
    ordered, is_positive, ordered_weights = scores[order], positive[order], weights[:, order]
    below = _cumulative(ordered_weights * ~is_positive)
    first = np.searchsorted(ordered, ordered[is_positive], side="left")
    after = np.searchsorted(ordered, ordered[is_positive], side="right")
    won = (below[:, first] + below[:, after]) / 2
    positives = ordered_weights[:, is_positive]
    return divide((won * positives).sum(axis=1), positives.sum(axis=1) * below[:, -1])


def specificity_at_sensitivity(scores: Array, positive: Bools, weights: Array, *, sensitivity: float) -> Array:
    """Return the share of negatives below the largest threshold that keeps this sensitivity.

    Args:
        scores: (N,); at or above a threshold is called positive.
        positive: (N,).
        weights: (R, N).
        sensitivity: in (0, 1].
    """
    order = np.argsort(-scores, kind="stable")
    descending = -scores[order]
    ends = np.flatnonzero(np.append(np.diff(descending) > 0, True)) + 1  # thresholds lie between different scores only
    found = _cumulative(weights[:, order] * positive[order])[:, ends]
    alarms = _cumulative(weights[:, order] * ~positive[order])[:, ends]
    positives, negatives = found[:, -1], alarms[:, -1]
    threshold = np.argmax(found >= sensitivity * positives[:, None] - ROUNDING, axis=1)
    kept = negatives - alarms[np.arange(len(weights)), threshold]
    return np.where(positives > 0, divide(kept, negatives), np.nan)


def calibration_error(confidence: Array, correct: Bools, weights: Array, *, bins: int) -> Array:
    """Return the expected calibration error over equal bins of confidence (Guo et al. 2017).

    Args:
        confidence: (N,) in [0, 1], of the class that is said.
        correct: (N,) whether it was right.
        weights: (R, N).
        bins: number of bins; a confidence on an edge belongs to the bin below it.
    """
    gap = np.zeros((len(confidence), bins))
    gap[np.arange(len(confidence)), bin_of(confidence, bins)] = confidence - correct
    return divide(np.abs(weights @ gap).sum(axis=1), weights.sum(axis=1))


def bin_of(confidence: Array, bins: int) -> Ints:
    """Return the bin of each confidence: bin i holds (i / bins, (i + 1) / bins]; 0 belongs to the first."""
    return np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)


def _cumulative(values: Array) -> Array:
    # With a column of zeros in front: column i is the sum of what stands before i.
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
