"""Read pictures with a network in training, and score what it says."""

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from epiluma.errors import ConfigError
from epiluma.imaging.preprocess import Preprocessing
from epiluma.records import Floats
from epiluma.taxonomy import CODES, INDEX, MALIGNANT_INDICES
from epiluma.training.config import VALIDATION_METRICS
from epiluma.training.dataset import Pictures, network_input


@torch.no_grad()
def predict_logits(
    network: nn.Module,
    pictures: Pictures,
    preprocessing: Preprocessing,
    *,
    batch_size: int = 64,
    bfloat16: bool = False,
) -> Floats:
    """Return logits (N, 7) of pictures, one view each."""
    network.eval()
    device = next(network.parameters()).device
    rows = [torch.empty((0, len(CODES)))]
    for pixels in torch.split(pictures.pixels, batch_size) if len(pictures) else ():
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            rows.append(network(network_input(pixels.to(device), preprocessing)).float().cpu())
    logits: Floats = torch.cat(rows).numpy()
    return logits


def score(logits: Floats, labels: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return the quick figures of a validation: point estimates, no intervals, undefined ones left out.

    `balanced_accuracy` divides by the class prior of these labels first.
    """
    from sklearn.metrics import roc_auc_score

    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    counts = np.bincount(labels, minlength=len(CODES))
    present = np.flatnonzero(counts)
    adjusted = (log_p - np.log(np.maximum(counts, 0.5) / counts.sum())).argmax(axis=1)
    figures = {
        "nll": float(-log_p[np.arange(len(labels)), labels].mean()),
        "top1": float((p.argmax(axis=1) == labels).mean()),
        "balanced_accuracy": float(np.mean([(adjusted[labels == c] == c).mean() for c in present])),
    }
    malignant = np.isin(labels, MALIGNANT_INDICES)
    aucs = [roc_auc_score(labels == c, p[:, c]) for c in present if counts[c] < len(labels)]
    if aucs:
        figures["macro_auc"] = float(np.mean(aucs))
    if 0 < counts[INDEX["mel"]] < len(labels):
        figures["melanoma_auc"] = float(roc_auc_score(labels == INDEX["mel"], p[:, INDEX["mel"]]))
    if 0 < malignant.sum() < len(labels):
        figures["malignant_auc"] = float(roc_auc_score(malignant, p[:, list(MALIGNANT_INDICES)].sum(axis=1)))
    return figures


def metric_value(figures: dict[str, float], name: str) -> float:
    """Return one figure.

    Raises:
        ConfigError: it does not exist or cannot be computed from these pictures.
    """
    if name not in figures:
        raise ConfigError(
            f"schedule.metric = {name!r} cannot be computed from this validation split; available: "
            f"{', '.join(sorted(figures))}"
        )
    return figures[name]


def is_better(name: str, value: float, best: float | None) -> bool:
    """Whether a value of a metric beats the best so far, in the metric's own direction."""
    if best is None:
        return True
    return value < best if VALIDATION_METRICS[name] == "min" else value > best
