"""manifest.csv: one row per picture; what every import writes and everything else reads.

It has no split column: a split is a folder of id lists (`epiluma.data.split`).
"""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from epiluma.data.csv_rows import first_repeated, read_rows, write_rows
from epiluma.errors import DataError
from epiluma.records import Modality
from epiluma.taxonomy import CODES

Progress = Callable[[str, int, int], None]  # what is being done, how many are done, of how many
OLDEST_YEARS = 120


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestRow:
    """One picture.

    Attributes:
        image_id: unique in the manifest; usable as a file name.
        path: of the picture, relative to the manifest's folder, with forward slashes.
        sha256: of the file's bytes, 64 hex digits.
        lesion_id: pictures of one place on the skin share it; never crosses a split.
        dx: one of the taxonomy's codes, or empty for an unlabelled picture.
        dx_type: how the diagnosis is known: histo, follow_up, consensus, confocal or empty.
        age_years: of the person, None where it is not known.
        sex: as in the source; `unknown` where it is not known.
        localization: the body site as in the source; `unknown` where it is not known.
        mask_path: of the lesion's outline, relative like `path`, or empty.
        source: where the picture comes from.
        modality: how it was taken.
        license: of the picture, as an SPDX identifier where there is one.
    """

    image_id: str
    path: str
    sha256: str
    lesion_id: str
    dx: str = ""
    dx_type: str = ""
    age_years: float | None = None
    sex: str = "unknown"
    localization: str = "unknown"
    mask_path: str = ""
    source: str = ""
    modality: Modality = Modality.UNKNOWN
    license: str = ""

    def __post_init__(self) -> None:
        check_id("image_id", self.image_id)
        check_id("lesion_id", self.lesion_id)
        if self.dx and self.dx not in CODES:
            raise DataError(
                f"{self.image_id}: the diagnosis (dx) {self.dx!r} is unknown; expected one of {', '.join(CODES)}, or "
                "nothing for an unlabelled picture.",
                code="data.dx",
            )
        if self.age_years is not None and not 0 <= self.age_years <= OLDEST_YEARS:
            raise DataError(
                f"{self.image_id}: expected an age of 0 to {OLDEST_YEARS} years, found {self.age_years:g}.",
                code="data.age",
            )
        for path in filter(None, (self.path, self.mask_path)):
            if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
                raise DataError(
                    f"{self.image_id}: paths are relative to the manifest; found {path!r}.", code="data.path"
                )


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(ManifestRow))


@dataclass(frozen=True)
class Manifest:
    """The rows of a manifest, in the order of the file, and where it lies.

    Raises:
        DataError: `data.duplicate-id`, when two rows have one image id.
    """

    path: Path
    rows: tuple[ManifestRow, ...]

    def __post_init__(self) -> None:
        twice = first_repeated(row.image_id for row in self.rows)
        if twice is not None:
            raise DataError(
                f"{self.path}: the image id {twice} stands in two rows; every picture needs its own.",
                code="data.duplicate-id",
            )

    @cached_property
    def by_id(self) -> dict[str, ManifestRow]:
        """The rows by image id."""
        return {row.image_id: row for row in self.rows}

    def image_path(self, row: ManifestRow) -> Path:
        """Return where the row's picture lies."""
        return self.path.parent / row.path

    def mask_path(self, row: ManifestRow) -> Path | None:
        """Return where the outline of the row's lesion lies, or None when it has none."""
        return self.path.parent / row.mask_path if row.mask_path else None

    def subset(self, image_ids: Collection[str]) -> "Manifest":
        """Return the manifest of these pictures, in this manifest's order.

        Raises:
            DataError: `data.unknown-id`, when an id is not in the manifest.
        """
        wanted = set(image_ids)
        unknown = sorted(wanted - self.by_id.keys())
        if unknown:
            raise DataError(
                f"{len(unknown)} image id(s) are not in {self.path}: {', '.join(unknown[:5])}"
                f"{' …' if len(unknown) > 5 else ''}. Is this the manifest the lists were made for?",
                code="data.unknown-id",
            )
        return Manifest(self.path, tuple(row for row in self.rows if row.image_id in wanted))


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        DataError: a missing file, missing columns, or a row that is not what it should be, named by its number.
    """
    rows = []
    for number, cells in enumerate(read_rows(path, required=COLUMNS), start=2):
        try:
            rows.append(_row(cells))
        except DataError as error:
            raise DataError(f"{path}, row {number}: {error.message}", code=error.code) from None
    return Manifest(path, tuple(rows))


def write_manifest(rows: Iterable[ManifestRow], path: Path) -> Manifest:
    """Write a manifest and return it; nothing is written when two rows have one id.

    Raises:
        DataError: `data.duplicate-id`.
    """
    manifest = Manifest(path, tuple(rows))
    write_rows(path, COLUMNS, ([_cell(getattr(row, name)) for name in COLUMNS] for row in manifest.rows))
    return manifest


def parse_age(text: str) -> float | None:
    """Return an age in years; None for an empty cell, `NA`, `nan` or `unknown`.

    Raises:
        DataError: `data.age`, when the text is no number.
    """
    if text.lower() in ("", "na", "nan", "none", "unknown"):
        return None
    try:
        return float(text)
    except ValueError:
        raise DataError(f"expected an age in years, found {text!r}.", code="data.age") from None


def parse_modality(text: str) -> Modality:
    """Return how a picture was taken.

    Raises:
        DataError: `data.modality`, when it is none of the known ones.
    """
    try:
        return Modality(text or Modality.UNKNOWN)
    except ValueError:
        raise DataError(f"expected modality {', '.join(Modality)}, found {text!r}.", code="data.modality") from None


def check_id(what: str, value: str) -> None:
    """Refuse an id that could not be a file name, so that no id ever leads out of a folder.

    Raises:
        DataError: `data.id`.
    """
    printable = value.isprintable() and value == value.strip()
    if not value or not printable or value[0] in ".#" or any(sign in value for sign in '/\\:*?"<>|'):
        raise DataError(
            f'{what} {value!r} cannot be used: expected a plain name without / \\ : * ? " < > | and not starting '
            "with a dot or #.",
            code="data.id",
        )


def relative_path(path: Path, *, manifest: Path) -> str:
    """Return `path` as it is written in a manifest.

    Raises:
        DataError: `data.path`, on Windows when the two lie on different drives.
    """
    try:
        return Path(os.path.relpath(path.resolve(), manifest.parent.resolve())).as_posix()
    except ValueError:
        raise DataError(
            f"{path} lies on another drive than {manifest}; write the manifest to the drive of the pictures.",
            code="data.path",
        ) from None


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits.

    Raises:
        DataError: `data.missing`, when it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", code="data.missing") from None


def _row(cells: dict[str, str]) -> ManifestRow:
    texts = {name: cells[name] for name in COLUMNS if name not in ("age_years", "modality")}
    return ManifestRow(**texts, age_years=parse_age(cells["age_years"]), modality=parse_modality(cells["modality"]))


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
