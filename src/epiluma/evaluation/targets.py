"""What the model that ships must reach, and what it aims at: one table, judged figure by figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

OUR_TEST, ISIC2018, BENCHMARK938, ANY = "our test", "ISIC 2018 validation", "938-image split", "any"

# A set of pictures is known by its ids: SHA-256 of them, sorted, one a line.
KNOWN_SETS: Mapping[str, str] = MappingProxyType(
    {
        "5fcb7626c807f9bd71d71835fcfec6b81c3806b873cabb3c7c92a51e95d218f7": OUR_TEST,
        "ab12280d43ebde4d19c807feaa29833d20064b17a4e2ddfc1be6992ad0a75d2b": ISIC2018,
        "41e44ab685cb5fc3a2e89a25cd686a9f1d498140e503c5befdbac4d7d3992510": BENCHMARK938,
    }
)
# What a stranger calls these pictures, and the short name of their data set.
DATASETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        OUR_TEST: ("HAM10000, test split grouped by lesion", "ham10000"),
        ISIC2018: ("ISIC 2018 Task 3, validation set", "isic2018_task3"),
        BENCHMARK938: ("HAM10000, 938 lesions with a single image", "ham10000"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One figure to reach.

    Attributes:
        title: of the figure.
        where: the set of pictures it is measured on; `any` where it has pictures of its own.
        path: keys that lead to the figure in `evaluation.json`.
        bar: what it must reach.
        aim: what it should reach.
        lower: whether smaller is better.
    """

    title: str
    where: str
    path: tuple[str, ...]
    bar: float
    aim: float
    lower: bool = False

    def __str__(self) -> str:
        return self.title if self.where == ANY else f"{self.title} ({self.where})"

    def judge(self, value: float) -> str:
        """Return `aim`, `bar` or `missed`.

        Example:
            >>> Target(title="ECE", where=ANY, path=(), bar=0.03, aim=0.02, lower=True).judge(0.025)
            'bar'
        """
        sign = -1 if self.lower else 1
        if sign * value >= sign * self.aim:
            return "aim"
        return "bar" if sign * value >= sign * self.bar else "missed"


def _metric(where: str, name: str, title: str, bar: float, aim: float, *, lower: bool = False) -> Target:
    return Target(title=title, where=where, path=("metrics", name), bar=bar, aim=aim, lower=lower)


def _refused(group: str, title: str, bar: float, aim: float, *, lower: bool = False) -> Target:
    path = ("robustness", "refusals", "groups", group, "refused")
    return Target(title=title, where=ANY, path=path, bar=bar, aim=aim, lower=lower)


TARGETS: tuple[Target, ...] = (
    _metric(OUR_TEST, "balanced_accuracy", "Balanced accuracy, one view", 0.83, 0.88),
    _metric(OUR_TEST, "melanoma_auc", "AUC, melanoma", 0.945, 0.965),
    _metric(OUR_TEST, "malignant_auc", "AUC, malignant or precancerous", 0.957, 0.975),
    _metric(ISIC2018, "melanoma_auc", "AUC, melanoma", 0.96, 0.985),
    _metric(ISIC2018, "malignant_auc", "AUC, malignant or precancerous", 0.95, 0.97),
    _metric(ISIC2018, "common_auc", "AUC, mean of diagnoses with 5 lesions or more", 0.96, 0.98),
    _metric(OUR_TEST, "melanoma_specificity_at_95_sensitivity", "Specificity at 95 % melanoma sensitivity", 0.75, 0.83),
    _metric(OUR_TEST, "top3", "Right among the first three", 0.985, 0.993),
    _metric(BENCHMARK938, "top1", "Right diagnosis first", 0.90, 0.93),
    _metric(BENCHMARK938, "top2", "Right among the first two", 0.96, 0.98),
    _metric(BENCHMARK938, "top3", "Right among the first three", 0.985, 0.995),
    _metric(OUR_TEST, "ece", "Calibration error (ECE)", 0.03, 0.02, lower=True),
    Target(
        title="Calibration error, worst of mildly spoiled and recoloured pictures",
        where=ANY,
        path=("robustness", "worst_mild_ece"),
        bar=0.05,
        aim=0.03,
        lower=True,
    ),
    _refused("photographs", "Photographs of anything else refused", 0.98, 1.00),
    _refused("skin", "Skin without a lesion refused", 0.80, 0.95),
    _refused("other-clinic", "Another clinic’s pictures refused", 0.05, 0.03, lower=True),
    Target(
        title="Pointing game",
        where=ANY,
        path=("localisation", "groups", "all", "measures", "pointing"),
        bar=0.90,
        aim=0.95,
    ),
)


def judge_targets(evaluation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Hold an evaluation's figures against the targets that belong to its pictures.

    Returns:
        For each target that could be measured here `title`, `where`, `bar`, `aim`, `lower`, `figure` and `verdict`:
        `aim`, `bar` or `missed`; a figure that is undefined has the verdict `undefined`. Nothing for a set of pictures
        that no target is about.
    """
    return [
        {
            "title": target.title,
            "where": target.where if target.where != ANY else _pictures_of(evaluation, target),
            "bar": target.bar,
            "aim": target.aim,
            "lower": target.lower,
            "figure": figure,
            "verdict": target.judge(figure["value"]) if "value" in figure else "undefined",
        }
        for target, figure in _measurable(evaluation, TARGETS)
    ]


def unmeasured_targets(evaluation: Mapping[str, Any]) -> list[Target]:
    """Return the targets that these pictures cannot be held against, so that none is taken for met."""
    measured = [target for target, _ in _measurable(evaluation, TARGETS)]
    return [target for target in TARGETS if target not in measured]


def _pictures_of(evaluation: Mapping[str, Any], target: Target) -> str:
    section = evaluation[target.path[0]]
    return str(section.get("pictures", evaluation.get("known_as", "these pictures")))


def _measurable(evaluation: Mapping[str, Any], targets: Sequence[Target]) -> Iterator[tuple[Target, Mapping[str, Any]]]:
    here = KNOWN_SETS.get(str(evaluation.get("split_sha256")))
    for target in targets:
        figure = _at(evaluation, target.path)
        if target.where in (here, ANY) and figure is not None:
            yield target, figure


def _at(evaluation: Mapping[str, Any], path: Sequence[str]) -> Mapping[str, Any] | None:
    found: Any = evaluation
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else None
