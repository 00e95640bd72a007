"""Near duplicates: pictures that show the same skin, whatever their ids say. Found by content.

Two comparisons (docs/decisions/0003-near-duplicates.md): the coarse one, over all pairs in eight orientations, asks
whether the shapes agree; the fine one, over the few pairs that are left, whether the detail does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from epiluma.data.manifest import Manifest, Progress
from epiluma.data.thumbnails import Thumbnails, block_means, read_thumbnail, stack, turned, unit_vectors

COARSE_AT_LEAST = 0.95  # correlation of 18×18 grey values
FINE_AT_LEAST = 0.70  # correlation of what is finer than 3/36 of the side
ROWS_AT_ONCE = 512  # bounds the memory: 512 × 10,015 products are 20 MB
TURNS = range(8)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class NearDuplicate:
    """Two pictures that look like one.

    Attributes:
        first: image id; sorts before `second`.
        second: image id.
        coarse: correlation of their shapes, in [-1, 1].
        fine: correlation of their detail, in [-1, 1].
    """

    first: str
    second: str
    coarse: float
    fine: float


def find_near_duplicates(manifest: Manifest, *, progress: Progress | None = None) -> list[NearDuplicate]:
    """Compare every picture with every other, in eight orientations.

    About 15 seconds of one core for 10,000 pictures of 384×288.

    Returns:
        The pairs, sorted by image id.

    Raises:
        ImageError: a picture that cannot be read.
    """
    thumbnails = []
    for done, row in enumerate(manifest.rows, start=1):
        thumbnails.append(read_thumbnail(manifest.image_path(row)))
        if progress:
            progress("Reading", done, len(manifest.rows))
    return compare_thumbnails([row.image_id for row in manifest.rows], stack(thumbnails), progress=progress)


def compare_thumbnails(
    image_ids: Sequence[str], thumbnails: Thumbnails, *, progress: Progress | None = None
) -> list[NearDuplicate]:
    """Return the pairs of thumbnails, (N, 72, 72) in the order of the ids, that look like one."""
    found = []
    for i, j, turn, coarse in _similar_shapes(block_means(thumbnails, 4), progress):
        fine = _fine_similarity(thumbnails[i], thumbnails[j], turn)
        if fine >= FINE_AT_LEAST:
            first, second = sorted((image_ids[i], image_ids[j]))
            found.append(NearDuplicate(first=first, second=second, coarse=coarse, fine=fine))
    return sorted(found)


def group_lesions(manifest: Manifest, pairs: Iterable[NearDuplicate]) -> dict[str, str]:
    """Join lesions that near duplicates tie together.

    Returns:
        For every lesion id the id of its group: the lesion id of the group that sorts first.
    """
    parent = {row.lesion_id: row.lesion_id for row in manifest.rows}
    for pair in pairs:
        one, other = (_root(parent, manifest.by_id[image].lesion_id) for image in (pair.first, pair.second))
        parent[max(one, other)] = min(one, other)
    return {lesion: _root(parent, lesion) for lesion in parent}


def same_bytes(manifest: Manifest) -> list[tuple[str, ...]]:
    """Return the image ids that share one file content, each group sorted."""
    by_hash: Mapping[str, list[str]] = defaultdict(list)
    for row in manifest.rows:
        by_hash[row.sha256].append(row.image_id)
    return sorted(tuple(sorted(group)) for group in by_hash.values() if len(group) > 1)


def _root(parent: Mapping[str, str], lesion: str) -> str:
    while parent[lesion] != lesion:
        lesion = parent[lesion]
    return lesion


def _similar_shapes(shapes: Thumbnails, progress: Progress | None) -> Iterator[tuple[int, int, int, float]]:
    """Yield i < j, the turn of j that fits best, and the correlation, for every pair above the threshold."""
    vectors = unit_vectors(shapes)
    views = [unit_vectors(turned(shapes, turn)) for turn in TURNS]
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        rows = vectors[start : start + ROWS_AT_ONCE]
        best = rows @ views[0][start:].T
        turns = np.zeros(best.shape, np.int8)
        for turn, view in list(enumerate(views))[1:]:
            similarity = rows @ view[start:].T
            better = similarity > best
            best[better], turns[better] = similarity[better], turn
        for i, j in np.argwhere(np.triu(best >= COARSE_AT_LEAST, k=1)):
            yield start + int(i), start + int(j), int(turns[i, j]), float(best[i, j])
        if progress:
            progress("Comparing", start + len(rows), len(vectors))


def _fine_similarity(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32], turn: int) -> float:
    """Correlate what a 3×3 mean takes away from the 36×36 picture."""
    details = [_detail(one[None]), _detail(turned(other[None], turn))]
    first, second = (unit_vectors(detail)[0] for detail in details)
    return float(first @ second)


def _detail(thumbnails: Thumbnails) -> Thumbnails:
    half = block_means(thumbnails, 2)
    side = half.shape[1]
    shifts = [half[:, i : side - 2 + i, j : side - 2 + j] for i in range(3) for j in range(3)]
    detail: Thumbnails = half[:, 1:-1, 1:-1] - np.mean(shifts, axis=0)
    return detail
