"""A run's learning curves."""

from pathlib import Path

from epiluma.evaluation.curves import draw_learning_curves
from epiluma.training.tracking import read_log


def draw_run_curves(folder: Path) -> Path:
    """Draw `curves.svg` of a run from its log and return its path."""
    path = folder / "curves.svg"
    draw_learning_curves(read_log(folder), path, title=folder.name)
    return path
