"""From a recipe and a manifest to a run's folder: everything that `export` needs, and the run's own record."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from epiluma.data.audit import refuse_leaks
from epiluma.data.manifest import Manifest, Progress
from epiluma.data.split import Splits
from epiluma.data.trained_on import Use, read_trained_on, rows_of, write_trained_on
from epiluma.data.writing import writing
from epiluma.errors import TrainingError
from epiluma.taxonomy import CODES
from epiluma.training.config import Recipe, recipe_from_json
from epiluma.training.dataset import Pictures, no_pictures, read_pictures
from epiluma.training.loop import BEST, Trainer
from epiluma.training.loss import class_prior, logit_shift
from epiluma.training.networks import Network, build_network, pick_device
from epiluma.training.shipping import shipped_network
from epiluma.training.teachers import refuse_knowledge, soft_label_table
from epiluma.training.validate import predict_logits, score
from epiluma.training.weights import (
    IMAGENET_FILES,
    imagenet_weights,
    load_backbone,
    load_state,
    read_weights,
    write_weights,
)
from epiluma.training.workers import Workers

RESOLVED = "resolved.json"
WEIGHTS = "weights.safetensors"
PROVENANCE = "provenance.json"
INPUTS = "inputs.json"
VALIDATION = "validation.npz"
TRAINED_ON = "trained_on.csv.gz"


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """Where a finished run lies and how it did on its validation split; `leads` is False in all but one process."""

    folder: Path
    epochs: int
    images: int
    elapsed_s: float
    figures: dict[str, float]
    leads: bool = True


def train_recipe(
    recipe: Recipe,
    manifest: Manifest,
    splits: Splits,
    *,
    folder: Path,
    weights: Path | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Train a recipe, or go on with a run that was stopped; a finished run is only read.

    Args:
        recipe: what to do.
        manifest: labelled pictures.
        splits: `train` is learnt from, `validation` chooses; `test` is not opened.
        folder: the run; made when it is not there.
        weights: ImageNet weights, a file or the folder that holds them; None = the published file.
        progress: told about every picture that is read.

    Raises:
        LeakError: a lesion stands in two splits.
        TrainingError: the folder holds a run of another recipe or other pictures.
        DataError: `data.write`, or nothing labelled.
    """
    refuse_leaks(manifest, splits)
    with _flushed_denormals():
        return _train(recipe, manifest, splits, folder=folder, weights=weights, progress=progress)


