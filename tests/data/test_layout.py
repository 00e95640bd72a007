"""Class folders, linked or copied; the originals and other people's folders stay as they are."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from epiluma.data.layout import RECORD, How, lay_out
from epiluma.data.manifest import Manifest
from epiluma.data.split import Splits
from epiluma.errors import DataError
from epiluma.taxonomy import CODES
from small_manifests import make_manifest

SPLITS = Splits(train=("A",), validation=("B",), test=("C",))


@pytest.fixture
def manifest(tmp_path) -> Manifest:
    return make_manifest(tmp_path / "pictures", [("A", "A", "nv"), ("B", "B", "mel"), ("C", "C", "nv"), ("U", "U", "")])


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.name != RECORD)


def test_every_split_has_all_seven_class_folders_with_its_pictures(manifest, tmp_path):
    count = lay_out(manifest, tmp_path / "out", splits=SPLITS)

    assert count == 3
    assert files_in(tmp_path / "out") == ["test/nv/C.jpg", "train/nv/A.jpg", "validation/mel/B.jpg"]
    for name in ("train", "validation", "test"):
        assert sorted(path.name for path in (tmp_path / "out" / name).iterdir()) == list(CODES)


def test_unsplit_is_one_folder_of_seven_and_one_for_unlabelled_pictures(manifest, tmp_path):
    lay_out(manifest, tmp_path / "out")

    assert files_in(tmp_path / "out") == ["mel/B.jpg", "nv/A.jpg", "nv/C.jpg", "unlabelled/U.jpg"]


def test_a_split_without_a_test_part_has_no_test_folder(manifest, tmp_path):
    lay_out(manifest, tmp_path / "out", splits=Splits(train=("A", "C"), validation=("B",)))

    assert not (tmp_path / "out" / "test").exists()


def test_links_lead_to_the_originals_even_after_both_were_moved(manifest, tmp_path):
    lay_out(manifest, tmp_path / "out", how=How.LINK)

    link = tmp_path / "out" / "nv" / "A.jpg"
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.resolve() == (tmp_path / "pictures" / "A.jpg").resolve()


def test_copies_are_files_of_their_own(manifest, tmp_path):
    original = manifest.image_path(manifest.by_id["A"]).read_bytes()

    lay_out(manifest, tmp_path / "out", how=How.COPY)
    copy = tmp_path / "out" / "nv" / "A.jpg"
    assert not copy.is_symlink()
    assert copy.read_bytes() == original
    copy.write_bytes(b"changed")

    assert manifest.image_path(manifest.by_id["A"]).read_bytes() == original


@pytest.mark.parametrize("name", ["mine.txt", ".hidden"])
def test_a_folder_with_anything_in_it_is_refused_and_left_alone(manifest, tmp_path, name):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text("mine")

    with pytest.raises(DataError) as refusal:
        lay_out(manifest, tmp_path / "out")

    assert refusal.value.code == "data.folder-taken"
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_a_file_in_the_place_of_the_folder_is_refused(manifest, tmp_path):
    (tmp_path / "out").write_text("mine")

    with pytest.raises(DataError) as refusal:
        lay_out(manifest, tmp_path / "out")

    assert refusal.value.code == "data.folder-taken"


def test_an_empty_folder_is_used(manifest, tmp_path):
    (tmp_path / "out").mkdir()

    assert lay_out(manifest, tmp_path / "out") == 4


def test_laying_out_again_replaces_only_what_the_first_call_made(manifest, tmp_path):
    lay_out(manifest, tmp_path / "out", splits=SPLITS)
    (tmp_path / "out" / "train" / "nv" / "mine.txt").write_text("mine")

    lay_out(manifest, tmp_path / "out", how=How.COPY)

    assert files_in(tmp_path / "out") == [
        "mel/B.jpg", "nv/A.jpg", "nv/C.jpg", "train/nv/mine.txt", "unlabelled/U.jpg",
    ]  # fmt: skip
    assert not (tmp_path / "out" / "test").exists()
    assert all(manifest.image_path(row).is_file() for row in manifest.rows)


@pytest.mark.parametrize("entry", ["../pictures/A.jpg", "nv/../../pictures/A.jpg", "link/A.jpg", "nv/..", "mine.jpg"])
def test_a_record_that_names_other_files_removes_none_of_them(manifest, tmp_path, entry):
    folder = tmp_path / "out"
    lay_out(manifest, folder)
    (folder / "link").symlink_to(tmp_path / "pictures")
    (folder / "mine.jpg").write_bytes(b"mine")
    (folder / RECORD).write_text(json.dumps({"files": [entry]}))
    for path in ("mel/B.jpg", "nv/A.jpg", "nv/C.jpg", "unlabelled/U.jpg"):
        (folder / path).unlink()

    lay_out(manifest, folder)

    assert (folder / "mine.jpg").exists()
    assert all(manifest.image_path(row).is_file() for row in manifest.rows)


@pytest.mark.parametrize("how", list(How))
def test_a_class_folder_that_became_a_link_is_not_written_through(manifest, tmp_path, how):
    folder = tmp_path / "out"
    lay_out(manifest, folder)
    for path in (folder / "nv").iterdir():
        path.unlink()
    (folder / "nv").rmdir()
    (tmp_path / "others").mkdir()
    (folder / "nv").symlink_to(tmp_path / "others")

    with pytest.raises(DataError) as refusal:
        lay_out(manifest, folder, how=how)

    assert refusal.value.code == "data.folder-taken"
    assert list((tmp_path / "others").iterdir()) == []


@pytest.mark.parametrize("how", list(How))
def test_a_file_of_someone_elses_in_our_folder_is_not_written_over(manifest, tmp_path, how):
    folder = tmp_path / "out"
    lay_out(manifest, folder, splits=SPLITS)
    (folder / "nv").mkdir()
    (folder / "nv" / "A.jpg").write_bytes(b"mine")

    with pytest.raises(DataError) as refusal:
        lay_out(manifest, folder, how=how)

    assert refusal.value.code == "data.folder-taken"
    assert (folder / "nv" / "A.jpg").read_bytes() == b"mine"


def test_a_missing_picture_is_refused_before_anything_is_made(manifest, tmp_path):
    manifest.image_path(manifest.by_id["B"]).unlink()

    with pytest.raises(DataError, match="B") as refusal:
        lay_out(manifest, tmp_path / "out")

    assert refusal.value.code == "data.missing"
    assert not (tmp_path / "out").exists()


def test_a_manifest_that_points_at_something_else_than_a_picture_is_refused(manifest, tmp_path):
    rows = (replace(manifest.rows[0], path="../../etc/passwd"),)

    with pytest.raises(DataError) as refusal:
        lay_out(Manifest(manifest.path, rows), tmp_path / "out")

    assert refusal.value.code == "data.path"


def test_the_lists_must_be_of_this_manifest(manifest, tmp_path):
    with pytest.raises(DataError, match="Z") as refusal:
        lay_out(manifest, tmp_path / "out", splits=Splits(train=("Z",), validation=()))

    assert refusal.value.code == "data.unknown-id"
