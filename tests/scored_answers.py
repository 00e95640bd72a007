"""Answers to pictures that nobody took, for tests of an evaluation."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from epiluma.evaluation.scored import Scored
from epiluma.records import Tier
from epiluma.taxonomy import CODES, INDEX


def scored_of(
    truth: Sequence[str],
    malignant: Sequence[float],
    *,
    lesions: Sequence[str] | None = None,
    decided: Sequence[str] | None = None,
    **more: Any,
) -> Scored:
    """Return answers with these truths: `malignant` is given to melanoma, the rest to nevus; decided as the truth."""
    probabilities = np.zeros((len(truth), len(CODES)))
    probabilities[:, INDEX["mel"]] = malignant
    probabilities[:, INDEX["nv"]] = 1 - np.asarray(malignant)
    fixed = {
        "image_ids": tuple(f"i{number}" for number in range(len(truth))),
        "lesion_ids": tuple(lesions or [f"L{number}" for number in range(len(truth))]),
        "labels": np.array([INDEX[code] for code in truth]),
        "probabilities": probabilities,
        "decision_scores": np.eye(len(CODES))[[INDEX[code] for code in decided or truth]],
        "tiers": tuple(Tier.LOW for _ in truth),
        "abstained": np.zeros(len(truth), bool),
    }
    return Scored(**(fixed | more))


def random_answers(pictures: int = 120, seed: int = 0) -> Scored:
    """Return answers that are often right, of lesions with one or two pictures, with sex and age."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(len(CODES)), rng.integers(0, len(CODES), pictures - len(CODES))])
    powers = np.exp(rng.normal(size=(pictures, len(CODES))) + 2 * np.eye(len(CODES))[labels])
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    tiers = tuple(Tier.LOW if row[:2].sum() + row[4] < 0.4 else Tier.HIGH for row in probabilities)
    groups = {
        "sex": tuple(rng.choice(["female", "male"], pictures).tolist()),
        "age": tuple(rng.choice(["under 40", "50 to 59"], pictures).tolist()),
    }
    return Scored(
        image_ids=tuple(f"i{number}" for number in range(pictures)),
        lesion_ids=tuple(f"L{number // 2 * 2}" if number % 3 else f"L{number}" for number in range(pictures)),
        labels=labels,
        probabilities=probabilities,
        decision_scores=probabilities,
        tiers=tiers,
        abstained=rng.random(pictures) < 0.1,
        reasons=tuple(("quality.dark",) for _ in range(pictures)),
        groups=groups,
    )
