"""What a network is made of, layer by layer: for the page that draws it, where there is no torch to ask."""

from typing import Any, cast

import torch
from torch import Tensor, nn

from epiluma.training.networks import Network, count_parameters


def layer_table(network: Network, size_px: int) -> list[dict[str, Any]]:
    """Return the layers in the order in which they run.

    Args:
        network: as it was trained; it is not changed.
        size_px: side of its input.

    Returns:
        For each `kind` (`convolution`, `bottleneck`, `inverted-residual`, `pooling`, `mean`, `linear`), `shape` of
        what it gives (channels, height, width), `parameters` and `multiply_adds`; of those that filter also `kernel`
        and `stride`; `adds_input` where the block adds what came in.
    """
    counts: dict[nn.Module, int] = {}

    def count(module: nn.Module, _: object, output: Tensor) -> None:
        counts[module] = output.numel() * _taps(module)

    counted = [module for module in network.modules() if isinstance(module, nn.Conv2d | nn.Linear)]
    hooks = [module.register_forward_hook(count) for module in counted]
    was_training = network.training
    try:
        with torch.no_grad():
            layers = _run(network.eval(), torch.zeros(1, 3, size_px, size_px), counts)
    finally:
        for hook in hooks:
            hook.remove()
        network.train(was_training)
    return layers


def _run(network: Network, images: Tensor, counts: dict[nn.Module, int]) -> list[dict[str, Any]]:
    layers = []
    for layer in cast(nn.Sequential, network.features):
        images = layer(images)
        layers.append(_describe(layer) | _size(layer, images, counts))
    network.classify(images)
    mean = {"kind": "mean", "shape": [images.shape[1], 1, 1], "parameters": 0, "multiply_adds": 0}
    head = {"kind": "linear", "shape": [network.head.out_features, 1, 1]}
    return [*layers, mean, head | _size(network.head, None, counts)]


def _describe(layer: nn.Module) -> dict[str, Any]:
    filters = [module for module in layer.modules() if isinstance(module, nn.Conv2d)]
    if not filters:
        return {"kind": "pooling"}
    inverted = any(module.groups > 1 for module in filters)
    kind = "convolution" if len(filters) == 1 else "inverted-residual" if inverted else "bottleneck"
    largest = max(filters, key=lambda module: (module.kernel_size[0], module.stride[0]))
    adds_input = {"adds_input": True} if getattr(layer, "adds_input", False) else {}
    return {"kind": kind, "kernel": largest.kernel_size[0], "stride": largest.stride[0], **adds_input}


def _size(layer: nn.Module, output: Tensor | None, counts: dict[nn.Module, int]) -> dict[str, Any]:
    shape = {} if output is None else {"shape": list(output.shape[1:])}
    work = sum(counts[module] for module in layer.modules() if module in counts)
    return {**shape, "parameters": count_parameters(layer), "multiply_adds": work}


def _taps(module: nn.Module) -> int:
    """Return how many products make one number of a layer's output."""
    if isinstance(module, nn.Conv2d):
        return module.in_channels // module.groups * module.kernel_size[0] * module.kernel_size[1]
    return cast(nn.Linear, module).in_features
