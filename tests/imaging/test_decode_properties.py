"""Whatever arrives, the answer is pixels or an error that says what to do."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from epiluma.errors import EpilumaError
from epiluma.imaging.decode import read_image
from epiluma.records import Geometry


def _file(mode, format_name, **options):
    rng = np.random.default_rng(3)
    picture = Pillow.fromarray(rng.integers(0, 255, (66, 70, 3), dtype=np.uint8)).convert(mode)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = BytesIO()
    picture.save(buffer, format_name, exif=exif.tobytes(), icc_profile=profile, **options)
    return buffer.getvalue()


_other = Pillow.new("RGB", (70, 66), (9, 9, 9))
FILES = {
    "jpeg": _file("RGB", "JPEG"),
    "progressive": _file("RGB", "JPEG", progressive=True),
    "cmyk": _file("CMYK", "JPEG"),
    "multi-picture": _file("RGB", "MPO", save_all=True, append_images=[_other]),
    "png": _file("RGB", "PNG"),
    "palette": _file("P", "PNG", transparency=3),
    "grey and alpha": _file("LA", "PNG"),
    "animated png": _file("RGB", "PNG", save_all=True, append_images=[_other]),
    "webp": _file("RGBA", "WEBP", lossless=True),
    "animated webp": _file("RGB", "WEBP", save_all=True, append_images=[_other]),
}


def outcome(data, **options):
    """`pixels` or the code of the error; anything else escapes and fails the test."""
    try:
        image = read_image(data, **options)
    except EpilumaError as error:
        return error.code if error.message else ""
    assert image.dtype == np.uint8
    assert image.shape[2] == 3
    return "pixels"


@pytest.mark.parametrize("name", FILES)
def test_the_files_below_are_whole(name):
    assert outcome(FILES[name]) == "pixels"


@given(
    name=st.sampled_from(sorted(FILES)),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6),
    kept=st.floats(0, 1) | st.just(1.0),
    head_only=st.booleans(),
    pooled=st.sampled_from([None, 1, 16]),
    cut=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_no_damage_makes_anything_but_pixels_or_a_clear_error(name, changes, kept, head_only, pooled, cut):
    data = bytearray(FILES[name])
    reach = min(len(data), 700) if head_only else len(data)
    for place, patch in changes:
        start = int(place * reach)
        data[start : start + len(patch)] = patch
    geometry = Geometry(crop=(1, 1, 64, 65), rotate=90) if cut else None

    assert outcome(bytes(data[: int(kept * len(data))]), short_side_px=pooled, geometry=geometry)


@given(start=st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP"]), rest=st.binary())
@settings(max_examples=150, deadline=None)
def test_random_bytes_are_never_a_picture(start, rest):
    assert outcome(start + rest).startswith("image.")
