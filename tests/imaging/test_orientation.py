"""A picture is shown as it was taken."""

import struct

import numpy as np
import pytest

from drawn_files import BLUE, GREEN, RED, WHITE, exif_of, plain, saved
from epiluma.imaging.decode import read_image
from epiluma.imaging.orientation import read_orientation
from epiluma.records import Geometry

CORNERS = {  # upright: red top left, green top right, blue bottom left, white bottom right
    1: (RED, GREEN, BLUE, WHITE),
    2: (GREEN, RED, WHITE, BLUE),
    3: (WHITE, BLUE, GREEN, RED),
    4: (BLUE, WHITE, RED, GREEN),
    5: (RED, BLUE, GREEN, WHITE),
    6: (GREEN, WHITE, RED, BLUE),
    7: (WHITE, GREEN, BLUE, RED),
    8: (BLUE, RED, WHITE, GREEN),
}


def quarters(corners, size):
    width, height = size
    picture = plain(corners[3], size=size)
    picture.paste(corners[0], (0, 0, width // 2, height // 2))
    picture.paste(corners[1], (width // 2, 0, width, height // 2))
    picture.paste(corners[2], (0, height // 2, width // 2, height))
    return picture


def corners_of(image):
    return [tuple(int(value > 127) * 255 for value in image[y, x]) for y in (4, -4) for x in (4, -4)]


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_orientations_is_made_upright(orientation, format_name):
    stored = (96, 80) if orientation <= 4 else (80, 96)
    data = saved(quarters(CORNERS[orientation], stored), format_name, exif=exif_of(orientation))
    image = read_image(data)

    assert image.shape == (80, 96, 3)
    assert corners_of(image) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    "exif",
    [b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", exif_of(9), exif_of(0), b"Exif\0\0nonsense"],
    ids=["empty", "cut", "far offset", "nine", "zero", "nonsense"],
)
def test_a_broken_exif_block_leaves_the_picture_as_it_is(exif):
    image = read_image(saved(quarters(CORNERS[1], (96, 80)), "JPEG", exif=exif))

    assert corners_of(image) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(("written", "read"), [(0, 1), (1, 1), (8, 8), (9, 1)])
def test_an_orientation_that_does_not_exist_is_upright(written, read):
    assert read_orientation(exif_of(written)) == read


def test_a_thumbnail_with_another_orientation_changes_nothing():
    # One directory that says 6, followed by the thumbnail's directory that says 3.
    entry = struct.pack("<HHLHH", 0x0112, 3, 1, 6, 0)
    second = struct.pack("<H", 1) + struct.pack("<HHLHH", 0x0112, 3, 1, 3, 0) + struct.pack("<L", 0)
    block = b"Exif\0\0II*\0" + struct.pack("<LH", 8, 1) + entry + struct.pack("<L", 26) + second
    image = read_image(saved(quarters(CORNERS[6], (80, 96)), "JPEG", exif=block))

    assert corners_of(image) == [RED, GREEN, BLUE, WHITE]


def test_geometry_is_measured_in_the_upright_picture():
    data = saved(quarters(CORNERS[6], (160, 192)), exif=exif_of(6))  # upright: 192 wide, 160 high
    image = read_image(data, geometry=Geometry(crop=(96, 0, 96, 80)))

    assert image.shape == (80, 96, 3)
    assert np.unique(image.reshape(-1, 3), axis=0).tolist() == [list(GREEN)]
