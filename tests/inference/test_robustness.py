"""What is refused, and how figures fall as pictures get worse, counted with a bundle that looks at colour only."""

import json
from pathlib import Path

import numpy as np
import pytest

from epiluma.bundle.read import load_bundle
from epiluma.data.manifest import Manifest, ManifestRow, file_sha256
from epiluma.errors import DataError
from epiluma.evaluation.estimates import Estimate
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.inference.robustness import DegradationReport, Degraded, measure_degradation, measure_refusals

RED, GREEN, BLACK = (220, 10, 10), (10, 220, 10), (0, 0, 0)
# id, lesion, truth, colour; the tiny bundle says mel of red, nv of green, which is wrong once; it refuses black
PICTURES = (
    ("i1", "L1", "mel", RED),
    ("i2", "L2", "nv", GREEN),
    ("i3", "L3", "mel", GREEN),
    ("i4", "L4", "nv", BLACK),
)


def save(path: Path, colour: tuple[int, int, int]) -> Path:
    """Stripes 16 px wide on a plain ground, so that a slight blur leaves something to see."""
    image = np.empty((128, 128, 3), np.uint8)
    image[:] = colour
    image[:, np.arange(128) // 16 % 2 == 1] = [value // 3 for value in colour]
    path.write_bytes(encode_png(image))
    return path


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    rows = []
    for image_id, lesion_id, dx, colour in PICTURES:
        path = save(tmp_path / f"{image_id}.png", colour)
        mask = np.zeros((128, 128, 3), np.uint8)
        mask[80:, 80:] = 255
        (tmp_path / f"{image_id}_mask.png").write_bytes(encode_png(mask))
        rows.append(
            ManifestRow(
                image_id=image_id,
                path=path.name,
                sha256=file_sha256(path),
                lesion_id=lesion_id,
                dx=dx,
                mask_path=f"{image_id}_mask.png",
            )
        )
    return Manifest(tmp_path / "manifest.csv", tuple(rows))


@pytest.fixture
def classifier(tiny_bundle: Path) -> Classifier:
    return Classifier(load_bundle(tiny_bundle))


def test_refused_shares_are_counted_group_by_group(classifier: Classifier, manifest: Manifest, tmp_path: Path) -> None:
    photographs = [save(tmp_path / "night.png", BLACK), save(tmp_path / "meadow.png", GREEN)]

    report = measure_refusals(classifier, manifest, ["i1", "i2", "i3", "i4"], photographs=photographs, seed=1)

    shares = {row.group: (row.share.n, row.share.value) for row in report.rows}
    assert shares == {"lesions": (4, 0.25), "other-clinic": (4, 0.25), "skin": (4, 0.25), "photographs": (2, 0.5)}
    assert report.rows[0].reasons == {"quality.dark": 1, "quality.blank": 1, "quality.blurred": 1, "quality.clipped": 1}


def test_lesions_that_are_read_are_compared_with_those_that_are_refused(
    classifier: Classifier, manifest: Manifest
) -> None:
    report = measure_refusals(classifier, manifest, ["i1", "i2", "i3", "i4"], seed=1)

    assert report.read_and_right.value == pytest.approx(2 / 3)
    assert report.refused_and_right.n == 1
    assert [row.group for row in report.rows] == ["lesions", "other-clinic", "skin"]


def test_the_same_seed_measures_the_same(classifier: Classifier, manifest: Manifest) -> None:
    first, again = (measure_refusals(classifier, manifest, ["i1", "i2"], seed=4).to_json() for _ in range(2))

    assert first == again
    assert json.loads(json.dumps(first)) == first


def test_pictures_without_a_diagnosis_cannot_be_measured(classifier: Classifier, manifest: Manifest) -> None:
    with pytest.raises(DataError, match="no labelled picture"):
        measure_refusals(classifier, manifest, [])


def test_every_point_of_the_curves_is_measured_on_all_pictures(classifier: Classifier, manifest: Manifest) -> None:
    report = measure_degradation(
        classifier, manifest, ["i1", "i2", "i3"], kinds=["dark"], severities=[1, 5], resamples=20
    )

    assert [(point.kind, point.severity) for point in report.points] == [
        *(("none", 0), ("other-clinic", 1), ("other-clinic", 2), ("dark", 1), ("dark", 5)),
    ]
    assert [point.refused.n for point in report.points] == [3] * 5
    assert [point.refused.value for point in report.points][::4] == [0, 1]
    assert report.points[-1].read["ece"].reason == "every picture was refused"
    assert json.loads(json.dumps(report.to_json()))["n"] == 3


def point(kind: str, severity: int, *, accuracy: float, refused: float, ece: float = 0.1) -> Degraded:
    figures = {
        "balanced_accuracy": Estimate(n=9, value=accuracy),
        "melanoma_auc": Estimate(n=9, value=0.9),
        "ece": Estimate(n=9, value=ece),
    }
    return Degraded(
        kind=kind, severity=severity, refused=Estimate(n=9, value=refused), everything=figures, read=figures
    )


def test_a_model_that_refuses_half_before_it_is_wrong_refuses_first() -> None:
    report = DegradationReport(
        points=(
            point("none", 0, accuracy=0.8, refused=0),
            point("blur", 1, accuracy=0.79, refused=0.1, ece=0.03),
            point("blur", 2, accuracy=0.6, refused=0.5),
            point("dark", 1, accuracy=0.74, refused=0.0, ece=0.04),
            point("dark", 2, accuracy=0.3, refused=0.9, ece=0.5),
            point("noise", 1, accuracy=0.78, refused=0.0, ece=0.01),
        ),
        n=9,
        seed=0,
    )

    assert report.kinds() == {
        "blur": {"wrong_from": 2, "half_refused_from": 2, "refuses_first": True},
        "dark": {"wrong_from": 1, "half_refused_from": 2, "refuses_first": False},
        "noise": {"wrong_from": None, "half_refused_from": None, "refuses_first": True},
    }
    assert report.worst_mild_ece() == 0.04
