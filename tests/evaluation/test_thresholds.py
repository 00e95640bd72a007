"""The thresholds of the tiers, worked out by hand."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from epiluma.errors import DataError
from epiluma.evaluation.thresholds import choose_melanoma_points, choose_tiers, tier_table
from epiluma.records import Tier

AKIEC, BCC, BKL, DF, MEL, NV, VASC = range(7)


def with_malignant(scores: list[float]) -> npt.NDArray[np.float64]:
    """Probabilities whose malignant sum is the score."""
    probabilities = np.zeros((len(scores), 7))
    probabilities[:, MEL] = scores
    probabilities[:, NV] = 1 - np.asarray(scores)
    return probabilities


def test_the_lower_threshold_is_the_largest_that_keeps_19_of_20_melanomas() -> None:
    # Melanomas at 0.05, 0.10 … 1.00: 0.10 keeps 19 of 20; 0.15 would keep 18. Youden's, with moles at 0.02 to 0.04
    # only, is 0.05, which parts them from the moles; that is below 0.10, so the upper is the smallest above 0.10.
    melanomas = [step / 20 for step in range(1, 21)]
    found = choose_tiers([MEL] * 20 + [NV] * 3, with_malignant([*melanomas, 0.02, 0.03, 0.04]))

    assert found.intermediate_from == 0.1
    assert found.high_from == np.nextafter(0.1, 1)
    assert found.n == 23


def test_all_malignant_lesions_are_kept_as_well_as_melanomas() -> None:
    # Melanomas alone would allow 0.5; of the 20 malignant the two carcinomas at 0.2 and 0.3 need 0.3 for 19 of 20.
    found = choose_tiers([MEL] * 18 + [BCC] * 2 + [NV] * 10, with_malignant([0.5] * 18 + [0.2, 0.3] + [0.1] * 10))

    assert found.intermediate_from == 0.3


def test_melanomas_are_kept_even_where_other_malignant_lesions_are_easy() -> None:
    # Of 40 malignant two may fall below; both are melanomas, of which there are 20: only one of those may.
    scores = [0.1, 0.2] + [0.8] * 18 + [0.9] * 20 + [0.05] * 10
    found = choose_tiers([MEL] * 20 + [BCC] * 20 + [NV] * 10, with_malignant(scores))

    assert found.intermediate_from == 0.2


def test_the_upper_threshold_is_youdens_where_that_lies_above_the_lower() -> None:
    # Twenty malignant: 2 at 0.2, 18 at 0.8. Twenty benign: 12 at 0.1, 8 at 0.3. Lower: 0.2. J at 0.2 is 1 + 0.6 - 1,
    # at 0.3 0.9 + 0.6 - 1, at 0.8 0.9 + 1 - 1 = 0.9, the largest.
    scores = [0.2] * 2 + [0.8] * 18 + [0.1] * 12 + [0.3] * 8
    found = choose_tiers([MEL] * 20 + [NV] * 20, with_malignant(scores))

    assert (found.intermediate_from, found.high_from) == (0.2, 0.8)


def test_else_the_upper_threshold_leaves_19_of_20_benign_lesions_below() -> None:
    # One melanoma at 0.5; twenty moles, 18 at 0.1 and one each at 0.6 and 0.9. Lower 0.5; Youden's is 0.5 too. 19 of 20
    # moles lie below anything just above 0.6.
    found = choose_tiers([MEL] + [NV] * 20, with_malignant([0.5] + [0.1] * 18 + [0.6, 0.9]))

    assert found.intermediate_from == 0.5
    assert found.high_from == np.nextafter(0.6, 1)


@given(
    st.lists(st.tuples(st.sampled_from([AKIEC, BCC, BKL, DF, MEL, NV, VASC]), st.integers(0, 40)), max_size=60),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_whatever_the_data_95_percent_are_kept_and_the_order_holds(
    drawn: list[tuple[int, int]], melanoma: int, mole: int
) -> None:
    pictures = [*drawn, (MEL, melanoma), (NV, mole)]
    labels, scores = np.array([p[0] for p in pictures]), np.array([p[1] / 40 for p in pictures])

    found = choose_tiers(labels, with_malignant(scores.tolist()))

    kept = scores >= found.intermediate_from
    assert kept[labels == MEL].mean() >= 0.95
    assert kept[np.isin(labels, [AKIEC, BCC, MEL])].mean() >= 0.95
    assert found.high_from > found.intermediate_from


@pytest.mark.parametrize("labels", [[NV, BCC], [MEL, BCC]])
def test_thresholds_need_melanomas_and_benign_lesions(labels: list[int]) -> None:
    with pytest.raises(DataError, match="need melanomas and benign lesions"):
        choose_tiers(labels, with_malignant([0.1, 0.2]))


def test_the_table_counts_each_class_by_tier() -> None:
    labels = [MEL, MEL, MEL, MEL, NV, NV, BCC]
    tiers = [Tier.LOW, Tier.HIGH, Tier.HIGH, Tier.NOT_ASSESSED, Tier.LOW, Tier.INTERMEDIATE, Tier.HIGH]

    table = tier_table(labels, tiers, list("abcdefg"), rng=np.random.default_rng(0), resamples=50)

    assert table["rows"]["mel"] == {
        "n": 4,
        "shares": {"low": 0.25, "intermediate": 0, "high": 0.5, "not_assessed": 0.25},
    }
    assert table["rows"]["df"] == {"n": 0}
    assert table["rows"]["malignant"]["shares"]["high"] == pytest.approx(3 / 5)
    assert table["rows"]["benign"]["shares"]["low"] == 0.5
    assert table["rows"]["all"]["n"] == 7
    assert table["melanomas_low_per_100"] == 25
    assert table["melanomas_low"]["value"] == 0.25
    assert table["melanomas_low"]["n"] == 4


def test_without_a_melanoma_the_table_does_not_speak_of_melanomas() -> None:
    table = tier_table([NV], [Tier.LOW], ["a"], rng=np.random.default_rng(0), resamples=5)

    assert "melanomas_low_per_100" not in table
    assert table["melanomas_low"] == {"n": 0, "reason": "no picture shows mel"}


def test_do_not_miss_finds_95_percent_of_melanomas_and_balanced_is_youdens() -> None:
    # Twenty melanomas at .05, .10 … 1.00; twenty naevi at .01 … .20.
    scores = np.concatenate([np.arange(1, 21) * 0.05, np.arange(1, 21) * 0.01])
    labels = np.repeat([MEL, NV], 20)

    missing_none, balanced = choose_melanoma_points(labels, with_malignant(scores.tolist()))

    # 19 of 20 lie at .10 or above, as do naevi from .10 on: 9 of 20 lie below.
    assert (missing_none.name, missing_none.sensitivity, missing_none.specificity) == ("do-not-miss", 0.95, 0.45)
    assert missing_none.threshold == pytest.approx(0.10)
    # At .20 three melanomas and nineteen naevi lie below, at .25 four and twenty: as good, and the lower misses less.
    assert (balanced.threshold, balanced.sensitivity, balanced.specificity) == (0.2, 0.85, 0.95)


def test_operating_points_need_melanomas() -> None:
    with pytest.raises(DataError, match="got 0 of 2"):
        choose_melanoma_points([NV, NV], with_malignant([0.1, 0.2]))
