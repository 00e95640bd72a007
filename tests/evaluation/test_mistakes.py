"""Every wrong answer in one kind, the gravest it belongs to."""

from typing import Any

from epiluma.evaluation.mistakes import mistakes, without_pictures
from epiluma.evaluation.scored import Scored
from epiluma.records import Tier
from scored_answers import scored_of

LOW, MIDDLE, HIGH = Tier.LOW, Tier.INTERMEDIATE, Tier.HIGH
# truth, malignant probability, decided, tier, lesion
ROWS = (
    ("mel", 0.04, "nv", LOW, "A"),  # rated low
    ("mel", 0.02, "nv", LOW, "B"),  # rated low, and believed less
    ("bcc", 0.30, "bkl", MIDDLE, "C"),  # decided harmless, not low
    ("bcc", 0.60, "mel", HIGH, "D"),  # another malignant name
    ("nv", 0.70, "mel", HIGH, "E"),  # false alarm
    ("nv", 0.60, "nv", HIGH, "E"),  # false alarm, decided rightly
    ("nv", 0.10, "bkl", LOW, "F"),  # another harmless name
    ("nv", 0.10, "nv", LOW, "G"),  # right
    ("mel", 0.90, "mel", HIGH, "H"),  # right
)


def answers() -> Scored:
    truth, risk, decided, tiers, lesions = zip(*ROWS, strict=True)
    return scored_of(truth, risk, decided=decided, tiers=tiers, lesions=lesions)


def by_name() -> dict[str, dict[str, Any]]:
    return {kind["name"]: kind for kind in mistakes(answers())}


def test_each_wrong_answer_is_in_one_kind_the_gravest_first() -> None:
    kinds = mistakes(answers())

    assert [(kind["name"], kind["n"], kind["of"]) for kind in kinds] == [
        ("malignant_low", 2, 5),
        ("malignant_decided_harmless", 1, 5),
        ("harmless_high", 2, 4),
        ("other", 2, 9),
    ]


def test_a_kind_counts_lesions_too() -> None:
    assert by_name()["harmless_high"]["lesions"] == 1


def test_pairs_of_truth_and_decision_stand_by_number_and_carry_names() -> None:
    [pair] = by_name()["malignant_low"]["pairs"]

    assert (pair["truth"], pair["decided"], pair["n"], pair["lesions"]) == ("mel", "nv", 2, 2)
    assert (pair["truth_name"], pair["decided_name"]) == ("Melanoma", "Melanocytic nevus")
    assert [(p["truth"], p["decided"]) for p in by_name()["other"]["pairs"]] == [("bcc", "mel"), ("nv", "bkl")]


def test_the_least_believed_truth_comes_first() -> None:
    [pair] = by_name()["malignant_low"]["pairs"]

    assert [picture["image_id"] for picture in pair["worst"]] == ["i1", "i0"]
    assert pair["worst"][0]["probability"] == 0.02
    assert pair["worst"][0]["tier"] == "low"


def test_no_more_than_twelve_pictures_are_named() -> None:
    scored = scored_of(["mel"] * 13, [0.1] * 13, decided=["nv"] * 13)

    [pair] = mistakes(scored)[0]["pairs"]
    assert (pair["n"], len(pair["worst"])) == (13, 12)


def test_what_a_bundle_may_carry_names_no_picture() -> None:
    kinds = mistakes(answers())

    told = without_pictures(kinds)
    assert "image_id" not in str(told)
    assert [kind["n"] for kind in told] == [kind["n"] for kind in kinds]
    assert "worst" in kinds[0]["pairs"][0]


def test_a_kind_that_cannot_happen_is_left_out() -> None:
    assert [kind["name"] for kind in mistakes(scored_of(["nv"], [0.1]))] == ["harmless_high", "other"]
