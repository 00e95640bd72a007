"""What a model's answers are worth, each figure with an interval by bootstrap over lesions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from epiluma.errors import DataError
from epiluma.evaluation.estimates import Array, Estimate, estimate, exact_at_the_ends, lesion_weights
from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.evaluation.weighted import (
    Ints,
    area_under_curve,
    calibration_error,
    confusion,
    divide,
    share,
    specificity_at_sensitivity,
)
from epiluma.taxonomy import CODES, INDEX, MALIGNANT_CODES, MALIGNANT_INDICES

MELANOMA = INDEX["mel"]
ECE_BINS = 15
FEWEST_LESIONS = 5  # of a class that `common_auc` counts
SENSITIVITY = 0.95  # at which the specificity for melanoma is read
BLOCK_WEIGHTS = 2_000_000  # weights that are worked on at once: 16 MB per array of them


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What a model said about N pictures, and the truth.

    Attributes:
        labels: (N,) index of the true class.
        probabilities: (N, 7).
        decision_scores: (N, 7); the largest decides, of equal ones the first in the taxonomy.
    """

    labels: Ints
    probabilities: Array
    decision_scores: Array

    def __post_init__(self) -> None:
        expected = (len(self.labels), len(CODES))
        scores = (self.probabilities, self.decision_scores)
        if not len(self.labels) or any(score.shape != expected or not np.isfinite(score).all() for score in scores):
            raise DataError(
                f"an evaluation needs at least one picture and finite scores of shape {expected}; got "
                f"{[score.shape for score in scores]}",
                code="evaluation.scores",
            )
        if self.labels.min() < 0 or self.labels.max() >= len(CODES):
            raise DataError(f"labels must be 0 to {len(CODES) - 1}, in taxonomy order", code="evaluation.labels")


