"""trained_on.csv.gz: what a model has seen."""

import gzip
from pathlib import Path

import pytest

from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.data.trained_on import TrainedOn, Use, read_trained_on, refuse_trained_on, rows_of, write_trained_on
from epiluma.errors import DataError, LeakError

MANIFEST = Manifest(
    Path("manifest.csv"),
    tuple(
        ManifestRow(image_id=image, path="x.jpg", sha256="", lesion_id=lesion, dx="nv")
        for image, lesion in (("A1", "A"), ("A2", "A"), ("B", "B"), ("C", "C"))
    ),
)


def test_what_is_written_is_read_again_sorted_and_each_line_once(tmp_path):
    rows = [*rows_of(MANIFEST, ["B", "A1"], Use.TRAIN), *rows_of(MANIFEST, ["B"], Use.CALIBRATE)]

    write_trained_on([*rows, rows[0]], tmp_path / "trained_on.csv.gz")

    assert gzip.decompress((tmp_path / "trained_on.csv.gz").read_bytes()) == (
        b"image_id,lesion_id,use\nA1,A,train\nB,B,calibrate\nB,B,train\n"
    )
    assert set(read_trained_on(tmp_path / "trained_on.csv.gz")) == set(rows)


def test_the_same_rows_give_the_same_bytes_in_any_order(tmp_path):
    rows = rows_of(MANIFEST, ["A1", "B", "C"], Use.THRESHOLD)

    write_trained_on(rows, tmp_path / "one")
    write_trained_on(rows[::-1], tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"plain text",
        gzip.compress(b"image_id,lesion_id\nA,A\n"),
        gzip.compress(b"image_id,lesion_id,use\nA,A,guess\n"),
        gzip.compress(b"image_id,lesion_id,use\nA\n"),
        gzip.compress(b"image_id,lesion_id,use\nA,A,train\n")[:-9],
    ],
)
def test_a_file_that_is_no_such_list_is_refused(tmp_path, content):
    path = tmp_path / "trained_on.csv.gz"
    path.write_bytes(content)

    with pytest.raises(DataError) as refusal:
        read_trained_on(path)

    assert refusal.value.code == "data.trained-on"


def test_a_missing_list_is_refused(tmp_path):
    with pytest.raises(DataError) as refusal:
        read_trained_on(tmp_path / "absent")

    assert refusal.value.code == "data.missing"


@pytest.mark.parametrize("use", list(Use))
def test_another_picture_of_a_lesion_that_was_used_in_any_way_is_refused_by_the_lesions_name(use):
    seen = [TrainedOn(image_id="A1", lesion_id="A", use=use)]

    with pytest.raises(LeakError, match=r"1 of the lesions to be scored: A\.") as refusal:
        refuse_trained_on(MANIFEST.subset(["A2", "C"]), seen)

    assert refusal.value.exit_status == 1


def test_a_picture_that_was_used_is_refused_under_another_lesion_id_too():
    with pytest.raises(LeakError, match="scored: B"):
        refuse_trained_on(MANIFEST, [TrainedOn(image_id="B", lesion_id="renamed", use=Use.TRAIN)])


def test_lesions_that_were_never_seen_may_be_scored():
    assert refuse_trained_on(MANIFEST.subset(["C"]), rows_of(MANIFEST, ["A1", "B"], Use.TRAIN)) is None
