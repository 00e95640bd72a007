"""A small builder of ONNX graphs: nodes are added one after the other, each returns the name of its result."""

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

FLOAT, UINT8 = onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8


class Nodes:
    """The nodes and stored arrays of a graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def add(self, operator: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        result = name or f"epiluma_{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [result], name=f"{result}_node", **attributes))
        return result

    def array(self, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """Store a constant and return its name."""
        result = f"epiluma_constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(value, dtype), result))
        return result

    def take(self, model: onnx.ModelProto) -> None:
        """Add another graph's nodes and stored arrays, names unchanged, without notes of where they were traced."""
        for node in model.graph.node:
            del node.metadata_props[:]
            node.doc_string = ""
            self.nodes.append(node)
        self.initializers.extend(model.graph.initializer)


def store_as_float16(nodes: Nodes, *, least: int = 16) -> None:
    """Store float32 arrays of `least` numbers or more as float16 and cast them where they are used.

    The runtime folds the casts when it loads the graph, so this halves the file and costs nothing later. Arrays that
    would overflow stay as they are.
    """
    casts: list[onnx.NodeProto] = []
    kept: list[onnx.TensorProto] = []
    for tensor in nodes.initializers:
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < least or np.abs(value).max() > np.finfo(np.float16).max:
            kept.append(tensor)
            continue
        stored = f"{tensor.name}_float16"
        kept.append(numpy_helper.from_array(value.astype(np.float16), stored))
        casts.append(helper.make_node("Cast", [stored], [tensor.name], name=f"{tensor.name}_cast", to=FLOAT))
    nodes.initializers = kept
    nodes.nodes = casts + nodes.nodes
