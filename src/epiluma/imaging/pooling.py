"""Mean-pooling by a power of two: how a large picture is made small before the graph sees it, the same everywhere."""

import numpy as np
from PIL import Image as Pillow

from epiluma.records import Image


def pooling_factor(height: int, width: int, *, short_side_px: int) -> int:
    """Return the largest power of two, 1 or more, that leaves the short side at least `short_side_px` whole blocks.

    Example:
        >>> pooling_factor(3000, 4000, short_side_px=448)
        4
    """
    factor = 1
    while min(height, width) >= 2 * factor * short_side_px:
        factor *= 2
    return factor


def mean_pool(image: Image, factor: int) -> Image:
    """Replace each `factor` × `factor` block by its mean, channel by channel.

    Blocks start at the top left. Where the sides are not multiples of `factor`, the last column and row of blocks
    hold fewer pixels and are the mean of those that exist, so the result has ceil(side / factor) pixels a side. In
    whole numbers, for a block of n pixels with sum s (JavaScript's doubles hold every step exactly):

        floor((s + floor(n / 2)) · floor(2²⁴ / n) / 2²⁴)

    which, where n is a power of two, is the mean rounded half up. It is what Pillow's `Image.reduce` computes.

    Args:
        image: (H, W, 3) uint8.
        factor: 1 returns the picture as it is.

    Returns:
        (ceil(H / factor), ceil(W / factor), 3) uint8, C-contiguous.
    """
    if factor == 1:
        return np.ascontiguousarray(image)
    return np.array(Pillow.fromarray(image).reduce(factor), dtype=np.uint8)
