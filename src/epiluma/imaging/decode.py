"""Bytes of a photograph to the pixels every reader sees."""

import os
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from stat import S_ISREG

import numpy as np
from PIL import Image as Pillow
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from epiluma.errors import ImageError
from epiluma.imaging.colour import to_srgb
from epiluma.imaging.geometry import apply_geometry
from epiluma.imaging.orientation import UPRIGHT, read_orientation
from epiluma.imaging.pooling import mean_pool, pooling_factor
from epiluma.imaging.sniff import name_format
from epiluma.records import Geometry, Image

_READERS: dict[str, type[ImageFile]] = {"JPEG": JpegImageFile, "PNG": PngImageFile, "WebP": WebPImageFile}
_HTTP_STATUS = {"image.unsupported": 415, "image.too-large": 413}
_MEGABYTE = 2**20
_LARGEST_JPEG_SCALE = 8

# `warnings.catch_warnings` changes the whole process; two threads inside it at once would not restore it.
_quiet = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a picture may be; checked on the header, before a pixel is decoded.

    Attributes:
        max_bytes: of the file.
        max_pixels: width × height.
        min_short_side_px: of the picture, and of the crop where there is one.
    """

    max_bytes: int = 20 * _MEGABYTE
    max_pixels: int = 40_000_000
    min_short_side_px: int = 64


LIMITS = Limits()


def read_image(
    source: bytes | Path,
    *,
    geometry: Geometry | None = None,
    short_side_px: int | None = None,
    limits: Limits = LIMITS,
) -> Image:
    """Decode a photograph to the pixels every reader sees.

    Orientation is applied, colours become sRGB, alpha is laid over white, 16 bits become their high byte, of an
    animation the first frame is taken, metadata is gone.

    Args:
        source: the original bytes (JPEG, PNG or WebP), or a file to read them from; the name is never trusted.
        geometry: crop, rotation and flip, in whole pixels of the upright full-size picture.
        short_side_px: mean-pool by the largest power of two that leaves the short side at least this long, after
            `geometry`. Without `geometry`, a JPEG is decoded at reduced scale, which does the same up to a factor of
            eight, many times quicker and within a few grey levels. Nothing is pooled when left out.
        limits: checked on the header, before a pixel is decoded.

    Returns:
        (H, W, 3) uint8 RGB, C-contiguous.

    Raises:
        ImageError: `image.missing`, `image.empty`, `image.unsupported`, `image.truncated`, `image.too-large`,
            `image.too-small`.
        GeometryError: the crop reaches outside the picture.

    Example:
        >>> from epiluma.data.synthetic import drawn_lesion
        >>> read_image(drawn_lesion(seed=7)).shape
        (450, 600, 3)
    """
    data = read_bytes(source, limits=limits) if isinstance(source, Path) else source
    _check_bytes(len(data), limits)
    picture = _open(data)
    _check_pixels(picture, geometry, limits)
    width, height = picture.size if geometry is None else geometry.crop[2:]
    factor = 1 if short_side_px is None else pooling_factor(height, width, short_side_px=short_side_px)
    scale = _decode_small(picture, factor) if geometry is None else 1
    image = _pixels(picture)
    if geometry is not None:
        image = apply_geometry(image, geometry)
    return mean_pool(image, factor // scale)


def read_bytes(path: Path, *, limits: Limits = LIMITS) -> bytes:
    """Read a picture's file, unless it is larger than a picture may be.

    Raises:
        ImageError: `image.missing` where there is no readable file, `image.too-large`.
    """
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise _error("image.missing", f"Expected a picture's file; {path} is a folder or a device.")
        _check_bytes(status.st_size, limits)
        return path.read_bytes()
    except (OSError, ValueError) as problem:
        reason = os.strerror(problem.errno) if isinstance(problem, OSError) and problem.errno else "not a path"
        raise _error("image.missing", f"Expected a picture's file at {path}; it cannot be read: {reason}.") from problem


def _error(code: str, message: str) -> ImageError:
    return ImageError(message, code=code, http_status=_HTTP_STATUS.get(code))


def _check_bytes(size: int, limits: Limits) -> None:
    if size == 0:
        raise _error("image.empty", "Expected a picture; the file is empty. Choose or take the picture again.")
    if size > limits.max_bytes:
        raise _error(
            "image.too-large",
            f"Expected a file of at most {limits.max_bytes / _MEGABYTE:g} MB; this one has {size / _MEGABYTE:.1f} MB. "
            "Save it smaller or with more compression.",
        )


def _open(data: bytes) -> ImageFile:
    """Read the header by the one reader that fits the content; Pillow's own lists and limits are not asked."""
    found = name_format(data)
    reader = _READERS.get(found)
    if reader is None:
        raise _error(
            "image.unsupported",
            f"Expected a JPEG, PNG or WebP picture; found {found}. Save it as JPEG or PNG and try again.",
        )
    try:
        with _quiet, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about tags and frames that nobody reads here
            return reader(BytesIO(data))
    except Pillow.DecompressionBombError as problem:
        raise _error("image.too-large", f"Expected an ordinary photograph; this {found} is far too large.") from problem
    except Exception as problem:  # the readers raise nearly every built-in error on hostile bytes
        raise _damaged(found) from problem


def _damaged(found: str | None) -> ImageError:
    return _error(
        "image.truncated",
        f"Expected a whole picture; this {found} file is damaged or cut off. Send the original file again.",
    )


def _check_pixels(picture: ImageFile, geometry: Geometry | None, limits: Limits) -> None:
    width, height = picture.size
    if width * height > limits.max_pixels:
        raise _error(
            "image.too-large",
            f"Expected at most {limits.max_pixels / 1e6:g} megapixels; this picture has {width}×{height} px, "
            f"{width * height / 1e6:.1f} megapixels. Save it smaller.",
        )
    sides = (width, height) if geometry is None else geometry.crop[2:]
    if min(sides) < limits.min_short_side_px:
        what = "picture" if geometry is None else "crop"
        raise _error(
            "image.too-small",
            f"Expected a short side of at least {limits.min_short_side_px} px; this {what} has {sides[0]}×{sides[1]} "
            "px. Move closer, crop less, or send the original.",
        )


def _decode_small(picture: ImageFile, factor: int) -> int:
    """Let a JPEG's decoder do the pooling as far as it can; returns by how much. Other formats stay as they are."""
    scale = min(factor, _LARGEST_JPEG_SCALE)
    if scale == 1 or not isinstance(picture, JpegImageFile):
        return 1
    # The decoder takes the largest scale that leaves at least this size: exactly `scale`.
    picture.draft(None, (picture.width // scale, picture.height // scale))
    return scale


def _pixels(picture: ImageFile) -> Image:
    """Decode, turn upright, flatten to sRGB."""
    try:
        bits = 16 if any("16" in str(tile.args) for tile in picture.tile) else 8
        picture.load()
        exif = picture.info.get("exif")
        turn = UPRIGHT.get(read_orientation(exif)) if isinstance(exif, bytes) else None
        flat = to_srgb(picture, bits=bits)
        return np.array(flat if turn is None else flat.transpose(turn), dtype=np.uint8)
    except Exception as problem:  # see `_open`
        raise _damaged(picture.format) from problem
