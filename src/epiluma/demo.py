"""The whole chain in two minutes: pictures, manifest, split, training, bundle, prediction, evaluation.

It runs on drawn lesions or on a copy of HAM10000, through the same functions as the commands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.bundle.read import Bundle, load_bundle
from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest, Progress, write_manifest
from epiluma.data.split import Splits, split_manifest, write_splits
from epiluma.data.synthetic import drawn_dataset
from epiluma.data.writing import writing
from epiluma.errors import DataError
from epiluma.export.make import export_bundle
from epiluma.inference.classifier import Classifier
from epiluma.inference.evaluate import evaluation_report, save_evaluation, score_pictures
from epiluma.records import Prediction
from epiluma.training.config import Recipe, recipe_from_json
from epiluma.training.curves import draw_run_curves
from epiluma.training.run import train_recipe

SEED = 1
DRAWN_LESIONS = 320
DRAWN_WIDTH_PX, DRAWN_HEIGHT_PX = 256, 192
MOST_LESIONS = 900  # of a HAM10000 folder: more could not be seen twice in the time
SHOWN = 3

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Demonstration:
    """What a demonstration made.

    Attributes:
        folder: holds the manifest, the split, the run and the bundle.
        bundle: the trained network, ready to serve.
        evaluation: the object of `evaluation.json`, of the test split.
        predictions: of the first pictures of the test split.
        truth: their diagnoses.
    """

    folder: Path
    bundle: Bundle
    evaluation: dict[str, Any]
    predictions: tuple[Prediction, ...]
    truth: tuple[str, ...]


def demonstrate(
    folder: Path,
    *,
    data: Path | None = None,
    weights: Path | None = None,
    training_s: float = 40,
    say: Say,
    progress: Progress | None = None,
) -> Demonstration:
    """Run the whole chain.

    Args:
        folder: made by this; everything is written there.
        data: a copy of HAM10000 in its official layout; None draws lesions instead.
        weights: ImageNet weights to start from; without them a small network is trained from nothing.
        training_s: how long to train, in seconds.
        say: told what is being done, a line at a time.
        progress: told about every picture that is drawn or read.

    Raises:
        DataError: the folder is not empty or cannot be written, or `data` is not a copy of HAM10000.
    """
    if folder.exists() and any(folder.iterdir()):
        raise DataError(f"{folder} is not empty: name a new folder with -o, or remove it", code="demo.not-empty")
    manifest = _gather(folder, data, say, progress)
    splits = _split(manifest, folder, say)
    bundle = _train(manifest, splits, folder, weights=weights, training_s=training_s, say=say, progress=progress)
    return _judge(bundle, manifest, splits, folder, say, progress)


def _gather(folder: Path, data: Path | None, say: Say, progress: Progress | None) -> Manifest:
    """Draw the pictures, or take some lesions of a copy, and write the manifest."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if data is None:
        say(f"Drawing {DRAWN_LESIONS} lesions: nobody's picture is needed to see how this works.")
        size = {"width": DRAWN_WIDTH_PX, "height": DRAWN_HEIGHT_PX}
        data = drawn_dataset(folder / "drawn", lesions=DRAWN_LESIONS, seed=SEED, progress=progress, **size)
    manifest = import_ham10000(data, output=folder / "manifest.csv", progress=progress)
    lesions = sorted({row.lesion_id for row in manifest.rows})
    if len(lesions) > MOST_LESIONS:
        say(f"Taking {MOST_LESIONS} of the {len(lesions):,} lesions, so that it stays short.")
        chosen = set(np.random.default_rng(SEED).choice(lesions, MOST_LESIONS, replace=False).tolist())
        manifest = write_manifest((row for row in manifest.rows if row.lesion_id in chosen), manifest.path)
    say(f"{manifest.path}: {len(manifest.rows):,} pictures of {min(len(lesions), MOST_LESIONS):,} lesions.")
    return manifest


def _split(manifest: Manifest, folder: Path, say: Say) -> Splits:
    splits = split_manifest(manifest, seed=SEED)
    write_splits(splits, folder / "splits", note=f"epiluma demo, seed {SEED}")
    counts = ", ".join(f"{len(ids)} {name}" for name, ids in splits.as_dict().items())
    say(f"Split by lesion, so that no lesion is on two sides: {counts}.")
    return splits


def demo_recipe(*, pretrained: bool, training_s: float) -> Recipe:
    """Return the recipe: a small network from nothing, or the large one from ImageNet weights, at a small size."""
    size_px = 96 if pretrained else 64
    rate = 1e-3 if pretrained else 3e-3
    architecture = "mobilenet_v2" if pretrained else "scratch_cnn"
    return recipe_from_json(
        {
            "name": "demo",
            "seed": SEED,
            "network": {"architecture": architecture, "pretrained": pretrained, "dropout": 0.1, "size_px": size_px},
            "optimizer": {"batch_size": 16, "learning_rate": rate, "head_learning_rate": 3e-3, "ema_decay": 0.98},
            "schedule": {"minutes": training_s / 60, "warmup": 0.1, "validate_every": 3},
            "loss": {"label_smoothing": 0.02},
            "stage": [{"name": "all", "size_px": size_px}],
        }
    )


def _train(
    manifest: Manifest,
    splits: Splits,
    folder: Path,
    *,
    weights: Path | None,
    training_s: float,
    say: Say,
    progress: Progress | None,
) -> Bundle:
    recipe = demo_recipe(pretrained=weights is not None, training_s=training_s)
    say(f"Training {recipe.network.architecture} at {recipe.network.size_px} px for {training_s:.0f} seconds.")
    run = train_recipe(recipe, manifest, splits, folder=folder / "run", weights=weights, progress=progress)
    curves = draw_run_curves(run.folder)
    say(f"{run.epochs} epochs, {run.images:,} pictures; the learning curves are in {curves}.")
    today = datetime.now(UTC).date()
    bundle = export_bundle(run.folder, folder / "bundle", manifest=manifest, created=today, progress=progress)
    parity = bundle.manifest.provenance["parity"]
    say(
        f"{bundle.path}: one bundle, whose graph agrees with the trained network on {parity['pictures']} pictures "
        f"within {parity['max_abs_diff']:.0e}."
    )
    return bundle


def _judge(
    bundle: Bundle, manifest: Manifest, splits: Splits, folder: Path, say: Say, progress: Progress | None
) -> Demonstration:
    """Read the test split once, and attach what was found to the bundle."""
    say(f"Reading the {len(splits.test)} pictures of the test split, none of whose lesions was in training.")
    classifier = Classifier(bundle)
    scored = score_pictures(classifier, manifest, splits.test, progress=progress)
    evaluation = evaluation_report(scored, bundle=bundle, split="test")
    save_evaluation(evaluation, bundle, models=folder / "models")
    rows = manifest.subset(splits.test).rows[:SHOWN]
    readings = [classifier.read(manifest.image_path(row), file=row.image_id, modality=row.modality) for row in rows]
    return Demonstration(
        folder=folder,
        bundle=load_bundle(folder / "bundle"),
        evaluation=evaluation,
        predictions=tuple(reading.prediction for reading in readings),
        truth=tuple(row.dx for row in rows),
    )
