"""The seven diagnoses as pigment: where melanin, blood, blue depth and white scatter lie in a lesion.

A drawing is made of what light meets, not of colours, so the same lesion looks right on every skin and in every light.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

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
    """The square a lesion is drawn on: coordinates from -1 to 1, distance, angle and a source of randomness."""

    def __init__(self, rng: np.random.Generator, side: int) -> None:
        axis = np.linspace(-1, 1, side, dtype=np.float32)
        self.rng = rng
        self.side = side
        self.shape = (side, side)
        warp = 0.03
        self.u = axis[None, :] + warp * noise(rng, self.shape, 6)
        self.v = axis[:, None] + warp * noise(rng, self.shape, 6)

    def noise(self, cells: float, octaves: int = 1) -> Field:
        return noise(self.rng, self.shape, cells, octaves)

    def depth(self, *, radius: float, elongation: float = 1.0, wobble: float = 0.05, rough: float = 0.0) -> Field:
        """Return how far inside an irregular oval a point lies: 1 in the middle, 0 on the border, below 0 outside."""
        rng = self.rng
        angle = rng.uniform(0, np.pi)
        x = self.u * np.float32(np.cos(angle)) + self.v * np.float32(np.sin(angle))
        y = self.v * np.float32(np.cos(angle)) - self.u * np.float32(np.sin(angle))
        stretch = np.float32(np.sqrt(elongation))
        distance = np.hypot(x / stretch, y * stretch)
        theta = np.arctan2(y, x)
        border = np.ones(self.shape, np.float32)
        for lobe in range(2, 6):
            border += np.float32(wobble * rng.normal() / (lobe - 1)) * np.cos(lobe * theta + rng.uniform(0, 2 * np.pi))
        depth = 1 - distance / (np.float32(radius) * border)
        return (depth + np.float32(rough) * self.noise(9, 2)).astype(np.float32)

    def scatter(self, count: int, inside: Field, least: float = 0.5) -> np.ndarray:
        """Return up to `count` pixel positions (x, y) where `inside` is at least `least`."""
        tries = self.rng.integers(0, self.side, (count * 6, 2))
        return tries[inside[tries[:, 1], tries[:, 0]] >= least][:count].astype(float)

    def dots(self, count: int, radius: tuple[float, float], inside: Field, profile: Callable[[Field], Field]) -> Field:
        """Stamp dots whose radii are shares of the canvas's half side."""
        centres = self.scatter(count, inside)
        radii = self.rng.uniform(*radius, len(centres)) * self.side / 2
        return dots(self.shape, centres, np.maximum(radii, 1.0), profile)

    def blank(self) -> Field:
        return np.zeros(self.shape, np.float32)


def _bead(distance: Field) -> Field:
    return smoothstep(distance, 1.0, 0.4)


def _dome(distance: Field) -> Field:
    return np.sqrt(np.maximum(1 - distance**2, 0))


def _nevus(canvas: Canvas) -> Pigment:
    """Even and symmetric: one brown, a regular network that fades at the rim."""
    rng = canvas.rng
    depth = canvas.depth(radius=rng.uniform(0.42, 0.72), elongation=rng.uniform(1.0, 1.4), wobble=0.05, rough=0.02)
    shape = smoothstep(depth, -0.05, 0.28)
    holes = honeycomb(canvas.u, canvas.v, rng.uniform(0.065, 0.09), rng.uniform(0, np.pi))
    web = 1 - rng.uniform(0.35, 0.6) * smoothstep(holes, 0.3, 0.8)
    tone = rng.uniform(1.0, 1.9) * (0.75 + 0.3 * smoothstep(depth, 0, 0.7)) + 0.1 * canvas.noise(5, 2)
    melanin = shape * np.clip(tone, 0.2, None) * web
    return Pigment(melanin=melanin, blood=0.15 * shape, blue=canvas.blank(), white=canvas.blank(), shape=shape)


