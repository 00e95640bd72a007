"""Written pictures are rebuilt from pixels."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow

from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg, encode_png, encode_webp


@pytest.fixture
def image():
    ramp = np.linspace(0, 255, 80).astype(np.uint8)
    return np.stack([np.tile(ramp, (64, 1)), np.full((64, 80), 90, np.uint8), np.tile(ramp[::-1], (64, 1))], axis=-1)


def test_a_png_holds_the_exact_pixels(image):
    assert np.array_equal(read_image(encode_png(image)), image)


@pytest.mark.parametrize("encode", [encode_jpeg, encode_webp])
def test_a_lossy_file_holds_nearly_the_same_pixels(encode, image):
    assert np.abs(read_image(encode(image)).astype(int) - image).mean() < 4


def test_a_view_that_is_not_contiguous_is_written_as_it_looks(image):
    assert np.array_equal(read_image(encode_png(image[:, ::-1])), image[:, ::-1])


@pytest.mark.parametrize(("encode", "name"), [(encode_png, "PNG"), (encode_jpeg, "JPEG"), (encode_webp, "WEBP")])
def test_no_metadata_of_the_original_survives(encode, name, image):
    exif = Pillow.Exif()
    exif[0x010F] = "Camera of Somebody"
    buffer = BytesIO()
    Pillow.fromarray(image).save(buffer, "JPEG", exif=exif.tobytes(), comment=b"name of a patient")

    written = encode(read_image(buffer.getvalue()))
    picture = Pillow.open(BytesIO(written))

    assert picture.format == name
    assert not set(picture.info) & {"exif", "comment", "icc_profile", "xmp"}
    assert b"Somebody" not in written
    assert b"patient" not in written
