"""The model card of a bundle, written from its manifest and its evaluation; no figure in it is typed in."""

from collections.abc import Iterator, Mapping
from typing import Any

from epiluma.bundle.manifest import BundleManifest
from epiluma.taxonomy import DIAGNOSES


def model_card(manifest: BundleManifest, evaluation: Mapping[str, Any] | None) -> str:
    """Return `card.md`: what the model is for and not for, its data, licence, figures and limits.

    Args:
        manifest: of the bundle.
        evaluation: parsed `evaluation.json`; None where the model has not been measured yet, and the card says so.

    Returns:
        Markdown with the front matter that Hugging Face reads.
    """
    parts = (
        _front_matter(manifest),
        f"# {manifest.id}\n",
        _uses(),
        _data(manifest),
        _figures(manifest, evaluation),
        _limits(),
        _how(manifest),
        _license(manifest),
    )
    return "\n".join(parts)


def _front_matter(manifest: BundleManifest) -> str:
    return f"""---
license: {manifest.licenses.get("weights", "other").lower()}
library_name: onnx
pipeline_tag: image-classification
tags:
  - dermoscopy
  - skin-lesion
  - HAM10000
  - {manifest.name}
model_name: {manifest.id}
---
"""


def _uses() -> str:
    rows = "\n".join(f"| `{d.code}` | {d.name} | {d.malignancy.value} |" for d in DIAGNOSES)
    return f"""Reads one dermoscopic photograph of a skin lesion and gives calibrated probabilities for seven diagnoses.

| code | diagnosis | |
|---|---|---|
{rows}

## Intended use
Research and education: studying classification of dermoscopic images, teaching what such a model can and cannot do,
and preparing a picture for a clinician who decides.

## Not for
- diagnosis, treatment or reassurance without a clinician: this is not a medical device;
- ordinary photographs: the model knows pictures taken through a dermatoscope only, and gives no tier for others;
- lesions of nails, lips, eyes and genitals, and pictures with more than one lesion;
- any diagnosis outside the seven: each picture is forced into one of them.
"""


def _data(manifest: BundleManifest) -> str:
    known = [
        f"- {words}: `{manifest.provenance[key]}`"
        for key, words in _PROVENANCE.items()
        if isinstance(manifest.provenance.get(key), str | int | float)
    ]
    return "\n".join(
        [
            "## Data",
            "HAM10000 (Tschandl, Rosendahl, Kittler 2018, doi 10.1038/sdata.2018.161; CC BY-NC 4.0): 10,015",
            "dermoscopic images of 7,470 lesions from Austria and Australia. Split by lesion, so that no lesion of the",
            "test was seen in training; `trained_on.csv.gz` names every image and lesion that was used.",
            "",
            *known,
            "",
        ]
    )


_PROVENANCE = {
    "data_sha256": "SHA-256 of the data",
    "split_sha256": "SHA-256 of the split",
    "config": "recipe",
    "seed": "seed",
    "code_version": "code version",
}


def _figures(manifest: BundleManifest, evaluation: Mapping[str, Any] | None) -> str:
    if evaluation is None:
        return (
            "## Figures\nNot measured yet. `epiluma evaluate BUNDLE --manifest M --save` measures the model on "
            "lesions it has not seen and writes the figures here.\n"
        )
    lines = [
        "## Figures",
        f"Split `{evaluation['split']}`: {evaluation['images']} images of {evaluation['lesions']} lesions, none of "
        f"them trained on. In brackets 95 % intervals by bootstrap over lesions ({evaluation['resamples']} resamples). "
        "The last column is a model that always answers with the shares of the classes.",
        "",
        "| | value | n | from | always the majority |",
        "|---|---|---|---|---|",
        *(_metric_row(figure) for figure in evaluation["metrics"].values()),
        "",
        *_class_table(evaluation),
        "",
        *_tier_table(manifest, evaluation),
    ]
    return "\n".join(lines) + "\n"


def _metric_row(figure: Mapping[str, Any]) -> str:
    baseline = f"{figure['baseline']:.3f}" if "baseline" in figure else "undefined"
    return f"| {figure['title']} | {interval(figure)} | {figure['n']} | {figure['from']} | {baseline} |"


def interval(figure: Mapping[str, Any]) -> str:
    """Return `0.812 (0.784-0.836)`, or why the figure is not there.

    Example:
        >>> interval({"value": 0.5, "low": 0.25, "high": 0.75, "n": 4})
        '0.500 (0.250-0.750)'
    """
    if "value" not in figure:
        return f"undefined: {figure['reason']}"
    if "low" not in figure:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})"


def _class_table(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "| class | n | recall | precision | F1 | AUC |"
    yield "|---|---|---|---|---|---|"
    for code, figures in evaluation["classes"].items():
        cells = " | ".join(interval(figures[name]) for name in ("recall", "precision", "f1", "auc"))
        yield f"| `{code}` | {figures['n']} | {cells} |"


def _tier_table(manifest: BundleManifest, evaluation: Mapping[str, Any]) -> Iterator[str]:
    tiers = evaluation["tiers"]
    yield (
        f"Tiers: low below {manifest.tiers.intermediate_from:.4f}, high from {manifest.tiers.high_from:.4f} of the "
        f"probability of akiec, bcc and mel together (fitted on {manifest.tiers.fitted_on}). Share of each class:"
    )
    yield ""
    yield "| | n | low | intermediate | high | not assessed |"
    yield "|---|---|---|---|---|---|"
    for name, row in tiers["rows"].items():
        shares = " | ".join(f"{row['shares'][tier]:.3f}" if "shares" in row else "" for tier in _TIER_ORDER)
        yield f"| {name} | {row['n']} | {shares} |"
    if "melanomas_low_per_100" in tiers:
        yield ""
        yield f"Of 100 melanomas of this split, {tiers['melanomas_low_per_100']:.1f} were given the tier low."


_TIER_ORDER = ("low", "intermediate", "high", "not_assessed")


def _limits() -> str:
    return """## Limits
- **Skin type.** HAM10000 holds almost no dark skin. Nothing here says how the model reads skin of Fitzpatrick types V
  and VI; assume that it reads it worse.
- Two clinics and a few cameras. On pictures of other clinics expect figures several points lower.
- Only what was cut out, or followed, is in the data: easy cases that nobody photographs are missing, and the shares
  of the classes are not those of a practice, so the probabilities are too high where disease is rarer.
- Young patients: malignant lesions are rare among them in the data, and are missed more often.
"""


def _how(manifest: BundleManifest) -> str:
    side, calibration, decision = manifest.preprocessing.size_px, manifest.calibration, manifest.decision
    return f"""## How it is read
`model.onnx` takes a whole decoded picture, uint8 RGB (1, H, W, 3) of any size; the central square is resized to
{side}×{side} with antialiasing inside the graph. Probabilities are calibrated ({calibration.method}
{calibration.temperature:.3f}, fitted on {calibration.fitted_on}); the decision is {decision.rule} with tau
{decision.tau:.2f} (chosen on {decision.fitted_on}). It abstains by {manifest.abstention.method}.
"""


def _license(manifest: BundleManifest) -> str:
    code, weights = manifest.licenses.get("code", "unknown"), manifest.licenses.get("weights", "unknown")
    return f"""## Licence
Weights {weights} (trained on CC BY-NC images), code {code}.
"""
