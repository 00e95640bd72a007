"""A bundle that has learnt when not to answer: by one command, and again from its folder."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from epiluma.bundle.read import Bundle
from epiluma.data.manifest import Manifest, read_manifest
from epiluma.data.synthetic import drawn_lesion, drawn_sample
from epiluma.errors import BundleError, TrainingError
from epiluma.export.make import export_bundle, learn_abstention, model_of_run
from epiluma.export.model_folder import read_model
from epiluma.imaging.quality import QUALITY_LIMITS
from epiluma.inference.classifier import Classifier
from epiluma.records import Modality
from epiluma.training.abstention import read_guard

TODAY = date(2026, 1, 2)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def careful(finished_run: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    output = tmp_path_factory.mktemp("careful") / "bundle"
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("epiluma.training.abstention.DRAWN_SEEDS", 2)  # drawing takes longest
        return export_bundle(finished_run, output, models=models, abstention=True, created=TODAY)


def test_the_manifest_says_what_is_measured_and_where_the_limits_come_from(careful: Bundle) -> None:
    abstention = careful.manifest.abstention

    assert [limit.name for limit in careful.manifest.quality][-2:] == ["lesion", "lesion_area"]
    assert [limit.below for limit in careful.manifest.quality][-2:] == ["quality.no-lesion", "quality.small-lesion"]
    assert (abstention.threshold, abstention.method, abstention.fitted_on) == (1.0, "lesion-features", "validation")
    assert abstention.n >= 8


def test_drawn_lesions_are_read_and_drawn_hills_are_not(careful: Bundle) -> None:
    classifier = Classifier(careful)
    read = [
        classifier.read(drawn_lesion(seed=seed), modality=Modality.DERMOSCOPIC).prediction.abstained
        for seed in range(12)
    ]
    hills = [classifier.read(drawn_sample("non-lesion", seed=seed)).prediction.abstained for seed in range(4)]

    assert sum(read) <= 4  # of twelve, by a network that learnt for two seconds and limits from ten lesions
    assert sum(hills) >= 3


def test_a_models_folder_makes_the_same_bundle_again_without_pictures(
    careful: Bundle, models: Path, tmp_path: Path
) -> None:
    again = export_bundle(models / careful.id, tmp_path / "again", created=date(2030, 1, 1))

    assert again.id == careful.id
    assert again.read_file("model.onnx") == careful.read_file("model.onnx")
    assert again.manifest.quality == careful.manifest.quality


def test_what_is_kept_is_small_and_holds_statistics_only(careful: Bundle, models: Path) -> None:
    path = models / careful.id / "abstention.npz"

    with np.load(path) as kept:
        largest = max(kept[name].size for name in kept.files)
        names = set(kept.files)
    assert path.stat().st_size < 1_000_000
    assert largest <= 128 * 1024
    assert {"centre", "components", "weight", "map_weight", "distances"} <= names
    assert read_guard(path).n == careful.manifest.abstention.n


def test_without_learning_a_run_keeps_the_limits_of_quality(finished_run: Path) -> None:
    model = model_of_run(finished_run, created=TODAY)

    assert model.guard is None
    assert model.manifest.abstention.method == "quality-limits"
    assert model.manifest.quality == QUALITY_LIMITS


def test_a_folder_of_before_still_reads(finished_run: Path, models: Path, careful: Bundle, tmp_path: Path) -> None:
    plain = export_bundle(finished_run, tmp_path / "plain", models=tmp_path / "models", created=TODAY)

    assert read_model(tmp_path / "models" / plain.id).guard is None
    assert not (tmp_path / "models" / plain.id / "abstention.npz").exists()


def test_pictures_without_outlines_are_not_enough(finished_run: Path) -> None:
    manifest = read_manifest(finished_run.parent / "manifest.csv")
    model = model_of_run(finished_run, created=TODAY)

    with pytest.raises(TrainingError, match="at least 8 lesions with an outline"):
        learn_abstention(model, Manifest(manifest.path, manifest.rows[:6]))
    with pytest.raises(TrainingError, match="give --manifest"):
        learn_abstention(model, None)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "abstention.npz", centre=np.zeros(3))

    with pytest.raises(BundleError, match="does not hold"):
        read_guard(tmp_path / "abstention.npz")
