"""Cross-fitted calibration: no picture calibrates itself, and the simpler method wins a tie."""

import numpy as np
import pytest

from epiluma.evaluation.calibration import fit_vector, negative_log_likelihood, softmax
from epiluma.evaluation.crossfit import cross_fit, fit_calibration
from epiluma.taxonomy import CODES


def pictures_that_follow(scale: np.ndarray, bias: np.ndarray, *, count: int = 6000, seed: int = 1):
    """Return logits, and labels drawn from softmax(logits × scale + bias)."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (count, len(CODES)))
    chances = softmax(logits * scale + bias)
    labels = (rng.random((count, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    return logits, labels


EVEN, NONE = np.full(len(CODES), 0.5), np.zeros(len(CODES))


def test_vector_scaling_finds_the_scales_and_biases_the_labels_were_drawn_with():
    scale, bias = np.array([0.4, 0.5, 0.6, 0.5, 0.7, 0.5, 0.5]), np.array([0.0, 0.5, -0.5, 0.0, 0.0, 0.3, -0.3])
    logits, labels = pictures_that_follow(scale, bias, count=40_000)

    found_scale, found_bias = fit_vector(logits, labels, start=0.5)

    assert found_scale == pytest.approx(scale, abs=0.05)
    assert found_bias - found_bias.mean() == pytest.approx(bias - bias.mean(), abs=0.08)


def test_one_temperature_is_kept_where_seven_scales_gain_nothing():
    logits, labels = pictures_that_follow(EVEN, NONE)

    fitted = cross_fit(logits, labels, np.arange(len(labels)) % 5)

    assert fitted.calibration.method == "temperature"
    assert fitted.calibration.scale == pytest.approx(EVEN, abs=0.02)
    assert not fitted.calibration.bias.any()


def test_vector_scaling_is_taken_where_classes_are_biased():
    logits, labels = pictures_that_follow(EVEN, np.array([2.0, 0, 0, 0, 0, 0, -2.0]))

    fitted = cross_fit(logits, labels, np.arange(len(labels)) % 5)

    assert fitted.calibration.method == "vector"
    assert fitted.nll["vector"] < fitted.nll["temperature"]


def test_a_picture_is_calibrated_by_the_other_folds_alone():
    logits, labels = pictures_that_follow(EVEN, NONE, count=600)
    folds = np.arange(600) % 3

    fitted = cross_fit(logits, labels, folds)

    others = fit_calibration(logits[folds != 1], labels[folds != 1], method=fitted.calibration.method)
    assert fitted.probabilities[folds == 1] == pytest.approx(others.probabilities(logits[folds == 1]))


def test_of_a_single_fold_the_pictures_calibrate_themselves_by_one_temperature():
    logits, labels = pictures_that_follow(EVEN, np.array([2.0, 0, 0, 0, 0, 0, -2.0]), count=600)

    fitted = cross_fit(logits, labels, np.zeros(600))

    assert fitted.calibration.method == "temperature"
    assert negative_log_likelihood(labels, fitted.probabilities) == pytest.approx(fitted.nll["temperature"])
