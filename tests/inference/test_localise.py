"""Outlines are compared where the network looked: in the centred square, at the size of the picture."""

from pathlib import Path

import numpy as np
import pytest

from epiluma.bundle.read import load_bundle
from epiluma.data.manifest import Manifest, ManifestRow, file_sha256
from epiluma.errors import DataError
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.inference.localise import looked_at, measure_localisation
from epiluma.taxonomy import INDEX


@pytest.fixture
def classifier(tiny_bundle: Path) -> Classifier:
    return Classifier(load_bundle(tiny_bundle))


def row(folder: Path, name: str, *, left: int, mask_left: int | None = None, mask_size: int = 1) -> ManifestRow:
    """Save a picture of 64×128 px with a red square at `left`, and its outline; the tiny bundle's map follows red."""
    image = np.zeros((64, 128, 3), np.uint8)
    image[20:44, left : left + 24, 0] = 255
    mask = np.zeros((64 * mask_size, 128 * mask_size, 3), np.uint8)
    at = (left if mask_left is None else mask_left) * mask_size
    mask[20 * mask_size : 44 * mask_size, at : at + 24 * mask_size] = 255
    (folder / f"{name}.png").write_bytes(encode_png(image))
    (folder / f"{name}_mask.png").write_bytes(encode_png(mask))
    sha256 = file_sha256(folder / f"{name}.png")
    return ManifestRow(
        image_id=name, path=f"{name}.png", sha256=sha256, lesion_id=f"L-{name}", mask_path=f"{name}_mask.png"
    )


def manifest_of(folder: Path, *rows: ManifestRow) -> Manifest:
    return Manifest(folder / "manifest.csv", rows)


def test_the_outline_is_cut_to_the_centred_square_of_its_picture(tmp_path: Path, classifier: Classifier) -> None:
    # Of 128×64 px the square is columns 32 to 95: a lesion at 40 is at 8 in it.
    maps, outlines, rows, top = looked_at(classifier, manifest_of(tmp_path, row(tmp_path, "a", left=40)))

    assert outlines[0].shape == (64, 64)
    assert np.flatnonzero(outlines[0].any(axis=0)).tolist() == list(range(8, 32))
    assert np.flatnonzero(outlines[0].any(axis=1)).tolist() == list(range(20, 44))
    assert maps[0].shape == (7, 7)
    assert (rows[0].image_id, top) == ("a", [INDEX["mel"]])


def test_a_network_that_looks_at_the_lesion_is_told_from_one_that_does_not(
    tmp_path: Path, classifier: Classifier
) -> None:
    on = measure_localisation(classifier, manifest_of(tmp_path, row(tmp_path, "a", left=56)), resamples=20)
    beside = measure_localisation(
        classifier, manifest_of(tmp_path, row(tmp_path, "a", left=66, mask_left=34)), resamples=20
    )

    assert on.groups["all"].measures["pointing"].maps.value == 1
    assert beside.groups["all"].measures["pointing"].maps.value == 0


def test_a_mask_of_another_size_but_the_same_field_counts(tmp_path: Path, classifier: Classifier) -> None:
    found = measure_localisation(classifier, manifest_of(tmp_path, row(tmp_path, "a", left=56, mask_size=3)))

    assert found.groups["all"].measures["pointing"].maps.value == 1


def test_pictures_without_an_outline_and_lesions_outside_the_square_are_left_out_and_counted(
    tmp_path: Path, classifier: Classifier
) -> None:
    outside, inside = row(tmp_path, "a", left=4), row(tmp_path, "b", left=56)
    bare = ManifestRow(image_id="c", path="b.png", sha256=inside.sha256, lesion_id="L-c")

    found = measure_localisation(classifier, manifest_of(tmp_path, outside, inside, bare))

    assert (found.groups["all"].pictures, found.left_out) == (1, 2)


def test_an_outline_of_another_field_is_refused(tmp_path: Path, classifier: Classifier) -> None:
    wrong = row(tmp_path, "a", left=56)
    (tmp_path / "a_mask.png").write_bytes(encode_png(np.full((64, 64, 3), 255, np.uint8)))

    with pytest.raises(DataError, match="64×64 px and the picture 128×64") as refusal:
        measure_localisation(classifier, manifest_of(tmp_path, wrong))

    assert refusal.value.code == "data.mask"


def test_only_the_named_pictures_are_read(tmp_path: Path, classifier: Classifier) -> None:
    manifest = manifest_of(tmp_path, row(tmp_path, "a", left=56), row(tmp_path, "b", left=4))

    assert measure_localisation(classifier, manifest, ["a"]).left_out == 0


def test_no_picture_with_an_outline_is_an_error(tmp_path: Path, classifier: Classifier) -> None:
    with pytest.raises(DataError, match="at least one map"):
        measure_localisation(classifier, manifest_of(tmp_path, row(tmp_path, "a", left=4)))
