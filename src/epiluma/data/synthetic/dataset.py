"""A drawn data set in HAM10000's official layout, for tests, the tutorial and the demonstration."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from epiluma.data.manifest import Progress
from epiluma.data.synthetic.scene import draw_view
from epiluma.data.writing import writing
from epiluma.errors import DataError
from epiluma.imaging.encode import encode_jpeg
from epiluma.taxonomy import CODES

COLUMNS = ("lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization")
IMAGE_FOLDERS = ("HAM10000_images_part_1", "HAM10000_images_part_2")
MASK_FOLDER = "HAM10000_segmentations_lesion_tschandl"

# Lesions of each diagnosis in HAM10000, taxonomy order: the drawn set is imbalanced in the same way.
_FREQUENCIES = (228, 327, 727, 73, 614, 5403, 98)
_SITES = ("abdomen", "back", "chest", "face", "foot", "lower extremity", "neck", "trunk", "upper extremity")
_ALWAYS_HISTOLOGY = ("akiec", "bcc", "mel")
_MEAN_AGE_YEARS = {"akiec": 66, "bcc": 67, "bkl": 64, "df": 52, "mel": 61, "nv": 46, "vasc": 52}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lesion:
    number: int
    dx: str
    views: int
    dx_type: str
    age: str
    sex: str
    site: str


def drawn_dataset(
    folder: Path,
    *,
    lesions: int,
    seed: int,
    width: int = 384,
    height: int = 288,
    progress: Progress | None = None,
) -> Path:
    """Draw a data set: two image folders, `HAM10000_metadata.csv` and one-bit masks.

    A quarter of the lesions have two or three views, so that a split by image would leak. A few ages are missing and
    a few sexes unknown. Diagnoses are as unequal as in HAM10000, but each has at least max(8, 4 %) of the lesions,
    or a seventh of them where there are fewer than 56.

    Args:
        folder: made if need be; files of the same names are overwritten.
        lesions: at least 7.
        seed: the same seed draws the same files.
        width: pixels.
        height: pixels.
        progress: told about every picture.

    Returns:
        `folder`.

    Raises:
        DataError: fewer than 7 lesions, or `data.write`.
    """
    if lesions < len(CODES):
        raise DataError(f"expected at least {len(CODES)} lesions, one of each diagnosis; got {lesions}")
    rng = np.random.default_rng([seed, 1])
    drawn = _lesions(rng, lesions)
    views = [(lesion, view) for lesion in drawn for view in range(lesion.views)]
    order = rng.permutation(len(views))
    with writing(folder):
        for name in (*IMAGE_FOLDERS, MASK_FOLDER):
            (folder / name).mkdir(parents=True, exist_ok=True)
    with writing(folder), (folder / "HAM10000_metadata.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for position, index in enumerate(order, start=1):
            lesion, view = views[index]
            image_id = f"EPI_{position:07d}"
            part = IMAGE_FOLDERS[2 * (position - 1) // len(views)]
            image, mask = draw_view(seed * 1_000_003 + lesion.number, view, lesion.dx, width, height)
            (folder / part / f"{image_id}.jpg").write_bytes(encode_jpeg(image))
            Pillow.fromarray(mask).save(folder / MASK_FOLDER / f"{image_id}_segmentation.png")
            table.writerow(_row(lesion, image_id))
            if progress:
                progress("Drawing pictures", position, len(views))
    return folder


def _row(lesion: _Lesion, image_id: str) -> tuple[str, ...]:
    lesion_id = f"DRAWN_{lesion.number:07d}"
    return (lesion_id, image_id, lesion.dx, lesion.dx_type, lesion.age, lesion.sex, lesion.site)


def _lesions(rng: np.random.Generator, lesions: int) -> list[_Lesion]:
    codes = [code for code, count in zip(CODES, lesion_counts(lesions), strict=True) for _ in range(count)]
    return [_lesion(rng, number, codes[index]) for number, index in enumerate(rng.permutation(lesions), start=1)]


def _lesion(rng: np.random.Generator, number: int, dx: str) -> _Lesion:
    age_years = int(np.clip(5 * round(rng.normal(_MEAN_AGE_YEARS[dx], 14) / 5), 5, 85))
    return _Lesion(
        number=number,
        dx=dx,
        views=int(rng.choice((1, 2, 3), p=(0.75, 0.18, 0.07))),
        dx_type="histo" if dx in _ALWAYS_HISTOLOGY else str(rng.choice(("histo", "follow_up", "consensus"))),
        age="" if rng.random() < 0.03 else f"{age_years}.0",
        sex=str(rng.choice(("male", "female", "unknown"), p=(0.52, 0.45, 0.03))),
        site=str(rng.choice(_SITES)),
    )


def lesion_counts(lesions: int) -> list[int]:
    """Share out lesions like HAM10000's, none of the seven getting less than max(8, 4 %) where that is possible."""
    floor = min(max(8, math.ceil(0.04 * lesions)), lesions // len(CODES))
    spare = lesions - floor * len(CODES)
    ideal = [spare * frequency / sum(_FREQUENCIES) for frequency in _FREQUENCIES]
    counts = [floor + int(share) for share in ideal]
    by_remainder = sorted(range(len(ideal)), key=lambda i: int(ideal[i]) - ideal[i])
    for index in by_remainder[: lesions - sum(counts)]:
        counts[index] += 1
    return counts
