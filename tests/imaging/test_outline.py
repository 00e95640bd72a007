"""A lesion's outline at its picture's size, and skin that holds nothing of it."""

from pathlib import Path

import numpy as np
import pytest

from epiluma.imaging.encode import encode_jpeg
from epiluma.imaging.outline import lesion_share, read_outline, skin_beside


def test_an_outline_is_read_at_the_size_of_its_picture(tmp_path: Path) -> None:
    mask = np.zeros((100, 200, 3), np.uint8)
    mask[:, 100:] = 255
    (tmp_path / "mask.jpg").write_bytes(encode_jpeg(mask))

    outline = read_outline(tmp_path / "mask.jpg", height=50, width=100)

    assert (outline.shape, outline.dtype) == ((50, 100), bool)
    assert not outline[:, :49].any()
    assert outline[:, 51:].all()


def test_the_grid_lies_over_the_central_square() -> None:
    outline = np.zeros((40, 80), bool)
    outline[:10, 20:30] = True  # the upper left quarter of the first of 2 × 2 cells of the square from column 20 to 60

    assert lesion_share(outline, grid=2) == pytest.approx(np.array([[0.25, 0], [0, 0]]), abs=0.01)


def test_skin_is_cut_from_beside_the_lesion() -> None:
    image = np.full((200, 300, 3), 180, np.uint8)
    outline = np.zeros((200, 300), bool)
    outline[50:150, 100:200] = True
    image[outline] = 60

    cut = skin_beside(image, outline, rng=np.random.default_rng(1))

    assert cut is not None
    assert cut.shape[0] == cut.shape[1] >= 44
    assert (cut == 180).all()


def test_a_lesion_that_fills_the_picture_leaves_no_skin() -> None:
    assert (
        skin_beside(np.zeros((100, 100, 3), np.uint8), np.ones((100, 100), bool), rng=np.random.default_rng(1)) is None
    )
