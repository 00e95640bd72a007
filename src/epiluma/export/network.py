"""The trained network alone as ONNX nodes, from torch."""

import contextlib
import io
import logging
import warnings

import onnx
import torch
from torch import Tensor, nn

from epiluma.training.guard import Guard, Guarded
from epiluma.training.networks import Network

OPSET = 20


class _Outputs(nn.Module):
    """What the whole graph needs of the network: logits (1, 7) and the last feature map (1, C, h, w)."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.network.forward_features(images)
        return self.network.classify(features), features


def network_to_onnx(network: Network, size_px: int, guard: Guard | None = None) -> onnx.ModelProto:
    """Return the network as ONNX: input `network_input` (1, 3, S, S), outputs `logits` (1, 7) and `features`.

    With a guard there is a third output, `guard` (1, 3).
    """
    example = torch.zeros(1, 3, size_px, size_px)
    # The exporter prints its steps to stdout, where only results belong, and logs that torchvision is absent.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            (Guarded(network, guard) if guard else _Outputs(network)).eval(),
            (example,),
            input_names=["network_input"],
            output_names=["logits", "features", "guard"][: 3 if guard else 2],
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    model: onnx.ModelProto = program.model_proto  # type: ignore[union-attr]
    return model
