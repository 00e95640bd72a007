"""A picture made worse, or as another clinic would have taken it: the same seed always spoils it the same way.

Lengths are given for a picture 450 px high and grow with it, so that a severity means the same at every size.
"""

import io
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from epiluma.imaging.encode import encode_jpeg
from epiluma.records import Image

SEVERITIES = (1, 2, 3, 4, 5)
HEIGHT_PX = 450  # of the pictures for which lengths are given

LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601

Degradation = Callable[[Image, float, np.random.Generator], Image]


def blur(image: Image, sigma_px: float) -> Image:
    """Blur by a Gaussian, its width given for a picture 450 px high."""
    radius = sigma_px * image.shape[0] / HEIGHT_PX
    return np.array(Pillow.fromarray(image).filter(ImageFilter.GaussianBlur(radius)))


def sharpen(image: Image, amount: float, *, sigma_px: float = 1.5) -> Image:
    """Add `amount` times what a blur takes away, as cameras do (unsharp masking)."""
    fine = image.astype(np.float32) - blur(image, sigma_px)
    return _bytes(image + amount * fine)


def lighten(image: Image, gain: float) -> Image:
    """Multiply every value: below 1 darker, above 1 brighter, white where it runs over."""
    return _bytes(image.astype(np.float32) * gain)


def compress(image: Image, quality: int) -> Image:
    """Save as a JPEG of this quality (1 to 95) and read it again."""
    return np.array(Pillow.open(io.BytesIO(encode_jpeg(image, quality=quality))).convert("RGB"))


def add_noise(image: Image, sigma: float, rng: np.random.Generator) -> Image:
    """Add Gaussian noise of this standard deviation, in steps of 0 to 255, to each value of each pixel."""
    return _bytes(image + rng.normal(0, sigma, image.shape).astype(np.float32))


def cast_colour(image: Image, strength: float, rng: np.random.Generator) -> Image:
    """Tint towards a hue drawn by lot: gains of the channels of up to ± `strength`, their mean 1."""
    turn = rng.uniform(0, 2 * math.pi)
    gains = 1 + strength * np.cos(turn + np.array([0, 2, 4]) * math.pi / 3)
    return _bytes(image * gains.astype(np.float32))


def saturate(image: Image, factor: float) -> Image:
    """Move every colour away from its grey by a factor; 0 leaves a grey picture."""
    grey = (image @ LUMA)[..., None]
    return _bytes(grey + factor * (image - grey))


def scale(image: Image, factor: float) -> Image:
    """Show the middle larger (above 1) or smaller (below 1), the size kept.

    Beyond the edge the outermost eighth of the picture is mirrored to and fro: more skin, but no second lesion.
    """
    height, width = image.shape[:2]
    if factor < 1:
        rows, columns = (_mirrored(side, math.ceil((1 / factor - 1) * side / 2)) for side in (height, width))
        seen = image[np.ix_(rows, columns)]
    else:
        seen_height, seen_width = max(1, round(height / factor)), max(1, round(width / factor))
        top, left = (height - seen_height) // 2, (width - seen_width) // 2
        seen = image[top : top + seen_height, left : left + seen_width]
    return np.array(Pillow.fromarray(seen).resize((width, height), Pillow.Resampling.BILINEAR))


