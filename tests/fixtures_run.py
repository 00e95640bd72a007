"""A small network, really trained on drawn lesions, for what needs a finished run."""

from dataclasses import replace
from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[1] / "configs"
# The plain CNN's recipe, cut down to a second or two.
QUICK = (
    "network.size_px=48",
    "stage.0.size_px=48",
    "schedule.epochs=2",
    "schedule.minutes=0.0",
    "schedule.early_stopping=0",
    "optimizer.batch_size=16",
)


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished run of the plain CNN on drawn lesions; do not change it."""
    pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")
    from epiluma.data.ham10000 import import_ham10000
    from epiluma.data.split import split_manifest, write_splits
    from epiluma.data.synthetic import drawn_dataset
    from epiluma.training.config import read_recipe
    from epiluma.training.run import train_recipe

    folder = tmp_path_factory.mktemp("export")
    drawn_dataset(folder / "ham", lesions=70, seed=2)
    manifest = import_ham10000(folder / "ham", output=folder / "manifest.csv")
    splits = split_manifest(manifest, seed=1)
    write_splits(splits, folder / "splits", note="drawn")
    recipe = replace(read_recipe(CONFIGS / "scratch_cnn.toml", QUICK), name="quick")
    train_recipe(recipe, manifest, splits, folder=folder / "run")
    return folder / "run"
