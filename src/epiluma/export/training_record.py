"""`training.json`: how a model was trained and what it is made of, for those who only have the bundle."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from epiluma.bundle.read import TRAINING_FILE, Bundle
from epiluma.bundle.write import attach_training
from epiluma.data.writing import writing
from epiluma.errors import BundleError
from epiluma.export.layers import layer_table
from epiluma.export.model_folder import MODEL, read_model
from epiluma.training.config import Recipe
from epiluma.training.networks import Network
from epiluma.training.tracking import LOG

TRAINING_SCHEMA = "epiluma.training/1"
KEPT = (
    *("epoch", "step", "stage", "size_px", "train_loss", "nll", "top1", "balanced_accuracy"),
    *("macro_auc", "melanoma_auc", "malignant_auc", "learning_rate", "elapsed_s"),
)
DIGITS = 6


def training_record(model_id: str, recipe: Recipe, network: Network, *, log: Path) -> dict[str, Any]:
    """Return the object of `training.json`.

    Args:
        model_id: of the bundle.
        recipe: resolved, of the run.
        network: as it was trained.
        log: `log.jsonl` of the run; where it is not there, `validations` is empty.
    """
    return {
        "schema": TRAINING_SCHEMA,
        "model_id": model_id,
        "recipe": recipe.to_json(),
        "validations": read_validations(log),
        "compared": [],
        "layers": layer_table(network, recipe.network.size_px),
    }


def record_training(bundle: Bundle, folder: Path, *, compared: Sequence[Path] = ()) -> list[Path]:
    """Put `training.json` into a bundle that was made before there was one, and beside its weights.

    Args:
        bundle: a folder, not zipped.
        folder: `models/ID` of the same model.
        compared: folders of other models whose validations are shown beside its own.

    Returns:
        The files that were written.

    Raises:
        BundleError: not the folder of this model, or no model's folder; the bundle is zipped.
        DataError: `data.write`.
    """
    model = read_model(folder)
    if model.manifest.id != bundle.id:
        raise BundleError(f"{folder} holds {model.manifest.id} and the bundle is {bundle.id}")
    record = training_record(bundle.id, model.recipe, model.network, log=folder / LOG)
    record["compared"] = [_compared(other) for other in compared]
    written = [attach_training(bundle.path, record).path / TRAINING_FILE, folder / TRAINING_FILE]
    with writing(written[1]):
        written[1].write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return written


def read_validations(log: Path) -> list[dict[str, Any]]:
    """Return what a run wrote at each validation, without those that repeat the step of the one before.

    Raises:
        BundleError: a line is no JSON.
    """
    if not log.exists():
        return []
    try:
        lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
    except ValueError as error:
        raise BundleError(f"{log} is not the log of a run: {error}") from error
    entries: list[dict[str, Any]] = []
    for line in lines:
        if not entries or line.get("step") != entries[-1].get("step"):
            entries.append({key: _rounded(line[key]) for key in KEPT if key in line})
    return entries


def _compared(folder: Path) -> dict[str, Any]:
    try:
        recipe = json.loads((folder / MODEL).read_text(encoding="utf-8"))["recipe"]
        return {"name": recipe["name"], "validations": read_validations(folder / LOG)}
    except (OSError, ValueError, KeyError) as error:
        raise BundleError(f"{folder} is not a model's folder: {error}") from error


def _rounded(value: object) -> object:
    return round(value, DIGITS) if isinstance(value, float) else value
