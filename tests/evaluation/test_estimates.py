"""Intervals come from resampling lesions, not pictures."""

import numpy as np
import pytest

from epiluma.evaluation.estimates import Estimate, estimate, lesion_weights


def test_pictures_of_one_lesion_come_and_go_together() -> None:
    weights = lesion_weights(["a", "b", "a", "c"], resamples=200, rng=np.random.default_rng(0))

    assert weights.shape == (200, 4)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, 0] != weights[:, 1]).any()


def test_as_many_lesions_are_drawn_as_there_are() -> None:
    weights = lesion_weights(["a", "b", "a", "c"], resamples=200, rng=np.random.default_rng(0))

    assert (weights[:, [0, 1, 3]].sum(axis=1) == 3).all()
    assert weights[:, 0].max() >= 2


def test_a_lesion_is_left_out_as_often_as_chance_has_it() -> None:
    # Of 4 lesions drawn 4 times one is left out with probability (3/4)^4 = 0.316; 4000 draws are within 0.03 of it.
    weights = lesion_weights(["a", "b", "c", "d"], resamples=4000, rng=np.random.default_rng(0))

    assert (weights[:, 0] == 0).mean() == pytest.approx(0.316, abs=0.03)


def test_the_same_seed_draws_the_same() -> None:
    first = lesion_weights(["a", "b"], resamples=9, rng=np.random.default_rng(5))
    again = lesion_weights(["a", "b"], resamples=9, rng=np.random.default_rng(5))

    assert (first == again).all()


def test_the_interval_holds_the_middle_95_percent_of_the_resamples() -> None:
    # 0, 1 … 200: the 2.5th and 97.5th percentiles are 5 and 195.
    found = estimate(100.0, np.arange(201, dtype=float), n=7, reason="")

    assert (found.value, found.low, found.high) == (100.0, pytest.approx(5), pytest.approx(195))
    assert (found.n, found.resamples) == (7, 201)


def test_resamples_in_which_a_figure_is_undefined_take_no_part() -> None:
    found = estimate(1.0, np.array([1.0, np.nan, 1.0]), n=1, reason="")

    assert (found.low, found.high, found.resamples) == (1.0, 1.0, 2)


def test_a_figure_that_no_resample_defines_has_no_interval() -> None:
    assert estimate(1.0, np.array([np.nan]), n=1, reason="").to_json() == {"value": 1.0, "n": 1, "resamples": 0}


def test_an_undefined_figure_is_its_reason() -> None:
    found = estimate(float("nan"), np.array([0.5]), n=0, reason="no picture shows df")

    assert found.to_json() == {"n": 0, "reason": "no picture shows df"}


def test_an_estimate_without_value_and_reason_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="either a value or a reason"):
        Estimate(n=0)
