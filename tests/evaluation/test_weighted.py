"""Weighted measures equal scikit-learn's, and equal repeating the pictures."""

import numpy as np
import numpy.typing as npt
import pytest

from epiluma.evaluation.weighted import (
    area_under_curve,
    bin_of,
    calibration_error,
    confusion,
    share,
    specificity_at_sensitivity,
)

metrics = pytest.importorskip("sklearn.metrics")

SEEDS = range(12)


def drawn(seed: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Scores with many ties, labels and weights of 0 to 3 for 80 pictures; both classes have weight."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 12, 80) / 12
    positive = rng.random(80) < 0.3
    positive[:2] = True, False
    weights = rng.integers(0, 4, (1, 80)).astype(float)
    weights[0, :2] = 1
    return scores, positive, weights


@pytest.mark.parametrize("seed", SEEDS)
def test_the_area_equals_scikit_learns_with_ties_and_weights(seed: int) -> None:
    scores, positive, weights = drawn(seed)

    expected = metrics.roc_auc_score(positive, scores, sample_weight=weights[0])
    assert area_under_curve(scores, positive, weights)[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_weight_is_the_same_as_repeating_the_picture(seed: int) -> None:
    scores, positive, weights = drawn(seed)
    times = weights[0].astype(int)
    ones = np.ones((1, times.sum()))

    repeated = area_under_curve(np.repeat(scores, times), np.repeat(positive, times), ones)
    assert area_under_curve(scores, positive, weights) == pytest.approx(repeated, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_specificity_is_the_best_of_scikit_learns_curve_at_that_sensitivity(seed: int) -> None:
    scores, positive, weights = drawn(seed)
    alarms, found, _ = metrics.roc_curve(positive, scores, sample_weight=weights[0], drop_intermediate=False)

    expected = 1 - alarms[found >= 0.95 - 1e-9].min()
    result = specificity_at_sensitivity(scores, positive, weights, sensitivity=0.95)
    assert result[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_confusion_matrix_equals_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, decisions = rng.integers(0, 3, 50), rng.integers(0, 3, 50)
    weights = rng.integers(0, 3, (1, 50)).astype(float)

    expected = metrics.confusion_matrix(labels, decisions, labels=[0, 1, 2], sample_weight=weights[0])
    assert (confusion(labels, decisions, weights, classes=3)[0] == expected).all()


def test_every_set_of_weights_gets_its_own_figure() -> None:
    # Scores 1, 2, 3, 4; positive 2 and 4. All: of 4 pairs 3 are in order. Without the 4: of 2 pairs 1. Without the 3:
    # both of 2.
    scores, positive = np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, True, False, True])
    weights = np.array([[1.0, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1]])

    assert area_under_curve(scores, positive, weights).tolist() == [0.75, 0.5, 1.0]


def test_equal_scores_count_half() -> None:
    area = area_under_curve(np.array([1.0, 1.0]), np.array([True, False]), np.ones((1, 2)))

    assert area.tolist() == [0.5]


@pytest.mark.parametrize("positive", [[True, True], [False, False]])
def test_measures_of_two_classes_are_undefined_with_one(positive: list[bool]) -> None:
    scores, ones = np.array([0.1, 0.9]), np.ones((1, 2))

    assert np.isnan(area_under_curve(scores, np.array(positive), ones)).all()
    assert np.isnan(specificity_at_sensitivity(scores, np.array(positive), ones, sensitivity=0.95)).all()


def test_the_specificity_at_a_sensitivity_is_worked_out_by_hand() -> None:
    # Twenty positives score 0.05, 0.10 … 1.00. 19 of them are 95 %, so the threshold is 0.10; of the negatives at 0.02,
    # 0.08, 0.10 and 0.60 the first two lie below it.
    scores = np.array([*(step / 20 for step in range(1, 21)), 0.02, 0.08, 0.10, 0.60])
    positive = np.array([True] * 20 + [False] * 4)

    assert specificity_at_sensitivity(scores, positive, np.ones((1, 24)), sensitivity=0.95).tolist() == [0.5]


def test_a_share_is_weighted_and_undefined_without_weight() -> None:
    shares = share(np.array([True, False]), np.array([[3.0, 1.0], [0.0, 0.0]]))

    assert shares[0] == 0.75
    assert np.isnan(shares[1])


def test_the_calibration_error_is_worked_out_by_hand() -> None:
    # Two bins: {0.2 wrong, 0.4 right}: mean 0.3, right 0.5, gap 0.2; {0.9 right ×2}: gap 0.1. (2·0.2 + 2·0.1) / 4 is
    # 0.15.
    confidence = np.array([0.2, 0.4, 0.9, 0.9])
    right = np.array([False, True, True, True])

    assert calibration_error(confidence, right, np.ones((1, 4)), bins=2)[0] == pytest.approx(0.15)


def test_a_confidence_on_an_edge_belongs_to_the_bin_below() -> None:
    assert bin_of(np.array([0.0, 0.1, 0.5, 0.51, 1.0]), 2).tolist() == [0, 0, 0, 1, 1]