@contextmanager
def _flushed_denormals() -> Iterator[None]:
    """Treat denormal numbers as zero meanwhile: nearly dead channels of pretrained weights make a CPU crawl on them."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def _train(
    recipe: Recipe,
    manifest: Manifest,
    splits: Splits,
    *,
    folder: Path,
    weights: Path | None,
    progress: Progress | None,
) -> RunResult:
    workers = Workers.join()
    if workers.leads:
        with writing(folder):
            _claim(folder, recipe, manifest, splits)
    workers.wait()
    _refuse_start_that_knows(recipe, manifest, splits)
    train, validation = _read(manifest, splits, progress if workers.leads else None)
    network = _starting_network(recipe, weights, cache=folder / "downloads").to(pick_device())
    trainer = Trainer(
        recipe,
        network,
        train=train,
        validation=validation,
        folder=folder,
        teachers=_teachers(recipe, manifest, splits, train),
        workers=workers,
    )
    done = trainer.run()
    if workers.leads:
        _write_used(manifest, splits, folder)
        _finish(recipe, train, validation, folder=folder)
    workers.wait()
    return RunResult(
        folder=folder,
        epochs=done.epoch,
        images=done.images,
        elapsed_s=done.elapsed_s,
        figures=validation_figures(folder),
        leads=workers.leads,
    )


def _read(manifest: Manifest, splits: Splits, progress: Progress | None) -> tuple[Pictures, Pictures]:
    """Return the pictures to learn from and those held out, of which there may be none."""
    train = read_pictures(manifest.subset(splits.train), name="train", progress=progress)
    held_out = manifest.subset(splits.validation)
    return train, read_pictures(held_out, name="validation", progress=progress) if held_out.rows else no_pictures()


def _teachers(recipe: Recipe, manifest: Manifest, splits: Splits, train: Pictures) -> Tensor | None:
    paths = [Path(name) for name in recipe.loss.soft_labels]
    if not paths:
        return None
    return soft_label_table(paths, manifest, splits, train.image_ids, temperature=recipe.loss.teacher_temperature)


def _write_used(manifest: Manifest, splits: Splits, folder: Path) -> None:
    used = rows_of(manifest, splits.train, Use.TRAIN)
    for use in (Use.CALIBRATE, Use.THRESHOLD):
        used += rows_of(manifest, splits.validation, use)
    write_trained_on(used, folder / TRAINED_ON)


def read_run(folder: Path) -> tuple[Recipe, Network, dict[str, Any]]:
    """Return a finished run's recipe, its network in evaluation mode with the chosen weights, and its provenance.

    Raises:
        TrainingError: not a run, or one that is not finished.
    """
    for name in (RESOLVED, WEIGHTS, VALIDATION, PROVENANCE):
        if not (folder / name).exists():
            raise TrainingError(f"{folder} is not a finished run: {name} is missing. Run epiluma train first.")
    recipe = recipe_from_json(json.loads((folder / RESOLVED).read_text(encoding="utf-8")))
    network = build_network(recipe.network.architecture, dropout=recipe.network.dropout)
    load_state(network, read_weights(folder / WEIGHTS))
    provenance: dict[str, Any] = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    return recipe, network.eval(), provenance


def _refuse_start_that_knows(recipe: Recipe, manifest: Manifest, splits: Splits) -> None:
    if not recipe.network.start:
        return
    weights = Path(recipe.network.start)
    learnt = [row.image_id for row in read_trained_on(weights.parent / TRAINED_ON) if row.use is Use.TRAIN]
    refuse_knowledge(learnt, manifest, splits, source=weights)


def _starting_network(recipe: Recipe, weights: Path | None, *, cache: Path) -> Network:
    torch.manual_seed(recipe.seed)
    network = build_network(recipe.network.architecture, dropout=recipe.network.dropout)
    if recipe.network.start:
        load_state(network, read_weights(Path(recipe.network.start)))
    elif recipe.network.pretrained and recipe.network.architecture in IMAGENET_FILES:
        known = imagenet_weights(weights, architecture=recipe.network.architecture, cache=cache)
        load_backbone(network, known)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _provenance(manifest: Manifest, splits: Splits) -> dict[str, Any]:
    rows = sorted((row.image_id, row.sha256, row.dx) for row in manifest.rows)
    learnt = Counter(row.dx for row in manifest.subset(splits.train).rows)
    ids = [sorted(getattr(splits, name)) for name in ("train", "validation", "test")]
    return {
        "data_sha256": _digest(rows),
        "splits_sha256": _digest(ids),
        "code_version": version("epiluma"),
        "torch_version": torch.__version__,
        "images": {"train": len(splits.train), "validation": len(splits.validation)},
        "class_counts": {code: learnt[code] for code in CODES},
    }


def _digest(value: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _claim(folder: Path, recipe: Recipe, manifest: Manifest, splits: Splits) -> None:
    """Write what the run is, or make sure that the folder already holds the same one."""
    folder.mkdir(parents=True, exist_ok=True)
    read = {RESOLVED: lambda values: recipe_from_json(values).to_json(), PROVENANCE: dict}
    wanted = {RESOLVED: recipe.to_json(), PROVENANCE: _provenance(manifest, splits)}
    for name, value in wanted.items():
        path, text = folder / name, json.dumps(value, indent=2) + "\n"
        # A recipe written before a setting existed is the same recipe: read, it has the setting's default.
        if path.exists() and _plain(read[name](json.loads(path.read_text(encoding="utf-8")))) != json.loads(text):
            raise TrainingError(
                f"{folder} holds a run of another recipe or other pictures ({name} differs). Give another folder with "
                "-o, or remove this one."
            )
        path.write_text(text, encoding="utf-8")
    (folder / INPUTS).write_text(json.dumps({"manifest": str(manifest.path.resolve())}) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _finish(recipe: Recipe, train: Pictures, validation: Pictures, *, folder: Path) -> None:
    """Fold the prevalence into the head, read the validation split with what will ship, and keep what was said."""
    if (folder / VALIDATION).exists():
        return
    network = build_network(recipe.network.architecture, dropout=recipe.network.dropout)
    load_state(network, read_weights(folder / BEST))
    with torch.no_grad():
        network.head.bias.add_(logit_shift(class_prior(train.labels, len(CODES)), recipe.loss))
    write_weights(network.state_dict(), folder / WEIGHTS)
    logits = predict_logits(
        shipped_network(network, mirror_views=recipe.network.mirror_views).to(pick_device()),
        validation,
        recipe.preprocessing,
    )
    part = folder / f"part-{VALIDATION}"
    np.savez(
        part,
        image_ids=np.array(validation.image_ids),
        lesion_ids=np.array(validation.lesion_ids),
        labels=validation.labels.numpy(),
        logits=logits,
    )
    part.replace(folder / VALIDATION)


def validation_figures(folder: Path) -> dict[str, float]:
    """Return a finished run's quick figures on its validation split; none where nothing was held out."""
    with np.load(folder / VALIDATION) as kept:
        return score(kept["logits"], kept["labels"]) if len(kept["labels"]) else {}
