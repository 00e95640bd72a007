"""A figure with its interval, by bootstrap over lesions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A measured figure, or why it cannot be measured.

    Attributes:
        value: the figure on the pictures as they are; None where it is undefined.
        low: lower end of the 95 % interval, None where no resample defines the figure.
        high: upper end of it.
        n: number of pictures the figure is about.
        reason: why `value` is None, in words; None where it is not.
        resamples: how many resamples the interval comes from: those in which the figure is defined.
    """

    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    resamples: int = 0

    def __post_init__(self) -> None:
        if (self.value is None) == (self.reason is None):
            raise ValueError(f"an estimate has either a value or a reason; got {self.value} and {self.reason}")

    def to_json(self) -> dict[str, Any]:
        """Return the object of `evaluation.json`; what is not known is left out."""
        if self.value is None:
            return {"n": self.n, "reason": self.reason}
        entries = {"value": self.value, "low": self.low, "high": self.high, "n": self.n, "resamples": self.resamples}
        return {key: value for key, value in entries.items() if value is not None}


def estimate(value: float, samples: Array, *, n: int, reason: str) -> Estimate:
    """Put a figure and its resamples together.

    Args:
        value: on the pictures as they are; nan where it is undefined.
        samples: (R,) the same figure in each resample, nan where it is undefined there; those are left out.
        n: number of pictures the figure is about.
        reason: the words for an undefined figure.

    Returns:
        The percentile interval (Efron 1979) around the value.
    """
    if np.isnan(value):
        return Estimate(n=n, reason=reason)
    defined = samples[~np.isnan(samples)]
    if not len(defined):
        return Estimate(n=n, value=float(value))
    low, high = np.quantile(defined, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(n=n, value=float(value), low=float(low), high=float(high), resamples=len(defined))


def exact_at_the_ends(share: Estimate, *, lesions: int) -> Estimate:
    """Return a share with the exact interval where it is 0 or 1, and as it is elsewhere.

    Where all are hits, or none is, they are so in every resample, and an interval from those would promise certainty.
    The exact one (Clopper and Pearson 1934) counts each lesion once; it comes from no resample.

    Args:
        share: of pictures.
        lesions: how many lesions these pictures show, at least 1 where the share is defined.

    Example:
        >>> round(exact_at_the_ends(Estimate(n=12, value=1.0, low=1.0, high=1.0), lesions=10).low, 4)
        0.6915
    """
    if share.value not in (0, 1):
        return share
    far = ((1 - CONFIDENCE) / 2) ** (1 / lesions)
    low, high = (far, 1.0) if share.value else (0.0, 1 - far)
    return Estimate(n=share.n, value=share.value, low=low, high=high)


def lesion_weights(lesion_ids: Sequence[str], *, resamples: int, rng: np.random.Generator) -> Array:
    """Draw lesions with replacement, as many as there are; all pictures of a lesion come and go together.

    Args:
        lesion_ids: (N,) of each picture.
        resamples: number of draws, R.
        rng: the only source of randomness.

    Returns:
        (R, N): how often each picture stands in each resample.
    """
    lesions, lesion_of_picture = np.unique(np.asarray(lesion_ids), return_inverse=True)
    counts = rng.multinomial(len(lesions), np.full(len(lesions), 1 / len(lesions)), size=resamples)
    weights: Array = counts[:, lesion_of_picture].astype(np.float64)
    return weights
