"""Small textures everything else is made of: noise, ridges, honeycombs, dots and branching lines.

All of them are (H, W) float32 and come from the generator they are given, so that a seed draws the same picture again.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Field = npt.NDArray[np.floating[Any]]  # float32 throughout


def noise(rng: np.random.Generator, shape: tuple[int, int], cells: float, octaves: int = 1) -> Field:
    """Return smooth noise of mean about 0 and deviation about 1, with `cells` bumps along the short side.

    Args:
        rng: source of randomness.
        shape: height and width.
        cells: bumps of the coarsest octave along the short side.
        octaves: each further one has twice the bumps and half the height.
    """
    height, width = shape
    pitch = min(shape) / cells
    rows, columns = (math.ceil(side / pitch) + 2 for side in shape)
    grid = rng.standard_normal((rows, columns), dtype=np.float32)
    for octave in range(1, octaves):  # built up while small: only the last step works on every pixel
        rows, columns = 2 * rows, 2 * columns
        finer = rng.standard_normal((rows, columns), dtype=np.float32)
        grid = np.asarray(Image.fromarray(grid).resize((columns, rows), Image.Resampling.BICUBIC)) + finer * 0.5**octave
    step = 2 ** (octaves - 1)
    box = (step / 2, step / 2, step / 2 + step * width / pitch, step / 2 + step * height / pitch)
    smooth = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.asarray(smooth) * 1.5


def ridges(field: Field, sharpness: float = 2.0) -> Field:
    """Return thin lines in [0, 1] where a noise field crosses zero."""
    return np.clip(1 - np.abs(field) * sharpness, 0, 1)


def smoothstep(field: Field, low: float, high: float) -> Field:
    """Rise smoothly from 0 at `low` to 1 at `high` (falls where `high` is the smaller)."""
    t = np.clip((field - low) * (1 / (high - low)), 0, 1)
    rise: Field = t * t * (3 - 2 * t)
    return rise


def honeycomb(u: Field, v: Field, pitch: float, angle: float) -> Field:
    """Return holes of 1 on a web of 0, `pitch` apart in the units of `u` and `v`."""
    step = 2 * math.pi / (pitch * math.sqrt(3) / 2)
    turns = [angle + math.pi / 3 * third for third in range(3)]
    waves = [np.cos(u * (step * math.cos(turn)) + v * (step * math.sin(turn))) for turn in turns]
    return (waves[0] + waves[1] + waves[2] + 1.5) / 4.5


def dots(
    shape: tuple[int, int],
    centres: npt.NDArray[np.float64],
    radii: npt.NDArray[np.float64],
    profile: Callable[[Field], Field],
) -> Field:
    """Stamp round dots and keep the brightest where they meet.

    Args:
        shape: height and width.
        centres: (N, 2) x and y in pixels.
        radii: (N,) in pixels.
        profile: brightness as a function of the distance from a centre in radii, 0 from 1 on.
    """
    canvas = np.zeros(shape, np.float32)
    for (x, y), radius in zip(centres, radii, strict=True):
        left, top = max(int(x - radius), 0), max(int(y - radius), 0)
        window = canvas[top : int(y + radius) + 2, left : int(x + radius) + 2]
        rows = np.arange(top, top + window.shape[0], dtype=np.float32)[:, None]
        columns = np.arange(left, left + window.shape[1], dtype=np.float32)[None, :]
        distance = np.sqrt((columns - x) ** 2 + (rows - y) ** 2).astype(np.float32) / np.float32(radius)
        np.maximum(window, profile(np.minimum(distance, 1)), out=window)
    return canvas


def strokes(shape: tuple[int, int], lines: list[tuple[list[tuple[float, float]], float]]) -> Field:
    """Draw smooth-edged lines, each a list of x, y points in pixels and a width in pixels; 1 on a line, 0 off it."""
    height, width = shape
    canvas = Image.new("L", (2 * width, 2 * height))
    pen = ImageDraw.Draw(canvas)
    for points, line_width in lines:
        pen.line([(2 * x, 2 * y) for x, y in points], fill=255, width=max(1, round(2 * line_width)), joint="curve")
    return np.asarray(canvas.reduce(2), dtype=np.float32) / np.float32(255)


def branch(
    rng: np.random.Generator, start: tuple[float, float], heading: float, length: float, width: float, depth: int
) -> list[tuple[list[tuple[float, float]], float]]:
    """Grow a vessel that winds, thins and forks `depth` times; ready for `strokes`."""
    steps = 7
    headings = heading + np.cumsum(rng.normal(0, 0.28, steps))
    xs = start[0] + np.cumsum(np.cos(headings)) * length / steps
    ys = start[1] + np.cumsum(np.sin(headings)) * length / steps
    points = [start, *((float(x), float(y)) for x, y in zip(xs, ys, strict=True))]
    lines = [(points, width)]
    if depth:
        for side in (-1, 1):
            turned = float(headings[-1]) + side * rng.uniform(0.35, 0.9)
            lines += branch(rng, points[-1], turned, length * rng.uniform(0.6, 0.85), width * 0.7, depth - 1)
    return lines
