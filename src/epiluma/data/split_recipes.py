"""The two splits that can be drawn, each with the line that says how to draw it again."""

from dataclasses import dataclass
from pathlib import Path

from epiluma.data.benchmark938 import RANDOM_STATE, TEST_SIZE, split_benchmark938
from epiluma.data.duplicates import find_near_duplicates, group_lesions
from epiluma.data.manifest import Progress, read_manifest
from epiluma.data.split import Splits, split_manifest


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnSplit:
    """A split, and one line on how it was drawn."""

    splits: Splits
    note: str


def draw_grouped(manifest: Path, *, seed: int, progress: Progress | None = None) -> DrawnSplit:
    """Draw the split by lesion, with near duplicates across lesions kept together.

    Raises:
        DataError: not a manifest, or too few pictures.
        ImageError: a picture that cannot be read.
    """
    rows = read_manifest(manifest)
    pairs = find_near_duplicates(rows, progress=progress)
    groups = group_lesions(rows, pairs)
    joined = sum(lesion != group for lesion, group in groups.items())
    note = (
        f"{len(rows.rows)} pictures; epiluma data split --seed {seed}; grouped by lesion ({joined} joined by near "
        "duplicates), stratified by diagnosis"
    )
    return DrawnSplit(splits=split_manifest(rows, seed=seed, groups=groups), note=note)


def draw_benchmark938(metadata: Path) -> DrawnSplit:
    """Draw the split of the earlier systems from HAM10000's own metadata.

    Raises:
        DataError: not that table.
    """
    splits = split_benchmark938(metadata)
    note = (
        "HAM10000; epiluma data split --benchmark938; single-picture lesions in metadata order, train_test_split "
        f"test_size={TEST_SIZE} random_state={RANDOM_STATE} stratify=dx; a separate study only"
    )
    return DrawnSplit(splits=splits, note=note)
