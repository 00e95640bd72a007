"""Photographs of anything but skin are split by subject, once, and both halves are written down."""

from pathlib import Path

import pytest

from epiluma.data.photographs import halve_subjects, read_photographs, read_subjects, write_subjects
from epiluma.errors import DataError

LISTS = Path(__file__).parents[2] / "configs" / "non_lesion"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "index.csv").write_text("file,subject\na.jpg,cat\nb.jpg,dog\nc.jpg,cat\n")
    return tmp_path


def test_photographs_of_a_subject_come_together(folder: Path) -> None:
    found = read_photographs(folder, subjects={"cat"})

    assert [(photo.path.name, photo.subject) for photo in found] == [("a.jpg", "cat"), ("c.jpg", "cat")]
    assert len(read_photographs(folder)) == 3


def test_a_subject_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(DataError, match="cow"):
        read_photographs(folder, subjects={"cat", "cow"})


def test_an_index_without_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text("file,subject\n")

    with pytest.raises(DataError, match="no photograph"):
        read_photographs(tmp_path)


def test_halves_share_no_subject_and_are_the_same_every_time() -> None:
    chosen, reported = halve_subjects(["d", "a", "c", "b", "a"], seed=1)

    assert sorted(chosen + reported) == ["a", "b", "c", "d"]
    assert len(chosen) == len(reported) == 2
    assert halve_subjects(["a", "b", "c", "d"], seed=1) == (chosen, reported)


def test_a_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_subjects(["bricks", "cat"], tmp_path / "lists" / "choose.txt", note="two of four")

    assert read_subjects(tmp_path / "lists" / "choose.txt") == ("bricks", "cat")
    with pytest.raises(DataError, match="no list"):
        read_subjects(tmp_path / "report.txt")


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "choose.txt").write_text("# nothing\n")

    with pytest.raises(DataError, match="no subject"):
        read_subjects(tmp_path / "choose.txt")


def test_the_committed_lists_are_halves_that_share_nothing() -> None:
    chosen, reported = (read_subjects(LISTS / name) for name in ("choose.txt", "report.txt"))

    assert (len(chosen), len(reported)) == (80, 80)
    assert set(chosen).isdisjoint(reported)
    assert halve_subjects(chosen + reported, seed=1) == (chosen, reported)
