"""An audit of a manifest and its splits: what must be repaired before training, and what is good to know."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from epiluma.data.duplicates import NearDuplicate, compare_thumbnails, same_bytes
from epiluma.data.manifest import Manifest, ManifestRow, Progress, file_sha256
from epiluma.data.split import Splits
from epiluma.data.thumbnails import read_thumbnail, stack
from epiluma.errors import DataError, ImageError, LeakError

NAMED_AT_MOST = 10  # ids in a message; the record has them all


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something an audit saw.

    Attributes:
        code: stable; `audit.…`.
        message: what was expected, what was found, what to do.
        image_ids: the pictures concerned, sorted.
        lesion_ids: their lesions, sorted.
    """

    code: str
    message: str
    image_ids: tuple[str, ...] = ()
    lesion_ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record."""
        return {
            "code": self.code,
            "message": self.message,
            "image_ids": list(self.image_ids),
            "lesion_ids": list(self.lesion_ids),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditReport:
    """What must be repaired first (`findings`), and what is good to know (`notes`)."""

    pictures: int
    lesions: int
    findings: tuple[Finding, ...] = field(default=())
    notes: tuple[Finding, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return the record."""
        return {
            "pictures": self.pictures,
            "lesions": self.lesions,
            "findings": [finding.to_json() for finding in self.findings],
            "notes": [note.to_json() for note in self.notes],
        }


def audit_manifest(
    manifest: Manifest, *, splits: Splits | None = None, progress: Progress | None = None
) -> AuditReport:
    """Look for missing or unreadable files, contradictions, duplicates and lesions that leak between splits.

    Every picture is read and compared with every other.

    Args:
        manifest: the pictures.
        splits: the lists to check for leaks, as `read_splits(folder, strict=False)` gives them.
        progress: told about every picture.
    """
    broken, pairs = _read_pictures(manifest, progress)
    findings = [*broken, *_contradictions(manifest)]
    if splits is not None:
        findings += find_leaks(manifest, splits, near_duplicates=pairs)
    return AuditReport(
        pictures=len(manifest.rows),
        lesions=len({row.lesion_id for row in manifest.rows}),
        findings=tuple(findings),
        notes=tuple(_notes(manifest, splits, pairs)),
    )


def find_leaks(manifest: Manifest, splits: Splits, *, near_duplicates: Iterable[NearDuplicate] = ()) -> list[Finding]:
    """Return every picture, near duplicate and lesion that stands in two splits; none is how it should be.

    Ids that are not in the manifest are left alone: there is nothing to compare them with, except that no id may
    stand in two lists.
    """
    homes = _homes(splits)
    findings = [
        _finding(manifest, "audit.picture-in-two-splits", [image], f"{image} is listed in {_names(names)}")
        for image, names in homes.items()
        if len(set(names)) > 1 or len(names) > len(set(names))
    ]
    for group in same_bytes(manifest):
        findings += _crossing(manifest, homes, group, "audit.picture-in-two-splits", "are the same file")
    for pair in near_duplicates:
        pictures = (pair.first, pair.second)
        findings += _crossing(manifest, homes, pictures, "audit.near-duplicate-in-two-splits", "look like one picture")
    for lesion, rows in _by_lesion(manifest).items():
        images = tuple(row.image_id for row in rows)
        findings += _crossing(
            manifest, homes, images, "audit.lesion-in-two-splits", f"are pictures of the lesion {lesion}"
        )
    return findings


def refuse_leaks(manifest: Manifest, splits: Splits) -> None:
    """Refuse splits that share a lesion or a picture; training and evaluation ask before they start.

    Raises:
        LeakError: naming the lesions.
    """
    leaks = find_leaks(manifest, splits)
    if leaks:
        lesions = sorted({lesion for leak in leaks for lesion in leak.lesion_ids})
        raise LeakError(
            f"these splits leak: {_listed(lesions or [i for leak in leaks for i in leak.image_ids])} stand(s) in more "
            "than one. See what: epiluma data audit; draw new ones: epiluma data split"
        )


def _read_pictures(manifest: Manifest, progress: Progress | None) -> tuple[list[Finding], list[NearDuplicate]]:
    findings, ids, thumbnails = [], [], []
    for done, row in enumerate(manifest.rows, start=1):
        try:
            thumbnails.append(read_thumbnail(manifest.image_path(row)))
            ids.append(row.image_id)
        except ImageError as error:
            code = "audit.missing-file" if error.code == "image.missing" else "audit.unreadable-file"
            findings.append(_finding(manifest, code, [row.image_id], f"{row.image_id}: {error.message}"))
        else:
            findings += _changed(manifest, row)
        if progress:
            progress("Reading", done, len(manifest.rows))
    return findings, compare_thumbnails(ids, stack(thumbnails), progress=progress)


