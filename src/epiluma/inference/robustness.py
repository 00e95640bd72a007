"""Does a model know when not to answer? What it refuses, and how it fares as pictures get worse."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from epiluma.data.manifest import Manifest, ManifestRow, Progress
from epiluma.errors import DataError
from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import Estimate
from epiluma.evaluation.metrics import evaluate_predictions
from epiluma.imaging.decode import read_image
from epiluma.imaging.degrade import DEGRADATIONS, SEVERITIES, degrade, other_clinic
from epiluma.imaging.outline import read_outline, skin_beside
from epiluma.inference.classifier import Classifier
from epiluma.records import Image, Modality, Prediction
from epiluma.taxonomy import CODES, INDEX

OTHER_CLINIC = "other-clinic"
GROUPS: Mapping[str, str] = {
    "lesions": "Lesions, as they are",
    OTHER_CLINIC: "The same lesions, as another clinic would have taken them",
    "skin": "Skin beside the lesions, without a lesion",
    "photographs": "Photographs of anything but skin",
}
FIGURES = ("balanced_accuracy", "melanoma_auc", "ece")
FALL = 0.05  # balanced accuracy that may be lost before a picture counts as too bad to read


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """How much of a group of pictures is refused.

    Attributes:
        group: a key of `GROUPS`.
        share: with its interval, over lesions, or over photographs.
        reasons: how often each reason was given; a picture may have several.
    """

    group: str
    share: Estimate
    reasons: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Return the row of a refusal table."""
        entry = {"group": self.group, "title": GROUPS[self.group], "refused": self.share.to_json()}
        return entry | {"reasons": dict(self.reasons)}


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalReport:
    """What a model refuses.

    Attributes:
        rows: one per group that could be measured.
        seed: of the lots: which skin was cut out, and how another clinic takes a picture.
        read_and_right: share of right decisions among lesions that were read, and `refused_and_right` among those that
            were not: a model that refuses well would have been wrong.
    """

    rows: tuple[Refused, ...]
    seed: int
    read_and_right: Estimate
    refused_and_right: Estimate

    def to_json(self) -> dict[str, Any]:
        """Return the object of a report."""
        return {
            "rows": [row.to_json() for row in self.rows],
            "seed": self.seed,
            "read_and_right": self.read_and_right.to_json(),
            "refused_and_right": self.refused_and_right.to_json(),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Degraded:
    """How a model fares on pictures spoiled in one way to one degree.

    Attributes:
        kind: of `degrade.DEGRADATIONS`, or `other-clinic`.
        severity: 0 (as they are) to 5; of `other-clinic` 1 is mild and 2 strong.
        refused: share of the pictures.
        everything: `FIGURES` over all pictures, refused or not.
        read: the same over those it read.
    """

    kind: str
    severity: int
    refused: Estimate
    everything: Mapping[str, Estimate]
    read: Mapping[str, Estimate]

    def to_json(self) -> dict[str, Any]:
        """Return one point of the curves."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "refused": self.refused.to_json(),
            "all": {name: figure.to_json() for name, figure in self.everything.items()},
            "read": {name: figure.to_json() for name, figure in self.read.items()},
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class DegradationReport:
    """How each figure falls as pictures get worse.

    Attributes:
        points: the pictures as they are first (kind `none`), then kind by kind.
        n: number of pictures at each point.
        seed: of the lots.
    """

    points: tuple[Degraded, ...]
    n: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Return the object of a report: the points, and what they say of each kind."""
        return {
            "points": [point.to_json() for point in self.points],
            "kinds": self.kinds(),
            "worst_mild_ece": self.worst_mild_ece(),
            "n": self.n,
            "seed": self.seed,
        }

    def kinds(self) -> dict[str, dict[str, Any]]:
        """Return, for each kind, whether it refuses before it is wrong.

        `wrong_from` is the first severity at which balanced accuracy over all pictures has lost more than 0.05;
        `half_refused_from` the first at which at least half are refused; either is None where that never happens. It
        `refuses_first` where it never goes wrong, or half are refused by then.
        """
        start = self.points[0].everything["balanced_accuracy"].value
        found: dict[str, dict[str, Any]] = {}
        for kind in dict.fromkeys(point.kind for point in self.points[1:]):
            points = [point for point in self.points if point.kind == kind]
            wrong = next((p.severity for p in points if _below(p, start)), None)
            half = next((p.severity for p in points if (p.refused.value or 0) >= 0.5), None)
            first = wrong is None or (half is not None and half <= wrong)
            found[kind] = {"wrong_from": wrong, "half_refused_from": half, "refuses_first": first}
        return found

    def worst_mild_ece(self) -> float | None:
        """Return the largest calibration error over pictures changed mildly: severity 1, and another clinic's."""
        errors = [point.everything["ece"].value for point in self.points if point.severity == 1]
        return max((error for error in errors if error is not None), default=None)


def measure_refusals(
    classifier: Classifier,
    manifest: Manifest,
    image_ids: Iterable[str],
    *,
    photographs: Sequence[Path] = (),
    seed: int = 0,
    resamples: int = 1000,
    progress: Progress | None = None,
) -> RefusalReport:
    """Count what a model refuses: of lesions, of the same as another clinic takes them, of skin, of photographs.

    Args:
        classifier: reads them.
        manifest: labelled pictures, with outlines where skin is to be cut out.
        image_ids: which of them.
        photographs: files that show anything but skin.
        seed: of every lot.
        resamples: behind every interval.
        progress: told about every picture.

    Raises:
        DataError: no picture.
        ImageError: one that cannot be read.
    """
    rng = np.random.default_rng(seed)
    rows = _rows(manifest, image_ids)
    seen: dict[str, list[tuple[str, Prediction]]] = {group: [] for group in GROUPS}
    total = len(rows) + len(photographs)
    for done, row in enumerate(rows, start=1):
        for group, image in _shown(manifest, row, rng):
            seen[group].append((row.lesion_id, _read(classifier, image, row.modality)))
        _tell(progress, "Measuring what is refused", done, total)
    for done, path in enumerate(photographs, start=len(rows) + 1):
        seen["photographs"].append((path.name, _read(classifier, read_image(path), Modality.DERMOSCOPIC)))
        _tell(progress, "Measuring what is refused", done, total)
    boots = {
        group: Bootstrap.draw([key for key, _ in found], resamples=resamples, rng=rng)
        for group, found in seen.items()
        if found
    }
    right = np.array([p.decision.code == row.dx for row, (_, p) in zip(rows, seen["lesions"], strict=True)])
    refused = _abstained(seen["lesions"])
    return RefusalReport(
        rows=tuple(_refused(group, seen[group], boot) for group, boot in boots.items()),
        seed=seed,
        read_and_right=_share(boots["lesions"], ~refused, right, [row.lesion_id for row in rows]),
        refused_and_right=_share(boots["lesions"], refused, right, [row.lesion_id for row in rows]),
    )


def measure_degradation(
    classifier: Classifier,
    manifest: Manifest,
    image_ids: Iterable[str],
    *,
    kinds: Sequence[str] = tuple(DEGRADATIONS),
    severities: Sequence[int] = SEVERITIES,
    seed: int = 0,
    resamples: int = 200,
    progress: Progress | None = None,
) -> DegradationReport:
    """Read the same pictures as they are, as another clinic takes them, and spoiled in each way to each degree.

    Args:
        classifier: reads them.
        manifest: labelled pictures.
        image_ids: which of them.
        kinds: of `degrade.DEGRADATIONS`.
        severities: 1 to 5.
        seed: of every lot.
        resamples: behind every interval.
        progress: told about every point of the curves.

    Raises:
        DataError: no picture.
        ImageError: one that cannot be read.
    """
    rows = _rows(manifest, image_ids)
    images = [read_image(manifest.image_path(row)) for row in rows]
    wanted = [("none", 0), (OTHER_CLINIC, 1), (OTHER_CLINIC, 2)]
    wanted += [(kind, severity) for kind in kinds for severity in severities]
    points = []
    for done, (kind, severity) in enumerate(wanted, start=1):
        rng = np.random.default_rng((seed, done))
        found = [
            _read(classifier, _spoiled(image, kind, severity, rng), row.modality)
            for image, row in zip(images, rows, strict=True)
        ]
        points.append(_point(kind, severity, rows, found, resamples=resamples, seed=seed))
        _tell(progress, "Measuring spoiled pictures", done, len(wanted))
    return DegradationReport(points=tuple(points), n=len(rows), seed=seed)


def _rows(manifest: Manifest, image_ids: Iterable[str]) -> tuple[ManifestRow, ...]:
    rows = tuple(row for row in manifest.subset(tuple(image_ids)).rows if row.dx)
    if not rows:
        raise DataError("there is no labelled picture to measure refusal on", code="data.unlabelled")
    return rows


def _shown(manifest: Manifest, row: ManifestRow, rng: np.random.Generator) -> Iterator[tuple[str, Image]]:
    image = read_image(manifest.image_path(row))
    yield "lesions", image
    yield OTHER_CLINIC, other_clinic(image, rng=rng)
    mask = manifest.mask_path(row)
    if mask is not None:
        outline = read_outline(mask, height=image.shape[0], width=image.shape[1])
        skin = skin_beside(image, outline, rng=rng)
        if skin is not None:
            yield "skin", skin


def _spoiled(image: Image, kind: str, severity: int, rng: np.random.Generator) -> Image:
    if kind == OTHER_CLINIC:
        return other_clinic(image, rng=rng, strength=severity)
    return image if severity == 0 else degrade(image, kind, severity, rng=rng)


def _read(classifier: Classifier, image: Image, modality: Modality) -> Prediction:
    return classifier.predict([image], modality=modality)[0].prediction


def _tell(progress: Progress | None, what: str, done: int, total: int) -> None:
    if progress:
        progress(what, done, total)


def _abstained(found: Sequence[tuple[str, Prediction]]) -> npt.NDArray[np.bool_]:
    return np.array([prediction.abstained for _, prediction in found], bool)


def _refused(group: str, found: Sequence[tuple[str, Prediction]], bootstrap: Bootstrap) -> Refused:
    everyone = np.ones(len(found), bool)
    reasons = Counter(code for _, prediction in found if prediction.abstained for code in prediction.reasons)
    return Refused(
        group=group,
        share=_share(bootstrap, everyone, _abstained(found), [key for key, _ in found]),
        reasons=dict(sorted(item for item in reasons.items() if not item[0].startswith("modality."))),
    )


def _share(
    bootstrap: Bootstrap, members: npt.NDArray[np.bool_], hits: npt.NDArray[np.bool_], keys: Sequence[str]
) -> Estimate:
    lesions = len({key for key, inside in zip(keys, members, strict=True) if inside})
    if not lesions:
        return Estimate(n=0, reason="no picture")
    return bootstrap.share(members, hits, lesions=lesions, reason="no picture")


def _point(
    kind: str, severity: int, rows: Sequence[ManifestRow], found: Sequence[Prediction], *, resamples: int, seed: int
) -> Degraded:
    keys = [row.lesion_id for row in rows]
    labels = np.array([INDEX[row.dx] for row in rows])
    refused = np.array([prediction.abstained for prediction in found], bool)
    bootstrap = Bootstrap.draw(keys, resamples=resamples, rng=np.random.default_rng(seed))
    everyone = np.ones(len(rows), bool)
    return Degraded(
        kind=kind,
        severity=severity,
        refused=_share(bootstrap, everyone, refused, keys),
        everything=_figures(labels, found, keys, everyone, resamples=resamples, seed=seed),
        read=_figures(labels, found, keys, ~refused, resamples=resamples, seed=seed),
    )


def _figures(
    labels: npt.NDArray[np.int64],
    found: Sequence[Prediction],
    keys: Sequence[str],
    members: npt.NDArray[np.bool_],
    *,
    resamples: int,
    seed: int,
) -> dict[str, Estimate]:
    chosen = np.flatnonzero(members).tolist()
    if not len(chosen):
        return {name: Estimate(n=0, reason="every picture was refused") for name in FIGURES}
    decided = np.eye(len(CODES))[[INDEX[found[i].decision.code] for i in chosen]]
    figures = evaluate_predictions(
        labels[chosen],
        np.array([found[i].probabilities for i in chosen]),
        decided,
        [keys[i] for i in chosen],
        rng=np.random.default_rng(seed),
        resamples=resamples,
    )
    return {name: figures[name] for name in FIGURES}


def _below(point: Degraded, start: float | None) -> bool:
    value = point.everything["balanced_accuracy"].value
    return value is not None and start is not None and value < start - FALL
