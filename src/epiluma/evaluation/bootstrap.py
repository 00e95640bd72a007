"""One set of resamples for a whole evaluation, so that figures can be compared within each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from epiluma.evaluation.estimates import (
    CONFIDENCE,
    Array,
    Estimate,
    estimate,
    exact_at_the_ends,
    lesion_weights,
)
from epiluma.evaluation.weighted import Bools, share

BLOCK_WEIGHTS = 2_000_000  # weights that are worked on at once: 16 MB per array of them

Measure = Callable[[Array], Array]  # weights (R, N) -> (R,) or (R, K)


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """Resamples of the lesions of N pictures.

    Attributes:
        weights: (R, N): how often each picture stands in each resample.
    """

    weights: Array

    @classmethod
    def draw(cls, lesion_ids: Sequence[str], *, resamples: int, rng: np.random.Generator) -> "Bootstrap":
        """Draw lesions with replacement; all pictures of a lesion come and go together."""
        return cls(lesion_weights(lesion_ids, resamples=resamples, rng=rng))

    def figure(self, measure: Measure, *, n: int, reason: str) -> Estimate:
        """Return a figure with its interval.

        Args:
            measure: gives (R,) for weights (R, N), nan where it is undefined.
            n: number of pictures the figure is about.
            reason: the words for an undefined figure.
        """
        point, samples = self.samples(measure)
        return estimate(float(point), samples, n=n, reason=reason)

    def share(self, members: Bools, hits: Bools, *, lesions: int, reason: str) -> Estimate:
        """Return the share of `hits` (N,) among the members (N,) of a group.

        Where all are hits, or none is, the interval is the exact one (`exact_at_the_ends`).

        Args:
            members: (N,).
            hits: (N,).
            lesions: how many lesions the members show.
            reason: the words for a group of nobody.
        """
        chosen, n = hits[members], int(members.sum())
        found = self.among(members, lambda weights: share(chosen, weights), n=n, reason=reason)
        return exact_at_the_ends(found, lesions=lesions)

    def among(self, members: Bools, measure: Measure, *, n: int, reason: str) -> Estimate:
        """Return a figure of some of the pictures; `measure` is given (R, M) weights of the M members."""
        chosen = np.flatnonzero(members)
        return self.figure(lambda weights: measure(weights[:, chosen]), n=n, reason=reason)

    def samples(self, measure: Measure) -> tuple[Array, Array]:
        """Return the figure of the pictures as they are, and of each resample: () and (R,), or (K,) and (R, K)."""
        resamples, pictures = self.weights.shape
        rows = max(1, BLOCK_WEIGHTS // max(pictures, 1))
        blocks = [measure(self.weights[start : start + rows]) for start in range(0, resamples, rows)]
        return measure(np.ones((1, pictures)))[0], np.concatenate(blocks)

    def band(self, measure: Measure) -> tuple[Array, Array, Array]:
        """Return (K,) values of a curve with the lower and the upper end of the interval at each of its points."""
        point, samples = self.samples(measure)
        low, high = nan_quantiles(samples)
        return point, low, high


def nan_quantiles(samples: Array) -> tuple[Array, Array]:
    """Return both ends (K,) of the interval of (R, K) samples, nan where a point is undefined in every resample."""
    ends = np.full((2, samples.shape[1]), np.nan)
    for column in range(samples.shape[1]):
        defined = samples[:, column][~np.isnan(samples[:, column])]
        if len(defined):
            ends[:, column] = np.quantile(defined, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return ends[0], ends[1]
