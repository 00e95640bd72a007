"""Small grey pictures for comparing every picture with every other."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from epiluma.imaging.decode import read_image

SIZE_PX = 72

Thumbnails = npt.NDArray[np.float32]  # (N, 72, 72), grey in [0, 255]


def read_thumbnail(path: Path) -> npt.NDArray[np.float32]:
    """Return the centre square of a picture, averaged down to 72×72 grey values.

    Large JPEGs are decoded at reduced scale.

    Returns:
        (72, 72) float32 in [0, 255].

    Raises:
        ImageError: a picture that cannot be read.
    """
    grey = read_image(path, short_side_px=SIZE_PX).mean(axis=2, dtype=np.float32)
    height, width = grey.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    rows = _averaging(side)
    square = grey[top : top + side, left : left + side]
    return np.asarray(rows @ square @ rows.T, np.float32)


def _averaging(side_px: int) -> npt.NDArray[np.float32]:
    """Return the (72, side) matrix that averages neighbouring samples, with fair shares where a sample is cut."""
    edges = np.linspace(0, side_px, SIZE_PX + 1)
    samples = np.arange(side_px)
    overlap = np.minimum(edges[1:, None], samples + 1) - np.maximum(edges[:-1, None], samples)
    weights = np.clip(overlap, 0, None)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


def turned(thumbnails: Thumbnails, turn: int) -> Thumbnails:
    """Return the thumbnails in one of the eight ways a square picture can lie.

    Args:
        thumbnails: (N, S, S).
        turn: 0 to 3 quarter turns; 4 to 7 the same after mirroring left to right. 0 changes nothing.
    """
    mirrored = thumbnails[:, :, ::-1] if turn >= 4 else thumbnails
    return np.ascontiguousarray(np.rot90(mirrored, turn % 4, axes=(1, 2)))


def block_means(thumbnails: Thumbnails, block_px: int) -> Thumbnails:
    """Return (N, S / block, S / block) means of square blocks."""
    count, side = len(thumbnails), thumbnails.shape[1] // block_px
    means: Thumbnails = thumbnails.reshape(count, side, block_px, side, block_px).mean(axis=(2, 4))
    return means


def unit_vectors(pictures: Thumbnails) -> npt.NDArray[np.float32]:
    """Return every picture as a vector of mean 0 and length 1, so that a product of two is their correlation.

    A picture without any contrast becomes zeros: it is like no other.
    """
    flat = pictures.reshape(len(pictures), pictures.shape[1] * pictures.shape[2])
    centred = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return np.asarray(np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-3), np.float32)


def stack(thumbnails: Sequence[npt.NDArray[np.float32]]) -> Thumbnails:
    """Return (N, 72, 72); also for none at all."""
    return np.stack(thumbnails) if thumbnails else np.zeros((0, SIZE_PX, SIZE_PX), np.float32)
