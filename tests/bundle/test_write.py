"""A bundle is written whole or not at all, and never over another."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from epiluma.bundle.read import load_bundle
from epiluma.bundle.write import attach_evaluation, attach_training, bundle_id, write_bundle
from epiluma.errors import BundleError
from fixtures_bundle import write_tiny_bundle

EVALUATION = {
    "split": "test",
    "images": 4,
    "lesions": 3,
    "resamples": 10,
    "metrics": {
        "top1": {"title": "Right first", "value": 0.75, "low": 0.25, "high": 1.0, "n": 4, "from": "probabilities"}
    },
    "classes": {},
    "tiers": {"rows": {}, "melanomas_low_per_100": 50.0},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "bundle")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_id_is_name_date_and_the_start_of_the_models_hash() -> None:
    # SHA-256 of nothing is e3b0c442 98fc1c14 …
    assert bundle_id("mobilenet_v2", created=date(2026, 1, 2), model=b"") == "mobilenet_v2-20260102-e3b0c442"


def test_a_bundle_holds_model_list_card_and_their_hashes_and_nothing_else(folder: Path) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]

    assert names(folder) == ["card.md", "manifest.json", "model.onnx", "trained_on.csv.gz"]
    assert files == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.onnx", "trained_on.csv.gz", "card.md")
    }


def test_a_bundle_is_never_overwritten(folder: Path) -> None:
    before = (folder / "manifest.json").read_bytes()

    with pytest.raises(BundleError, match="never overwritten"):
        write_tiny_bundle(folder)

    assert (folder / "manifest.json").read_bytes() == before


def test_an_empty_folder_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    with pytest.raises(BundleError, match="never overwritten"):
        write_tiny_bundle(tmp_path / "mine")


def test_a_bundle_that_would_not_be_read_back_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    manifest = replace(load_bundle(folder).manifest, id="tiny-20260102-00000000")

    with pytest.raises(BundleError, match="do not belong together"):
        write_bundle(tmp_path / "new", manifest=manifest, model=b"graph", trained_on=b"list")

    assert names(tmp_path) == ["bundle"]


def test_writing_leaves_no_scratch_folder(folder: Path) -> None:
    assert names(folder.parent) == ["bundle"]


def test_an_evaluation_is_attached_with_a_new_card_and_the_model_stays(folder: Path) -> None:
    before = load_bundle(folder)

    after = attach_evaluation(folder, EVALUATION | {"model_id": before.id})

    assert json.loads(after.read_file("evaluation.json"))["images"] == 4
    assert "0.750 (0.250-1.000)" in after.read_file("card.md").decode()
    assert after.manifest.files["model.onnx"] == before.manifest.files["model.onnx"]
    assert names(folder.parent) == ["bundle"]


def test_an_evaluation_can_be_replaced_by_a_later_one(folder: Path) -> None:
    first = load_bundle(folder)
    attach_evaluation(folder, EVALUATION | {"model_id": first.id})

    again = attach_evaluation(folder, EVALUATION | {"model_id": first.id, "images": 5})

    assert json.loads(again.read_file("evaluation.json"))["images"] == 5


def test_an_evaluation_of_another_model_is_refused(folder: Path) -> None:
    with pytest.raises(BundleError, match="the evaluation is of other-20260101-00000000"):
        attach_evaluation(folder, EVALUATION | {"model_id": "other-20260101-00000000"})

    assert "evaluation.json" not in names(folder)


def test_a_record_of_the_training_is_attached_and_the_rest_stays(folder: Path) -> None:
    before = load_bundle(folder)
    after = attach_training(folder, {"model_id": before.id, "layers": []})

    assert json.loads(after.read_file("training.json"))["layers"] == []
    assert {name: after.manifest.files[name] for name in before.manifest.files} == dict(before.manifest.files)


def test_the_record_of_another_models_training_is_refused(folder: Path) -> None:
    with pytest.raises(BundleError, match="the training record is of another-one"):
        attach_training(folder, {"model_id": "another-one"})


def test_an_evaluation_that_is_no_json_leaves_the_bundle_as_it_was(folder: Path) -> None:
    metrics = {"top1": EVALUATION["metrics"]["top1"] | {"value": float("nan")}}  # type: ignore[index]

    with pytest.raises(ValueError, match="not JSON compliant"):
        attach_evaluation(folder, EVALUATION | {"model_id": load_bundle(folder).id, "metrics": metrics})

    assert "evaluation.json" not in load_bundle(folder).manifest.files


def test_a_place_that_cannot_be_written_is_an_error_in_words(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(BundleError, match=r"file/new cannot be written"):
        write_tiny_bundle(tmp_path / "file" / "new")
