"""Splits: which lesions train, which choose, which measure. Three lists of image ids in a folder."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from epiluma.data.manifest import Manifest, check_id
from epiluma.data.writing import writing
from epiluma.errors import DataError, LeakError, MissingExtra

NAMES = ("train", "validation", "test")
ENOUGH, FEW = (20, 3), (7, 1)  # folds, and how many of them validate and test: 70/15/15, and 71/14/14 for small sets
DEFAULT_SEED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Splits:
    """The image ids of each split, sorted. `test` may be empty."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        """Return the ids of one split.

        Raises:
            DataError: `data.split-name`.
        """
        if name not in NAMES:
            raise DataError(f"no split is called {name!r}; expected {', '.join(NAMES)}.", code="data.split-name")
        ids: tuple[str, ...] = getattr(self, name)
        return ids

    def as_dict(self) -> dict[str, tuple[str, ...]]:
        """Return the ids by name of split."""
        return {name: self.of(name) for name in NAMES}


def split_manifest(manifest: Manifest, *, seed: int, groups: Mapping[str, str] | None = None) -> Splits:
    """Split the labelled pictures 70/15/15 by lesion, stratified by diagnosis.

    Twenty folds are drawn; of all ways to choose three for testing, and then three for validation, the one is taken
    whose seven diagnoses come closest to 15 % each. Of fewer than 20 lesions or pictures of every diagnosis, seven
    folds are drawn, of which one tests and one validates. Unlabelled pictures are in no split.

    Args:
        manifest: the pictures.
        seed: the same seed, rows and groups give the same split.
        groups: lesion id -> group id (`duplicates.group_lesions`); a group never crosses a split. Without it every
            lesion is its own group.

    Raises:
        DataError: `data.too-few`, when there are fewer than seven lesions, or no diagnosis has seven pictures.
    """
    rows = sorted((row for row in manifest.rows if row.dx), key=lambda row: row.image_id)
    labels = np.array([row.dx for row in rows])
    group_ids = np.array([(groups or {}).get(row.lesion_id, row.lesion_id) for row in rows])
    count, held_out = _fold_counts(labels, group_ids)
    folds = draw_folds(labels, group_ids, count=count, seed=seed)
    test = _most_even(labels, folds, held_out, among=range(count))
    validation = _most_even(labels, folds, held_out, among=[fold for fold in range(count) if fold not in test])
    chosen = {"test": np.isin(folds, test), "validation": np.isin(folds, validation)}
    chosen["train"] = ~(chosen["test"] | chosen["validation"])
    ids = np.array([row.image_id for row in rows])
    return Splits(**{name: tuple(ids[chosen[name]].tolist()) for name in NAMES})


def _fold_counts(labels: npt.NDArray[np.str_], groups: npt.NDArray[np.str_]) -> tuple[int, int]:
    pictures = int(np.unique(labels, return_counts=True)[1].max(initial=0))
    lesions = len(np.unique(groups))
    for folds, held_out in (ENOUGH, FEW):
        if min(pictures, lesions) >= folds:
            return folds, held_out
    raise DataError(
        f"a split needs at least {FEW[0]} lesions, and {FEW[0]} pictures of one diagnosis; found {lesions} lesions and "
        f"{pictures} pictures of the most frequent diagnosis. Import more labelled pictures.",
        code="data.too-few",
    )


def draw_folds(labels: npt.ArrayLike, groups: npt.ArrayLike, *, count: int, seed: int) -> npt.NDArray[np.int64]:
    """Return the fold of each picture, (N,): no group in two folds, every label as evenly as that allows.

    Args:
        labels: (N,) diagnoses.
        groups: (N,) what must stay together.
        count: number of folds.
        seed: of the shuffle.

    Raises:
        MissingExtra: scikit-learn is not installed.
    """
    try:
        from sklearn.model_selection import StratifiedGroupKFold
    except ImportError:
        raise MissingExtra.of("data", "scikit-learn") from None
    labels, groups = np.asarray(labels), np.asarray(groups)
    folds = np.zeros(len(labels), np.int64)
    folder = StratifiedGroupKFold(n_splits=count, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A diagnosis with fewer pictures than folds cannot be in all of them; `_most_even` deals with it.
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        for fold, (_, members) in enumerate(folder.split(labels, labels, groups)):
            folds[members] = fold
    return folds


def _most_even(
    labels: npt.NDArray[np.str_], folds: npt.NDArray[np.int64], held_out: int, *, among: Sequence[int]
) -> list[int]:
    """Return the folds whose share of every diagnosis is closest to what they are to hold out."""
    codes, count = np.unique(labels), int(folds.max()) + 1
    counts = np.array([[np.sum((folds == fold) & (labels == code)) for code in codes] for fold in range(count)])
    shares = counts / counts.sum(axis=0)
    choices = list(combinations(among, held_out))
    sums = np.array([shares[list(choice)].sum(axis=0) for choice in choices])
    unevenness = ((sums - held_out / count) ** 2).sum(axis=1)
    return list(choices[int(unevenness.argmin())])


def default_splits() -> Path:
    """Return the folder of the committed split of HAM10000.

    Raises:
        DataError: `data.missing`, where this installation came without it.
    """
    return shipped_lists("splits")


def shipped_lists(name: str) -> Path:
    """Return the folder of committed id lists called `splits` or `folds`.

    Raises:
        DataError: `data.missing`, where this installation came without it.
    """
    here = Path(__file__).resolve()
    for folder in (here.parent / "lists" / name, here.parents[3] / "configs" / name):
        if folder.is_dir():
            return folder
    raise DataError(f"this installation has no committed {name}; give some with --{name} DIR.", code="data.missing")


def read_splits_for(manifest: Manifest, folder: Path | None) -> Splits | None:
    """Read the lists to audit a manifest with, however wrong they are.

    Args:
        manifest: the pictures.
        folder: of the lists; None for the committed ones, which count only where they name one of the pictures.

    Returns:
        The lists, or None when there are none for these pictures.

    Raises:
        DataError: `data.missing` or `data.id`.
    """
    if folder is not None:
        return read_splits(folder, strict=False)
    splits = read_splits(default_splits(), strict=False)
    listed = {image for ids in splits.as_dict().values() for image in ids}
    return splits if listed & manifest.by_id.keys() else None


def check_free(folder: Path) -> None:
    """Refuse a folder that holds lists already: a split that models were measured on must not change unseen.

    Raises:
        DataError: `data.folder-taken`.
    """
    taken = [name for name in NAMES if (folder / f"{name}.txt").exists()]
    if taken:
        raise DataError(
            f"{folder} already holds {', '.join(f'{name}.txt' for name in taken)}. Give another folder with -o, or "
            "--replace to draw these anew.",
            code="data.folder-taken",
        )


def write_splits(splits: Splits, folder: Path, *, note: str) -> None:
    """Write `train.txt`, `validation.txt` and, where there are any, `test.txt`: one id a line.

    Args:
        splits: the ids.
        folder: created when it is not there; lists in it are replaced.
        note: one line of comment on how they were made, so that they can be made again.

    Raises:
        DataError: `data.write`.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, ids in splits.as_dict().items():
            path = folder / f"{name}.txt"
            if ids:
                write_id_list(ids, path, note=note)
            else:
                path.unlink(missing_ok=True)


