"""Splits by lesion: drawn, written, read."""

from collections import Counter
from pathlib import Path

import pytest

from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.data.split import (
    Splits,
    check_free,
    default_splits,
    read_splits,
    read_splits_for,
    split_manifest,
    write_splits,
)
from epiluma.data.split_recipes import draw_grouped
from epiluma.errors import DataError, LeakError


def manifest_of(lesions: list[tuple[str, int]]) -> Manifest:
    """Return a manifest with so many pictures of a lesion of each dx."""
    return Manifest(
        Path("manifest.csv"),
        tuple(
            ManifestRow(image_id=f"I{lesion}_{picture}", path="x.jpg", sha256="", lesion_id=f"L{lesion}", dx=dx)
            for lesion, (dx, pictures) in enumerate(lesions)
            for picture in range(pictures)
        ),
    )


# 100 naevi and 40 melanomas, every fourth lesion with three pictures: 210 pictures.
LESIONS = manifest_of([(dx, 3 if i % 4 == 0 else 1) for dx, n in (("nv", 100), ("mel", 40)) for i in range(n)])


def lesions_of(manifest: Manifest, ids: tuple[str, ...]) -> set[str]:
    return {manifest.by_id[image].lesion_id for image in ids}


def test_no_lesion_is_in_two_splits_and_no_picture_is_left_out():
    splits = split_manifest(LESIONS, seed=1)

    lesions = [lesions_of(LESIONS, ids) for ids in splits.as_dict().values()]
    assert sum(map(len, lesions)) == len(set.union(*lesions)) == 140
    assert sorted(splits.train + splits.validation + splits.test) == sorted(LESIONS.by_id)


def test_the_shares_are_70_15_15_for_every_diagnosis():
    splits = split_manifest(LESIONS, seed=1)

    # 150 pictures of naevi and 60 of melanomas: 15 % are 22.5 and 9.
    for ids in (splits.validation, splits.test):
        counts = Counter(LESIONS.by_id[image].dx for image in ids)
        assert abs(counts["nv"] - 22.5) <= 1.5
        assert abs(counts["mel"] - 9) <= 1


def test_every_class_of_a_small_set_is_in_every_split():
    few = manifest_of([(dx, 1) for dx, n in (("nv", 60), ("mel", 20), ("df", 6), ("vasc", 5)) for _ in range(n)])

    splits = split_manifest(few, seed=3)

    for ids in splits.as_dict().values():
        assert {few.by_id[image].dx for image in ids} == {"nv", "mel", "df", "vasc"}


def test_the_same_seed_draws_the_same_split_whatever_the_order_of_the_rows():
    shuffled = Manifest(LESIONS.path, LESIONS.rows[::-1])

    assert split_manifest(LESIONS, seed=1) == split_manifest(shuffled, seed=1)
    assert split_manifest(LESIONS, seed=1) != split_manifest(LESIONS, seed=2)


def test_lesions_of_one_group_stay_together():
    groups = {f"L{lesion}": f"L{lesion - lesion % 2}" for lesion in range(140)}

    splits = split_manifest(LESIONS, seed=1, groups=groups)

    halves = [{groups[lesion] for lesion in lesions_of(LESIONS, ids)} for ids in splits.as_dict().values()]
    assert sum(map(len, halves)) == len(set.union(*halves)) == 70


def test_unlabelled_pictures_are_in_no_split():
    more = Manifest(LESIONS.path, (*LESIONS.rows, ManifestRow(image_id="U", path="u.jpg", sha256="", lesion_id="U")))

    splits = split_manifest(more, seed=1)

    assert "U" not in splits.train + splits.validation + splits.test
    assert splits == split_manifest(LESIONS, seed=1)


def test_a_small_set_is_split_into_sevenths():
    small = manifest_of([("nv", 1)] * 14 + [("mel", 1)] * 7)

    splits = split_manifest(small, seed=1)

    for ids in (splits.validation, splits.test):
        assert Counter(small.by_id[image].dx for image in ids) == {"nv": 2, "mel": 1}
    assert len(splits.train) == 15


