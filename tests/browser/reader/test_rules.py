"""From outputs to the record in JavaScript: the committed cases, and what no case can show."""

import json
from pathlib import Path
from typing import Any

import pytest

from epiluma.records import NOTICE, PREDICTION_SCHEMA

pytestmark = pytest.mark.browser

MAKE = """([cases, manifests]) => cases.map((one) => {
  const { probabilities, decision_scores, abstention_score, quality } = one.outputs;
  const scores = { probabilities, decisionScores: decision_scores, abstentionScore: abstention_score, quality };
  const { file, sha256 } = one.expected;
  const picture = { file, sha256, modality: one.modality, geometry: one.geometry };
  return JSON.stringify(rules.makeRecord(scores, manifests[one.manifest], picture));
})"""
REFUSED = """(outputs) => {
  const good = { probabilities: [0, 0, 0, 0, 0, 1, 0], decisionScores: [0, 0, 0, 0, 0, 1, 0], abstentionScore: 0.5,
                 quality: [0.5] };
  const numbers = JSON.parse(JSON.stringify(outputs).replaceAll('"NaN"', "null"), (_, value) => value ?? NaN);
  const manifest = { id: "a", quality: [{ name: "contrast" }], tiers: {}, abstention: {}, decision: {} };
  try { return rules.makeRecord({ ...good, ...numbers }, manifest, {}); } catch (error) { return error.code; }
}"""


@pytest.fixture(scope="module")
def golden(root: Path) -> dict[str, Any]:
    cases: dict[str, Any] = json.loads((root / "tests/golden/records.json").read_text(encoding="utf-8"))
    return cases


def test_every_committed_case_gives_its_record_to_the_last_bit(page: Any, golden: dict[str, Any]) -> None:
    records = [json.loads(text) for text in page.evaluate(MAKE, [golden["cases"], golden["manifests"]])]

    expected = [
        {"schema": PREDICTION_SCHEMA, **case["expected"], "notice": NOTICE}  # what the Python rules are held to
        for case in golden["cases"]
    ]
    assert len(records) >= 200
    assert [record for record, wanted in zip(records, expected, strict=True) if record != wanted] == []


def test_the_keys_of_a_record_keep_their_order(page: Any, golden: dict[str, Any]) -> None:
    [text] = page.evaluate(MAKE, [golden["cases"][1:2], golden["manifests"]])

    assert list(json.loads(text)) == [
        "schema",
        "file",
        "sha256",
        "model_id",
        "modality",
        "geometry",
        "probabilities",
        "top3",
        "decision",
        "malignant_probability",
        "tier",
        "abstained",
        "reasons",
        "notice",
    ]


@pytest.mark.parametrize(
    "outputs",
    [
        {"probabilities": [0.5, 0, 0, 0, 0, 0, 0]},
        {"probabilities": [-0.5, 0.5, 0, 0, 0, 1, 0]},
        {"probabilities": ["NaN", 0, 0, 0, 0, 1, 0]},
        {"probabilities": [0, 0, 0, 0, 0, 1]},
        {"decisionScores": [1]},
        {"abstentionScore": "NaN"},
        {"quality": []},
        {"quality": ["NaN"]},
    ],
    ids=str,
)
def test_outputs_that_cannot_be_are_refused_instead_of_shown(page: Any, outputs: dict[str, Any]) -> None:
    assert page.evaluate(REFUSED, outputs) == "bundle.output"
