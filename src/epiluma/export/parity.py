"""Proof that the exported graph computes what the trained network does, on whole pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch

from epiluma.bundle.manifest import BundleManifest, Calibration
from epiluma.data.manifest import Manifest, Progress
from epiluma.data.synthetic import drawn_lesion
from epiluma.errors import ParityError
from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import LESION_NAMES, QUALITY_NAMES, abstention_score, measure_quality
from epiluma.records import Floats, Image
from epiluma.training.dataset import network_input
from epiluma.training.guard import Guard
from epiluma.training.networks import Network

PICTURES = 64
TOLERANCE = 1e-3  # float32 differs by about 1e-5; a wrong rule by 1e-1


@dataclass(frozen=True, kw_only=True, slots=True)
class Parity:
    """What was compared and how far apart it was at the most."""

    pictures: int
    source: str  # "validation", "drawn" or "validation and drawn"
    max_abs_diff: float


def parity_pictures(image_ids: Sequence[str], manifest: Manifest | None) -> tuple[list[Path | bytes], str]:
    """Return what to compare on, and which it is: those of the list that the manifest holds.

    Where it holds only some of them, or none, drawn lesions are added until there are 64.
    """
    known = manifest.by_id if manifest is not None else {}
    found: list[Path | bytes] = []
    if manifest is not None:
        found += [manifest.image_path(known[image]) for image in image_ids if image in known]
    if len(found) == len(image_ids) > 0:
        return found, "validation"
    drawn = [drawn_lesion(seed=seed) for seed in range(len(found), PICTURES)]
    return found + drawn, "validation and drawn" if found else "drawn"


def prove_parity(
    graph: bytes,
    network: Network,
    manifest: BundleManifest,
    pictures: Sequence[Path | bytes],
    *,
    source: str,
    guard: Guard | None = None,
    progress: Progress | None = None,
) -> Parity:
    """Compare every number of the graph but its maps with torch and the reference measures.

    Args:
        graph: the ONNX model.
        network: as it ships.
        manifest: the rules that were built into the graph.
        pictures: files or their bytes.
        source: what the pictures are, for the record.
        guard: as it was built into the graph.
        progress: told about every picture.

    Raises:
        ParityError: they differ by more than the tolerance on a picture.
    """
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    rule, worst, count = manifest.preprocessing, 0.0, 0
    for picture in pictures:
        image = read_image(picture, short_side_px=rule.pooling_short_side_px)
        names = ["probabilities", "decision_scores", "quality", "abstention_score"]
        found = [value[0] for value in session.run(names, {"image": image[None]})]
        expected = expected_outputs(network, manifest, image, guard)
        apart = max(_apart(a, b) for a, b in zip(expected, found, strict=True))
        if apart > TOLERANCE:
            raise ParityError(
                f"picture {count + 1}: the exported graph is {apart:.2g} away from the trained network, more than "
                f"{TOLERANCE}. Nothing was written."
            )
        worst, count = max(worst, apart), count + 1
        if progress:
            progress("Comparing the graph with torch", count, len(pictures))
    return Parity(pictures=count, source=source, max_abs_diff=worst)


def _apart(expected: Any, found: Any) -> float:
    """Return the largest difference: as a share of what is expected where that is above 1, as a score can be."""
    return float((np.abs(np.subtract(expected, found)) / np.maximum(1.0, np.abs(expected))).max())


def expected_outputs(
    network: Network, manifest: BundleManifest, image: Image, guard: Guard | None = None
) -> tuple[Floats, Floats, Floats, float]:
    """Return probabilities (7,), decision scores (7,), quality (k,) and abstention score as torch and numpy do."""
    rule = manifest.preprocessing
    with torch.no_grad():
        inputs = network_input(torch.from_numpy(image)[None], rule)
        calibrated = _calibrated(network(inputs)[0], manifest.calibration)
    prior = torch.tensor(manifest.decision.prior)
    probabilities = calibrated.softmax(0).numpy()
    scores = (calibrated - manifest.decision.tau * prior.log()).softmax(0).numpy()
    measured, unfamiliarity = (
        dict(zip(QUALITY_NAMES, measure_quality(resized_picture(inputs[0], rule)), strict=True)),
        0.0,
    )
    if guard:
        unfamiliarity, *lesion = guarded_measures(network, guard, manifest, inputs)
        measured |= dict(zip(LESION_NAMES, lesion, strict=True))
    quality = np.array([measured[limit.name] for limit in manifest.quality], np.float32)
    return probabilities, scores, quality, max(unfamiliarity, abstention_score(quality, manifest.quality), 0.0)


def guarded_measures(network: Network, guard: Guard, manifest: BundleManifest, inputs: torch.Tensor) -> list[float]:
    """Return unfamiliarity, lesion and lesion area of one picture; the area is 1 where no lesion is found."""
    with torch.no_grad():
        unfamiliarity, lesion, area = guard(network.forward_layers(inputs, guard.layers))[0].tolist()
    found = next(limit for limit in manifest.quality if limit.name == LESION_NAMES[0])
    return [unfamiliarity, lesion, 1.0 if lesion < (found.minimum or 0.0) else area]


def resized_picture(inputs: torch.Tensor, rule: Preprocessing) -> Floats:
    """Undo the normalisation: (3, S, S) network input to (S, S, 3) RGB in [0, 1]."""
    std, mean = torch.tensor(rule.std)[:, None, None], torch.tensor(rule.mean)[:, None, None]
    picture: Floats = (inputs * std + mean).permute(1, 2, 0).contiguous().numpy()
    return picture


def _calibrated(logits: torch.Tensor, rule: Calibration) -> torch.Tensor:
    scale, bias = (torch.tensor(numbers or default) for numbers, default in ((rule.scale, 1.0), (rule.bias, 0.0)))
    return (logits * scale + bias) / rule.temperature
