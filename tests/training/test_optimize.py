"""Step sizes: absolute, or relative to what the published weights are."""

import pytest
import torch

from epiluma.training.config import OptimizerConfig
from epiluma.training.networks import build_network
from epiluma.training.optimize import build_optimizer


def test_a_relative_step_moves_small_and_large_tensors_by_the_same_share() -> None:
    network = build_network("scratch_cnn")
    small, large = network.features[0][0].weight, network.features[1][0].weight  # type: ignore[index]
    with torch.no_grad():
        small.fill_(0.01)
        large.fill_(5.0)
    config = OptimizerConfig(relative=True, learning_rate=0.1, weight_decay=0.0)

    optimizer = build_optimizer(network, config)
    for group in optimizer.param_groups:
        group["lr"] = group["peak"]
    for parameter in network.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()

    # Adam's first step is the rate itself: a tenth of 0.01 and a tenth of 5.
    assert small.flatten()[0].item() == pytest.approx(0.009)
    assert large.flatten()[0].item() == pytest.approx(4.5)


def test_a_bias_goes_with_the_scale_of_its_normalisation() -> None:
    network = build_network("scratch_cnn")
    normalisation = network.features[0][1]  # type: ignore[index]
    with torch.no_grad():
        normalisation.weight.fill_(3.0)

    optimizer = build_optimizer(network, OptimizerConfig(relative=True, learning_rate=0.1))

    (group,) = [g for g in optimizer.param_groups if any(p is normalisation.bias for p in g["params"])]
    assert group["peak"] == pytest.approx(0.3)
    assert group["weight_decay"] == 0.0


@pytest.mark.parametrize("relative", [False, True])
def test_every_parameter_is_in_one_group(relative: bool) -> None:
    network = build_network("mobilenet_edgetpu")

    optimizer = build_optimizer(network, OptimizerConfig(relative=relative))

    grouped = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(grouped) == sorted(id(p) for p in network.parameters())
