"""Tables with HAM10000's or the ISIC Archive's column names become a manifest."""

from pathlib import Path

import pytest

from epiluma.data.archive import CODE_OF, OUTSIDE, diagnosis_of, modality_of
from epiluma.data.ham10000 import METADATA, import_ham10000
from epiluma.data.manifest import Manifest
from epiluma.data.table import Unknown, import_table
from epiluma.errors import DataError
from epiluma.taxonomy import CODES
from small_manifests import save_picture

ARCHIVE = """isic_id,attribution,copyright_license,age_approx,anatom_site_general,diagnosis_1,diagnosis_2,diagnosis_3,\
diagnosis_confirm_type,image_type,lesion_id,sex
ISIC_1,Clinic A,CC-BY,55,lower extremity,Malignant,Malignant melanocytic proliferations (Melanoma),Melanoma Invasive,\
histopathology,dermoscopic,IL_1,female
ISIC_2,Clinic A,CC-0,,,Benign,Benign melanocytic proliferations,Nevus,serial imaging showing no change,\
clinical: close-up,,
ISIC_3,Clinic A,CC-BY-NC,40,head/neck,,,,,TBP tile: close-up,IL_3,male
"""


def import_text(folder: Path, text: str, pictures: str, **options: object) -> Manifest:
    (folder / "table.csv").write_text(text)
    for seed, name in enumerate(pictures.split()):
        save_picture(folder / "pictures" / name, seed=seed)
    (folder / "pictures").mkdir(exist_ok=True)
    return import_table(folder / "table.csv", images=folder / "pictures", output=folder / "manifest.csv", **options)


def test_the_archives_export_is_put_into_our_words(tmp_path):
    rows = import_text(tmp_path, ARCHIVE, "ISIC_1.jpg more/ISIC_2.png ISIC_3.jpeg").rows

    assert [(r.image_id, r.path, r.lesion_id, r.dx, r.dx_type) for r in rows] == [
        ("ISIC_1", "pictures/ISIC_1.jpg", "IL_1", "mel", "histo"),
        ("ISIC_2", "pictures/more/ISIC_2.png", "ISIC_2", "nv", "follow_up"),
        ("ISIC_3", "pictures/ISIC_3.jpeg", "IL_3", "", ""),
    ]
    assert [(r.age_years, r.sex, r.localization) for r in rows] == [
        (55.0, "female", "lower extremity"),
        (None, "unknown", "unknown"),
        (40.0, "male", "head/neck"),
    ]
    assert [(r.modality, r.license, r.source) for r in rows] == [
        ("dermoscopic", "CC-BY-4.0", "Clinic A"),
        ("clinical", "CC0-1.0", "Clinic A"),
        ("clinical", "CC-BY-NC-4.0", "Clinic A"),
    ]


def test_ham10000s_own_table_gives_what_its_import_gives(drawn_folder, drawn_manifest, tmp_path):
    manifest = import_table(drawn_folder / METADATA, images=drawn_folder, output=tmp_path / "manifest.csv")

    expected = import_ham10000(drawn_folder, output=tmp_path / "expected.csv").rows
    kept = ("image_id", "path", "sha256", "lesion_id", "dx", "dx_type", "age_years", "sex", "localization")
    assert [[getattr(row, name) for name in kept] for row in manifest.rows] == [
        [getattr(row, name) for name in kept] for row in expected
    ]


def test_a_table_of_ids_alone_is_a_list_of_unlabelled_pictures(tmp_path):
    rows = import_text(tmp_path, "image_id\nA\nB\n", "A.jpg B.jpg").rows

    assert [(row.image_id, row.lesion_id, row.dx) for row in rows] == [("A", "A", ""), ("B", "B", "")]


UNKNOWN = "image_id,diagnosis\nA,nevus\nB,squamous cell carcinoma\nC,wart\nD,wart\n"


def test_other_diagnoses_are_refused_with_their_counts(tmp_path):
    with pytest.raises(DataError, match=r"3 rows .*'wart' \(2\), 'squamous cell carcinoma' \(1\)") as refusal:
        import_text(tmp_path, UNKNOWN, "A.jpg B.jpg C.jpg D.jpg")

    assert refusal.value.code == "data.dx"
    assert not (tmp_path / "manifest.csv").exists()


