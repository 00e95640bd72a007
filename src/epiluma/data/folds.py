"""Cross-validation folds of everything but the test split: each lesion is held out once."""

from collections.abc import Sequence
from pathlib import Path

from epiluma.data.manifest import Manifest
from epiluma.data.split import Splits, draw_folds, read_id_list, shipped_lists, write_id_list
from epiluma.data.writing import writing
from epiluma.errors import DataError, LeakError

FOLDS = 5


def split_folds(manifest: Manifest, splits: Splits, *, seed: int, count: int = FOLDS) -> tuple[tuple[str, ...], ...]:
    """Split the pictures of `train` and `validation` into folds by lesion, stratified by diagnosis.

    Args:
        manifest: the pictures.
        splits: `test` is left out.
        seed: the same seed and pictures give the same folds.
        count: how many.

    Returns:
        The sorted ids of each fold; together they are `train` and `validation`.

    Raises:
        DataError: `data.too-few`, fewer lesions than folds.
    """
    pool = set(splits.train) | set(splits.validation)
    rows = sorted((row for row in manifest.subset(pool).rows if row.dx), key=lambda row: row.image_id)
    if len({row.lesion_id for row in rows}) < count:
        raise DataError(
            f"{count} folds need at least {count} lesions in train and validation; found "
            f"{len({row.lesion_id for row in rows})}.",
            code="data.too-few",
        )
    drawn = draw_folds([row.dx for row in rows], [row.lesion_id for row in rows], count=count, seed=seed)
    return tuple(
        tuple(row.image_id for row, fold in zip(rows, drawn, strict=True) if fold == held_out)
        for held_out in range(count)
    )


def fold_of(folds: Sequence[Sequence[str]], held_out: int) -> Splits:
    """Return the splits of one fold: `validation` is held out, `train` is all the others, there is no `test`.

    Raises:
        DataError: `data.split-name`, no such fold.
    """
    if not 0 <= held_out < len(folds):
        raise DataError(
            f"there is no fold {held_out}: expected 0 to {len(folds) - 1}.",
            code="data.split-name",
        )
    others = [image for number, ids in enumerate(folds) if number != held_out for image in ids]
    return Splits(train=tuple(sorted(others)), validation=tuple(sorted(folds[held_out])))


def all_folds(folds: Sequence[Sequence[str]]) -> Splits:
    """Return the splits of a run that learns from every fold and holds nothing out."""
    return Splits(train=tuple(sorted(image for ids in folds for image in ids)), validation=())


def draw_folds_of(manifest: Manifest, splits: Splits, *, seed: int) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the five folds and the line that says how they were drawn.

    Raises:
        DataError: `data.too-few`, fewer lesions than folds.
    """
    folds = split_folds(manifest, splits, seed=seed)
    count = sum(map(len, folds))
    return folds, f"{count} pictures of train and validation; epiluma data folds --seed {seed}; grouped by lesion"


def check_free_of_folds(folder: Path) -> None:
    """Refuse a folder that holds folds already: recipes compared on them must stay comparable.

    Raises:
        DataError: `data.folder-taken`.
    """
    if any(folder.glob("fold-*.txt")):
        raise DataError(
            f"{folder} already holds folds. Give another folder with -o, or --replace to draw these anew.",
            code="data.folder-taken",
        )


def write_folds(folds: Sequence[Sequence[str]], folder: Path, *, note: str) -> None:
    """Write `fold-0.txt`, `fold-1.txt` …: one id a line, under one line of comment.

    Raises:
        DataError: `data.write`.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for number, ids in enumerate(folds):
            write_id_list(ids, folder / f"fold-{number}.txt", note=note)


def read_folds(folder: Path) -> tuple[tuple[str, ...], ...]:
    """Read the folds of a folder.

    Raises:
        DataError: `data.missing`, no fold there; `data.id`.
        LeakError: a picture stands in two folds.
    """
    folds = tuple(read_id_list(path) for path in sorted(folder.glob("fold-*.txt")))
    if len(folds) < 2:
        raise DataError(
            f"{folder} holds no folds: expected fold-0.txt, fold-1.txt … Make them with: epiluma data folds",
            code="data.missing",
        )
    listed = [image for ids in folds for image in ids]
    if len(listed) != len(set(listed)):
        twice = sorted({image for image in listed if listed.count(image) > 1})
        raise LeakError(f"{folder}: {twice[0]} stands in two folds; each picture is held out once.")
    return folds


def default_folds() -> Path:
    """Return the folder of the committed folds of HAM10000.

    Raises:
        DataError: `data.missing`, where this installation came without them.
    """
    return shipped_lists("folds")
