"""Read pictures whose lesions were outlined, and measure whether the network looked at them."""

from collections.abc import Iterable

import numpy as np

from epiluma.data.manifest import Manifest, ManifestRow, Progress
from epiluma.errors import DataError, EpilumaError
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.localisation import Localisation, Outline, localise
from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import center_square
from epiluma.inference.classifier import Classifier
from epiluma.records import Image


def measure_localisation(
    classifier: Classifier,
    manifest: Manifest,
    image_ids: Iterable[str] | None = None,
    *,
    resamples: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> Localisation:
    """Compare the map of each picture's most probable class with the outline in the manifest's `mask_path`.

    No diagnosis is looked at, and outlines take no part in training, so pictures that the bundle was calibrated on may
    be measured too.

    Args:
        classifier: reads the pictures as it reads a user's.
        manifest: holds pictures and outlines.
        image_ids: which pictures; all where it is None.
        resamples: bootstrap resamples of lesions behind every interval.
        seed: of the resamples.
        progress: told about every picture.

    Raises:
        DataError: a picture or outline that cannot be read, an outline of another shape than its picture, or no
            picture with an outline.
    """
    chosen = manifest if image_ids is None else manifest.subset(tuple(image_ids))
    maps, outlines, rows, top = looked_at(classifier, chosen, progress=progress)
    rng = np.random.default_rng(seed)
    lesion_ids = [row.lesion_id for row in rows]
    left_out = len(chosen.rows) - len(rows)
    return localise(maps, outlines, lesion_ids, rng=rng, top=top, resamples=resamples, left_out=left_out)


def looked_at(
    classifier: Classifier, manifest: Manifest, *, progress: Progress | None = None
) -> tuple[list[Array], list[Outline], list[ManifestRow], list[int]]:
    """Return maps, outlines, rows and first classes of the pictures whose lesion reaches into the square.

    Returns:
        Maps (h, w) of the most probable class and outlines (S, S) over the same centred square; their rows; the
        index of that class.

    Raises:
        DataError: as `measure_localisation`.
    """
    maps, outlines, rows, top = [], [], [], []
    for done, row in enumerate(manifest.rows, start=1):
        if row.mask_path and (seen := _look(classifier, manifest, row)) is not None:
            index, activation, outline = seen
            maps.append(activation)
            outlines.append(outline)
            rows.append(row)
            top.append(index)
        if progress:
            progress("Reading pictures and outlines", done, len(manifest.rows))
    return maps, outlines, rows, top


def square_of(outline: Outline) -> Outline:
    """Cut an outline to the centred square, as the graph cuts its picture."""
    top, left, side = center_square(*outline.shape)
    return outline[top : top + side, left : left + side]


def _look(classifier: Classifier, manifest: Manifest, row: ManifestRow) -> tuple[int, Array, Outline] | None:
    image = _read(manifest, row, row.path)
    outline = square_of(_outline(image, _read(manifest, row, row.mask_path), row))
    if not outline.any():
        return None
    reading = classifier.predict([image], files=[row.image_id], modality=row.modality)[0]
    index = int(np.argmax(reading.prediction.probabilities))
    return index, reading.activation_maps[index].astype(np.float64), outline


def _read(manifest: Manifest, row: ManifestRow, path: str) -> Image:
    try:
        return read_image(manifest.path.parent / path)
    except EpilumaError as error:
        raise DataError(f"{row.image_id} ({path}): {error.message}", code=error.code) from error


def _outline(image: Image, mask: Image, row: ManifestRow) -> Outline:
    (height, width), (mask_height, mask_width) = image.shape[:2], mask.shape[:2]
    # Cutting the mask's own centred square is exact only where it shows the same field as the picture.
    if abs(height * mask_width - width * mask_height) > max(height, width, mask_height, mask_width):
        raise DataError(
            f"{row.image_id}: the outline {row.mask_path} is {mask_width}×{mask_height} px and the picture "
            f"{width}×{height}: they do not show the same field.",
            code="data.mask",
        )
    bright: Outline = mask[..., 0] > 127
    return bright
