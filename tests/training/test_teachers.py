"""Soft labels of teachers: kept whole, and refused where a teacher knows what the student's run holds out."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.data.split import Splits
from epiluma.errors import LeakError, TrainingError
from epiluma.imaging.preprocess import Preprocessing
from epiluma.taxonomy import CODES
from epiluma.training.dataset import Pictures
from epiluma.training.teachers import (
    SoftLabels,
    predict_views,
    read_soft_labels,
    soft_label_table,
    write_soft_labels,
)

# Four lesions with two pictures each: A0, A1 show lesion A.
MANIFEST = Manifest(
    Path("manifest.csv"),
    tuple(
        ManifestRow(image_id=f"{lesion}{picture}", path="x.jpg", sha256="", lesion_id=lesion, dx=CODES[0])
        for lesion in "ABCD"
        for picture in (0, 1)
    ),
)
IDS = tuple(MANIFEST.by_id)


def teacher(tmp_path: Path, first: float, learnt_from: tuple[str, ...], name: str = "teacher.npz") -> Path:
    rest = (1 - first) / (len(CODES) - 1)
    row = [first, *[rest] * (len(CODES) - 1)]
    labels = SoftLabels(image_ids=IDS, probabilities=np.array([row] * len(IDS), np.float32), learnt_from=learnt_from)
    write_soft_labels(labels, tmp_path / name)
    return tmp_path / name


def test_soft_labels_are_read_as_they_were_written(tmp_path: Path) -> None:
    kept = read_soft_labels(teacher(tmp_path, 0.7, ("B0", "A0")))

    assert kept.image_ids == IDS
    assert kept.learnt_from == ("A0", "B0")
    assert kept.probabilities[:, 0] == pytest.approx(0.7, abs=5e-4)
    assert kept.probabilities.sum(axis=1) == pytest.approx(1.0)


def test_several_teachers_are_averaged(tmp_path: Path) -> None:
    paths = [teacher(tmp_path, 0.7, ("A0",), "one.npz"), teacher(tmp_path, 0.1, ("A0",), "two.npz")]

    table = soft_label_table(paths, MANIFEST, Splits(train=IDS, validation=()), ("D1", "A0"), temperature=1.0)

    assert table.shape == (2, 7)
    assert table[:, 0].tolist() == pytest.approx([0.4, 0.4], abs=5e-4)


def test_a_temperature_above_one_softens_what_a_teacher_says(tmp_path: Path) -> None:
    path = teacher(tmp_path, 0.64, ("A0",))  # the other six say 0.06

    table = soft_label_table([path], MANIFEST, Splits(train=IDS, validation=()), ("A0",), temperature=2.0)

    # Square roots: 0.8 and six times 0.24495, together 2.2697.
    assert float(table[0, 0]) == pytest.approx(0.8 / 2.2697, abs=1e-3)


def test_a_teacher_that_has_seen_a_lesion_of_the_held_out_fold_is_refused(tmp_path: Path) -> None:
    path = teacher(tmp_path, 0.7, ("A0", "D0"))  # D0 is another picture of the lesion that is held out as D1
    fold = Splits(train=("A0", "A1", "B0"), validation=("D1",))

    with pytest.raises(LeakError, match=r"learnt from 1 lesions that this run holds out: D\."):
        soft_label_table([path], MANIFEST, fold, fold.train, temperature=1.0)


def test_a_teacher_that_has_seen_a_test_lesion_is_refused(tmp_path: Path) -> None:
    path = teacher(tmp_path, 0.7, ("A0", "C0"))
    splits = Splits(train=("A0", "A1"), validation=("B0",), test=("C1",))

    with pytest.raises(LeakError, match=r"holds out: C\."):
        soft_label_table([path], MANIFEST, splits, splits.train, temperature=1.0)


def test_a_teacher_of_unknown_pictures_is_refused_for_it_cannot_be_checked(tmp_path: Path) -> None:
    path = teacher(tmp_path, 0.7, ("A0", "X9"))

    with pytest.raises(LeakError, match="not in the manifest, such as X9"):
        soft_label_table([path], MANIFEST, Splits(train=IDS, validation=()), IDS, temperature=1.0)


def test_a_picture_the_teacher_said_nothing_about_is_an_error(tmp_path: Path) -> None:
    path = teacher(tmp_path, 0.7, ("A0",))

    with pytest.raises(TrainingError, match="says nothing about 1 of the pictures, such as E0"):
        soft_label_table([path], MANIFEST, Splits(train=IDS, validation=()), (*IDS, "E0"), temperature=1.0)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "teacher.npz").write_bytes(b"no zip")

    with pytest.raises(TrainingError, match="is no file of soft labels"):
        read_soft_labels(tmp_path / "teacher.npz")


class CornerReader(nn.Module):
    """Says class 0 as surely as the upper left pixel is bright."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

    def forward(self, images: Tensor) -> Tensor:
        rest = torch.zeros(len(images), len(CODES) - 1)
        return torch.cat([self.scale * images[:, :1, 0, 0], rest], dim=1)


@pytest.mark.parametrize(("views", "bright"), [(1, 1), (2, 1), (4, 1), (8, 2)])
def test_eight_views_show_every_corner_twice(views: int, bright: int) -> None:
    pixels = torch.zeros(1, 16, 16, 3, dtype=torch.uint8)
    pixels[0, :4, :4] = 255  # the upper left corner
    one = Pictures(pixels=pixels, labels=torch.tensor([0]), image_ids=("A0",), lesion_ids=("A",))
    rule = Preprocessing(size_px=16, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))

    said = predict_views(CornerReader(), one, rule, views=views)

    # A bright corner gives e / (e + 6), a dark one 1 / 7; of eight views two show the bright corner above left.
    expected = (bright * np.e / (np.e + 6) + (views - bright) / 7) / views
    assert said[0, 0] == pytest.approx(expected, abs=1e-4)


def test_a_lesion_that_stands_in_no_list_of_a_fold_is_held_out_too(tmp_path: Path) -> None:
    path = teacher(tmp_path, 0.7, ("A0", "D0"))  # D is of the test split, of which a fold has no list
    everything = Splits(train=("A0", "A1", "B0", "C0"), validation=())

    with pytest.raises(LeakError, match=r"holds out: D\."):
        soft_label_table([path], MANIFEST, everything, everything.train, temperature=1.0)
