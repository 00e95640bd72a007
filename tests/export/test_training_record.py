"""A bundle says how its model was trained and what it is made of, without torch."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

pytest.importorskip("torch")

from epiluma.bundle.read import load_bundle
from epiluma.errors import BundleError
from epiluma.export.layers import layer_table
from epiluma.export.make import export_bundle
from epiluma.export.training_record import read_validations, record_training
from epiluma.training.networks import build_network

TODAY = date(2026, 1, 2)


def test_the_layers_of_mobilenet_v2_are_those_of_its_paper() -> None:
    """Sandler et al. 2018, table 2: 17 blocks between two convolutions, 112×112 down to 7×7, 300 million products.

    The first convolution: 112 * 112 places * 32 channels * 27 taps = 10,838,016; it has 32 * 27 weights and 2 * 32
    numbers of its normalisation, 928. The last layer has (1280 + 1) * 7 = 8967.
    """
    layers = layer_table(build_network("mobilenet_v2"), 224)

    assert [layer["kind"] for layer in layers].count("inverted-residual") == 17
    assert layers[0] == {
        "kind": "convolution", "kernel": 3, "stride": 2, "shape": [32, 112, 112], "parameters": 928,
        "multiply_adds": 10_838_016,
    }  # fmt: skip
    assert layers[-3]["shape"] == [1280, 7, 7]
    assert (layers[-1]["kind"], layers[-1]["shape"], layers[-1]["parameters"]) == ("linear", [7, 1, 1], 8967)
    assert sum(layer["multiply_adds"] for layer in layers) == pytest.approx(300e6, rel=0.01)


@pytest.mark.parametrize(
    ("architecture", "kinds"),
    [
        ("scratch_cnn", {"convolution", "pooling", "mean", "linear"}),
        ("mobilenet_edgetpu", {"convolution", "bottleneck", "inverted-residual", "mean", "linear"}),
    ],
)
def test_every_network_has_a_table_and_is_left_as_it_was(architecture: str, kinds: set[str]) -> None:
    network = build_network(architecture).train()

    assert {layer["kind"] for layer in layer_table(network, 64)} == kinds
    assert network.training


def test_an_exported_bundle_carries_the_validations_of_its_run(finished_run: Path, tmp_path: Path) -> None:
    bundle = export_bundle(finished_run, tmp_path / "bundle", created=TODAY)

    record = json.loads(bundle.read_file("training.json"))
    logged = [json.loads(line) for line in (finished_run / "log.jsonl").read_text().splitlines()]
    assert (record["schema"], record["model_id"]) == ("epiluma.training/1", bundle.id)
    assert record["validations"][0]["balanced_accuracy"] == pytest.approx(logged[0]["balanced_accuracy"], abs=1e-6)
    assert record["recipe"]["name"] == "quick"


def test_a_bundle_of_before_gets_its_record_and_keeps_model_and_id(finished_run: Path, tmp_path: Path) -> None:
    made = export_bundle(finished_run, tmp_path / "bundle", models=tmp_path / "models", created=TODAY)
    folder, model = tmp_path / "models" / made.id, made.read_file("model.onnx")
    other = tmp_path / "other"
    shutil.copytree(folder, other)

    written = record_training(made, folder, compared=[other])

    bundle = load_bundle(made.path)
    record = json.loads(bundle.read_file("training.json"))
    assert (bundle.id, bundle.read_file("model.onnx")) == (made.id, model)
    assert [entry["name"] for entry in record["compared"]] == ["quick"]
    assert json.loads(written[1].read_text()) == record


def test_what_is_kept_beside_the_weights_goes_into_the_next_bundle(finished_run: Path, tmp_path: Path) -> None:
    made = export_bundle(finished_run, tmp_path / "bundle", models=tmp_path / "models", created=TODAY)
    folder = tmp_path / "models" / made.id
    record_training(made, folder, compared=[folder])

    again = export_bundle(folder, tmp_path / "again", created=TODAY)

    assert len(json.loads(again.read_file("training.json"))["compared"]) == 1


def test_the_record_of_another_model_is_refused(tiny_bundle: Path, finished_run: Path, tmp_path: Path) -> None:
    made = export_bundle(finished_run, tmp_path / "bundle", models=tmp_path / "models", created=TODAY)

    with pytest.raises(BundleError, match="the bundle is tiny-"):
        record_training(load_bundle(tiny_bundle), tmp_path / "models" / made.id)


def test_a_validation_that_repeats_the_step_before_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"step": 1, "top1": 0.5}\n{"step": 1, "top1": 0.5}\n{"step": 2, "x": 1}\n')

    assert read_validations(tmp_path / "log.jsonl") == [{"step": 1, "top1": 0.5}, {"step": 2}]


def test_a_log_that_is_none_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("not a log\n")

    with pytest.raises(BundleError, match="not the log of a run"):
        read_validations(tmp_path / "log.jsonl")
