"""The separate study on the 938 pictures of earlier systems."""

import json
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from epiluma.errors import TrainingError

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def study938(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("study938")


def finished(folder: Path, *, pictures: int = 938, keep: str = "last") -> Path:
    """Write a run that is right first for half of its pictures, and second for all others."""
    labels = np.arange(pictures) % 7
    logits = np.eye(7)[labels] * 2
    logits[::2, :] = np.eye(7)[labels[::2]] * 2 + np.eye(7)[(labels[::2] + 1) % 7] * 3
    (folder / "resolved.json").write_text(json.dumps({"name": "r", "seed": 1, "schedule": {"keep": keep}}))
    lesions = np.array([f"L{i}" for i in range(pictures)])
    np.savez(folder / "validation.npz", labels=labels, logits=logits, lesion_ids=lesions)
    return folder


def test_the_table_stands_beside_the_published_figures(study938: ModuleType, tmp_path: Path) -> None:
    table = study938.as_table(study938.study(finished(tmp_path)))

    assert "| top-1 | 0.500 (0.4" in table
    assert "| top-2 | 1.000 (0.996 to 1.000) | 0.914 |" in table
    assert table.endswith("938 pictures of 938 lesions.")


def test_a_run_of_another_split_is_refused(study938: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="held out 70 pictures, not the 938"):
        study938.study(finished(tmp_path, pictures=70))


def test_a_run_that_chose_its_weights_on_these_pictures_is_refused(study938: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="chose its weights on the 938"):
        study938.study(finished(tmp_path, keep="best"))
