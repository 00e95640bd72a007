"""Every colour model a file can hold, to opaque sRGB."""

import numpy as np
import pytest
from PIL import ImageCms

from drawn_files import BLUE, GREEN, RED, chunk, plain, png, saved
from epiluma.imaging.decode import read_image


@pytest.mark.parametrize("format_name", ["PNG", "WEBP"])
def test_channels_come_in_the_order_red_green_blue(format_name):
    picture = plain((200, 100, 50))
    image = read_image(saved(picture, format_name, lossless=True))

    assert image.shape == (64, 80, 3)
    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert image[5, 7].tolist() == [200, 100, 50]


def test_a_jpeg_reads_as_red_green_blue():
    image = read_image(saved(plain((200, 100, 50)), "JPEG", quality=100, subsampling=0))

    assert np.abs(image[5, 7].astype(int) - [200, 100, 50]).max() <= 2


@pytest.mark.parametrize("format_name", ["PNG", "WEBP"])
def test_alpha_is_laid_over_white(format_name):
    picture = plain((255, 0, 0, 0), "RGBA")
    picture.paste((0, 0, 0, 102), (0, 0, 40, 64))  # 102 / 255 = 40 % black over white = 153
    image = read_image(saved(picture, format_name, lossless=True, exact=True))

    assert image[0, 79].tolist() == [255, 255, 255]
    assert image[0, 0].tolist() == [153, 153, 153]


def test_greyscale_with_alpha_is_laid_over_white():
    image = read_image(saved(plain((0, 51), "LA")))

    assert image[0, 0].tolist() == [204, 204, 204]


def test_an_opaque_palette_keeps_its_colours():
    picture = plain(1, "P")
    picture.putpalette([10, 20, 30, 40, 50, 60])

    assert read_image(saved(picture))[0, 0].tolist() == [40, 50, 60]


def test_a_palette_with_a_transparent_colour_is_laid_over_white():
    picture = plain(0, "P")
    picture.putpalette([10, 20, 30, 40, 50, 60])
    picture.paste(1, (0, 0, 40, 64))
    image = read_image(saved(picture, transparency=0))

    assert image[0, 79].tolist() == [255, 255, 255]
    assert image[0, 0].tolist() == [40, 50, 60]


def test_a_palette_with_an_alpha_for_each_colour_is_laid_over_white():
    picture = plain(0, "P")
    picture.putpalette([0, 0, 0, 40, 50, 60])
    picture.paste(1, (0, 0, 40, 64))
    image = read_image(saved(picture, transparency=bytes([51, 255])))

    assert image[0, 79].tolist() == [204, 204, 204]
    assert image[0, 0].tolist() == [40, 50, 60]


def test_the_transparent_colour_of_an_rgb_png_becomes_white():
    image = read_image(saved(plain(GREEN), transparency=GREEN))

    assert image[0, 0].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    ("mode", "colour", "expected"), [("L", 77, 77), ("1", 1, 255), ("1", 0, 0), ("P", 0, 9)], ids=str
)
def test_grey_and_one_bit_pictures_get_three_equal_channels(mode, colour, expected):
    picture = plain(colour, mode)
    if mode == "P":
        picture.putpalette([9, 9, 9])

    assert read_image(saved(picture))[0, 0].tolist() == [expected] * 3


def test_a_grey_jpeg_gets_three_equal_channels():
    assert read_image(saved(plain(77, "L"), "JPEG", quality=100))[0, 0].tolist() == [77, 77, 77]


@pytest.mark.parametrize(
    ("pixel", "colour_type", "expected"),
    [
        (bytes([0x12, 0xFF]), 0, [0x12, 0x12, 0x12]),  # grey; rounding instead of cutting would give 0x13
        (bytes([0x12, 0xFF, 0x34, 0xFF, 0x56, 0xFF]), 2, [0x12, 0x34, 0x56]),
        (bytes([0, 0, 0x33, 0]), 4, [204, 204, 204]),  # black at an alpha of 51
        (bytes([0, 0, 0, 0, 0, 0, 0x33, 0]), 6, [204, 204, 204]),
    ],
    ids=["grey", "rgb", "grey-alpha", "rgba"],
)
def test_sixteen_bits_become_their_high_byte(pixel, colour_type, expected):
    assert read_image(png(pixel, depth=16, colour_type=colour_type))[0, 0].tolist() == expected


