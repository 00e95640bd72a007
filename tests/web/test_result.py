from typing import Any

import pytest
from flask import Flask

from epiluma.records import Tier
from epiluma.taxonomy import CODES
from epiluma.web.figures import Figures
from epiluma.web.wording import PROBLEMS, TIERS, diagnosis_name, diagnosis_text, malignancy_word, percent

EVALUATION = {
    "images": 1502,
    "lesions": 1120,
    "metrics": {"balanced_accuracy": {"value": 0.784, "low": 0.751, "high": 0.815, "n": 1502}},
    "tiers": {"melanomas_low": {"value": 0.042, "low": 0.01, "high": 0.08, "n": 167}},
}


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.617, "62"), (0.0, "<1"), (0.0099, "<1"), (0.01, "1"), (0.99, "99"), (0.991, ">99"), (1.0, ">99"), (0.5, "50")],
)
def test_a_share_is_whole_percent_and_never_quite_nothing_or_all(share: float, text: str) -> None:
    assert percent(share) == f"{text}\N{NO-BREAK SPACE}%"


def test_every_tier_has_a_word_and_a_shape_of_its_own() -> None:
    assert list(TIERS) == list(Tier)
    assert len({wording.shape for wording in TIERS.values()}) == 4


def test_no_text_promises_health_or_announces_cancer(app: Flask) -> None:
    with app.test_request_context():
        texts = [str(t) for w in TIERS.values() for t in (w.word, w.meaning, w.next_step)]
        texts += [str(text) for text in PROBLEMS.values()]

    assert len(texts) > 15
    forbidden = ("cancer detected", "you are fine", "AI says", "error occurred")
    assert [text for text in texts if any(words.lower() in text.lower() for words in forbidden)] == []


def test_every_diagnosis_has_a_name_a_text_and_a_word_for_its_danger(app: Flask) -> None:
    with app.test_request_context():
        words = [malignancy_word(code) for code in CODES]
        named = [(diagnosis_name(code), diagnosis_text(code)) for code in CODES]

    assert words == ["precancer", "cancer", "harmless", "harmless", "cancer", "harmless", "harmless"]
    assert len({name for name, _ in named}) == len({text for _, text in named}) == 7


def test_the_figures_come_from_the_bundles_own_evaluation(app: Flask) -> None:
    with app.test_request_context():
        tested, missed = Figures(evaluation=EVALUATION).tested(), Figures(evaluation=EVALUATION).missed_melanomas()

    assert "1502 pictures of 1120 lesions" in tested
    assert "78\N{NO-BREAK SPACE}% of them" in tested
    assert "95 % interval 75\N{NO-BREAK SPACE}% to 82\N{NO-BREAK SPACE}%" in tested
    assert "4 of 100 melanomas" in missed
    assert "of 167 tested" in missed


def test_without_an_evaluation_the_page_says_that_nothing_is_known(app: Flask) -> None:
    with app.test_request_context():
        assert Figures().tested() == "It carries no test of its own."
        assert "has not been tested" in Figures().missed_melanomas()


@pytest.mark.parametrize(
    "evaluation",
    [
        {"metrics": 3, "tiers": None},
        {"metrics": {"balanced_accuracy": None}, "tiers": {"melanomas_low": []}},
        {"metrics": {"balanced_accuracy": {"value": 0.5, "low": 0.4, "high": 0.6}}},  # of how many pictures?
        {"tiers": {"melanomas_low": {"value": "0.5", "low": 0.4, "high": 0.6, "n": 9}}},
    ],
)
def test_an_evaluation_of_another_form_is_as_good_as_none(app: Flask, evaluation: dict[str, Any]) -> None:
    with app.test_request_context():
        assert Figures(evaluation=evaluation).tested() == "It carries no test of its own."
        assert "has not been tested" in Figures(evaluation=evaluation).missed_melanomas()
