"""Measure a bundle on pictures it has not seen, through the very path that reads a user's picture."""

import hashlib
import json
import platform
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from epiluma.bundle.read import EVALUATION_FILE, TRAINED_ON_FILE, Bundle
from epiluma.bundle.write import attach_evaluation
from epiluma.data.ham10000 import known_same_lesions, merge_same_lesions
from epiluma.data.manifest import Manifest, ManifestRow, Progress
from epiluma.data.trained_on import TrainedOn, read_trained_on, refuse_trained_on
from epiluma.data.writing import writing
from epiluma.errors import DataError, EpilumaError
from epiluma.evaluation.assembly import measure_sections
from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import CONFIDENCE, Estimate
from epiluma.evaluation.metrics import confusion_matrix, evaluate_predictions, majority_baseline
from epiluma.evaluation.mistakes import without_pictures
from epiluma.evaluation.operating import OperatingPoint, named_point, share_among, tier_points
from epiluma.evaluation.scored import UNKNOWN, Scored, age_band
from epiluma.evaluation.targets import DATASETS, KNOWN_SETS, judge_targets
from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.evaluation.thresholds import tier_table
from epiluma.inference.classifier import Classifier
from epiluma.inference.reasons import REASONS
from epiluma.inference.runtimes import Outputs
from epiluma.records import Reading, Tier
from epiluma.taxonomy import CODES, INDEX

EVALUATION_SCHEMA = "epiluma.evaluation/2"
PACKAGES = ("epiluma", "numpy", "onnxruntime", "pillow")


def score_pictures(
    classifier: Classifier, manifest: Manifest, image_ids: Iterable[str], *, progress: Progress | None = None
) -> Scored:
    """Read pictures that the bundle was not trained on.

    Args:
        classifier: reads them.
        manifest: holds them; lesions known under two ids are merged first.
        image_ids: which pictures.
        progress: told about every picture.

    Raises:
        LeakError: a lesion or picture is in the bundle's `trained_on.csv.gz`, whatever it was used for; all named.
        DataError: no picture, an unlabelled one, one that cannot be read or is not the one that was imported.
    """
    merged = Manifest(manifest.path, tuple(merge_same_lesions(manifest.rows, known_same_lesions())))
    chosen = merged.subset(tuple(image_ids))
    refuse_trained_on(chosen, seen_by(classifier.bundle))
    _check_labelled(chosen)
    readings = []
    for done, row in enumerate(chosen.rows, start=1):
        readings.append(_read(classifier, chosen, row))
        if progress:
            progress("Reading pictures", done, len(chosen.rows))
    return Scored(
        image_ids=tuple(row.image_id for row in chosen.rows),
        lesion_ids=tuple(row.lesion_id for row in chosen.rows),
        labels=np.array([INDEX[row.dx] for row in chosen.rows], np.int64),
        probabilities=np.array([reading.prediction.probabilities for reading, _ in readings]),
        decision_scores=np.array([outputs.decision_scores for _, outputs in readings], np.float64),
        tiers=tuple(reading.prediction.tier for reading, _ in readings),
        abstained=np.array([reading.prediction.abstained for reading, _ in readings]),
        reasons=tuple(reading.prediction.reasons for reading, _ in readings),
        groups={
            "age": tuple(age_band(row.age_years) for row in chosen.rows),
            "sex": tuple(row.sex or UNKNOWN for row in chosen.rows),
            "site": tuple(row.localization or UNKNOWN for row in chosen.rows),
            "truth": tuple(row.dx_type or UNKNOWN for row in chosen.rows),
        },
    )


