"""An exponential moving average of a network's weights."""

from copy import deepcopy

import torch
from torch import nn


class MovingAverage:
    """Keeps a smoothed copy of a network, buffers too.

    The decay grows as (1 + n) / (10 + n) up to `decay`, so that the first steps do not hold it back.
    """

    def __init__(self, network: nn.Module, *, decay: float) -> None:
        self.network = deepcopy(network).eval().requires_grad_(requires_grad=False)
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Move towards the network's present weights."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        own, new = self.network.state_dict(), network.state_dict()
        names = [name for name, tensor in own.items() if tensor.is_floating_point()]
        torch._foreach_lerp_([own[n] for n in names], [new[n] for n in names], 1 - decay)
