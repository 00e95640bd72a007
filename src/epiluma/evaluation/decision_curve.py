"""Whether acting on the model does more good than acting on everybody, or on nobody (Vickers and Elkin 2006)."""

from typing import Any

import numpy as np

from epiluma.evaluation.bootstrap import Bootstrap
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.ranking import rounded
from epiluma.evaluation.scored import Scored
from epiluma.evaluation.weighted import Bools, divide

THRESHOLDS = np.round(np.arange(0.01, 0.505, 0.01), 2)  # from "ninety-nine checks for one find" to one for one


def net_benefit(risk: Array, positive: Bools, weights: Array) -> Array:
    """Return (R, K) the net benefit of acting at or above each threshold.

    True positives less false positives times threshold / (1 - threshold), per picture (Vickers and Elkin 2006).

    Args:
        risk: (N,) probability that the picture is positive.
        positive: (N,).
        weights: (R, N).
    """
    acted = (risk[:, None] >= THRESHOLDS).astype(np.float64)
    total = weights.sum(axis=1, keepdims=True)
    right = divide(weights @ (acted * positive[:, None]), total)
    wrong = divide(weights @ (acted * ~positive[:, None]), total)
    benefit: Array = right - wrong * THRESHOLDS / (1 - THRESHOLDS)
    return benefit


def decision_curve(scored: Scored, bootstrap: Bootstrap) -> dict[str, Any]:
    """Measure the net benefit of showing a lesion to a doctor by its malignant probability.

    Returns:
        `n`, `prevalence`, `thresholds`, `model` with `low` and `high`, `all` (showing every lesion; none is 0) and
        `useful`: first and last threshold of the longest run in which the interval of the gain over both lies above 0,
        absent where there is none.
    """
    risk, positive = scored.malignant_probability, scored.malignant
    value, low, high = bootstrap.band(lambda weights: net_benefit(risk, positive, weights))
    everyone = np.ones(len(positive))
    treat_all = net_benefit(everyone, positive, np.ones((1, len(positive))))[0]
    _, gain_low, _ = bootstrap.band(lambda weights: _gain(risk, positive, weights))
    curve = {
        "n": len(positive),
        "prevalence": float(positive.mean()),
        "thresholds": THRESHOLDS.tolist(),
        "model": rounded(value),
        "low": rounded(low),
        "high": rounded(high),
        "all": rounded(treat_all),
    }
    run = _longest_run(gain_low > 0)
    return curve if run is None else curve | {"useful": [float(THRESHOLDS[run[0]]), float(THRESHOLDS[run[1]])]}


def _gain(risk: Array, positive: Bools, weights: Array) -> Array:
    everyone = net_benefit(np.ones(len(positive)), positive, weights)
    gain: Array = net_benefit(risk, positive, weights) - np.maximum(everyone, 0)
    return gain


def _longest_run(holds: Bools) -> tuple[int, int] | None:
    runs, start = [], None
    for index, held in enumerate([*holds, False]):
        if held and start is None:
            start = index
        elif not held and start is not None:
            runs.append((start, index - 1))
            start = None
    return max(runs, key=lambda run: run[1] - run[0], default=None)
