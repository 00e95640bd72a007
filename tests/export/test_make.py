"""A bundle is written whole and proven, or not at all; a model's folder makes it again."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from epiluma.bundle.read import load_bundle
from epiluma.data.synthetic import drawn_lesion
from epiluma.errors import BundleError, ParityError, TrainingError
from epiluma.export.make import export_bundle, model_of_run
from epiluma.export.model_folder import read_model
from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.export.parity import parity_pictures, prove_parity
from epiluma.inference.classifier import Classifier
from epiluma.training.shipping import shipped_network
from small_manifests import make_manifest

TODAY = date(2026, 1, 2)


def test_a_run_becomes_a_bundle_that_reads_a_picture(finished_run: Path, tmp_path: Path) -> None:
    bundle = export_bundle(finished_run, tmp_path / "bundle", created=TODAY)

    reading = Classifier(bundle).read(drawn_lesion(seed=1), file="drawn.jpg")
    assert bundle.id.startswith("quick-20260102-")
    assert sum(reading.prediction.probabilities) == pytest.approx(1, abs=1e-6)


def test_torch_and_onnx_are_compared_on_the_runs_own_validation_pictures(finished_run: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    bundle = export_bundle(finished_run, tmp_path / "bundle", created=TODAY, progress=lambda *step: told.append(step))
    parity = bundle.manifest.provenance["parity"]

    with np.load(finished_run / "validation.npz") as kept:
        count = min(64, len(kept["labels"]))
    assert (parity["source"], parity["pictures"]) == ("validation", count)
    assert 0 < parity["max_abs_diff"] < 2e-3
    assert told == [("Comparing the graph with torch", done, count) for done in range(1, count + 1)]


def test_a_models_folder_makes_the_same_bundle_again(finished_run: Path, tmp_path: Path) -> None:
    first = export_bundle(finished_run, tmp_path / "first", models=tmp_path / "models", created=TODAY)

    again = export_bundle(tmp_path / "models" / first.id, tmp_path / "again", created=date(2030, 1, 1))

    assert again.id == first.id
    assert (tmp_path / "models" / first.id / "log.jsonl").read_text() == (finished_run / "log.jsonl").read_text()
    assert again.read_file("model.onnx") == first.read_file("model.onnx")
    assert again.manifest.provenance["parity"]["source"] == "drawn"


def test_a_graph_that_computes_something_else_is_not_exported(finished_run: Path, tmp_path: Path) -> None:
    model = model_of_run(finished_run, created=TODAY)
    rules, network = model.manifest, shipped_network(model.network)
    wrong = GraphSettings(
        temperature=rules.calibration.temperature * 3,
        tau=rules.decision.tau,
        prior=rules.decision.prior,
        quality=rules.quality,
    )
    graph = build_graph(network, rules.preprocessing, wrong)

    with pytest.raises(ParityError, match="away from the trained network"):
        prove_parity(graph, network, rules, [drawn_lesion(seed=1)], source="drawn")


def test_a_run_whose_pictures_are_unknown_asks_for_them(finished_run: Path, tmp_path: Path) -> None:
    lost = tmp_path / "run"
    shutil.copytree(finished_run, lost)
    (lost / "inputs.json").unlink()

    with pytest.raises(TrainingError, match="give --manifest"):
        export_bundle(lost, tmp_path / "bundle", created=TODAY)
    assert not (tmp_path / "bundle").exists()


def test_a_folder_that_is_there_is_not_overwritten(finished_run: Path, tmp_path: Path) -> None:
    (tmp_path / "bundle").mkdir()

    with pytest.raises(BundleError, match="exists already"):
        export_bundle(finished_run, tmp_path / "bundle", created=TODAY)


def test_a_models_folder_of_another_schema_is_refused(finished_run: Path, tmp_path: Path) -> None:
    bundle = export_bundle(finished_run, tmp_path / "bundle", models=tmp_path / "models", created=TODAY)
    path = tmp_path / "models" / bundle.id / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": "epiluma.model/9"}))

    with pytest.raises(BundleError, match=r"epiluma.model/1; got 'epiluma.model/9'"):
        read_model(path.parent)


def test_without_a_manifest_the_comparison_is_on_64_drawn_lesions() -> None:
    pictures, source = parity_pictures(["a"], None)

    assert (len(pictures), source) == (64, "drawn")


def test_of_a_list_that_is_at_hand_in_part_that_part_is_compared_and_drawn_lesions_beside_it(tmp_path: Path) -> None:
    manifest = make_manifest(tmp_path, [("a", "L1", "nv"), ("b", "L2", "mel")])

    pictures, source = parity_pictures(["a", "c"], manifest)

    assert (len(pictures), source) == (64, "validation and drawn")
    assert pictures[0] == tmp_path / "a.jpg"
    assert parity_pictures(["a", "b"], manifest) == ([tmp_path / "a.jpg", tmp_path / "b.jpg"], "validation")


def test_the_bundle_names_what_it_was_trained_on(finished_run: Path, tmp_path: Path) -> None:
    export_bundle(finished_run, tmp_path / "bundle", created=TODAY)

    bundle = load_bundle(tmp_path / "bundle")

    assert bundle.read_file("trained_on.csv.gz") == (finished_run / "trained_on.csv.gz").read_bytes()
    assert replace(bundle.manifest).licenses == {"code": "Apache-2.0", "weights": "CC-BY-NC-4.0"}
