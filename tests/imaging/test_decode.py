"""Bytes to pixels: what is read, what is refused and why, and how large pictures become small."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from drawn_files import BLUE, RED, chunk, plain, png, saved
from epiluma.errors import GeometryError, ImageError
from epiluma.imaging.decode import Limits, read_bytes, read_image
from epiluma.records import Geometry


def code_of(data, **options):
    with pytest.raises(ImageError) as refusal:
        read_image(data, **options)
    return refusal.value.code


@pytest.mark.parametrize("format_name", ["WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_read(format_name):
    data = saved(plain(RED), format_name, save_all=True, append_images=[plain(BLUE)], lossless=True, duration=50)

    assert read_image(data)[0, 0].tolist() == list(RED)


def test_the_first_picture_of_a_phones_multi_picture_file_is_read():
    data = saved(plain(RED), "MPO", save_all=True, append_images=[plain(BLUE)], quality=100, subsampling=0)
    assert b"MPF\0" in data

    assert np.abs(read_image(data)[0, 0].astype(int) - RED).max() <= 2


def test_a_progressive_jpeg_reads_like_a_baseline_one():
    rng = np.random.default_rng(1)
    picture = Pillow.fromarray(rng.integers(0, 255, (80, 80, 3), dtype=np.uint8))

    progressive = read_image(saved(picture, "JPEG", progressive=True))
    assert np.array_equal(progressive, read_image(saved(picture, "JPEG")))


def test_a_file_is_read_like_its_bytes_whatever_its_name_says(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(saved(plain(RED)))

    assert np.array_equal(read_image(path), read_image(path.read_bytes()))


OTHER_FORMATS = {
    "a GIF": saved(plain(), "GIF"),
    "a BMP": saved(plain(), "BMP"),
    "a TIFF": saved(plain(), "TIFF"),
    "a PDF": saved(plain(), "PDF"),
    "an icon": saved(plain(), "ICO"),
    "an AVIF": saved(plain(), "AVIF"),
    "a JPEG 2000": saved(plain(), "JPEG2000"),
    "an SVG": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a web page": b"<!DOCTYPE html><title>x</title>",
    "a text file": b"Not a picture at all.\n",
    "a DICOM file": bytes(128) + b"DICM" + bytes(64),
    "a HEIC": b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(64),
    "a sound or a video": b"RIFF\x24\0\0\0WAVEfmt " + bytes(64),
    "a ZIP archive": b"PK\x03\x04" + bytes(64),
    "an unknown format": bytes(range(256)),
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_any_other_format_is_refused_by_name(name):
    with pytest.raises(ImageError, match=name) as refusal:
        read_image(OTHER_FORMATS[name])

    assert (refusal.value.code, refusal.value.http_status) == ("image.unsupported", 415)


def test_an_empty_file_is_refused():
    assert code_of(b"") == "image.empty"


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_file_that_was_cut_off_is_refused(format_name, share):
    noise = np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8)
    data = saved(Pillow.fromarray(noise), format_name)

    assert code_of(data[: int(len(data) * share)]) == "image.truncated"


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP"])
def test_a_signature_with_nothing_behind_it_is_refused(start):
    assert code_of(start) == "image.truncated"
    assert code_of(start + bytes(500)) == "image.truncated"


def test_a_file_over_the_limit_is_refused_before_it_is_looked_at():
    with pytest.raises(ImageError) as refusal:
        read_image(bytes(20 * 2**20 + 1))

    assert (refusal.value.code, refusal.value.http_status) == ("image.too-large", 413)


def test_twenty_megabytes_exactly_are_looked_at():
    assert code_of(bytes(20 * 2**20)) == "image.unsupported"


def webp_header(width, height):
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<L", 10) + bytes(4) + canvas
    frame = b"VP8L" + struct.pack("<L", 8) + b"\x2f\0\0\0\0\0\0\0"
    return b"RIFF" + struct.pack("<L", len(body + frame)) + body + frame


def jpeg_header(width, height):
    data = bytearray(saved(plain(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def png_header(width, height):
    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))


@pytest.mark.parametrize("side", [6_325, 10_000, 16_383, 60_000])  # the first square over 40 megapixels, and bombs
@pytest.mark.parametrize("header", [png_header, jpeg_header])
def test_a_decompression_bomb_is_refused_on_its_header(header, side):
    assert code_of(header(side, side)) == "image.too-large"


def test_a_webp_bomb_is_refused_on_its_header():
    assert code_of(webp_header(16_383, 16_383)) == "image.too-large"


def test_forty_megapixels_are_decoded():
    data = png(b"\x80", depth=8, colour_type=0, size=(625_000, 64))

    assert read_image(data).shape == (64, 625_000, 3)


@pytest.mark.parametrize("size", [(63, 400), (400, 63), (1, 1)])
def test_a_short_side_under_64_px_is_refused(size):
    assert code_of(saved(plain(size=size))) == "image.too-small"


def test_a_short_side_of_64_px_is_read():
    assert read_image(saved(plain(size=(64, 64)))).shape == (64, 64, 3)


def test_a_crop_under_64_px_is_refused():
    assert code_of(saved(plain(size=(200, 200))), geometry=Geometry(crop=(0, 0, 200, 63))) == "image.too-small"


def test_limits_can_be_set():
    data = saved(plain(size=(200, 100)))

    assert code_of(data, limits=Limits(max_bytes=100)) == "image.too-large"
    assert code_of(data, limits=Limits(max_pixels=19_999)) == "image.too-large"
    assert code_of(data, limits=Limits(min_short_side_px=101)) == "image.too-small"


@pytest.mark.parametrize("name", ["absent.jpg", ".", "nul\0byte", "x" * 5000])
def test_a_path_without_a_file_is_missing(tmp_path, name):
    with pytest.raises(ImageError) as refusal:
        read_image(tmp_path / name)

    assert refusal.value.code == "image.missing"


def test_a_device_is_never_read():
    with pytest.raises(ImageError) as refusal:
        read_image(Path(os.devnull))

    assert refusal.value.code == "image.missing"


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(ImageError) as refusal:
        read_bytes(path)

    assert refusal.value.code == "image.too-large"


def test_a_crop_outside_the_picture_is_refused():
    with pytest.raises(GeometryError, match="80×64"):
        read_image(saved(plain()), geometry=Geometry(crop=(1, 0, 80, 64)))


def test_nothing_is_pooled_unless_asked_for():
    assert read_image(saved(plain(size=(2000, 1000)))).shape == (1000, 2000, 3)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((895, 895), (895, 895)),  # half of it would be under 448
        ((896, 897), (449, 448)),
        ((1795, 1793), (449, 449)),  # by four; a part of a block makes a pixel
        ((4000, 900), (450, 2000)),
    ],
)
def test_pooling_leaves_the_short_side_at_least_as_asked(format_name, size, expected):
    assert read_image(saved(plain(size=size), format_name), short_side_px=448).shape[:2] == expected


@pytest.mark.parametrize(("short_side", "expected"), [(1600, 100), (1599, 200)])  # by 16, and by 8
def test_a_factor_beyond_what_a_jpeg_decoder_does_is_finished_by_pooling(short_side, expected):
    data = saved(plain(size=(2000, short_side)), "JPEG")

    assert min(read_image(data, short_side_px=100).shape[:2]) == expected


def test_a_png_is_pooled_to_the_exact_mean():
    pixels = np.zeros((128, 128, 3), np.uint8)
    pixels[::2, ::2] = 10  # one pixel of four: 2.5, rounded up to 3
    image = read_image(saved(Pillow.fromarray(pixels)), short_side_px=64)

    assert image.shape == (64, 64, 3)
    assert np.unique(image).tolist() == [3]


def test_a_jpeg_decoded_at_reduced_scale_is_close_to_the_mean():
    ramp = np.linspace(0, 255, 1024).astype(np.uint8)
    picture = Pillow.fromarray(np.stack([np.tile(ramp, (1024, 1))] * 3, axis=-1))
    data = saved(picture, "JPEG", quality=95)
    whole = read_image(data).astype(float).reshape(256, 4, 256, 4, 3).mean(axis=(1, 3))

    assert np.abs(read_image(data, short_side_px=256) - whole).max() < 3


def test_with_geometry_a_jpeg_is_cut_from_the_full_size_picture_and_then_pooled():
    rng = np.random.default_rng(2)
    noise = Pillow.fromarray(rng.integers(0, 255, (300, 400, 3), dtype=np.uint8))
    data = saved(noise, "JPEG", quality=95)
    cut = read_image(data)[11 : 11 + 256, 101 : 101 + 256].astype(float)
    pooled = np.floor(cut.reshape(128, 2, 128, 2, 3).mean(axis=(1, 3)) + 0.5)

    image = read_image(data, geometry=Geometry(crop=(101, 11, 256, 256)), short_side_px=128)
    assert np.array_equal(image, pooled)
