"""The audit finds what must be repaired, and notes what is good to know."""

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from epiluma.data.audit import audit_manifest, find_leaks, refuse_leaks
from epiluma.data.manifest import Manifest, file_sha256
from epiluma.data.split import Splits
from epiluma.errors import LeakError
from small_manifests import make_manifest

PICTURES = [("A1", "A", "nv"), ("A2", "A", "nv"), ("B", "B", "mel"), ("C", "C", "nv"), ("D", "D", "mel")]
CLEAN = Splits(train=("A1", "A2"), validation=("B",), test=("C", "D"))


@pytest.fixture
def manifest(tmp_path) -> Manifest:
    return make_manifest(tmp_path, PICTURES)


def altered(manifest: Manifest, image_id: str, **changes: object) -> Manifest:
    rows = [replace(row, **changes) if row.image_id == image_id else row for row in manifest.rows]
    return Manifest(manifest.path, tuple(rows))


def copied(manifest: Manifest, source: str, target: str) -> Manifest:
    """Put one picture's file in the place of another's, as an import would have found it."""
    source_path, target_path = (manifest.image_path(manifest.by_id[image]) for image in (source, target))
    shutil.copyfile(source_path, target_path)
    return altered(manifest, target, sha256=file_sha256(target_path))


def test_a_clean_manifest_and_split_have_no_findings_and_no_notes(manifest):
    report = audit_manifest(manifest, splits=CLEAN)

    assert (report.pictures, report.lesions) == (5, 4)
    assert (report.findings, report.notes) == ((), ())


def delete(manifest: Manifest) -> Manifest:
    manifest.image_path(manifest.by_id["B"]).unlink()
    return manifest


def truncate(manifest: Manifest) -> Manifest:
    path = manifest.image_path(manifest.by_id["B"])
    path.write_bytes(path.read_bytes()[:2000])
    return altered(manifest, "B", sha256=file_sha256(path))


def exchange(manifest: Manifest) -> Manifest:
    path = manifest.image_path(manifest.by_id["B"])
    Image.open(path).rotate(17).save(path)
    return manifest


def contradict(manifest: Manifest) -> Manifest:
    return altered(manifest, "A2", dx="mel")


def lose_mask(manifest: Manifest) -> Manifest:
    return altered(manifest, "B", mask_path="masks/B.png")


@pytest.mark.parametrize(
    ("damage", "code", "images", "lesions"),
    [
        (delete, "audit.missing-file", ("B",), ("B",)),
        (truncate, "audit.unreadable-file", ("B",), ("B",)),
        (exchange, "audit.changed-file", ("B",), ("B",)),
        (lose_mask, "audit.missing-file", ("B",), ("B",)),
        (contradict, "audit.two-diagnoses", ("A1", "A2"), ("A",)),
    ],
)
def test_what_is_damaged_is_a_finding_that_names_it(
    manifest, damage: Callable[[Manifest], Manifest], code, images, lesions
):
    report = audit_manifest(damage(manifest), splits=CLEAN)

    assert [(f.code, f.image_ids, f.lesion_ids) for f in report.findings] == [(code, images, lesions)]
    assert images[0] in report.findings[0].message or lesions[0] in report.findings[0].message


def test_a_lesion_in_two_splits_is_a_finding_that_names_it_and_its_pictures(manifest):
    leaky = Splits(train=("A1",), validation=("B",), test=("A2", "C", "D"))

    (finding,) = audit_manifest(manifest, splits=leaky).findings

    assert (finding.code, finding.lesion_ids) == ("audit.lesion-in-two-splits", ("A",))
    assert finding.message == ("A1 (train), A2 (test) are pictures of the lesion A, and stand in different splits")


def test_a_picture_listed_twice_is_a_finding(manifest):
    leaky = Splits(train=("A1", "A2", "B"), validation=("B",), test=("C", "D"))

    findings = audit_manifest(manifest, splits=leaky).findings

    assert [(f.code, f.image_ids) for f in findings] == [("audit.picture-in-two-splits", ("B",))]


def test_a_picture_listed_twice_in_one_list_is_a_finding(manifest):
    leaky = Splits(train=("A1", "A2"), validation=("B", "B"), test=("C", "D"))

    assert [f.image_ids for f in find_leaks(manifest, leaky)] == [("B",)]


def test_one_file_under_two_ids_in_two_splits_is_a_finding(manifest):
    codes = {f.code for f in audit_manifest(copied(manifest, "B", "D"), splits=CLEAN).findings}

    assert codes == {"audit.picture-in-two-splits", "audit.near-duplicate-in-two-splits"}


def test_a_near_duplicate_in_two_splits_is_a_finding_that_names_both_lesions(manifest):
    path = manifest.image_path(manifest.by_id["D"])
    Image.open(manifest.image_path(manifest.by_id["B"])).save(path, quality=60)
    resaved = altered(manifest, "D", sha256=file_sha256(path))

    (finding,) = audit_manifest(resaved, splits=CLEAN).findings

    assert finding.code == "audit.near-duplicate-in-two-splits"
    assert finding.lesion_ids == ("B", "D")


def test_a_duplicate_inside_a_lesion_is_a_note_and_no_finding(manifest):
    report = audit_manifest(copied(manifest, "A1", "A2"), splits=CLEAN)

    assert report.findings == ()
    assert [(note.code, note.message) for note in report.notes] == [
        ("audit.duplicate-in-lesion", "A1 and A2 are the same file")
    ]


def test_a_near_duplicate_of_two_lesions_in_one_split_is_a_note(manifest):
    report = audit_manifest(copied(manifest, "C", "D"), splits=CLEAN)

    assert report.findings == ()
    assert [(note.code, note.lesion_ids) for note in report.notes] == [("audit.near-duplicate", ("C", "D"))]


def test_unlabelled_unlisted_and_unknown_pictures_are_notes(manifest):
    report = audit_manifest(
        altered(manifest, "C", dx=""), splits=Splits(train=("A1", "A2"), validation=("B", "Z"), test=("C",))
    )

    assert report.findings == ()
    assert [(note.code, note.image_ids) for note in report.notes] == [
        ("audit.unlabelled", ("C",)),
        ("audit.not-in-manifest", ("Z",)),
        ("audit.in-no-split", ("D",)),
    ]


def test_without_splits_only_the_pictures_are_audited(manifest):
    assert audit_manifest(manifest).findings == ()


def test_every_picture_is_reported_as_progress(manifest):
    told = []

    audit_manifest(manifest, progress=lambda *step: told.append(step))

    assert told == [*(("Reading", done, 5) for done in (1, 2, 3, 4, 5)), ("Comparing", 5, 5)]


def test_a_report_as_json_has_all_of_it(manifest):
    leaky = Splits(train=("A1",), validation=("B",), test=("A2", "C", "D"))

    record = audit_manifest(manifest, splits=leaky).to_json()

    assert record == {
        "pictures": 5,
        "lesions": 4,
        "findings": [
            {
                "code": "audit.lesion-in-two-splits",
                "message": "A1 (train), A2 (test) are pictures of the lesion A, and stand in different splits",
                "image_ids": ["A1", "A2"],
                "lesion_ids": ["A"],
            }
        ],
        "notes": [],
    }


def test_training_is_refused_on_a_leak_and_the_lesions_are_named(manifest):
    with pytest.raises(LeakError, match=r"leak: A stand") as refusal:
        refuse_leaks(manifest, Splits(train=("A1",), validation=("A2",), test=()))

    assert refusal.value.exit_status == 1


def test_training_may_start_on_a_clean_split(manifest):
    assert refuse_leaks(manifest, CLEAN) is None
