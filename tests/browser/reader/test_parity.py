"""The numbers that a browser gives are the server's: from the same file to the probability, on drawn and real pictures.

From equal pixels they may differ by 0.001. A photograph's file may be decoded a few grey levels apart: 0.02.
"""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from drawn_files import exif_of, saved
from epiluma.data.synthetic import drawn_lesion
from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg, encode_png
from epiluma.inference.classifier import Classifier
from epiluma.records import Prediction
from epiluma.taxonomy import CODES

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runtime")]
FROM_PIXELS, FROM_FILE = 1e-3, 0.02
Read = Callable[..., list[dict[str, Any]]]
ORDINARY, LARGE = 12, 3


def drawn(dx: str, seed: int) -> bytes:
    return encode_png(read_image(drawn_lesion(seed=seed, dx=dx)))


def opened(content: bytes) -> Pillow.Image:
    return Pillow.open(BytesIO(content)).convert("RGB")


def furthest(read_here: Read, shipped: Classifier, files: Sequence[bytes]) -> float:
    """The largest difference of any probability between browser and server."""
    here = read_here(files)
    there = [shipped.read(content, file="").prediction for content in files]
    assert [record["sha256"] for record in here] == [prediction.sha256 for prediction in there]
    return max(difference(one, other) for one, other in zip(here, there, strict=True))


def difference(record: Mapping[str, Any], prediction: Prediction) -> float:
    here = np.array([record["probabilities"][code] for code in CODES])
    return float(np.abs(here - np.array(prediction.probabilities)).max())


def test_equal_pixels_give_equal_numbers_for_every_diagnosis(read_here: Read, shipped: Classifier) -> None:
    files = [drawn(dx, seed) for seed, dx in enumerate(CODES)]

    assert furthest(read_here, shipped, files) <= FROM_PIXELS


def test_equal_pixels_in_any_kind_of_file_give_equal_numbers(read_here: Read, shipped: Classifier) -> None:
    picture = opened(drawn_lesion(seed=11, dx="mel"))
    see_through = picture.copy()
    see_through.putalpha(Pillow.linear_gradient("L").resize(picture.size))
    files = [
        saved(see_through),
        saved(picture.convert("L")),
        saved(picture.quantize(64)),
        saved(picture.rotate(90, expand=True), exif=exif_of(6)),
        saved(picture, "WEBP", lossless=True),
        saved(picture.resize((1500, 1100))),
    ]

    assert furthest(read_here, shipped, files) <= FROM_PIXELS


def test_photographs_give_numbers_within_the_tolerance(read_here: Read, shipped: Classifier) -> None:
    pictures = [opened(drawn_lesion(seed=seed, dx=dx)) for seed, dx in enumerate(CODES, 20)]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    files = [saved(picture, "JPEG", quality=80) for picture in pictures]
    files += [saved(picture, "WEBP", quality=80) for picture in pictures[:2]]
    files += [saved(picture, "JPEG", icc_profile=profile, exif=exif_of(3)) for picture in pictures[2:4]]

    assert furthest(read_here, shipped, files) <= FROM_FILE


def test_a_photograph_of_twelve_megapixels_gives_numbers_within_the_tolerance(
    read_here: Read, shipped: Classifier
) -> None:
    large = enlarged(read_image(drawn_lesion(seed=31, dx="bcc")))

    assert furthest(read_here, shipped, [large]) <= FROM_FILE


@pytest.mark.data
def test_real_pictures_give_numbers_within_the_tolerance(
    read_here: Read, shipped: Classifier, data_folder: Path
) -> None:
    files = [path.read_bytes() for path in real_pictures(data_folder, ORDINARY)]
    pixels = [encode_png(read_image(content)) for content in files]

    assert len(files) == ORDINARY
    assert furthest(read_here, shipped, files) <= FROM_FILE
    assert furthest(read_here, shipped, pixels) <= FROM_PIXELS


@pytest.mark.data
def test_real_pictures_of_twelve_megapixels_give_numbers_within_the_tolerance(
    read_here: Read, shipped: Classifier, data_folder: Path
) -> None:
    files = [enlarged(read_image(path)) for path in real_pictures(data_folder, LARGE)]

    assert len(files) == LARGE
    assert furthest(read_here, shipped, files) <= FROM_FILE


def real_pictures(data_folder: Path, count: int) -> list[Path]:
    """Pictures of the test split, spread over it."""
    lines = (Path(__file__).parents[3] / "configs/splits/test.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    parts = sorted((data_folder / "ham10000").glob("HAM10000_images_part_*"))
    chosen = names[:: len(names) // count][:count]
    return [next(part / f"{name}.jpg" for part in parts if (part / f"{name}.jpg").exists()) for name in chosen]


def enlarged(image: np.ndarray) -> bytes:
    return encode_jpeg(np.asarray(Pillow.fromarray(image).resize((4000, 3000), Pillow.Resampling.BICUBIC)))
