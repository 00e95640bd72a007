"""Groups: figures where there are enough lesions, a reason where there are not, and the gap to everybody else."""

from typing import Any

import numpy as np
import pytest

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.scored import Scored, age_band, age_order
from epiluma.evaluation.subgroups import subgroup_figures
from scored_answers import scored_of


def two_groups(*, women: int = 12, men: int = 12, missed_women: int = 3) -> Scored:
    """Melanomas and nevi of women and men; every man's melanoma is found, some women's are not."""
    truth = ["mel", "nv"] * (women + men)
    risk = [0.9, 0.1] * (women + men)
    for number in range(missed_women):
        risk[2 * number] = 0.05
    sex = ["female"] * 2 * women + ["male"] * 2 * men
    return scored_of(truth, risk, decided=["nv"] * len(truth), groups={"sex": tuple(sex)})


def measured(scored: Scored, grouping: str = "sex") -> dict[str, Any]:
    bootstrap = Bootstrap.draw(scored.lesion_ids, resamples=200, rng=np.random.default_rng(0))
    groupings = subgroup_figures(scored, bootstrap, alarm=scored.malignant_probability >= 0.5)
    [found] = [entry for entry in groupings if entry["name"] == grouping]
    return {group["name"]: group for group in found["groups"]}


def test_a_group_has_its_own_sensitivity_and_its_gap_to_all_others() -> None:
    groups = measured(two_groups(missed_women=6))

    women = groups["female"]["figures"]["sensitivity"]
    assert (women["value"], women["n"]) == (6 / 12, 12)
    assert women["gap"]["value"] == pytest.approx(6 / 12 - 1)
    assert women["gap"]["high"] < 0
    assert groups["male"]["figures"]["sensitivity"]["gap"]["value"] == pytest.approx(1 - 6 / 12)


def test_a_group_in_which_all_are_found_is_not_said_to_be_certain() -> None:
    men = measured(two_groups())["male"]["figures"]["sensitivity"]

    assert men["value"] == 1
    assert men["low"] == pytest.approx(0.025 ** (1 / 12))


def test_a_group_counts_pictures_lesions_and_malignant_lesions() -> None:
    women = measured(two_groups(women=11))["female"]

    assert (women["n"], women["lesions"], women["malignant_lesions"], women["melanoma_lesions"]) == (22, 22, 11, 11)


def test_a_group_with_nine_lesions_says_so_and_has_no_number() -> None:
    figures = measured(two_groups(women=9))["female"]["figures"]

    assert figures["sensitivity"] == {"n": 9, "reason": "too few: 9 malignant or precancerous lesions"}
    assert figures["specificity"] == {"n": 9, "reason": "too few: 9 harmless lesions"}
    assert "value" in figures["top1"]


def test_ten_pictures_of_one_lesion_are_one_lesion() -> None:
    lesions = ["A"] * 20 + [f"L{number}" for number in range(24)]
    truth = ["mel"] * 20 + ["mel", "nv"] * 12
    sex = ("female",) * 20 + ("male",) * 24
    scored = scored_of(truth, [0.9] * 44, lesions=lesions, groups={"sex": sex})

    assert measured(scored)["female"]["figures"]["sensitivity"]["reason"] == (
        "too few: 1 malignant or precancerous lesion"
    )


def test_where_too_few_others_are_left_there_is_no_gap() -> None:
    assert "gap" not in measured(two_groups(men=5))["female"]["figures"]["sensitivity"]


def test_an_area_needs_both_kinds() -> None:
    truth = ["mel"] * 12 + ["nv"] * 4 + ["mel", "nv"] * 12
    sex = ("female",) * 16 + ("male",) * 24
    figures = measured(scored_of(truth, [0.9] * 40, groups={"sex": sex}))["female"]["figures"]

    assert figures["malignant_auc"] == {"n": 16, "reason": "too few: 4 other lesions"}


def test_a_grouping_in_which_all_are_alike_or_nothing_is_known_is_left_out() -> None:
    scored = scored_of(["mel", "nv"], [0.9, 0.1], groups={"sex": ("female", "female")})
    bootstrap = Bootstrap(np.ones((2, 2)))

    assert subgroup_figures(scored, bootstrap, alarm=np.array([True, False])) == []


def test_groups_stand_by_size_with_the_unknown_last_and_ages_from_young_to_old() -> None:
    sites = ("back",) * 2 + ("face",) * 3 + ("unknown",) * 5
    ages = ("70 and over", "under 40", *("50 to 59",) * 7, "unknown")
    scored = scored_of(["nv"] * 10, [0.1] * 10, groups={"site": sites, "age": ages})

    assert list(measured(scored, "site")) == ["face", "back", "unknown"]
    assert list(measured(scored, "age")) == ["under 40", "50 to 59", "70 and over", "unknown"]


@pytest.mark.parametrize(
    ("age_years", "band"),
    [(0, "under 40"), (39.9, "under 40"), (40, "40 to 49"), (69.9, "60 to 69"), (70, "70 and over"), (None, "unknown")],
)
def test_an_age_lies_in_the_band_that_starts_with_it(age_years: float | None, band: str) -> None:
    assert age_band(age_years) == band


def test_a_band_that_nobody_knows_stands_last() -> None:
    assert age_order(["else", "40 to 49", "under 40"]) == ["under 40", "40 to 49", "else"]
