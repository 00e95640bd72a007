"""Where the network looked: the graph's maps are those that torch's own gradients give."""

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import QUALITY_LIMITS
from epiluma.training.dataset import network_input
from epiluma.training.networks import Network, build_network
from epiluma.training.shipping import MirrorAveraged, shipped_network

RULE = Preprocessing(size_px=64)
SETTINGS = GraphSettings(temperature=1.0, tau=1.0, prior=(1 / 7,) * 7, quality=QUALITY_LIMITS)


def small_network(architecture: str) -> Network:
    torch.manual_seed(0)
    network = build_network(architecture)
    nn.init.normal_(network.head.weight, std=0.5)
    network(torch.randn(8, 3, 64, 64))
    return shipped_network(network)


def picture() -> np.ndarray:
    blocks = np.random.default_rng(1).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return np.ascontiguousarray(blocks.repeat(8, axis=0).repeat(8, axis=1))


def maps_of(network: Network) -> np.ndarray:
    session = onnxruntime.InferenceSession(build_graph(network, RULE, SETTINGS), providers=["CPUExecutionProvider"])
    maps: np.ndarray = session.run(["activation_maps"], {"image": picture()[None]})[0][0]
    return maps


def expected_maps(network: Network, finer_layer: int) -> torch.Tensor:
    with torch.no_grad():
        finer = network.features[: finer_layer + 1](network_input(torch.from_numpy(picture())[None], RULE))
    finer.requires_grad_(True)
    features = network.features[finer_layer + 1 :](finer)
    scores = network.classify(features).log_softmax(1)[0]
    (gradient,) = torch.autograd.grad(scores.max(), finer)
    moved = (gradient * finer).abs().sum(1, keepdim=True)
    kernel = torch.tensor([1.0, 2.0, 1.0]).outer(torch.tensor([1.0, 2.0, 1.0])) / 16
    smooth = nn.functional.conv2d(nn.functional.pad(moved, (1, 1, 1, 1), mode="replicate"), kernel[None, None])
    evidence = torch.einsum("kc,nchw->nkhw", network.head.weight, features).relu()
    enlarged = nn.functional.interpolate(evidence, size=finer.shape[2:], mode="bilinear")
    maps = (enlarged * smooth)[0]
    return (maps / maps.amax((1, 2), keepdim=True).clamp(min=1e-30)).detach()


@pytest.mark.parametrize(("architecture", "finer_layer"), [("mobilenet_v2", 13), ("mobilenet_edgetpu", 17)])
def test_the_maps_are_evidence_times_what_moved_the_answer(architecture: str, finer_layer: int) -> None:
    network = small_network(architecture)

    maps, expected = maps_of(network), expected_maps(network, finer_layer).numpy()

    assert maps.shape == (7, 4, 4)  # 64 px: 2×2 places at the end, twice the side before the last halving
    assert expected.max() == 1
    assert np.abs(maps - expected).max() < 0.01  # the graph's weights are float16


def test_a_network_that_gradients_cannot_be_carried_through_keeps_plain_maps() -> None:
    network = small_network("mobilenet_v2")
    views = MirrorAveraged(network).eval()

    maps = maps_of(views)

    with torch.no_grad():
        features = views.forward_features(network_input(torch.from_numpy(picture())[None], RULE))
        evidence = torch.einsum("kc,nchw->nkhw", network.head.weight, features)[0].relu().numpy()
    expected = evidence / np.maximum(evidence.max((1, 2), keepdims=True), 1e-6)
    assert np.abs(maps - expected).max() < 0.01


def test_a_certain_answer_still_says_where_the_network_looked() -> None:
    network = small_network("mobilenet_v2")
    with torch.no_grad():
        network.head.weight.mul_(1000)

    assert maps_of(network).max() == 1
