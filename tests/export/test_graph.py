"""The whole graph does what the manifest says, from raw pixels on."""

from datetime import date
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import numpy_helper

from epiluma.bundle.manifest import OUTPUTS
from epiluma.export.make import model_of_run
from epiluma.export.network import OPSET
from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import QUALITY_LIMITS, abstention_score, measure_quality
from epiluma.training.dataset import network_input
from epiluma.training.networks import MobileNetV2, Network
from epiluma.training.shipping import shipped_network

PRIOR = (0.05, 0.05, 0.1, 0.05, 0.15, 0.55, 0.05)
SETTINGS = GraphSettings(
    temperature=2.0,
    tau=0.5,
    prior=PRIOR,
    quality=QUALITY_LIMITS,
)
RULE = Preprocessing(size_px=64)


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(0)
    network = MobileNetV2()
    torch.nn.init.normal_(network.head.weight, std=5)
    network(torch.randn(8, 3, 64, 64))
    return shipped_network(network)


@pytest.fixture(scope="module")
def graph(network: Network) -> bytes:
    return build_graph(network, RULE, SETTINGS)


def run(graph: bytes, image: np.ndarray) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return dict(zip(OUTPUTS, session.run(list(OUTPUTS), {"image": image[None]}), strict=True))


def noise(height: int, width: int) -> np.ndarray:
    blocks = np.random.default_rng(1).integers(0, 256, (height // 8 + 1, width // 8 + 1, 3), dtype=np.uint8)
    return np.ascontiguousarray(blocks.repeat(8, axis=0).repeat(8, axis=1)[:height, :width])


@pytest.mark.parametrize("size", [(64, 64), (150, 200), (201, 130), (450, 600), (65, 640)])
def test_a_picture_of_any_size_and_shape_gives_what_torch_gives(
    graph: bytes, network: Network, size: tuple[int, int]
) -> None:
    image = noise(*size)

    found = run(graph, image)

    with torch.no_grad():
        logits = network(network_input(torch.from_numpy(image)[None], RULE))[0]
    assert found["probabilities"][0] == pytest.approx((logits / 2).softmax(0).numpy(), abs=1e-4)
    adjusted = (logits / 2 - 0.5 * torch.tensor(PRIOR).log()).softmax(0).numpy()
    assert found["decision_scores"][0] == pytest.approx(adjusted, abs=1e-4)


class ColourReader(Network):
    """Its logits are the mean normalised red for akiec, green for bcc and blue for bkl, and 0 for the others."""

    def __init__(self) -> None:
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 3, 1, bias=False))
        self.classifier = torch.nn.Sequential(torch.nn.Linear(3, 7, bias=False))
        with torch.no_grad():
            self.features[0].weight.copy_(torch.eye(3)[:, :, None, None])
            self.classifier[0].weight.copy_(torch.eye(7)[:, :3])


def test_red_and_blue_are_not_swapped() -> None:
    red = np.zeros((80, 80, 3), np.uint8)
    red[..., 0] = 204  # 0.8
    plain = GraphSettings(temperature=1.0, tau=0.0, prior=PRIOR, quality=SETTINGS.quality)

    found = run(build_graph(ColourReader(), RULE, plain), red)["probabilities"][0]

    # ImageNet's means and deviations: (0.8 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225, then a softmax
    logits = np.array([1.37555, -2.03571, -1.80444, 0, 0, 0, 0])
    assert found == pytest.approx(np.exp(logits) / np.exp(logits).sum(), abs=1e-3)


def test_only_the_centre_square_is_read(graph: bytes) -> None:
    wide = noise(64, 200)
    square = np.ascontiguousarray(wide[:, 68:132])

    assert run(graph, wide)["probabilities"] == pytest.approx(run(graph, square)["probabilities"], abs=1e-6)


def test_activation_maps_are_shares_of_their_largest_place(graph: bytes) -> None:
    maps = run(graph, noise(128, 128))["activation_maps"][0]

    assert maps.shape == (7, 4, 4)
    assert maps.min() >= 0
    assert set(maps.max(axis=(1, 2)).round(3).tolist()) <= {0.0, 1.0}
    assert maps.max() == pytest.approx(1)


