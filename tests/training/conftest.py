"""Pictures small enough to train on in a second, and recipes to match."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")

from epiluma.taxonomy import CODES  # noqa: E402
from epiluma.training.config import Recipe, recipe_from_json  # noqa: E402
from epiluma.training.dataset import Pictures  # noqa: E402


@pytest.fixture
def recipe() -> Recipe:
    """Return a recipe of the plain CNN that ends after two epochs of four steps."""
    return recipe_from_json(
        {
            "name": "tiny",
            "seed": 3,
            "bfloat16_from_px": 0,
            "network": {"architecture": "scratch_cnn", "pretrained": False, "dropout": 0.3, "size_px": 32},
            "optimizer": {"batch_size": 7, "learning_rate": 1e-3, "head_learning_rate": 1e-3, "ema_decay": 0.9},
            "schedule": {"epochs": 2, "checkpoint_every": 1},
            "loss": {"mixup_alpha": 0.2},
            "stage": [
                {"name": "head", "until": 0.25, "size_px": 24, "trainable": "head"},
                {"name": "all", "size_px": 32},
            ],
        }
    )


@pytest.fixture
def pictures() -> Pictures:
    """Return 28 pictures of 36×48 px, four of each class, each class of its own grey."""
    return make_pictures(28)


def make_pictures(count: int) -> Pictures:
    rng = np.random.default_rng(0)
    labels = np.arange(count) % len(CODES)
    pixels = rng.integers(0, 20, (count, 36, 48, 3)) + (labels * 30)[:, None, None, None]
    return Pictures(
        pixels=torch.from_numpy(pixels.astype(np.uint8)),
        labels=torch.from_numpy(labels),
        image_ids=tuple(f"I{i}" for i in range(count)),
        lesion_ids=tuple(f"L{i}" for i in range(count)),
    )


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """Return an empty folder for a run."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder
