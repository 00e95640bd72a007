"""trained_on.csv.gz: which pictures a model has seen, and for what. It travels with the bundle."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from epiluma.data.manifest import Manifest, check_id
from epiluma.errors import DataError, LeakError

COLUMNS = ("image_id", "lesion_id", "use")


class Use(StrEnum):
    """What a picture was used for."""

    TRAIN = "train"
    CALIBRATE = "calibrate"
    THRESHOLD = "threshold"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class TrainedOn:
    """One picture and one use of it."""

    image_id: str
    lesion_id: str
    use: Use

    def __post_init__(self) -> None:
        check_id("image_id", self.image_id)
        check_id("lesion_id", self.lesion_id)


def write_trained_on(rows: Iterable[TrainedOn], path: Path) -> None:
    """Write the list as `trained_on_bytes` gives it."""
    path.write_bytes(trained_on_bytes(rows))


def trained_on_bytes(rows: Iterable[TrainedOn]) -> bytes:
    """Return the list as gzip-compressed CSV, sorted, each line once; the same rows always give the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((row.image_id, row.lesion_id, row.use.value) for row in sorted(set(rows)))
    # mtime=0 keeps the time of writing out of the file, so that its hash says something about its content only.
    return gzip.compress(text.getvalue().encode(), mtime=0)


def read_trained_on(path: Path) -> tuple[TrainedOn, ...]:
    """Read the list.

    Raises:
        DataError: `data.missing` or `data.trained-on`, when it is not there or not what it should be.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"no such file: {path}, the list of pictures a model was trained on.", code="data.missing"
        ) from None
    except OSError:
        content = b""
    return parse_trained_on(content, source=path)


def parse_trained_on(content: bytes, *, source: Path) -> tuple[TrainedOn, ...]:
    """Read the bytes of a list; `source` is named where they are not one.

    Raises:
        DataError: `data.trained-on`.
    """
    try:
        text = gzip.decompress(content).decode()
        lines = list(csv.DictReader(text.splitlines()))
        return tuple(
            TrainedOn(image_id=line["image_id"], lesion_id=line["lesion_id"], use=Use(line["use"])) for line in lines
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        raise DataError(
            f"{source} is not a list of trained-on pictures: expected a gzip-compressed CSV with the columns "
            f"{', '.join(COLUMNS)} and the uses {', '.join(Use)}.",
            code="data.trained-on",
        ) from None


def rows_of(manifest: Manifest, image_ids: Iterable[str], use: Use) -> list[TrainedOn]:
    """Return the rows that say these pictures of the manifest were used this way."""
    return [
        TrainedOn(image_id=row.image_id, lesion_id=row.lesion_id, use=use)
        for row in manifest.subset(set(image_ids)).rows
    ]


def refuse_trained_on(manifest: Manifest, seen: Sequence[TrainedOn]) -> None:
    """Refuse to score pictures whose lesion, or which themselves, a model has seen.

    Args:
        manifest: the pictures about to be scored.
        seen: the model's list.

    Raises:
        LeakError: naming the lesions.
    """
    images, lesions = {row.image_id for row in seen}, {row.lesion_id for row in seen}
    leaked = sorted({row.lesion_id for row in manifest.rows if row.lesion_id in lesions or row.image_id in images})
    if leaked:
        raise LeakError(
            f"the model has seen {len(leaked)} of the lesions to be scored: {', '.join(leaked[:10])}"
            f"{' …' if len(leaked) > 10 else ''}. Score pictures it was not trained on, such as --split test."
        )
