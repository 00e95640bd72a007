"""Does the network look at the lesion? Activation maps against outlines that people drew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from epiluma.errors import DataError
from epiluma.evaluation.estimates import Array, Estimate, estimate, lesion_weights
from epiluma.evaluation.weighted import share
from epiluma.imaging.enlarging import enlarge
from epiluma.taxonomy import CODES

Outline = npt.NDArray[np.bool_]

POINTING_TOLERANCE = 0.03  # of the square's side: 15 pixels of about 500, as Zhang et al. 2018 allow
IOU_THRESHOLD = 0.3  # of the map's maximum: from it on a place belongs to what the map marks
GAUSSIAN_SIGMA = 0.2  # of the side: of 0.1 to 0.3 the narrowest within 0.01 of the best IoU, on 500 validation outlines
SMALL = 0.1  # of the square: a lesion that covers less is small


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One figure of the maps, of the baseline on the same pictures, and how far the maps are ahead."""

    maps: Estimate
    baseline: Estimate
    difference: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return the maps' figure with the baseline's value and interval beside it."""
        given = {
            "baseline": self.baseline.value,
            "baseline_low": self.baseline.low,
            "baseline_high": self.baseline.high,
        }
        known = {key: value for key, value in given.items() if value is not None}
        return self.maps.to_json() | known | {"difference": self.difference.to_json()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The figures of some of the pictures.

    Attributes:
        title: which pictures these are.
        pictures: how many.
        lesions: of how many lesions.
        measures: by the names of `MEASURES`.
    """

    title: str
    pictures: int
    lesions: int
    measures: Mapping[str, Measure]