@pytest.mark.parametrize(("pixel", "colour_type"), [(b"\x12\x34", 0), (b"\x12\x34\x56\x78\x9a\xbc", 2)])
def test_the_transparent_colour_of_a_sixteen_bit_png_becomes_white(pixel, colour_type):
    data = png(pixel, depth=16, colour_type=colour_type, extra=chunk(b"tRNS", pixel))

    assert read_image(data)[0, 0].tolist() == [255, 255, 255]


def test_another_colour_of_a_sixteen_bit_png_stays():
    data = png(b"\x12\x34", depth=16, colour_type=0, extra=chunk(b"tRNS", b"\x12\x35"))

    assert read_image(data)[0, 0].tolist() == [0x12, 0x12, 0x12]


def test_cmyk_as_adobe_writes_it_is_not_inverted():
    data = saved(plain((0, 255, 255, 0), "CMYK"), "JPEG", quality=100)  # magenta and yellow ink: red
    assert b"Adobe" in data

    assert np.abs(read_image(data)[0, 0].astype(int) - RED).max() <= 2


def test_ycck_as_adobe_writes_it_is_read_as_luma_and_chroma():
    # Stored bytes 76, 85, 255 are the Y, Cb, Cr of pure red; Adobe stores inverted ink, so red light is what is
    # missing: cyan. Pillow writes 255 minus what it is given.
    data = saved(plain((255 - 76, 255 - 85, 0, 0), "CMYK"), "JPEG", quality=100)
    marker = data.index(b"Adobe")
    ycck = data[: marker + 11] + b"\x02" + data[marker + 12 :]

    assert np.abs(read_image(ycck)[0, 0].astype(int) - (0, 255, 255)).max() <= 3


def profile_with_red_and_blue_swapped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmpX", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"tmpX", b"bXYZ", 1)


@pytest.mark.parametrize("format_name", ["PNG", "WEBP", "JPEG"])
def test_the_icc_profile_is_applied(format_name):
    options = {"quality": 100, "subsampling": 0} if format_name == "JPEG" else {"lossless": True}
    data = saved(plain(RED), format_name, icc_profile=profile_with_red_and_blue_swapped(), **options)

    assert np.abs(read_image(data)[0, 0].astype(int) - BLUE).max() <= 4


def test_the_icc_profile_of_a_transparent_picture_is_applied_before_white_is_added():
    picture = plain((255, 0, 0, 255), "RGBA")
    picture.paste((255, 0, 0, 0), (0, 0, 40, 64))
    image = read_image(saved(picture, icc_profile=profile_with_red_and_blue_swapped()))

    assert image[0, 0].tolist() == [255, 255, 255]
    assert np.abs(image[0, 79].astype(int) - BLUE).max() <= 4


def test_an_rgb_profile_on_a_grey_picture_is_ignored():
    image = read_image(saved(plain(100, "L"), icc_profile=profile_with_red_and_blue_swapped()))

    assert image[0, 0].tolist() == [100, 100, 100]


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
@pytest.mark.parametrize("profile", [b"not a profile", profile_with_red_and_blue_swapped()[:200]])
def test_a_broken_icc_profile_is_ignored(mode, profile):
    colour = {"RGB": RED, "CMYK": (0, 255, 255, 0)}[mode]
    data = saved(plain(colour, mode), "JPEG", quality=100, subsampling=0, icc_profile=profile)

    assert np.abs(read_image(data)[0, 0].astype(int) - RED).max() <= 2


def test_a_profile_for_another_colour_model_is_ignored():
    data = saved(plain((0, 255, 255, 0), "CMYK"), "JPEG", quality=100, icc_profile=profile_with_red_and_blue_swapped())

    assert np.abs(read_image(data)[0, 0].astype(int) - RED).max() <= 2
