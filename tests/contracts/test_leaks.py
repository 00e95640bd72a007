"""No lesion of the test split stands in any committed list but those of the separate study of 938 pictures.

Folds, teachers, soft labels, out-of-fold predictions, calibration, thresholds, abstention: whatever is committed and
names pictures is looked into, whether or not this test knows what it is for.
"""

import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from epiluma.data.folds import read_folds
from epiluma.data.ham10000 import known_same_lesions
from epiluma.data.split import Splits, read_splits
from epiluma.data.trained_on import Use, read_trained_on

ROOT = Path(__file__).parents[2]
LOOKED_INTO = ("configs", "experiments", "models", "benchmarks", "docs", "src")
MAY_NAME_TEST_PICTURES = {Path("configs/splits/test.txt")}
STUDY = Path("configs/benchmark938")  # its training list overlaps the test split; nothing from it goes anywhere else
READABLE = {".txt", ".toml", ".json", ".jsonl", ".csv", ".gz", ".npz", ".safetensors", ".md"}
IMAGE_ID = re.compile(rb"ISIC_\d{7}")


@pytest.fixture(scope="module")
def splits() -> Splits:
    return read_splits(ROOT / "configs" / "splits")


@pytest.fixture(scope="module")
def named() -> dict[Path, set[str]]:
    """Return the pictures that each committed file names."""
    found = {path: set(ids_in(ROOT / path)) for folder in LOOKED_INTO for path in files_of(folder)}
    return {path: ids for path, ids in found.items() if ids}


def files_of(folder: str) -> Iterator[Path]:
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT)


def ids_in(path: Path) -> Iterator[str]:
    for content in contents_of(path):
        yield from (found.decode() for found in IMAGE_ID.findall(content))


def contents_of(path: Path) -> Iterator[bytes]:
    if path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes())
    elif path.suffix == ".npz":
        with np.load(path) as arrays:
            for name in arrays:
                values = arrays[name]
                yield "\n".join(values.ravel().tolist()).encode() if values.dtype.kind == "U" else values.tobytes()
    else:
        yield path.read_bytes()


def lists_outside_the_study(named: dict[Path, set[str]]) -> dict[Path, set[str]]:
    kept = {path: ids for path, ids in named.items() if path not in MAY_NAME_TEST_PICTURES and path.parent != STUDY}
    assert len(kept) >= 15  # splits, folds, trained-on lists, predictions
    return kept


def test_no_committed_list_names_a_picture_of_the_test_split(named: dict[Path, set[str]], splits: Splits) -> None:
    found = {str(path): sorted(ids & set(splits.test))[:3] for path, ids in lists_outside_the_study(named).items()}

    assert {path: ids for path, ids in found.items() if ids} == {}


def test_no_committed_list_names_another_picture_of_a_test_lesion(
    named: dict[Path, set[str]], splits: Splits, data_folder: Path
) -> None:
    with (data_folder / "ham10000" / "HAM10000_metadata.csv").open(encoding="utf-8") as table:
        lesion_of = {row["image_id"]: row["lesion_id"] for row in csv.DictReader(table)}
    for one, other in known_same_lesions():
        lesion_of = {
            image: lesion_of[one] if lesion == lesion_of[other] else lesion for image, lesion in lesion_of.items()
        }
    tested = {lesion_of[image] for image in splits.test}
    found = {
        str(path): sorted(image for image in ids if lesion_of.get(image) in tested)[:3]
        for path, ids in lists_outside_the_study(named).items()
    }

    assert len(tested) > 1000
    assert {path: ids for path, ids in found.items() if ids} == {}


def test_lists_are_kept_in_forms_that_this_test_can_look_into() -> None:
    kept = [path for folder in ("configs", "experiments", "models") for path in files_of(folder)]

    assert len(kept) > 20
    assert [str(path) for path in kept if path.suffix not in READABLE] == []


def test_the_folds_are_train_and_validation_and_nothing_else(splits: Splits) -> None:
    folds = read_folds(ROOT / "configs" / "folds")

    assert sorted(image for fold in folds for image in fold) == sorted((*splits.train, *splits.validation))


def test_every_model_was_trained_calibrated_and_given_thresholds_on_train_and_validation(splits: Splits) -> None:
    lists = [*ROOT.glob("models/*/trained_on.csv.gz"), ROOT / "src/epiluma/bundle/default/trained_on.csv.gz"]
    allowed = {*splits.train, *splits.validation}

    assert len(lists) >= 3
    for path in lists:
        used = {row.image_id for row in read_trained_on(path)}
        assert used, path
        assert used <= allowed, path


def test_predictions_of_a_fold_are_about_the_pictures_it_holds_out(named: dict[Path, set[str]]) -> None:
    folds = read_folds(ROOT / "configs" / "folds")
    predictions = {path: ids for path, ids in named.items() if path.match("experiments/*/fold-*.csv.gz")}

    assert predictions
    for path, ids in predictions.items():
        number = int(path.name.removeprefix("fold-").removesuffix(".csv.gz"))
        assert ids == set(folds[number]), path


def test_a_teacher_and_kept_weights_of_a_fold_never_saw_the_fold() -> None:
    folds = read_folds(ROOT / "configs" / "folds")
    pool = {image for fold in folds for image in fold}
    learnt_of: dict[Path, tuple[str, set[str]]] = {}
    for path in ROOT.glob("experiments/*/fold-*/trained_on.csv.gz"):
        learnt = {row.image_id for row in read_trained_on(path) if row.use is Use.TRAIN}
        learnt_of[path] = (path.parent.name.removeprefix("fold-"), learnt)
    for path in ROOT.glob("experiments/*/teacher-*.npz"):
        with np.load(path) as kept:
            learnt_of[path] = (path.stem.removeprefix("teacher-"), set(kept["learnt_from"].tolist()))
            assert set(kept["image_ids"].tolist()) <= pool, path

    assert learnt_of
    for path, (fold, learnt) in learnt_of.items():
        assert learnt, path
        assert learnt <= pool - set(folds[int(fold)]), path


def test_no_recipe_takes_anything_from_the_separate_study() -> None:
    recipes = [path for path in (ROOT / "configs").rglob("*.toml") if STUDY not in path.relative_to(ROOT).parents]

    assert len(recipes) > 5
    assert [str(path) for path in recipes if STUDY.name in path.read_text(encoding="utf-8")] == []


def test_a_test_picture_is_found_in_every_form_of_list(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# note\nISIC_0000001\n")
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(b"image_id,use\nISIC_0000002,train\n"))
    np.savez_compressed(tmp_path / "c.npz", image_ids=np.array(["ISIC_0000003"]), numbers=np.zeros(3, np.float16))

    assert [set(ids_in(path)) for path in sorted(tmp_path.iterdir())] == [
        {"ISIC_0000001"},
        {"ISIC_0000002"},
        {"ISIC_0000003"},
    ]
