"""Out-of-fold predictions: what the network of each fold said about the pictures it was not trained on.

`FOLDER/fold-K.csv.gz` holds `image_id, lesion_id, dx` and the seven logits; `fold-K.json` says how they were made.
Recipes are compared on them, and calibration and thresholds are fitted to them, all without a picture or a network.
"""

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from epiluma.errors import DataError, LeakError
from epiluma.evaluation.estimates import Array
from epiluma.taxonomy import CODES, INDEX

COLUMNS = ("image_id", "lesion_id", "dx", *(f"logit_{code}" for code in CODES))
DIGITS = 4  # of a logit: 5e-5 of it moves no probability by more than 2e-5


@dataclass(frozen=True, kw_only=True)
class OutOfFold:
    """Held-out answers of one or several folds.

    Attributes:
        image_ids: N ids.
        lesion_ids: N ids.
        labels: (N,) int64, taxonomy order.
        logits: (N, 7), as the shipped form of the fold's network gives them.
        folds: (N,) int64: which fold held the picture out.
        made_by: fold -> how its predictions were made: recipe, cost, digests.
    """

    image_ids: tuple[str, ...]
    lesion_ids: tuple[str, ...]
    labels: npt.NDArray[np.int64]
    logits: Array
    folds: npt.NDArray[np.int64]
    made_by: Mapping[int, Mapping[str, Any]]

    def __post_init__(self) -> None:
        lengths = {len(part) for part in (self.image_ids, self.lesion_ids, self.labels, self.logits, self.folds)}
        if len(lengths) != 1 or self.logits.shape[1:] != (len(CODES),) or not np.isfinite(self.logits).all():
            raise DataError(
                f"out-of-fold predictions need as many finite logits (N, 7) as ids; got {self.logits.shape}",
                code="evaluation.scores",
            )

    def of_folds(self, folds: Sequence[int]) -> "OutOfFold":
        """Return the predictions of some of the folds."""
        kept = np.flatnonzero(np.isin(self.folds, list(folds)))
        return OutOfFold(
            image_ids=tuple(self.image_ids[i] for i in kept),
            lesion_ids=tuple(self.lesion_ids[i] for i in kept),
            labels=self.labels[kept],
            logits=self.logits[kept],
            folds=self.folds[kept],
            made_by={fold: self.made_by[fold] for fold in folds if fold in self.made_by},
        )


def write_fold(
    folder: Path,
    fold: int,
    *,
    image_ids: Sequence[str],
    lesion_ids: Sequence[str],
    labels: npt.NDArray[np.int64],
    logits: npt.ArrayLike,
    made_by: Mapping[str, Any],
) -> None:
    """Write the predictions of one fold; the same ones always give the same bytes.

    Args:
        folder: made when it is not there.
        fold: which one, 0 to 4.
        image_ids: N ids.
        lesion_ids: N ids.
        labels: (N,) in taxonomy order.
        logits: (N, 7).
        made_by: recipe, cost and digests; kept as JSON.

    Raises:
        OSError: it cannot be written.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = zip(image_ids, lesion_ids, labels, np.asarray(logits), strict=True)
    for image, lesion, label, values in sorted(rows, key=lambda row: row[0]):
        writer.writerow((image, lesion, CODES[label], *(f"{value:.{DIGITS}f}" for value in values)))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"fold-{fold}.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    (folder / f"fold-{fold}.json").write_text(json.dumps(dict(made_by), indent=2) + "\n", encoding="utf-8")


def read_out_of_fold(folder: Path) -> OutOfFold:
    """Read every fold that is in a folder.

    Raises:
        DataError: `data.missing`, no predictions there, or `data.out-of-fold`, not what they should be.
        LeakError: two folds hold the same picture or lesion out.
    """
    paths = sorted(folder.glob("fold-*.csv.gz"))
    if not paths:
        raise DataError(
            f"{folder} holds no out-of-fold predictions: expected fold-0.csv.gz … Make them with: epiluma train "
            "CONFIG --fold 0, then epiluma experiments keep RUN",
            code="data.missing",
        )
    parts = [_read_fold(path) for path in paths]
    joined = OutOfFold(
        image_ids=tuple(image for part in parts for image in part.image_ids),
        lesion_ids=tuple(lesion for part in parts for lesion in part.lesion_ids),
        labels=np.concatenate([part.labels for part in parts]),
        logits=np.concatenate([part.logits for part in parts]),
        folds=np.concatenate([part.folds for part in parts]),
        made_by={fold: entry for part in parts for fold, entry in part.made_by.items()},
    )
    held_out = dict(zip(joined.lesion_ids, joined.folds.tolist(), strict=True))
    crossing = [
        lesion for lesion, fold in zip(joined.lesion_ids, joined.folds, strict=True) if held_out[lesion] != fold
    ]
    if crossing or len(set(joined.image_ids)) != len(joined.image_ids):
        raise LeakError(f"{folder}: a lesion or picture is held out twice ({(crossing or ['a picture'])[0]}).")
    return joined


def _read_fold(path: Path) -> OutOfFold:
    fold = int(path.name.removeprefix("fold-").removesuffix(".csv.gz"))
    try:
        rows = list(csv.DictReader(gzip.decompress(path.read_bytes()).decode().splitlines()))
        if not rows:
            raise ValueError("no row")
        made_by = json.loads(path.with_name(f"fold-{fold}.json").read_text(encoding="utf-8"))
        return OutOfFold(
            image_ids=tuple(row["image_id"] for row in rows),
            lesion_ids=tuple(row["lesion_id"] for row in rows),
            labels=np.array([INDEX[row["dx"]] for row in rows], np.int64),
            logits=np.array([[float(row[name]) for name in COLUMNS[3:]] for row in rows]).reshape(-1, len(CODES)),
            folds=np.full(len(rows), fold),
            made_by={fold: made_by},
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path} is not a list of out-of-fold predictions: expected a gzip-compressed CSV with the columns "
            f"{', '.join(COLUMNS)}, and {path.name.removesuffix('.csv.gz')}.json beside it; found {error}.",
            code="data.out-of-fold",
        ) from None
