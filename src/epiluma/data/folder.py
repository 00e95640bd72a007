"""A folder of class folders becomes a manifest: `DIR/nv/….jpg`, `DIR/melanoma/….png`."""

import re
from collections import Counter
from pathlib import Path

from epiluma.data.manifest import Manifest, ManifestRow, Progress, file_sha256, relative_path, write_manifest
from epiluma.errors import DataError
from epiluma.records import Modality
from epiluma.taxonomy import BY_CODE, CODES

PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
UNLABELLED = "unlabelled"


def import_folder(
    folder: Path,
    *,
    output: Path,
    modality: Modality = Modality.UNKNOWN,
    license: str = "",
    lesion_pattern: str | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write the manifest of pictures that lie in a folder per diagnosis.

    The folder a picture lies in names its diagnosis, by code or by name, in any case. Pictures in `unlabelled` or in
    FOLDER itself have none. Folders above (such as `train/nv`) are walked through.

    Args:
        folder: the top.
        output: the manifest to write.
        modality: how the pictures were taken.
        license: of the pictures.
        lesion_pattern: a regular expression with one group that finds the lesion's id in a file's name, such as
            `(.+)_[0-9]+`. Without it every picture is a lesion of its own.
        progress: told about every picture.

    Raises:
        DataError: no such folder, no pictures, a folder whose name is no diagnosis, two pictures with one name, or a
            pattern that does not fit.
    """
    if not folder.is_dir():
        raise DataError(f"no such folder: {folder}.", code="data.missing")
    pictures = list_pictures(folder)
    if not pictures:
        endings = ", ".join(PICTURE_ENDINGS)
        raise DataError(f"{folder} holds no pictures; expected files that end in {endings}.", code="data.empty")
    codes = _codes_of_folders(folder, pictures)
    pattern = _compile(lesion_pattern)
    rows = []
    for done, path in enumerate(pictures, start=1):
        rows.append(
            ManifestRow(
                image_id=path.stem,
                path=relative_path(path, manifest=output),
                sha256=file_sha256(path),
                lesion_id=_lesion_id(path, pattern),
                dx=codes[path.parent],
                source=folder.resolve().name,
                modality=modality,
                license=license,
            )
        )
        if progress:
            progress("Importing", done, len(pictures))
    return write_manifest(rows, output)


def list_pictures(folder: Path) -> list[Path]:
    """Return the pictures under a folder, sorted, without hidden files."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in PICTURE_ENDINGS
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def code_of_name(name: str) -> str | None:
    """Return the code of a diagnosis given by code or by name in any case, or None where there is no such one.

    Example:
        >>> code_of_name("Basal_Cell_Carcinoma"), code_of_name("MEL"), code_of_name("wart")
        ('bcc', 'mel', None)
    """
    plain = re.sub(r"[\s_-]+", " ", name).strip().lower()
    names = {re.sub(r"[\s_-]+", " ", diagnosis.name).lower(): code for code, diagnosis in BY_CODE.items()}
    return plain if plain in CODES else names.get(plain)


def _codes_of_folders(folder: Path, pictures: list[Path]) -> dict[Path, str]:
    codes: dict[Path, str] = {}
    unknown: Counter[str] = Counter()
    for path in pictures:
        parent = path.parent
        code = "" if parent == folder or parent.name.lower() == UNLABELLED else code_of_name(parent.name)
        if code is None:
            unknown[str(parent.relative_to(folder))] += 1
        else:
            codes[parent] = code
    if unknown:
        found = ", ".join(f"{name} ({count} pictures)" for name, count in sorted(unknown.items()))
        raise DataError(
            f"{folder}: these folders are named after none of the seven diagnoses: {found}. Rename them to one of "
            f"{', '.join(CODES)}, or to {UNLABELLED}.",
            code="data.dx",
        )
    return codes


def _compile(pattern: str | None) -> re.Pattern[str] | None:
    if pattern is None:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise DataError(f"{pattern!r} is not a regular expression: {error}.", code="data.lesion-pattern") from None
    if compiled.groups != 1:
        raise DataError(
            f"the lesion pattern needs one group in parentheses, such as '(.+)_[0-9]+'; found {pattern!r}.",
            code="data.lesion-pattern",
        )
    return compiled


def _lesion_id(path: Path, pattern: re.Pattern[str] | None) -> str:
    if pattern is None:
        return path.stem
    match = pattern.fullmatch(path.stem)
    if match is None:
        raise DataError(
            f"the lesion pattern {pattern.pattern!r} does not fit the file {path.name}; it must fit every name without "
            "its ending.",
            code="data.lesion-pattern",
        )
    return match.group(1)
