"""What a network's own feature maps say about whether a picture can be judged: part of the exported graph.

It costs three small matrix products beside the network. What it knows is fitted by `epiluma.training.abstention`.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from epiluma.training.networks import Network

Arrays = Mapping[str, npt.NDArray[np.float32]]

LEAST_VARIANCE = 1e-6
STEEPNESS = 3.0
ENOUGH_PLACES = 28  # a side


class Guard(nn.Module):
    """Reads the feature maps after some layers. From the mean and standard deviation of each channel, standardised:

    * unfamiliarity: the distance from pictures of lesions (Mahalanobis, in the directions in which they vary most, what
      is left counted together; Lee et al. 2018, arXiv:1807.03888), as a logarithm, 0 at the median of lesions and 1
      where it refuses.
    * lesion: how sure it is that a lesion is in view, in [0, 1]: a logistic regression against skin without one.

    And from the maps place by place:

    * lesion area: the share of the square that a lesion fills, in [0, 1]: the mean over places of a second logistic
      regression, against outlines drawn by people, made three times as steep so that a place counts nearly all or
      nothing.

    Args:
        arrays: as `epiluma.training.abstention` keeps them.
    """

    def __init__(self, arrays: Arrays) -> None:
        super().__init__()
        self.layers = tuple(int(layer) for layer in arrays["layers"])
        self.grid = int(arrays["grid"])
        for name, value in arrays.items():
            if name not in ("layers", "grid"):
                self.register_buffer(name, torch.from_numpy(np.asarray(value, np.float32)))

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Return (N, 3): unfamiliarity, lesion, lesion area.

        Args:
            maps: (N, C, h, w) after each of `layers`.
        """
        pooled = pool_maps(maps)
        at = cast(Tensor, self.distances)
        unfamiliarity = (self.distance(pooled) - at[0]) / (at[1] - at[0])
        area = torch.sigmoid(STEEPNESS * self.lesion_map(maps)).mean(dim=(1, 2, 3))
        return torch.stack([unfamiliarity, self.lesion(pooled), area], dim=1)

    def lesion(self, pooled: Tensor) -> Tensor:
        """Return how sure it is that a lesion is in view, (N,) in [0, 1], of pooled maps (N, P)."""
        return torch.sigmoid(self._standardised(pooled) @ cast(Tensor, self.weight) + cast(Tensor, self.bias))

    def distance(self, pooled: Tensor) -> Tensor:
        """Return the logarithm of the squared Mahalanobis distance, (N,), of pooled maps (N, P)."""
        z = self._standardised(pooled)
        along = z @ cast(Tensor, self.components).T
        beyond = torch.clamp((z * z).sum(dim=1) - (along * along).sum(dim=1), min=0)
        return torch.log((along * along / cast(Tensor, self.variances)).sum(dim=1) + beyond / cast(Tensor, self.rest))

    def lesion_map(self, maps: Sequence[Tensor]) -> Tensor:
        """Return the logit of each place to show a lesion, (N, 1, grid, grid)."""
        weights, start = cast(Tensor, self.map_weight)[None, :, None, None], 0
        logits = cast(Tensor, self.map_bias)
        for seen in maps:
            stop = start + seen.shape[1]
            logits = logits + to_grid(F.conv2d(seen, weights[:, start:stop]), self.grid)
            start = stop
        return logits

    def area_of(self, places: Tensor) -> float:
        """Return the lesion area of one picture's places (grid², C), the maps of all layers side by side."""
        logits = places @ cast(Tensor, self.map_weight) + cast(Tensor, self.map_bias)
        return float(torch.sigmoid(STEEPNESS * logits).mean())

    def _standardised(self, pooled: Tensor) -> Tensor:
        return (pooled - cast(Tensor, self.centre)) / cast(Tensor, self.spread)


def pool_maps(maps: Sequence[Tensor]) -> Tensor:
    """Return the mean and the standard deviation of each channel over places, map by map: (N, P).

    Of maps with a side of 56 and more every second or n-th place counts, which costs a quarter or less.
    """
    pooled = []
    for seen in maps:
        step = max(1, seen.shape[-1] // ENOUGH_PLACES)
        some = seen[:, :, ::step, ::step]
        mean = some.mean(dim=(2, 3))
        variance = torch.clamp((some * some).mean(dim=(2, 3)) - mean * mean, min=0)
        pooled += [mean, torch.sqrt(variance + LEAST_VARIANCE)]
    return torch.cat(pooled, dim=1)


def to_grid(seen: Tensor, grid: int) -> Tensor:
    """Return a map at (N, C, grid, grid): larger ones averaged in blocks, smaller ones interpolated."""
    side = seen.shape[-1]
    if side > grid:
        return F.avg_pool2d(seen, side // grid)
    return seen if side == grid else F.interpolate(seen, size=(grid, grid), mode="bilinear", align_corners=False)


def guarded_layers(network: Network, size_px: int) -> tuple[tuple[int, ...], int]:
    """Return the layers a guard reads, whatever the network, and the side of its lesion map.

    The last layer at each resolution from a quarter of the input down, and the middle one of a sixteenth; the network's
    very last layer is left out where another has its resolution, as it knows diagnoses and little else.
    """
    count = len(cast(nn.Sequential, network.features))
    with torch.no_grad():
        maps = network.forward_layers(torch.zeros(1, 3, size_px, size_px), range(count))
    sides = [seen.shape[-1] for seen in maps]
    inner = sides[:-1] if sides[-1] in sides[:-1] else sides
    by_side = {side: [i for i, other in enumerate(inner) if other == side] for side in inner if side <= size_px / 4}
    grid = min(by_side, key=lambda side: abs(side - size_px / 16))
    chosen = {layers[-1] for layers in by_side.values()} | {by_side[grid][len(by_side[grid]) // 2]}
    return tuple(sorted(chosen)), grid


class Guarded(nn.Module):
    """A network and its guard: logits (N, 7), the last feature map, and what the guard says (N, 3)."""

    def __init__(self, network: Network, guard: Guard) -> None:
        super().__init__()
        self.network = network
        self.guard = guard
        self.last = len(cast(nn.Sequential, network.features)) - 1

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Read normalised pictures (N, 3, S, S)."""
        wanted = sorted({*self.guard.layers, self.last})
        maps = dict(zip(wanted, self.network.forward_layers(images, wanted), strict=True))
        said = self.guard([maps[layer] for layer in self.guard.layers])
        return self.network.classify(maps[self.last]), maps[self.last], said
