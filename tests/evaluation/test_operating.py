"""Alarms: what they find, what they trouble, what their answer means at a prevalence."""

from dataclasses import replace

import numpy as np
import pytest

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.operating import (
    PREVALENCES,
    melanoma_point,
    named_point,
    operating_figures,
    predictive_values,
    tier_points,
)
from epiluma.evaluation.scored import Scored
from scored_answers import random_answers, scored_of

# Of four melanomas three reach 0.5; of six nevi one does.
TRUTH = ["mel"] * 4 + ["nv"] * 6
RISK = [0.9, 0.8, 0.5, 0.2, 0.6, 0.4, 0.1, 0.1, 0.1, 0.1]


@pytest.fixture
def scored() -> Scored:
    return scored_of(TRUTH, RISK, decided=["nv"] * 10)


@pytest.fixture
def bootstrap(scored: Scored) -> Bootstrap:
    return Bootstrap.draw(scored.lesion_ids, resamples=200, rng=np.random.default_rng(0))


def test_sensitivity_specificity_and_alarms_are_counted_at_or_above_the_threshold(
    scored: Scored, bootstrap: Bootstrap
) -> None:
    point = named_point(scored, name="p", title="P", target="melanoma", threshold=0.5, chosen_on="folds")

    [figures] = operating_figures(scored, [point], bootstrap)

    assert figures["sensitivity"]["value"] == 3 / 4
    assert figures["specificity"]["value"] == 5 / 6
    assert figures["alarms"]["value"] == 4 / 10
    assert (figures["sensitivity"]["n"], figures["specificity"]["n"], figures["n"]) == (4, 6, 10)
    assert figures["chosen_on"] == "folds"


def test_predictive_values_follow_bayes_rule() -> None:
    # Of 1000 people 10 are ill: 9 alarms are right; 5 % of 990 are not. PPV 9 / 58.5; NPV 940.5 / 941.5.
    ppv, npv = predictive_values(np.array([0.9]), np.array([0.95]), 0.01)

    assert ppv.tolist() == [pytest.approx(9 / 58.5)]
    assert npv.tolist() == [pytest.approx(940.5 / 941.5)]


def test_at_the_sets_own_prevalence_the_predictive_values_are_those_counted(
    scored: Scored, bootstrap: Bootstrap
) -> None:
    point = named_point(scored, name="p", title="P", target="melanoma", threshold=0.5, chosen_on="folds")

    rows = operating_figures(scored, [point], bootstrap)[0]["predictive"]

    assert [row["prevalence"] for row in rows] == [*PREVALENCES, 0.4]
    assert [row["own"] for row in rows] == [False, False, False, True]
    assert rows[3]["ppv"]["value"] == pytest.approx(3 / 4)
    assert rows[3]["npv"]["value"] == pytest.approx(5 / 6)


def test_an_alarm_that_missed_nothing_is_not_certain_to_miss_nothing(scored: Scored, bootstrap: Bootstrap) -> None:
    point = named_point(scored, name="p", title="P", target="melanoma", threshold=0.2, chosen_on="folds")

    [figures] = operating_figures(scored, [point], bootstrap)

    # Four lesions of four: at least 0.025^(1/4) = 0.3976. At prevalence 0.2 and specificity 4/6 the NPV is then
    # 0.8 · 4/6 / (0.8 · 4/6 + 0.2 · 0.6024) = 0.8157.
    assert figures["sensitivity"]["low"] == pytest.approx(0.3976, abs=1e-4)
    assert figures["predictive"][2]["npv"]["value"] == 1
    assert figures["predictive"][2]["npv"]["low"] == pytest.approx(0.8157, abs=1e-4)


def test_the_tiers_alarm_at_the_threshold_and_where_first_diagnosis_or_decision_is_malignant() -> None:
    # First nevus and decided so; decided melanoma at low risk; at the threshold; melanoma first.
    scored = scored_of(["nv"] * 4, [0.1, 0.1, 0.2, 0.6], decided=["nv", "mel", "nv", "nv"])

    not_low, high = tier_points(scored, intermediate_from=0.2, high_from=0.55, chosen_on="validation")

    assert not_low.alarm.tolist() == [False, True, True, True]
    assert high.alarm.tolist() == [False, False, False, True]
    assert not_low.uses == "probabilities and decision"


def test_the_alarm_that_finds_95_of_100_melanomas_is_chosen_on_these_very_pictures() -> None:
    # Twenty melanomas: nineteen suffice, so the second lowest probability is the threshold.
    scored = scored_of(["mel"] * 20 + ["nv"], [0.05, 0.3, *[0.8] * 18, 0.1])

    point = melanoma_point(scored)

    assert point is not None
    assert point.threshold == 0.3
    assert point.alarm.sum() == 19
    assert point.chosen_on == "these very pictures"


def test_without_a_melanoma_there_is_no_such_alarm_and_no_sensitivity(bootstrap: Bootstrap) -> None:
    scored = scored_of(["nv"] * 10, [0.1] * 10)
    point = named_point(scored, name="p", title="P", target="malignant", threshold=0.5, chosen_on="folds")

    [figures] = operating_figures(scored, [point], bootstrap)

    assert melanoma_point(scored) is None
    assert figures["sensitivity"]["reason"] == "no picture is malignant or precancerous"
    assert "value" not in figures["predictive"][0]["ppv"]


def test_refused_pictures_count_like_all_others() -> None:
    scored = random_answers()
    everything_refused = replace(scored, abstained=np.ones(120, bool))
    bootstrap = Bootstrap.draw(scored.lesion_ids, resamples=20, rng=np.random.default_rng(0))

    def figures(of: Scored) -> list[dict[str, object]]:
        points = tier_points(of, intermediate_from=0.2, high_from=0.5, chosen_on="x")
        return operating_figures(of, points, bootstrap)

    assert figures(scored) == figures(everything_refused)
