"""The outline of a lesion, drawn by a person, and the skin beside it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import center_square
from epiluma.records import Floats, Image

Outline = npt.NDArray[np.bool_]

TRIES = 60
LEAST_SIDE, MOST_SIDE = 0.22, 0.8  # of a square of skin, in heights of the picture


def read_outline(path: Path, *, height: int, width: int) -> Outline:
    """Read a lesion's mask at the size of its picture.

    Args:
        path: a picture, bright where the lesion is.
        height: of the result, pixels.
        width: of the result, pixels.

    Returns:
        (height, width), True on the lesion.

    Raises:
        ImageError: the file cannot be read.
    """
    bright = Pillow.fromarray(np.ascontiguousarray(read_image(path)[..., 0]))
    return np.asarray(bright.resize((width, height), Pillow.Resampling.BILINEAR)) > 127


def lesion_share(outline: Outline, *, grid: int) -> Floats:
    """Return how much of each cell of a grid over the central square the lesion covers, (grid, grid) in [0, 1]."""
    top, left, side = center_square(*outline.shape)
    square = Pillow.fromarray(
        np.ascontiguousarray(outline[top : top + side, left : left + side]).astype(np.uint8) * 255
    )
    shares: Floats = np.asarray(square.resize((grid, grid), Pillow.Resampling.BOX), np.float32) / np.float32(255)
    return shares


def skin_beside(image: Image, outline: Outline, *, rng: np.random.Generator) -> Image | None:
    """Cut a square of skin that holds nothing of the lesion.

    Of sixty squares drawn by lot, with sides of 0.22 to 0.8 of the height, the largest that lies wholly outside.

    Args:
        image: (H, W, 3) uint8 RGB.
        outline: (H, W), True on the lesion.
        rng: every random number comes from here.

    Returns:
        (S, S, 3) uint8 RGB, or None where the lesion leaves no room.
    """
    height, width = outline.shape
    covered = np.pad(outline.astype(np.int64).cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    free = []
    for _ in range(TRIES):
        side = min(int(rng.uniform(LEAST_SIDE, MOST_SIDE) * height), width)
        top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
        bottom, right = top + side, left + side
        if covered[bottom, right] - covered[top, right] - covered[bottom, left] + covered[top, left] == 0:
            free.append((side, top, left))
    if not free:
        return None
    side, top, left = max(free)
    return np.ascontiguousarray(image[top : top + side, left : left + side])
