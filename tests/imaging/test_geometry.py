"""Crop, rotate, flip: in this order, in whole pixels."""

import numpy as np
import pytest

from epiluma.errors import GeometryError
from epiluma.imaging.geometry import apply_geometry
from epiluma.records import Geometry


@pytest.fixture
def image():
    """Three columns and two rows:  0 1 2 / 3 4 5."""
    return np.arange(6, dtype=np.uint8).reshape(2, 3, 1).repeat(3, axis=2)


@pytest.mark.parametrize(
    ("rotate", "flip", "expected"),
    [
        (0, False, [[0, 1, 2], [3, 4, 5]]),
        (90, False, [[3, 0], [4, 1], [5, 2]]),
        (180, False, [[5, 4, 3], [2, 1, 0]]),
        (270, False, [[2, 5], [1, 4], [0, 3]]),
        (0, True, [[2, 1, 0], [5, 4, 3]]),
        (90, True, [[0, 3], [1, 4], [2, 5]]),
        (180, True, [[3, 4, 5], [0, 1, 2]]),
        (270, True, [[5, 2], [4, 1], [3, 0]]),
    ],
)
def test_rotation_is_clockwise_and_comes_before_the_flip(image, rotate, flip, expected):
    turned = apply_geometry(image, Geometry(crop=(0, 0, 3, 2), rotate=rotate, flip=flip))

    assert turned[..., 0].tolist() == expected
    assert turned.flags.c_contiguous


def test_the_crop_comes_before_the_rotation(image):
    cut = apply_geometry(image, Geometry(crop=(1, 0, 2, 1), rotate=90))

    assert cut[..., 0].tolist() == [[1], [2]]


@pytest.mark.parametrize("crop", [(0, 0, 4, 2), (0, 0, 3, 3), (3, 0, 1, 1), (2, 1, 2, 1)])
def test_a_crop_that_reaches_outside_is_refused(image, crop):
    with pytest.raises(GeometryError, match="3×2 px") as refusal:
        apply_geometry(image, Geometry(crop=crop))

    assert refusal.value.code == "geometry.invalid"
