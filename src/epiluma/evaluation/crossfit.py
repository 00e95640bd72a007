"""Calibration and thresholds from out-of-fold predictions, so that no picture calibrates its own probability.

The method is chosen by the likelihood it gives to folds it was not fitted on; the thresholds come from probabilities
that were calibrated the same way. What ships is fitted once more, on all folds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from epiluma.evaluation.calibration import fit_temperature, fit_vector, negative_log_likelihood, softmax
from epiluma.evaluation.estimates import Array

WORTH_IT = 0.002  # of NLL: seven scales and biases must earn their place beside one temperature


@dataclass(frozen=True, kw_only=True)
class FittedCalibration:
    """What turns logits into probabilities: softmax(logits × scale + bias).

    Attributes:
        method: `temperature` or `vector`.
        scale: (7,), all the same for a temperature.
        bias: (7,), zeros for a temperature.
    """

    method: str
    scale: Array
    bias: Array

    def probabilities(self, logits: npt.ArrayLike) -> Array:
        """Return calibrated probabilities (N, 7)."""
        return softmax(np.asarray(logits, np.float64) * self.scale + self.bias)


@dataclass(frozen=True, kw_only=True)
class CrossFitted:
    """Calibration fitted on all folds, and honest probabilities of every picture.

    Attributes:
        calibration: to ship.
        probabilities: (N, 7), each picture calibrated by what was fitted on the other folds.
        nll: method -> negative log-likelihood of those probabilities.
    """

    calibration: FittedCalibration
    probabilities: Array
    nll: Mapping[str, float]


def fit_calibration(logits: npt.ArrayLike, labels: npt.ArrayLike, *, method: str) -> FittedCalibration:
    """Fit one method on all of these.

    Raises:
        DataError: no pictures, or logits that are not finite.
    """
    values = np.asarray(logits, np.float64)
    temperature = fit_temperature(values, labels)
    classes = values.shape[1]
    if method == "temperature":
        return FittedCalibration(method=method, scale=np.full(classes, 1 / temperature), bias=np.zeros(classes))
    scale, bias = fit_vector(values, labels, start=1 / temperature)
    return FittedCalibration(method=method, scale=scale, bias=bias)


def cross_fit(logits: npt.ArrayLike, labels: npt.ArrayLike, folds: npt.ArrayLike) -> CrossFitted:
    """Choose between one temperature and vector scaling, and calibrate every picture by the other folds.

    Args:
        logits: (N, 7), out of fold.
        labels: (N,).
        folds: (N,) number of the fold each picture was held out in; of a single fold, pictures calibrate themselves.

    Raises:
        DataError: no pictures, or logits that are not finite.
    """
    values, truth, numbers = np.asarray(logits, np.float64), np.asarray(labels, np.int64), np.asarray(folds)
    fitted = {method: _by_the_others(values, truth, numbers, method) for method in ("temperature", "vector")}
    nll = {method: negative_log_likelihood(truth, probabilities) for method, probabilities in fitted.items()}
    several = len(np.unique(numbers)) > 1
    method = "vector" if several and nll["vector"] < nll["temperature"] - WORTH_IT else "temperature"
    return CrossFitted(calibration=fit_calibration(values, truth, method=method), probabilities=fitted[method], nll=nll)


def _by_the_others(values: Array, truth: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64], method: str) -> Array:
    probabilities = np.empty_like(values)
    for number in np.unique(numbers):
        held_out = numbers == number
        learnt = ~held_out if not held_out.all() else held_out
        calibration = fit_calibration(values[learnt], truth[learnt], method=method)
        probabilities[held_out] = calibration.probabilities(values[held_out])
    return probabilities
