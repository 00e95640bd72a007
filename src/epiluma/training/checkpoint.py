"""The state of a run, written whole or not at all, so that a killed run goes on as if it had never stopped."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from epiluma.errors import TrainingError

# What torch.load raises for bytes that are no checkpoint, depending on where they stop making sense.
UNREADABLE = (OSError, RuntimeError, LookupError, TypeError, EOFError, ValueError, AttributeError, UnpicklingError)


@dataclass(kw_only=True)
class Progress:
    """Where a run stands.

    Attributes:
        epoch: epochs completed.
        batch: batches completed of the epoch that runs.
        step: optimizer steps in all.
        images: pictures seen in all.
        elapsed_s: training time in all, over every start.
        loss_sum: training loss summed over the batches of the epoch that runs.
        best: the best value of the chosen metric so far, or None.
        waited: validations since the best.
        plateau_scale: what reduce-on-plateau has made of the learning rate.
        plateau_waited: validations without improvement since the last reduction.
        finished: the run came to its end.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    images: int = 0
    elapsed_s: float = 0.0
    loss_sum: float = 0.0
    best: float | None = None
    waited: int = 0
    plateau_scale: float = 1.0
    plateau_waited: int = 0
    finished: bool = False
    log_lines: int = field(default=0)


def save_checkpoint(path: Path, *, progress: Progress, states: dict[str, Any]) -> None:
    """Write a checkpoint beside its place and move it there."""
    part = path.with_suffix(".part")
    torch.save({"progress": asdict(progress), **states}, part)
    part.replace(path)


def load_checkpoint(path: Path) -> tuple[Progress, dict[str, Any]]:
    """Read a checkpoint of tensors and numbers only.

    Raises:
        TrainingError: it cannot be read.
    """
    try:
        states = torch.load(path, weights_only=True, map_location="cpu")
        return Progress(**states.pop("progress")), states
    except UNREADABLE as error:
        raise TrainingError(f"cannot go on from {path}: {error}. Remove it to start this run afresh.") from error
