"""A run refuses what would make its figures worthless, and leaves behind all that an export needs."""

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest
from epiluma.data.split import Splits, split_manifest, write_splits
from epiluma.data.synthetic import drawn_dataset
from epiluma.data.trained_on import Use, read_trained_on
from epiluma.errors import LeakError, TrainingError
from epiluma.evaluation.curves import draw_learning_curves
from epiluma.training.config import LossConfig, Recipe
from epiluma.training.run import TRAINED_ON, VALIDATION, WEIGHTS, read_run, train_recipe
from epiluma.training.teachers import SoftLabels, write_soft_labels
from epiluma.training.tracking import read_log
from epiluma.training.weights import read_weights


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Manifest, Splits]:
    """Return a manifest of drawn lesions and a split of it."""
    folder = tmp_path_factory.mktemp("drawn")
    drawn_dataset(folder / "ham", lesions=70, seed=1)
    manifest = import_ham10000(folder / "ham", output=folder / "manifest.csv")
    return manifest, split_manifest(manifest, seed=1)


def test_a_run_leaves_everything_an_export_needs(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn

    result = train_recipe(recipe, manifest, splits, folder=tmp_path / "run")

    read, network, provenance = read_run(result.folder)
    assert read == recipe
    assert network.training is False
    assert sum(provenance["class_counts"].values()) == len(splits.train)
    with np.load(result.folder / VALIDATION) as kept:
        assert sorted(kept["image_ids"].tolist()) == sorted(splits.validation)
        assert kept["logits"].shape == (len(splits.validation), 7)


def test_progress_is_told_about_every_picture_that_is_read(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    told: list[tuple[str, int, int]] = []

    train_recipe(recipe, manifest, splits, folder=tmp_path / "run", progress=lambda *step: told.append(step))

    train, validation = len(splits.train), len(splits.validation)
    assert told == [
        *(("Reading train pictures", done, train) for done in range(1, train + 1)),
        *(("Reading validation pictures", done, validation) for done in range(1, validation + 1)),
    ]


def test_the_list_of_what_a_run_saw_names_train_and_validation_and_nothing_of_test(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn

    train_recipe(recipe, manifest, splits, folder=tmp_path / "run")

    uses = {use: {r.image_id for r in read_trained_on(tmp_path / "run" / TRAINED_ON) if r.use is use} for use in Use}
    assert uses == {
        Use.TRAIN: set(splits.train),
        Use.CALIBRATE: set(splits.validation),
        Use.THRESHOLD: set(splits.validation),
    }


def test_training_on_a_leaky_split_is_refused_and_the_lesion_named(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    shared = {row.image_id: row.lesion_id for row in manifest.rows}
    lesion = next(shared[i] for i in splits.train if list(shared.values()).count(shared[i]) > 1)
    moved = next(i for i in splits.train if shared[i] == lesion)
    leaky = Splits(
        train=tuple(i for i in splits.train if i != moved),
        validation=tuple(sorted((*splits.validation, moved))),
        test=splits.test,
    )

    with pytest.raises(LeakError, match=lesion):
        train_recipe(recipe, manifest, leaky, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_validation_pictures_stand_there_once_however_training_is_sampled(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    oversampled = replace(recipe, loss=LossConfig(sampling="weighted"))

    train_recipe(oversampled, manifest, splits, folder=tmp_path / "run")

    with np.load(tmp_path / "run" / VALIDATION) as kept:
        ids = kept["image_ids"].tolist()
    assert len(ids) == len(set(ids)) == len(splits.validation)


def test_a_folder_that_holds_another_run_is_not_overwritten(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    train_recipe(recipe, *drawn, folder=tmp_path / "run")

    with pytest.raises(TrainingError, match=r"resolved.json differs"):
        train_recipe(replace(recipe, seed=99), *drawn, folder=tmp_path / "run")


def test_the_same_command_again_reads_the_finished_run(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    first = train_recipe(recipe, *drawn, folder=tmp_path / "run")

    again = train_recipe(recipe, *drawn, folder=tmp_path / "run")

    assert (again.figures, again.images) == (first.figures, first.images)


def test_a_folder_without_a_finished_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"resolved.json is missing"):
        read_run(tmp_path)


def test_learning_curves_tell_the_stages_apart(tmp_path: Path) -> None:
    entries = [
        {"epoch": i, "stage": "head" if i < 3 else "fine-tune", "train_loss": 1 / i, "nll": 2 / i, "macro_auc": 0.5}
        for i in (1, 2, 3, 4)
    ]

    draw_learning_curves(entries, tmp_path / "curves.svg", title="run")

    drawn_text = (tmp_path / "curves.svg").read_text()
    assert [drawn_text.count(f">{name}<") for name in ("head", "fine-tune")] == [3, 3]


def test_two_processes_of_torchrun_train_one_network(drawn: tuple[Manifest, Splits], tmp_path: Path) -> None:
    manifest, splits = drawn
    write_splits(splits, tmp_path / "splits", note="drawn")
    recipe = Path(__file__).parents[2] / "configs" / "scratch_cnn.toml"
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--nproc-per-node=2",
        "--standalone",
        "-m",
        "epiluma",
    ]
    command += ["train", str(recipe), "--manifest", str(manifest.path), "--splits", str(tmp_path / "splits")]
    command += [
        "-s",
        "schedule.epochs=1",
        "-s",
        "schedule.minutes=0",
        "-s",
        "network.size_px=32",
        "-s",
        "stage.0.size_px=32",
    ]
    command += ["-s", "optimizer.batch_size=8", "-o", str(tmp_path / "run"), "--json"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout)
    assert result["images"] == len(splits.train) // 16 * 16
    assert [entry["epoch"] for entry in read_log(tmp_path / "run")] == [1]


def test_training_leaves_the_processs_arithmetic_as_it_was(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    train_recipe(recipe, *drawn, folder=tmp_path / "run")

    assert math.nextafter(0.0, 1.0) * 1.0 > 0  # a denormal number, which training treats as zero


def test_a_run_that_holds_nothing_out_keeps_its_last_weights(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    everything = Splits(train=tuple(sorted(splits.train + splits.validation)), validation=())

    result = train_recipe(recipe, manifest, everything, folder=tmp_path / "run")

    assert result.figures == {}
    assert {row.use for row in read_trained_on(result.folder / TRAINED_ON)} == {Use.TRAIN}
    with np.load(result.folder / VALIDATION) as kept:
        assert kept["logits"].shape == (0, 7)


def test_a_student_follows_its_teachers(recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path) -> None:
    manifest, splits = drawn
    ids = (*splits.train, *splits.validation)
    says = np.tile([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], (len(ids), 1))  # vasc, whatever it sees
    write_soft_labels(SoftLabels(image_ids=ids, probabilities=says, learnt_from=splits.train), tmp_path / "teacher.npz")
    loss = LossConfig(soft_labels=(str(tmp_path / "teacher.npz"),), teacher_share=1.0)
    longer = replace(recipe, loss=loss, schedule=replace(recipe.schedule, epochs=4))

    result = train_recipe(longer, manifest, splits, folder=tmp_path / "run")

    # By its labels, seven drawn kinds evenly, two steps an epoch leave the loss near log 7 = 1.95.
    assert read_log(result.folder)[-1]["train_loss"] < 0.3


def test_a_teacher_that_saw_what_is_held_out_stops_the_run(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    ids = (*splits.train, *splits.validation)
    soft = SoftLabels(image_ids=ids, probabilities=np.full((len(ids), 7), 1 / 7), learnt_from=splits.validation[:1])
    write_soft_labels(soft, tmp_path / "teacher.npz")

    with pytest.raises(LeakError, match="lesions that this run holds out"):
        train_recipe(
            replace(recipe, loss=LossConfig(soft_labels=(str(tmp_path / "teacher.npz"),))),
            manifest,
            splits,
            folder=tmp_path / "run",
        )


def test_a_run_starts_from_the_weights_of_another(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    first = train_recipe(recipe, manifest, splits, folder=tmp_path / "first")
    start = replace(recipe.network, start=str(first.folder / WEIGHTS))
    still = replace(recipe.optimizer, learning_rate=1e-9, head_learning_rate=1e-9, weight_decay=0.0, ema_decay=0.0)

    second = train_recipe(replace(recipe, network=start, optimizer=still), manifest, splits, folder=tmp_path / "second")

    before, after = (read_weights(run.folder / WEIGHTS)["classifier.1.weight"] for run in (first, second))
    assert np.allclose(before, after, atol=1e-6)


def test_a_start_that_saw_what_is_held_out_stops_the_run(
    recipe: Recipe, drawn: tuple[Manifest, Splits], tmp_path: Path
) -> None:
    manifest, splits = drawn
    first = train_recipe(recipe, manifest, splits, folder=tmp_path / "first")
    swapped = Splits(train=splits.validation, validation=splits.train)

    with pytest.raises(LeakError, match="lesions that this run holds out"):
        train_recipe(
            replace(recipe, network=replace(recipe.network, start=str(first.folder / WEIGHTS))),
            manifest,
            swapped,
            folder=tmp_path / "second",
        )
