"""A bundle whose answers can be worked out by hand: it looks at the mean colour only.

With r, g, b the mean of each channel in [0, 1] and s = r + g + b + 1/4:

    mel = r / s    nv = g / s    vasc = b / s    akiec = bcc = bkl = df = 1/16 / s

Decision scores are probability / prior, divided by their sum. The maps are the channels in 7×7 (green for nv, blue for
vasc, red for all others), each divided by its maximum. The quality is measured on the whole picture as it comes in.
"""

import gzip
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from epiluma.bundle.manifest import Abstention, BundleManifest, Calibration, DecisionRule, QualityLimit, Tiers
from epiluma.bundle.write import bundle_id, write_bundle
from epiluma.imaging.preprocess import Preprocessing

FLOAT = 1  # onnx.TensorProto.FLOAT
PRIOR = (1 / 16, 1 / 16, 1 / 8, 1 / 16, 1 / 8, 1 / 2, 1 / 16)
TRAINED_ON = b"image_id,lesion_id,use\nISIC_9000001,HAM_9000001,train\nISIC_9000002,HAM_9000002,threshold\n"
QUALITY = (
    QualityLimit(name="brightness", minimum=0.1, below="quality.dark", maximum=0.95, above="quality.bright"),
    QualityLimit(name="contrast", minimum=0.02, below="quality.blank"),
    QualityLimit(name="sharpness", minimum=0.05, below="quality.blurred"),
    QualityLimit(name="clipped", maximum=0.75, above="quality.clipped"),
)


