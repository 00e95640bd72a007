"""HAM10000's official layout becomes a manifest."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from epiluma.data.ham10000 import METADATA, import_ham10000, known_same_lesions, merge_same_lesions
from epiluma.data.manifest import Manifest, ManifestRow, file_sha256, read_manifest
from epiluma.errors import DataError
from small_manifests import save_picture

HEAD = "lesion_id,image_id,dx,dx_type,age,sex,localization\n"


def make_copy(folder: Path, rows: str, *, pictures: dict[str, str]) -> Path:
    """Write the metadata and save a picture for every id, in the subfolder given."""
    for seed, (image_id, subfolder) in enumerate(pictures.items()):
        save_picture(folder / subfolder / f"{image_id}.jpg", seed=seed)
    folder.mkdir(exist_ok=True)
    (folder / METADATA).write_text(HEAD + rows)
    return folder


def test_every_cell_of_the_metadata_arrives_in_its_place(tmp_path):
    folder = make_copy(
        tmp_path / "ham",
        "HAM_1,ISIC_1,mel,histo,80.0,male,scalp\nHAM_2,ISIC_2,nv,consensus,,unknown,unknown\n",
        pictures={"ISIC_1": "HAM10000_images_part_1", "ISIC_2": "HAM10000_images_part_2"},
    )
    mask = folder / "HAM10000_segmentations_lesion_tschandl" / "ISIC_1_segmentation.png"
    mask.parent.mkdir()
    mask.write_bytes(b"a mask")

    first, second = import_ham10000(folder, output=tmp_path / "manifest.csv").rows

    picture = folder / "HAM10000_images_part_1" / "ISIC_1.jpg"
    assert first == ManifestRow(
        image_id="ISIC_1",
        path="ham/HAM10000_images_part_1/ISIC_1.jpg",
        sha256=file_sha256(picture),
        lesion_id="HAM_1",
        dx="mel",
        dx_type="histo",
        age_years=80.0,
        sex="male",
        localization="scalp",
        mask_path="ham/HAM10000_segmentations_lesion_tschandl/ISIC_1_segmentation.png",
        source="HAM10000",
        modality="dermoscopic",
        license="CC-BY-NC-4.0",
    )
    assert (second.age_years, second.mask_path) == (None, "")
    assert second.path == "ham/HAM10000_images_part_2/ISIC_2.jpg"


@pytest.mark.parametrize("subfolder", ["HAM10000_images", "images", "."])
def test_the_pictures_may_lie_in_one_folder(tmp_path, subfolder):
    folder = make_copy(tmp_path, "HAM_1,ISIC_1,nv,histo,40,male,back\n", pictures={"ISIC_1": subfolder})

    manifest = import_ham10000(folder, output=tmp_path / "manifest.csv")

    assert manifest.image_path(manifest.rows[0]).is_file()


def test_the_metadata_may_have_the_dataverses_name_without_an_ending(tmp_path):
    folder = make_copy(tmp_path, "HAM_1,ISIC_1,nv,histo,40,male,back\n", pictures={"ISIC_1": "."})
    (folder / METADATA).rename(folder / "HAM10000_metadata")

    assert len(import_ham10000(folder, output=tmp_path / "manifest.csv").rows) == 1


def test_the_known_pair_under_two_lesion_ids_becomes_one_lesion(tmp_path):
    folder = make_copy(
        tmp_path,
        "HAM_0004919,ISIC_0025226,nv,histo,40,male,back\nHAM_0000140,ISIC_0030074,nv,histo,40,male,back\n"
        "HAM_3,ISIC_3,nv,histo,40,male,back\n",
        pictures={"ISIC_0025226": ".", "ISIC_0030074": ".", "ISIC_3": "."},
    )

    manifest = import_ham10000(folder, output=tmp_path / "manifest.csv")

    assert [row.lesion_id for row in manifest.rows] == ["HAM_0000140", "HAM_0000140", "HAM_3"]


def test_merging_moves_every_picture_of_both_lesions_and_passes_pairs_along():
    rows = [
        ManifestRow(image_id=image, path="x.jpg", sha256="", lesion_id=lesion)
        for image, lesion in (("a", "L3"), ("b", "L3"), ("c", "L2"), ("d", "L1"), ("e", "L9"))
    ]

    merged = merge_same_lesions(rows, [("a", "c"), ("c", "d"), ("e", "absent")])

    assert [row.lesion_id for row in merged] == ["L1", "L1", "L1", "L1", "L9"]


def test_the_committed_list_holds_the_known_pair():
    assert ("ISIC_0025226", "ISIC_0030074") in known_same_lesions()


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ("HAM_1,ISIC_1,wart,histo,40,male,back\n", "data.dx", "ISIC_1: the diagnosis (dx) 'wart' is unknown"),
        ("HAM_1,ISIC_1,nv,histo,40,male,back\n" * 2, "data.duplicate-id", "ISIC_1 stands in two rows"),
        ("HAM_1,ISIC_2,nv,histo,40,male,back\n", "data.missing", "1 of 1 pictures"),
        ("HAM_1,../ISIC_1,nv,histo,40,male,back\n", "data.missing", "../ISIC_1"),
        ("", "data.empty", "no rows"),
    ],
)
def test_metadata_that_does_not_fit_is_refused_with_the_reason(tmp_path, rows, code, said):
    folder = make_copy(tmp_path, rows, pictures={"ISIC_1": "."})

    with pytest.raises(DataError) as refusal:
        import_ham10000(folder, output=tmp_path / "manifest.csv")

    assert refusal.value.code == code
    assert said in refusal.value.message
    assert not (tmp_path / "manifest.csv").exists()


@pytest.mark.parametrize("folder", ["absent", "."])
def test_a_folder_without_metadata_is_refused(tmp_path, folder):
    with pytest.raises(DataError, match=METADATA) as refusal:
        import_ham10000(tmp_path / folder, output=tmp_path / "manifest.csv")

    assert refusal.value.code == "data.missing"


def test_progress_counts_every_picture(tmp_path):
    rows = "HAM_1,ISIC_1,nv,histo,40,male,back\nHAM_2,ISIC_2,nv,histo,40,male,back\n"
    folder = make_copy(tmp_path, rows, pictures={"ISIC_1": ".", "ISIC_2": "."})
    told = []

    import_ham10000(folder, output=tmp_path / "m.csv", progress=lambda *step: told.append(step))

    assert told == [("Importing", 1, 2), ("Importing", 2, 2)]


def test_drawn_lesions_are_imported_with_masks_and_several_pictures_of_some(drawn_manifest: Manifest):
    pictures = Counter(row.lesion_id for row in drawn_manifest.rows)

    assert len(pictures) == 130
    assert max(pictures.values()) > 1
    assert all(drawn_manifest.mask_path(row).is_file() for row in drawn_manifest.rows)
    assert read_manifest(drawn_manifest.path) == drawn_manifest


def test_a_moved_data_set_keeps_its_manifest(drawn_manifest: Manifest, tmp_path):
    moved = shutil.copytree(drawn_manifest.path.parent, tmp_path / "moved")

    manifest = read_manifest(moved / "manifest.csv")

    assert manifest.image_path(manifest.rows[0]).is_relative_to(moved)
    assert manifest.image_path(manifest.rows[0]).is_file()


@pytest.mark.data
def test_the_real_data_set_has_the_published_counts(data_folder, tmp_path):
    rows = import_ham10000(data_folder / "ham10000", output=tmp_path / "manifest.csv").rows

    assert Counter(row.dx for row in rows) == {
        "nv": 6705, "mel": 1113, "bkl": 1099, "bcc": 514, "akiec": 327, "vasc": 142, "df": 115,
    }  # fmt: skip
    assert Counter(row.dx_type for row in rows) == {
        "histo": 5340, "follow_up": 3704, "consensus": 902, "confocal": 69,
    }  # fmt: skip
    assert len({row.lesion_id for row in rows}) == 7469  # 7,470 ids, two of which are one lesion
    assert sum(row.age_years is None for row in rows) == 57
    assert sum(row.sex == "unknown" for row in rows) == 57
    assert len({row.localization for row in rows}) == 15
