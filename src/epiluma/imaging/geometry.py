"""Crop, rotate and flip as whole-number pixel moves: nothing is resampled, so every client gets the same pixels."""

import numpy as np

from epiluma.errors import GeometryError
from epiluma.records import Geometry, Image


def apply_geometry(image: Image, geometry: Geometry) -> Image:
    """Crop, then rotate clockwise, then flip left to right.

    Args:
        image: (H, W, 3) uint8, the full-size upright picture.
        geometry: in pixels of that picture.

    Returns:
        (h, w, 3) uint8, C-contiguous.

    Raises:
        GeometryError: the crop reaches outside the picture.
    """
    x, y, width, height = geometry.crop
    image_height, image_width = image.shape[:2]
    if x + width > image_width or y + height > image_height:
        raise GeometryError(
            f"crop must lie inside the upright picture of {image_width}×{image_height} px; got x {x} to {x + width}, "
            f"y {y} to {y + height}. Measure it after the EXIF orientation is applied."
        )
    cut = image[y : y + height, x : x + width]
    turned = np.rot90(cut, k=-(geometry.rotate // 90))
    return np.ascontiguousarray(turned[:, ::-1] if geometry.flip else turned)
