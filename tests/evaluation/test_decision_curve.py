"""Net benefit, worked out by hand."""

import numpy as np
import pytest

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.decision_curve import THRESHOLDS, decision_curve, net_benefit
from scored_answers import scored_of

ALIKE = Bootstrap(np.ones((20, 4)))


def at(values: list[float], threshold: float) -> float:
    return values[int(np.searchsorted(THRESHOLDS, threshold - 1e-9))]


def test_net_benefit_is_finds_less_false_alarms_at_the_price_of_the_threshold() -> None:
    risk, positive = np.array([0.9, 0.3, 0.3, 0.05]), np.array([True, True, False, False])

    benefit = net_benefit(risk, positive, np.ones((1, 4)))[0].tolist()

    # At 0.2: two finds and one false alarm of four pictures, 2/4 - 1/4 · 0.2/0.8. At 0.4 the first alone.
    assert at(benefit, 0.20) == pytest.approx(0.5 - 0.25 * 0.25)
    assert at(benefit, 0.40) == pytest.approx(0.25)


def test_a_picture_at_the_threshold_is_shown_to_a_doctor() -> None:
    risk, positive = np.array([0.3, 0.1]), np.array([True, False])

    assert at(net_benefit(risk, positive, np.ones((1, 2)))[0].tolist(), 0.30) == pytest.approx(0.5)


def test_showing_every_lesion_falls_to_nothing_where_the_threshold_is_the_prevalence() -> None:
    curve = decision_curve(scored_of(["mel", "nv", "nv", "nv"], [0.9, 0.1, 0.1, 0.1]), ALIKE)

    assert curve["prevalence"] == 0.25
    assert at(curve["all"], 0.25) == pytest.approx(0)
    assert at(curve["all"], 0.50) == pytest.approx(0.25 - 0.75)


def test_a_perfect_model_helps_between_the_lowest_risk_and_the_highest() -> None:
    # Up to 0.2 it shows every lesion, as everybody would; from 0.21 on only the melanoma.
    curve = decision_curve(scored_of(["mel", "nv", "nv", "nv"], [0.9, 0.2, 0.2, 0.2]), ALIKE)

    assert curve["useful"] == [0.21, 0.5]


def test_a_model_that_knows_nothing_helps_nowhere() -> None:
    curve = decision_curve(scored_of(["mel", "nv", "nv", "nv"], [0.25] * 4), ALIKE)

    assert "useful" not in curve
