"""A trained network in the form that ships: batch normalisation folded away, weights rounded to float16."""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from epiluma.training.networks import Network


class MirrorAveraged(Network):
    """A network that reads a picture and its mirror image and averages what it sees, so that neither side counts.

    The second feature map is turned back before averaging. Pooling and head are linear, so the logits are the mean of
    the two views' logits, and the activation maps still add up to them.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.features = network.features
        self.classifier = network.classifier

    def forward_features(self, images: Tensor) -> Tensor:
        """Return the mean of both views' feature maps, (N, C, h, w)."""
        seen = super().forward_features(torch.cat([images, images.flip(3)]))
        return _mean_of_views(seen)

    def forward_layers(self, images: Tensor, layers: Sequence[int]) -> list[Tensor]:
        """Return the mean of both views' feature maps after these layers."""
        return [_mean_of_views(seen) for seen in super().forward_layers(torch.cat([images, images.flip(3)]), layers)]


def _mean_of_views(seen: Tensor) -> Tensor:
    upright, mirrored = seen.chunk(2)
    return (upright + mirrored.flip(3)) / 2


def shipped_network(network: Network, *, mirror_views: bool = False) -> Network:
    """Return a copy in evaluation mode that computes exactly what the exported graph does.

    The weights are rounded before folding too, so that a network read back from its float16 file gives the same copy
    as the one that was trained. Calibration and thresholds are fitted to what this copy says.
    """
    shipped = deepcopy(network).cpu().eval()
    _round(shipped)
    _fold(shipped)
    _round(shipped)
    return MirrorAveraged(shipped).eval() if mirror_views else shipped


def _round(module: nn.Module) -> None:
    with torch.no_grad():
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())


def _fold(module: nn.Module) -> None:
    """Fold each batch normalisation into the convolution before it, in every sequence of layers."""
    for child in module.children():
        _fold(child)
    if not isinstance(module, nn.Sequential):
        return
    for index in range(1, len(module)):
        convolution, normalisation = module[index - 1], module[index]
        if isinstance(convolution, nn.Conv2d) and isinstance(normalisation, nn.BatchNorm2d):
            module[index - 1] = fuse_conv_bn_eval(convolution, normalisation)
            module[index] = nn.Identity()
