from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from epiluma.web.heatmap import RAMP, SIDE_PX, data_url, heat_map


def pixels(activation: list[list[float]]) -> np.ndarray:
    picture = Pillow.open(BytesIO(heat_map(np.array(activation, np.float32))))
    assert picture.mode == "RGBA"
    return np.asarray(picture)


def test_the_warmest_place_of_the_layer_is_where_the_map_is_highest() -> None:
    layer = pixels([[0, 0, 0], [0, 0, 0], [0, 1, 0]])
    row, column = np.unravel_index(layer[:, :, 3].argmax(), layer.shape[:2])

    assert layer.shape == (SIDE_PX, SIDE_PX, 4)
    assert row > 2 * SIDE_PX / 3
    assert SIDE_PX / 3 < column < 2 * SIDE_PX / 3


def test_where_the_map_is_zero_the_picture_shows_through() -> None:
    assert pixels([[0, 0], [0, 0]])[:, :, 3].max() == 0


def test_the_ends_of_the_ramp_are_those_of_the_map() -> None:
    assert (pixels([[1.0]]) == RAMP[-1]).all()
    assert (pixels([[0.5]]) == RAMP[2]).all()


def test_what_lies_outside_zero_to_one_is_cut_off() -> None:
    assert (pixels([[7.0]]) == RAMP[-1]).all()
    assert pixels([[-3.0]])[:, :, 3].max() == 0


def test_an_address_can_hold_the_content_itself() -> None:
    assert data_url(b"abc", "image/png") == "data:image/png;base64,YWJj"
