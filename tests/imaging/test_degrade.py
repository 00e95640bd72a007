"""Pictures are made worse the same way every time, and worse with every step."""

import numpy as np
import pytest

from epiluma.imaging.degrade import DEGRADATIONS, degrade, frame, lighten, other_clinic, saturate, scale, vignette


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    blocks = np.random.default_rng(2).integers(60, 200, (15, 20, 3), dtype=np.uint8)
    return np.ascontiguousarray(blocks.repeat(10, axis=0).repeat(10, axis=1))


def test_eleven_ways_of_spoiling_a_picture_are_known() -> None:
    assert sorted(DEGRADATIONS) == [
        *("blur", "bright", "colour-cast", "dark", "hair", "jpeg", "larger", "noise", "sharpen", "smaller", "vignette"),
    ]


@pytest.fixture(scope="module")
def slope() -> np.ndarray:
    down, across = np.mgrid[0:150, 0:200]
    return np.stack([40 + down, 40 + across * 0.9, 60 + (down + across) * 0.5], axis=2).astype(np.uint8)


@pytest.mark.parametrize("kind", ["smaller", "larger"])
def test_every_place_of_an_even_slope_moves_further_with_each_severity(kind: str, slope: np.ndarray) -> None:
    away = [np.abs(degrade(slope, kind, severity, rng=rng()).astype(float) - slope).mean() for severity in range(6)]

    assert away[0] == 0
    assert min(np.diff(away)) > 0


@pytest.mark.parametrize("kind", sorted({*DEGRADATIONS} - {"smaller", "larger"}))
def test_each_way_moves_a_picture_further_with_each_severity(kind: str, picture: np.ndarray) -> None:
    spoiled = [degrade(picture, kind, severity, rng=rng()) for severity in range(6)]

    away = [np.abs(one.astype(float) - picture).mean() for one in spoiled]
    assert away[0] == 0
    assert away == sorted(away)
    assert min(np.diff(away)) > 0
    assert {(one.shape, one.dtype.name) for one in spoiled} == {(picture.shape, "uint8")}


@pytest.mark.parametrize("kind", ["noise", "colour-cast", "hair"])
def test_the_same_seed_spoils_the_same_way_and_another_seed_differently(kind: str, picture: np.ndarray) -> None:
    first, again = degrade(picture, kind, 3, rng=rng()), degrade(picture, kind, 3, rng=rng())
    other = degrade(picture, kind, 3, rng=np.random.default_rng(9))

    assert (first == again).all()
    assert (first != other).any()


def test_another_clinic_takes_the_same_picture_for_the_same_seed(picture: np.ndarray) -> None:
    first, again = other_clinic(picture, rng=rng()), other_clinic(picture, rng=rng())
    strong = other_clinic(picture, rng=rng(), strength=2)

    assert (first == again).all()
    assert np.abs(strong.astype(float) - picture).mean() > np.abs(first.astype(float) - picture).mean() > 2


def test_half_the_light_is_half_of_every_value() -> None:
    assert lighten(np.full((1, 1, 3), (200, 100, 50), np.uint8), 0.5).tolist() == [[[100, 50, 25]]]
    assert lighten(np.full((1, 1, 3), 200, np.uint8), 2).tolist() == [[[255, 255, 255]]]


def test_without_saturation_every_channel_is_the_luma() -> None:
    # 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
    assert saturate(np.full((1, 1, 3), (200, 100, 50), np.uint8), 0).tolist() == [[[124, 124, 124]]]


def test_at_twice_the_size_a_quarter_of_the_picture_is_seen() -> None:
    image = np.zeros((40, 60, 3), np.uint8)
    image[10:30, 15:45] = 200

    assert scale(image, 2).min() == 200


def test_at_half_the_size_the_edge_is_mirrored_and_no_second_lesion_comes_into_view() -> None:
    image = np.full((80, 80, 3), 200, np.uint8)
    image[20:60, 20:60] = 80
    image[:, :5] = 100

    columns = scale(image, 0.5)[40, :, 0]

    # Seen from -40 to 120: the lesion, 40 of 160, fills columns 30 to 50. The stripe at the left edge is mirrored: it
    # lies between -4 and 5, and again between -24 and -15, for the outermost 80 / 8 = 10 columns go to and fro.
    assert (columns[31:49] == 80).all()
    assert (columns[51:] == 200).all()
    assert columns[[20, 10, 0]].tolist() == [100, 100, 100]
    assert columns[[15, 5]].tolist() == [200, 200]


def test_shade_and_frame_leave_the_middle_as_it_is() -> None:
    image = np.full((90, 120, 3), 150, np.uint8)

    shaded, framed = vignette(image, 0.8), frame(image, 0.8)

    assert shaded[45, 60, 0] == framed[45, 60, 0] == 150
    assert shaded[0, 0, 0] < 60
    assert framed[0, 0, 0] == framed[45, 0, 0] == 0


@pytest.mark.parametrize(("kind", "severity"), [("rain", 1), ("blur", 6), ("blur", -1)])
def test_an_unknown_kind_or_severity_is_refused(kind: str, severity: float, picture: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        degrade(picture, kind, severity, rng=rng())
