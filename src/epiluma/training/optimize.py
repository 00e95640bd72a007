"""Which weights move, how far, and the share of the budget that is spent."""

import math
from typing import Any

import torch
from torch import Tensor, nn

from epiluma.errors import ConfigError
from epiluma.training.checkpoint import Progress
from epiluma.training.config import OptimizerConfig, Recipe, ScheduleConfig, StageConfig
from epiluma.training.networks import Network


def build_optimizer(network: Network, config: OptimizerConfig) -> torch.optim.AdamW:
    """Return AdamW with a peak for every group of parameters: convolutions, normalisation with biases, head.

    Normalisation and biases do not decay. With `config.relative` every tensor of the body has a peak of its own,
    `learning_rate` times its root mean square at the start: Adam's steps do not depend on the size of a gradient, so
    where published weights are of very different sizes an absolute rate tears small ones apart and leaves large ones
    where they are. A bias goes with the scale of the normalisation it belongs to.
    """
    body = _relative_groups(network, config) if config.relative else _plain_groups(network, config)
    head = {
        "params": list(network.classifier.parameters()),
        "weight_decay": config.weight_decay,
        "peak": config.head_learning_rate,
    }
    return torch.optim.AdamW([*body, head], lr=config.learning_rate)


def _plain_groups(network: Network, config: OptimizerConfig) -> list[dict[str, Any]]:
    body = list(network.features.parameters())
    return [
        {"params": [p for p in body if p.ndim > 1], "weight_decay": config.weight_decay, "peak": config.learning_rate},
        {"params": [p for p in body if p.ndim <= 1], "weight_decay": 0.0, "peak": config.learning_rate},
    ]


def _relative_groups(network: Network, config: OptimizerConfig) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for layer in network.features.modules():
        own = list(layer.parameters(recurse=False))
        if not own:
            continue
        size = float(own[0].detach().square().mean().sqrt())  # of the weight, which comes before the bias
        decay = config.weight_decay if own[0].ndim > 1 else 0.0
        groups.append({"params": own, "weight_decay": decay, "peak": config.learning_rate * max(size, 1e-3)})
    return groups


def set_learning_rate(optimizer: torch.optim.Optimizer, factor: float) -> None:
    """Scale every group's peak."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor


def set_trainable(network: Network, stage: StageConfig) -> None:
    """Freeze what a stage does not train; a frozen block keeps its batch statistics too.

    Raises:
        ConfigError: `trainable` names no block of this network.
    """
    blocks = list(network.features.children())
    first = _first_trainable(stage.trainable, len(blocks))
    network.train()
    network.requires_grad_(requires_grad=True)
    for block in blocks[:first]:
        block.eval()
        block.requires_grad_(requires_grad=False)


def _first_trainable(trainable: str, blocks: int) -> int:
    if trainable in ("all", "head"):
        return 0 if trainable == "all" else blocks
    prefix, _, number = trainable.partition(".")
    if prefix != "features" or not number.isdigit() or int(number) >= blocks:
        raise ConfigError(f"trainable must be head, all or features.0 to features.{blocks - 1}; got {trainable!r}")
    return int(number)


def share_spent(progress: Progress, schedule: ScheduleConfig, *, steps_per_epoch: int) -> float:
    """Return the spent share of the budget, in [0, 1]: of the minutes where those are set, else of the steps."""
    if schedule.minutes > 0:
        return min(1.0, progress.elapsed_s / (60 * schedule.minutes))
    return min(1.0, progress.step / (schedule.epochs * steps_per_epoch))


def learning_rate_factor(recipe: Recipe, share: float, plateau_scale: float) -> float:
    """Return the factor on the peak learning rates: linear warm-up, then cosine, or what the plateaus have left."""
    schedule = recipe.schedule
    if share < schedule.warmup:
        return max(0.01, share / schedule.warmup)
    if schedule.kind == "plateau":
        return plateau_scale
    fallen = (share - schedule.warmup) / (1 - schedule.warmup)
    return schedule.final + (1 - schedule.final) * 0.5 * (1 + math.cos(math.pi * fallen))


def average_gradients(parameters: list[Tensor], world: int) -> None:
    """Replace each gradient by its mean over the processes of a `torchrun`."""
    gradients = [p.grad for p in parameters if p.grad is not None]
    if world == 1 or not gradients:
        return
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    torch.distributed.all_reduce(flat)
    flat /= world
    for gradient, mean in zip(gradients, torch.split(flat, [g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def clip_gradients(network: nn.Module, limit: float) -> None:
    """Scale the gradients down to a norm of `limit`; 0 leaves them."""
    if limit > 0:
        torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.grad is not None], limit)