def seen_by(bundle: Bundle) -> tuple[TrainedOn, ...]:
    """Return every use of a picture that the bundle's `trained_on.csv.gz` lists.

    Raises:
        DataError: the list is not what it should be.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TRAINED_ON_FILE
        path.write_bytes(bundle.read_file(TRAINED_ON_FILE))
        return read_trained_on(path)


def evaluation_report(
    scored: Scored,
    *,
    bundle: Bundle,
    split: str,
    resamples: int = 1000,
    seed: int = 0,
    disclosures: Sequence[str] = (),
    more: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """Measure what was scored.

    Every picture counts, those the model abstained from too: their numbers are in the record like all others.

    Args:
        scored: from `score_pictures`.
        bundle: that scored them.
        split: its name, for the record.
        resamples: bootstrap resamples of lesions behind every interval.
        seed: of the resamples.
        disclosures: what a reader must know beside the figures; those of the bundle, and of an earlier evaluation
            of it on the same pictures, come first.
        more: sections that were measured on their own, such as `localisation`.

    Returns:
        The object of `report.json`, described in `docs/bundle.md`; without its image ids it is that of
        `evaluation.json` (`without_image_ids`).
    """
    rng = np.random.default_rng(seed)
    figures = evaluate_predictions(
        scored.labels, scored.probabilities, scored.decision_scores, scored.lesion_ids, rng=rng, resamples=resamples
    )
    tiers = tier_table(scored.labels, scored.tiers, scored.lesion_ids, rng=rng, resamples=resamples)
    bootstrap = Bootstrap.draw(scored.lesion_ids, resamples=resamples, rng=rng)
    if "melanomas_low_per_100" in tiers:
        low = np.array([tier is Tier.LOW for tier in scored.tiers])
        tiers["melanomas_low"] = share_among(
            scored, bootstrap, scored.melanoma, low, "no picture shows melanoma"
        ).to_json()
    report = {
        **_circumstances(scored, bundle, split, disclosures),
        "resamples": resamples,
        "confidence": CONFIDENCE,
        "seed": seed,
        **_tables(scored, figures),
        "tiers": tiers
        | {
            "thresholds": {"intermediate_from": bundle.manifest.tiers.intermediate_from}
            | {"high_from": bundle.manifest.tiers.high_from}
        },
        **measure_sections(scored, bootstrap, operating_points(scored, bundle)),
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
    }
    report["abstention"]["reasons"] = _explained(report["abstention"]["reasons"])
    report |= more
    return report | {"targets": judge_targets(report)}


def operating_points(scored: Scored, bundle: Bundle) -> tuple[OperatingPoint, ...]:
    """Return the alarms that a bundle defines: those of its tiers first."""
    tiers = bundle.manifest.tiers
    named = [
        named_point(
            scored,
            name=point.name,
            title=point.name.replace("-", " ").capitalize(),
            target="melanoma" if point.score.startswith("melanoma") else "malignant",
            threshold=point.threshold,
            chosen_on=point.fitted_on,
        )
        for point in bundle.manifest.operating_points
    ]
    return *tier_points(
        scored, intermediate_from=tiers.intermediate_from, high_from=tiers.high_from, chosen_on=tiers.fitted_on
    ), *named


def without_image_ids(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a bundle may carry anywhere: the report without the ids of its pictures."""
    return {**report, "mistakes": without_pictures(report["mistakes"])}


def save_evaluation(report: Mapping[str, Any], bundle: Bundle, *, models: Path) -> list[Path]:
    """Attach an evaluation and a new card to the bundle, and put it beside the weights in `models/ID` where that is.

    Image ids are left out of both.

    Returns:
        The files that were written.

    Raises:
        BundleError: the bundle is zipped, or the evaluation is of another model.
        DataError: `data.write`.
    """
    kept = without_image_ids(report)
    written = [attach_evaluation(bundle.path, kept).path / EVALUATION_FILE]
    weights = models / bundle.id
    if weights.is_dir():
        written.append(weights / EVALUATION_FILE)
        write_report(kept, written[-1])
    return written


