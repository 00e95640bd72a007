"""Carry a gradient backwards through a network's ONNX nodes, as more nodes: the graph then says what mattered, itself.

Only what the networks here are made of: convolution, ReLU, clipping and addition.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import onnx
from onnx import helper

from epiluma.export.nodes import FLOAT, Nodes

Shapes = Mapping[str, tuple[int, ...]]
Arriving = Iterator[tuple[str, str]]  # input of a node, gradient with respect to it


class NoGradient(Exception):  # noqa: N818 -- it reads as what it is
    """A node whose derivative is not known here."""


def carry_back(nodes: Nodes, model: onnx.ModelProto, *, output: str, seed: str, to: str) -> str:
    """Add the nodes that work out a gradient and return its name.

    Args:
        nodes: of the graph in the making, which holds the model's nodes already.
        model: with the shape of every tensor.
        output: the tensor that the gradient starts from.
        seed: gradient with respect to `output`, of its shape or one that can be spread to it.
        to: the tensor it is carried to.

    Raises:
        NoGradient: there is a node of another kind between the two, or no way from one to the other.
    """
    shapes = tensor_shapes(model)
    way = _between(model.graph.node, to, output)
    reached = {to, *(name for node in way for name in node.output)}
    whole = nodes.array(shapes[output], np.int64)
    gradients = {output: nodes.add("Expand", seed, whole)}
    for node in reversed(way):
        if node.op_type not in _RULES:
            raise NoGradient(f"the derivative of {node.op_type} is not known")
        for name, gradient in _RULES[node.op_type](nodes, node, gradients[node.output[0]], shapes):
            if name in reached:
                gradients[name] = nodes.add("Add", gradients[name], gradient) if name in gradients else gradient
    return gradients[to]


def tensor_shapes(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor whose shape is fixed."""
    graph = model.graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.input, *graph.value_info, *graph.output):
        shapes[value.name] = tuple(size.dim_value for size in value.type.tensor_type.shape.dim)
    return shapes


def before(nodes: Sequence[onnx.NodeProto], output: str) -> list[onnx.NodeProto]:
    """Return the nodes that `output` is worked out from, in their order."""
    needed, found = {output}, []
    for node in reversed(nodes):
        if needed & set(node.output):
            needed.update(node.input)
            found.append(node)
    return found[::-1]


def _between(nodes: Sequence[onnx.NodeProto], start: str, end: str) -> list[onnx.NodeProto]:
    after, found = {start}, []
    for node in before(nodes, end):
        if after & set(node.input):
            after.update(node.output)
            found.append(node)
    if end not in after:
        raise NoGradient(f"{end} does not depend on {start}")
    return found


def _convolution(nodes: Nodes, node: onnx.NodeProto, gradient: str, shapes: Shapes) -> Arriving:
    given = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    source, kernel = node.input[0], node.input[1]
    if given.get("auto_pad", b"NOTSET") != b"NOTSET":
        raise NoGradient("a convolution with automatic padding")
    sides = shapes[kernel][2:]
    strides, dilations = given.get("strides", [1, 1]), given.get("dilations", [1, 1])
    pads = given.get("pads", [0, 0, 0, 0])
    # What a stride leaves over at the end of a side: those places took no part, their gradient is 0.
    left_over = [
        shapes[source][2 + axis]
        - ((shapes[node.output[0]][2 + axis] - 1) * strides[axis] + dilations[axis] * (sides[axis] - 1) + 1)
        + (pads[axis] + pads[axis + 2])
        for axis in (0, 1)
    ]
    yield (
        source,
        nodes.add(
            "ConvTranspose",
            gradient,
            kernel,
            strides=list(strides),
            dilations=list(dilations),
            pads=list(pads),
            output_padding=left_over,
            group=given.get("group", 1),
        ),
    )


def _relu(nodes: Nodes, node: onnx.NodeProto, gradient: str, shapes: Shapes) -> Arriving:  # noqa: ARG001 -- as the others
    open_ = nodes.add("Cast", nodes.add("Greater", node.input[0], nodes.array(0.0)), to=FLOAT)
    yield node.input[0], nodes.add("Mul", gradient, open_)


def _clip(nodes: Nodes, node: onnx.NodeProto, gradient: str, shapes: Shapes) -> Arriving:  # noqa: ARG001
    source, low, high = node.input
    inside = nodes.add("And", nodes.add("Greater", source, low), nodes.add("Less", source, high))
    yield source, nodes.add("Mul", gradient, nodes.add("Cast", inside, to=FLOAT))


def _addition(nodes: Nodes, node: onnx.NodeProto, gradient: str, shapes: Shapes) -> Arriving:  # noqa: ARG001
    for name in node.input:
        if shapes[name] != shapes[node.output[0]]:
            raise NoGradient("an addition that spreads one of its terms")
        yield name, gradient


_RULES: Mapping[str, Callable[[Nodes, onnx.NodeProto, str, Shapes], Arriving]] = {
    "Conv": _convolution,
    "Relu": _relu,
    "Clip": _clip,
    "Add": _addition,
}
