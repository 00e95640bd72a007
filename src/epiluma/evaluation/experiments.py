"""Experiments: recipes compared on the folds that both were run on, and the table of all of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.errors import ConfigError
from epiluma.evaluation.calibration import fit_temperature, prior_adjusted, softmax
from epiluma.evaluation.estimates import Array, Estimate, estimate, lesion_weights
from epiluma.evaluation.metrics import MELANOMA, malignant_scores
from epiluma.evaluation.out_of_fold import OutOfFold, read_out_of_fold
from epiluma.evaluation.weighted import area_under_curve, confusion, divide
from epiluma.taxonomy import CODES, MALIGNANT_INDICES

NOTES = "notes.toml"
FIGURES = {
    "balanced_accuracy": "balanced accuracy",
    "melanoma_auc": "melanoma AUC",
    "malignant_auc": "malignant AUC",
    "nll": "NLL",
}
RESAMPLES = 1000
OPENING = "<!-- experiments: written by `epiluma experiments table --write docs/experiments.md` -->"
CLOSING = "<!-- /experiments -->"


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an experiment asked, what it is compared with, and what was learnt from it."""

    question: str
    learnt: str
    against: str = ""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One recipe's held-out predictions, its note, and its figures.

    Attributes:
        name: of the recipe.
        note: as written by whoever ran it.
        predictions: of every fold that was run.
        figures: by the names of `FIGURES`; `balanced_accuracy` after dividing by the prior of the held-out labels,
            `nll` after fitting one temperature.
        gains: the same figures minus those of `note.against`, on the folds both have; empty without one.
    """

    name: str
    note: Note
    predictions: OutOfFold
    figures: Mapping[str, Estimate]
    gains: Mapping[str, Estimate]

    @property
    def minutes(self) -> float:
        """Wall-clock minutes of training, summed over the folds."""
        return sum(float(entry["minutes"]) for entry in self.predictions.made_by.values())


def read_notes(folder: Path) -> dict[str, Note]:
    """Read `notes.toml`: a table for each experiment.

    Raises:
        ConfigError: it is missing, not TOML, or a note is incomplete.
    """
    path = folder / NOTES
    try:
        tables: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: Note(**table) for name, table in tables.items()}
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise ConfigError(f"{path} must hold [NAME] with question, learnt and perhaps against; {error}") from error


def read_experiments(folder: Path, *, seed: int = 1) -> list[Experiment]:
    """Read all experiments of a folder in the order of their notes, and measure them.

    Args:
        folder: holds `notes.toml` and one folder for each recipe that was run.
        seed: of the resamples; the same one gives the same intervals.

    Raises:
        ConfigError: an experiment without a note, or a note that names an experiment that is not there.
        DataError: predictions that cannot be read.
    """
    notes = read_notes(folder)
    kept = {path.name: read_out_of_fold(path) for path in sorted(folder.iterdir()) if path.is_dir()}
    for name in kept:
        if name not in notes:
            raise ConfigError(f"{folder / NOTES} says nothing about {name}: add [{name}] with question and learnt")
    for name, note in notes.items():
        if name not in kept or (note.against and note.against not in kept):
            raise ConfigError(f"{folder / NOTES}: {name} or what it is compared with was never run")
    return [
        Experiment(
            name=name,
            note=note,
            predictions=kept[name],
            figures=measure(kept[name], seed=seed),
            gains=compare(kept[name], kept[note.against], seed=seed) if note.against else {},
        )
        for name, note in notes.items()
    ]


def measure(predictions: OutOfFold, *, seed: int) -> dict[str, Estimate]:
    """Return every figure of `FIGURES` over all folds together, with intervals over lesions."""
    count = len(predictions.labels)
    weights = lesion_weights(predictions.lesion_ids, resamples=RESAMPLES, rng=np.random.default_rng(seed))
    point, samples = _figures(predictions, np.ones((1, count))), _figures(predictions, weights)
    return {
        name: estimate(float(point[name][0]), samples[name], n=count, reason="a class is missing") for name in FIGURES
    }


def compare(predictions: OutOfFold, other: OutOfFold, *, seed: int) -> dict[str, Estimate]:
    """Return how much each figure of `predictions` lies above that of `other`, on the folds both have.

    Both are measured on the same resamples, so what makes a resample easy or hard cancels out.

    Raises:
        ConfigError: no fold in common, or the folds hold out other pictures.
    """
    common = sorted(set(predictions.made_by) & set(other.made_by))
    own, their = predictions.of_folds(common), other.of_folds(common)
    if not common or sorted(own.image_ids) != sorted(their.image_ids):
        raise ConfigError("two experiments are compared on the folds that both have; these have none in common")
    count = len(own.labels)
    weights = lesion_weights(own.lesion_ids, resamples=RESAMPLES, rng=np.random.default_rng(seed))
    place = {image: index for index, image in enumerate(own.image_ids)}
    order = np.array([place[image] for image in their.image_ids])
    ones = np.ones((1, count))
    points = _figures(own, ones), _figures(their, ones)
    samples = _figures(own, weights), _figures(their, weights[:, order])
    return {
        name: estimate(
            float(points[0][name][0] - points[1][name][0]),
            samples[0][name] - samples[1][name],
            n=count,
            reason="a class is missing",
        )
        for name in FIGURES
    }


def _figures(predictions: OutOfFold, weights: Array) -> dict[str, Array]:
    labels = predictions.labels
    probabilities = softmax(predictions.logits / fit_temperature(predictions.logits, labels))
    prior = np.maximum(np.bincount(labels, minlength=len(CODES)), 0.5) / len(labels)
    decisions = prior_adjusted(probabilities, tuple(prior / prior.sum()), 1.0).argmax(axis=1)
    matrix = confusion(labels, decisions, weights, classes=len(CODES))
    recalls = divide(np.diagonal(matrix, axis1=1, axis2=2), matrix.sum(axis=2))
    malignant = np.isin(labels, MALIGNANT_INDICES)
    surprise = -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12))
    return {
        "balanced_accuracy": recalls.mean(axis=1),
        "melanoma_auc": area_under_curve(probabilities[:, MELANOMA], labels == MELANOMA, weights),
        "malignant_auc": area_under_curve(malignant_scores(probabilities), malignant, weights),
        "nll": divide(weights @ surprise, weights.sum(axis=1)),
    }


def experiments_table(experiments: list[Experiment]) -> str:
    """Return the table in Markdown: a row for each experiment."""
    head = (
        "| experiment | asked | seed | folds (n) | pictures seen | minutes | "
        + " | ".join(FIGURES.values())
        + " | against | Δ balanced accuracy | Δ NLL | learnt |"
    )
    rows = [head, "|" + "---|" * (10 + len(FIGURES))]
    return "\n".join(rows + [_row(experiment) for experiment in experiments])


def _row(experiment: Experiment) -> str:
    made_by = experiment.predictions.made_by
    first = next(iter(made_by.values()))
    folds = f"{', '.join(map(str, sorted(made_by)))} ({len(experiment.predictions.labels):,})"
    seen = sum(int(entry["pictures_seen"]) for entry in made_by.values())
    gains = [
        _cell(experiment.gains[name], signed=True) if experiment.gains else "" for name in ("balanced_accuracy", "nll")
    ]
    cells = [
        f"`{experiment.name}`",
        experiment.note.question,
        str(first["seed"]),
        folds,
        f"{seen:,}",
        f"{experiment.minutes:.0f}",
        *(_cell(experiment.figures[name]) for name in FIGURES),
        f"`{experiment.note.against}`" if experiment.note.against else "",
        *gains,
        experiment.note.learnt,
    ]
    return f"| {' | '.join(cells)} |"


def _cell(figure: Estimate, *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    return f"{figure.value:{sign}.3f} ({figure.low:{sign}.3f} to {figure.high:{sign}.3f})".replace("-", "−")


def write_table(experiments: list[Experiment], page: Path) -> None:
    """Put the table between the two marks of a page.

    Raises:
        ConfigError: the marks are not there.
    """
    try:
        before, opening, rest = page.read_text(encoding="utf-8").partition(OPENING)
    except OSError as error:
        raise ConfigError(f"cannot read {page}: {error.strerror}") from error
    _, closing, after = rest.partition(CLOSING)
    if not opening or not closing:
        raise ConfigError(f"{page} needs the lines {OPENING} and {CLOSING} where the table belongs")
    page.write_text(f"{before}{opening}\n{experiments_table(experiments)}\n{closing}{after}", encoding="utf-8")
