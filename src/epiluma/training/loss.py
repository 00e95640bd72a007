"""What is minimised, and how imbalance is taken into account."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from epiluma.records import Floats
from epiluma.training.config import LossConfig


def class_prior(labels: Tensor, classes: int) -> Tensor:
    """Return the share of each class, (classes,); an absent class counts half a picture so that its log is finite."""
    counts = torch.bincount(labels, minlength=classes).double().clamp_min(0.5)
    return (counts / counts.sum()).float()


def soft_targets(labels: Tensor, classes: int, smoothing: float) -> Tensor:
    """Return one-hot targets (N, classes) smoothed towards the uniform distribution."""
    return F.one_hot(labels, classes).float() * (1 - smoothing) + smoothing / classes


def training_loss(logits: Tensor, targets: Tensor, prior: Tensor, config: LossConfig) -> Tensor:
    """Return the mean loss of a batch.

    Args:
        logits: (N, classes).
        targets: (N, classes), rows sum to 1.
        prior: (classes,) of the training pictures.
        config: `cross_entropy`; `weighted_cross_entropy`, each class weighed by 1 / prior; `balanced_softmax`,
            log prior added to the logits (Ren et al. 2020).
    """
    if config.kind == "balanced_softmax":
        logits = logits + prior.log()
    losses = -(targets * F.log_softmax(logits, dim=1))
    if config.kind == "weighted_cross_entropy":
        weights = (1 / prior) / (1 / prior).mean()
        return (losses * weights).sum() / (targets * weights).sum()
    return losses.sum(dim=1).mean()


def logit_shift(prior: Tensor, config: LossConfig) -> Tensor:
    """Return what must be added to the trained logits, (classes,), to speak of the training prevalence again.

    Balanced losses and balanced sampling make a network answer as if all classes were equally common. Probabilities
    are promised at the prevalence of the data, so the shift is folded into the head's bias after training.
    """
    balanced = config.kind != "cross_entropy" or config.sampling == "weighted"
    return prior.log() if balanced else torch.zeros_like(prior)


def sample_order(labels: Floats, config: LossConfig, *, rng: np.random.Generator) -> np.ndarray:
    """Return the indices of one epoch, (N,): each picture once, or each class equally often."""
    if config.sampling == "shuffle":
        return rng.permutation(len(labels))
    counts = np.bincount(labels)
    weights = 1.0 / counts[labels]
    return rng.choice(len(labels), size=len(labels), replace=True, p=weights / weights.sum())


def blend(
    images: Tensor, targets: Tensor, config: LossConfig, *, step: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Mix the pictures of every `mixup_every`-th batch with each other, by MixUp, CutMix or each in turn."""
    kinds = [kind for kind, alpha in ((mix, config.mixup_alpha), (cut_and_mix, config.cutmix_alpha)) if alpha > 0]
    if not kinds or step % config.mixup_every != 1 % config.mixup_every:
        return images, targets
    kind = kinds[step // config.mixup_every % len(kinds)]
    return kind(images, targets, alpha=config.mixup_alpha if kind is mix else config.cutmix_alpha, rng=rng)


def mix(images: Tensor, targets: Tensor, *, alpha: float, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Blend each picture and its target with another of the batch (MixUp, Zhang et al. 2018)."""
    share = float(rng.beta(alpha, alpha))
    order = torch.from_numpy(rng.permutation(len(images))).to(images.device)
    return images * share + images[order] * (1 - share), targets * share + targets[order] * (1 - share)


def cut_and_mix(images: Tensor, targets: Tensor, *, alpha: float, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Replace a rectangle of each picture by another's, and as much of its target (CutMix, Yun et al. 2019)."""
    side = images.shape[-1]
    cut = round(side * float(np.sqrt(1 - rng.beta(alpha, alpha))))
    top, left = (int(start) for start in rng.integers(0, side - cut + 1, 2))
    order = torch.from_numpy(rng.permutation(len(images))).to(images.device)
    mixed = images.clone()
    mixed[:, :, top : top + cut, left : left + cut] = images[order, :, top : top + cut, left : left + cut]
    kept = 1 - cut**2 / side**2
    return mixed, targets * kept + targets[order] * (1 - kept)