@pytest.mark.parametrize("lesions", [[], [("nv", 1)] * 6, [("nv", 30)], [("nv", 1), ("mel", 1)] * 6])
def test_too_few_lesions_are_refused_in_plain_words(lesions):
    with pytest.raises(DataError, match="at least 7 lesions") as refusal:
        split_manifest(manifest_of(lesions), seed=1)

    assert refusal.value.code == "data.too-few"


def test_lists_are_sorted_start_with_their_note_and_are_read_again(tmp_path):
    splits = Splits(train=("A", "B"), validation=("C",), test=("D",))

    write_splits(Splits(train=("B", "A"), validation=("C",), test=("D",)), tmp_path / "s", note="seed 7")

    assert (tmp_path / "s" / "train.txt").read_bytes() == b"# seed 7\nA\nB\n"
    assert read_splits(tmp_path / "s") == splits


def test_a_split_may_have_no_test_part(tmp_path):
    write_splits(Splits(train=("A",), validation=("B",), test=("C",)), tmp_path, note="old")
    write_splits(Splits(train=("A",), validation=("B",)), tmp_path, note="new")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["train.txt", "validation.txt"]
    assert read_splits(tmp_path).test == ()


def test_lists_saved_on_windows_are_read(tmp_path):
    (tmp_path / "train.txt").write_bytes(b"\xef\xbb\xbf# note\r\nB\r\nA \r\n\r\n")
    (tmp_path / "validation.txt").write_bytes(b"C\r\n")

    assert read_splits(tmp_path) == Splits(train=("A", "B"), validation=("C",))


@pytest.mark.parametrize(("validation", "said"), [("A\n", "again in validation.txt"), ("C\nC\n", "validation.txt")])
def test_a_picture_listed_twice_is_refused_by_name_unless_an_audit_asks(tmp_path, validation, said):
    (tmp_path / "train.txt").write_text("A\n")
    (tmp_path / "validation.txt").write_text(validation)

    with pytest.raises(LeakError, match=said) as refusal:
        read_splits(tmp_path)

    assert refusal.value.exit_status == 1
    assert read_splits(tmp_path, strict=False).train == ("A",)


def test_a_folder_without_lists_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"train\.txt"):
        read_splits(tmp_path)


def test_an_id_that_leads_out_of_a_folder_is_refused(tmp_path):
    (tmp_path / "train.txt").write_text("../../A\n")
    (tmp_path / "validation.txt").write_text("B\n")

    with pytest.raises(DataError) as refusal:
        read_splits(tmp_path)

    assert refusal.value.code == "data.id"


def test_an_unknown_split_is_refused_by_name():
    with pytest.raises(DataError, match="'val'"):
        Splits(train=(), validation=()).of("val")


def test_a_folder_with_lists_is_not_free(tmp_path):
    check_free(tmp_path)
    (tmp_path / "test.txt").write_text("A\n")

    with pytest.raises(DataError, match=r"test\.txt") as refusal:
        check_free(tmp_path)

    assert refusal.value.code == "data.folder-taken"


def test_the_committed_lists_count_only_for_pictures_they_name():
    known = ManifestRow(image_id=read_splits(default_splits()).test[0], path="x.jpg", sha256="", lesion_id="L")

    assert read_splits_for(LESIONS, None) is None
    assert read_splits_for(Manifest(LESIONS.path, (known,)), None) == read_splits(default_splits())


def test_the_committed_lists_are_whole_and_say_how_they_were_drawn():
    splits = read_splits(default_splits())

    assert [len(ids) for ids in splits.as_dict().values()] == [7011, 1502, 1502]
    assert "--seed 1;" in (default_splits() / "train.txt").read_text().splitlines()[0]


def test_drawn_lesions_are_split_with_every_class_everywhere(drawn_manifest):
    drawn = draw_grouped(drawn_manifest.path, seed=1)

    for ids in drawn.splits.as_dict().values():
        assert len({drawn_manifest.by_id[image].dx for image in ids}) == 7
    assert "--seed 1; grouped by lesion (0 joined by near duplicates)" in drawn.note


@pytest.mark.data
def test_the_committed_lists_are_drawn_again_from_the_real_data_set(data_folder, tmp_path):
    # Without the search for near duplicates, which joins no two lesions of HAM10000 (test_duplicates).
    manifest = import_ham10000(data_folder / "ham10000", output=tmp_path / "manifest.csv")

    assert split_manifest(manifest, seed=1) == read_splits(default_splits())
