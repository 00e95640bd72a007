"""What a model said about labelled pictures, and who and what they show: what every part of an evaluation reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from epiluma.evaluation.estimates import Array
from epiluma.evaluation.metrics import MELANOMA, malignant_scores
from epiluma.evaluation.weighted import Bools
from epiluma.records import Tier
from epiluma.taxonomy import MALIGNANT_INDICES

UNKNOWN = "unknown"
AGE_BANDS = ((0, 40, "under 40"), (40, 50, "40 to 49"), (50, 60, "50 to 59"), (60, 70, "60 to 69"))
OLDEST_BAND = "70 and over"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """What a bundle said about labelled pictures, row by row.

    Attributes:
        image_ids: (N,).
        lesion_ids: (N,).
        labels: (N,) index of the true class.
        probabilities: (N, 7), as in the record.
        decision_scores: (N, 7), as the graph gives them.
        tiers: (N,), for the modality of the manifest.
        abstained: (N,).
        reasons: (N,) codes of each record; empty where they were not kept.
        groups: name of a grouping, such as `sex` -> (N,) which group each picture belongs to.
    """

    image_ids: tuple[str, ...]
    lesion_ids: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    probabilities: npt.NDArray[np.float64]
    decision_scores: npt.NDArray[np.float64]
    tiers: tuple[Tier, ...]
    abstained: npt.NDArray[np.bool_]
    reasons: tuple[tuple[str, ...], ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def decisions(self) -> npt.NDArray[np.int64]:
        """(N,) index of the class that is decided; of equal scores the first in the taxonomy."""
        decided: npt.NDArray[np.int64] = np.argmax(self.decision_scores, axis=1)
        return decided

    @property
    def malignant(self) -> Bools:
        """(N,) whether the truth is malignant or precancerous."""
        return np.isin(self.labels, MALIGNANT_INDICES)

    @property
    def malignant_probability(self) -> Array:
        """(N,) the summed probability of what is malignant or precancerous."""
        return malignant_scores(self.probabilities)

    @property
    def suspicious(self) -> Bools:
        """(N,) whether the first diagnosis or the decision is malignant or precancerous: never low, then."""
        first = np.argmax(self.probabilities, axis=1)
        suspects: Bools = np.isin(first, MALIGNANT_INDICES) | np.isin(self.decisions, MALIGNANT_INDICES)
        return suspects

    @property
    def melanoma(self) -> Bools:
        """(N,) whether the truth is melanoma."""
        shown: Bools = self.labels == MELANOMA
        return shown

    def lesions(self, members: Bools) -> int:
        """Count the lesions of these pictures; `members` is (N,)."""
        return len({self.lesion_ids[index] for index in np.flatnonzero(members)})


def age_band(age_years: float | None) -> str:
    """Return the band of an age.

    Example:
        >>> age_band(39.5), age_band(70), age_band(None)
        ('under 40', '70 and over', 'unknown')
    """
    if age_years is None:
        return UNKNOWN
    return next((name for start, end, name in AGE_BANDS if start <= age_years < end), OLDEST_BAND)


def age_order(bands: Iterable[str]) -> list[str]:
    """Return bands from young to old, `unknown` last."""
    order = [*(name for _, _, name in AGE_BANDS), OLDEST_BAND]
    return sorted(set(bands), key=lambda band: order.index(band) if band in order else len(order))
