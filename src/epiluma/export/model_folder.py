"""`models/ID/`: the trained weights of a bundle and everything it takes to make the bundle again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from epiluma.bundle.manifest import BundleManifest
from epiluma.data.writing import writing
from epiluma.errors import BundleError
from epiluma.training.abstention import STATISTICS, LearntGuard, read_guard, write_guard
from epiluma.training.config import Recipe, recipe_from_json
from epiluma.training.networks import Network, build_network
from epiluma.training.weights import load_state, read_weights, write_weights

MODEL, WEIGHTS, TRAINED_ON, EVALUATION = "model.json", "weights.safetensors", "trained_on.csv.gz", "evaluation.json"
MODEL_SCHEMA = "epiluma.model/1"


@dataclass(frozen=True, kw_only=True)
class TrainedModel:
    """A trained network with its calibration, thresholds and origin.

    Attributes:
        manifest: as the bundle will hold it; its `files` say nothing yet.
        recipe: resolved.
        network: in evaluation mode, as it was trained.
        trained_on: the bytes of `trained_on.csv.gz`.
        evaluation: what `evaluate` found, where that is known.
        parity_images: ids of the pictures on which torch and ONNX are compared.
        guard: what it has learnt about pictures that cannot be judged, where it has.
    """

    manifest: BundleManifest
    recipe: Recipe
    network: Network
    trained_on: bytes
    evaluation: Mapping[str, Any] | None = None
    parity_images: tuple[str, ...] = ()
    guard: LearntGuard | None = None


def write_model(model: TrainedModel, folder: Path) -> None:
    """Write a model's folder; weights are stored as float16.

    Raises:
        DataError: `data.write`.
    """
    entries = {
        "schema": MODEL_SCHEMA,
        "manifest": replace(model.manifest, files={}).to_json(),
        "recipe": model.recipe.to_json(),
        "parity_images": list(model.parity_images),
    }
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_weights(model.network.state_dict(), folder / WEIGHTS, half=True)
        (folder / TRAINED_ON).write_bytes(model.trained_on)
        if model.guard:
            write_guard(model.guard, folder / STATISTICS)
        (folder / MODEL).write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_model(folder: Path) -> TrainedModel:
    """Read a model's folder.

    Raises:
        BundleError: a file is missing, or of another schema.
        TrainingError: the weights are of another network.
    """
    try:
        entries = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        trained_on = (folder / TRAINED_ON).read_bytes()
    except (OSError, ValueError) as error:
        raise BundleError(f"{folder} is not a model's folder: {error}") from error
    if entries.get("schema") != MODEL_SCHEMA:
        raise BundleError(f"{folder / MODEL} must have schema {MODEL_SCHEMA}; got {entries.get('schema')!r}")
    recipe = recipe_from_json(entries["recipe"])
    network = build_network(recipe.network.architecture, dropout=recipe.network.dropout)
    load_state(network, read_weights(folder / WEIGHTS))
    evaluation, statistics = folder / EVALUATION, folder / STATISTICS
    return TrainedModel(
        manifest=BundleManifest.from_json(entries["manifest"]),
        recipe=recipe,
        network=network.eval(),
        trained_on=trained_on,
        evaluation=json.loads(evaluation.read_text(encoding="utf-8")) if evaluation.exists() else None,
        parity_images=tuple(entries["parity_images"]),
        guard=read_guard(statistics) if statistics.exists() else None,
    )
