"""Class folders become a manifest."""

import pytest

from epiluma.data.folder import code_of_name, import_folder
from epiluma.data.layout import How, lay_out
from epiluma.data.manifest import read_manifest
from epiluma.errors import DataError
from epiluma.records import Modality
from epiluma.taxonomy import BY_CODE
from small_manifests import save_picture


def test_the_folder_a_picture_lies_in_names_its_diagnosis(tmp_path):
    for seed, name in enumerate(
        ["nv/a.jpg", "train/MEL/b.JPG", "Basal cell carcinoma/c.png", "unlabelled/d.jpeg", "e.jpg"]
    ):
        save_picture(tmp_path / "clinic" / name, seed=seed)
    (tmp_path / "clinic" / "nv" / "notes.txt").write_text("not a picture")
    save_picture(tmp_path / "clinic" / "nv" / ".thumb.jpg", seed=9)

    manifest = import_folder(
        tmp_path / "clinic", output=tmp_path / "manifest.csv", modality=Modality.DERMOSCOPIC, license="CC0-1.0"
    )

    assert {row.image_id: (row.dx, row.lesion_id) for row in manifest.rows} == {
        "a": ("nv", "a"), "b": ("mel", "b"), "c": ("bcc", "c"), "d": ("", "d"), "e": ("", "e"),
    }  # fmt: skip
    assert {(row.modality, row.license, row.source) for row in manifest.rows} == {("dermoscopic", "CC0-1.0", "clinic")}
    assert read_manifest(tmp_path / "manifest.csv") == manifest


def test_every_diagnosis_is_known_by_its_code_and_its_name():
    for code, diagnosis in BY_CODE.items():
        assert code_of_name(code.upper()) == code
        assert code_of_name(diagnosis.name.replace(" ", "_")) == code


def test_a_folder_that_is_no_diagnosis_is_refused_by_name(tmp_path):
    save_picture(tmp_path / "nv" / "a.jpg", seed=1)
    save_picture(tmp_path / "wart" / "b.jpg", seed=2)

    with pytest.raises(DataError, match=r"wart \(1 pictures\).*akiec") as refusal:
        import_folder(tmp_path, output=tmp_path / "manifest.csv")

    assert refusal.value.code == "data.dx"
    assert not (tmp_path / "manifest.csv").exists()


def test_two_pictures_with_one_name_are_refused(tmp_path):
    save_picture(tmp_path / "nv" / "a.jpg", seed=1)
    save_picture(tmp_path / "mel" / "a.jpg", seed=2)

    with pytest.raises(DataError) as refusal:
        import_folder(tmp_path, output=tmp_path / "manifest.csv")

    assert refusal.value.code == "data.duplicate-id"


@pytest.mark.parametrize("name", [".", "absent"])
def test_a_folder_without_pictures_is_refused(tmp_path, name):
    with pytest.raises(DataError, match=r"no pictures|no such folder"):
        import_folder(tmp_path / name, output=tmp_path / "manifest.csv")


def test_a_pattern_finds_the_lesion_in_the_name(tmp_path):
    for seed, name in enumerate(["p7_1", "p7_2", "p8_1"]):
        save_picture(tmp_path / "nv" / f"{name}.jpg", seed=seed)

    manifest = import_folder(tmp_path, output=tmp_path / "manifest.csv", lesion_pattern="(.+)_[0-9]+")

    assert [row.lesion_id for row in manifest.rows] == ["p7", "p7", "p8"]


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(", "not a regular expression"),
        (".+", "one group"),
        ("(.)(.)", "one group"),
        ("x(.+)", "does not fit the file"),
    ],
)
def test_a_pattern_that_does_not_work_is_refused(tmp_path, pattern, said):
    save_picture(tmp_path / "nv" / "a.jpg", seed=1)

    with pytest.raises(DataError, match=said) as refusal:
        import_folder(tmp_path, output=tmp_path / "manifest.csv", lesion_pattern=pattern)

    assert refusal.value.code == "data.lesion-pattern"


def test_what_was_laid_out_is_imported_again_with_the_same_diagnoses(drawn_manifest, tmp_path):
    lay_out(drawn_manifest, tmp_path / "folders", how=How.COPY)

    manifest = import_folder(tmp_path / "folders", output=tmp_path / "manifest.csv")

    original = {row.image_id: (row.dx, row.sha256) for row in drawn_manifest.rows}
    assert {row.image_id: (row.dx, row.sha256) for row in manifest.rows} == original
