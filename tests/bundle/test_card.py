"""The model card says what the model is for, what not, and only figures that were measured."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from epiluma.bundle.card import model_card
from epiluma.bundle.card_figures import interval
from epiluma.bundle.manifest import BundleManifest
from epiluma.bundle.read import load_bundle


@pytest.fixture
def manifest(tiny_bundle: Path) -> BundleManifest:
    return load_bundle(tiny_bundle).manifest


def test_the_front_matter_is_what_hugging_face_reads(manifest: BundleManifest) -> None:
    lines = model_card(manifest, None).splitlines()

    assert lines[0] == "---"
    assert "license: cc-by-nc-4.0" in lines
    assert "pipeline_tag: image-classification" in lines
    assert lines.count("---") == 2


@pytest.mark.parametrize(
    "words",
    [
        "not a medical device",
        "ordinary photographs",
        "Fitzpatrick types V",
        "CC BY-NC",
        "10.1038/sdata.2018.161",
        "224×224",
        "Actinic keratosis or Bowen's disease",
    ],
)
def test_the_card_states_uses_data_licence_and_limits(manifest: BundleManifest, words: str) -> None:
    assert words in model_card(manifest, None)


def test_a_model_that_was_not_measured_says_so(manifest: BundleManifest) -> None:
    assert "Not measured yet" in model_card(manifest, None)


def evaluation_of(**sections: Any) -> dict[str, Any]:
    """The least an evaluation holds: one figure on 10 images of 8 lesions, and what a test adds."""
    top1 = {"title": "First", "value": 0.8, "low": 0.7, "high": 0.9, "n": 10, "from": "probabilities", "baseline": 0.6}
    least = {"split": "test", "images": 10, "lesions": 8, "resamples": 1000, "metrics": {"top1": top1}}
    return {**least, "classes": {}, "tiers": {"rows": {}}, **sections}


def test_the_front_matter_holds_results_by_the_hubs_specification(manifest: BundleManifest) -> None:
    yaml = pytest.importorskip("yaml")
    dataset = {"name": 'HAM10000: a "quoted" split', "type": "ham10000"}

    _, block, _ = model_card(manifest, evaluation_of(dataset=dataset)).split("---\n", 2)

    front = yaml.safe_load(block)
    [model] = front["model-index"]
    [result] = model["results"]
    assert front["license"] == "cc-by-nc-4.0"
    assert "dermoscopy" in front["tags"]
    assert model["name"] == manifest.id
    assert result["task"]["type"] == "image-classification"
    assert result["dataset"] == {"type": "ham10000", "name": 'HAM10000: a "quoted" split', "split": "test"}
    assert result["metrics"] == [
        {"type": "accuracy", "name": "First (n = 10, 95 % interval 0.700 to 0.900)", "value": 0.8}
    ]


def test_a_figure_that_is_undefined_is_no_result(manifest: BundleManifest) -> None:
    evaluation = evaluation_of(metrics={"top1": {"title": "First", "n": 0, "reason": "no picture", "from": "decision"}})

    assert "model-index" not in model_card(manifest, evaluation)


def test_a_licence_that_the_hub_does_not_know_is_named(manifest: BundleManifest) -> None:
    lines = model_card(replace(manifest, licenses={"weights": "LicenseRef-Mine"}), None).splitlines()

    assert lines[1:3] == ["license: other", 'license_name: "licenseref-mine"']


def test_what_must_be_disclosed_stands_before_the_figures_once(manifest: BundleManifest) -> None:
    told = replace(manifest, provenance={"disclosures": ["The test was read twice.", "Short run."]})

    card = model_card(told, evaluation_of(disclosures=["The test was read twice."]))

    assert card.count("- The test was read twice.") == 1
    assert card.index("- Short run.") < card.index("## Figures")


def test_a_model_with_nothing_to_disclose_has_no_such_heading(manifest: BundleManifest) -> None:
    assert "Read this before" not in model_card(manifest, evaluation_of())


def group_of(name: str, sensitivity: dict[str, Any], auc: dict[str, Any]) -> dict[str, Any]:
    figures = {"sensitivity": sensitivity, "malignant_auc": auc}
    return {"name": name, "n": 40, "lesions": 30, "malignant_lesions": 12, "figures": figures}


def test_groups_have_figures_or_too_few_and_only_gaps_beyond_chance_are_named(manifest: BundleManifest) -> None:
    worse = {"value": 0.7, "n": 20, "gap": {"value": -0.2, "low": -0.3, "high": -0.1, "n": 20}}
    alike = {"value": 0.9, "low": 0.8, "high": 0.95, "n": 40, "gap": {"value": -0.1, "low": -0.2, "high": 0.1, "n": 40}}
    few = {"n": 3, "reason": "too few: 3 lesions"}
    groups = [group_of("under 40", worse, few), group_of("70 and over", alike, alike)]

    card = model_card(manifest, evaluation_of(subgroups=[{"name": "age", "title": "Age", "groups": groups}]))

    assert "| Age: under 40 | 40 (30) | 12 | 0.700 | too few |" in card
    gap = "- Age, under 40: tier not low among malignant -0.200 against all others (-0.300 to -0.100)"
    assert [line for line in card.splitlines() if "against all others" in line] == [gap]


def test_known_failures_are_counted_and_no_right_decision_is_named_among_them(manifest: BundleManifest) -> None:
    mole = {"truth": "nv", "truth_name": "Mole", "decided": "nv", "decided_name": "Mole", "n": 5}
    melanoma = {"truth": "nv", "truth_name": "Mole", "decided": "mel", "decided_name": "Melanoma", "n": 4}
    kind = {"title": "Harmless, and rated high", "of": 90, "n": 9, "pairs": [mole, melanoma]}

    card = model_card(manifest, evaluation_of(mistakes=[kind], abstention={"value": 0.25, "n": 10}))

    assert "- Harmless, and rated high: 9 of 90 images; most often Mole decided as Melanoma (4)." in card
    assert "- Refused to judge: 0.250 of 10 images" in card


def test_alarms_are_given_with_their_worth_at_each_prevalence_and_where_they_come_from(
    manifest: BundleManifest,
) -> None:
    share = {"value": 0.5, "n": 10}
    predictive = [{"prevalence": 0.01, "own": False, "ppv": share}, {"prevalence": 0.3, "own": True, "ppv": share}]
    point = {"title": "Tier high", "target": "malignant", "sensitivity": share, "specificity": share}
    point |= {"chosen_on": "validation", "predictive": predictive}

    card = model_card(manifest, evaluation_of(operating_points=[point]))

    assert "| alarm | looks for | sensitivity | specificity | PPV at 1% | chosen on |" in card
    assert "| Tier high | malignant | 0.500 | 0.500 | 0.500 | validation |" in card


def test_figures_come_from_the_evaluation_with_interval_n_and_baseline(manifest: BundleManifest) -> None:
    top1 = {"title": "First", "value": 0.8, "low": 0.7, "high": 0.9, "n": 10, "from": "probabilities", "baseline": 0.6}
    undefined = {"reason": "no picture shows df", "n": 0}
    shares = {"low": 0.5, "intermediate": 0.2, "high": 0.3, "not_assessed": 0}
    evaluation = {
        "split": "test",
        "images": 10,
        "lesions": 8,
        "resamples": 1000,
        "metrics": {"top1": top1},
        "classes": {"df": {"n": 0, "recall": undefined, "precision": undefined, "f1": undefined, "auc": undefined}},
        "tiers": {"rows": {"all": {"n": 10, "shares": shares}}},
    }

    card = model_card(manifest, evaluation)

    assert "10 images of 8 lesions" in card
    assert "| First | 0.800 (0.700-0.900) | 10 | probabilities | 0.600 |" in card
    assert "| `df` | 0 | undefined: no picture shows df |" in card
    assert "| all | 10 | 0.500 | 0.200 | 0.300 | 0.000 |" in card
    assert "low below 0.2500, high from 0.5000" in card
    assert "Of 100 melanomas" not in card


def test_a_figure_without_an_interval_is_printed_alone() -> None:
    assert interval({"value": 1.0, "n": 1}) == "1.000"
