"""Mean-pooling by a power of two: the formula a browser carries out too."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epiluma.imaging.pooling import mean_pool, pooling_factor


def by_the_formula(image, factor):
    """The docstring's formula, pixel by pixel, in doubles as JavaScript has them."""
    height, width = (-(-side // factor) for side in image.shape[:2])
    pooled = np.zeros((height, width, 3), np.uint8)
    for row in range(height):
        for column in range(width):
            block = image[row * factor : (row + 1) * factor, column * factor : (column + 1) * factor]
            n = block.shape[0] * block.shape[1]
            sums = block.reshape(n, 3).astype(np.float64).sum(axis=0)
            pooled[row, column] = np.floor((sums + np.floor(n / 2)) * np.floor(2.0**24 / n) / 2.0**24)
    return pooled


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    factor=st.sampled_from([2, 4, 8, 16]),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=150, deadline=None)
def test_pooling_is_the_documented_formula_edges_included(height, width, factor, seed):
    image = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)

    assert np.array_equal(mean_pool(image, factor), by_the_formula(image, factor))


def test_a_half_is_rounded_up():
    image = np.array([[[0, 1, 2], [1, 2, 3]], [[0, 1, 2], [1, 2, 3]]], np.uint8)  # means 0.5, 1.5, 2.5

    assert mean_pool(image, 2).tolist() == [[[1, 2, 3]]]


def test_the_last_column_is_the_mean_of_the_pixels_that_exist():
    image = np.array([[[10], [20], [7]], [[30], [40], [9]]], np.uint8).repeat(3, axis=2)

    assert mean_pool(image, 2)[..., 0].tolist() == [[25, 8]]


def test_a_factor_of_one_changes_nothing():
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)

    assert mean_pool(image, 1).tolist() == image.tolist()


@pytest.mark.parametrize(
    ("short_side", "factor"), [(64, 1), (447, 1), (895, 1), (896, 2), (1791, 2), (1792, 4), (3000, 4), (28_672, 64)]
)
def test_the_factor_leaves_at_least_that_many_whole_blocks(short_side, factor):
    assert pooling_factor(short_side, 40_000, short_side_px=448) == factor
    assert pooling_factor(40_000, short_side, short_side_px=448) == factor