def _mirrored(side: int, margin: int) -> npt.NDArray[np.int64]:
    """Return the pixel to show at each place from `-margin` to `side + margin`."""
    ring = max(1, side // 8)
    beyond = np.arange(1, margin + 1) % (2 * ring)
    inwards = np.minimum(beyond, 2 * ring - beyond)
    return np.concatenate([inwards[::-1], np.arange(side), side - 1 - inwards])


def vignette(image: Image, darkness: float, *, radius: float = 0.85) -> Image:
    """Darken towards the corners, as a lens or a dermatoscope's tube does.

    Args:
        image: (H, W, 3) uint8 RGB.
        darkness: how much light is lost in the corner, 0 to 1.
        radius: where the shade is half as deep as in the corner, in half diagonals of the picture.
    """
    height, width = image.shape[:2]
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    distance = np.hypot(down * height, across * width) / math.hypot(height, width)
    shade = 1 / (1 + np.exp(-(distance - radius) / 0.06))
    return _bytes(image * (1 - darkness * shade[..., None]).astype(np.float32))


def frame(image: Image, share: float) -> Image:
    """Black out all but a central disc whose radius is `share` of half the height: a dermatoscope's round field."""
    height, width = image.shape[:2]
    down, across = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    distance = np.hypot(down, across * width / height)
    light = np.clip((share - distance) / 0.03 + 0.5, 0, 1)[..., None]
    return _bytes(image * light.astype(np.float32))


def grow_hair(image: Image, count: int, rng: np.random.Generator) -> Image:
    """Lay dark hairs over the picture: bent lines across it, 1 to 3 px wide at a height of 450 px."""
    height, width = image.shape[:2]
    picture = Pillow.fromarray(image)
    pen = ImageDraw.Draw(picture)
    along = np.linspace(0, 1, 24)
    for _ in range(count):
        start, end = rng.uniform(-0.1, 1.1, (2, 2)) * (width, height)
        bend = rng.normal(0, 0.12) * np.hypot(*(end - start))
        across = np.array([start[1] - end[1], end[0] - start[0]]) / max(np.hypot(*(end - start)), 1.0)
        path = start + along[:, None] * (end - start) + (4 * along * (1 - along) * bend)[:, None] * across
        shade = tuple(int(value) for value in rng.uniform(10, 70) * np.array([1, 0.8, 0.7]))
        thickness = max(1, round(rng.uniform(1, 3) * height / HEIGHT_PX))
        pen.line([(float(x), float(y)) for x, y in path], fill=shade, width=thickness, joint="curve")
    return np.array(picture)


def _graded(*amounts: float) -> Callable[[float], float]:
    """Return a function from a severity of 0 to 5 to an amount, straight lines between the six that are given."""
    return lambda severity: float(np.interp(severity, (0, *SEVERITIES), amounts))


_BLUR = _graded(0, 1, 2, 4, 7, 12)
_SHARPEN = _graded(0, 0.5, 1, 2, 4, 8)
_DARK = _graded(1, 0.75, 0.55, 0.4, 0.25, 0.12)
_BRIGHT = _graded(1, 1.15, 1.35, 1.7, 2.2, 3)
_QUALITY = _graded(95, 60, 35, 20, 10, 4)
_NOISE = _graded(0, 5, 10, 20, 35, 60)
_CAST = _graded(0, 0.06, 0.12, 0.2, 0.3, 0.45)
_SMALLER = _graded(1, 0.85, 0.7, 0.55, 0.42, 0.34)
_LARGER = _graded(1, 1.15, 1.4, 1.8, 2.5, 4)
_HAIRS = _graded(0, 6, 15, 35, 80, 180)
_VIGNETTE = _graded(0, 0.35, 0.6, 0.8, 0.95, 1)
_RADIUS = _graded(1, 0.85, 0.75, 0.65, 0.5, 0.35)

DEGRADATIONS: Mapping[str, Degradation] = MappingProxyType(
    {
        "blur": lambda image, severity, _: blur(image, _BLUR(severity)),
        "sharpen": lambda image, severity, _: sharpen(image, _SHARPEN(severity)),
        "dark": lambda image, severity, _: lighten(image, _DARK(severity)),
        "bright": lambda image, severity, _: lighten(image, _BRIGHT(severity)),
        "jpeg": lambda image, severity, _: compress(image, round(_QUALITY(severity))),
        "noise": lambda image, severity, rng: add_noise(image, _NOISE(severity), rng),
        "colour-cast": lambda image, severity, rng: cast_colour(image, _CAST(severity), rng),
        "smaller": lambda image, severity, _: scale(image, _SMALLER(severity)),
        "larger": lambda image, severity, _: scale(image, _LARGER(severity)),
        "hair": lambda image, severity, rng: grow_hair(image, round(_HAIRS(severity)), rng),
        "vignette": lambda image, severity, _: vignette(image, _VIGNETTE(severity), radius=_RADIUS(severity)),
    }
)


def degrade(image: Image, kind: str, severity: float, *, rng: np.random.Generator) -> Image:
    """Make a picture worse in one way.

    Args:
        image: (H, W, 3) uint8 RGB.
        kind: one of `DEGRADATIONS`.
        severity: 0 (as it is) to 5; 1 and 2 are seen in practice every day, 5 leaves little to judge.
        rng: every random number comes from here.

    Returns:
        (H, W, 3) uint8 RGB.

    Raises:
        ValueError: an unknown kind, or a severity outside 0 to 5.
    """
    if kind not in DEGRADATIONS or not 0 <= severity <= SEVERITIES[-1]:
        raise ValueError(f"expected one of {', '.join(DEGRADATIONS)} and 0 to 5; got {kind!r} and {severity}")
    return image if severity == 0 else DEGRADATIONS[kind](image, severity, rng)


def other_clinic(image: Image, *, rng: np.random.Generator, strength: float = 1.0) -> Image:
    """Show a picture as another clinic would have taken it: other light, lens, camera and file, the same lesion.

    At strength 1, "mild": gain of the light 0.87 to 1.15, tint up to 8 %, saturation 0.8 to 1.25, gamma 0.87 to 1.15,
    magnification 0.83 to 1.2, a blur of up to 1 px or sharpening of up to 0.6, in half of the pictures shaded corners
    (up to 40 %), and a JPEG of quality 95 down to 60. Every range grows with the strength, logarithms in proportion.

    Args:
        image: (H, W, 3) uint8 RGB.
        rng: every random number comes from here.
        strength: 1 is mild, 2 strong.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    s = strength
    image = scale(image, _drawn(rng, 0.18 * s))
    blurred = rng.random() < 0.5
    image = blur(image, rng.uniform(0, 1.0 * s)) if blurred else sharpen(image, rng.uniform(0, 0.6 * s))
    image = _relight(image, gain=_drawn(rng, 0.14 * s), gamma=_drawn(rng, 0.14 * s))
    image = saturate(cast_colour(image, rng.uniform(0, 0.08 * s), rng), _drawn(rng, 0.22 * s))
    if rng.random() < 0.5:
        image = vignette(image, min(1.0, rng.uniform(0, 0.4 * s)), radius=rng.uniform(0.7, 0.9))
    return compress(image, max(10, round(rng.uniform(95 - 35 * s, 95))))


def _drawn(rng: np.random.Generator, spread: float) -> float:
    return math.exp(rng.uniform(-spread, spread))


def _relight(image: Image, *, gain: float, gamma: float) -> Image:
    table: Image = _bytes(255 * gain * (np.arange(256) / 255) ** gamma)
    return table[image]


def _bytes(values: npt.NDArray[Any]) -> Image:
    result: Image = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return result
