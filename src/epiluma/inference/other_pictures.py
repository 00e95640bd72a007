"""What an evaluation says of other pictures: spoiled ones, another clinic's, skin without a lesion, anything else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.data.manifest import Manifest, Progress
from epiluma.data.trained_on import TrainedOn, Use
from epiluma.errors import LeakError
from epiluma.inference.classifier import Classifier
from epiluma.inference.reasons import REASONS
from epiluma.inference.robustness import measure_degradation, measure_refusals


def held_out_of(seen: Sequence[TrainedOn], manifest: Manifest, image_ids: Sequence[str]) -> tuple[str, ...]:
    """Return those of the pictures whose lesions a network did not learn from; thresholds may know them.

    Args:
        seen: every use of a picture by the network's bundle.
        manifest: the pictures.
        image_ids: those to choose from.

    Raises:
        LeakError: it has learnt from all of them.
    """
    learnt = {row.lesion_id for row in seen if row.use is Use.TRAIN}
    kept = tuple(row.image_id for row in manifest.subset(image_ids).rows if row.lesion_id not in learnt)
    if not kept:
        raise LeakError(
            "the network has learnt from every picture that would be spoiled, and how it fares with them would flatter "
            "it. Take pictures it has never seen: another manifest, and --split all."
        )
    return kept


def measure_other_pictures(
    classifier: Classifier,
    manifest: Manifest,
    image_ids: Sequence[str],
    *,
    pictures: str,
    photographs: Sequence[Path] = (),
    resamples: int = 1000,
    seed: int = 0,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Measure what is refused, and how figures fall as pictures get worse.

    Args:
        classifier: reads them.
        manifest: labelled pictures, with outlines where skin beside the lesions is to be cut out.
        image_ids: which of them.
        pictures: what they are called, for the record.
        photographs: files that show anything but skin.
        resamples: behind every interval.
        seed: of every lot.
        progress: told about every picture.

    Returns:
        The section `robustness` of `evaluation.json`: `pictures`, `refusals` {groups: {name: title, refused, reasons},
        …}, `degradation` {points, kinds, n, …} and `worst_mild_ece`, a figure with the `kind` it belongs to.

    Raises:
        DataError: no picture.
        ImageError: one that cannot be read.
    """
    fixed: dict[str, Any] = {"seed": seed, "resamples": resamples, "progress": progress}
    refusals = measure_refusals(classifier, manifest, image_ids, photographs=photographs, **fixed).to_json()
    fallen = measure_degradation(classifier, manifest, image_ids, **fixed).to_json()
    return robustness_section(refusals, fallen, pictures=pictures)


def robustness_section(refusals: Mapping[str, Any], fallen: Mapping[str, Any], *, pictures: str) -> dict[str, Any]:
    """Put both reports together, what is unknown left out."""
    groups = {row["group"]: {**row, "reasons": _explained(row["reasons"])} for row in refusals["rows"]}
    mild = [point for point in fallen["points"] if point["severity"] == 1 and "value" in point["all"]["ece"]]
    worst = max(mild, key=lambda point: float(point["all"]["ece"]["value"]), default=None)
    found = {"worst_mild_ece": {**worst["all"]["ece"], "kind": worst["kind"]}} if worst else {}
    kinds = {name: {key: v for key, v in kind.items() if v is not None} for name, kind in fallen["kinds"].items()}
    return {
        "pictures": pictures,
        "refusals": {**{key: value for key, value in refusals.items() if key != "rows"}, "groups": groups},
        "degradation": {"points": fallen["points"], "kinds": kinds, "n": fallen["n"], "seed": fallen["seed"]},
        **found,
    }


def some_of(manifest: Manifest, image_ids: Sequence[str], *, pictures: int, seed: int) -> tuple[str, ...]:
    """Draw at most this many labelled pictures by lot, in the order of the manifest."""
    labelled = [row.image_id for row in manifest.subset(image_ids).rows if row.dx]
    if len(labelled) <= pictures:
        return tuple(labelled)
    chosen = np.random.default_rng(seed).choice(len(labelled), pictures, replace=False)
    return tuple(labelled[index] for index in sorted(chosen.tolist()))


def _explained(reasons: Mapping[str, int]) -> list[dict[str, Any]]:
    known = {code: {"why": REASONS[code].why} for code in reasons if code in REASONS}
    return [{"code": code, "n": count, **known.get(code, {})} for code, count in reasons.items()]
