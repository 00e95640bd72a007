"""Probabilities, decisions and thresholds, fitted to what the shipped form of a network says of pictures held out."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.bundle.manifest import Calibration, DecisionRule, OperatingPoint, Tiers
from epiluma.data.manifest import Manifest, Progress
from epiluma.data.trained_on import Use, parse_trained_on
from epiluma.errors import TrainingError
from epiluma.evaluation.calibration import choose_tau
from epiluma.evaluation.crossfit import cross_fit
from epiluma.evaluation.out_of_fold import OutOfFold
from epiluma.evaluation.thresholds import choose_melanoma_points, choose_tiers
from epiluma.export.model_folder import TrainedModel
from epiluma.training.dataset import read_pictures
from epiluma.training.run import TRAINED_ON
from epiluma.training.shipping import shipped_network
from epiluma.training.validate import predict_logits


def calibrate(held_out: OutOfFold, prior: tuple[float, ...], *, fitted_on: str) -> dict[str, Any]:
    """Return calibration, decision, tiers and operating points of a manifest, fitted to pictures that were held out.

    Args:
        held_out: their labels, and logits of exactly what ships.
        prior: (7,) shares of the classes in the training data.
        fitted_on: what the pictures are called in the manifest.

    Raises:
        DataError: no melanoma among them, or nothing benign.
    """
    fitted, count = cross_fit(held_out.logits, held_out.labels, held_out.folds), len(held_out.labels)
    scale = fitted.calibration.scale
    vector = fitted.calibration.method == "vector"
    tau = choose_tau(held_out.labels, fitted.probabilities, prior)
    tiers = choose_tiers(held_out.labels, fitted.probabilities)
    points = choose_melanoma_points(held_out.labels, fitted.probabilities)
    return {
        "calibration": Calibration(
            method=fitted.calibration.method,
            temperature=1.0 if vector else float(1 / scale[0]),
            fitted_on=fitted_on,
            n=count,
            scale=tuple(scale.tolist()) if vector else None,
            bias=tuple(fitted.calibration.bias.tolist()) if vector else None,
        ),
        "decision": DecisionRule(rule="prior-adjusted", tau=tau, prior=prior, fitted_on=fitted_on),
        "tiers": Tiers(
            intermediate_from=tiers.intermediate_from, high_from=tiers.high_from, fitted_on=fitted_on, n=count
        ),
        "operating_points": tuple(
            OperatingPoint(score="melanoma_probability", fitted_on=fitted_on, **asdict(point)) for point in points
        ),
    }


def with_views(
    model: TrainedModel, manifest: Manifest | None, *, views: int, progress: Progress | None = None
) -> TrainedModel:
    """Return the model reading one view, or the picture and its mirror image, and calibrated anew.

    Args:
        model: of a run or a model's folder.
        manifest: holds the pictures that calibrated it.
        views: 1 or 2.
        progress: told about every picture that is read.

    Raises:
        TrainingError: no manifest, one without those pictures, or a model calibrated on pictures it had learnt from,
            whose logits would be those of other networks.
    """
    mirror = views == 2
    if model.recipe.network.mirror_views == mirror:
        return model
    uses = parse_trained_on(model.trained_on, source=Path(TRAINED_ON))
    learnt = {row.image_id for row in uses if row.use is Use.TRAIN}
    ids = sorted({row.image_id for row in uses if row.use is Use.CALIBRATE} - learnt)
    if manifest is None or not ids or not set(ids) <= manifest.by_id.keys():
        raise TrainingError(
            f"another number of views takes the {len(ids)} pictures that were held out to calibrate this model: give "
            "their --manifest"
            + ("" if ids else "; it was calibrated by cross-validation, so train its folds with the views you want")
        )
    pictures = read_pictures(manifest.subset(ids), name="calibration", progress=progress)
    rules = model.manifest
    held_out = OutOfFold(
        image_ids=pictures.image_ids,
        lesion_ids=pictures.lesion_ids,
        labels=pictures.labels.numpy(),
        logits=predict_logits(
            shipped_network(model.network, mirror_views=mirror), pictures, rules.preprocessing
        ).astype(np.float64),
        folds=np.zeros(len(ids), np.int64),
        made_by={},
    )
    fitted = calibrate(held_out, rules.decision.prior, fitted_on=rules.calibration.fitted_on)
    recipe = replace(model.recipe, network=replace(model.recipe.network, mirror_views=mirror))
    return replace(model, manifest=replace(rules, **fitted), recipe=recipe, evaluation=None)
