"""Make a graph forget what it learnt, to see what of its maps was learnt."""

from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper


def shuffle_weights(model: bytes, *, rng: np.random.Generator) -> bytes:
    """Return a bundle's graph with the weights of every filter in another order.

    What a filter adds up to and its threshold stay, so that the graph's answers stay alive; every pattern is gone.
    What the graph is told beside its weights (resize, normalisation, limits) is stored in full precision and stays.

    Args:
        model: `model.onnx`, whose weights are stored as float16.
        rng: orders them.
    """
    graph: Any = onnx.load_from_string(model)
    for tensor in graph.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype == np.float16 and value.ndim > 1:
            shuffled = rng.permuted(value.reshape(len(value), -1), axis=1).reshape(value.shape)
            tensor.CopyFrom(numpy_helper.from_array(shuffled, tensor.name))
    changed: bytes = graph.SerializeToString()
    return changed
