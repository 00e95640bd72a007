"""A table of pictures becomes a manifest: HAM10000's column names, or those of the ISIC Archive's metadata export."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from epiluma.data.archive import CONFIRMED_BY, LICENSES, diagnosis_of, diagnosis_words, modality_of
from epiluma.data.csv_rows import read_rows
from epiluma.data.folder import list_pictures
from epiluma.data.ham10000 import known_same_lesions, merge_same_lesions
from epiluma.data.manifest import (
    Manifest,
    ManifestRow,
    Progress,
    check_id,
    file_sha256,
    parse_age,
    relative_path,
    write_manifest,
)
from epiluma.errors import DataError
from epiluma.records import Modality
from epiluma.taxonomy import CODES

ID_COLUMNS = ("image_id", "isic_id")

_Record = Mapping[str, str]


class Unknown(StrEnum):
    """What to do with a diagnosis that is none of the seven."""

    REFUSE = "refuse"
    SKIP = "skip"  # leave the picture out
    UNLABEL = "unlabel"  # keep the picture without a diagnosis


def import_table(
    table: Path,
    *,
    images: Path,
    output: Path,
    unknown: Unknown = Unknown.REFUSE,
    skip_missing: bool = False,
    modality: Modality = Modality.UNKNOWN,
    progress: Progress | None = None,
) -> Manifest:
    """Write the manifest of the pictures a table describes.

    Columns that are read: `image_id` or `isic_id` (needed); `lesion_id`; `dx`, or `diagnosis_1` … `diagnosis_5`, or
    `diagnosis`; `dx_type` or `diagnosis_confirm_type`; `age` or `age_approx`; `sex`; `localization` or
    `anatom_site_general`; `image_type`; `copyright_license`; `attribution`. A row without a diagnosis is an
    unlabelled picture; one without a lesion id is a lesion of its own.

    Args:
        table: the CSV file.
        images: the folder, with folders inside, that holds ID.jpg, .jpeg, .png or .webp.
        output: the manifest to write.
        unknown: what to do with other diagnoses.
        skip_missing: leave rows out whose picture is not there, instead of refusing.
        modality: of rows without an `image_type`.
        progress: told about every picture.

    Raises:
        DataError: a missing table or folder, no id column, an id that could not be a file name, a diagnosis that is
            none of the seven, or pictures that are missing.
    """
    records = read_rows(table)
    id_column = _id_column(table, records)
    if not images.is_dir():
        raise DataError(f"no such folder of pictures: {images}.", code="data.missing")
    labelled = _labelled(table, records, unknown)
    kept = _present(table, labelled, id_column, images, skip_missing=skip_missing)
    rows = []
    for done, (record, dx, path) in enumerate(kept, start=1):
        try:
            rows.append(_row(record, record[id_column], dx, path, output, modality))
        except DataError as error:
            raise DataError(f"{table}, {record[id_column]}: {error.message}", code=error.code) from None
        if progress:
            progress("Importing", done, len(kept))
    return write_manifest(merge_same_lesions(rows, known_same_lesions()), output)


def _id_column(table: Path, records: Sequence[_Record]) -> str:
    if not records:
        raise DataError(f"{table} has no rows.", code="data.empty")
    columns = records[0].keys()
    for column in ID_COLUMNS:
        if column in columns:
            return column
    raise DataError(
        f"{table} needs a column {' or '.join(ID_COLUMNS)}; its columns are {', '.join(columns)}.", code="data.columns"
    )


def _labelled(table: Path, records: Sequence[_Record], unknown: Unknown) -> list[tuple[_Record, str]]:
    """Return every row that stays, with the code of its diagnosis."""
    codes = [diagnosis_of(record) for record in records]
    others = Counter(diagnosis_words(record) for record, code in zip(records, codes, strict=True) if code is None)
    if others and unknown is Unknown.REFUSE:
        found = ", ".join(f"{words!r} ({count})" for words, count in others.most_common(10))
        raise DataError(
            f"{table}: {sum(others.values())} rows have a diagnosis that is none of {', '.join(CODES)}: {found}"
            f"{' …' if len(others) > 10 else ''}. Correct them, or leave them out (--unknown skip), or keep the "
            "pictures without a diagnosis (--unknown unlabel).",
            code="data.dx",
        )
    paired = zip(records, codes, strict=True)
    return [(record, code or "") for record, code in paired if code is not None or unknown is Unknown.UNLABEL]


def _present(
    table: Path, labelled: Sequence[tuple[_Record, str]], id_column: str, images: Path, *, skip_missing: bool
) -> list[tuple[_Record, str, Path]]:
    """Return every row whose picture is there, with its path; ids are looked up, never made into a path."""
    paths: dict[str, Path] = {}
    for path in list_pictures(images):
        paths.setdefault(path.stem, path)
    for record, _ in labelled:
        check_id(id_column, record[id_column])
    missing = [record[id_column] for record, _ in labelled if record[id_column] not in paths]
    if missing and (not skip_missing or len(missing) == len(labelled)):
        raise DataError(
            f"{len(missing)} of the {len(labelled)} pictures in {table} are not under {images}: "
            f"{', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}. Give the folder they are in, or leave them "
            "out with --skip-missing.",
            code="data.missing",
        )
    return [(record, dx, paths[record[id_column]]) for record, dx in labelled if record[id_column] in paths]


def _row(record: _Record, image_id: str, dx: str, path: Path, output: Path, modality: Modality) -> ManifestRow:
    confirmed = record.get("dx_type") or record.get("diagnosis_confirm_type", "")
    license_ = record.get("copyright_license", "")
    return ManifestRow(
        image_id=image_id,
        path=relative_path(path, manifest=output),
        sha256=file_sha256(path),
        lesion_id=record.get("lesion_id") or image_id,
        dx=dx,
        dx_type=CONFIRMED_BY.get(confirmed.lower(), confirmed),
        age_years=parse_age(record.get("age") or record.get("age_approx", "")),
        sex=record.get("sex") or "unknown",
        localization=record.get("localization") or record.get("anatom_site_general") or "unknown",
        source=record.get("attribution") or record.get("dataset") or "",
        modality=modality_of(record["image_type"]) if record.get("image_type") else modality,
        license=LICENSES.get(license_, license_),
    )
