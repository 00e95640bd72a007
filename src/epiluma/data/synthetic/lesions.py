"""The seven diagnoses as pigment: where melanin, blood, blue depth and white scatter lie in a lesion.

A drawing is made of what light meets, not of colours, so the same lesion looks right on every skin and in every light.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from epiluma.data.synthetic.texture import Field, branch, dots, honeycomb, noise, ridges, smoothstep, strokes


@dataclass(frozen=True, kw_only=True, slots=True)
class Pigment:
    """What lies in a lesion, on a square canvas whose half side is half the height of a picture.

    Attributes:
        melanin: optical density, 0 to about 4: tan, brown, black.
        blood: optical density, 0 to about 3: pink, red, purple.
        blue: share of slate-blue light from melanin deep below, 0 to 1.
        white: share of light scattered back by scar, scale or keratin, 0 to 1.
        shape: 1 inside the lesion, 0 outside, in between on a soft border.
    """

    melanin: Field
    blood: Field
    blue: Field
    white: Field
    shape: Field


class Canvas:
    """The square a lesion is drawn on: coordinates from -1 to 1 (slightly bent) and a source of randomness."""

    def __init__(self, rng: np.random.Generator, side: int) -> None:
        axis = np.linspace(-1, 1, side, dtype=np.float32)
        self.rng = rng
        self.side = side
        self.shape = (side, side)
        self.u = axis[None, :] + 0.02 * noise(rng, self.shape, 5, 3)
        self.v = axis[:, None] + 0.02 * noise(rng, self.shape, 5, 3)
        # Falls below 0 before the canvas ends, so that no lesion is cut off by it.
        self.margin = 5 * (0.93 - np.hypot(axis[None, :], axis[:, None]))
        self.none: Field = np.zeros(self.shape, np.float32)

    def noise(self, cells: float, octaves: int = 1) -> Field:
        """Return noise over the canvas, with about `cells` bumps a side."""
        return noise(self.rng, self.shape, cells, octaves)

    def oval(self, radius: float, elongation: float, *, wobble: float = 0.05, rough: float = 0.0) -> Field:
        """Return how far inside an irregular oval a point lies: 1 in the middle, 0 on the border, below 0 outside."""
        rng = self.rng
        angle = rng.uniform(0, math.pi)
        x = self.u * math.cos(angle) + self.v * math.sin(angle)
        y = self.v * math.cos(angle) - self.u * math.sin(angle)
        stretch = math.sqrt(elongation)
        theta = np.arctan2(y, x)
        border = np.ones(self.shape, np.float32)
        for lobe in range(2, 6):
            border += wobble * rng.normal() / (lobe - 1) * np.cos(lobe * theta + rng.uniform(0, 2 * math.pi))
        depth: Field = 1 - np.hypot(x / stretch, y * stretch) / (radius * border)
        if rough:
            depth += rough * self.noise(8, 3)
        return np.minimum(depth, self.margin)

    def web(self, pitch: float, strength: float) -> Field:
        """Return a pigment network: 1 on its lines, less in its holes, fading in places into an even tone."""
        bend = 0.28 * pitch
        u, v = self.u + bend * self.noise(0.9 / pitch), self.v + bend * self.noise(0.9 / pitch)
        holes = smoothstep(honeycomb(u, v, pitch, self.rng.uniform(0, math.pi)), 0.25, 0.95)
        return 1 - strength * holes * smoothstep(self.noise(3), -1.6, 0.6)

    def dots(self, count: int, radius: tuple[float, float], inside: Field, profile: Callable[[Field], Field]) -> Field:
        """Stamp dots, their radii shares of the half side, where `inside` is at least a half."""
        centres = self.scatter(count, inside)
        radii = self.rng.uniform(*radius, len(centres)) * self.side / 2
        return dots(self.shape, centres, np.maximum(radii, 1.0), profile)

    def scatter(self, count: int, inside: Field, least: float = 0.5) -> npt.NDArray[np.float64]:
        """Return up to `count` pixel positions (x, y) where `inside` is at least `least`."""
        tries = self.rng.integers(0, self.side, (count * 6, 2))
        return tries[inside[tries[:, 1], tries[:, 0]] >= least][:count].astype(np.float64)


def _bead(distance: Field) -> Field:
    return smoothstep(distance, 1.0, 0.3)


def _lake(distance: Field) -> Field:
    return smoothstep(distance, 1.0, 0.55)


def _nevus(canvas: Canvas) -> Pigment:
    """Even and symmetric: one brown, a regular network that fades at the rim."""
    rng = canvas.rng
    depth = canvas.oval(rng.uniform(0.4, 0.68), rng.uniform(1.0, 1.4), wobble=0.04, rough=0.025)
    shape = smoothstep(depth, -0.06, 0.3)
    web = canvas.web(rng.uniform(0.06, 0.085), rng.uniform(0.3, 0.6))
    tone = rng.uniform(0.9, 1.7) * (0.8 + 0.35 * smoothstep(depth, 0, 0.8)) + 0.1 * canvas.noise(7, 3)
    melanin = shape * np.maximum(tone, 0.2) * web
    return Pigment(melanin=melanin, blood=0.12 * shape, blue=canvas.none, white=canvas.none, shape=shape)


def _melanoma(canvas: Canvas) -> Pigment:
    """Asymmetric, notched, many colours: tan to black, a blue-white veil, red, dots thrown to one side."""
    rng = canvas.rng
    body = canvas.oval(rng.uniform(0.45, 0.62), rng.uniform(1.2, 1.7), wobble=0.16, rough=0.1)
    turn, shift = rng.uniform(0, 2 * math.pi), rng.uniform(0.25, 0.38)
    lobe = 1 - np.hypot(canvas.u - shift * math.cos(turn), canvas.v - shift * math.sin(turn)) / rng.uniform(0.28, 0.42)
    depth = np.minimum(np.maximum(body, lobe + 0.12 * canvas.noise(8, 3)), canvas.margin)
    shape = smoothstep(depth, -0.03, 0.13)
    across = canvas.u * math.cos(turn) + canvas.v * math.sin(turn)
    patches = canvas.noise(3, 4) + 1.6 * across
    tone = 0.9 + 1.0 * smoothstep(patches, -0.6, 0.5) + 1.2 * smoothstep(patches, 0.6, 1.5) + 0.12 * canvas.noise(14, 3)
    globules = canvas.dots(30, (0.012, 0.035), smoothstep(depth, -0.3, -0.05) * smoothstep(across, 0, 0.3), _bead)
    veil = smoothstep(canvas.noise(2.5, 3), 0.2, 1.3) * smoothstep(depth, 0.1, 0.35)
    red = smoothstep(canvas.noise(2.5, 3), 0.4, 1.3) * shape
    scar = 0.45 * smoothstep(canvas.noise(3, 3), 0.8, 1.7) * smoothstep(depth, 0.1, 0.3) * (1 - veil)
    return Pigment(
        melanin=np.maximum(shape * tone * canvas.web(0.09, 0.4) * (1 - 0.7 * scar), 1.8 * globules),
        blood=0.15 * shape + 0.6 * red,
        blue=0.52 * veil * shape,
        white=scar * shape,
        shape=np.maximum(shape, globules),
    )


def _keratosis(canvas: Canvas) -> Pigment:
    """Stuck on: a sharp scalloped border, tan to brown gyri, pale milia-like cysts and dark plugs."""
    rng = canvas.rng
    depth = canvas.oval(rng.uniform(0.45, 0.68), rng.uniform(1.0, 1.5), wobble=0.07, rough=0.05)
    shape = smoothstep(depth, 0.0, 0.06)
    gyri = ridges(canvas.noise(rng.uniform(11, 16), 2), 1.2)
    tone = rng.uniform(0.55, 1.05) + 0.14 * canvas.noise(4, 4)
    inner = smoothstep(depth, 0.06, 0.2)
    cysts = canvas.dots(int(rng.integers(14, 26)), (0.018, 0.042), inner, _bead)
    plugs = canvas.dots(int(rng.integers(8, 18)), (0.02, 0.045), inner * (cysts < 0.1), _bead)
    rim = 0.2 * smoothstep(depth, 0.16, 0.02)
    melanin = shape * (np.maximum(tone, 0.25) * (0.75 + 0.5 * gyri) + rim + 1.3 * plugs)
    return Pigment(
        melanin=melanin * (1 - 0.7 * cysts),
        blood=0.05 * shape,
        blue=0.06 * shape,
        white=0.5 * cysts * shape,
        shape=shape,
    )


def _basal_cell(canvas: Canvas) -> Pigment:
    """Pearly pink with sharp, branching red vessels, blue-grey nests and sometimes a small sore."""
    rng, side = canvas.rng, canvas.side
    depth = canvas.oval(rng.uniform(0.48, 0.7), rng.uniform(1.0, 1.4), wobble=0.08, rough=0.06)
    shape = smoothstep(depth, -0.1, 0.25)
    lines = []
    for x, y in canvas.scatter(int(rng.integers(4, 7)), smoothstep(depth, 0.45, 0.0) * shape, 0.25).tolist():
        inwards = math.atan2(side / 2 - y, side / 2 - x) + rng.normal(0, 0.4)
        lines += branch(rng, (x, y), inwards, side * rng.uniform(0.14, 0.22), side * 0.011, 3)
    vessels = strokes(canvas.shape, lines) * smoothstep(depth, -0.1, 0.1)
    spots = canvas.dots(9, (0.03, 0.13), smoothstep(depth, 0.05, 0.2), _bead)
    nests = np.maximum(smoothstep(canvas.noise(6, 3), 0.8, 1.8) * smoothstep(depth, 0.05, 0.3), spots)
    nests = nests * np.clip(0.8 + 0.25 * canvas.noise(10, 2), 0.2, 1)
    sore = canvas.dots(int(rng.integers(0, 3)), (0.06, 0.13), smoothstep(depth, 0.3, 0.5), _lake)
    sore = sore * np.clip(0.75 + 0.3 * canvas.noise(14, 2), 0, 1)
    pearl = shape * (0.14 + 0.3 * ridges(canvas.noise(6, 2), 1.8))
    return Pigment(
        melanin=0.1 * shape + 0.45 * nests + 0.9 * sore,
        blood=0.3 * shape + 1.3 * vessels * (1 - 0.5 * nests) + 0.9 * sore,
        blue=0.62 * nests * (1 - sore),
        white=pearl * (1 - vessels) * (1 - nests) * (1 - sore),
        shape=shape,
    )


def _keratinocyte(canvas: Canvas) -> Pigment:
    """Strawberry: red between pale follicles, each with a plug, under yellow-white scale; no clear border."""
    rng = canvas.rng
    depth = canvas.oval(rng.uniform(0.5, 0.75), rng.uniform(1.0, 1.5), wobble=0.08, rough=0.14)
    shape = smoothstep(depth, -0.15, 0.4)
    pitch = rng.uniform(0.12, 0.16)
    bend = 0.2 * pitch
    u, v = canvas.u + bend * canvas.noise(8), canvas.v + bend * canvas.noise(8)
    holes = honeycomb(u, v, pitch, rng.uniform(0, math.pi)) + 0.07 * canvas.noise(9)
    follicles, plugs = smoothstep(holes, 0.45, 0.85), smoothstep(holes, 0.85, 1.0)
    flakes = smoothstep(ridges(canvas.noise(7, 3), 0.9) + 0.3 * canvas.noise(3), 0.8, 1.3) * smoothstep(depth, 0.1, 0.4)
    redness = rng.uniform(0.5, 0.8) * np.maximum(1 + 0.2 * canvas.noise(4, 4), 0.2)
    return Pigment(
        melanin=shape * (0.3 + 0.14 * canvas.noise(5, 3) + 0.5 * plugs).clip(0.05),
        blood=shape * (redness * (1 - 0.7 * follicles) + 0.08),
        blue=canvas.none,
        white=shape * np.clip(0.28 * follicles * (1 - plugs) + 0.6 * flakes, 0, 0.75),
        shape=shape,
    )


def _dermatofibroma(canvas: Canvas) -> Pigment:
    """A pale brown, delicate ring round a white, star-like scar in the centre."""
    rng = canvas.rng
    depth = canvas.oval(rng.uniform(0.48, 0.68), rng.uniform(1.0, 1.2), wobble=0.04, rough=0.03)
    shape = smoothstep(depth, -0.14, 0.4)
    core = smoothstep(depth + 0.08 * canvas.noise(8, 3), 0.42, 0.85)
    angle = np.arctan2(canvas.v, canvas.u)
    rays = 0.5 + 0.5 * np.cos(angle * int(rng.integers(9, 14)) + 2.5 * canvas.noise(3))
    scar = core * (0.55 + 0.45 * ridges(canvas.noise(10, 2), 1.4)) + 0.3 * rays * smoothstep(depth, 0.2, 0.5) * (
        1 - core
    )
    ring = shape * (1 - 0.85 * core) * np.clip(1 + 0.12 * canvas.noise(6, 3), 0.3, None)
    return Pigment(
        melanin=rng.uniform(0.5, 0.85) * ring * canvas.web(0.075, 0.5) + 0.05 * shape,
        blood=0.15 * ring + 0.08 * shape,
        blue=canvas.none,
        white=np.clip(0.66 * scar, 0, 0.8),
        shape=shape,
    )


def _vascular(canvas: Canvas) -> Pigment:
    """Round lakes of blood, red to purple, with pale walls between them and no brown at all."""
    rng = canvas.rng
    depth = canvas.oval(rng.uniform(0.4, 0.62), rng.uniform(1.0, 1.3), wobble=0.07, rough=0.02)
    shape = smoothstep(depth, -0.08, 0.14)
    lakes = canvas.dots(int(rng.integers(80, 130)), (0.045, 0.12), smoothstep(depth, -0.02, 0.1), _lake)
    lakes = lakes * np.clip(0.85 + 0.2 * canvas.noise(12, 3), 0.3, 1.2)
    dark = smoothstep(canvas.noise(3, 3), 0.1, 1.6)
    return Pigment(
        melanin=0.55 * dark * lakes * shape,
        blood=shape * (0.6 + lakes * (rng.uniform(0.6, 1.1) + 0.7 * dark)),
        blue=0.15 * dark * lakes * shape,
        white=0.28 * shape * smoothstep(lakes, 0.5, 0.1),
        shape=np.maximum(shape, lakes.clip(0, 1)),
    )


DRAWERS: Mapping[str, Callable[[Canvas], Pigment]] = {
    "akiec": _keratinocyte,
    "bcc": _basal_cell,
    "bkl": _keratosis,
    "df": _dermatofibroma,
    "mel": _melanoma,
    "nv": _nevus,
    "vasc": _vascular,
}


def draw_pigment(rng: np.random.Generator, dx: str, side: int) -> Pigment:
    """Draw a lesion of one diagnosis on a square of `side` pixels; every field is (side, side) float32."""
    return DRAWERS[dx](Canvas(rng, side))