def test_quality_is_measured_as_the_reference_says(graph: bytes) -> None:
    image = noise(64, 64)

    assert run(graph, image)["quality"][0] == pytest.approx(measure_quality(image), rel=1e-4)


def test_hair_is_measured_as_the_reference_says(graph: bytes) -> None:
    image = np.full((64, 64, 3), 180, np.uint8)
    image[:, 10] = image[20:22] = image[:, 63] = 60

    found = run(graph, image)["quality"][0]

    assert found[4] == pytest.approx((2 * 64 + 2 * 62) / 64**2)  # two columns, and two rows but where they cross
    assert found == pytest.approx(measure_quality(image), rel=1e-4)


def test_a_model_of_before_that_asks_for_fewer_measures_gets_those(network: Network) -> None:
    fewer = GraphSettings(temperature=1.0, tau=0.0, prior=PRIOR, quality=QUALITY_LIMITS[:4])

    found = run(build_graph(network, RULE, fewer), noise(64, 64))

    assert found["quality"][0] == pytest.approx(measure_quality(noise(64, 64))[:4], rel=1e-4)


@pytest.mark.parametrize("level", [0, 3, 128, 252, 255])
def test_a_blank_picture_is_refused_whatever_its_grey(graph: bytes, level: int) -> None:
    found = run(graph, np.full((100, 100, 3), level, np.uint8))

    assert found["abstention_score"][0] > 1


def test_the_refusal_score_is_the_largest_share_of_a_limit(graph: bytes) -> None:
    image = noise(64, 64)

    found = run(graph, image)

    assert float(found["abstention_score"][0]) == pytest.approx(abstention_score(found["quality"][0]), rel=1e-4)
    assert float(found["abstention_score"][0]) < 1


def test_weights_are_stored_as_float16_and_the_file_fits_a_phone(graph: bytes) -> None:
    model = onnx.load_from_string(graph)

    stored = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    large = {name for name, array in stored.items() if array.dtype == np.float32 and array.size >= 16}
    assert large == set()
    assert len(graph) < 8.5e6
    assert [(o.domain, o.version) for o in model.opset_import] == [("", OPSET)]


def test_the_graph_says_nothing_of_where_it_was_made(graph: bytes) -> None:
    assert str(Path(__file__).parents[2]).encode() not in graph
    assert b"site-packages" not in graph


def test_the_same_network_gives_the_same_bytes(graph: bytes, network: Network) -> None:
    assert build_graph(network, RULE, SETTINGS) == graph


def test_calibration_comes_from_the_runs_own_validation_split(finished_run: Path) -> None:
    model = model_of_run(finished_run, created=date(2026, 1, 2))

    with np.load(finished_run / "validation.npz") as kept:
        count = len(kept["labels"])
    assert (model.manifest.calibration.fitted_on, model.manifest.calibration.n) == ("validation", count)
    assert (model.manifest.tiers.fitted_on, model.manifest.tiers.n) == ("validation", count)
    assert sum(model.manifest.decision.prior) == pytest.approx(1)


def test_vector_calibration_scales_and_shifts_each_logit_before_the_softmax() -> None:
    red = np.zeros((80, 80, 3), np.uint8)
    red[..., 0] = 204
    scale, bias = (2.0, 1.0, 0.5, 1.0, 1.0, 1.0, 1.0), (0.0, 0.3, 0.0, -0.2, 0.0, 0.0, 0.0)
    vector = GraphSettings(temperature=1.0, tau=0.0, prior=PRIOR, quality=SETTINGS.quality, scale=scale, bias=bias)

    found = run(build_graph(ColourReader(), RULE, vector), red)["probabilities"][0]

    # The logits of plain red above: 1.37555 × 2, -2.03571 + 0.3, -1.80444 × 0.5, and -0.2 for the fourth.
    logits = np.array([2.7511, -1.73571, -0.90222, -0.2, 0, 0, 0])
    assert found == pytest.approx(np.exp(logits) / np.exp(logits).sum(), abs=1e-3)