def _changed(manifest: Manifest, row: ManifestRow) -> Iterator[Finding]:
    mask = manifest.mask_path(row)
    if mask is not None and not mask.is_file():
        message = f"{row.image_id}: its outline is not at {mask}. Import again."
        yield _finding(manifest, "audit.missing-file", [row.image_id], message)
    if row.sha256:
        try:
            same = file_sha256(manifest.image_path(row)) == row.sha256
        except DataError:
            same = False
        if not same:
            message = f"{row.image_id}: the file is not the one that was imported. Import again."
            yield _finding(manifest, "audit.changed-file", [row.image_id], message)


def _contradictions(manifest: Manifest) -> Iterator[Finding]:
    for lesion, rows in _by_lesion(manifest).items():
        codes = sorted({row.dx for row in rows if row.dx})
        if len(codes) > 1:
            images = [row.image_id for row in rows]
            message = f"the lesion {lesion} has {len(codes)} diagnoses: {', '.join(codes)}. Correct its rows."
            yield _finding(manifest, "audit.two-diagnoses", images, message)


def _notes(manifest: Manifest, splits: Splits | None, pairs: Sequence[NearDuplicate]) -> Iterator[Finding]:
    for pair in pairs:
        images = [pair.first, pair.second]
        lesions = {manifest.by_id[image].lesion_id for image in images}
        exact = len({manifest.by_id[image].sha256 for image in images}) == 1
        what = "are the same file" if exact else f"look like one picture ({pair.fine:.2f} alike in detail)"
        code = "audit.duplicate-in-lesion" if len(lesions) == 1 else "audit.near-duplicate"
        yield _finding(manifest, code, images, f"{pair.first} and {pair.second} {what}")
    unlabelled = [row.image_id for row in manifest.rows if not row.dx]
    if unlabelled:
        yield _finding(manifest, "audit.unlabelled", unlabelled, f"{len(unlabelled)} picture(s) have no diagnosis")
    if splits is not None:
        yield from _split_notes(manifest, splits)


def _split_notes(manifest: Manifest, splits: Splits) -> Iterator[Finding]:
    listed = {image for ids in splits.as_dict().values() for image in ids}
    absent = sorted(listed - manifest.by_id.keys())
    unlisted = [row.image_id for row in manifest.rows if row.dx and row.image_id not in listed]
    if absent:
        message = f"{len(absent)} listed picture(s) are not in the manifest: {_listed(absent)}"
        yield Finding(code="audit.not-in-manifest", message=message, image_ids=tuple(absent))
    if unlisted:
        message = f"{len(unlisted)} labelled picture(s) are in no split: {_listed(unlisted)}"
        yield _finding(manifest, "audit.in-no-split", unlisted, message)


def _crossing(
    manifest: Manifest, homes: Mapping[str, list[str]], images: Sequence[str], code: str, what: str
) -> Iterator[Finding]:
    """Yield a finding when these pictures, which belong together, have homes in different splits."""
    listed = [image for image in images if image in homes]
    names = {name for image in listed for name in homes[image]}
    if len(listed) > 1 and len(names) > 1:
        stand = ", ".join(f"{image} ({_names(homes[image])})" for image in sorted(listed))
        yield _finding(manifest, code, listed, f"{stand} {what}, and stand in different splits")


def _finding(manifest: Manifest, code: str, images: Sequence[str], message: str) -> Finding:
    lesions = {manifest.by_id[image].lesion_id for image in images if image in manifest.by_id}
    return Finding(code=code, message=message, image_ids=tuple(sorted(images)), lesion_ids=tuple(sorted(lesions)))


def _homes(splits: Splits) -> dict[str, list[str]]:
    homes: dict[str, list[str]] = defaultdict(list)
    for name, ids in splits.as_dict().items():
        for image in ids:
            homes[image].append(name)
    return homes


def _by_lesion(manifest: Manifest) -> dict[str, list[ManifestRow]]:
    lesions: dict[str, list[ManifestRow]] = defaultdict(list)
    for row in manifest.rows:
        lesions[row.lesion_id].append(row)
    return lesions


def _names(names: Iterable[str]) -> str:
    return " and ".join(names)


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(ids[:NAMED_AT_MOST]) + (" …" if len(ids) > NAMED_AT_MOST else "")
