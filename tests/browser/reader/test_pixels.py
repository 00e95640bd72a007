"""A browser sees the pixels that the server sees, whatever kind of file they come in."""

import struct
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from drawn_files import GREEN, RED, chunk, exif_of, plain, png, saved
from epiluma.data.synthetic import drawn_lesion

pytestmark = pytest.mark.browser
Distances = Callable[..., dict[str, int]]
RNG = np.random.default_rng(20261121)
LOSSLESS: Mapping[str, Mapping[str, Any]] = {"PNG": {}, "WEBP": {"lossless": True, "exact": True}}


def noise(*shape: int) -> Pillow.Image:
    return Pillow.fromarray(RNG.integers(0, 256, shape, dtype=np.uint8))


SPECKLED = noise(131, 97, 3)  # sides that no power of two divides
SEE_THROUGH = noise(131, 97, 4)
LESION = Pillow.open(BytesIO(drawn_lesion(seed=3))).convert("RGB")


def swapped_profile() -> bytes:
    """An ICC profile in which red and blue have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmpX", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmpX", b"bXYZ", 1)


def colour_tags(gamma: int) -> bytes:
    """Chunks that some programs see other colours by, and ours does not."""
    primaries = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    return chunk(b"gAMA", struct.pack(">L", gamma)) + chunk(b"cHRM", struct.pack(">8L", *primaries))


def test_pictures_without_loss_give_the_same_pixels(distances: Distances) -> None:
    files = {f"{name} {mode}": saved(SPECKLED.convert(mode), name, **options)
             for name, options in LOSSLESS.items() for mode in ("RGB", "L")}  # fmt: skip
    files |= {mode: saved(SPECKLED.convert(mode)) for mode in ("1", "P")}
    files["one grey"] = png(b"\x1b", depth=8, colour_type=0)
    files["tagged with another gamma"] = png(b"\x50\x90\x20", depth=8, colour_type=2, extra=colour_tags(100_000))
    files["animated PNG"] = saved(SPECKLED, save_all=True, append_images=[plain(RED, size=SPECKLED.size)])
    files["animated WebP"] = saved(
        SPECKLED, "WEBP", lossless=True, save_all=True, append_images=[plain(RED, size=SPECKLED.size)]
    )

    assert distances(files) == dict.fromkeys(files, 0)


def test_what_is_transparent_is_laid_over_white_within_one_grey_level(distances: Distances) -> None:
    files = {name: saved(SEE_THROUGH, name, **options) for name, options in LOSSLESS.items()}
    files["grey with alpha"] = saved(SEE_THROUGH.convert("LA"))
    files["a palette with alpha"] = saved(SPECKLED.quantize(16), transparency=bytes(range(0, 256, 16)))
    files["one transparent colour"] = saved(plain(GREEN), transparency=GREEN)

    assert {name: distance for name, distance in distances(files).items() if distance > 1} == {}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_each_of_the_eight_orientations_is_made_upright_once(name: str, distances: Distances) -> None:
    options = {"JPEG": {"quality": 95}, **LOSSLESS}[name]
    files = {str(number): saved(SPECKLED, name, exif=exif_of(number), **options) for number in range(1, 9)}

    assert distances(files) == dict.fromkeys(files, 0)


def test_colour_profiles_are_followed(distances: Distances) -> None:
    profile = swapped_profile()
    files = {name: saved(SPECKLED, name, icc_profile=profile, **options) for name, options in LOSSLESS.items()}
    files["JPEG"] = saved(LESION, "JPEG", quality=95, icc_profile=profile)
    files["see-through"] = saved(SEE_THROUGH, icc_profile=profile)
    files["for colours, on grey"] = saved(SPECKLED.convert("L"), icc_profile=profile)
    files["broken"] = saved(LESION, "JPEG", icc_profile=b"not a profile")

    assert {name: distance for name, distance in distances(files).items() if distance > 2} == {}


def test_photographs_are_decoded_within_a_few_grey_levels(distances: Distances) -> None:
    files = {f"4:{kind}": saved(LESION, "JPEG", quality=75, subsampling=kind) for kind in (0, 1, 2)}
    files["progressive"] = saved(LESION, "JPEG", quality=85, progressive=True)
    files["grey"] = saved(LESION.convert("L"), "JPEG")
    files["WebP"] = saved(LESION, "WEBP", quality=80)
    files["WebP with alpha"] = saved(SEE_THROUGH, "WEBP", quality=80)

    assert {name: distance for name, distance in distances(files).items() if distance > 4} == {}


def test_large_pictures_are_pooled_as_the_server_does(distances: Distances) -> None:
    large = LESION.resize((1999, 1803))
    without_loss = {name: saved(large, name, **options) for name, options in LOSSLESS.items()}
    turned = saved(large, "JPEG", quality=90, exif=exif_of(6))

    assert distances(without_loss) == dict.fromkeys(without_loss, 0)
    assert distances({"turned": turned})["turned"] <= 4  # its decoder pools in the frequency domain


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", [False, True])
def test_crop_rotation_and_flip_give_the_same_pixels(rotate: int, flip: bool, distances: Distances) -> None:
    files = {"upright": saved(SPECKLED), "turned": saved(SPECKLED, exif=exif_of(8))}
    geometry = {"crop": [10, 7, 80, 71], "rotate": rotate, "flip": flip}

    assert distances(files, geometry=geometry) == {"upright": 0, "turned": 0}


def test_a_cropped_photograph_is_pooled_after_cutting(distances: Distances) -> None:
    files = {"large": saved(LESION.resize((2100, 1999)))}

    assert distances(files, geometry={"crop": [100, 50, 1900, 1801], "rotate": 90, "flip": False}) == {"large": 0}


def test_files_that_browsers_see_in_their_own_way_are_left_to_the_server(decoded: Callable[..., list[Any]]) -> None:
    cmyk = saved(plain((0, 255, 255, 0), "CMYK"), "JPEG")
    deep = png(b"\x12\xff", depth=16, colour_type=0)

    assert decoded([cmyk, deep]) == ["image.needs-server"] * 2


def test_files_that_cannot_be_read_are_refused_with_the_servers_codes(decoded: Callable[..., list[Any]]) -> None:
    photograph = saved(LESION, "JPEG")
    files = {
        b"": "image.empty",
        b"GIF89a": "image.unsupported",
        b"not a picture": "image.unsupported",
        saved(plain(size=(63, 64))): "image.too-small",
        photograph[:9000]: "image.truncated",
        photograph[:-200]: "image.truncated",
        saved(SPECKLED)[:20_000]: "image.truncated",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "image.truncated",
        b"\xff\xd8\xff": "image.truncated",
        b"RIFF\0\0\0\0WEBP": "image.truncated",
        png(b"\0", depth=8, colour_type=0)[:16] + struct.pack(">LL", 8000, 8000) + b"\x08\0\0\0\0": "image.too-large",
    }

    assert decoded(list(files)) == list(files.values())


def test_a_file_of_more_than_20_megabytes_is_refused_before_it_is_decoded(page: Any) -> None:
    code = page.evaluate(
        """() => decoder.decode(new Uint8Array(20 * 2 ** 20 + 1), { geometry: null, shortSidePx: 448 })
             .catch((error) => error.code)"""
    )

    assert code == "image.too-large"


@pytest.mark.parametrize(
    "geometry",
    [
        {"crop": [0, 0, 98, 70]},
        {"crop": [-1, 0, 70, 70]},
        {"crop": [0, 0, 70]},
        {"crop": [0, 0, 70.5, 70]},
        {"crop": [0, 0, 70, 70], "rotate": 45},
        {"crop": [0, 0, 70, 70], "flip": 1},
        {"crop": [0, 0, 70, 70], "zoom": 2},
        {"rotate": 90},
        [0, 0, 70, 70],
    ],
    ids=str,
)
def test_a_geometry_that_cannot_be_is_refused(geometry: Any, page: Any, decoded: Callable[..., list[Any]]) -> None:
    assert whole_or_code(page, geometry, decoded) == "geometry.invalid"


def whole_or_code(page: Any, geometry: Any, decoded: Callable[..., list[Any]]) -> Any:
    """Read a geometry as the worker does and use it on a picture of 97 by 131 pixels."""
    whole = page.evaluate(
        """async (value) => {
          const { readGeometry } = await import(new URL("geometry.js", window.folder));
          try { return readGeometry(value); } catch (error) { return error.code; }
        }""",
        geometry,
    )
    return whole if isinstance(whole, str) else decoded([saved(SPECKLED)], geometry=whole)[0]
