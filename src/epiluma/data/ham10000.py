"""HAM10000 in its official layout becomes a manifest.

Tschandl, Rosendahl, Kittler: The HAM10000 dataset, Scientific Data 5, 180161 (2018), doi 10.1038/sdata.2018.161.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from epiluma.data.csv_rows import first_repeated, read_rows
from epiluma.data.manifest import (
    Manifest,
    ManifestRow,
    Progress,
    file_sha256,
    parse_age,
    relative_path,
    write_manifest,
)
from epiluma.errors import DataError
from epiluma.records import Modality

METADATA = "HAM10000_metadata.csv"
METADATA_COLUMNS = ("lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization")
IMAGE_FOLDERS = ("HAM10000_images_part_1", "HAM10000_images_part_2", "HAM10000_images", "images", ".")
MASK_FOLDER = "HAM10000_segmentations_lesion_tschandl"
LICENSE = "CC-BY-NC-4.0"


def import_ham10000(folder: Path, *, output: Path, progress: Progress | None = None) -> Manifest:
    """Write the manifest of a copy of HAM10000.

    Pictures may lie in one folder or two; outlines are optional. Pictures known to show one lesion under two lesion
    ids get one id.

    Args:
        folder: holds `HAM10000_metadata.csv` (its name on the Dataverse, without `.csv`, is read too).
        output: the manifest to write; its paths are relative to it.
        progress: told about every picture.

    Raises:
        DataError: no such folder, no metadata, missing columns, unknown diagnoses, ids that stand there twice, or
            pictures that are missing, all named.
    """
    table = _metadata(folder)
    records = read_rows(table, required=METADATA_COLUMNS)
    _check_ids(table, records)
    pictures = find_files(folder, IMAGE_FOLDERS, ".jpg")
    masks = find_files(folder, (MASK_FOLDER, "masks"), "_segmentation.png")
    _check_pictures(folder, records, pictures)
    rows = []
    for done, record in enumerate(records, start=1):
        rows.append(_row(record, table=table, pictures=pictures, masks=masks, output=output))
        if progress:
            progress("Importing", done, len(records))
    return write_manifest(merge_same_lesions(rows, known_same_lesions()), output)


def known_same_lesions() -> list[tuple[str, str]]:
    """Return the pairs of image ids that are known to show one lesion under two lesion ids."""
    with as_file(files("epiluma.data") / "same_lesion.csv") as path:
        return [(row["image_id"], row["same_lesion_as"]) for row in read_rows(path)]


def merge_same_lesions(rows: Iterable[ManifestRow], pairs: Iterable[tuple[str, str]]) -> list[ManifestRow]:
    """Give both lesions of every pair the lesion id that sorts first; pairs with an absent picture change nothing."""
    merged = list(rows)
    lesion_of = {row.image_id: row.lesion_id for row in merged}
    for one, other in pairs:
        if one in lesion_of and other in lesion_of:
            kept, gone = sorted((lesion_of[one], lesion_of[other]))
            merged = [replace(row, lesion_id=kept) if row.lesion_id == gone else row for row in merged]
            lesion_of = {row.image_id: row.lesion_id for row in merged}
    return merged


def find_files(folder: Path, subfolders: Sequence[str], ending: str) -> dict[str, Path]:
    """Return the files with this ending by their name without it; where two have one name, the first folder's."""
    found: dict[str, Path] = {}
    for subfolder in subfolders:
        for path in sorted((folder / subfolder).glob("*")):
            if path.name.lower().endswith(ending) and path.is_file():
                found.setdefault(path.name[: -len(ending)], path)
    return found


def _metadata(folder: Path) -> Path:
    if not folder.is_dir():
        raise DataError(f"no such folder: {folder}. Give the folder that holds {METADATA}.", code="data.missing")
    for name in (METADATA, METADATA.removesuffix(".csv")):
        if (folder / name).is_file():
            return folder / name
    raise DataError(
        f"{METADATA} is not in {folder}. Give the folder that holds it and the image folders, or fetch one: "
        "epiluma data fetch ham10000 DIR",
        code="data.missing",
    )


def _check_ids(table: Path, records: Sequence[dict[str, str]]) -> None:
    twice = first_repeated(record["image_id"] for record in records)
    if twice is not None:
        raise DataError(f"{table}: the image id {twice} stands in two rows; keep one.", code="data.duplicate-id")
    if not records:
        raise DataError(f"{table} has column names but no rows.", code="data.empty")


def _check_pictures(folder: Path, records: Sequence[dict[str, str]], pictures: dict[str, Path]) -> None:
    missing = [record["image_id"] for record in records if record["image_id"] not in pictures]
    if missing:
        raise DataError(
            f"{len(missing)} of {len(records)} pictures named in the metadata are not in {folder} (looked in "
            f"{', '.join(IMAGE_FOLDERS[:-1])} and the folder itself): {', '.join(missing[:5])}"
            f"{' …' if len(missing) > 5 else ''}. Copy the missing .jpg files there.",
            code="data.missing",
        )


def _row(
    record: dict[str, str], *, table: Path, pictures: dict[str, Path], masks: dict[str, Path], output: Path
) -> ManifestRow:
    image_id = record["image_id"]
    mask = masks.get(image_id)
    try:
        return ManifestRow(
            image_id=image_id,
            path=relative_path(pictures[image_id], manifest=output),
            sha256=file_sha256(pictures[image_id]),
            lesion_id=record["lesion_id"] or image_id,
            dx=record["dx"],
            dx_type=record["dx_type"],
            age_years=parse_age(record["age"]),
            sex=record["sex"] or "unknown",
            localization=record["localization"] or "unknown",
            mask_path=relative_path(mask, manifest=output) if mask else "",
            source=record.get("dataset") or "HAM10000",
            modality=Modality.DERMOSCOPIC,
            license=LICENSE,
        )
    except DataError as error:
        raise DataError(f"{table}, {image_id}: {error.message}", code=error.code) from None