def _melanoma(canvas: Canvas) -> Pigment:
    """Asymmetric, notched, many colours: tan to black, a blue-white veil, red, dots thrown to one side."""
    rng = canvas.rng
    body = canvas.depth(radius=rng.uniform(0.5, 0.7), elongation=rng.uniform(1.2, 1.7), wobble=0.2, rough=0.1)
    shift = rng.uniform(0.25, 0.4)
    turn = rng.uniform(0, 2 * np.pi)
    lobe = 1 - np.hypot(canvas.u - shift * np.cos(turn), canvas.v - shift * np.sin(turn)) / rng.uniform(0.3, 0.45)
    depth = np.maximum(body, (lobe + 0.12 * canvas.noise(8, 2)).astype(np.float32))
    shape = smoothstep(depth, -0.02, 0.1)
    across = canvas.u * np.float32(np.cos(turn)) + canvas.v * np.float32(np.sin(turn))
    patches = canvas.noise(3, 3) + 1.6 * across
    tone = 1.0 + 1.1 * smoothstep(patches, -0.4, 0.3) + 1.5 * smoothstep(patches, 0.5, 1.3)
    web = 1 - 0.3 * smoothstep(honeycomb(canvas.u, canvas.v, 0.1, turn), 0.3, 0.8) * smoothstep(patches, 0.5, -0.5)
    globules = canvas.dots(26, (0.015, 0.04), smoothstep(depth, -0.25, -0.05) * smoothstep(across, 0, 0.3), _bead)
    veil = smoothstep(canvas.noise(2.5, 2), 0.3, 1.2) * smoothstep(depth, 0.1, 0.35)
    red = smoothstep(canvas.noise(2.5, 2), 0.5, 1.2) * shape
    regression = 0.4 * smoothstep(canvas.noise(3, 2), 0.9, 1.6) * smoothstep(depth, 0.1, 0.3)
    return Pigment(
        melanin=np.maximum(shape * tone * web * (1 - 0.6 * regression), 1.9 * globules),
        blood=0.2 * shape + 0.8 * red,
        blue=0.62 * veil * shape,
        white=regression * shape,
        shape=np.maximum(shape, globules),
    )


def _keratosis(canvas: Canvas) -> Pigment:
    """Stuck on: a sharp scalloped border, tan to brown gyri, pale milia-like cysts and dark plugs."""
    rng = canvas.rng
    depth = canvas.depth(radius=rng.uniform(0.48, 0.74), elongation=rng.uniform(1.0, 1.5), wobble=0.09, rough=0.05)
    shape = smoothstep(depth, 0.0, 0.045)
    gyri = ridges(canvas.noise(rng.uniform(11, 16)), 1.3)
    tone = rng.uniform(0.65, 1.15) + 0.2 * canvas.noise(4, 2)
    inner = smoothstep(depth, 0.06, 0.2)
    cysts = canvas.dots(int(rng.integers(14, 26)), (0.02, 0.045), inner, _dome)
    plugs = canvas.dots(int(rng.integers(8, 18)), (0.02, 0.045), inner * (cysts < 0.1), _bead)
    rim = 0.25 * shape * smoothstep(depth, 0.14, 0.02)
    melanin = shape * np.clip(tone, 0.25, None) * (0.75 + 0.55 * gyri) + rim + 1.7 * plugs
    return Pigment(
        melanin=melanin * (1 - 0.75 * cysts),
        blood=0.06 * shape,
        blue=0.08 * shape,
        white=0.55 * cysts * shape,
        shape=shape,
    )


def _basal_cell(canvas: Canvas) -> Pigment:
    """Pearly pink with sharp, branching red vessels, blue-grey nests and sometimes a small sore."""
    rng = canvas.rng
    depth = canvas.depth(radius=rng.uniform(0.5, 0.75), elongation=rng.uniform(1.0, 1.4), wobble=0.1, rough=0.05)
    shape = smoothstep(depth, -0.08, 0.25)
    side = canvas.side
    lines = []
    for start in canvas.scatter(int(rng.integers(4, 7)), smoothstep(depth, 0.35, -0.05) * shape, 0.25):
        inwards = np.arctan2(side / 2 - start[1], side / 2 - start[0]) + rng.normal(0, 0.4)
        lines += branch(rng, (start[0], start[1]), inwards, side * rng.uniform(0.13, 0.2), side * 0.012, 3)
    vessels = strokes(canvas.shape, lines) * smoothstep(depth, -0.1, 0.1)
    nests = smoothstep(canvas.noise(7, 2), 0.85, 1.5) * smoothstep(depth, 0.05, 0.3)
    nests = np.maximum(nests, canvas.dots(9, (0.04, 0.12), smoothstep(depth, 0.05, 0.2), _bead))
    sore = canvas.dots(int(rng.integers(0, 3)), (0.05, 0.11), smoothstep(depth, 0.3, 0.5), _dome)
    pearl = 0.22 * shape * (0.7 + 0.3 * ridges(canvas.noise(7), 1.0))
    return Pigment(
        melanin=0.12 * shape + 0.35 * nests + 0.7 * sore,
        blood=0.22 * shape + 1.5 * vessels * (1 - 0.6 * nests) + 1.2 * sore,
        blue=0.72 * nests * (1 - sore),
        white=pearl * (1 - vessels) * (1 - nests),
        shape=shape,
    )


