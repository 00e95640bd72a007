"""The rules from outputs to record, held to the committed cases and to what no case can show."""

import json
from collections import Counter
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epiluma.bundle.manifest import BundleManifest, QualityLimit
from epiluma.bundle.read import load_bundle
from epiluma.errors import BundleError
from epiluma.inference.rules import Scores, make_prediction, normalise, quality_reasons
from epiluma.records import NOTICE, PREDICTION_SCHEMA, Geometry, Modality, Tier

FOLDER = Path(__file__).parents[1] / "golden"
GOLDEN = json.loads((FOLDER / "records.json").read_text(encoding="utf-8"))
HAND_DERIVED = GOLDEN["hand_derived"]


def manifest_of(name: str, tiny: BundleManifest) -> BundleManifest:
    subset = GOLDEN["manifests"][name]
    return replace(
        tiny,
        id=subset["id"],
        decision=replace(tiny.decision, **subset["decision"]),
        tiers=replace(tiny.tiers, **subset["tiers"]),
        abstention=replace(tiny.abstention, **subset["abstention"]),
        quality=tuple(QualityLimit(**limit) for limit in subset["quality"]),
    )


@pytest.fixture(scope="module")
def tiny(tiny_bundle: Path) -> BundleManifest:
    return load_bundle(tiny_bundle).manifest


def scores(**changes: Any) -> Scores:
    given = {
        "probabilities": [0, 0, 0, 0, 0, 1, 0],
        "decision_scores": [0, 0, 0, 0, 0, 1, 0],
        "abstention_score": 0.5,
        "quality": [0.5, 0.5, 1.0, 0.0],
    }
    return Scores(**{**given, **changes})


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=[case["what"] for case in GOLDEN["cases"]])
def test_a_committed_case_gives_its_record_to_the_last_bit(case: dict[str, Any], tiny: BundleManifest) -> None:
    geometry = case.get("geometry")

    prediction = make_prediction(
        Scores(**case["outputs"]),
        manifest=manifest_of(case["manifest"], tiny),
        file=case["expected"]["file"],
        sha256=case["expected"]["sha256"],
        modality=Modality(case["modality"]),
        geometry=geometry and Geometry.from_json(geometry),
    )

    assert prediction.to_json() == {"schema": PREDICTION_SCHEMA, **case["expected"], "notice": NOTICE}


def test_there_are_at_least_200_cases_and_20_of_them_by_hand() -> None:
    assert len(GOLDEN["cases"]) >= 200
    assert HAND_DERIVED >= 20


def test_the_cases_reach_every_tier_and_every_reason() -> None:
    tiers = Counter(case["expected"]["tier"] for case in GOLDEN["cases"])
    reasons = Counter(code for case in GOLDEN["cases"] for code in case["expected"]["reasons"])

    assert min(tiers[tier.value] for tier in Tier) >= 10
    assert set(reasons) == {
        "quality.dark",
        "quality.bright",
        "quality.blank",
        "quality.blurred",
        "quality.clipped",
        "quality.hair",
        "quality.no-lesion",
        "quality.small-lesion",
        "abstention.unfamiliar",
        "modality.clinical",
        "modality.unknown",
    }


def test_the_cases_lie_on_both_thresholds_of_the_tiers() -> None:
    on_threshold = Counter((case["manifest"], case["expected"]["malignant_probability"]) for case in GOLDEN["cases"])

    assert min(on_threshold[("standard", 0.125)], on_threshold[("standard", 0.5)]) >= 10
    assert min(on_threshold[("plain", 0.25)], on_threshold[("plain", 0.75)]) >= 3


def test_the_committed_cases_are_those_of_the_script() -> None:
    spec = spec_from_file_location("make_records", FOLDER / "make_records.py")
    assert spec is not None
    assert spec.loader is not None
    script = module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.text() == (FOLDER / "records.json").read_text(encoding="utf-8")


@given(st.lists(st.floats(min_value=1e-6, max_value=1), min_size=7, max_size=7))
def test_probabilities_sum_to_one(values: list[float]) -> None:
    assert abs(sum(normalise(values)) - 1) < 1e-6


def test_the_malignant_probability_is_never_above_one(tiny: BundleManifest) -> None:
    # 0.7 + 0.2 + 0.1 is 0.9999999999999999 in doubles; divided by that, the three sum to 1.0000000000000002.
    prediction = make_prediction(
        scores(probabilities=[0.7, 0.2, 0, 0, 0.1, 0, 0]), manifest=tiny, file="", sha256="", modality=Modality.UNKNOWN
    )

    assert prediction.malignant_probability == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"probabilities": [0.5, 0, 0, 0, 0, 0, 0]},
        {"probabilities": [0, 0, 0, 0, 0, 0, 0]},
        {"probabilities": [-0.5, 0.5, 0, 0, 0, 1, 0]},
        {"probabilities": [float("nan"), 0, 0, 0, 0, 1, 0]},
        {"probabilities": [0, 0, 0, 0, 0, 1]},
        {"decision_scores": [0, 0, 0, 0, 0, float("inf"), 0]},
        {"decision_scores": [1]},
        {"abstention_score": float("nan")},
        {"quality": [0.5, 0.5, 1.0]},
        {"quality": [0.5, 0.5, 1.0, float("nan")]},
    ],
)
def test_outputs_that_cannot_be_are_refused_instead_of_shown(changes: dict[str, Any], tiny: BundleManifest) -> None:
    with pytest.raises(BundleError, match="7 probabilities that sum to 1") as refusal:
        make_prediction(scores(**changes), manifest=tiny, file="", sha256="")

    assert refusal.value.code == "bundle.output"


def test_a_value_without_limits_gives_no_reason() -> None:
    assert quality_reasons([1e9], [QualityLimit(name="contrast")]) == []
