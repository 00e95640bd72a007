"""The whole graph of a bundle: a decoded picture of any size in, calibrated numbers out.

Everything a client could get wrong is inside: the cut, the resize, the scaling, the calibration, the prior, the
quality measures and the refusal score.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper

from epiluma.bundle.manifest import OUTPUTS
from epiluma.export.activation import add_activation_maps
from epiluma.export.network import OPSET, network_to_onnx
from epiluma.export.nodes import FLOAT, UINT8, Nodes, store_as_float16
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import (
    CLIPPED_ABOVE,
    CLIPPED_BELOW,
    HAIR_DARKNESS,
    LEAST_CONTRAST,
    LESION_NAMES,
    LUMA_WEIGHTS,
    QUALITY_NAMES,
    QualityLimit,
    hair_radius_px,
    sharpness_block_px,
)
from epiluma.taxonomy import CODES
from epiluma.training.guard import Guard
from epiluma.training.networks import Network

# Float32 sums of squares can fall a hair below zero, and a logarithm or a quotient needs a floor.
TINY = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class GraphSettings:
    """The numbers that calibration and thresholds put into the graph.

    Attributes:
        temperature: the logits are divided by it, after scale and bias.
        tau: strength of the prior adjustment.
        prior: (7,) class shares of the training data.
        quality: limits in the order of the `quality` output.
        scale: (7,) factors of the logits; None for ones.
        bias: (7,) added to them; None for zeros.
    """

    temperature: float
    tau: float
    prior: tuple[float, ...]
    quality: tuple[QualityLimit, ...]
    scale: tuple[float, ...] | None = None
    bias: tuple[float, ...] | None = None


def build_graph(
    network: Network, preprocessing: Preprocessing, settings: GraphSettings, guard: Guard | None = None
) -> bytes:
    """Return `model.onnx`: uint8 RGB (1, H, W, 3) of any size to the five outputs of the bundle.

    Args:
        network: as it ships.
        preprocessing: the rule from picture to network.
        settings: calibration and limits; with a guard, limits of `LESION_NAMES` stand last.
        guard: what the network has learnt about pictures that cannot be judged; None where it has not.
    """
    nodes = Nodes()
    resized = _resize(nodes, preprocessing)
    _normalise(nodes, resized, preprocessing)
    model = network_to_onnx(network, preprocessing.size_px, guard)
    nodes.take(model)
    _probabilities(nodes, settings)
    add_activation_maps(nodes, network, model)
    measured = _quality(nodes, resized, preprocessing.size_px)
    unfamiliar = []
    if guard:
        unfamiliarity, *lesion = _guard(nodes, settings.quality)
        measured, unfamiliar = measured | dict(zip(LESION_NAMES, lesion, strict=True)), [unfamiliarity]
    measures = [measured[limit.name] for limit in settings.quality]  # a model of before may ask for fewer
    _name_quality(nodes, measures)
    _abstention(nodes, measures, settings.quality, unfamiliar)
    store_as_float16(nodes)
    graph: bytes = _finish(nodes, len(settings.quality)).SerializeToString()
    return graph


def _resize(nodes: Nodes, rule: Preprocessing) -> str:
    """Cut the centre square and resize it: (1, 3, S, S) in [0, 1]."""
    shape = nodes.add("Shape", "image", start=1, end=3)
    side = nodes.add("ReduceMin", shape, keepdims=1)
    start = nodes.add("Div", nodes.add("Sub", shape, side), nodes.array([2], np.int64))
    square = nodes.add("Slice", "image", start, nodes.add("Add", start, side), nodes.array([1, 2], np.int64))
    planes = nodes.add("Cast", nodes.add("Transpose", square, perm=[0, 3, 1, 2]), to=FLOAT)
    sizes = nodes.array([1, 3, rule.size_px, rule.size_px], np.int64)
    resized = nodes.add(
        "Resize",
        planes,
        "",
        "",
        sizes,
        mode="linear",
        antialias=1,
        exclude_outside=1,  # torch's rule at the edges: taps outside count nothing, the others are renormalised
        coordinate_transformation_mode="half_pixel",
    )
    return nodes.add("Div", resized, nodes.array(255.0))


def _normalise(nodes: Nodes, resized: str, rule: Preprocessing) -> None:
    mean, std = (np.reshape(values, (1, 3, 1, 1)) for values in (rule.mean, rule.std))
    nodes.add("Div", nodes.add("Sub", resized, nodes.array(mean)), nodes.array(std), name="network_input")


def _probabilities(nodes: Nodes, settings: GraphSettings) -> None:
    logits = "logits"
    if settings.scale is not None:
        logits = nodes.add("Mul", logits, nodes.array(np.reshape(settings.scale, (1, -1))))
    if settings.bias is not None:
        logits = nodes.add("Add", logits, nodes.array(np.reshape(settings.bias, (1, -1))))
    calibrated = nodes.add("Div", logits, nodes.array(settings.temperature))
    nodes.add("Softmax", calibrated, axis=1, name="probabilities")
    shift = settings.tau * np.log(np.asarray(settings.prior))[None]
    nodes.add("Softmax", nodes.add("Sub", calibrated, nodes.array(shift)), axis=1, name="decision_scores")


def _quality(nodes: Nodes, resized: str, size_px: int) -> dict[str, str]:
    """Measure the resized picture as `epiluma.imaging.quality` defines it; each result has shape (1,)."""
    everything, block_px = nodes.array([1, 2, 3], np.int64), sharpness_block_px(size_px)

    def mean(values: str) -> str:
        return nodes.add("ReduceMean", values, everything, keepdims=0)

    luma = nodes.add("Conv", resized, nodes.array(np.reshape(LUMA_WEIGHTS, (1, 3, 1, 1))))
    brightness = mean(luma)
    centred = nodes.add("Sub", luma, brightness)
    contrast = nodes.add("Sqrt", mean(nodes.add("Mul", centred, centred)))
    laplacian = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])[None, None]
    blocks = nodes.add("AveragePool", luma, kernel_shape=[block_px] * 2, strides=[block_px] * 2)
    edges = mean(nodes.add("Abs", nodes.add("Conv", blocks, nodes.array(laplacian))))
    sharpness = nodes.add("Div", edges, nodes.add("Max", contrast, nodes.array(LEAST_CONTRAST)))
    low = nodes.add("LessOrEqual", luma, nodes.array(CLIPPED_BELOW))
    high = nodes.add("GreaterOrEqual", luma, nodes.array(CLIPPED_ABOVE))
    clipped = mean(nodes.add("Cast", nodes.add("Or", low, high), to=FLOAT))
    narrow = nodes.add("Sub", _closing(nodes, luma, hair_radius_px(size_px)), luma)
    hair = mean(nodes.add("Cast", nodes.add("Greater", narrow, nodes.array(HAIR_DARKNESS)), to=FLOAT))
    return dict(zip(QUALITY_NAMES, (brightness, contrast, sharpness, clipped, hair), strict=True))


def _closing(nodes: Nodes, luma: str, radius: int) -> str:
    def largest(values: str) -> str:
        return nodes.add("MaxPool", values, kernel_shape=[2 * radius + 1] * 2, pads=[radius] * 4)

    return nodes.add("Neg", largest(nodes.add("Neg", largest(luma))))


def _guard(nodes: Nodes, limits: Sequence[QualityLimit]) -> list[str]:
    """Return unfamiliarity, lesion and lesion area, each (1,); the area is 1 where no lesion is found to be small."""
    found = next(limit for limit in limits if limit.name == LESION_NAMES[0])
    unfamiliarity, lesion, area = (
        nodes.add("Gather", "guard", nodes.array(column, np.int64), axis=1) for column in range(3)
    )
    absent = nodes.add("Less", lesion, nodes.array(found.minimum or 0.0))
    return [unfamiliarity, lesion, nodes.add("Where", absent, nodes.array([1.0]), area)]


def _name_quality(nodes: Nodes, measures: Sequence[str]) -> None:
    axis = nodes.array([1], np.int64)
    nodes.add("Concat", *(nodes.add("Unsqueeze", m, axis) for m in measures), axis=1, name="quality")


def _abstention(
    nodes: Nodes, measures: Sequence[str], limits: Sequence[QualityLimit], unfamiliar: Sequence[str]
) -> None:
    """The largest share of a limit that is used up, or the unfamiliarity where it is larger; above 1: refuse."""
    shares = [nodes.array([0.0]), *unfamiliar]
    for measure, limit in zip(measures, limits, strict=True):
        if limit.minimum is not None:
            floor = nodes.add("Max", measure, nodes.array(TINY))
            shares.append(nodes.add("Div", nodes.array(limit.minimum), floor))
        if limit.maximum is not None:
            shares.append(nodes.add("Div", measure, nodes.array(limit.maximum)))
    nodes.add("Max", *shares, name="abstention_score")


def _finish(nodes: Nodes, measures: int) -> onnx.ModelProto:
    shapes: dict[str, list[int | str]] = {
        "probabilities": [1, len(CODES)],
        "decision_scores": [1, len(CODES)],
        "activation_maps": [1, len(CODES), "map_height", "map_width"],
        "abstention_score": [1],
        "quality": [1, measures],
    }
    graph = helper.make_graph(
        nodes.nodes,
        "epiluma",
        [helper.make_tensor_value_info("image", UINT8, [1, "height", "width", 3])],
        [helper.make_tensor_value_info(name, FLOAT, shapes[name]) for name in OUTPUTS],
        nodes.initializers,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10, producer_name="epiluma"
    )
    onnx.checker.check_model(model, full_check=True)
    return model
