"""Class folders, as many training tools expect them, linked to or copied from the pictures of a manifest."""

import json
import os
import shutil
from enum import StrEnum
from pathlib import Path, PurePosixPath

from epiluma.data.folder import PICTURE_ENDINGS, UNLABELLED
from epiluma.data.manifest import Manifest, ManifestRow, Progress
from epiluma.data.split import NAMES, Splits
from epiluma.data.writing import writing
from epiluma.errors import DataError
from epiluma.taxonomy import CODES

RECORD = ".epiluma-layout.json"  # marks a folder as ours and lists what we put there


class How(StrEnum):
    """How a picture gets into a class folder."""

    LINK = "link"  # a symbolic link
    COPY = "copy"


def lay_out(
    manifest: Manifest,
    folder: Path,
    *,
    splits: Splits | None = None,
    how: How = How.LINK,
    progress: Progress | None = None,
) -> int:
    """Make `folder/train/nv/ID.jpg` and so on, or without splits `folder/nv/ID.jpg`.

    All seven class folders are made, empty ones too, so that tools that number folders number them alike. Unlabelled
    pictures go into `unlabelled`, and only without splits. The pictures themselves are only read. A folder that an
    earlier call laid out is laid out anew; only what that call made is removed.

    Args:
        manifest: the pictures.
        folder: new, empty, or laid out by an earlier call.
        splits: makes a folder for each; pictures in none are left out.
        how: link or copy.
        progress: told about every picture.

    Returns:
        How many pictures were laid out.

    Raises:
        DataError: `data.folder-taken`, `data.missing`, `data.unknown-id`, `data.link`, `data.path` or
            `data.write`.
    """
    plan = _plan(manifest, splits)
    _check_sources(manifest, plan)
    with writing(folder):
        _clear(folder)
        for part in _class_folders(splits):
            (folder / part).mkdir(parents=True, exist_ok=True)
            _check_own(folder, part)
        # The record comes first: after an interruption the next call knows what may be here.
        (folder / RECORD).write_text(json.dumps({"files": [str(target) for target in plan]}), encoding="utf-8")
        for done, (target, row) in enumerate(plan.items(), start=1):
            _place(manifest.image_path(row), folder / target, how)
            if progress:
                progress("Laying out", done, len(plan))
    return len(plan)


def _plan(manifest: Manifest, splits: Splits | None) -> dict[PurePosixPath, ManifestRow]:
    """Return the row of every file to make; names are made of checked ids and codes only."""
    if splits is None:
        return {PurePosixPath(row.dx or UNLABELLED, _name(row)): row for row in manifest.rows}
    return {
        PurePosixPath(name, row.dx, _name(row)): row
        for name in NAMES
        for row in manifest.subset(splits.of(name)).rows
        if row.dx
    }


def _name(row: ManifestRow) -> str:
    ending = PurePosixPath(row.path).suffix.lower()
    if ending not in PICTURE_ENDINGS:
        raise DataError(
            f"{row.image_id}: expected a picture ending in {', '.join(PICTURE_ENDINGS)}; found {row.path!r}.",
            code="data.path",
        )
    return row.image_id + ending


def _check_sources(manifest: Manifest, plan: dict[PurePosixPath, ManifestRow]) -> None:
    missing = [row.image_id for row in plan.values() if not manifest.image_path(row).is_file()]
    if missing:
        raise DataError(
            f"{len(missing)} pictures of {manifest.path} are not where it says: {', '.join(missing[:5])}"
            f"{' …' if len(missing) > 5 else ''}. Import again. Nothing was laid out.",
            code="data.missing",
        )


def _class_folders(splits: Splits | None) -> list[PurePosixPath]:
    tops = [""] if splits is None else [name for name in NAMES if splits.of(name)]
    return [PurePosixPath(top, code) for top in tops for code in CODES]


def _clear(folder: Path) -> None:
    """Remove what an earlier call made; refuse a folder that is someone else's."""
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; give a new or an empty folder.", code="data.folder-taken")
    if not folder.exists() or not any(folder.iterdir()):
        return
    try:
        files = [PurePosixPath(name) for name in json.loads((folder / RECORD).read_text(encoding="utf-8"))["files"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(
            f"{folder} is not empty and was not laid out by this command; give a new or an empty folder.",
            code="data.folder-taken",
        ) from None
    for file in files:
        _remove(folder, file)
    for part in (PurePosixPath(top, code) for top in ("", *NAMES) for code in (*CODES, UNLABELLED, "")):
        path = folder / part
        if part.parts and path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def _remove(folder: Path, file: PurePosixPath) -> None:
    """Remove one file of the record, which must be in a class folder of ours and not reached through a link."""
    known = set(NAMES) | set(CODES) | {UNLABELLED}
    path = folder / file
    inside = len(file.parts) in (2, 3) and set(file.parts[:-1]) <= known and file.name not in (".", "..")
    if inside and path.parent.resolve() == folder.resolve() / file.parent:
        path.unlink(missing_ok=True)


def _check_own(folder: Path, part: PurePosixPath) -> None:
    """Refuse a class folder that is a link: what is written there would be written elsewhere."""
    if (folder / part).resolve() != folder.resolve() / part:
        raise DataError(f"{folder / part} leads out of {folder}; remove that link.", code="data.folder-taken")


def _place(source: Path, target: Path, how: How) -> None:
    target.parent.mkdir(exist_ok=True)
    if os.path.lexists(target):
        raise DataError(f"{target} is there already and is not ours; move it away.", code="data.folder-taken")
    if how is How.COPY:
        shutil.copyfile(source, target)
        return
    try:
        target.symlink_to(os.path.relpath(source.resolve(), target.parent.resolve()))
    except (OSError, ValueError) as error:
        raise DataError(
            f"a link cannot be made at {target} ({error}). Copy the pictures instead: --how copy", code="data.link"
        ) from None
