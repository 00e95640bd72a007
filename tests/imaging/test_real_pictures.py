"""Real dermoscopy: read as it is, and refused by none of the default limits."""

import numpy as np
import pytest
from PIL import Image as Pillow

from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import center_square
from epiluma.imaging.quality import abstention_score, measure_quality

PICTURES = 200


@pytest.mark.data
def test_no_real_dermoscopic_picture_is_refused_for_its_quality(data_folder):
    paths = sorted((data_folder / "ham10000" / "HAM10000_images_part_1").glob("*.jpg"))[:PICTURES]
    scores = {path.stem: abstention_score(measure_quality(_square(read_image(path)))) for path in paths}

    assert len(scores) == PICTURES
    assert {image_id: score for image_id, score in scores.items() if score > 1} == {}


def _square(image):
    top, left, side = center_square(*image.shape[:2])
    square = Pillow.fromarray(image[top : top + side, left : left + side])
    return np.asarray(square.resize((224, 224), Pillow.Resampling.BILINEAR))
