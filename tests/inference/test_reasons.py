"""Every reason a prediction can carry has words: why, and what to do."""

import json
from pathlib import Path

import pytest

from epiluma.inference.reasons import REASONS, explain

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "records.json").read_text(encoding="utf-8"))


def test_every_reason_of_the_committed_cases_has_words() -> None:
    codes = {code for case in GOLDEN["cases"] for code in case["expected"]["reasons"]}

    assert codes == set(REASONS)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_words_are_whole_sentences_and_speak_to_a_person(code: str) -> None:
    reason = REASONS[code]

    assert reason.why.endswith(".")
    assert reason.advice.endswith(".")
    assert not {"error", "AI", "cancer"} & set(reason.why.replace(".", "").split())


def test_a_code_of_a_later_bundle_gets_words_too() -> None:
    assert "does not know" in explain("quality.hairy").why
    assert explain("quality.hairy").advice