def write_tiny_bundle(folder: Path) -> Path:
    """Write the bundle to `folder`, which must not exist, and return it."""
    model = _graph().SerializeToString()
    created = date(2026, 1, 2)
    manifest = BundleManifest(
        id=bundle_id("tiny", created=created, model=model),
        name="tiny",
        created=created.isoformat(),
        preprocessing=Preprocessing(size_px=224),
        calibration=Calibration(method="temperature", temperature=1.0, fitted_on="validation", n=4),
        decision=DecisionRule(rule="prior-adjusted", tau=1.0, prior=PRIOR, fitted_on="validation"),
        tiers=Tiers(intermediate_from=0.25, high_from=0.5, fitted_on="validation", n=4),
        abstention=Abstention(threshold=1.0, method="quality-limits"),
        quality=QUALITY,
        provenance={"config": "drawn by hand", "parity": {"pictures": 0, "source": "drawn", "max_abs_diff": 0.0}},
        licenses={"code": "Apache-2.0", "weights": "CC-BY-NC-4.0"},
    )
    write_bundle(folder, manifest=manifest, model=model, trained_on=gzip.compress(TRAINED_ON, mtime=0))
    return folder


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny bundle; do not change it, write your own for that."""
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def _graph() -> Any:
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    nodes = [*_colour_nodes(), *_score_nodes(), *_map_nodes(), *_quality_nodes()]
    graph = helper.make_graph(
        nodes,
        "tiny",
        inputs=[helper.make_tensor_value_info("image", onnx.TensorProto.UINT8, [1, "height", "width", 3])],
        outputs=[
            helper.make_tensor_value_info("probabilities", FLOAT, [1, 7]),
            helper.make_tensor_value_info("decision_scores", FLOAT, [1, 7]),
            helper.make_tensor_value_info("activation_maps", FLOAT, [1, 7, 7, 7]),
            helper.make_tensor_value_info("abstention_score", FLOAT, [1]),
            helper.make_tensor_value_info("quality", FLOAT, [1, 4]),
        ],
        initializer=[onnx.numpy_helper.from_array(value, name) for name, value in _constants().items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _constants() -> dict[str, np.ndarray]:
    to_class = np.zeros((3, 7), np.float32)
    to_class[0, 4] = to_class[1, 5] = to_class[2, 6] = 1  # red: mel, green: nv, blue: vasc
    rest = np.array([[1, 1, 1, 1, 0, 0, 0]], np.float32) / 16
    laplacian = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)
    return {
        "c255": np.float32(255),
        "axes_hw": np.array([2, 3], np.int64),
        "axes_all": np.array([1, 2, 3], np.int64),
        "axis_0": np.array([0], np.int64),
        "axis_1": np.array([1], np.int64),
        "to_class": to_class,
        "rest": rest,
        "prior": np.array([PRIOR], np.float32),
        "map_sizes": np.array([1, 3, 7, 7], np.int64),
        "map_channels": np.array([0, 0, 0, 0, 0, 1, 2], np.int64),
        "tiny": np.float32(1e-6),
        "luma_weights": np.array([0.299, 0.587, 0.114], np.float32).reshape(1, 3, 1, 1),
        "laplacian": laplacian.reshape(1, 1, 3, 3),
        "least_contrast": np.float32(0.02),
        "darkest": np.float32(2.5 / 255),
        "brightest": np.float32(252.5 / 255),
        "minima": np.array([[0.1, 0.02, 0.05]], np.float32),
        "maxima": np.array([[0.95, 0.75]], np.float32),
        "bounded_below": np.array([0, 1, 2], np.int64),
        "bounded_above": np.array([0, 3], np.int64),
    }


def _node(operation: str, inputs: str, output: str, **attributes: object) -> Any:
    # A dash is an input that is left out.
    names = ["" if name == "-" else name for name in inputs.split()]
    return pytest.importorskip("onnx").helper.make_node(operation, names, [output], **attributes)


def _colour_nodes() -> list[Any]:
    return [
        _node("Cast", "image", "float_image", to=FLOAT),
        _node("Transpose", "float_image", "channels_first", perm=[0, 3, 1, 2]),
        _node("Div", "channels_first c255", "pixels"),
        _node("ReduceMean", "pixels axes_hw", "colour", keepdims=0),
    ]


def _score_nodes() -> list[Any]:
    return [
        _node("MatMul", "colour to_class", "coloured"),
        _node("Add", "coloured rest", "parts"),
        _node("ReduceSum", "parts axis_1", "total", keepdims=1),
        _node("Div", "parts total", "probabilities"),
        _node("Div", "probabilities prior", "adjusted"),
        _node("ReduceSum", "adjusted axis_1", "adjusted_total", keepdims=1),
        _node("Div", "adjusted adjusted_total", "decision_scores"),
    ]


def _map_nodes() -> list[Any]:
    return [
        _node("Resize", "pixels - - map_sizes", "small", mode="linear"),
        _node("Gather", "small map_channels", "seven", axis=1),
        _node("ReduceMax", "seven axes_hw", "peak", keepdims=1),
        _node("Max", "peak tiny", "safe_peak"),
        _node("Div", "seven safe_peak", "activation_maps"),
    ]


def _quality_nodes() -> list[Any]:
    return [
        _node("Conv", "pixels luma_weights", "luma"),
        _node("ReduceMean", "luma axes_all", "brightness", keepdims=0),
        _node("ReduceMean", "luma axes_all", "brightness_4d", keepdims=1),
        _node("Sub", "luma brightness_4d", "deviation"),
        _node("Mul", "deviation deviation", "squared"),
        _node("ReduceMean", "squared axes_all", "variance", keepdims=0),
        _node("Sqrt", "variance", "contrast"),
        _node("Conv", "luma laplacian", "edges"),
        _node("Abs", "edges", "edge_strength"),
        _node("ReduceMean", "edge_strength axes_all", "mean_edge", keepdims=0),
        _node("Max", "contrast least_contrast", "safe_contrast"),
        _node("Div", "mean_edge safe_contrast", "sharpness"),
        _node("Less", "luma darkest", "is_dark"),
        _node("Greater", "luma brightest", "is_bright"),
        _node("Or", "is_dark is_bright", "is_clipped"),
        _node("Cast", "is_clipped", "clipped_pixels", to=FLOAT),
        _node("ReduceMean", "clipped_pixels axes_all", "clipped", keepdims=0),
        _node("Concat", "brightness contrast sharpness clipped", "quality_1d", axis=0),
        _node("Unsqueeze", "quality_1d axis_0", "quality"),
        *_abstention_nodes(),
    ]


def _abstention_nodes() -> list[Any]:
    return [
        _node("Gather", "quality bounded_below", "lower", axis=1),
        _node("Max", "lower tiny", "safe_lower"),
        _node("Div", "minima safe_lower", "too_low"),
        _node("Gather", "quality bounded_above", "upper", axis=1),
        _node("Div", "upper maxima", "too_high"),
        _node("Concat", "too_low too_high", "passed", axis=1),
        _node("ReduceMax", "passed axis_1", "abstention_score", keepdims=0),
    ]
