"""Temperature and tau are what they should be on data for which the answer is known."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from epiluma.errors import DataError
from epiluma.evaluation.calibration import (
    TAUS,
    choose_tau,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    prior_adjusted,
    reliability,
    softmax,
)

EVEN = (1 / 7,) * 7


def two_classes(gap: float, *, right: int, wrong: int) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Logits that always say class 0 by `gap` over class 1, the other classes out of reach."""
    logits = np.full((right + wrong, 7), -100.0)
    logits[:, 0], logits[:, 1] = gap, 0.0
    return logits, [0] * right + [1] * wrong


def test_the_temperature_makes_confidence_what_it_should_be() -> None:
    # Says class 0 by a gap of 4 and is right 3 times of 4: the probability should be 3/4, a gap of log 3.
    logits, labels = two_classes(4.0, right=3, wrong=1)

    temperature = fit_temperature(logits, labels)

    assert temperature == pytest.approx(4 / math.log(3), rel=1e-6)
    assert softmax(logits / temperature)[0, 0] == pytest.approx(0.75)


def test_logits_that_are_honest_keep_a_temperature_of_one() -> None:
    logits, labels = two_classes(math.log(3), right=30, wrong=10)

    assert fit_temperature(logits, labels) == pytest.approx(1)


@pytest.mark.parametrize(("right", "wrong", "expected"), [(4, 0, 0.05), (0, 4, 20.0)])
def test_a_model_always_right_or_always_wrong_gets_the_end_of_the_range(
    right: int, wrong: int, expected: float
) -> None:
    logits, labels = two_classes(4.0, right=right, wrong=wrong)

    assert fit_temperature(logits, labels) == pytest.approx(expected, rel=1e-3)


def test_no_other_temperature_is_more_likely() -> None:
    rng = np.random.default_rng(0)
    logits = 3 * rng.normal(size=(400, 7))
    labels = np.array([rng.choice(7, p=row) for row in softmax(logits / 2.5)])

    best = fit_temperature(logits, labels)

    losses = [negative_log_likelihood(labels, softmax(logits / (best * factor))) for factor in (0.95, 1, 1.05)]
    assert min(losses) == losses[1]
    assert best == pytest.approx(2.5, rel=0.15)


def test_a_temperature_needs_pictures_and_finite_logits() -> None:
    with pytest.raises(DataError, match="finite logits"):
        fit_temperature(np.empty((0, 7)), [])
    with pytest.raises(DataError, match="finite logits"):
        fit_temperature([[math.nan] * 7], [0])


def test_softmax_of_large_logits_does_not_overflow() -> None:
    assert softmax([[1e4, 0, 0, 0, 0, 0, 0]]).tolist() == [[1, 0, 0, 0, 0, 0, 0]]


def test_the_likelihood_of_a_certain_mistake_is_finite() -> None:
    assert math.isfinite(negative_log_likelihood([1], [[1, 0, 0, 0, 0, 0, 0]]))


def test_the_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    # Ten answers of 0.9, of which seven are right: |0.7 - 0.9| = 0.2.
    probabilities = [[0.9, 0.1, 0, 0, 0, 0, 0]] * 10

    assert expected_calibration_error([0] * 7 + [1] * 3, probabilities) == pytest.approx(0.2)


def test_bins_of_the_reliability_diagram_hold_count_confidence_and_accuracy() -> None:
    probabilities = [[0.9, 0.1, 0, 0, 0, 0, 0]] * 4 + [[0.5, 0.3, 0.2, 0, 0, 0, 0]]

    low, high = reliability([0, 0, 0, 1, 1], probabilities)

    assert (low.n, low.confidence, low.accuracy) == (1, pytest.approx(0.5), 0)
    assert (high.n, high.confidence, high.accuracy) == (4, pytest.approx(0.9), 0.75)


def test_scores_are_probabilities_over_the_prior() -> None:
    # (0.2 / 0.1, 0.8 / 0.5) = (2, 1.6), divided by 3.6.
    prior = (0.1, 0.5, 0.08, 0.08, 0.08, 0.08, 0.08)

    adjusted = prior_adjusted([[0.2, 0.8, 0, 0, 0, 0, 0]], prior, 1.0)

    assert adjusted[0, :2] == pytest.approx([2 / 3.6, 1.6 / 3.6])


def test_a_tau_of_zero_changes_nothing() -> None:
    probabilities = [[0.2, 0.8, 0, 0, 0, 0, 0]]

    assert prior_adjusted(probabilities, (0.1, 0.5, 0.08, 0.08, 0.08, 0.08, 0.08), 0).tolist() == probabilities


def test_where_no_adjustment_helps_none_is_made() -> None:
    labels = [0, 1, 2, 3, 4, 5, 6]

    assert choose_tau(labels, np.full((7, 7), 0.05) + 0.65 * np.eye(7), (0.1, 0.5, *(0.08,) * 5)) == 0


def test_a_rare_class_in_the_shadow_of_a_common_one_is_lifted_out_of_it() -> None:
    # Class 0 (prior 0.01) gets 0.2 where it is true and 0.02 where class 5 (prior 0.94) is; class 5 gets the rest.
    # Decided rightly when 0.2 / 0.01^t > 0.8 / 0.94^t, that is 94^t > 4, from t = 0.305 on; wrongly again when
    # 94^t > 0.98 / 0.02 = 49, from t = 0.857 on. Averaging over five neighbours needs 0.35 … 0.85 around: 0.45.
    prior = (0.01, 0.01, 0.01, 0.01, 0.01, 0.94, 0.01)
    rare, common = [0.2, 0, 0, 0, 0, 0.8, 0], [0.02, 0, 0, 0, 0, 0.98, 0]

    assert choose_tau([0] * 10 + [5] * 90, [rare] * 10 + [common] * 90, prior) == 0.45


def test_a_gain_of_less_than_a_fifth_of_a_point_is_not_worth_an_adjustment() -> None:
    # One of 1000 pictures of class 0 would be lifted: 1/1000 of one of two recalls, 0.0005 of balanced accuracy.
    prior = (0.01, 0.01, 0.01, 0.01, 0.01, 0.94, 0.01)
    clear, shadowed, common = [0.9, 0, 0, 0, 0, 0.1, 0], [0.2, 0, 0, 0, 0, 0.8, 0], [0.02, 0, 0, 0, 0, 0.98, 0]

    assert choose_tau([0] * 1000 + [5] * 90, [clear] * 999 + [shadowed] + [common] * 90, prior) == 0


def test_tau_is_one_of_a_fixed_row() -> None:
    assert TAUS[0] == 0
    assert TAUS[-1] == 1.5
    assert len(TAUS) == 31


def test_tau_needs_labels() -> None:
    with pytest.raises(DataError, match="needs labelled pictures"):
        choose_tau([], np.empty((0, 7)), EVEN)
