"""What is minimised, and what balancing does to probabilities."""

import math

import numpy as np
import pytest
import torch

from epiluma.training.config import LossConfig
from epiluma.training.loss import (
    blend,
    class_prior,
    cut_and_mix,
    logit_shift,
    mix,
    sample_order,
    soft_targets,
    training_loss,
)

PRIOR = torch.tensor([0.75, 0.25])


def test_the_prior_is_the_share_of_each_class_and_never_zero() -> None:
    prior = class_prior(torch.tensor([0, 0, 0, 1]), classes=2)

    assert prior.tolist() == [0.75, 0.25]
    assert class_prior(torch.tensor([0, 0]), classes=2).tolist() == pytest.approx([2 / 2.5, 0.5 / 2.5])


def test_smoothing_takes_from_the_truth_and_gives_to_all() -> None:
    # 1 - 0.2 + 0.2 / 4 = 0.85 for the truth, 0.05 for the others
    assert soft_targets(torch.tensor([2]), 4, 0.2)[0].tolist() == pytest.approx([0.05, 0.05, 0.85, 0.05])


def test_cross_entropy_of_even_logits_is_log_two() -> None:
    loss = training_loss(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]), PRIOR, LossConfig())

    assert float(loss) == pytest.approx(math.log(2))


def test_balanced_softmax_adds_the_log_prior_to_the_logits() -> None:
    config = LossConfig(kind="balanced_softmax")

    loss = training_loss(torch.zeros(1, 2), torch.tensor([[0.0, 1.0]]), PRIOR, config)

    assert float(loss) == pytest.approx(-math.log(0.25))


def test_a_weighted_loss_counts_each_class_by_one_over_its_share() -> None:
    config = LossConfig(kind="weighted_cross_entropy")
    logits = torch.tensor([[0.0, 0.0], [math.log(3), 0.0]])
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0]])

    # losses log 2 and log 4, weights 4/3 and 4: (4/3 log 2 + 4 log 4) / (16/3)
    expected = (4 / 3 * math.log(2) + 4 * math.log(4)) / (16 / 3)
    assert float(training_loss(logits, targets, PRIOR, config)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (LossConfig(), [0.0, 0.0]),
        (LossConfig(kind="balanced_softmax"), [math.log(0.75), math.log(0.25)]),
        (LossConfig(kind="weighted_cross_entropy"), [math.log(0.75), math.log(0.25)]),
        (LossConfig(sampling="weighted"), [math.log(0.75), math.log(0.25)]),
    ],
)
def test_balancing_is_undone_so_that_probabilities_keep_the_prevalence(
    config: LossConfig, expected: list[float]
) -> None:
    assert logit_shift(PRIOR, config).tolist() == pytest.approx(expected)


def test_plain_sampling_shows_each_picture_once() -> None:
    order = sample_order(np.array([0, 0, 1, 2]), LossConfig(), rng=np.random.default_rng(0))

    assert sorted(order.tolist()) == [0, 1, 2, 3]


def test_weighted_sampling_shows_each_class_equally_often() -> None:
    labels = np.array([0] * 900 + [1] * 100)

    order = sample_order(labels, LossConfig(sampling="weighted"), rng=np.random.default_rng(0))

    # 1,000 draws at 1/2: four standard deviations are 63
    assert abs(int((labels[order] == 1).sum()) - 500) < 63


def test_mixing_blends_pictures_and_targets_by_the_same_share() -> None:
    images = torch.tensor([0.0, 1.0]).reshape(2, 1, 1, 1).expand(2, 3, 2, 2).clone()
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0]])

    mixed, blended = mix(images, targets, alpha=1.0, rng=np.random.default_rng(1))

    assert torch.allclose(mixed[:, 0, 0, 0], blended[:, 1])
    assert torch.allclose(blended.sum(1), torch.ones(2))


def test_cutmix_gives_a_target_as_much_weight_as_its_picture_has_area() -> None:
    images = torch.stack([torch.full((3, 10, 10), float(value)) for value in range(4)])
    targets = torch.eye(4)

    mixed, shares = cut_and_mix(images, targets, alpha=1.0, rng=np.random.default_rng(5))

    own = torch.stack([(mixed[i, 0] == i).float().mean() for i in range(4)])
    partner = shares.clone().fill_diagonal_(0).argmax(1)
    replaced = partner != torch.arange(4)
    assert replaced.any()
    assert shares.sum(1).tolist() == pytest.approx([1.0] * 4)
    assert torch.allclose(shares.diagonal()[shares.diagonal() < 1], own[own < 1])


def test_every_second_batch_is_mixed_and_two_kinds_take_turns() -> None:
    config = LossConfig(mixup_alpha=1.0, cutmix_alpha=1.0, mixup_every=2)
    images, targets = torch.arange(4.0).view(4, 1, 1, 1).expand(4, 3, 8, 8), torch.eye(4)

    kinds = []
    for step in range(4):
        mixed, _ = blend(images, targets, config, step=step, rng=np.random.default_rng(2))
        whole = torch.equal(mixed, images)
        kinds.append("none" if whole else "mixup" if (mixed != mixed.round()).any() else "cutmix")

    assert kinds == ["none", "mixup", "none", "cutmix"]
