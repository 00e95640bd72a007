"""From a training run, or a model's folder, to a bundle."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.bundle.manifest import Abstention, BundleManifest
from epiluma.bundle.read import TRAINING_FILE, Bundle
from epiluma.bundle.write import bundle_id, write_bundle
from epiluma.data.manifest import Manifest, Progress, read_manifest
from epiluma.data.trained_on import TrainedOn, Use, parse_trained_on, read_trained_on, trained_on_bytes
from epiluma.errors import TrainingError
from epiluma.evaluation.out_of_fold import OutOfFold, read_out_of_fold
from epiluma.export.calibrate import calibrate, with_views
from epiluma.export.model_folder import MODEL, TrainedModel, read_model, write_model
from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.export.parity import PICTURES, parity_pictures, prove_parity
from epiluma.export.training_record import training_record
from epiluma.imaging.quality import QUALITY_LIMITS
from epiluma.taxonomy import CODES
from epiluma.training.abstention import METHOD, fit_abstention
from epiluma.training.networks import Network
from epiluma.training.run import INPUTS, TRAINED_ON, VALIDATION, read_run
from epiluma.training.shipping import shipped_network
from epiluma.training.tracking import LOG

LICENSES = {"code": "Apache-2.0", "weights": "CC-BY-NC-4.0"}


def export_bundle(
    source: Path,
    output: Path,
    *,
    manifest: Manifest | None = None,
    out_of_fold: Path | None = None,
    models: Path | None = None,
    abstention: bool = False,
    photographs: Sequence[Path] = (),
    views: int | None = None,
    created: date,
    progress: Progress | None = None,
) -> Bundle:
    """Write the bundle of a finished run or of a model's folder, after proving that torch and ONNX agree.

    Args:
        source: a run's folder or `models/ID`.
        output: where the bundle goes; must not exist.
        manifest: where the pictures are on which the two are compared; a run knows its own.
        out_of_fold: with a run: cross-validated predictions of the same recipe, to calibrate and choose thresholds by;
            without them the pictures that the run held out are used.
        models: the folder in which `ID/` keeps all it takes to make the bundle again.
        abstention: learn from the pictures when not to answer; else what the model's folder knows of it is used.
        photographs: with `abstention`: pictures of anything but skin to learn from too.
        views: 1, or 2 for the picture and its mirror image; calibration and thresholds are then fitted anew. None: as
            the model was made.
        created: the date in the id of a new model.
        progress: told about every picture that is compared.

    Raises:
        TrainingError: not a finished run.
        BundleError: not a model's folder, or `output` exists.
        ParityError: the graph does not compute what the network does.
    """
    kept = (source / MODEL).exists()
    model = read_model(source) if kept else model_of_run(source, created=created, out_of_fold=out_of_fold)
    manifest = manifest or (None if kept else _manifest_of(source))
    if views is not None:
        model = with_views(model, manifest, views=views, progress=progress)
    if abstention:
        model = learn_abstention(model, manifest, photographs=photographs, progress=progress)
    made, bundle = _write(model, output, manifest, progress, source=source)
    if models is not None and models / bundle.id != source:
        write_model(made, models / bundle.id)
        if (source / LOG).exists():
            shutil.copyfile(source / LOG, models / bundle.id / LOG)
    return bundle


def learn_abstention(
    model: TrainedModel,
    manifest: Manifest | None,
    *,
    photographs: Sequence[Path] = (),
    progress: Progress | None = None,
) -> TrainedModel:
    """Return the model with what it has learnt about pictures that cannot be judged, and limits for it.

    The statistics come from pictures it was trained on, the limits from those it was not, where it knows any.

    Raises:
        TrainingError: no manifest, or too few pictures with an outline.
    """
    if manifest is None:
        raise TrainingError("learning when not to answer takes the pictures of training: give --manifest")
    uses = parse_trained_on(model.trained_on, source=Path(TRAINED_ON))
    here = manifest.by_id.keys()
    learnt = {row.image_id for row in uses if row.use is Use.TRAIN} & here
    guard = fit_abstention(
        _shipped(model),
        model.manifest.preprocessing,
        manifest,
        learnt=sorted(learnt),
        held_out=sorted({row.image_id for row in uses} & here - learnt),
        photographs=photographs,
        seed=model.recipe.seed,
        progress=progress,
    )
    rules = replace(
        model.manifest,
        quality=(*QUALITY_LIMITS, *guard.limits()),
        abstention=Abstention(threshold=1.0, method=METHOD, fitted_on=guard.fitted_on, n=guard.n),
    )
    return replace(model, manifest=rules, guard=guard)


def _shipped(model: TrainedModel) -> Network:
    return shipped_network(model.network, mirror_views=model.recipe.network.mirror_views)


def model_of_run(run: Path, *, created: date, out_of_fold: Path | None = None) -> TrainedModel:
    """Calibrate a finished run on pictures that were held out, and choose its thresholds on them.

    Args:
        run: finished.
        created: the date in the model's id.
        out_of_fold: cross-validated predictions of the same recipe; None for the pictures that the run held out.

    Raises:
        TrainingError: not a finished run, or it held nothing out and there are no cross-validated predictions.
        DataError: predictions that cannot be read.
    """
    recipe, network, provenance = read_run(run)
    held_out = _held_out(run, out_of_fold)
    source = "validation" if out_of_fold is None else f"cross-validation ({len(held_out.made_by)} folds)"
    manifest = BundleManifest(
        id="",
        name=recipe.name,
        created=created.isoformat(),
        preprocessing=recipe.preprocessing,
        quality=QUALITY_LIMITS,
        abstention=Abstention(threshold=1.0, method="quality-limits"),
        provenance=provenance | {"seed": recipe.seed},
        licenses=LICENSES,
        **calibrate(held_out, _prior(provenance), fitted_on=source),
    )
    return TrainedModel(
        manifest=manifest,
        recipe=recipe,
        network=network,
        trained_on=_used(run, held_out),
        parity_images=held_out.image_ids[:: max(1, len(held_out.image_ids) // PICTURES)][:PICTURES],
    )


def _held_out(run: Path, out_of_fold: Path | None) -> OutOfFold:
    if out_of_fold is not None:
        return read_out_of_fold(out_of_fold)
    with np.load(run / VALIDATION) as kept:
        labels = kept["labels"]
        if not len(labels):
            raise TrainingError(
                f"{run} held no picture out, so nothing is left to calibrate it on: give the cross-validated "
                "predictions of its recipe with --out-of-fold, such as experiments/NAME"
            )
        return OutOfFold(
            image_ids=tuple(map(str, kept["image_ids"])),
            lesion_ids=tuple(map(str, kept["lesion_ids"])),
            labels=labels,
            logits=kept["logits"].astype(np.float64),
            folds=np.zeros(len(labels), np.int64),
            made_by={},
        )


def _used(run: Path, held_out: OutOfFold) -> bytes:
    """Return the run's list of pictures, with those that calibrated it."""
    rows = [row for row in read_trained_on(run / TRAINED_ON) if row.use is Use.TRAIN]
    for use in (Use.CALIBRATE, Use.THRESHOLD):
        pairs = zip(held_out.image_ids, held_out.lesion_ids, strict=True)
        rows += [TrainedOn(image_id=image, lesion_id=lesion, use=use) for image, lesion in pairs]
    return trained_on_bytes(rows)


