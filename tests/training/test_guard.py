"""What a guard computes from feature maps, worked out by hand, and which layers it reads of which network."""

import math

import numpy as np
import pytest
import torch

from epiluma.training.guard import Guard, Guarded, guarded_layers, pool_maps, to_grid
from epiluma.training.networks import build_network
from epiluma.training.shipping import shipped_network
from epiluma.training.statistics import fit_linear, fit_normal, rounded


def guard_of(**changes: object) -> Guard:
    """A guard of one layer with one channel: pooled are its mean and its deviation."""
    arrays = {
        "layers": np.array([0]),
        "grid": np.array(2),
        "centre": np.array([1, 0]),
        "spread": np.array([2, 1]),
        "components": np.array([[1, 0]]),
        "variances": np.array([4]),
        "rest": np.array(0.5),
        "distances": np.array([0, math.log(10)]),
        "weight": np.array([1, 0]),
        "bias": np.array(0),
        "map_weight": np.array([2]),
        "map_bias": np.array(-1),
    }
    return Guard({name: np.asarray(value, np.float32) for name, value in (arrays | changes).items()})


def test_maps_are_pooled_to_means_and_deviations() -> None:
    seen = torch.tensor([[[[1.0, 3.0], [1.0, 3.0]], [[5.0, 5.0], [5.0, 5.0]]]])

    assert pool_maps([seen])[0].tolist() == pytest.approx([2, 5, 1, 0.001], abs=1e-4)


def test_distance_counts_each_direction_by_its_variance_and_the_rest_together() -> None:
    # Pooled (9, 2) is (4, 2) standardised: 4² / 4 along the component, 2² / 0.5 beside it.
    distance = guard_of().distance(torch.tensor([[9.0, 2.0]]))

    assert distance.tolist() == pytest.approx([math.log(4 + 8)])


def test_unfamiliarity_is_0_at_the_median_and_1_at_the_limit() -> None:
    seen = torch.full((2, 1, 2, 2), 1.0)
    seen[1] = 1 + 2 * math.sqrt(40)  # 40 / 4 = 10 along the component, nothing beside it

    said = guard_of()([seen])

    assert said[1, 0].item() == pytest.approx(1, abs=1e-3)
    assert said[0, 0].item() < 0


def test_a_lesion_in_view_is_a_logistic_regression_of_what_is_pooled() -> None:
    # Pooled (3, 0) is (1, 0) standardised; the logit is 1.
    assert guard_of().lesion(torch.tensor([[3.0, 0.0]])).tolist() == pytest.approx([1 / (1 + math.exp(-1))])


def test_lesion_area_is_the_mean_of_steepened_places() -> None:
    seen = torch.tensor([[[[1.0, 0.0], [0.0, 0.0]]]])  # logits 2·1 - 1 and -1

    area = guard_of()([seen])[0, 2].item()

    high, low = 1 / (1 + math.exp(-3)), 1 / (1 + math.exp(3))
    assert area == pytest.approx((high + 3 * low) / 4)
    assert guard_of().area_of(torch.tensor([[1.0], [0.0], [0.0], [0.0]])) == pytest.approx(area)


def test_larger_maps_are_averaged_and_smaller_ones_interpolated() -> None:
    large = torch.arange(16.0).reshape(1, 1, 4, 4)

    assert to_grid(large, 2).flatten().tolist() == [2.5, 4.5, 10.5, 12.5]
    assert to_grid(large, 4) is large
    assert to_grid(torch.ones(1, 1, 1, 1), 2).flatten().tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("architecture", "layers"),
    [("mobilenet_v2", ((3, 6, 10, 13, 17), 14)), ("mobilenet_edgetpu", ((5, 9, 14, 17, 22), 14))],
)
def test_the_last_layer_of_each_resolution_is_read_whatever_the_network(architecture: str, layers: object) -> None:
    assert guarded_layers(build_network(architecture).eval(), 224) == layers


@pytest.mark.parametrize("mirror_views", [False, True])
def test_a_guarded_network_says_what_the_network_says(mirror_views: bool) -> None:
    torch.manual_seed(0)
    network = shipped_network(build_network("scratch_cnn").eval(), mirror_views=mirror_views)
    pictures = torch.randn(1, 3, 32, 32)
    layer = len(network.features) - 1
    channels = network.forward_layers(pictures, [layer])[0].shape[1]
    guard = guard_of(
        layers=np.array([layer]),
        centre=np.zeros(2 * channels),
        spread=np.ones(2 * channels),
        components=np.eye(1, 2 * channels),
        weight=np.zeros(2 * channels),
        map_weight=np.zeros(channels),
    )

    logits, features, said = Guarded(network, guard)(pictures)

    assert torch.equal(logits, network(pictures))
    assert torch.equal(features, network.forward_features(pictures))
    assert said.shape == (1, 3)
    assert said[0, 1].item() == 0.5  # no weight, no bias


def test_a_normal_distribution_keeps_its_widest_directions() -> None:
    rng = np.random.default_rng(1)
    wide, narrow = rng.normal(size=(2000, 1)), 0.1 * rng.normal(size=(2000, 4))
    features = (np.repeat(wide, 4, axis=1) + narrow).astype(np.float32) * [1, 2, 3, 4] + 7

    normal = fit_normal(features.astype(np.float32), directions=1)

    # Standardised, all four columns say nearly the same: the mean direction holds nearly all of the variance of 4.
    assert np.abs(normal["components"]) == pytest.approx(np.full((1, 4), 0.5), abs=0.01)
    assert normal["variances"].item() == pytest.approx(4, rel=0.02)
    assert normal["rest"].item() == pytest.approx(0.01, rel=0.1)


def test_a_regression_finds_the_column_that_tells_and_leaves_the_other() -> None:
    rng = np.random.default_rng(2)
    truth = np.arange(400) % 2 == 0
    features = np.stack([truth * 2.0 + 5 + 0.5 * rng.normal(size=400), rng.normal(size=400)], axis=1)

    weight, bias = fit_linear(features.astype(np.float32), truth, ridge=1.0)

    assert weight[0] > 5 * abs(weight[1])
    assert bias + weight[0] * 6 == pytest.approx(0, abs=1)  # half way between the means of both sides


def test_what_the_graph_stores_as_float16_is_rounded_beforehand() -> None:
    assert rounded(np.full(16, 1.0001))[0] == 1
    assert rounded(np.full(3, 1.0001))[0] == np.float32(1.0001)
