"""Single drawn pictures as files: lesions, and the pictures a reader should refuse."""

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from epiluma.data.synthetic.scene import draw_view
from epiluma.data.synthetic.texture import noise
from epiluma.errors import DataError
from epiluma.imaging.encode import encode_jpeg
from epiluma.records import Image
from epiluma.taxonomy import CODES

SAMPLE_KINDS = ("blurred", "dark", "bright", "blank", "non-lesion")


def drawn_lesion(*, seed: int, dx: str | None = None, width: int = 600, height: int = 450) -> bytes:
    """Draw a lesion as a dermatoscope would show it, and return a JPEG file.

    Args:
        seed: the same seed draws the same picture.
        dx: a code of the taxonomy; drawn by lot when left out.
        width: pixels.
        height: pixels.

    Raises:
        DataError: `dx` is not in the taxonomy.

    Example:
        >>> drawn_lesion(seed=7)[:3].hex()
        'ffd8ff'
    """
    if dx is None:
        dx = str(np.random.default_rng([seed, 9]).choice(CODES))
    if dx not in CODES:
        raise DataError(f"expected a diagnosis of {', '.join(CODES)}; got {dx!r}")
    image, _ = draw_view(seed, 0, dx, width, height)
    return encode_jpeg(image)


def drawn_non_lesion(*, seed: int, width: int = 600, height: int = 450) -> bytes:
    """Draw hills under a low sun, which no reader of skin should judge, and return a JPEG file."""
    rng = np.random.default_rng([seed, 5])
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    zenith, horizon = np.array([80, 140, 205], np.float32), np.array([250, 205, 150], np.float32)
    sky = zenith + (horizon - zenith) * down + 6 * noise(rng, (height, width), 3, 3)[..., None]
    picture = Pillow.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    x, y, radius = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.4) * height, 0.08 * height
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(255, 244, 214))
    for layer in range(4):
        wave = noise(rng, (height, width), 2, 4)[0]
        ridge = height * (0.48 + 0.13 * layer) - height * 0.05 * wave
        shade = tuple(int(c * (1 - 0.2 * layer)) for c in (96, 128, 112))
        pen.polygon([(0, height), *enumerate(ridge.tolist()), (width, height)], fill=shade)
    return encode_jpeg(np.asarray(picture))


def drawn_sample(kind: str, *, seed: int = 3, width: int = 600, height: int = 450) -> bytes:
    """Draw a picture that cannot be judged, and return a JPEG file.

    Args:
        kind: one of `SAMPLE_KINDS`: a lesion out of focus, far too dark or far too bright; nothing at all; no lesion.
        seed: the same seed draws the same picture.
        width: pixels.
        height: pixels.

    Raises:
        DataError: an unknown kind.
    """
    if kind not in SAMPLE_KINDS:
        raise DataError(f"expected one of {', '.join(SAMPLE_KINDS)}; got {kind!r}")
    if kind == "non-lesion":
        return drawn_non_lesion(seed=seed, width=width, height=height)
    if kind == "blank":
        return encode_jpeg(np.full((height, width, 3), (214, 178, 168), np.uint8))
    image, _ = draw_view(seed, 0, "nv", width, height)
    return encode_jpeg(_spoiled(image, kind))


def _spoiled(image: Image, kind: str) -> Image:
    if kind == "blurred":
        sigma_px = image.shape[0] / 25
        return np.asarray(Pillow.fromarray(image).filter(ImageFilter.GaussianBlur(sigma_px)))
    gain, lift = {"dark": (0.06, 0.0), "bright": (0.5, 190.0)}[kind]
    spoiled: Image = np.clip(image * gain + lift, 0, 255).astype(np.uint8)
    return spoiled
