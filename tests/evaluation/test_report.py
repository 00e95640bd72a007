"""The report for people: a table and three charts."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from epiluma.evaluation.report import report_text, write_charts
from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.taxonomy import CODES

FIGURE = {"value": 0.8, "low": 0.7, "high": 0.9, "n": 10, "resamples": 50, "baseline": 0.5}
UNDEFINED = {"n": 0, "reason": "no picture shows df"}


@pytest.fixture
def report() -> dict[str, Any]:
    classes = {code: {"n": 1, **dict.fromkeys(PER_CLASS, FIGURE)} for code in CODES}
    classes["df"] = {"n": 0, **dict.fromkeys(PER_CLASS, UNDEFINED)}
    shares = {"low": 0.6, "intermediate": 0.25, "high": 0.1, "not_assessed": 0.05}
    return {
        "model_id": "tiny-20260102-00000000",
        "split": "test",
        "images": 10,
        "lesions": 8,
        "resamples": 50,
        "majority": {"code": "nv", "share": 0.67},
        "metrics": {name: {**FIGURE, "title": term.title, "from": term.source} for name, term in OVERALL.items()},
        "classes": classes,
        "confusion_matrix": {"order": list(CODES), "counts": np.eye(7, dtype=int).tolist()},
        "tiers": {"rows": {"mel": {"n": 4, "shares": shares}, "df": {"n": 0}}, "melanomas_low_per_100": 2.5},
        "abstention": {"value": 0.03, "n": 10},
    }


def line_with(text: str, words: str) -> list[str]:
    return next(line for line in text.splitlines() if words in line).split()


def test_the_table_gives_value_interval_n_baseline_and_source(report: dict[str, Any]) -> None:
    text = report_text(report)

    assert line_with(text, "Balanced accuracy")[2:] == ["0.800", "0.700-0.900", "10", "0.500", "decision"]
    assert line_with(text, "AUC, melanoma")[2:] == ["0.800", "0.700-0.900", "10", "0.500", "probabilities"]


def test_the_heading_names_model_split_and_sizes(report: dict[str, Any]) -> None:
    assert report_text(report).startswith("tiny-20260102-00000000 on test: 10 images of 8 lesions")


def test_a_figure_that_is_undefined_shows_its_reason_and_no_number(report: dict[str, Any]) -> None:
    row = line_with(report_text(report), "no picture shows df")

    assert row[:3] == ["df", "Recall", "-"]
    assert "nan" not in report_text(report).split()


def test_tiers_are_shares_with_n_and_a_class_without_pictures_has_none(report: dict[str, Any]) -> None:
    text = report_text(report)
    table = text[text.index("Share of each class by tier") :]

    assert line_with(table, "mel") == ["mel", "4", "0.600", "0.250", "0.100", "0.050"]
    assert line_with(table, "df") == ["df", "0", "-", "-", "-", "-"]
    assert "Of 100 melanomas, 2.5 were given the tier low." in table


def charts(folder: Path) -> list[Path]:
    rng = np.random.default_rng(0)
    labels = np.concatenate([np.arange(7), rng.integers(0, 7, 60)])
    powers = np.exp(rng.normal(size=(67, 7)) + 2 * np.eye(7)[labels])
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return write_charts(folder, labels=labels, probabilities=probabilities, counts=np.diag(np.arange(7) + 11))


def test_charts_are_svg_with_words_as_text(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    confusion, roc, reliability = charts(tmp_path / "charts")

    words = {path: {e.text for e in ElementTree.parse(path).iter() if e.text} for path in (confusion, roc, reliability)}
    assert {"mel", "decided", "17"} <= words[confusion]
    assert {"Melanoma", "Malignant or precancerous"} <= words[roc]
    assert "share that was right" in words[reliability]


def test_charts_of_the_same_figures_are_the_same_bytes(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    first, second = charts(tmp_path / "one"), charts(tmp_path / "two")

    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_class_that_no_picture_shows_has_no_curve(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    labels = np.array([4, 5, 5])

    write_charts(tmp_path, labels=labels, probabilities=np.eye(7)[labels], counts=np.zeros((7, 7)))

    drawn = (tmp_path / "roc.svg").read_text()
    assert "Melanocytic nevus" in drawn
    assert "Dermatofibroma" not in drawn
