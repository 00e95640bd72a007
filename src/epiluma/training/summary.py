"""A network layer by layer: what goes in, what comes out, how many numbers it learns, how many it multiplies."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from epiluma.training.networks import Network, count_parameters


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One layer.

    Attributes:
        name: its path in the network, as in the weights.
        kind: convolution, depthwise convolution, linear, ...
        output: shape of one picture's output.
        parameters: numbers learnt.
        multiply_adds: for one picture.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int


def summarise(network: Network, size_px: int) -> tuple[Layer, ...]:
    """Return the layers in the order they run, for pictures of `size_px`."""
    layers: list[Layer] = []

    def watch(name: str, module: nn.Module) -> None:
        def note(_module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
            layers.append(_layer(name, module, output))

        handles.append(module.register_forward_hook(note))

    handles: list[torch.utils.hooks.RemovableHandle] = []
    for name, module in network.named_modules():
        if not list(module.children()):
            watch(name, module)
    training = network.training
    network.eval()
    with torch.no_grad():
        network(torch.zeros(1, 3, size_px, size_px, device=network.head.weight.device))
    network.train(training)
    for handle in handles:
        handle.remove()
    return tuple(layers)


def _layer(name: str, module: nn.Module, output: Tensor) -> Layer:
    kind, work = type(module).__name__, 0
    if isinstance(module, nn.Conv2d):
        kind = "DepthwiseConv2d" if module.groups == module.in_channels > 1 else "Conv2d"
        work = output[0].numel() * module.weight[0].numel()
    elif isinstance(module, nn.Linear):
        work = module.weight.numel()
    return Layer(
        name=name, kind=kind, output=tuple(output.shape[1:]), parameters=count_parameters(module), multiply_adds=work
    )