def evaluate_predictions(
    labels: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    decision_scores: npt.ArrayLike,
    lesion_ids: Sequence[str],
    *,
    rng: np.random.Generator,
    resamples: int = 1000,
) -> dict[str, Estimate]:
    """Measure a model's answers.

    Args:
        labels: (N,) index of the true class.
        probabilities: (N, 7), calibrated.
        decision_scores: (N, 7).
        lesion_ids: (N,); pictures of one lesion are resampled together.
        rng: draws the resamples; the same seed gives the same intervals.
        resamples: number of bootstrap resamples.

    Returns:
        Every name of `terms.OVERALL`, then `NAME.CODE` for every name of `terms.PER_CLASS` and every class. A figure
        about a class that no picture shows is undefined, and so are the averages over the seven; a resample in which
        a figure is undefined takes no part in its interval.

    Raises:
        DataError: shapes that do not fit, scores that are not finite, or no picture at all.
    """
    answers = _answers(labels, probabilities, decision_scores)
    if len(lesion_ids) != len(answers.labels):
        raise DataError(f"{len(answers.labels)} pictures need as many lesion ids; got {len(lesion_ids)}")
    common = common_classes(answers.labels, lesion_ids)
    point = _measure(answers, np.ones((1, len(answers.labels))), common)
    weights = lesion_weights(lesion_ids, resamples=resamples, rng=rng)
    rows = max(1, BLOCK_WEIGHTS // len(answers.labels))
    blocks = [_measure(answers, weights[start : start + rows], common) for start in range(0, resamples, rows)]
    samples = {name: np.concatenate([block[name] for block in blocks]) for name in point}
    counts = _counts(answers)
    found = {
        name: estimate(float(value[0]), samples[name], n=counts[name], reason=_why_undefined(name, answers))
        for name, value in point.items()
    }
    lesions = _lesion_counts(answers, lesion_ids)
    return {
        name: exact_at_the_ends(figure, lesions=lesions[name]) if name in lesions else figure
        for name, figure in found.items()
    }


def majority_baseline(labels: npt.ArrayLike) -> dict[str, float]:
    """Measure a model that says the same of every picture: the shares of the classes among these labels.

    Returns:
        The figures of `evaluate_predictions`, without intervals; those that are undefined are left out.
    """
    truth = np.asarray(labels, dtype=np.int64)
    shares = np.bincount(truth, minlength=len(CODES)) / len(truth)
    constant = np.tile(shares, (len(truth), 1))
    shown = tuple(CODES[index] for index in np.unique(truth))
    figures = _measure(_answers(truth, constant, constant), np.ones((1, len(truth))), shown)
    return {name: float(value[0]) for name, value in figures.items() if not np.isnan(value[0])}


def confusion_matrix(labels: npt.ArrayLike, decision_scores: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return (7, 7) numbers of pictures; rows are the truth, columns the decision, both in taxonomy order."""
    truth, decisions = np.asarray(labels, np.int64), np.argmax(np.asarray(decision_scores), axis=1)
    matrix = confusion(truth, decisions, np.ones((1, len(truth))), classes=len(CODES))[0]
    counts: npt.NDArray[np.int64] = matrix.astype(np.int64)
    return counts


def malignant_scores(probabilities: npt.ArrayLike) -> Array:
    """Return (N,) the sum of what is malignant or precancerous."""
    summed: Array = np.asarray(probabilities, np.float64)[:, list(MALIGNANT_INDICES)].sum(axis=1)
    return summed


def _answers(labels: npt.ArrayLike, probabilities: npt.ArrayLike, decision_scores: npt.ArrayLike) -> Answers:
    return Answers(
        labels=np.asarray(labels, np.int64),
        probabilities=np.asarray(probabilities, np.float64),
        decision_scores=np.asarray(decision_scores, np.float64),
    )


def common_classes(labels: npt.ArrayLike, lesion_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the classes that at least five lesions show, in taxonomy order."""
    lesions = {(int(label), lesion) for label, lesion in zip(np.asarray(labels, np.int64), lesion_ids, strict=True)}
    counts = np.bincount([label for label, _ in lesions], minlength=len(CODES))
    return tuple(code for index, code in enumerate(CODES) if counts[index] >= FEWEST_LESIONS)


def _measure(answers: Answers, weights: Array, common: Sequence[str]) -> dict[str, Array]:
    per_class = dict(_decision_figures(answers, weights)) | dict(_class_areas(answers, weights))
    mean_of = {"balanced_accuracy": "recall", "macro_f1": "f1", "macro_auc": "auc"}
    means = {name: np.mean([per_class[f"{part}.{code}"] for code in CODES], axis=0) for name, part in mean_of.items()}
    nowhere = np.full(len(weights), np.nan)
    means["common_auc"] = np.mean([per_class[f"auc.{code}"] for code in common] or [nowhere], axis=0)
    overall = means | dict(_probability_figures(answers, weights))
    ordered = {name: overall[name] for name in OVERALL}
    return ordered | {f"{name}.{code}": per_class[f"{name}.{code}"] for code in CODES for name in PER_CLASS}


def _decision_figures(answers: Answers, weights: Array) -> Iterator[tuple[str, Array]]:
    decisions = np.argmax(answers.decision_scores, axis=1)
    matrix = confusion(answers.labels, decisions, weights, classes=len(CODES))
    shown, decided = matrix.sum(axis=2), matrix.sum(axis=1)
    for index, code in enumerate(CODES):
        right, present = matrix[:, index, index], shown[:, index] > 0
        yield f"recall.{code}", divide(right, shown[:, index])
        yield f"precision.{code}", np.where(present, divide(right, decided[:, index]), np.nan)
        yield f"f1.{code}", np.where(present, divide(2 * right, shown[:, index] + decided[:, index]), np.nan)


def _class_areas(answers: Answers, weights: Array) -> Iterator[tuple[str, Array]]:
    for index, code in enumerate(CODES):
        yield f"auc.{code}", area_under_curve(answers.probabilities[:, index], answers.labels == index, weights)


def _probability_figures(answers: Answers, weights: Array) -> Iterator[tuple[str, Array]]:
    ranks = true_ranks(answers.labels, answers.probabilities)
    for count in (1, 2, 3):
        yield f"top{count}", share(ranks < count, weights)
    melanoma, is_melanoma = answers.probabilities[:, MELANOMA], answers.labels == MELANOMA
    yield "melanoma_auc", area_under_curve(melanoma, is_melanoma, weights)
    is_malignant = np.isin(answers.labels, MALIGNANT_INDICES)
    yield "malignant_auc", area_under_curve(malignant_scores(answers.probabilities), is_malignant, weights)
    yield (
        "melanoma_specificity_at_95_sensitivity",
        specificity_at_sensitivity(melanoma, is_melanoma, weights, sensitivity=SENSITIVITY),
    )
    yield "ece", calibration_error(answers.probabilities.max(axis=1), ranks == 0, weights, bins=ECE_BINS)


def true_ranks(labels: Ints, probabilities: Array) -> Ints:
    """Return (N,) how many classes come before the true one; equal probabilities stand in taxonomy order."""
    of_truth = probabilities[np.arange(len(labels)), labels][:, None]
    tied_before = (probabilities == of_truth) & (np.arange(probabilities.shape[1]) < labels[:, None])
    ranks: Ints = ((probabilities > of_truth) | tied_before).sum(axis=1)
    return ranks


def _counts(answers: Answers) -> dict[str, int]:
    shown = np.bincount(answers.labels, minlength=len(CODES))
    decided = np.bincount(np.argmax(answers.decision_scores, axis=1), minlength=len(CODES))
    total = len(answers.labels)
    of_class = {
        f"{name}.{code}": int({"precision": decided, "auc": np.full(len(CODES), total)}.get(name, shown)[index])
        for index, code in enumerate(CODES)
        for name in PER_CLASS
    }
    return dict.fromkeys(OVERALL, total) | of_class


def _lesion_counts(answers: Answers, lesion_ids: Sequence[str]) -> dict[str, int]:
    """Return how many lesions each figure that is a share of pictures is about."""
    decisions = np.argmax(answers.decision_scores, axis=1)

    def of(members: npt.NDArray[np.bool_]) -> int:
        return len({lesion_ids[int(row)] for row in np.flatnonzero(members)})

    counts = dict.fromkeys(("top1", "top2", "top3"), len(set(lesion_ids)))
    for index, code in enumerate(CODES):
        counts |= {f"recall.{code}": of(answers.labels == index), f"precision.{code}": of(decisions == index)}
    return counts


def _why_undefined(name: str, answers: Answers) -> str:
    shown = {CODES[index] for index in np.unique(answers.labels)}
    figure, _, code = name.partition(".")
    if figure == "common_auc":
        return "fewer than two diagnoses have 5 lesions"
    if figure == "precision" and code in shown:
        return f"no picture was decided to show {code}"
    about = (code,) if code else _ABOUT.get(name, ())
    if shown.intersection(about):
        return f"no picture shows anything but {', '.join(about)}"
    missing = about or [code for code in CODES if code not in shown]
    return f"no picture shows {', '.join(missing)}"


_ABOUT = {
    "melanoma_auc": (CODES[MELANOMA],),
    "melanoma_specificity_at_95_sensitivity": (CODES[MELANOMA],),
    "malignant_auc": MALIGNANT_CODES,
}
