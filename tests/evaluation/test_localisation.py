"""Maps against outlines: figures worked out by hand."""

import numpy as np
import numpy.typing as npt
import pytest

from epiluma.errors import DataError
from epiluma.evaluation.localisation import (
    POINTING_TOLERANCE,
    Localisation,
    localisation_text,
    localise,
    rank_agreement,
)
from epiluma.imaging.enlarging import enlarge
from epiluma.taxonomy import INDEX

CORNER = np.array([[1.0, 0.0], [0.0, 0.0]])  # a map that looks at the upper left


def square(side: int, *, top: int, left: int, size: int) -> npt.NDArray[np.bool_]:
    outline = np.zeros((side, side), bool)
    outline[top : top + size, left : left + size] = True
    return outline


def measured(*pairs: tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]], **options: object) -> Localisation:
    maps, outlines = zip(*pairs, strict=True)
    ids = [f"lesion-{index}" for index in range(len(pairs))]
    return localise(maps, outlines, ids, rng=np.random.default_rng(0), resamples=50, **options)  # type: ignore[arg-type]


def value(found: Localisation, name: str, group: str = "all") -> float:
    figure = found.groups[group].measures[name].maps.value
    assert figure is not None
    return figure


def test_a_map_on_the_lesion_hits_and_its_energy_and_overlap_are_those_worked_out_by_hand() -> None:
    # Enlarged to 4×4 the map is the outer product of (1, 3/4, 1/4, 0) with itself: 4 in sum, (7/4)² of it on the
    # lesion. The places of 0.3 and more are 1, 3/4, 3/4 and 9/16, which are the lesion exactly.
    found = measured((CORNER, square(4, top=0, left=0, size=2)))

    assert value(found, "pointing") == 1
    assert value(found, "energy") == pytest.approx((7 / 4) ** 2 / 4)
    assert value(found, "iou") == 1


def test_a_map_beside_the_lesion_misses() -> None:
    found = measured((CORNER, square(4, top=2, left=2, size=2)))

    assert value(found, "pointing") == 0
    assert value(found, "pointing_tolerant") == 0
    assert value(found, "energy") == pytest.approx((1 / 4) ** 2 / 4)
    assert value(found, "iou") == 0


def test_the_tolerance_is_three_hundredths_of_the_side_from_the_lesion() -> None:
    # The maximum is at (50, 50) of 200 places. A lesion from column 56 on has its nearest centre at 56.5 beside row
    # 50, whose nearest centres are 49.5 and 50.5: 6.52 places away. From column 55 on it is 5.52. Allowed are 6.
    assert POINTING_TOLERANCE * 200 == 6
    near = measured((CORNER, square(200, top=0, left=55, size=140)))
    far = measured((CORNER, square(200, top=0, left=56, size=140)))

    assert (value(near, "pointing"), value(near, "pointing_tolerant")) == (0, 1)
    assert (value(far, "pointing"), value(far, "pointing_tolerant")) == (0, 0)


def test_the_baseline_points_at_the_middle_and_the_difference_is_ours_minus_its() -> None:
    found = measured((CORNER, square(9, top=0, left=0, size=4)), (CORNER, square(9, top=0, left=0, size=6)))
    pointing = found.groups["all"].measures["pointing"]

    assert pointing.maps.value == 1
    assert pointing.baseline.value == 0.5  # the middle, (4, 4), is on the second lesion only
    assert pointing.difference.value == 0.5


def test_lesions_off_the_middle_and_small_ones_are_judged_apart() -> None:
    found = measured(
        (CORNER, square(10, top=0, left=0, size=3)),  # 9 % and in a corner
        (CORNER, square(10, top=0, left=0, size=4)),  # 16 % and in a corner
        (CORNER, square(10, top=0, left=0, size=8)),  # over the middle
    )

    assert {name: group.pictures for name, group in found.groups.items()} == {"all": 3, "off_centre": 2, "small": 1}
    assert found.groups["off_centre"].measures["pointing"].baseline.value == 0


def test_each_class_that_comes_first_has_its_own_figures() -> None:
    lesion = square(4, top=0, left=0, size=2)
    found = measured((CORNER, lesion), (CORNER[::-1], lesion), top=[INDEX["mel"], INDEX["nv"]])

    assert value(found, "pointing", "top.mel") == 1
    assert value(found, "pointing", "top.nv") == 0
    assert "top.df" not in found.groups


def test_a_map_that_is_nowhere_above_0_misses() -> None:
    found = measured((np.full((2, 2), -1.0), square(4, top=0, left=0, size=4)))

    assert [value(found, name) for name in ("pointing", "pointing_tolerant", "energy", "iou")] == [0, 0, 0, 0]


def test_pictures_of_one_lesion_are_resampled_together() -> None:
    lesion = square(4, top=0, left=0, size=2)
    pairs = [(CORNER, lesion), (CORNER[::-1], lesion)]
    maps, outlines = zip(*pairs, strict=True)
    found = localise(maps, outlines, ["one", "one"], rng=np.random.default_rng(0), resamples=50)
    pointing = found.groups["all"].measures["pointing"].maps

    assert found.groups["all"].lesions == 1
    assert (pointing.low, pointing.value, pointing.high) == (0.5, 0.5, 0.5)


def test_the_json_says_what_was_fixed_beforehand_and_holds_baseline_and_difference() -> None:
    made = measured((CORNER, square(4, top=0, left=0, size=2)), left_out=3).to_json()

    assert made["left_out"] == 3
    assert made["baseline"]["kind"] == "centred Gaussian"
    assert made["groups"]["all"]["measures"]["pointing"]["value"] == 1
    assert {"baseline", "baseline_low", "baseline_high", "difference", "low", "high", "n"} <= set(
        made["groups"]["all"]["measures"]["iou"]
    )


def test_the_text_names_every_group_and_what_was_left_out() -> None:
    text = localisation_text(measured((CORNER, square(4, top=0, left=0, size=2)), left_out=2))

    assert "All pictures: 1 pictures of 1 lesions" in text
    assert "Pointing game" in text
    assert "Left out for want of an outline inside the square: 2" in text


def test_an_empty_outline_is_refused() -> None:
    with pytest.raises(DataError, match="an outline that is not empty"):
        measured((CORNER, np.zeros((4, 4), bool)))


def test_rank_agreement_is_1_of_equal_order_minus_1_of_the_reverse_and_0_of_a_flat_map() -> None:
    one = np.array([[1.0, 2.0], [3.0, 4.0]])

    assert rank_agreement([one], [one**3]) == pytest.approx(1)
    assert rank_agreement([one], [-one]) == pytest.approx(-1)
    assert rank_agreement([one], [np.ones((2, 2))]) == 0
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    assert rank_agreement([one], [np.array([[1.0, 2.0], [2.0, 4.0]])]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5)


def test_enlarging_goes_on_past_the_outer_centres_and_is_straight_between_them() -> None:
    assert enlarge(np.array([[0.0, 4.0]]), 4).tolist() == [[0.0, 1.0, 3.0, 4.0]] * 4
