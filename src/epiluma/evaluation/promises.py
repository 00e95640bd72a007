"""Whether probabilities keep their word: stated against observed, bin by bin, with the number of pictures in each."""

from typing import Any

import numpy as np

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.metrics import ECE_BINS, true_ranks
from epiluma.evaluation.scored import Scored
from epiluma.evaluation.weighted import Bools, Ints, bin_of, divide

RISK_BINS = 10  # of equal numbers of pictures: most malignant probabilities are near 0, equal widths would be empty


def reliability_diagrams(scored: Scored, bootstrap: Bootstrap) -> dict[str, dict[str, Any]]:
    """Compare stated probability and observed share, for the first diagnosis and for being malignant.

    Returns:
        `first` (15 bins of equal width, as in the calibration error) and `malignant` (ten bins of equal size): `title`,
        `n` and `bins`, each with `n`, `lesions`, `stated` (mean probability) and `observed` as an estimate.
    """
    confidence = scored.probabilities.max(axis=1)
    right = true_ranks(scored.labels, scored.probabilities) == 0
    risk = scored.malignant_probability
    return {
        "first": {
            "title": "First diagnosis",
            "n": len(right),
            "bins": _bins(scored, bootstrap, bin_of(confidence, ECE_BINS), confidence, right),
        },
        "malignant": {
            "title": "Malignant or precancerous",
            "n": len(right),
            "bins": _bins(scored, bootstrap, equal_bins(risk, RISK_BINS), risk, scored.malignant),
        },
    }


def equal_bins(values: Array, bins: int) -> Ints:
    """Return (N,) the bin of each value, lowest first, so that each holds as many; equal values share the lower bin.

    Example:
        >>> equal_bins(np.array([0.3, 0.1, 0.4, 0.2]), 2).tolist()
        [1, 0, 1, 0]
    """
    rank = np.searchsorted(np.sort(values), values, side="left")
    shares: Ints = rank * bins // len(values)
    return shares


def _bins(scored: Scored, bootstrap: Bootstrap, bins: Ints, stated: Array, happened: Bools) -> list[dict[str, Any]]:
    present = np.unique(bins)
    belongs = (bins[:, None] == present).astype(np.float64)

    def observed(weights: Array) -> Array:
        return divide(weights @ (belongs * happened[:, None]), weights @ belongs)

    values, low, high = bootstrap.band(observed)
    return [
        {
            "n": int(inside.sum()),
            "lesions": scored.lesions(inside),
            "stated": float(stated[inside].mean()),
            "observed": {"value": float(values[column]), "low": float(low[column]), "high": float(high[column])},
        }
        for column, inside in enumerate(bins == index for index in present)
    ]
