"""Skin, light and lens: lays a lesion's pigment into a picture as a dermatoscope would show it."""

import math

import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from epiluma.data.synthetic.lesions import Pigment, draw_pigment
from epiluma.data.synthetic.texture import Field, dots, noise, ridges, smoothstep, strokes
from epiluma.records import Image

# How much red, green and blue light a unit of density takes away (Beer-Lambert; fitted to the look of dermoscopy).
MELANIN = np.array([0.47, 0.76, 1.0], np.float32)
BLOOD = np.array([0.15, 1.0, 0.62], np.float32)
BARE_SKIN = np.array([0.95, 0.83, 0.80], np.float32)
SLATE_BLUE = np.array([0.36, 0.42, 0.55], np.float32)
HAIR = np.array([0.17, 0.13, 0.1], np.float32)
KERATIN = np.array([0.97, 0.91, 0.87], np.float32)

# Densities are warped as bytes, four channels at a time; these are the densities that 255 stands for.
FULL_SCALE = np.array([5.0, 3.5, 1.0, 1.0], np.float32)


def draw_view(lesion_seed: int, view: int, dx: str, width: int, height: int) -> tuple[Image, npt.NDArray[np.bool_]]:
    """Draw one photograph of one lesion.

    Views of the same lesion share skin and lesion; angle, distance, light, hair and bubbles differ.

    Returns:
        The picture, (H, W, 3) uint8 RGB, and the lesion's mask, (H, W) bool.
    """
    lesion_rng = np.random.default_rng([lesion_seed, 0])
    rng = np.random.default_rng([lesion_seed, 1 + view])
    tone = (lesion_rng.uniform(0.0, 0.35), lesion_rng.uniform(0.02, 0.22))
    pigment = draw_pigment(lesion_rng, dx, height)
    layers, mask = _place(rng, pigment, width, height)
    colour = _lit(rng, _skin(rng, tone, layers))
    colour = _bubbles(rng, _hairs(rng, colour))
    return _exposed(rng, colour), mask


def _place(rng: np.random.Generator, pigment: Pigment, width: int, height: int) -> tuple[Field, npt.NDArray[np.bool_]]:
    """Turn, zoom and shift the lesion; returns (H, W, 4) densities and the mask."""
    side = pigment.shape.shape[0]
    angle, zoom = rng.uniform(0, 2 * math.pi), rng.uniform(0.88, 1.12)
    x, y = width / 2 + rng.normal(0, 0.03) * width, height / 2 + rng.normal(0, 0.03) * height
    cos, sin = math.cos(angle) / zoom, math.sin(angle) / zoom
    matrix = (cos, sin, side / 2 - cos * x - sin * y, -sin, cos, side / 2 + sin * x - cos * y)
    fields = np.stack([pigment.melanin, pigment.blood, pigment.blue, pigment.white], axis=-1) / FULL_SCALE
    # CMYK only because it is the mode with four equal channels: as RGBA, Pillow would weigh three by the fourth.
    packed = Pillow.frombytes("CMYK", (side, side), (np.clip(fields, 0, 1) * 255 + 0.5).astype(np.uint8).tobytes())
    placed = packed.transform((width, height), Pillow.Transform.AFFINE, matrix, Pillow.Resampling.BILINEAR)
    shape = Pillow.fromarray((pigment.shape * 255).astype(np.uint8))
    mask = shape.transform((width, height), Pillow.Transform.AFFINE, matrix, Pillow.Resampling.BILINEAR)
    return np.asarray(placed, dtype=np.float32) * (FULL_SCALE / 255), np.asarray(mask) >= 128


def _skin(rng: np.random.Generator, tone: tuple[float, float], layers: Field) -> Field:
    """Let light pass through lesion and skin; returns (H, W, 3) in [0, 1]."""
    shape = layers.shape[:2]
    mottle, grain = noise(rng, shape, 7, 4), noise(rng, shape, 55, 2)
    creases = ridges(noise(rng, shape, 38, 2), 2.5)
    melanin = layers[..., 0] * (1 + 0.04 * grain) + tone[0] * (1 + 0.1 * mottle) + 0.025 * creases
    blood = layers[..., 1] * (1 + 0.04 * grain) + tone[1] * np.maximum(1 + 0.18 * mottle, 0) + 0.012 * grain
    density = melanin[..., None] * MELANIN + blood[..., None] * BLOOD
    colour: Field = BARE_SKIN * np.exp(-density)
    colour += layers[..., 2:3] * (SLATE_BLUE * (0.55 + 0.45 * colour[..., :1]) - colour)
    colour += layers[..., 3:4] * (KERATIN - colour)
    return colour


def _lit(rng: np.random.Generator, colour: Field) -> Field:
    """Uneven light, the lamp's tint and, in a third of the pictures, the dark rim of the dermatoscope."""
    height, width = colour.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * (width / height)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    distance = np.hypot(x - rng.normal(0, 0.06), y - rng.normal(0, 0.06))
    light = 1.02 - rng.uniform(0.03, 0.11) * distance**2
    if rng.random() < 0.33:
        rim = rng.uniform(1.32, 1.5)
        light = light * (0.06 + 0.94 * smoothstep(distance, rim, rim - 0.06))
    tint = (rng.uniform(0.9, 1.02) * np.exp(rng.normal(0, [0.02, 0.015, 0.035]))).astype(np.float32)
    lit: Field = colour * (light[..., None] * tint)
    return lit


def _hairs(rng: np.random.Generator, colour: Field) -> Field:
    """Lay dark hairs over half of the pictures."""
    height, width = colour.shape[:2]
    count = int(rng.integers(2, 14)) if rng.random() < 0.5 else 0
    if not count:
        return colour
    lie, pieces = rng.uniform(0, math.pi), 24
    lines = []
    for x, y in (rng.uniform(0, 1, (count, 2)) * (width, height)).tolist():
        bend = rng.normal(0, 0.02) + np.cumsum(rng.normal(0, 0.008, pieces))
        headings = lie + rng.normal(0, 0.35) + np.cumsum(bend)
        step = height * rng.uniform(0.012, 0.045)
        xs, ys = x + np.cumsum(np.cos(headings)) * step, y + np.cumsum(np.sin(headings)) * step
        lines.append((list(zip(xs.tolist(), ys.tolist(), strict=True)), height * rng.uniform(0.0025, 0.0055)))
    cover = strokes((height, width), lines)[..., None] * 0.8
    return colour + cover * (HAIR - colour)


def _bubbles(rng: np.random.Generator, colour: Field) -> Field:
    """Leave a few air bubbles in the gel of a third of the pictures: a bright rim and a highlight."""
    height, width = colour.shape[:2]
    count = int(rng.integers(2, 9)) if rng.random() < 0.33 else 0
    if not count:
        return colour
    centres = rng.uniform(0, 1, (count, 2)) * (width, height)
    radii = height * rng.uniform(0.008, 0.03, count)
    rim = dots((height, width), centres, radii, lambda r: smoothstep(r, 0.62, 0.85) * smoothstep(r, 1.0, 0.88))
    spark = dots((height, width), centres - radii[:, None] * 0.35, radii * 0.3, lambda r: 1 - r)
    light = np.clip(0.3 * rim + 0.7 * spark, 0, 1)[..., None]
    return colour + light * (1 - colour)


def _exposed(rng: np.random.Generator, colour: Field) -> Image:
    """Add the sensor's grain and round to bytes."""
    grain = rng.standard_normal(colour.shape[:2], dtype=np.float32) * 0.012
    return (np.clip(colour + grain[..., None], 0, 1) * 255 + 0.5).astype(np.uint8)
