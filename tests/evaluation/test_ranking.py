"""ROC and precision-recall curves, against points worked out by hand and against scikit-learn."""

import numpy as np
import pytest

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.ranking import GRID, average_precision, precision_points, ranking_curves, roc_points
from scored_answers import random_answers, scored_of

ONE = np.ones((1, 4))
# Two positives; the second ranks below one of the two negatives.
SCORES, POSITIVE = np.array([0.9, 0.6, 0.4, 0.1]), np.array([True, False, True, False])


def at(points: np.ndarray, share: float) -> float:
    return float(points[0, int(np.searchsorted(GRID, share - 1e-9))])


def test_a_roc_curve_rises_where_positives_are_found_and_moves_on_where_others_ring() -> None:
    points = roc_points(SCORES, POSITIVE, ONE)

    # Without a false alarm one of two is found; with the first of two, one; from then on both.
    assert [at(points, share) for share in (0, 0.25, 0.5, 1)] == [0.5, 0.5, 1, 1]


def test_precision_at_each_share_found_is_that_of_the_highest_threshold_that_finds_as_many() -> None:
    points = precision_points(SCORES, POSITIVE, ONE)

    # The first alarm is right; both are found with three alarms.
    assert [at(points, share) for share in (0.5, 0.51, 1)] == [1, pytest.approx(2 / 3), pytest.approx(2 / 3)]


def test_average_precision_weights_each_threshold_by_what_it_adds() -> None:
    assert average_precision(SCORES, POSITIVE, ONE).tolist() == [pytest.approx(0.5 * 1 + 0.5 * 2 / 3)]


def test_equal_scores_make_one_threshold() -> None:
    scores = np.array([0.5, 0.5, 0.5, 0.1])

    # All three at 0.5 ring together: two right of three.
    assert average_precision(scores, POSITIVE, ONE).tolist() == [pytest.approx(2 / 3)]
    assert at(roc_points(scores, POSITIVE, ONE), 0.25) == pytest.approx(0.5)


def test_a_resample_without_a_positive_has_no_precision() -> None:
    without = np.array([[0.0, 1, 0, 1]])

    assert np.isnan(average_precision(SCORES, POSITIVE, without)).all()
    assert np.isnan(precision_points(-SCORES, POSITIVE, without)).all()  # a false alarm comes first


def test_weights_count_like_copies_of_the_picture() -> None:
    doubled = np.array([[1.0, 2, 1, 1]])
    copied = (np.array([0.9, 0.6, 0.6, 0.4, 0.1]), np.array([True, False, False, True, False]))

    assert average_precision(SCORES, POSITIVE, doubled) == pytest.approx(average_precision(*copied, np.ones((1, 5))))
    assert roc_points(SCORES, POSITIVE, doubled) == pytest.approx(roc_points(*copied, np.ones((1, 5))))


def test_areas_are_those_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    scored = random_answers()
    curves = ranking_curves(scored, Bootstrap(np.ones((2, 120))))

    truth = scored.malignant
    expected = metrics.average_precision_score(truth, scored.malignant_probability)
    assert curves["malignant"]["average_precision"]["value"] == pytest.approx(expected)
    assert curves["malignant"]["auc"]["value"] == pytest.approx(
        metrics.roc_auc_score(truth, scored.malignant_probability)
    )


def test_every_diagnosis_has_a_curve_and_melanoma_and_malignant_a_band() -> None:
    scored = random_answers()
    curves = ranking_curves(scored, Bootstrap.draw(scored.lesion_ids, resamples=30, rng=np.random.default_rng(0)))

    banded = [name for name, thing in curves.items() if "low" in thing["roc"]]
    assert list(curves) == ["malignant", "akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"]
    assert banded == ["malignant", "mel"]
    assert all(low <= high for low, high in zip(curves["mel"]["roc"]["low"], curves["mel"]["roc"]["high"], strict=True))


def test_what_no_picture_shows_has_a_reason_and_no_curve() -> None:
    curves = ranking_curves(scored_of(["mel", "nv"], [0.9, 0.1]), Bootstrap(np.ones((2, 2))))

    assert curves["df"] == {
        "title": "Dermatofibroma",
        "n": 2,
        "positives": 0,
        "lesions": 0,
        "auc": {"n": 2, "reason": "no picture shows dermatofibroma"},
        "average_precision": {"n": 2, "reason": "no picture shows dermatofibroma"},
    }
