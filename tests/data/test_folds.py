"""Cross-validation folds: every lesion of train and validation is held out once, none of test ever."""

from collections import Counter
from pathlib import Path

import pytest

from epiluma.data.folds import (
    all_folds,
    check_free_of_folds,
    default_folds,
    draw_folds_of,
    fold_of,
    read_folds,
    write_folds,
)
from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.data.split import default_splits, read_splits, split_manifest
from epiluma.errors import DataError, LeakError

# 60 naevi and 30 melanomas, every third lesion with two pictures: 120 pictures.
LESIONS = Manifest(
    Path("manifest.csv"),
    tuple(
        ManifestRow(image_id=f"I{number}_{picture}", path="x.jpg", sha256="", lesion_id=f"L{number}", dx=dx)
        for number, dx in enumerate(["nv"] * 60 + ["mel"] * 30)
        for picture in range(2 if number % 3 == 0 else 1)
    ),
)


def test_each_picture_of_train_and_validation_is_held_out_once_and_none_of_test():
    splits = split_manifest(LESIONS, seed=1)

    folds, _ = draw_folds_of(LESIONS, splits, seed=1)

    assert sorted(image for fold in folds for image in fold) == sorted(splits.train + splits.validation)


def test_no_lesion_is_in_two_folds():
    folds, _ = draw_folds_of(LESIONS, split_manifest(LESIONS, seed=1), seed=1)

    lesions = [{LESIONS.by_id[image].lesion_id for image in fold} for fold in folds]
    assert sum(map(len, lesions)) == len(set.union(*lesions))


def test_a_fold_trains_on_all_the_others_and_has_no_test():
    splits = fold_of([("a", "b"), ("c",), ("d",)], 1)

    assert (splits.train, splits.validation, splits.test) == (("a", "b", "d"), ("c",), ())


def test_all_folds_together_hold_nothing_out():
    splits = all_folds([("b", "c"), ("a",)])

    assert (splits.train, splits.validation, splits.test) == (("a", "b", "c"), (), ())


def test_a_fold_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match="there is no fold 3: expected 0 to 2"):
        fold_of([("a",), ("b",), ("c",)], 3)


def test_fewer_lesions_than_folds_are_refused():
    few = Manifest(LESIONS.path, LESIONS.rows[:4])
    splits = fold_of([tuple(few.by_id)], 0)

    with pytest.raises(DataError, match="5 folds need at least 5 lesions"):
        draw_folds_of(few, splits, seed=1)


def test_folds_are_read_as_they_were_written(tmp_path: Path):
    write_folds([("b", "a"), ("c",)], tmp_path / "folds", note="drawn for a test")

    assert read_folds(tmp_path / "folds") == (("a", "b"), ("c",))
    assert (tmp_path / "folds" / "fold-0.txt").read_text() == "# drawn for a test\na\nb\n"


def test_a_picture_in_two_folds_is_a_leak(tmp_path: Path):
    write_folds([("a", "b"), ("b",)], tmp_path, note="wrong")

    with pytest.raises(LeakError, match="b stands in two folds"):
        read_folds(tmp_path)


def test_folds_that_are_there_are_not_replaced_unseen(tmp_path: Path):
    write_folds([("a",), ("b",)], tmp_path, note="first")

    with pytest.raises(DataError, match="already holds folds"):
        check_free_of_folds(tmp_path)


def test_a_folder_without_folds_says_how_to_make_them(tmp_path: Path):
    with pytest.raises(DataError, match="epiluma data folds"):
        read_folds(tmp_path)


def test_the_committed_folds_are_the_committed_train_and_validation_lists():
    splits, folds = read_splits(default_splits()), read_folds(default_folds())

    assert sorted(image for fold in folds for image in fold) == sorted(splits.train + splits.validation)
    assert Counter(map(len, folds)) == {1703: 3, 1702: 2}
