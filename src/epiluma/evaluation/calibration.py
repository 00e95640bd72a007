"""Make probabilities honest, and choose how strongly decisions favour rare diagnoses. Validation data only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from epiluma.errors import DataError, MissingExtra
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.metrics import ECE_BINS, true_ranks
from epiluma.evaluation.weighted import bin_of, calibration_error, confusion
from epiluma.taxonomy import CODES

COLDEST, HOTTEST = 0.05, 20.0
TAUS = tuple(round(0.05 * step, 2) for step in range(31))  # 0 to 1.5
SMOOTHING = 2  # neighbours on each side that are averaged in: one resampled df moves a single figure by a point
VECTOR_PENALTY = 5.0
TIE = 0.002  # of balanced accuracy; well inside any interval


@dataclass(frozen=True, kw_only=True, slots=True)
class ReliabilityBin:
    """The pictures whose first probability lies in one of 15 equal bins.

    Attributes:
        n: number of pictures.
        confidence: mean probability of the class that was said.
        accuracy: share that was right.
    """

    n: int
    confidence: float
    accuracy: float


def softmax(logits: npt.ArrayLike) -> Array:
    """Return (N, 7) probabilities of (N, 7) logits, in double precision."""
    values = np.asarray(logits, np.float64)
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def negative_log_likelihood(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> float:
    """Return the mean of -log p(truth)."""
    truth, values = np.asarray(labels, np.int64), np.asarray(probabilities, np.float64)
    return float(-np.log(np.maximum(values[np.arange(len(truth)), truth], np.finfo(np.float64).tiny)).mean())


def fit_temperature(logits: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Return the temperature that makes softmax(logits / temperature) most likely (Guo et al. 2017).

    The likelihood is concave in 1 / temperature, so its slope has one zero, found by halving the interval.

    Args:
        logits: (N, 7).
        labels: (N,).

    Returns:
        Between 0.05 and 20; an end of it where the best lies outside.

    Raises:
        DataError: no pictures, or logits that are not finite.
    """
    values, truth = np.asarray(logits, np.float64), np.asarray(labels, np.int64)
    if values.ndim != 2 or not len(values) or len(values) != len(truth) or not np.isfinite(values).all():
        raise DataError(
            f"a temperature needs finite logits (N, 7) and N labels; got {values.shape} and {truth.shape}",
            code="evaluation.scores",
        )
    low, high = np.log(1 / HOTTEST), np.log(1 / COLDEST)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if _slope(values, truth, float(np.exp(middle))) > 0 else (middle, high)
    return float(np.exp(-(low + high) / 2))


def fit_vector(
    logits: npt.ArrayLike, labels: npt.ArrayLike, *, start: float, penalty: float = VECTOR_PENALTY
) -> tuple[Array, Array]:
    """Return scale and bias (7,) each that make softmax(logits × scale + bias) most likely (Guo et al. 2017, 4.2).

    The distance of the scales from `start`, and of the biases from zero, is penalised, so that a class of a dozen
    pictures cannot bend its own curve.

    Args:
        logits: (N, 7).
        labels: (N,).
        start: one scale for all, 1 / temperature.
        penalty: of a squared distance of 1, in pictures' worth of NLL.

    Raises:
        MissingExtra: scipy is not installed.
    """
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise MissingExtra.of("data", "scipy") from None
    values, truth = np.asarray(logits, np.float64), np.asarray(labels, np.int64)
    count, classes = values.shape
    hit = np.eye(classes)[truth]

    def loss(parameters: Array) -> tuple[float, Array]:
        log_scale, bias = parameters[:classes], parameters[classes:]
        scale = start * np.exp(log_scale)
        probabilities = softmax(values * scale + bias)
        excess = (probabilities - hit) / count
        slope = np.concatenate([(excess * values).sum(axis=0) * scale, excess.sum(axis=0)])
        nll = negative_log_likelihood(truth, probabilities)
        return nll + penalty / count * float(parameters @ parameters), slope + 2 * penalty / count * parameters

    found = minimize(loss, np.zeros(2 * classes), jac=True, method="L-BFGS-B").x
    return start * np.exp(found[:classes]), found[classes:]


def expected_calibration_error(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> float:
    """Return the expected calibration error of the first diagnosis over 15 equal bins."""
    truth, values = np.asarray(labels, np.int64), np.asarray(probabilities, np.float64)
    right = true_ranks(truth, values) == 0
    return float(calibration_error(values.max(axis=1), right, np.ones((1, len(truth))), bins=ECE_BINS)[0])


def reliability(labels: npt.ArrayLike, probabilities: npt.ArrayLike) -> list[ReliabilityBin]:
    """Return the bins that hold pictures, from low to high confidence."""
    truth, values = np.asarray(labels, np.int64), np.asarray(probabilities, np.float64)
    confidence, right = values.max(axis=1), true_ranks(truth, values) == 0
    bins = bin_of(confidence, ECE_BINS)
    return [
        ReliabilityBin(
            n=int((bins == index).sum()),
            confidence=float(confidence[bins == index].mean()),
            accuracy=float(right[bins == index].mean()),
        )
        for index in np.unique(bins)
    ]


def prior_adjusted(probabilities: npt.ArrayLike, prior: Sequence[float], tau: float) -> Array:
    """Return (N, 7) probability / prior^tau, divided by the sum (Menon et al. 2021)."""
    adjusted = np.asarray(probabilities, np.float64) / np.asarray(prior, np.float64) ** tau
    shares: Array = adjusted / adjusted.sum(axis=1, keepdims=True)
    return shares


def choose_tau(labels: npt.ArrayLike, probabilities: npt.ArrayLike, prior: Sequence[float]) -> float:
    """Choose how strongly decisions favour rare diagnoses, by balanced accuracy on validation data.

    The curve over tau jumps with every picture of a rare class, so each point is averaged with its neighbours; of the
    taus within 0.2 points of the best the smallest is taken, as the one that changes the least.

    Args:
        labels: (N,).
        probabilities: (N, 7), calibrated.
        prior: (7,) shares of the classes in the training data.

    Returns:
        One of 0, 0.05 … 1.5.

    Raises:
        DataError: no labels at all.
    """
    truth = np.asarray(labels, np.int64)
    if not len(truth):
        raise DataError("choosing tau needs labelled pictures; got none", code="evaluation.labels")
    curve = [_balanced_accuracy(truth, prior_adjusted(probabilities, prior, tau)) for tau in TAUS]
    smooth = [float(np.mean(curve[max(0, index - SMOOTHING) : index + SMOOTHING + 1])) for index in range(len(TAUS))]
    return next(tau for tau, value in zip(TAUS, smooth, strict=True) if value >= max(smooth) - TIE)


def _balanced_accuracy(labels: npt.NDArray[np.int64], scores: Array) -> float:
    # Over the classes that are there: to choose between taus on a small set, not to report.
    matrix = confusion(labels, np.argmax(scores, axis=1), np.ones((1, len(labels))), classes=len(CODES))[0]
    shown = matrix.sum(axis=1) > 0
    return float(np.mean(np.diag(matrix)[shown] / matrix.sum(axis=1)[shown]))


def _slope(logits: Array, labels: npt.NDArray[np.int64], inverse_temperature: float) -> float:
    expected = (softmax(logits * inverse_temperature) * logits).sum(axis=1)
    return float((expected - logits[np.arange(len(labels)), labels]).mean())
