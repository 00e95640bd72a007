"""Where the network looked, as nodes of the graph: evidence for each class, placed by what mattered on the way."""

import numpy as np
import onnx

from epiluma.export.gradient import NoGradient, before, carry_back, tensor_shapes
from epiluma.export.nodes import Nodes
from epiluma.taxonomy import CODES
from epiluma.training.networks import Network

TINY = 1e-30  # below every gradient that float32 can hold a quotient of
FLOOR = 1e-6  # of a map's maximum before dividing by it
BLUR = np.outer((1, 2, 1), (1, 2, 1)) / 16  # a gradient through a stride of 2 is grainy


def add_activation_maps(nodes: Nodes, network: Network, model: onnx.ModelProto) -> None:
    """Add the output `activation_maps`, (1, 7, H, W) in [0, 1], each with its maximum at 1 or 0 everywhere.

    What each place of the last feature map adds to a class (Zhou et al. 2016, class activation maps) says which class,
    but hardly where: a network keeps evidence, above all for the commonest class, in cells beside the lesion. So the
    map is enlarged to the feature maps of twice the side and multiplied by how much each place there moved the answer:
    |activation × gradient of the first class's log-probability|, summed over channels (as Selvaraju et al. 2017 and
    Jiang et al. 2021 guide a class map by finer layers), smoothed over neighbours. The gradient is worked out by nodes
    of the graph. A network whose nodes it cannot go through keeps the plain class activation maps.
    """
    weight = nodes.array(network.head.weight.detach().numpy())
    kernel = nodes.add("Reshape", weight, nodes.array([len(CODES), -1, 1, 1], np.int64))
    evidence = nodes.add("Relu", nodes.add("Conv", "features", kernel))
    finer = _finer_tensor(model)
    if finer is not None and (mattered := _what_mattered(nodes, model, weight, finer)) is not None:
        side = tensor_shapes(model)[finer][2:]
        sizes = nodes.array([1, len(CODES), *side], np.int64)
        enlarged = nodes.add(
            "Resize", evidence, "", "", sizes, mode="linear", coordinate_transformation_mode="half_pixel"
        )
        evidence = nodes.add("Mul", enlarged, mattered)
    largest = nodes.add("ReduceMax", evidence, nodes.array([2, 3], np.int64), keepdims=1)
    nodes.add("Div", evidence, nodes.add("Max", largest, nodes.array(FLOOR)), name="activation_maps")


def _finer_tensor(model: onnx.ModelProto) -> str | None:
    """Return the last tensor of twice the features' side: the last sum of a residual block, or else whatever it is."""
    shapes = tensor_shapes(model)
    height, width = shapes["features"][2:]
    made = [
        (node.op_type, name)
        for node in before(model.graph.node, "features")
        for name in node.output
        if shapes.get(name, ())[2:] == (2 * height, 2 * width)
    ]
    sums = [name for kind, name in made if kind == "Add"]
    names = sums or [name for _, name in made]
    return names[-1] if names else None


def _what_mattered(nodes: Nodes, model: onnx.ModelProto, weight: str, finer: str) -> str | None:
    """Return (1, 1, H, W), at most 1: how much each place of the finer feature map moved the answer; None: unknown."""
    standing = len(nodes.nodes), len(nodes.initializers)
    seed = nodes.add("Reshape", nodes.add("MatMul", _pull(nodes), weight), nodes.array([1, -1, 1, 1], np.int64))
    try:
        gradient = carry_back(nodes, model, output="features", seed=seed, to=finer)
    except NoGradient:
        del nodes.nodes[standing[0] :], nodes.initializers[standing[1] :]
        return None
    moved = nodes.add("Abs", nodes.add("Mul", gradient, finer))
    summed = nodes.add("ReduceSum", moved, nodes.array([1], np.int64), keepdims=1)
    pads = nodes.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64)
    smooth = nodes.add("Conv", nodes.add("Pad", summed, pads, mode="edge"), nodes.array(BLUR[None, None]))
    largest = nodes.add("ReduceMax", smooth, nodes.array([2, 3], np.int64), keepdims=1)
    return nodes.add("Div", smooth, nodes.add("Max", largest, nodes.array(TINY)))


def _pull(nodes: Nodes) -> str:
    """Return (1, 7): the gradient of the first class's log-probability with respect to the logits, scaled.

    One-hot minus probabilities, worked out without 1 - p, which is 0 in float32 long before the others' shares are.
    """
    first = nodes.add("ArgMax", "probabilities", axis=1, keepdims=0)
    depth, values = nodes.array(len(CODES), np.int64), nodes.array([0.0, 1.0])
    one_hot = nodes.add("OneHot", first, depth, values, axis=1)
    others = nodes.add("Mul", "probabilities", nodes.add("Sub", nodes.array(1.0), one_hot))
    total = nodes.add("Max", nodes.add("ReduceSum", others, nodes.array([1], np.int64), keepdims=1), nodes.array(TINY))
    return nodes.add("Sub", one_hot, nodes.add("Div", others, total))
