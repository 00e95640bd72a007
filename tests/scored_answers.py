"""Answers to pictures that nobody took, for tests of an evaluation."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from epiluma.evaluation.assembly import measure_sections
from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.metrics import confusion_matrix, evaluate_predictions
from epiluma.evaluation.operating import tier_points
from epiluma.evaluation.scored import Scored
from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.evaluation.thresholds import tier_table
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


def report_of(scored: Scored) -> dict[str, Any]:
    """Return the report of these answers, as `epiluma evaluate` makes it."""
    rng = np.random.default_rng(0)
    keep = (scored.labels, scored.probabilities, scored.decision_scores, scored.lesion_ids)
    figures = evaluate_predictions(*keep, rng=rng, resamples=20)
    bootstrap = Bootstrap.draw(scored.lesion_ids, resamples=20, rng=rng)
    points = tier_points(scored, intermediate_from=0.2, high_from=0.5, chosen_on="validation")
    sections = measure_sections(scored, bootstrap, points)
    sections["abstention"]["reasons"] = [{"code": "quality.dark", "n": 3, "why": "The picture is too dark."}]
    return {
        "model_id": "tiny-20260102-00000000",
        "split": "test",
        "split_sha256": "0" * 64,
        "images": len(scored.labels),
        "lesions": len(set(scored.lesion_ids)),
        "resamples": 20,
        "seed": 0,
        "majority": {"code": "nv", "share": 0.5},
        "metrics": {name: {**figures[name].to_json(), "from": term.source} for name, term in OVERALL.items()},
        "classes": {code: {name: figures[f"{name}.{code}"].to_json() for name in PER_CLASS} for code in CODES},
        "confusion_matrix": {
            "order": list(CODES),
            "counts": confusion_matrix(scored.labels, scored.decision_scores).tolist(),
        },
        "tiers": tier_table(scored.labels, scored.tiers, scored.lesion_ids, rng=rng, resamples=20),
        "versions": {"epiluma": "0.1.0"},
        **sections,
    }
