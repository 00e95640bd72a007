"""Whether the model serves everybody alike: the same figures by sex, age, body site and how the truth is known."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import Array, Estimate, estimate
from epiluma.evaluation.metrics import MELANOMA, true_ranks
from epiluma.evaluation.scored import UNKNOWN, Scored, age_order
from epiluma.evaluation.weighted import Bools, area_under_curve, share

FEWEST = 10  # of the kind a figure is about: below it one lesion moves the figure by ten points or more

GROUPINGS: Mapping[str, str] = MappingProxyType(
    {"age": "Age in years", "sex": "Sex", "site": "Body site", "truth": "How the truth is known"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Figure:
    """One column: the share of `hits` among the positive pictures, or how well `scores` tell these from the others."""

    name: str
    what: str  # the positive pictures
    positive: Bools
    hits: Bools | None = None
    scores: Array | None = None

    def kinds(self) -> list[tuple[Bools, str]]:
        """Return the kinds of lesion the figure needs enough of, and what each is called."""
        return [(self.positive, self.what)] + ([] if self.scores is None else [(~self.positive, "other")])

    def measure(self, weights: Array, members: Bools) -> Array:
        """Return (R,) the figure of the members."""
        if self.scores is not None:
            return area_under_curve(self.scores[members], self.positive[members], weights[:, members])
        among = members & self.positive
        return share((self.positive if self.hits is None else self.hits)[among], weights[:, among])


def subgroup_figures(scored: Scored, bootstrap: Bootstrap, *, alarm: Bools) -> list[dict[str, Any]]:
    """Measure each group of each grouping, and how far it lies from all other pictures.

    Args:
        scored: with its `groups`; a grouping in which all are alike is left out.
        bootstrap: over its lesions.
        alarm: (N,) whether a picture was called suspicious, as by a tier that is not low.

    Returns:
        For each grouping `name`, `title` and `groups`: for each `name`, `n`, `lesions`, `malignant_lesions`,
        `melanoma_lesions` and `figures` {sensitivity, melanoma_sensitivity, specificity, malignant_auc, melanoma_auc,
        top1}; each figure has a `gap` to all other pictures. A figure about fewer than ten lesions has only a reason.
    """
    columns = _columns(scored, alarm)
    return [
        {
            "name": name,
            "title": title,
            "groups": [
                _group(scored, bootstrap, columns, group, np.array([value == group for value in values]))
                for group in _in_order(name, values)
            ],
        }
        for name, title in GROUPINGS.items()
        if len(set(values := scored.groups.get(name, ()))) > 1
    ]


def _columns(scored: Scored, alarm: Bools) -> list[_Figure]:
    risk, malignant, melanoma = scored.malignant_probability, scored.malignant, scored.melanoma
    of_melanoma, first = scored.probabilities[:, MELANOMA], true_ranks(scored.labels, scored.probabilities) == 0
    everything, bad = np.ones(len(malignant), bool), "malignant or precancerous"
    return [
        _Figure(name="sensitivity", what=bad, positive=malignant, hits=alarm),
        _Figure(name="melanoma_sensitivity", what="melanoma", positive=melanoma, hits=alarm),
        _Figure(name="specificity", what="harmless", positive=~malignant, hits=~alarm),
        _Figure(name="malignant_auc", what=bad, positive=malignant, scores=risk),
        _Figure(name="melanoma_auc", what="melanoma", positive=melanoma, scores=of_melanoma),
        _Figure(name="top1", what="", positive=everything, hits=first),
    ]


def _group(
    scored: Scored, bootstrap: Bootstrap, columns: Sequence[_Figure], name: str, members: Bools
) -> dict[str, Any]:
    return {
        "name": name,
        "n": int(members.sum()),
        "lesions": scored.lesions(members),
        "malignant_lesions": scored.lesions(members & scored.malignant),
        "melanoma_lesions": scored.lesions(members & scored.melanoma),
        "figures": {column.name: _measured(scored, bootstrap, column, members) for column in columns},
    }


def _measured(scored: Scored, bootstrap: Bootstrap, column: _Figure, members: Bools) -> dict[str, Any]:
    about = members if column.scores is not None else members & column.positive
    n = int(about.sum())
    few = [_too_few(count, what) for kind, what in column.kinds() if (count := scored.lesions(members & kind)) < FEWEST]
    if few:
        return Estimate(n=n, reason=few[0]).to_json()
    point, samples = bootstrap.samples(lambda weights: _with_gap(column, weights, members))
    if column.hits is None:
        figure = estimate(float(point[0]), samples[:, 0], n=n, reason="undefined")
    else:
        figure = bootstrap.share(about, column.hits, lesions=scored.lesions(about), reason="undefined")
    if any(scored.lesions(~members & kind) < FEWEST for kind, _ in column.kinds()):
        return figure.to_json()
    return figure.to_json() | {"gap": estimate(float(point[1]), samples[:, 1], n=n, reason="undefined").to_json()}


def _too_few(count: int, what: str) -> str:
    return f"too few: {count or 'no'} {what} lesion{'' if count == 1 else 's'}".replace("  ", " ")


def _with_gap(column: _Figure, weights: Array, members: Bools) -> Array:
    # Both in the same resample, so that the gap's interval knows what they share.
    here, elsewhere = column.measure(weights, members), column.measure(weights, ~members)
    return np.stack([here, here - elsewhere], axis=1)


def _in_order(name: str, values: Sequence[str]) -> list[str]:
    if name == "age":
        return age_order(values)
    counts = Counter(values)
    return sorted(counts, key=lambda value: (value == UNKNOWN, -counts[value], value))
