"""From folds to a student that learnt from their teachers, by the commands that a person types."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")

from epiluma.bundle.read import load_bundle
from epiluma.cli import cli
from epiluma.data.folds import read_folds
from epiluma.data.trained_on import Use, read_trained_on
from epiluma.errors import LeakError
from fixtures_run import CONFIGS, QUICK

pytestmark = pytest.mark.torch


def epiluma(*words: object) -> str:
    result = CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def workshop(finished_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with folds of the drawn lesions, two of them run and kept, each also as a teacher."""
    folder, data = tmp_path_factory.mktemp("workshop"), finished_run.parent
    manifest = data / "manifest.csv"
    epiluma("data", "folds", manifest, "--splits", data / "splits", "-o", folder / "folds")
    quick = [word for override in QUICK for word in ("-s", override)]
    for fold in (0, 1):
        run = folder / "runs" / f"fold-{fold}"
        epiluma(
            *("train", CONFIGS / "scratch_cnn.toml", *quick, "--manifest", manifest),
            *("--fold", fold, "--folds", folder / "folds", "-o", run),
        )
        epiluma("experiments", "keep", run, "--weights", "--experiments", folder / "kept")
        epiluma(
            *("experiments", "teach", run, "--manifest", manifest, "--folds", folder / "folds"),
            *("--views", 2, "--experiments", folder / "kept"),
        )
    return folder


def test_a_kept_fold_holds_the_pictures_of_its_list_and_no_other(workshop: Path) -> None:
    from epiluma.evaluation.out_of_fold import read_out_of_fold

    kept = read_out_of_fold(workshop / "kept" / "scratch_cnn").of_folds([1])

    assert sorted(kept.image_ids) == sorted(read_folds(workshop / "folds")[1])


def test_a_teacher_speaks_of_every_picture_and_names_those_it_learnt_from(workshop: Path) -> None:
    from epiluma.training.teachers import read_soft_labels

    folds, teacher = (
        read_folds(workshop / "folds"),
        read_soft_labels(workshop / "kept" / "scratch_cnn" / "teacher-0.npz"),
    )

    assert sorted(teacher.image_ids) == sorted(image for fold in folds for image in fold)
    assert sorted(teacher.learnt_from) == sorted(image for fold in folds[1:] for image in fold)
    assert np.allclose(teacher.probabilities.sum(axis=1), 1)


def test_a_later_stage_starts_from_kept_weights_but_not_where_it_holds_out_what_they_know(
    workshop: Path, finished_run: Path
) -> None:
    kept = workshop / "kept" / "scratch_cnn" / "fold-1" / "weights.safetensors"
    words = [
        *("train", CONFIGS / "scratch_cnn.toml", *(word for override in QUICK for word in ("-s", override))),
        *("-s", "name=stage", "-s", f"network.start={kept}", "--manifest", finished_run.parent / "manifest.csv"),
        *("--folds", workshop / "folds"),
    ]

    epiluma(*words, "--fold", 1, "-o", workshop / "stage-1")
    other = CliRunner().invoke(cli, [str(word) for word in (*words, "--fold", 0, "-o", workshop / "stage-0")])

    assert (workshop / "stage-1" / "weights.safetensors").exists()
    assert isinstance(other.exception, LeakError)


def test_the_table_is_printed(workshop: Path) -> None:
    (workshop / "kept" / "notes.toml").write_text('[scratch_cnn]\nquestion = "drawn?"\nlearnt = "yes"\n')

    assert "| `scratch_cnn` | drawn? | 1 | 0, 1 (" in epiluma(
        "experiments", "table", "--experiments", workshop / "kept"
    )


def test_a_student_of_all_folds_is_calibrated_on_what_folds_held_out(workshop: Path, finished_run: Path) -> None:
    manifest, kept = finished_run.parent / "manifest.csv", workshop / "kept" / "scratch_cnn"
    quick = [word for override in QUICK for word in ("-s", override)]
    taught = f'loss.soft_labels=["{kept}/teacher-0.npz", "{kept}/teacher-1.npz"]'
    epiluma(
        *("train", CONFIGS / "scratch_cnn.toml", *quick, "-s", taught, "-s", "name=student", "--manifest", manifest),
        *("--fold", "all", "--folds", workshop / "folds", "-o", workshop / "student"),
    )

    epiluma("export", workshop / "student", "-o", workshop / "bundle", "--manifest", manifest, "--out-of-fold", kept)

    rules = load_bundle(workshop / "bundle").manifest
    folds = read_folds(workshop / "folds")
    assert rules.calibration.fitted_on == rules.tiers.fitted_on == "cross-validation (2 folds)"
    assert rules.calibration.n == len(folds[0]) + len(folds[1])
    assert [point.name for point in rules.operating_points] == ["do-not-miss", "balanced"]
    used = read_trained_on(workshop / "bundle" / "trained_on.csv.gz")
    assert sorted(row.image_id for row in used if row.use is Use.TRAIN) == sorted(i for fold in folds for i in fold)
    assert sorted(row.image_id for row in used if row.use is Use.CALIBRATE) == sorted(folds[0] + folds[1])


def test_a_run_that_held_nothing_out_is_not_exported_without_cross_validation(workshop: Path) -> None:
    result = CliRunner().invoke(cli, ["export", str(workshop / "student"), "-o", str(workshop / "none")])

    assert "--out-of-fold" in str(result.exception)