def _prior(provenance: Mapping[str, Any]) -> tuple[float, ...]:
    """Return the class shares of the training pictures; an absent class counts half a picture."""
    counts = [max(0.5, float(provenance["class_counts"][code])) for code in CODES]
    return tuple(count / sum(counts) for count in counts)


def _manifest_of(run: Path) -> Manifest:
    try:
        path = Path(json.loads((run / INPUTS).read_text(encoding="utf-8"))["manifest"])
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"{run} does not say where its pictures are: give --manifest") from error
    return read_manifest(path)


def _write(
    model: TrainedModel, output: Path, manifest: Manifest | None, progress: Progress | None, *, source: Path
) -> tuple[TrainedModel, Bundle]:
    rules = model.manifest
    settings = GraphSettings(
        temperature=rules.calibration.temperature,
        scale=rules.calibration.scale,
        bias=rules.calibration.bias,
        tau=rules.decision.tau,
        prior=rules.decision.prior,
        quality=rules.quality,
    )
    network, guard = _shipped(model), model.guard.guard() if model.guard else None
    graph = build_graph(network, rules.preprocessing, settings, guard)
    pictures, drawn_from = parity_pictures(model.parity_images, manifest)
    parity = prove_parity(graph, network, rules, pictures, source=drawn_from, guard=guard, progress=progress)
    made = replace(
        rules,
        id=bundle_id(rules.name, created=date.fromisoformat(rules.created), model=graph),
        provenance={**rules.provenance, "parity": asdict(parity)},
    )
    known = model.evaluation if model.evaluation and model.evaluation.get("model_id") == made.id else None
    bundle = write_bundle(
        output,
        manifest=made,
        model=graph,
        trained_on=model.trained_on,
        evaluation=known,
        training=_training(model, made.id, source),
    )
    return replace(model, manifest=made), bundle


def _training(model: TrainedModel, model_id: str, source: Path) -> Mapping[str, Any]:
    """Return what is kept beside the weights about the training of this very model; else what the run wrote."""
    if (source / TRAINING_FILE).exists():
        kept: Mapping[str, Any] = json.loads((source / TRAINING_FILE).read_text(encoding="utf-8"))
        if kept.get("model_id") == model_id:
            return kept
    return training_record(model_id, model.recipe, model.network, log=source / LOG)
