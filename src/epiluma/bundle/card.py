"""The model card of a bundle, written from its manifest and its evaluation; no figure in it is typed in."""

from collections.abc import Iterator, Mapping
from typing import Any

from epiluma.bundle.card_figures import failures, figures, groups
from epiluma.bundle.front_matter import front_matter
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
        front_matter(manifest, evaluation),
        f"# {manifest.id}\n",
        *_disclosures(manifest, evaluation),
        _uses(),
        _data(manifest),
        figures(manifest, evaluation),
        groups(evaluation),
        _skin_types(),
        failures(evaluation),
        _limits(),
        _how(manifest),
        _license(manifest),
    )
    return "\n".join(parts)


def _disclosures(manifest: BundleManifest, evaluation: Mapping[str, Any] | None) -> Iterator[str]:
    notes = [*_texts(manifest.provenance.get("disclosures")), *_texts((evaluation or {}).get("disclosures"))]
    if notes:
        yield "\n".join(["## Read this before the figures", *(f"- {note}" for note in dict.fromkeys(notes)), ""])


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list | tuple) else []


def _uses() -> str:
    rows = "\n".join(f"| `{d.code}` | {d.name} | {d.malignancy.value} |" for d in DIAGNOSES)
    return f"""Reads one dermoscopic photograph of a skin lesion and gives calibrated probabilities for seven diagnoses.

| code | diagnosis | |
|---|---|---|
{rows}

## Intended use
Research and education: studying classification of dermoscopic images, teaching what such a model can and cannot do,
and preparing a picture for a clinician who decides.

## Excluded uses
- diagnosis, treatment or reassurance without a clinician: this is not a medical device;
- ordinary photographs: the model knows pictures taken through a dermatoscope only, and gives no tier for others;
- lesions of nails, lips, eyes and genitals, and pictures with more than one lesion;
- any diagnosis outside the seven: each picture is forced into one of them;
- screening people without symptoms: see what an alarm is worth at a low prevalence, below.
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


def _skin_types() -> str:
    return """## Skin types
HAM10000 holds almost no dark skin, and does not record skin types. Nothing here says how the model reads skin of
Fitzpatrick types V and VI; assume that it reads it worse, and do not use it there.
"""


def _limits() -> str:
    return """## Limits
- Two clinics and a few cameras. On pictures of other clinics expect figures several points lower.
- Only what was cut out, or followed, is in the data: easy cases that nobody photographs are missing, and the shares
  of the classes are not those of a practice, so the probabilities are too high where disease is rarer.
- Young patients: malignant lesions are rare among them in the data, so little is known of how many are missed.
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
