"""Stated against observed, bin by bin."""

import numpy as np
import pytest

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.calibration import reliability
from epiluma.evaluation.promises import equal_bins, reliability_diagrams
from scored_answers import random_answers, scored_of


def test_a_bin_tells_the_mean_promise_and_the_share_that_came_true() -> None:
    # First diagnoses at 0.9 (right), 0.92 (wrong) and 0.6 (right).
    scored = scored_of(["mel", "nv", "mel"], [0.9, 0.92, 0.6])

    low, high = reliability_diagrams(scored, Bootstrap(np.ones((5, 3))))["first"]["bins"]

    assert (low["n"], low["stated"], low["observed"]["value"]) == (1, pytest.approx(0.6), 1)
    assert (high["n"], high["stated"], high["observed"]["value"]) == (2, pytest.approx(0.91), 0.5)


def test_the_bins_of_the_first_diagnosis_are_those_of_the_calibration_error() -> None:
    scored = random_answers()

    bins = reliability_diagrams(scored, Bootstrap(np.ones((2, 120))))["first"]["bins"]

    expected = reliability(scored.labels, scored.probabilities)
    assert [(b["n"], b["stated"], b["observed"]["value"]) for b in bins] == [
        (e.n, pytest.approx(e.confidence), pytest.approx(e.accuracy)) for e in expected
    ]


def test_malignant_probabilities_stand_in_ten_groups_of_equal_size() -> None:
    scored = scored_of(["mel"] * 10 + ["nv"] * 10, [0.9] * 10 + [0.01 * step for step in range(10)])

    bins = reliability_diagrams(scored, Bootstrap(np.ones((2, 20))))["malignant"]["bins"]

    # The ten melanomas are alike, so they are one group.
    assert [group["n"] for group in bins] == [2, 2, 2, 2, 2, 10]
    assert [group["observed"]["value"] for group in bins] == [0, 0, 0, 0, 0, 1]


def test_equal_values_are_never_parted() -> None:
    assert equal_bins(np.array([0.5, 0.5, 0.5, 0.1]), 4).tolist() == [1, 1, 1, 0]


def test_an_interval_lies_around_what_was_observed() -> None:
    scored = random_answers()
    bootstrap = Bootstrap.draw(scored.lesion_ids, resamples=100, rng=np.random.default_rng(0))

    observed = [group["observed"] for group in reliability_diagrams(scored, bootstrap)["malignant"]["bins"]]
    assert len(observed) == 10
    assert all(o["low"] <= o["value"] <= o["high"] for o in observed)
