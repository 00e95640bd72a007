"""Bar and aim: each figure against the target of its own pictures, and against no other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from epiluma.evaluation.targets import ANY, DATASETS, KNOWN_SETS, OUR_TEST, TARGETS, judge_targets, unmeasured_targets
from epiluma.evaluation.terms import OVERALL

ROOT = Path(__file__).parents[2]
SHA256 = {name: sha256 for sha256, name in KNOWN_SETS.items()}


def evaluation_of(where: str, **metrics: float) -> Mapping[str, Any]:
    figures = {name: {"value": value, "n": 10} for name, value in metrics.items()}
    return {"split_sha256": SHA256.get(where, "0" * 64), "metrics": figures}


@pytest.mark.parametrize(("value", "verdict"), [(0.829, "missed"), (0.83, "bar"), (0.879, "bar"), (0.88, "aim")])
def test_a_figure_at_the_bar_or_aim_reaches_it(value: float, verdict: str) -> None:
    [judged] = judge_targets(evaluation_of(OUR_TEST, balanced_accuracy=value))

    assert (judged["verdict"], judged["bar"], judged["aim"]) == (verdict, 0.83, 0.88)


@pytest.mark.parametrize(("value", "verdict"), [(0.031, "missed"), (0.03, "bar"), (0.02, "aim")])
def test_of_the_calibration_error_less_is_better(value: float, verdict: str) -> None:
    [judged] = judge_targets(evaluation_of(OUR_TEST, ece=value))

    assert judged["verdict"] == verdict


def test_pictures_that_no_target_is_about_are_held_against_none() -> None:
    assert judge_targets(evaluation_of("some other pictures", balanced_accuracy=0.9)) == []


def test_the_same_figure_has_another_bar_on_other_pictures() -> None:
    [here] = judge_targets(evaluation_of("ISIC 2018 validation", melanoma_auc=0.95))

    assert (here["bar"], here["verdict"]) == (0.96, "missed")


def test_an_undefined_figure_is_neither_met_nor_missed() -> None:
    evaluation = {**evaluation_of(OUR_TEST), "metrics": {"ece": {"n": 0, "reason": "no picture"}}}

    [judged] = judge_targets(evaluation)
    assert judged["verdict"] == "undefined"


def test_what_was_not_measured_is_told() -> None:
    left = unmeasured_targets(evaluation_of(OUR_TEST, ece=0.02))

    assert len(left) == len(TARGETS) - 1
    assert all(target.path != ("metrics", "ece") for target in left)


def test_a_figure_with_pictures_of_its_own_is_judged_on_any() -> None:
    pointing = {"groups": {"all": {"measures": {"pointing": {"value": 0.92, "n": 5}}}}}

    [judged] = judge_targets({**evaluation_of("other"), "localisation": pointing})

    assert (judged["title"], judged["verdict"]) == ("Pointing game", "bar")


def test_every_target_is_about_a_known_set_and_a_figure_that_exists_and_aims_beyond_its_bar() -> None:
    wheres = {target.where for target in TARGETS}
    metrics = {target.path[1] for target in TARGETS if target.path[0] == "metrics"}

    assert wheres <= {*KNOWN_SETS.values(), ANY}
    assert metrics <= set(OVERALL)
    assert set(DATASETS) == set(KNOWN_SETS.values())
    assert all((target.aim < target.bar) == target.lower for target in TARGETS)


def test_our_test_and_the_938_images_are_known_by_the_committed_lists() -> None:
    from epiluma.inference.evaluate import hash_ids

    def listed(path: str) -> list[str]:
        lines = (ROOT / "configs" / path).read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line and not line.startswith("#")]

    assert KNOWN_SETS[hash_ids(listed("splits/test.txt"))] == OUR_TEST
    assert KNOWN_SETS[hash_ids(listed("benchmark938/validation.txt"))] == "938-image split"
