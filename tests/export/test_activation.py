"""Where the network looked: the graph's maps are those that torch's own gradients give."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from epiluma.data.synthetic.scene import draw_view
from epiluma.evaluation.localisation import localise
from epiluma.export.model_folder import read_model
from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import QUALITY_LIMITS
from epiluma.inference.localise import square_of
from epiluma.taxonomy import CODES
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


def maps_by_torch(
    network: Network, finer_layer: int, image: np.ndarray, rule: Preprocessing
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return maps (7, H, W) and log-probabilities (7,), by torch's own gradients."""
    with torch.no_grad():
        finer = network.features[: finer_layer + 1](network_input(torch.from_numpy(image.copy())[None], rule))
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
    return (maps / maps.amax((1, 2), keepdim=True).clamp(min=1e-30)).detach(), scores.detach()


@pytest.mark.parametrize(("architecture", "finer_layer"), [("mobilenet_v2", 13), ("mobilenet_edgetpu", 17)])
def test_the_maps_are_evidence_times_what_moved_the_answer(architecture: str, finer_layer: int) -> None:
    network = small_network(architecture)

    maps, expected = maps_of(network), maps_by_torch(network, finer_layer, picture(), RULE)[0].numpy()

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


FINER_LAYER = {"mobilenet_v2": 13, "mobilenet_edgetpu": 17}
LESIONS = [draw_view(1000 + number, 0, CODES[number % 7], 300, 225) for number in range(14)]


def energy_on_lesions(network: Network, finer_layer: int, rule: Preprocessing) -> float:
    """Return the share of the first class's map that lies on the drawn lesions."""
    maps = []
    for image, _ in LESIONS:
        made, probabilities = maps_by_torch(network, finer_layer, image, rule)
        maps.append(made[int(probabilities.argmax())].numpy().astype(np.float64))
    outlines = [square_of(outline) for _, outline in LESIONS]
    ids = [str(number) for number in range(len(LESIONS))]
    found = localise(maps, outlines, ids, rng=np.random.default_rng(0), resamples=10)
    value = found.groups["all"].measures["energy"].maps.value
    assert value is not None
    return value


def test_random_weights_destroy_the_maps_of_a_trained_network() -> None:
    folder = next(path.parent for path in sorted(Path(__file__).parents[2].glob("models/*/weights.safetensors")))
    model = read_model(folder)
    rule, layer = model.manifest.preprocessing, FINER_LAYER[model.recipe.network.architecture]
    pictures = torch.cat([network_input(torch.from_numpy(image.copy())[None], rule) for image, _ in LESIONS])
    untrained = build_network(model.recipe.network.architecture)
    torch.manual_seed(0)
    for module in untrained.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the scale of its layers comes from these very pictures
    nn.init.normal_(untrained.head.weight)
    with torch.no_grad():
        untrained.train()(pictures)

    trained = energy_on_lesions(model.network, layer, rule)
    destroyed = energy_on_lesions(untrained.eval(), layer, rule)

    assert trained > 0.45, (trained, destroyed)
    assert destroyed < 0.4
