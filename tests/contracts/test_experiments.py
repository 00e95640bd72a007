"""The page of experiments says what the kept predictions say, and every experiment can be run again."""

from pathlib import Path

import pytest

from epiluma.evaluation.experiments import experiments_table, read_experiments

ROOT = Path(__file__).parents[2]
KEPT = sorted(path for path in (ROOT / "experiments").iterdir() if path.is_dir())


def test_the_page_of_experiments_is_fresh() -> None:
    table = experiments_table(read_experiments(ROOT / "experiments"))

    assert table in (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8"), (
        "run: epiluma experiments table --write docs/experiments.md"
    )


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_every_experiment_has_its_recipe(folder: Path) -> None:
    recipes = [ROOT / "configs" / f"{folder.name}.toml", ROOT / "configs" / "experiments" / f"{folder.name}.toml"]

    assert [path.name for path in recipes if path.exists()] == [f"{folder.name}.toml"]
