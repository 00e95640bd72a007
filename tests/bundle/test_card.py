"""The model card says what the model is for, what not, and only figures that were measured."""

from pathlib import Path

import pytest

from epiluma.bundle.card import interval, model_card
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
