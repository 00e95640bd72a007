"""What an alarm is worth where the model works: how many it finds, how many it troubles, what its answer means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import Array, Estimate
from epiluma.evaluation.metrics import MELANOMA, SENSITIVITY
from epiluma.evaluation.scored import Scored
from epiluma.evaluation.weighted import Bools, divide, share
from epiluma.taxonomy import BY_CODE, CODES

PREVALENCES = (0.01, 0.05, 0.20)  # a screening, a practice, a clinic that people are sent to

Target = Literal["malignant", "melanoma"]


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingPoint:
    """A rule that raises an alarm for some pictures.

    Attributes:
        name: short, for JSON.
        title: in words.
        target: what the alarm looks for.
        alarm: (N,) whether it is raised.
        threshold: on the probability of the target, at or above which it is raised.
        chosen_on: the pictures the threshold was chosen on.
        uses: the outputs behind it.
    """

    name: str
    title: str
    target: Target
    alarm: Bools
    threshold: float
    chosen_on: str
    uses: str = "probabilities"


def tier_points(
    scored: Scored, *, intermediate_from: float, high_from: float, chosen_on: str
) -> tuple[OperatingPoint, OperatingPoint]:
    """Return the two alarms that the tiers make: not low, and high; whatever the modality, refused pictures too."""
    risk = scored.malignant_probability
    return (
        OperatingPoint(
            name="not_low",
            title="Tier intermediate or high",
            target="malignant",
            alarm=(risk >= intermediate_from) | scored.suspicious,
            threshold=intermediate_from,
            chosen_on=chosen_on,
            uses="probabilities and decision",
        ),
        OperatingPoint(
            name="high",
            title="Tier high",
            target="malignant",
            alarm=risk >= high_from,
            threshold=high_from,
            chosen_on=chosen_on,
        ),
    )


def named_point(
    scored: Scored, *, name: str, title: str, target: Target, threshold: float, chosen_on: str
) -> OperatingPoint:
    """Return the alarm that is raised where the probability of the target reaches a threshold."""
    risk = scored.malignant_probability if target == "malignant" else scored.probabilities[:, MELANOMA]
    return OperatingPoint(
        name=name, title=title, target=target, alarm=risk >= threshold, threshold=threshold, chosen_on=chosen_on
    )


def melanoma_point(scored: Scored) -> OperatingPoint | None:
    """Return the alarm that finds 95 of 100 melanomas of these very pictures; None where there is no melanoma."""
    risk = scored.probabilities[:, MELANOMA]
    of_melanomas = np.sort(risk[scored.melanoma])
    if not len(of_melanomas):
        return None
    needed = int(np.ceil(SENSITIVITY * len(of_melanomas) - 1e-9))
    return named_point(
        scored,
        name="melanoma_95",
        title="95 of 100 melanomas found",
        target="melanoma",
        threshold=float(of_melanomas[len(of_melanomas) - needed]),
        chosen_on="these very pictures",
    )


def operating_figures(scored: Scored, points: Sequence[OperatingPoint], bootstrap: Bootstrap) -> list[dict[str, Any]]:
    """Measure each operating point.

    Returns:
        For each: `name`, `title`, `target`, `threshold`, `chosen_on`, `uses`, `n`; `sensitivity` and `specificity` for
        the target, `melanoma_sensitivity`, `alarms` (their share), and `predictive`: for each prevalence `ppv` and
        `npv`, the share of alarms that are right and the share of silences that are.
    """
    return [_figures(scored, point, bootstrap) for point in points]


def predictive_values(sensitivity: Array, specificity: Array, prevalence: float) -> tuple[Array, Array]:
    """Return PPV and NPV by Bayes' rule, nan where nothing is called positive, or nothing negative."""
    found, missed = sensitivity * prevalence, (1 - sensitivity) * prevalence
    alarms, silent = (1 - specificity) * (1 - prevalence), specificity * (1 - prevalence)
    return divide(found, found + alarms), divide(silent, silent + missed)


def _figures(scored: Scored, point: OperatingPoint, bootstrap: Bootstrap) -> dict[str, Any]:
    malignant = point.target == "malignant"
    positive, melanoma = scored.malignant if malignant else scored.melanoma, scored.melanoma
    what = "malignant or precancerous" if malignant else BY_CODE[CODES[MELANOMA]].name.lower()
    everything, own = np.ones(len(positive), bool), float(positive.mean())
    found = share_among(scored, bootstrap, positive, point.alarm, f"no picture is {what}")
    quiet = share_among(scored, bootstrap, ~positive, ~point.alarm, f"every picture is {what}")
    of_melanomas = share_among(scored, bootstrap, melanoma, point.alarm, "no picture shows melanoma")
    return {
        "name": point.name,
        "title": point.title,
        "target": point.target,
        "threshold": point.threshold,
        "chosen_on": point.chosen_on,
        "uses": point.uses,
        "n": len(positive),
        "sensitivity": found.to_json(),
        "specificity": quiet.to_json(),
        "melanoma_sensitivity": of_melanomas.to_json(),
        "alarms": share_among(scored, bootstrap, everything, point.alarm, "no picture").to_json(),
        "predictive": [
            _predictive(bootstrap, positive, point.alarm, found, quiet, prevalence, own=prevalence == own)
            for prevalence in (*PREVALENCES, own)
        ],
    }


def share_among(scored: Scored, bootstrap: Bootstrap, members: Bools, hits: Bools, reason: str) -> Estimate:
    """Return the share of `hits` (N,) among the members (N,) of a group."""
    return bootstrap.share(members, hits, lesions=scored.lesions(members), reason=reason)


def _predictive(
    bootstrap: Bootstrap,
    positive: Bools,
    alarm: Bools,
    sensitivity: Estimate,
    specificity: Estimate,
    prevalence: float,
    *,
    own: bool,
) -> Mapping[str, Any]:
    def both(weights: Array) -> tuple[Array, Array]:
        found = share(alarm[positive], weights[:, positive])
        quiet = share(~alarm[~positive], weights[:, ~positive])
        return predictive_values(found, quiet, prevalence)

    n, reason = len(positive), "one of the two kinds is missing, or the rule calls everything the same"
    ppv = bootstrap.figure(lambda weights: both(weights)[0], n=n, reason=reason)
    npv = bootstrap.figure(lambda weights: both(weights)[1], n=n, reason=reason)
    # Where nothing was missed, or nothing troubled, no resample can show any doubt: then at the share's exact end.
    if npv.value == 1 and sensitivity.low is not None:
        worst = predictive_values(np.array(sensitivity.low), np.array(specificity.value), prevalence)[1]
        npv = replace(npv, low=float(worst))
    if ppv.value == 1 and specificity.low is not None:
        worst = predictive_values(np.array(sensitivity.value), np.array(specificity.low), prevalence)[0]
        ppv = replace(ppv, low=float(worst))
    return {"prevalence": prevalence, "own": own, "ppv": ppv.to_json(), "npv": npv.to_json()}
