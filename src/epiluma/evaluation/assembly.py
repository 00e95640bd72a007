"""All sections of an evaluation, from one set of resamples."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.decision_curve import decision_curve
from epiluma.evaluation.metrics import MELANOMA
from epiluma.evaluation.mistakes import mistakes
from epiluma.evaluation.operating import OperatingPoint, melanoma_point, operating_figures, share_among
from epiluma.evaluation.promises import reliability_diagrams
from epiluma.evaluation.ranking import ranking_curves
from epiluma.evaluation.scored import Scored
from epiluma.evaluation.subgroups import subgroup_figures
from epiluma.evaluation.weighted import area_under_curve


def measure_sections(scored: Scored, bootstrap: Bootstrap, points: Sequence[OperatingPoint]) -> dict[str, Any]:
    """Measure everything beside the table of figures.

    Args:
        scored: the answers.
        bootstrap: over its lesions.
        points: alarms of the bundle; the first is the one that the subgroups are measured at.

    Returns:
        `ranking`, `reliability`, `operating_points`, `subgroups`, `decision_curve`, `mistakes` and `abstention`.
    """
    here = melanoma_point(scored)
    return {
        "ranking": ranking_curves(scored, bootstrap),
        "reliability": reliability_diagrams(scored, bootstrap),
        "operating_points": operating_figures(scored, [*points, *([here] if here else [])], bootstrap),
        "subgroups": subgroup_figures(scored, bootstrap, alarm=points[0].alarm),
        "decision_curve": decision_curve(scored, bootstrap),
        "mistakes": mistakes(scored),
        "abstention": abstention_figures(scored, bootstrap),
    }


def abstention_figures(scored: Scored, bootstrap: Bootstrap) -> dict[str, Any]:
    """Measure what the model refused to judge.

    Returns:
        The share of pictures as a figure, with `reasons` {code: number of pictures}, `malignant` and `harmless` (the
        share that is refused of each) and `answered` {n, lesions, malignant_auc, melanoma_auc} of the others.
    """
    everything, kept = np.ones(len(scored.labels), bool), ~scored.abstained
    codes = Counter(code for row in np.flatnonzero(scored.abstained) for code in _reasons(scored, int(row)))
    malignant, melanoma = scored.malignant, scored.melanoma
    risk, of_melanoma = scored.malignant_probability, scored.probabilities[:, MELANOMA]
    reason, n = "not both kinds are among the pictures that were answered", int(kept.sum())
    answered = {
        "n": n,
        "lesions": scored.lesions(kept),
        "malignant_auc": bootstrap.among(
            kept, lambda weights: area_under_curve(risk[kept], malignant[kept], weights), n=n, reason=reason
        ).to_json(),
        "melanoma_auc": bootstrap.among(
            kept, lambda weights: area_under_curve(of_melanoma[kept], melanoma[kept], weights), n=n, reason=reason
        ).to_json(),
    }
    return share_among(scored, bootstrap, everything, scored.abstained, "no picture").to_json() | {
        "reasons": dict(codes.most_common()),
        "malignant": share_among(scored, bootstrap, malignant, scored.abstained, "no picture is malignant").to_json(),
        "harmless": share_among(
            scored, bootstrap, ~malignant, scored.abstained, "every picture is malignant"
        ).to_json(),
        "answered": answered,
    }


def _reasons(scored: Scored, row: int) -> tuple[str, ...]:
    # How a picture was taken is no reason to abstain, though it may stand in the same record.
    return tuple(code for code in (scored.reasons[row] if scored.reasons else ()) if not code.startswith("modality."))
