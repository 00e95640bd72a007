"""The split of the earlier systems."""

from collections import Counter
from pathlib import Path

import pytest

from epiluma.data.benchmark938 import split_benchmark938
from epiluma.data.csv_rows import read_rows
from epiluma.data.ham10000 import METADATA
from epiluma.data.split import read_splits
from epiluma.errors import DataError

LISTS = Path(__file__).parents[2] / "configs" / "benchmark938"


def test_only_lesions_with_one_picture_are_held_out_17_percent_of_them(tmp_path):
    rows = [f"L{i},A{i},{dx}" for i, dx in enumerate(["nv"] * 60 + ["mel"] * 40)]
    siblings = [f"L{i},B{i},nv" for i in range(10)]
    (tmp_path / METADATA).write_text("\n".join(["lesion_id,image_id,dx", *rows, *siblings]) + "\n")

    splits = split_benchmark938(tmp_path / METADATA)

    # 90 lesions have one picture: 50 naevi and 40 melanomas; 17 % of them are 15.3, rounded up to 16.
    assert len(splits.validation) == 16
    assert not set(splits.validation) & {f"A{i}" for i in range(10)}
    assert Counter("nv" if int(image[1:]) < 60 else "mel" for image in splits.validation) == {"nv": 9, "mel": 7}
    assert len(splits.train) == 94
    assert splits.test == ()


def test_too_few_rows_are_refused(tmp_path):
    (tmp_path / METADATA).write_text("lesion_id,image_id,dx\nL1,A,nv\nL2,B,mel\n")

    with pytest.raises(DataError) as refusal:
        split_benchmark938(tmp_path / METADATA)

    assert refusal.value.code == "data.too-few"


def test_the_committed_lists_are_whole():
    splits = read_splits(LISTS)

    assert (len(splits.train), len(splits.validation), len(splits.test)) == (9077, 938, 0)


@pytest.mark.data
def test_the_committed_lists_are_drawn_again_from_the_real_metadata(data_folder):
    metadata = data_folder / "ham10000" / METADATA

    splits = split_benchmark938(metadata)

    assert splits == read_splits(LISTS)
    pictures = Counter(row["lesion_id"] for row in read_rows(metadata))
    lesion_of = {row["image_id"]: row["lesion_id"] for row in read_rows(metadata)}
    assert {pictures[lesion_of[image]] for image in splits.validation} == {1}