@dataclass(frozen=True, kw_only=True, slots=True)
class Localisation:
    """How well maps and outlines agree, with intervals by bootstrap over lesions.

    Attributes:
        groups: `all`, `off_centre`, `small`, and `top.CODE` for every class that comes first somewhere.
        left_out: pictures without an outline, or whose lesion lies wholly outside the square that the network sees.
    """

    groups: Mapping[str, Group]
    left_out: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the object of a report, with what was fixed beforehand."""
        return {
            "pointing_tolerance": POINTING_TOLERANCE,
            "iou_threshold": IOU_THRESHOLD,
            "baseline": {"kind": "centred Gaussian", "sigma": GAUSSIAN_SIGMA},
            "small_below": SMALL,
            "left_out": self.left_out,
            "groups": {
                name: {
                    "title": group.title,
                    "n": group.pictures,
                    "lesions": group.lesions,
                    "measures": {
                        key: {"title": MEASURES[key], **measure.to_json()} for key, measure in group.measures.items()
                    },
                }
                for name, group in self.groups.items()
            },
        }


MEASURES: Mapping[str, str] = {
    "pointing": "Pointing game: the maximum lies on the lesion",
    "pointing_tolerant": f"The maximum lies at most {POINTING_TOLERANCE:.0%} of the side away from it",
    "energy": "Share of the map that lies on the lesion",
    "iou": f"Overlap (IoU) of the lesion and the map from {IOU_THRESHOLD:.0%} of its maximum",
}


def localise(
    maps: Sequence[Array],
    outlines: Sequence[Outline],
    lesion_ids: Sequence[str],
    *,
    rng: np.random.Generator,
    top: Sequence[int] | None = None,
    resamples: int = 1000,
    left_out: int = 0,
) -> Localisation:
    """Compare maps with outlines, and a Gaussian in the middle of every picture with the same outlines.

    The pointing game is that of Zhang et al. 2018 (doi 10.1007/s11263-017-1059-x): a hit where the map's largest cell
    has its centre on the lesion; of equal cells the first in reading order. A map that is nowhere above 0 misses.

    Args:
        maps: each (h, w), at least 0, over the square that the network sees.
        outlines: each (S, S), True on the lesion, over the same square; at least one place is True.
        lesion_ids: of each picture.
        rng: draws the resamples.
        top: index of the class that each map is of, for one group per class; None leaves those groups out.
        resamples: bootstrap resamples of lesions.
        left_out: number of pictures that could not be compared, for the record.

    Returns:
        The figures of all pictures, of those whose middle is not on the lesion, of those with a small lesion, and of
        each class.

    Raises:
        DataError: no picture, lists of different lengths, or an outline that is empty.
    """
    if not maps or len({len(maps), len(outlines), len(lesion_ids)}) != 1 or not all(o.any() for o in outlines):
        raise DataError("a comparison needs at least one map, and for each an outline that is not empty and a lesion")
    found = np.array([_measure(m, outline) for m, outline in zip(maps, outlines, strict=True)])
    centred = np.array([_measure(_gaussian(len(outline)), outline) for outline in outlines])
    weights = lesion_weights(lesion_ids, resamples=resamples, rng=rng)
    groups = {
        name: _group(title, np.flatnonzero(members), found, centred, weights, lesion_ids)
        for name, (title, members) in _members(outlines, top).items()
        if members.any()
    }
    return Localisation(groups=groups, left_out=left_out)


def localisation_text(localisation: Localisation) -> str:
    """Return the figures as lines for a terminal."""
    lines = [f"Baseline: a Gaussian in the middle of the picture, sigma {GAUSSIAN_SIGMA} of the side."]
    for group in localisation.groups.values():
        lines.append(f"\n{group.title}: {group.pictures} pictures of {group.lesions} lesions")
        for name, measure in group.measures.items():
            lines.append(f"  {MEASURES[name]:<62} {_interval(measure.maps)}   baseline {_interval(measure.baseline)}")
    if localisation.left_out:
        lines.append(f"\nLeft out for want of an outline inside the square: {localisation.left_out}")
    return "\n".join(lines)


def rank_agreement(maps: Sequence[Array], others: Sequence[Array]) -> float:
    """Return Spearman's correlation of two maps of each picture, averaged over the pictures.

    Near 0 where the others come from a network that has forgotten what it learnt (Adebayo et al. 2018,
    arXiv:1810.03292); maps that are the same everywhere count 0.
    """
    return float(np.mean([_spearman(a.ravel(), b.ravel()) for a, b in zip(maps, others, strict=True)]))


def _members(outlines: Sequence[Outline], top: Sequence[int] | None) -> dict[str, tuple[str, npt.NDArray[np.bool_]]]:
    off_centre = np.array([not outline[(len(outline) - 1) // 2, (len(outline) - 1) // 2] for outline in outlines])
    small = np.array([outline.mean() < SMALL for outline in outlines])
    groups = {
        "all": ("All pictures", np.ones(len(outlines), bool)),
        "off_centre": ("The middle of the picture is not on the lesion", off_centre),
        "small": (f"The lesion covers less than {SMALL:.0%} of the square", small),
    }
    for index, code in enumerate(CODES if top is not None else ()):
        groups[f"top.{code}"] = (f"{code} comes first", np.asarray(top) == index)
    return groups


def _group(
    title: str, members: npt.NDArray[np.intp], found: Array, centred: Array, weights: Array, lesion_ids: Sequence[str]
) -> Group:
    def measure(column: int) -> Measure:
        ours, theirs = found[members, column], centred[members, column]
        judge = _judge(weights[:, members])
        return Measure(maps=judge(ours), baseline=judge(theirs), difference=judge(ours - theirs))

    return Group(
        title=title,
        pictures=len(members),
        lesions=len({lesion_ids[index] for index in members}),
        measures={name: measure(column) for column, name in enumerate(MEASURES)},
    )


def _judge(weights: Array) -> Callable[[Array], Estimate]:
    def judge(values: Array) -> Estimate:
        return estimate(float(values.mean()), share(values, weights), n=len(values), reason="no picture")

    return judge


def _measure(values: Array, outline: Outline) -> tuple[float, float, float, float]:
    side = len(outline)
    positive = np.maximum(np.asarray(values, np.float64), 0)
    if positive.max() == 0:
        return 0.0, 0.0, 0.0, 0.0
    row, column = divmod(int(positive.argmax()), positive.shape[1])
    y, x = (row + 0.5) / positive.shape[0] * side, (column + 0.5) / positive.shape[1] * side
    rows, columns = np.nonzero(outline)
    away = float(np.hypot(rows + 0.5 - y, columns + 0.5 - x).min()) / side
    smooth = enlarge(positive, side)
    marked = smooth >= IOU_THRESHOLD * smooth.max()
    overlap = (marked & outline).sum() / (marked | outline).sum()
    energy = float(smooth[outline].sum() / smooth.sum())
    hit = bool(outline[int(y), int(x)])
    return float(hit), float(hit or away <= POINTING_TOLERANCE), energy, float(overlap)


def _gaussian(side: int) -> Array:
    squared = ((np.arange(side) + 0.5) / side - 0.5) ** 2
    bell: Array = np.exp(-(squared[:, None] + squared[None]) / (2 * GAUSSIAN_SIGMA**2))
    return bell


def _spearman(one: Array, other: Array) -> float:
    ranks = [_mean_ranks(values) for values in (one, other)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return 0.0
    return float(np.asarray(np.corrcoef(ranks))[0, 1])


def _mean_ranks(values: Array) -> Array:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    means = np.cumsum(counts) - (counts - 1) / 2  # of the ranks that equal values share
    ranks: Array = means[inverse.ravel()]
    return ranks


def _interval(figure: Estimate) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return f"{figure.value:.3f}" if figure.value is not None else "undefined"
    return f"{figure.value:.3f} ({figure.low:.3f}-{figure.high:.3f})"