def write_report(report: Mapping[str, Any], path: Path) -> None:
    """Write a report to a JSON file; its folder is made where it is not there.

    Raises:
        DataError: `data.write`.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_json_text(report), encoding="utf-8")


def as_json_text(report: Mapping[str, Any]) -> str:
    """Return a report as the text of a JSON file."""
    return json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def hash_ids(image_ids: Sequence[str]) -> str:
    """Return the SHA-256 of a split: of its image ids, sorted, one a line."""
    return hashlib.sha256("".join(f"{image_id}\n" for image_id in sorted(image_ids)).encode()).hexdigest()


def _check_labelled(manifest: Manifest) -> None:
    unlabelled = [row.image_id for row in manifest.rows if not row.dx]
    if unlabelled or not manifest.rows:
        raise DataError(
            f"an evaluation needs labelled pictures; of {len(manifest.rows)} chosen, {len(unlabelled)} have no dx "
            f"{unlabelled[:5]}",
            code="data.unlabelled",
        )


def _read(classifier: Classifier, manifest: Manifest, row: ManifestRow) -> tuple[Reading, Outputs]:
    path = manifest.image_path(row)
    try:
        reading, outputs = classifier.read_with_outputs(path, file=row.image_id, modality=row.modality)
    except EpilumaError as error:
        raise DataError(f"{row.image_id} ({path}): {error.message}", code=error.code) from error
    if reading.prediction.sha256 != row.sha256:
        raise DataError(
            f"{path} is not the picture that was imported as {row.image_id}: its SHA-256 is "
            f"{reading.prediction.sha256} and should be {row.sha256}. Import the pictures again.",
            code="data.altered",
        )
    return reading, outputs


def _figure(figure: Estimate, baseline: float | None) -> dict[str, Any]:
    return figure.to_json() | ({} if baseline is None else {"baseline": baseline})


def _explained(reasons: Mapping[str, int]) -> list[dict[str, Any]]:
    known = {code: {"why": REASONS[code].why} for code in reasons if code in REASONS}
    return [{"code": code, "n": count, **known.get(code, {})} for code, count in reasons.items()]


def _circumstances(scored: Scored, bundle: Bundle, split: str, disclosures: Sequence[str]) -> dict[str, Any]:
    split_sha256 = hash_ids(scored.image_ids)
    known = KNOWN_SETS.get(split_sha256)
    return {
        "schema": EVALUATION_SCHEMA,
        "model_id": bundle.id,
        "split": split,
        "split_sha256": split_sha256,
        **({"known_as": known, "dataset": dict(zip(("name", "type"), DATASETS[known], strict=True))} if known else {}),
        "images": len(scored.labels),
        "lesions": len(set(scored.lesion_ids)),
        "disclosures": list(dict.fromkeys([*_disclosed(bundle, split_sha256), *disclosures])),
    }


def _disclosed(bundle: Bundle, split_sha256: str) -> list[str]:
    """Return what the bundle says of itself, and what its last evaluation on these pictures said."""
    sources: list[Any] = [bundle.manifest.provenance]
    if EVALUATION_FILE in bundle.manifest.files:
        earlier = json.loads(bundle.read_file(EVALUATION_FILE))
        sources += [earlier] if earlier.get("split_sha256") == split_sha256 else []
    found = [source.get("disclosures") for source in sources]
    return [str(text) for texts in found if isinstance(texts, list) for text in texts]


def _tables(scored: Scored, figures: Mapping[str, Estimate]) -> dict[str, Any]:
    baseline = majority_baseline(scored.labels)
    counts = np.bincount(scored.labels, minlength=len(CODES))
    return {
        "majority": {"code": CODES[int(counts.argmax())], "share": float(counts.max() / counts.sum())},
        "metrics": {
            name: {"title": term.title, **_figure(figures[name], baseline.get(name)), "from": term.source}
            for name, term in OVERALL.items()
        },
        "classes": {code: _class_figures(code, int(counts[INDEX[code]]), figures, baseline) for code in CODES},
        "confusion_matrix": {
            "rows": "truth",
            "columns": "decision",
            "order": list(CODES),
            "counts": confusion_matrix(scored.labels, scored.decision_scores).tolist(),
        },
    }


def _class_figures(
    code: str, count: int, figures: Mapping[str, Estimate], baseline: Mapping[str, float]
) -> dict[str, Any]:
    names = {name: f"{name}.{code}" for name in PER_CLASS}
    return {"n": count} | {name: _figure(figures[key], baseline.get(key)) for name, key in names.items()}
