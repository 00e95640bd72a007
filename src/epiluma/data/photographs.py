"""Photographs of anything but skin: what a model must refuse. A folder with `index.csv` (file, subject) and two lists.

Methods are chosen and fitted on the subjects of one list and reported on those of the other.
"""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from epiluma.data.csv_rows import read_rows
from epiluma.errors import DataError

INDEX_FILE = "index.csv"
CHOOSE, REPORT = "choose.txt", "report.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Photograph:
    """A picture of something else, and what it shows; pictures of one subject stay together."""

    path: Path
    subject: str


def read_photographs(folder: Path, *, subjects: Collection[str] | None = None) -> tuple[Photograph, ...]:
    """Read a folder's index.

    Args:
        folder: holds `index.csv` and the files it names.
        subjects: only these; None = all.

    Raises:
        DataError: no index, a subject that it does not hold, or nothing left.
    """
    rows = read_rows(folder / INDEX_FILE, required=("file", "subject"))
    unknown = sorted(set(subjects or ()) - {row["subject"] for row in rows})
    if unknown:
        raise DataError(f"{folder / INDEX_FILE} does not hold {', '.join(unknown[:5])}", code="data.unknown-id")
    found = tuple(
        Photograph(path=folder / row["file"], subject=row["subject"])
        for row in rows
        if subjects is None or row["subject"] in subjects
    )
    if not found:
        raise DataError(f"{folder / INDEX_FILE} names no photograph", code="data.missing")
    return found


def halve_subjects(subjects: Collection[str], *, seed: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split subjects by lot into the half to choose with and the half to report on, each sorted."""
    drawn = sorted(set(subjects))
    random.Random(seed).shuffle(drawn)  # noqa: S311 - a reproducible lot, not a secret
    half = (len(drawn) + 1) // 2
    return tuple(sorted(drawn[:half])), tuple(sorted(drawn[half:]))


def write_subjects(subjects: Sequence[str], path: Path, *, note: str) -> None:
    """Write a list of subjects, one a line, under a line of comment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in (f"# {note}", *subjects)), encoding="utf-8")


def read_subjects(path: Path) -> tuple[str, ...]:
    """Read a list of subjects.

    Raises:
        DataError: the list is missing or empty.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"no list of subjects at {path}: {error.strerror}", code="data.missing") from None
    subjects = tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    if not subjects:
        raise DataError(f"{path} names no subject", code="data.missing")
    return subjects
