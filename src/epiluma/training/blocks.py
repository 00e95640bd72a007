"""What every network here is: features, a pooled mean, one linear layer."""

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn


class Network(nn.Module):
    """Features, global average pooling, dropout, one linear layer."""

    features: nn.Module
    classifier: nn.Sequential

    @property
    def head(self) -> nn.Linear:
        """The last layer; its weight (classes, C) times the feature map gives the activation maps."""
        return cast(nn.Linear, self.classifier[-1])

    def forward_features(self, images: Tensor) -> Tensor:
        """Return the last feature map, (N, C, h, w)."""
        return cast(Tensor, self.features(images))

    def forward_layers(self, images: Tensor, layers: Sequence[int]) -> list[Tensor]:
        """Return the feature maps after these layers of `features`, counted from 0, in the network's order."""
        maps = []
        for index, layer in enumerate(cast(nn.Sequential, self.features)):
            images = layer(images)
            if index in layers:
                maps.append(images)
        return maps

    def classify(self, features: Tensor) -> Tensor:
        """Return logits (N, classes) of a feature map."""
        return cast(Tensor, self.classifier(features.mean(dim=(2, 3))))

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (N, classes) of normalised pictures (N, 3, S, S)."""
        return self.classify(self.forward_features(images))


def init_head(network: Network) -> None:
    """Start the head near zero, so that its first answers are even."""
    nn.init.normal_(network.head.weight, std=0.01)
    nn.init.zeros_(network.head.bias)
