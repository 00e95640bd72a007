"""The counts that a page shows where the pictures are not."""

import json

import pytest

from epiluma.data.counts import HAM10000_COUNTS, count_pictures, read_ham10000_counts
from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.data.split import Splits, default_splits, read_splits


def row(image_id: str, lesion_id: str) -> ManifestRow:
    return ManifestRow(image_id=image_id, path="x.jpg", sha256="", lesion_id=lesion_id, dx="nv", dx_type="histo")


def test_pictures_and_lesions_are_counted_as_a_whole_and_by_split(tmp_path):
    manifest = Manifest(tmp_path / "m.csv", (row("a", "A"), row("b", "A"), row("c", "C"), row("d", "D")))

    counts = count_pictures(manifest, Splits(train=("a", "b"), validation=("c",), test=("d", "elsewhere")))

    assert (counts["pictures"], counts["lesions"]) == (4, 3)
    assert counts["splits"] == {
        "train": {"pictures": 2, "lesions": 1},
        "validation": {"pictures": 1, "lesions": 1},
        "test": {"pictures": 1, "lesions": 1},
    }
    assert counts["tables"]["truth"] == {"histo": {"pictures": 4, "lesions": 3}}


def test_a_split_by_picture_leaks_as_many_as_have_a_sibling_in_training(tmp_path):
    """Two of four have one sibling, in training with a chance of 0.85: (0.85 + 0.85) / 4 = 0.425."""
    manifest = Manifest(tmp_path / "m.csv", (row("a", "A"), row("b", "A"), row("c", "C"), row("d", "D")))

    assert count_pictures(manifest, Splits(train=(), validation=()))["leak_by_picture"] == 0.425


def test_the_committed_counts_of_ham10000_fit_together():
    counts = read_ham10000_counts()

    assert sum(split["pictures"] for split in counts["splits"].values()) == counts["pictures"] == 10_015
    tables = counts["tables"]
    totals = {name: sum(entry["pictures"] for entry in tables[name].values()) for name in ("class", "site", "sex")}
    assert totals == {"class": 10_015, "site": 10_015, "sex": 10_015}


@pytest.mark.data
def test_the_committed_counts_of_ham10000_are_fresh(data_folder, tmp_path):
    manifest = import_ham10000(data_folder / "ham10000", output=tmp_path / "manifest.csv")

    fresh = count_pictures(manifest, read_splits(default_splits()))

    assert json.loads(HAM10000_COUNTS.read_text(encoding="utf-8")) == fresh
