"""A bundle's manifest in words, for a terminal."""

import json
from collections.abc import Iterator

from epiluma.bundle.read import EVALUATION_FILE, Bundle


def describe(bundle: Bundle) -> list[str]:
    """Return what a person wants to know of a bundle, one line each."""
    return list(_lines(bundle))


def _lines(bundle: Bundle) -> Iterator[str]:
    manifest = bundle.manifest
    yield f"{manifest.id}: {manifest.name}, made {manifest.created}, in {bundle.path}"
    rule, calibration, decision, tiers = (
        manifest.preprocessing,
        manifest.calibration,
        manifest.decision,
        manifest.tiers,
    )
    yield f"Input: the central square at {rule.size_px}×{rule.size_px} px."
    yield f"Calibration: {calibration.method}, fitted on {calibration.n} pictures ({calibration.fitted_on})."
    yield f"Decision: {decision.rule} with tau {decision.tau:.2f} ({decision.fitted_on})."
    yield (
        f"Tiers: intermediate from {tiers.intermediate_from:.4f}, high from {tiers.high_from:.4f} of the malignant "
        f"probability ({tiers.fitted_on}, {tiers.n} pictures)."
    )
    for point in manifest.operating_points:
        yield (
            f"Operating point {point.name}: {point.score.replace('_', ' ')} from {point.threshold:.4f}; sensitivity "
            f"{point.sensitivity:.3f}, specificity {point.specificity:.3f} ({point.fitted_on}, {point.n} pictures)."
        )
    names = ", ".join(limit.name for limit in manifest.quality)
    yield f"Refuses by {manifest.abstention.method}; quality limits on {names or 'nothing'}."
    yield f"Licences: code {manifest.licenses.get('code', '?')}, weights {manifest.licenses.get('weights', '?')}."
    yield from _measured(bundle)


def _measured(bundle: Bundle) -> Iterator[str]:
    if EVALUATION_FILE not in bundle.manifest.files:
        yield "Measured: not yet; `epiluma evaluate BUNDLE --manifest M --save` does."
        return
    evaluation = json.loads(bundle.read_file(EVALUATION_FILE))
    figure = evaluation.get("metrics", {}).get("balanced_accuracy", {})
    if "value" in figure:
        interval = f" ({figure['low']:.3f}-{figure['high']:.3f})" if "low" in figure else ""
        yield f"Measured on {evaluation['split']}: balanced accuracy {figure['value']:.3f}{interval}, n {figure['n']}."
