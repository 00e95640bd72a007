"""What can be seen of a picture's quality without learning: the definition that the exported graph carries out.

The graph measures; this module says what it must measure, and which values refuse a picture unless a bundle says
otherwise. Only operations that an ONNX graph has are used.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from epiluma.records import Floats

QUALITY_NAMES: tuple[str, ...] = ("brightness", "contrast", "sharpness", "clipped")

LUMA_WEIGHTS = (0.299, 0.587, 0.114)  # ITU-R BT.601
LEAST_CONTRAST = 0.02  # below it sharpness would divide noise by nothing
CLIPPED_BELOW = 2 / 255  # luma at or below it has no detail left
CLIPPED_ABOVE = 253 / 255


@dataclass(frozen=True, kw_only=True, slots=True)
class QualityLimit:
    """The range in which a measure lets a picture be judged.

    Attributes:
        name: one of `QUALITY_NAMES`.
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
        if self.name not in QUALITY_NAMES:
            raise ValueError(f"a quality limit is for one of {', '.join(QUALITY_NAMES)}; got {self.name!r}")
        if (self.minimum is None) != (self.below is None) or (self.maximum is None) != (self.above is None):
            raise ValueError(f"each limit of {self.name} needs its reason code, and each code its limit")

    def to_json(self) -> dict[str, Any]:
        """Return the object of the bundle's manifest; what is absent has no key."""
        fields = ("name", "minimum", "maximum", "below", "above")
        return {field: getattr(self, field) for field in fields if getattr(self, field) is not None}


# Chosen by measurement: docs/decisions/0002-quality-limits.md.
QUALITY_LIMITS: tuple[QualityLimit, ...] = (
    QualityLimit(name="brightness", minimum=0.1, maximum=0.95, below="quality.dark", above="quality.bright"),
    QualityLimit(name="contrast", minimum=0.01, below="quality.blank"),
    QualityLimit(name="sharpness", minimum=0.01, below="quality.blurred"),
    QualityLimit(name="clipped", maximum=0.9, above="quality.clipped"),
)


def measure_quality(square: npt.NDArray[np.uint8] | Floats) -> Floats:
    """Measure a picture at the size the network sees.

    * luma: 0.299 R + 0.587 G + 0.114 B, each in [0, 1] (ITU-R BT.601)
    * brightness: mean of luma, in [0, 1]
    * contrast: standard deviation of luma (of the whole population), in [0, 0.5]
    * sharpness: mean of |4 l(x, y) - l(x-1, y) - l(x+1, y) - l(x, y-1) - l(x, y+1)| over all pixels that have four
      neighbours, divided by max(contrast, 0.02): detail as a share of what is there to be seen, so that a pale lesion
      in focus is not called blurred
    * clipped: share of pixels whose luma is at most 2/255 or at least 253/255

    Args:
        square: (S, S, 3) RGB, uint8 or float32 in [0, 1]: after the central square is cut and resized.

    Returns:
        (4,) float32 in the order of `QUALITY_NAMES`.
    """
    scale = np.float32(255 if square.dtype == np.uint8 else 1)
    luma = square.astype(np.float32) / scale @ np.array(LUMA_WEIGHTS, np.float32)
    neighbours = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    detail = np.abs(4 * luma[1:-1, 1:-1] - neighbours).mean()
    contrast = luma.std()
    clipped = ((luma <= CLIPPED_BELOW) | (luma >= CLIPPED_ABOVE)).mean()
    return np.array([luma.mean(), contrast, detail / max(contrast, LEAST_CONTRAST), clipped], np.float32)


def abstention_score(quality: Floats, limits: tuple[QualityLimit, ...] = QUALITY_LIMITS) -> float:
    """Return how far the worst measure is over its limit: above 1 the picture is refused, at 1 it just passes.

    A lower limit counts minimum / max(value, 1e-6), an upper limit value / maximum.

    Args:
        quality: (4,) in the order of `QUALITY_NAMES`.
        limits: those of the bundle.
    """
    values = dict(zip(QUALITY_NAMES, quality.tolist(), strict=True))
    shares = [limit.minimum / max(values[limit.name], 1e-6) for limit in limits if limit.minimum is not None]
    shares += [values[limit.name] / limit.maximum for limit in limits if limit.maximum is not None]
    return float(max(shares))
