"""Intervals from one set of resamples, honest where every lesion is alike."""

import numpy as np
import pytest

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.weighted import share


def test_a_figure_is_worked_out_on_the_pictures_as_they_are_and_on_each_resample() -> None:
    hits = np.array([True, False, False, True])
    bootstrap = Bootstrap(np.array([[2.0, 1, 1, 0], [1, 1, 1, 1], [0, 0, 2, 2]]))

    point, samples = bootstrap.samples(lambda weights: share(hits, weights))

    assert point == 0.5
    assert samples.tolist() == [0.5, 0.5, 0.5]


def test_a_share_among_some_leaves_the_others_out() -> None:
    members, hits = np.array([True, True, False]), np.array([True, False, False])
    bootstrap = Bootstrap(np.array([[1.0, 1, 1], [2, 0, 1]]))

    found = bootstrap.share(members, hits, lesions=2, reason="nobody")

    assert (found.value, found.n, found.high) == (0.5, 2, pytest.approx(0.9875))


@pytest.mark.parametrize(("hit", "low", "high"), [(True, 0.6915, 1.0), (False, 0.0, 0.3085)])
def test_where_all_are_alike_the_interval_is_the_exact_one(hit: bool, low: float, high: float) -> None:
    # Clopper and Pearson for 10 of 10: 0.025^(1/10) = 0.6915. Ten lesions, two pictures each: pictures do not count.
    members = np.ones(20, bool)
    bootstrap = Bootstrap(np.ones((50, 20)))

    found = bootstrap.share(members, np.full(20, hit), lesions=10, reason="nobody")

    assert found.value == float(hit)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_share_of_nobody_has_only_a_reason() -> None:
    found = Bootstrap(np.ones((5, 2))).share(np.zeros(2, bool), np.ones(2, bool), lesions=0, reason="nobody is here")

    assert found.to_json() == {"n": 0, "reason": "nobody is here"}


def test_a_band_has_a_value_and_both_ends_at_each_point_and_leaves_out_what_is_undefined() -> None:
    def curve(weights: np.ndarray) -> np.ndarray:
        undefined = np.where(weights[:, :1] > 1, np.nan, weights[:, :1])
        return np.concatenate([weights[:, :1], undefined], axis=1)

    value, low, high = Bootstrap(np.array([[1.0, 1], [2, 0]])).band(curve)

    assert value.tolist() == [1, 1]
    assert low.tolist() == [pytest.approx(1.025), 1]
    assert high.tolist() == [pytest.approx(1.975), 1]


def test_many_pictures_are_worked_on_in_blocks_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    bootstrap, hits = Bootstrap(rng.integers(0, 3, (20, 7)).astype(float)), rng.random(7) < 0.5

    _, whole = bootstrap.samples(lambda weights: share(hits, weights))
    monkeypatch.setattr("epiluma.evaluation.bootstrap.BLOCK_WEIGHTS", 21)
    _, in_blocks = bootstrap.samples(lambda weights: share(hits, weights))

    assert whole.tolist() == in_blocks.tolist()
