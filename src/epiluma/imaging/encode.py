"""The only writer of pictures: a file is rebuilt from pixels, so nothing of the original's metadata can survive."""

from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from epiluma.records import Image


def encode_png(image: Image) -> bytes:
    """Return a PNG of the exact pixels; `image` is (H, W, 3) uint8 RGB."""
    return _encode(image, "PNG", compress_level=6)


def encode_jpeg(image: Image, quality: int = 90) -> bytes:
    """Return a JPEG; `image` is (H, W, 3) uint8 RGB, `quality` 1 to 95."""
    return _encode(image, "JPEG", quality=quality)


def encode_webp(image: Image, quality: int = 85) -> bytes:
    """Return a lossy WebP; `image` is (H, W, 3) uint8 RGB, `quality` 0 to 100."""
    return _encode(image, "WEBP", quality=quality)


def _encode(image: Image, format_name: str, **options: int) -> bytes:
    buffer = BytesIO()
    Pillow.fromarray(np.ascontiguousarray(image)).save(buffer, format_name, **options)
    return buffer.getvalue()
