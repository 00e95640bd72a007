"""From a training run, or a model's folder, to a bundle."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.bundle.manifest import Abstention, BundleManifest, Calibration, DecisionRule, Tiers
from epiluma.bundle.read import Bundle
from epiluma.bundle.write import bundle_id, write_bundle
from epiluma.data.manifest import Manifest, Progress, read_manifest
from epiluma.errors import TrainingError
from epiluma.evaluation.calibration import choose_tau, fit_temperature, softmax
from epiluma.evaluation.thresholds import choose_tiers
from epiluma.export.model_folder import MODEL, TrainedModel, read_model, write_model
from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.export.parity import PICTURES, parity_pictures, prove_parity
from epiluma.imaging.quality import QUALITY_LIMITS
from epiluma.records import Floats
from epiluma.taxonomy import CODES
from epiluma.training.run import INPUTS, TRAINED_ON, VALIDATION, read_run
from epiluma.training.shipping import shipped_network
from epiluma.training.tracking import LOG

LICENSES = {"code": "Apache-2.0", "weights": "CC-BY-NC-4.0"}


def export_bundle(
    source: Path,
    output: Path,
    *,
    manifest: Manifest | None = None,
    models: Path | None = None,
    created: date,
    progress: Progress | None = None,
) -> Bundle:
    """Write the bundle of a finished run or of a model's folder, after proving that torch and ONNX agree.

    Args:
        source: a run's folder or `models/ID`.
        output: where the bundle goes; must not exist.
        manifest: where the pictures are on which the two are compared; a run knows its own.
        models: with a run: the folder in which `ID/` keeps all it takes to make the bundle again.
        created: the date in the id of a new model.
        progress: told about every picture that is compared.

    Raises:
        TrainingError: not a finished run.
        BundleError: not a model's folder, or `output` exists.
        ParityError: the graph does not compute what the network does.
    """
    if (source / MODEL).exists():
        return _write(read_model(source), output, manifest, progress)[1]
    model = model_of_run(source, created=created)
    made, bundle = _write(model, output, manifest or _manifest_of(source), progress)
    if models is not None:
        write_model(made, models / bundle.id)
        shutil.copyfile(source / LOG, models / bundle.id / LOG)
    return bundle


def model_of_run(run: Path, *, created: date) -> TrainedModel:
    """Calibrate a finished run on its validation split and choose its thresholds there.

    Raises:
        TrainingError: not a finished run.
    """
    recipe, network, provenance = read_run(run)
    with np.load(run / VALIDATION) as kept:
        logits, labels, image_ids = kept["logits"], kept["labels"], [str(i) for i in kept["image_ids"]]
    manifest = BundleManifest(
        id="",
        name=recipe.name,
        created=created.isoformat(),
        preprocessing=recipe.preprocessing,
        quality=QUALITY_LIMITS,
        abstention=Abstention(threshold=1.0, method="quality-limits"),
        provenance=provenance | {"seed": recipe.seed},
        licenses=LICENSES,
        **_calibrate(logits, labels, _prior(provenance)),
    )
    return TrainedModel(
        manifest=manifest,
        recipe=recipe,
        network=network,
        trained_on=(run / TRAINED_ON).read_bytes(),
        parity_images=tuple(image_ids[:: max(1, len(image_ids) // PICTURES)][:PICTURES]),
    )


def _calibrate(logits: Floats, labels: np.ndarray, prior: tuple[float, ...]) -> dict[str, Any]:
    temperature = fit_temperature(logits, labels)
    probabilities = softmax(logits / temperature)
    tau = choose_tau(labels, probabilities, prior)
    tiers = choose_tiers(labels, probabilities)
    return {
        "calibration": Calibration(
            method="temperature", temperature=temperature, fitted_on="validation", n=len(labels)
        ),
        "decision": DecisionRule(rule="prior-adjusted", tau=tau, prior=prior, fitted_on="validation"),
        "tiers": Tiers(
            intermediate_from=tiers.intermediate_from,
            high_from=tiers.high_from,
            fitted_on="validation",
            n=len(labels),
        ),
    }


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
    model: TrainedModel, output: Path, manifest: Manifest | None, progress: Progress | None
) -> tuple[TrainedModel, Bundle]:
    rules = model.manifest
    settings = GraphSettings(
        temperature=rules.calibration.temperature,
        tau=rules.decision.tau,
        prior=rules.decision.prior,
        quality=rules.quality,
    )
    network = shipped_network(model.network, mirror_views=model.recipe.network.mirror_views)
    graph = build_graph(network, rules.preprocessing, settings)
    pictures, source = parity_pictures(model.parity_images, manifest)
    parity = prove_parity(graph, network, rules, pictures, source=source, progress=progress)
    made = replace(
        rules,
        id=bundle_id(rules.name, created=date.fromisoformat(rules.created), model=graph),
        provenance={**rules.provenance, "parity": asdict(parity)},
    )
    known = model.evaluation if model.evaluation and model.evaluation.get("model_id") == made.id else None
    bundle = write_bundle(output, manifest=made, model=graph, trained_on=model.trained_on, evaluation=known)
    return replace(model, manifest=made), bundle
