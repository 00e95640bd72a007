"""What can be seen of a picture's quality without learning: the definition that the exported graph carries out.

The graph measures; this module says what it must measure, and which values refuse a picture unless a bundle says
otherwise. Only operations that an ONNX graph has are used.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from epiluma.records import Floats

QUALITY_NAMES: tuple[str, ...] = ("brightness", "contrast", "sharpness", "clipped", "hair")
# What a model that learnt where lesions lie measures too: how sure it is that one is in view, and how much of the
# square that one fills.
LESION_NAMES: tuple[str, ...] = ("lesion", "lesion_area")

LUMA_WEIGHTS = (0.299, 0.587, 0.114)  # ITU-R BT.601
SHARPNESS_BLOCKS = 56  # detail is looked for in about this many blocks a side, whatever the size
LEAST_CONTRAST = 0.02  # below it sharpness would divide noise by nothing
HAIR_WIDTHS = 112  # a hair is at most two of these parts of a side wide
HAIR_DARKNESS = 0.1  # a hair's luma lies at least so far under what is beside it
CLIPPED_BELOW = 2.5 / 255  # luma that rounds to at most 2 has no detail left
CLIPPED_ABOVE = 252.5 / 255  # nor has luma that rounds to at least 253


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityLimit:
    """The range in which a measure lets a picture be judged.

    Attributes:
        name: one of `QUALITY_NAMES` or `LESION_NAMES`.
        minimum: a smaller value refuses the picture; no lower limit where absent.
        maximum: a larger value refuses it; no upper limit where absent.
        below: reason code for a value under `minimum`.
        above: reason code for a value over `maximum`.
    """

    name: str
    minimum: float | None = None
    maximum: float | None = None
    below: str | None = None
    above: str | None = None

    def __post_init__(self) -> None:
        if self.name not in QUALITY_NAMES + LESION_NAMES:
            known = ", ".join(QUALITY_NAMES + LESION_NAMES)
            raise ValueError(f"a quality limit is for one of {known}; got {self.name!r}")
        if (self.minimum is None) != (self.below is None) or (self.maximum is None) != (self.above is None):
            raise ValueError(f"each limit of {self.name} needs its reason code, and each code its limit")

    def to_json(self) -> dict[str, Any]:
        """Return the object of a bundle's manifest; what is absent has no key."""
        fields = ("name", "minimum", "maximum", "below", "above")
        return {field: getattr(self, field) for field in fields if getattr(self, field) is not None}


# Chosen by measurement: docs/decisions/0002-quality-limits.md.
QUALITY_LIMITS: tuple[QualityLimit, ...] = (
    QualityLimit(name="brightness", minimum=0.12, maximum=0.94, below="quality.dark", above="quality.bright"),
    QualityLimit(name="contrast", minimum=0.012, below="quality.blank"),
    QualityLimit(name="sharpness", minimum=0.09, below="quality.blurred"),
    QualityLimit(name="clipped", maximum=0.6, above="quality.clipped"),
    QualityLimit(name="hair", maximum=0.25, above="quality.hair"),
)


def sharpness_block_px(size_px: int) -> int:
    """Return the side of the blocks that sharpness is measured on: 4 for a network of 224 px, never below 1."""
    return max(1, size_px // SHARPNESS_BLOCKS)


def hair_radius_px(size_px: int) -> int:
    """Return how far from its middle a hair reaches at most: 2 for a network of 224 px, never below 1."""
    return max(1, round(size_px / HAIR_WIDTHS))


def measure_quality(square: npt.NDArray[np.uint8] | Floats) -> Floats:
    """Measure a picture at the size the network sees.

    * luma: 0.299 R + 0.587 G + 0.114 B, each in [0, 1] (ITU-R BT.601)
    * brightness: mean of luma, in [0, 1]
    * contrast: standard deviation of luma (of the whole population), in [0, 0.5]
    * sharpness: luma is averaged over blocks of `sharpness_block_px(S)`, a remainder at the right and bottom left out;
      then the mean of |4 l(x, y) - l(x-1, y) - l(x+1, y) - l(x, y-1) - l(x, y+1)| over all blocks that have four
      neighbours is divided by max(contrast, 0.02): detail as a share of what is there to be seen, so that a pale lesion
      in focus is not called blurred; blocks, because single pixels hold the sensor's and the file's noise
    * clipped: share of pixels whose luma is at most 2.5/255 or at least 252.5/255
    * hair: share of pixels that lie more than 0.1 under the closing of luma (the least, over a square of 2 r + 1 pixels
      with r = `hair_radius_px(S)`, of the largest over such a square; what lies outside the picture takes no part):
      dark lines up to 2 r pixels wide (Lee et al. 1997, DullRazor, finds hairs so)

    Args:
        square: (S, S, 3) RGB, uint8 or float32 in [0, 1]: after the central square is cut and resized.

    Returns:
        (5,) float32 in the order of `QUALITY_NAMES`.
    """
    scale = np.float32(255 if square.dtype == np.uint8 else 1)
    luma = square.astype(np.float32) / scale @ np.array(LUMA_WEIGHTS, np.float32)
    blocks = _block_means(luma, sharpness_block_px(luma.shape[0]))
    neighbours = blocks[:-2, 1:-1] + blocks[2:, 1:-1] + blocks[1:-1, :-2] + blocks[1:-1, 2:]
    detail = np.abs(4 * blocks[1:-1, 1:-1] - neighbours).mean()
    contrast = luma.std()
    clipped = ((luma <= CLIPPED_BELOW) | (luma >= CLIPPED_ABOVE)).mean()
    hair = (_closing(luma, hair_radius_px(luma.shape[0])) - luma > HAIR_DARKNESS).mean()
    return np.array([luma.mean(), contrast, detail / max(contrast, LEAST_CONTRAST), clipped, hair], np.float32)


def _closing(luma: Floats, radius: int) -> Floats:
    return -_largest_around(-_largest_around(luma, radius), radius)


def _largest_around(values: Floats, radius: int) -> Floats:
    padded = np.pad(values, radius, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1, 2 * radius + 1))
    largest: Floats = windows.max(axis=(2, 3))
    return largest


def _block_means(luma: Floats, block: int) -> Floats:
    count = luma.shape[0] // block
    means: Floats = luma[: count * block, : count * block].reshape(count, block, count, block).mean(axis=(1, 3))
    return means


def abstention_score(quality: Floats, limits: tuple[QualityLimit, ...] = QUALITY_LIMITS) -> float:
    """Return how far the worst measure is over its limit: above 1 the picture is refused, at 1 it just passes.

    A lower limit counts minimum / max(value, 1e-6), an upper limit value / maximum.

    Args:
        quality: (k,) in the order of the limits.
        limits: those of the bundle.
    """
    pairs = list(zip(quality.tolist(), limits, strict=True))
    shares = [limit.minimum / max(value, 1e-6) for value, limit in pairs if limit.minimum is not None]
    shares += [value / limit.maximum for value, limit in pairs if limit.maximum is not None]
    return float(max(shares))
