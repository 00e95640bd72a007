"""MobileNet-EdgeTPU: MobileNetV2's successor for accelerators, with plain 3×3 convolutions in its early blocks.

Half again MobileNetV2's parameters and three times its multiply-adds, yet as fast to train on a CPU, which likes the
dense convolutions. No squeeze-and-excitation and plain ReLU, so it quantises well.
"""

import re
from collections.abc import Iterator
from typing import cast

from torch import Tensor, nn

from epiluma.errors import TrainingError
from epiluma.taxonomy import CODES
from epiluma.training.blocks import Network, init_head

EPSILON = 1e-3  # of batch normalisation, as the network was published
# Published names of the layers of each kind of block, in the order in which they run.
FUSED = ("conv_exp", "bn1", "conv_pwl", "bn2")
INVERTED = ("conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3")
PLAIN = ("conv", "bn1")


def _conv_bn(inputs: int, outputs: int, *, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    """Return convolution and normalisation; a stride of 2 pads on the right and below first, as TensorFlow does."""
    before, after = (kernel - 2) // 2, (kernel - 1) // 2
    padding: list[nn.Module] = [nn.ZeroPad2d((before, after, before, after))] if stride == 2 else []
    inside = 0 if stride == 2 else (kernel - 1) // 2
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding=inside, groups=groups, bias=False)
    return [*padding, convolution, nn.BatchNorm2d(outputs, eps=EPSILON)]


class Bottleneck(nn.Module):
    """Widen, filter, narrow; add the input where shapes allow. A fused one widens and filters in one convolution."""

    def __init__(
        self, inputs: int, outputs: int, *, expansion: int, kernel: int, stride: int, fused: bool, skip: bool
    ) -> None:
        super().__init__()
        hidden = inputs * expansion
        if fused:
            layers = [*_conv_bn(inputs, hidden, kernel=kernel, stride=stride), nn.ReLU(inplace=True)]
        else:
            layers = [
                *_conv_bn(inputs, hidden, kernel=1),
                nn.ReLU(inplace=True),
                *_conv_bn(hidden, hidden, kernel=kernel, stride=stride, groups=hidden),
                nn.ReLU(inplace=True),
            ]
        self.conv = nn.Sequential(*layers, *_conv_bn(hidden, outputs, kernel=1))
        self.adds_input = skip and stride == 1 and inputs == outputs

    def forward(self, images: Tensor) -> Tensor:
        """Filter a feature map."""
        filtered = cast(Tensor, self.conv(images))
        return images + filtered if self.adds_input else filtered


class MobileNetEdgeTPU(Network):
    """MobileNet-EdgeTPU 1.0 (Xiong et al. 2021, and timm's `mobilenet_edgetpu_100`); 2.8 million parameters.

    Sides must be multiples of 32, for then padding does not depend on the size.
    """

    # fused, kernel, first stride, first expansion (then 4), channels, repeats
    STAGES = (
        (True, 3, 2, 8, 32, 4),
        (True, 3, 2, 8, 48, 4),
        (False, 3, 2, 8, 96, 4),
        (False, 3, 1, 8, 96, 4),
        (False, 5, 2, 8, 160, 4),
        (False, 3, 1, 8, 192, 1),
    )

    def __init__(self, *, classes: int = len(CODES), dropout: float = 0.2) -> None:
        super().__init__()
        blocks: list[nn.Module] = [
            nn.Sequential(*_conv_bn(3, 32, kernel=3, stride=2), nn.ReLU(inplace=True)),
            nn.Sequential(*_conv_bn(32, 16, kernel=1)),
        ]
        inputs = 16
        for fused, kernel, first_stride, first_expansion, channels, repeats in self.STAGES:
            for repeat in range(repeats):
                first = repeat == 0
                blocks.append(
                    Bottleneck(
                        inputs,
                        channels,
                        expansion=first_expansion if first else 4,
                        kernel=kernel,
                        stride=first_stride if first else 1,
                        fused=fused,
                        skip=not first,  # the first block of a stage never adds its input, even where it could
                    )
                )
                inputs = channels
        blocks.append(nn.Sequential(*_conv_bn(inputs, 1280, kernel=1), nn.ReLU(inplace=True)))
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(1280, classes))
        init_head(self)


def from_published_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return weights under this network's names, given under those of timm's `mobilenet_edgetpu_100`.

    Both list the same layers in the order in which they run, so the n-th is the n-th; shapes are checked on loading.

    Raises:
        TrainingError: a state of another network.
    """
    published = list(_published_layers(state))
    own = [name for name, layer in MobileNetEdgeTPU().named_modules() if isinstance(layer, nn.Conv2d | nn.BatchNorm2d)]
    if len(published) != len(own) or "conv_stem.weight" not in state:
        raise TrainingError(
            f"these are not the weights of mobilenet_edgetpu_100: expected its {len(own)} layers under timm's names, "
            f"found {len(published)}"
        )
    return {
        f"{name}.{part}": state[f"{layer}.{part}"]
        for name, layer in zip(own, published, strict=True)
        for part in ("weight", "bias", "running_mean", "running_var")
        if f"{layer}.{part}" in state
    }


def _published_layers(state: dict[str, Tensor]) -> Iterator[str]:
    yield from ("conv_stem", "bn1")
    numbers = {
        tuple(map(int, found.groups())) for name in state if (found := re.match(r"blocks\.(\d+)\.(\d+)\.", name))
    }
    for stage, repeat in sorted(numbers):
        block = f"blocks.{stage}.{repeat}"
        for layers in (FUSED, INVERTED, PLAIN):
            if f"{block}.{layers[0]}.weight" in state:
                yield from (f"{block}.{layer}" for layer in layers)
    yield from ("conv_head", "bn2")
