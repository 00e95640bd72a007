"""manifest.csv: what every import writes and everything else reads."""

from pathlib import Path

import pytest

from epiluma.data.manifest import (
    COLUMNS,
    Manifest,
    ManifestRow,
    check_id,
    parse_age,
    read_manifest,
    relative_path,
    write_manifest,
)
from epiluma.errors import DataError
from epiluma.records import Modality
from small_manifests import make_manifest

ROW = ManifestRow(
    image_id="A",
    path="pictures/A.jpg",
    sha256="0" * 64,
    lesion_id="L1",
    dx="mel",
    dx_type="histo",
    age_years=52.5,
    sex="female",
    localization="back",
    mask_path="masks/A.png",
    source="clinic",
    modality=Modality.DERMOSCOPIC,
    license="CC0-1.0",
)


def test_the_columns_are_those_of_the_architecture_in_their_order():
    assert COLUMNS == (
        "image_id", "path", "sha256", "lesion_id", "dx", "dx_type", "age_years", "sex", "localization", "mask_path",
        "source", "modality", "license",
    )  # fmt: skip


def test_what_is_written_is_read_again(tmp_path):
    unlabelled = ManifestRow(image_id="B", path="B.png", sha256="1" * 64, lesion_id="L2")

    written = write_manifest([ROW, unlabelled], tmp_path / "manifest.csv")

    assert read_manifest(tmp_path / "manifest.csv") == written
    assert (tmp_path / "manifest.csv").read_text().splitlines()[2] == (
        f"B,B.png,{'1' * 64},L2,,,,unknown,unknown,,,unknown,"
    )


def test_a_picture_is_found_relative_to_the_manifest_and_not_to_where_one_stands(tmp_path, monkeypatch):
    manifest = make_manifest(tmp_path / "here", [("A", "L1", "nv")])
    monkeypatch.chdir(tmp_path)

    read = read_manifest(Path("here/manifest.csv"))

    assert read.image_path(read.rows[0]) == Path("here/A.jpg")
    assert read.image_path(read.rows[0]).is_file()
    assert read.mask_path(read.rows[0]) is None
    assert manifest.rows == read.rows


def test_a_path_to_a_sibling_folder_goes_up_and_has_forward_slashes(tmp_path):
    assert relative_path(tmp_path / "data" / "x" / "A.jpg", manifest=tmp_path / "out" / "m.csv") == "../data/x/A.jpg"


def test_two_rows_with_one_id_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(DataError) as refusal:
        write_manifest([ROW, ROW], tmp_path / "manifest.csv")

    assert refusal.value.code == "data.duplicate-id"
    assert "A stands in two rows" in refusal.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (",mel,", ",melanoma,", "data.dx", "'melanoma' is unknown; expected one of akiec, bcc"),
        (",52.5,", ",old,", "data.age", "found 'old'"),
        (",52.5,", ",152,", "data.age", "0 to 120"),
        (",dermoscopic,", ",x-ray,", "data.modality", "found 'x-ray'"),
        ("pictures/A.jpg", "/etc/passwd", "data.path", "relative to the manifest"),
        ("pictures/A.jpg", "C:\\A.jpg", "data.path", "relative to the manifest"),
        ("\nA,", "\n../A,", "data.id", "'../A'"),
    ],
)
def test_a_row_that_is_not_what_it_should_be_is_refused_by_its_number(tmp_path, old, new, code, said):
    path = tmp_path / "manifest.csv"
    write_manifest([ROW], path)
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(DataError) as refusal:
        read_manifest(path)

    assert refusal.value.code == code
    assert said in refusal.value.message
    assert "row 2" in refusal.value.message


def test_a_subset_keeps_the_manifests_order():
    rows = tuple(ManifestRow(image_id=name, path=f"{name}.jpg", sha256="", lesion_id=name) for name in "CAB")

    subset = Manifest(Path("m.csv"), rows).subset(["B", "C"])

    assert [row.image_id for row in subset.rows] == ["C", "B"]


def test_a_subset_with_an_unknown_id_is_refused_by_name():
    with pytest.raises(DataError, match="ISIC_9") as refusal:
        Manifest(Path("m.csv"), (ROW,)).subset(["A", "ISIC_9"])

    assert refusal.value.code == "data.unknown-id"


@pytest.mark.parametrize("value", ["", "..", ".hidden", "a/b", "a\\b", "C:x", " a", "a\n", "a\x00", "#a", "a*"])
def test_an_id_that_could_not_be_a_file_name_is_refused(value):
    with pytest.raises(DataError) as refusal:
        check_id("image_id", value)

    assert refusal.value.code == "data.id"


@pytest.mark.parametrize(
    ("text", "age"), [("80.0", 80.0), ("0", 0.0), ("", None), ("NA", None), ("nan", None), ("unknown", None)]
)
def test_an_age_is_a_number_or_not_known(text, age):
    assert parse_age(text) == age
