"""A normal distribution and a logistic regression, fitted to features as arrays that a graph can hold."""

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

from epiluma.records import Floats

LEAST_SPREAD = 1e-3
ROUNDED_FROM = 16  # arrays of this many numbers or more are stored as float16


def rounded(values: npt.ArrayLike) -> Floats:
    """Round to float16 what will be stored so, and return float32."""
    array = np.asarray(values, np.float32)
    return array.astype(np.float16).astype(np.float32) if array.size >= ROUNDED_FROM else array


def fit_normal(features: Floats, *, directions: int) -> dict[str, Floats]:
    """Fit a normal distribution with one variance for each of the widest directions and one for all others.

    Args:
        features: (N, P).
        directions: at most so many are kept apart, and at most half of N and of P.

    Returns:
        `centre` (P,) and `spread` (P,) to standardise with; `components` (K, P), orthonormal, of what is standardised;
        `variances` (K,) along them, and `rest` (), the mean variance of each of the P - K directions left.
    """
    centre, spread = features.mean(axis=0), np.maximum(features.std(axis=0), LEAST_SPREAD)
    z = ((features - centre) / spread).astype(np.float64)
    values, vectors = np.linalg.eigh(z.T @ z / len(z))  # ascending
    kept = min(directions, len(z) // 2, z.shape[1] // 2)
    return {
        "centre": centre,
        "spread": spread,
        "components": vectors[:, -kept:].T.astype(np.float32),
        "variances": values[-kept:].astype(np.float32),
        "rest": np.array(max(values[:-kept].mean(), 1e-6), np.float32),
    }


def fit_linear(
    features: Floats,
    truth: npt.NDArray[np.bool_],
    *,
    ridge: float,
    weights: npt.NDArray[np.float64] | None = None,
    balanced: bool = False,
) -> tuple[Floats, Floats]:
    """Fit a logistic regression, penalised as if every column had the mean 0 and the deviation 1.

    Args:
        features: (N, P).
        truth: (N,).
        ridge: strength of the penalty on the squared weights.
        weights: (N,), how much each row counts.
        balanced: let both sides count alike, however many rows they have.

    Returns:
        The weights (P,) and the bias ().
    """
    centre, spread = features.mean(axis=0), np.maximum(features.std(axis=0), LEAST_SPREAD)
    model = LogisticRegression(C=1 / ridge, max_iter=500, class_weight="balanced" if balanced else None)
    model.fit((features - centre) / spread, truth, sample_weight=weights)
    weight = model.coef_[0] / spread
    return weight.astype(np.float32), np.asarray(model.intercept_[0] - centre @ weight, np.float32)