@pytest.mark.parametrize(
    ("unknown", "kept"),
    [(Unknown.SKIP, [("A", "nv")]), (Unknown.UNLABEL, [("A", "nv"), ("B", ""), ("C", ""), ("D", "")])],
)
def test_other_diagnoses_are_left_out_or_kept_without_one_where_asked(tmp_path, unknown, kept):
    rows = import_text(tmp_path, UNKNOWN, "A.jpg B.jpg C.jpg D.jpg", unknown=unknown).rows

    assert [(row.image_id, row.dx) for row in rows] == kept


def test_missing_pictures_are_refused_by_name_or_left_out_where_asked(tmp_path):
    with pytest.raises(DataError, match=r"1 of the 2 pictures .* B") as refusal:
        import_text(tmp_path, "image_id\nA\nB\n", "A.jpg")

    assert refusal.value.code == "data.missing"
    assert [row.image_id for row in import_text(tmp_path, "image_id\nA\nB\n", "", skip_missing=True).rows] == ["A"]


def test_a_table_none_of_whose_pictures_is_there_is_refused_even_then(tmp_path):
    with pytest.raises(DataError, match="2 of the 2"):
        import_text(tmp_path, "image_id\nA\nB\n", "C.jpg", skip_missing=True)


@pytest.mark.parametrize("value", ["../outside", "/etc/passwd", "pictures/A", "..\\A"])
def test_an_id_that_leads_out_of_the_folder_is_refused(tmp_path, value):
    save_picture(tmp_path / "outside.jpg", seed=1)

    with pytest.raises(DataError) as refusal:
        import_text(tmp_path, f"image_id\n{value}\n", "A.jpg")

    assert refusal.value.code == "data.id"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,dx\nA,nv\n", "data.columns"),
        ("image_id,dx\n", "data.empty"),
        ("image_id,dx\nA,nv\nA,nv\n", "data.duplicate-id"),
        ("image_id,age\nA,old\n", "data.age"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path, text, code):
    with pytest.raises(DataError) as refusal:
        import_text(tmp_path, text, "A.jpg")

    assert refusal.value.code == code


def test_a_missing_folder_of_pictures_is_refused(tmp_path):
    (tmp_path / "table.csv").write_text("image_id\nA\n")

    with pytest.raises(DataError, match="no such folder"):
        import_table(tmp_path / "table.csv", images=tmp_path / "absent", output=tmp_path / "manifest.csv")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"dx": "vasc", "diagnosis": "nevus"}, "vasc"),
        ({"dx": "wart"}, None),
        ({"dx": "", "diagnosis": "actinic keratosis"}, "akiec"),
        ({"diagnosis": "pigmented benign keratosis"}, "bkl"),
        ({"diagnosis_3": "Squamous cell carcinoma in situ"}, "akiec"),
        ({"diagnosis_3": "Squamous cell carcinoma, Invasive"}, None),
        ({"diagnosis_2": "Benign soft tissue proliferations - Vascular", "diagnosis_3": "Other vessel"}, "vasc"),
        ({"diagnosis_2": "Benign melanocytic proliferations", "diagnosis_3": "Lentigo simplex"}, None),
        ({"diagnosis_1": "Benign"}, None),
        ({"diagnosis_1": ""}, ""),
        ({}, ""),
    ],
)
def test_the_finest_diagnosis_that_is_known_decides(row, code):
    assert diagnosis_of(row) == code


def test_every_code_of_the_archives_names_is_one_of_the_seven():
    assert set(CODE_OF.values()) == {*CODES, OUTSIDE}


@pytest.mark.parametrize(
    ("image_type", "modality"),
    [
        ("dermoscopic", "dermoscopic"),
        ("clinical: overview", "clinical"),
        ("TBP tile: overview", "clinical"),
        ("RCM: tile", "unknown"),
    ],
)
def test_how_a_picture_was_taken_is_read(image_type, modality):
    assert modality_of(image_type) == modality


@pytest.mark.data
def test_the_outside_validation_set_is_imported(data_folder, tmp_path):
    folder = data_folder / "isic2018_task3_validation"

    rows = import_table(folder / "metadata.csv", images=folder, output=tmp_path / "manifest.csv").rows

    assert len(rows) == 193
    assert len({row.lesion_id for row in rows}) == 145
