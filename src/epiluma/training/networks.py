"""The networks, written out with the parameter names under which their weights are published."""

from typing import cast

import torch
from torch import Tensor, nn

from epiluma.errors import ConfigError
from epiluma.taxonomy import CODES
from epiluma.training.blocks import Network as Network
from epiluma.training.blocks import init_head
from epiluma.training.edgetpu import MobileNetEdgeTPU


def _conv_bn(inputs: int, outputs: int, *, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding=(kernel - 1) // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU6(inplace=True),
    )


class InvertedResidual(nn.Module):
    """Expand, filter each channel, project; add the input where shapes allow (Sandler et al. 2018, figure 4)."""

    def __init__(self, inputs: int, outputs: int, *, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        layers: list[nn.Module] = [] if expansion == 1 else [_conv_bn(inputs, hidden, kernel=1)]
        layers += [
            _conv_bn(hidden, hidden, kernel=3, stride=stride, groups=hidden),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        ]
        self.conv = nn.Sequential(*layers)
        self.adds_input = stride == 1 and inputs == outputs

    def forward(self, images: Tensor) -> Tensor:
        """Filter a feature map."""
        filtered = cast(Tensor, self.conv(images))
        return images + filtered if self.adds_input else filtered


class MobileNetV2(Network):
    """MobileNetV2 1.0 (Sandler et al. 2018, table 2), with torchvision's parameter names; 2.2 million parameters."""

    # expansion, channels, repeats, first stride
    STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))

    def __init__(self, *, classes: int = len(CODES), dropout: float = 0.2) -> None:
        super().__init__()
        blocks: list[nn.Module] = [_conv_bn(3, 32, kernel=3, stride=2)]
        inputs = 32
        for expansion, channels, repeats, first_stride in self.STAGES:
            for repeat in range(repeats):
                stride = first_stride if repeat == 0 else 1
                blocks.append(InvertedResidual(inputs, channels, stride=stride, expansion=expansion))
                inputs = channels
        blocks.append(_conv_bn(inputs, 1280, kernel=1))
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(1280, classes))
        init_head(self)


class ScratchCnn(Network):
    """The plain CNN of earlier systems as a baseline: three pairs of 3×3 convolutions, trained from nothing.

    Global average pooling stands where they flattened, so that it can show where it looked.
    """

    def __init__(self, *, classes: int = len(CODES), dropout: float = 0.4) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        inputs = 3
        for channels in (32, 64, 128):
            blocks += [_conv_bn(inputs, channels, kernel=3), _conv_bn(channels, channels, kernel=3), nn.MaxPool2d(2)]
            inputs = channels
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(inputs, classes))


NETWORKS = {"mobilenet_v2": MobileNetV2, "mobilenet_edgetpu": MobileNetEdgeTPU, "scratch_cnn": ScratchCnn}


def build_network(architecture: str, *, classes: int = len(CODES), dropout: float = 0.2) -> Network:
    """Return an untrained network.

    Raises:
        ConfigError: an unknown architecture.
    """
    if architecture not in NETWORKS:
        raise ConfigError(f"network.architecture must be one of {', '.join(NETWORKS)}; got {architecture!r}")
    network: Network = NETWORKS[architecture](classes=classes, dropout=dropout)
    return network


def count_parameters(network: nn.Module) -> int:
    """Return the number of trainable numbers in a network."""
    return sum(parameter.numel() for parameter in network.parameters())


def pick_device() -> torch.device:
    """Return the GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
