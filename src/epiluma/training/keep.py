"""What of a fold's run is kept for good: its out-of-fold predictions, and as a teacher its soft labels."""

import json
import shutil
from pathlib import Path

import numpy as np

from epiluma.data.manifest import Manifest, Progress
from epiluma.data.trained_on import Use, read_trained_on
from epiluma.data.writing import writing
from epiluma.errors import TrainingError
from epiluma.evaluation.out_of_fold import write_fold
from epiluma.training.checkpoint import load_checkpoint
from epiluma.training.config import Recipe
from epiluma.training.dataset import read_pictures
from epiluma.training.loop import CHECKPOINT
from epiluma.training.networks import pick_device
from epiluma.training.run import TRAINED_ON, VALIDATION, WEIGHTS, read_run
from epiluma.training.shipping import shipped_network
from epiluma.training.teachers import VIEWS, SoftLabels, predict_views, write_soft_labels
from epiluma.training.weights import write_weights


def fold_of_run(run: Path) -> int:
    """Return the number of the fold that a run held out, from its folder's name `fold-K`.

    Raises:
        TrainingError: the folder is not named after a fold.
    """
    prefix, _, number = run.resolve().name.partition("-")
    if prefix != "fold" or not number.isdigit():
        raise TrainingError(f"{run} is not the run of a fold: expected a folder such as runs/NAME/fold-0")
    return int(number)


def keep_predictions(run: Path, experiments: Path) -> Path:
    """Write a finished fold's held-out predictions into `experiments/NAME/`, and how they were made.

    Returns:
        The folder they were written to.

    Raises:
        TrainingError: not the finished run of a fold.
        DataError: `data.write`.
    """
    fold = fold_of_run(run)
    recipe, _, provenance = read_run(run)
    spent, _ = load_checkpoint(run / CHECKPOINT)
    with np.load(run / VALIDATION) as kept:
        predictions = {name: kept[name] for name in ("image_ids", "lesion_ids", "labels", "logits")}
    made_by = {
        "recipe": recipe.to_json(),
        "seed": recipe.seed,
        "epochs": spent.epoch,
        "pictures_seen": spent.images,
        "minutes": round(spent.elapsed_s / 60, 1),
        **provenance,
    }
    folder = experiments / recipe.name
    with writing(folder):
        write_fold(
            folder,
            fold,
            image_ids=[str(i) for i in predictions["image_ids"]],
            lesion_ids=[str(i) for i in predictions["lesion_ids"]],
            labels=predictions["labels"],
            logits=predictions["logits"],
            made_by=json.loads(json.dumps(made_by)),
        )
    return folder


def keep_weights(run: Path, experiments: Path) -> Path:
    """Write a finished fold's weights as float16 into `experiments/NAME/fold-K/`, for a later stage to start from.

    The list of what they were trained on lies beside them, so that no run starts from what it holds out.

    Returns:
        The file of weights, for `network.start`.

    Raises:
        TrainingError: not the finished run of a fold.
        DataError: `data.write`.
    """
    fold = fold_of_run(run)
    recipe, network, _ = read_run(run)
    folder = experiments / recipe.name / f"fold-{fold}"
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_weights(network.state_dict(), folder / WEIGHTS, half=True)
        shutil.copyfile(run / TRAINED_ON, folder / TRAINED_ON)
    return folder / WEIGHTS


def keep_soft_labels(
    run: Path,
    experiments: Path,
    manifest: Manifest,
    image_ids: tuple[str, ...],
    *,
    views: int = VIEWS,
    progress: Progress | None = None,
) -> Path:
    """Let a fold's network say what it thinks of every picture of train and validation, and keep that as a teacher.

    Args:
        run: of a fold, finished.
        experiments: the file goes into `NAME/teacher-K.npz`.
        manifest: the pictures.
        image_ids: those to speak of; the test split is not among them.
        views: of the eight turned and mirrored ones, how many are averaged.
        progress: told about every picture that is read.

    Raises:
        TrainingError: not the finished run of a fold.
        DataError: `data.write`.
    """
    recipe, network, _ = read_run(run)
    pictures = read_pictures(manifest.subset(image_ids), name="all", progress=progress)
    probabilities = predict_views(
        shipped_network(network).to(pick_device()), pictures, recipe.preprocessing, views=views, bfloat16=_fast(recipe)
    )
    learnt = tuple(row.image_id for row in read_trained_on(run / TRAINED_ON) if row.use is Use.TRAIN)
    path = experiments / recipe.name / f"teacher-{fold_of_run(run)}.npz"
    labels = SoftLabels(image_ids=pictures.image_ids, probabilities=probabilities, learnt_from=learnt)
    write_soft_labels(labels, path)
    return path


def _fast(recipe: Recipe) -> bool:
    return 0 < recipe.bfloat16_from_px <= recipe.network.size_px
