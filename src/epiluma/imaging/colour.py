"""Any colour model a JPEG, PNG or WebP can hold, to opaque sRGB."""

from io import BytesIO

import numpy as np
from PIL import Image as Pillow
from PIL import ImageCms


def to_srgb(picture: Pillow.Image, *, bits: int) -> Pillow.Image:
    """Return an RGB picture: 16 bits cut to the high byte, the ICC profile applied, alpha laid over white.

    Args:
        picture: decoded; any mode the three formats have.
        bits: per channel in the file; Pillow gives 16-bit grey as it is and the rest as high bytes.
    """
    colour, alpha = _split(picture, bits)
    flat = _converted(colour, picture.info.get("icc_profile"))
    if alpha is None:
        return flat
    white = Pillow.new("RGB", flat.size, (255, 255, 255))
    white.paste(flat, mask=alpha)  # round((c·a + 255·(255 - a)) / 255), half up
    return white


def _split(picture: Pillow.Image, bits: int) -> tuple[Pillow.Image, Pillow.Image | None]:
    """Part the colours (L, RGB or CMYK) from the alpha channel (L), if there is one."""
    transparent = picture.info.get("transparency")
    if picture.mode.startswith("I"):
        return _split_deep_grey(picture, transparent)
    if bits == 16 and isinstance(transparent, tuple):
        # The transparent colour is given in 16 bits, the pixels are high bytes by now.
        picture.info["transparency"] = tuple(value >> 8 for value in transparent)
    if picture.has_transparency_data:
        channels = picture.convert("RGBA")
        return channels.convert("RGB"), channels.getchannel("A")
    if picture.mode in ("L", "RGB", "CMYK"):
        return picture, None
    return picture.convert("L" if picture.mode == "1" else "RGB"), None


def _split_deep_grey(picture: Pillow.Image, transparent: object) -> tuple[Pillow.Image, Pillow.Image | None]:
    values = np.asarray(picture)
    grey = Pillow.fromarray((values >> 8).astype(np.uint8))
    if not isinstance(transparent, int):
        return grey, None
    return grey, Pillow.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))


def _converted(colour: Pillow.Image, icc_profile: bytes | None) -> Pillow.Image:
    """Apply the profile; one that is broken, or made for another colour model, is ignored as browsers do."""
    if icc_profile:
        try:
            return _by_profile(colour, icc_profile)
        except Exception:  # LittleCMS refuses broken profiles and mismatched ones; the pixels are still there
            return colour.convert("RGB")
    return colour.convert("RGB")


def _by_profile(colour: Pillow.Image, icc_profile: bytes) -> Pillow.Image:
    profile = ImageCms.ImageCmsProfile(BytesIO(icc_profile))
    converted = ImageCms.profileToProfile(colour, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    return colour.convert("RGB") if converted is None else converted
