"""The mistakes that matter, by kind: which diagnosis was taken for which, and what the answer made of it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from epiluma.evaluation.scored import Scored
from epiluma.evaluation.weighted import Bools
from epiluma.records import Tier
from epiluma.taxonomy import BY_CODE, CODES, MALIGNANT_INDICES

WORST = 12  # pictures that are named of each kind


def mistakes(scored: Scored) -> list[dict[str, Any]]:
    """Sort the wrong answers into kinds, the gravest first.

    Returns:
        For each kind that can occur `name`, `title`, `meaning`, `uses`, `of` (pictures it could have happened to), `n`,
        `lesions` and `pairs`: for each truth and decision `truth`, `decided`, `n`, `lesions`, and `worst`: up to twelve
        {image_id, lesion_id, probability of the truth, malignant_probability, tier}, the least believed truth first.
    """
    return [
        {
            "name": name,
            "title": title,
            "meaning": meaning,
            "uses": uses,
            "of": int(among.sum()),
            "n": int(members.sum()),
            "lesions": scored.lesions(members),
            "pairs": _pairs(scored, members),
        }
        for name, title, meaning, uses, among, members in _kinds(scored)
        if among.any()
    ]


def without_pictures(kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the same kinds with counts only: what a bundle may carry anywhere."""
    return [
        kind | {"pairs": [{key: value for key, value in pair.items() if key != "worst"} for pair in kind["pairs"]]}
        for kind in kinds
    ]


def _kinds(scored: Scored) -> Iterator[tuple[str, str, str, str, Bools, Bools]]:
    tiers = np.array([tier.value for tier in scored.tiers])
    malignant, wrong = scored.malignant, scored.decisions != scored.labels
    low = malignant & (tiers == Tier.LOW.value)
    renamed = malignant & ~np.isin(scored.decisions, MALIGNANT_INDICES) & ~low
    high = ~malignant & (tiers == Tier.HIGH.value)
    yield (
        "malignant_low",
        "Malignant or precancerous, and rated low",
        "The gravest: a person with such a lesion is told that little speaks for a cancer.",
        "probabilities and decision",
        malignant,
        low,
    )
    yield (
        "malignant_decided_harmless",
        "Malignant or precancerous, decided harmless, but not rated low",
        "The named diagnosis is wrong; the tier, where there is one, still sends the person to a doctor.",
        "decision",
        malignant,
        renamed,
    )
    yield (
        "harmless_high",
        "Harmless, and rated high",
        "A false alarm: a visit and perhaps a cut for nothing.",
        "probabilities",
        ~malignant,
        high,
    )
    yield (
        "other",
        "Any other wrong decision",
        "A wrong name for a lesion of the same kind, or a harmless lesion called malignant without the tier high.",
        "decision",
        np.ones(len(wrong), bool),
        wrong & ~low & ~renamed & ~high,
    )


def _pairs(scored: Scored, members: Bools) -> list[dict[str, Any]]:
    pairs: dict[tuple[int, int], list[int]] = {}
    for index in np.flatnonzero(members):
        pairs.setdefault((int(scored.labels[index]), int(scored.decisions[index])), []).append(int(index))
    ordered = sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_pair(scored, truth, decided, rows) for (truth, decided), rows in ordered]


def _pair(scored: Scored, truth: int, decided: int, rows: list[int]) -> dict[str, Any]:
    believed = scored.probabilities[:, truth]
    worst = sorted(rows, key=lambda row: (believed[row], scored.image_ids[row]))[:WORST]
    return {
        "truth": CODES[truth],
        "truth_name": BY_CODE[CODES[truth]].name,
        "decided": CODES[decided],
        "decided_name": BY_CODE[CODES[decided]].name,
        "n": len(rows),
        "lesions": len({scored.lesion_ids[row] for row in rows}),
        "worst": [_picture(scored, row, truth) for row in worst],
    }


def _picture(scored: Scored, row: int, truth: int) -> dict[str, Any]:
    return {
        "image_id": scored.image_ids[row],
        "lesion_id": scored.lesion_ids[row],
        "probability": float(scored.probabilities[row, truth]),
        "malignant_probability": float(scored.malignant_probability[row]),
        "tier": scored.tiers[row].value,
    }