def _keratinocyte(canvas: Canvas) -> Pigment:
    """Strawberry: red between pale follicles, each with a plug, under yellow-white scale; no clear border."""
    rng = canvas.rng
    depth = canvas.depth(radius=rng.uniform(0.55, 0.82), elongation=rng.uniform(1.0, 1.5), wobble=0.12, rough=0.16)
    shape = smoothstep(depth, -0.12, 0.3)
    holes = honeycomb(canvas.u, canvas.v, rng.uniform(0.15, 0.19), rng.uniform(0, np.pi))
    follicles = smoothstep(holes, 0.5, 0.78)
    plugs = smoothstep(holes, 0.9, 0.98)
    scale = smoothstep(ridges(canvas.noise(9, 2), 1.0) + 0.35 * canvas.noise(3), 0.75, 1.15) * smoothstep(depth, 0, 0.3)
    redness = rng.uniform(0.75, 1.1) * (1 + 0.25 * canvas.noise(5, 2))
    return Pigment(
        melanin=shape * (0.32 + 0.3 * smoothstep(canvas.noise(4), 0, 1.5) + 0.35 * plugs),
        blood=shape * np.clip(redness, 0.2, None) * (1 - 0.75 * follicles) + 0.1 * shape,
        blue=canvas.blank(),
        white=shape * np.clip(0.3 * follicles * (1 - plugs) + 0.6 * scale, 0, 0.8),
        shape=shape,
    )


def _dermatofibroma(canvas: Canvas) -> Pigment:
    """A pale brown, delicate ring round a white, star-like scar in the centre."""
    rng = canvas.rng
    depth = canvas.depth(radius=rng.uniform(0.5, 0.72), elongation=rng.uniform(1.0, 1.2), wobble=0.04, rough=0.03)
    shape = smoothstep(depth, -0.12, 0.35)
    core = smoothstep(depth + 0.09 * canvas.noise(8, 2), 0.42, 0.75)
    angle = np.arctan2(canvas.v, canvas.u)
    rays = 0.5 + 0.5 * np.cos(angle * int(rng.integers(9, 14)) + 2.5 * canvas.noise(3))
    scar = core * (0.65 + 0.35 * ridges(canvas.noise(12), 1.2)) + 0.3 * rays * smoothstep(depth, 0.25, 0.5) * (1 - core)
    web = 1 - 0.4 * smoothstep(honeycomb(canvas.u, canvas.v, 0.085, rng.uniform(0, 3)), 0.3, 0.8)
    ring = shape * (1 - 0.85 * core)
    return Pigment(
        melanin=rng.uniform(0.5, 0.8) * ring * web + 0.05 * shape,
        blood=0.32 * ring + 0.1 * shape,
        blue=canvas.blank(),
        white=np.clip(0.68 * scar, 0, 0.8),
        shape=shape,
    )


def _vascular(canvas: Canvas) -> Pigment:
    """Round lakes of blood, red to purple, with pale walls between them and no brown at all."""
    rng = canvas.rng
    depth = canvas.depth(radius=rng.uniform(0.42, 0.68), elongation=rng.uniform(1.0, 1.3), wobble=0.08)
    shape = smoothstep(depth, -0.06, 0.1)
    lakes = canvas.dots(int(rng.integers(45, 75)), (0.06, 0.13), smoothstep(depth, 0.0, 0.12), _dome)
    dark = smoothstep(canvas.noise(3, 2), 0.2, 1.4)
    blood = shape * (0.55 + lakes * (0.8 + 0.9 * dark + rng.uniform(0, 0.5)))
    walls = shape * smoothstep(lakes, 0.5, 0.1)
    return Pigment(
        melanin=0.5 * dark * lakes * shape,
        blood=np.clip(blood, 0, 3),
        blue=0.12 * dark * lakes * shape,
        white=0.3 * walls,
        shape=np.maximum(shape, lakes),
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
