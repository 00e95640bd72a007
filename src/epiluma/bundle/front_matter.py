"""The front matter of a card: what Hugging Face reads of it, by its model card specification."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from epiluma.bundle.manifest import BundleManifest

# The licences of the hub that weights of ours can have; any other is `other` with its name.
HUB_LICENSES = ("apache-2.0", "mit", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0")
# Figure of an evaluation -> the hub's name for the metric.
METRICS: Mapping[str, str] = MappingProxyType(
    {
        "balanced_accuracy": "balanced_accuracy",
        "top1": "accuracy",
        "top3": "top_3_accuracy",
        "macro_f1": "f1",
        "macro_auc": "roc_auc",
        "melanoma_auc": "roc_auc",
        "malignant_auc": "roc_auc",
        "melanoma_specificity_at_95_sensitivity": "specificity",
        "ece": "expected_calibration_error",
    }
)


def front_matter(manifest: BundleManifest, evaluation: Mapping[str, Any] | None) -> str:
    """Return the block between two lines of dashes, as YAML; texts are written as JSON, which YAML reads, too."""
    lines = [
        "---",
        *_license(manifest.licenses.get("weights", "other")),
        "library_name: onnx",
        "pipeline_tag: image-classification",
        "language: en",
        "tags:",
        *(f"  - {tag}" for tag in ("dermoscopy", "skin-lesion", "melanoma", "HAM10000", "medical", manifest.name)),
        "metrics:",
        *(f"  - {metric}" for metric in ("balanced_accuracy", "roc_auc", "accuracy", "f1")),
        f"model_name: {_text(manifest.id)}",
        *(_model_index(manifest, evaluation) if evaluation and _measured(evaluation) else ()),
        "---",
        "",
    ]
    return "\n".join(lines)


def _license(spdx: str) -> Iterator[str]:
    if spdx.lower() in HUB_LICENSES:
        yield f"license: {spdx.lower()}"
    else:
        yield "license: other"
        yield f"license_name: {_text(spdx.lower())}"


def _model_index(manifest: BundleManifest, evaluation: Mapping[str, Any]) -> Iterator[str]:
    dataset = evaluation.get("dataset", {})
    yield "model-index:"
    yield f"  - name: {_text(manifest.id)}"
    yield "    results:"
    yield "      - task:"
    yield "          type: image-classification"
    yield "          name: Diagnosis of a dermoscopic picture"
    yield "        dataset:"
    yield f"          type: {_text(dataset.get('type', 'custom'))}"
    yield f"          name: {_text(dataset.get('name', 'split ' + evaluation['split']))}"
    yield f"          split: {_text(evaluation['split'])}"
    yield "        metrics:"
    for name, figure in _measured(evaluation).items():
        yield f"          - type: {METRICS[name]}"
        yield f"            name: {_text(_named(figure))}"
        yield f"            value: {figure['value']:.4f}"


def _measured(evaluation: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    figures = evaluation["metrics"]
    return {name: figures[name] for name in METRICS if "value" in figures.get(name, {})}


def _named(figure: Mapping[str, Any]) -> str:
    between = f", 95 % interval {figure['low']:.3f} to {figure['high']:.3f}" if "low" in figure else ""
    return f"{figure['title']} (n = {figure['n']}{between})"


def _text(value: object) -> str:
    return json.dumps(str(value), ensure_ascii=False)
