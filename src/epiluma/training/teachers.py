"""Teachers kept as soft labels: what trained networks said about every picture, and what they had learnt from.

A student learns from the files, so it can be trained again without the teachers' weights. A teacher that has seen a
lesion which the student's run holds out would carry the answer into it; such a file is refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from epiluma.data.manifest import Manifest
from epiluma.data.split import Splits
from epiluma.data.writing import writing
from epiluma.errors import LeakError, TrainingError
from epiluma.imaging.preprocess import Preprocessing
from epiluma.records import Floats
from epiluma.taxonomy import CODES
from epiluma.training.dataset import Pictures, network_input

VIEWS = 8  # of the square: four quarter turns, each also mirrored


@dataclass(frozen=True, kw_only=True)
class SoftLabels:
    """What one teacher said.

    Attributes:
        image_ids: N ids.
        probabilities: (N, 7), the mean over the views, before any calibration.
        learnt_from: ids of the pictures the teacher was trained on.
    """

    image_ids: tuple[str, ...]
    probabilities: Floats
    learnt_from: tuple[str, ...]


@torch.no_grad()
def predict_views(
    network: nn.Module,
    pictures: Pictures,
    preprocessing: Preprocessing,
    *,
    views: int = VIEWS,
    bfloat16: bool = False,
    batch_size: int = 64,
) -> Floats:
    """Return probabilities (N, 7) averaged over the first `views` of the eight views of each picture."""
    network.eval()
    device = next(network.parameters()).device
    rows = []
    for pixels in torch.split(pictures.pixels, batch_size):
        images = network_input(pixels.to(device), preprocessing)
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            said = [network(_view(images, number)).float().softmax(1) for number in range(views)]
        rows.append(torch.stack(said).mean(0).cpu())
    probabilities: Floats = torch.cat(rows).numpy()
    return probabilities


def _view(images: Tensor, number: int) -> Tensor:
    # 0 as it is, 1 mirrored, 2 turned half round, 3 both, 4 to 7 the same a quarter turn further.
    turned = torch.rot90(images, 2 * (number // 2 % 2) + number // 4, dims=(2, 3))
    view = turned.flip(3) if number % 2 else turned
    return view.contiguous(memory_format=torch.channels_last)


def write_soft_labels(labels: SoftLabels, path: Path) -> None:
    """Write soft labels as a compressed `.npz`; the file appears whole or not at all.

    Raises:
        DataError: `data.write`.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.npz")
        np.savez_compressed(
            part,
            image_ids=np.array(labels.image_ids),
            probabilities=labels.probabilities.astype(np.float16),
            learnt_from=np.array(sorted(labels.learnt_from)),
        )
        part.replace(path)


def read_soft_labels(path: Path) -> SoftLabels:
    """Read soft labels.

    Raises:
        TrainingError: no such file, or not one of soft labels.
    """
    try:
        with np.load(path) as kept:
            probabilities = kept["probabilities"].astype(np.float32)
            ids, learnt = (tuple(str(i) for i in kept[name]) for name in ("image_ids", "learnt_from"))
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise TrainingError(
            f"{path} is no file of soft labels: {error}. Make one with: epiluma experiments teach"
        ) from error
    if probabilities.shape != (len(ids), len(CODES)) or not np.isfinite(probabilities).all():
        raise TrainingError(f"{path}: expected probabilities of shape ({len(ids)}, 7), got {probabilities.shape}")
    return SoftLabels(
        image_ids=ids, probabilities=probabilities / probabilities.sum(axis=1, keepdims=True), learnt_from=learnt
    )


def refuse_knowledge(learnt_from: Collection[str], manifest: Manifest, splits: Splits, *, source: Path) -> None:
    """Refuse a teacher, or weights to start from, that have learnt from a lesion which a run does not learn from.

    Whatever is not in `train` counts as held out, for a fold has no list of the test split. So the run's own list of
    what it was trained on covers what all its teachers know, and theirs, back to the first.

    Args:
        learnt_from: ids of the pictures that `source` was trained on.
        manifest: says which lesion a picture shows.
        splits: of the run; every lesion that is not in `train` is held out.
        source: for the message.

    Raises:
        LeakError: naming lesions, or a picture that the manifest does not hold.
    """
    lesion_of = {row.image_id: row.lesion_id for row in manifest.rows}
    unknown = [image for image in learnt_from if image not in lesion_of]
    if unknown:
        raise LeakError(
            f"{source} has learnt from {len(unknown)} pictures that are not in the manifest, such as {unknown[0]}; "
            "whether it knows what this run holds out cannot be checked."
        )
    own = {lesion_of[image] for image in splits.train if image in lesion_of}
    known = sorted({lesion_of[image] for image in learnt_from} - own)
    if known:
        raise LeakError(
            f"{source} has learnt from {len(known)} lesions that this run holds out: {', '.join(known[:5])}. The "
            "student of a fold learns only from teachers that never saw the fold."
        )


def soft_label_table(
    paths: Sequence[Path], manifest: Manifest, splits: Splits, image_ids: Sequence[str], *, temperature: float
) -> Tensor:
    """Return the teachers' mean probabilities for the pictures of a run, (N, 7).

    Args:
        paths: files of soft labels.
        manifest: says which lesion a picture shows.
        splits: of the run; no teacher may know what it holds out.
        image_ids: N pictures to learn from.
        temperature: each teacher's probabilities are raised to 1 / temperature first.

    Raises:
        LeakError: a teacher knows a lesion that is held out.
        TrainingError: a file cannot be read, or says nothing about one of the pictures.
    """
    said = []
    for path in paths:
        teacher = read_soft_labels(path)
        refuse_knowledge(teacher.learnt_from, manifest, splits, source=path)
        row_of = {image: row for row, image in enumerate(teacher.image_ids)}
        missing = [image for image in image_ids if image not in row_of]
        if missing:
            raise TrainingError(f"{path} says nothing about {len(missing)} of the pictures, such as {missing[0]}")
        softened = np.maximum(teacher.probabilities[[row_of[image] for image in image_ids]], 1e-6) ** (1 / temperature)
        said.append(softened / softened.sum(axis=1, keepdims=True))
    return torch.from_numpy(np.mean(said, axis=0).astype(np.float32))
