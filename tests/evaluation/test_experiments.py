"""Experiments: kept predictions, compared on the folds that two recipes share."""

from pathlib import Path

import numpy as np
import pytest

from epiluma.errors import ConfigError, DataError, LeakError
from epiluma.evaluation.experiments import (
    CLOSING,
    OPENING,
    compare,
    experiments_table,
    measure,
    read_experiments,
    write_table,
)
from epiluma.evaluation.out_of_fold import OutOfFold, read_out_of_fold, write_fold
from epiluma.taxonomy import CODES

MADE_BY = {"seed": 1, "pictures_seen": 1000, "minutes": 2.5}
LABELS = np.tile(np.arange(len(CODES)), 10)  # ten pictures of each class, each of its own lesion


def logits_that_are_right(count: int) -> np.ndarray:
    """Return logits (70, 7) that say the truth for the first `count` pictures of ten, and the next class for others."""
    said = np.where(np.arange(len(LABELS)) // len(CODES) < count, LABELS, (LABELS + 1) % len(CODES))
    return 4.0 * np.eye(len(CODES))[said]


def keep(folder: Path, fold: int, logits: np.ndarray, lesion: str = "L") -> None:
    write_fold(
        folder,
        fold,
        image_ids=[f"I{fold}_{i:02d}" for i in range(len(LABELS))],
        lesion_ids=[f"{lesion}{fold}_{i}" for i in range(len(LABELS))],
        labels=LABELS,
        logits=logits,
        made_by=MADE_BY,
    )


def test_predictions_are_read_as_they_were_written(tmp_path: Path):
    keep(tmp_path, 0, logits_that_are_right(8))
    keep(tmp_path, 3, logits_that_are_right(10))

    kept = read_out_of_fold(tmp_path)

    assert kept.folds.tolist() == [0] * 70 + [3] * 70
    assert kept.labels.tolist() == [*LABELS, *LABELS]
    assert np.array_equal(kept.logits[:70], logits_that_are_right(8))
    assert kept.made_by[3]["minutes"] == 2.5


def test_the_same_predictions_give_the_same_bytes(tmp_path: Path):
    keep(tmp_path / "one", 0, logits_that_are_right(8))
    keep(tmp_path / "two", 0, logits_that_are_right(8))

    assert (tmp_path / "one/fold-0.csv.gz").read_bytes() == (tmp_path / "two/fold-0.csv.gz").read_bytes()


def test_a_lesion_that_two_folds_hold_out_is_a_leak(tmp_path: Path):
    keep(tmp_path, 0, logits_that_are_right(8))
    write_fold(
        tmp_path, 1, image_ids=["J"], lesion_ids=["L0_5"], labels=LABELS[:1], logits=np.ones((1, 7)), made_by=MADE_BY
    )

    with pytest.raises(LeakError, match="held out twice"):
        read_out_of_fold(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no gzip", None])
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes | None):
    keep(tmp_path, 0, logits_that_are_right(8))
    if content is None:
        (tmp_path / "fold-0.json").unlink()
    else:
        (tmp_path / "fold-0.csv.gz").write_bytes(content)

    with pytest.raises(DataError, match="is not a list of out-of-fold predictions"):
        read_out_of_fold(tmp_path)


def test_a_folder_without_predictions_says_how_to_make_them(tmp_path: Path):
    with pytest.raises(DataError, match="epiluma experiments keep"):
        read_out_of_fold(tmp_path)


def test_balanced_accuracy_is_the_mean_recall_of_the_seven(tmp_path: Path):
    keep(tmp_path, 0, logits_that_are_right(8))

    figures = measure(read_out_of_fold(tmp_path), seed=1)

    assert figures["balanced_accuracy"].value == pytest.approx(0.8)
    assert figures["balanced_accuracy"].low < 0.8 < figures["balanced_accuracy"].high


def test_a_recipe_is_compared_only_on_the_folds_that_both_have(tmp_path: Path):
    keep(tmp_path / "new", 0, logits_that_are_right(9))
    keep(tmp_path / "new", 1, logits_that_are_right(1))  # the other never ran this one
    keep(tmp_path / "old", 0, logits_that_are_right(7))

    gains = compare(read_out_of_fold(tmp_path / "new"), read_out_of_fold(tmp_path / "old"), seed=1)

    assert gains["balanced_accuracy"].value == pytest.approx(0.2)
    assert gains["balanced_accuracy"].n == 70


def test_a_recipe_gains_exactly_nothing_over_itself(tmp_path: Path):
    keep(tmp_path, 0, logits_that_are_right(7))
    kept = read_out_of_fold(tmp_path)
    turned = OutOfFold(
        image_ids=kept.image_ids[::-1],
        lesion_ids=kept.lesion_ids[::-1],
        labels=kept.labels[::-1],
        logits=kept.logits[::-1],
        folds=kept.folds,
        made_by=kept.made_by,
    )

    gains = compare(kept, turned, seed=1)

    assert gains["nll"].low == pytest.approx(0.0, abs=1e-9)
    assert gains["nll"].high == pytest.approx(0.0, abs=1e-9)


def test_recipes_without_a_common_fold_cannot_be_compared(tmp_path: Path):
    keep(tmp_path / "new", 0, logits_that_are_right(9))
    keep(tmp_path / "old", 1, logits_that_are_right(7))

    with pytest.raises(ConfigError, match="none in common"):
        compare(read_out_of_fold(tmp_path / "new"), read_out_of_fold(tmp_path / "old"), seed=1)


NOTES = """
[old]
question = "as before"
learnt = "a start"
[new]
question = "more"
learnt = "better"
against = "old"
"""


def test_the_table_has_a_row_for_each_experiment_in_the_order_of_the_notes(tmp_path: Path):
    keep(tmp_path / "new", 0, logits_that_are_right(9))
    keep(tmp_path / "old", 0, logits_that_are_right(7))
    (tmp_path / "notes.toml").write_text(NOTES)

    _, header, *rows = experiments_table(read_experiments(tmp_path)).splitlines()

    assert [row.split(" | ")[0] for row in rows] == ["| `old`", "| `new`"]
    assert rows[0].count("|") == rows[1].count("|") == header.count("|") == 15
    assert "| 1,000 | 2 |" in rows[0]
    assert "+0.200 (" in rows[1]


def test_an_experiment_without_a_note_is_an_error(tmp_path: Path):
    keep(tmp_path / "old", 0, logits_that_are_right(7))
    (tmp_path / "notes.toml").write_text("")

    with pytest.raises(ConfigError, match=r"add \[old\] with question and learnt"):
        read_experiments(tmp_path)


def test_a_note_about_an_experiment_that_was_never_run_is_an_error(tmp_path: Path):
    keep(tmp_path / "old", 0, logits_that_are_right(7))
    (tmp_path / "notes.toml").write_text(NOTES)

    with pytest.raises(ConfigError, match="new or what it is compared with was never run"):
        read_experiments(tmp_path)


def test_the_table_is_written_between_its_marks(tmp_path: Path):
    keep(tmp_path / "old", 0, logits_that_are_right(7))
    (tmp_path / "notes.toml").write_text('[old]\nquestion = "q"\nlearnt = "l"\n')
    page = tmp_path / "page.md"
    page.write_text(f"before\n{OPENING}\nstale\n{CLOSING}\nafter\n", encoding="utf-8")

    write_table(read_experiments(tmp_path), page)

    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{OPENING}\n| experiment |")
    assert text.endswith(f"|\n{CLOSING}\nafter\n")
    assert "stale" not in text
