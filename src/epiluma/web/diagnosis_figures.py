"""How the model does on one diagnosis, in words, from the evaluation that travels with the bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from epiluma.records import Tier
from epiluma.taxonomy import CODES, INDEX
from epiluma.web.languages import gettext
from epiluma.web.wording import TIERS, diagnosis_name, percent

MOST_CONFUSED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One line of a list: a name, how many of how many, and as percent."""

    name: str
    count: int
    of: int
    percent: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DiagnosisFigures:
    """What the test says about one diagnosis; a part is empty where the evaluation does not tell.

    Attributes:
        found: how many of its pictures were named rightly.
        trusted: how often it was right when it named this diagnosis.
        taken_for: what its pictures were taken for instead, the most frequent first.
        hidden_behind: which diagnoses its name was given to wrongly, the most frequent first.
        tiers: how its pictures were rated.
    """

    found: str = ""
    trusted: str = ""
    taken_for: Sequence[Share] = ()
    hidden_behind: Sequence[Share] = ()
    tiers: Sequence[tuple[str, str]] = ()


def figures_of(evaluation: Mapping[str, Any], code: str) -> DiagnosisFigures:
    """Put the figures of one diagnosis into words.

    Raises:
        KeyError: the code is not in the taxonomy.
    """
    own = _mapping(_mapping(evaluation, "classes"), code)
    counts = _counts(evaluation)
    position = INDEX[code]
    return DiagnosisFigures(
        found=_found(_mapping(own, "recall"), code),
        trusted=_trusted(_mapping(own, "precision")),
        taken_for=_confused(counts[position], position) if counts else (),
        hidden_behind=_confused([row[position] for row in counts], position) if counts else (),
        tiers=_tiers(evaluation, code),
    )


def measured(share: float) -> str:
    """Return a counted share as whole percent: unlike a probability, it may be none or all."""
    return percent(share) if 0 < share < 1 else f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _found(figure: Mapping[str, Any], code: str) -> str:
    if not _whole(figure):
        return ""
    return gettext(
        "Of %(n)s pictures of this diagnosis (%(name)s) it had never seen, it named %(share)s rightly "
        "(95 %% interval %(low)s to %(high)s).",
        n=figure["n"],
        name=diagnosis_name(code),
        share=measured(figure["value"]),
        low=measured(figure["low"]),
        high=measured(figure["high"]),
    )


def _trusted(figure: Mapping[str, Any]) -> str:
    if not _whole(figure):
        return ""
    return gettext(
        "It gave this name to %(n)s pictures, and %(share)s of those names were right "
        "(95 %% interval %(low)s to %(high)s).",
        n=figure["n"],
        share=measured(figure["value"]),
        low=measured(figure["low"]),
        high=measured(figure["high"]),
    )


def _confused(counts: Sequence[int], own: int) -> list[Share]:
    others = [(count, index) for index, count in enumerate(counts) if index != own and count > 0]
    total = sum(counts)
    return [
        Share(name=diagnosis_name(CODES[index]), count=count, of=total, percent=measured(count / total))
        for count, index in sorted(others, key=lambda pair: (-pair[0], pair[1]))[:MOST_CONFUSED]
    ]


def _tiers(evaluation: Mapping[str, Any], code: str) -> tuple[tuple[str, str], ...]:
    shares = _mapping(_mapping(_mapping(_mapping(evaluation, "tiers"), "rows"), code), "shares")
    if not all(isinstance(shares.get(tier.value), int | float) for tier in Tier):
        return ()
    order = (Tier.HIGH, Tier.INTERMEDIATE, Tier.LOW, Tier.NOT_ASSESSED)
    return tuple((str(TIERS[tier].word), measured(shares[tier.value])) for tier in order)


def _counts(evaluation: Mapping[str, Any]) -> list[list[int]]:
    matrix = _mapping(evaluation, "confusion_matrix")
    counts = matrix.get("counts")
    right_form = list(matrix.get("order", ())) == list(CODES) and isinstance(counts, list) and len(counts) == len(CODES)
    return counts if right_form and isinstance(counts, list) else []


def _mapping(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _whole(figure: Mapping[str, Any]) -> bool:
    return all(isinstance(figure.get(key), int | float) for key in ("value", "low", "high", "n"))