def write_id_list(ids: Sequence[str], path: Path, *, note: str) -> None:
    """Write sorted ids, one a line, under one line of comment."""
    path.write_text("\n".join([f"# {note}", *sorted(ids)]) + "\n", encoding="utf-8", newline="\n")


def read_splits(folder: Path, *, strict: bool = True) -> Splits:
    """Read the lists of a folder; lines that start with `#` are comments. `test.txt` may be missing.

    Args:
        folder: holds `train.txt`, `validation.txt` and perhaps `test.txt`.
        strict: refuse a picture that is listed twice; an audit reads such lists to report on them.

    Raises:
        DataError: `data.missing` or `data.id`.
        LeakError: one picture is in two lists, or twice in one.
    """
    splits = Splits(**{name: read_id_list(folder / f"{name}.txt", optional=name == "test") for name in NAMES})
    if strict:
        _check_listed_once(folder, splits)
    return splits


def _check_listed_once(folder: Path, splits: Splits) -> None:
    seen: dict[str, str] = {}
    for name, ids in splits.as_dict().items():
        for image_id in ids:
            if image_id in seen:
                raise LeakError(
                    f"{folder}: the picture {image_id} is listed in {seen[image_id]}.txt and again in {name}.txt; a "
                    "picture belongs to one split."
                )
            seen[image_id] = name


def read_id_list(path: Path, *, optional: bool = False) -> tuple[str, ...]:
    """Read a list of image ids, one a line; lines that start with `#` are comments.

    Args:
        path: the list.
        optional: return nothing where there is no such file.

    Raises:
        DataError: `data.missing` or `data.id`.
    """
    if optional and not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise DataError(
            f"{path} cannot be read: expected a text file with one image id a line. Make one with: epiluma data split",
            code="data.missing",
        ) from None
    ids = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for image_id in ids:
        check_id("image_id", image_id)
    return tuple(sorted(ids))
