"""The model's own figures, as the page quotes them: read from the bundle's evaluation, never typed in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from epiluma.bundle.read import EVALUATION_FILE, Bundle
from epiluma.web.given import Figure, Given
from epiluma.web.languages import gettext
from epiluma.web.wording import percent


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What an evaluation says; every sentence is empty where the bundle carries none.

    Attributes:
        evaluation: the object of `evaluation.json`, or empty.
    """

    evaluation: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, bundle: Bundle) -> "Figures":
        """Read the evaluation that travels with a bundle."""
        if EVALUATION_FILE not in bundle.manifest.files:
            return cls()
        value = json.loads(bundle.read_file(EVALUATION_FILE))
        return cls(evaluation=value if isinstance(value, dict) else {})

    def tested(self) -> str:
        """Return one sentence on what the model was tested on and how well it did."""
        accuracy = self._figure("metrics", "balanced_accuracy")
        if accuracy is None or not {"images", "lesions"} <= set(self.evaluation):
            return gettext("It carries no test of its own.")
        return gettext(
            "Tested on %(images)s pictures of %(lesions)s lesions that it had never seen: it decided rightly on "
            "%(share)s of them, averaged over the seven diagnoses (95 %% interval %(low)s to %(high)s).",
            images=self.evaluation["images"],
            lesions=self.evaluation["lesions"],
            share=percent(accuracy.value),
            low=percent(accuracy.low),
            high=percent(accuracy.high),
        )

    def missed_melanomas(self) -> str:
        """Return one sentence on how many of 100 melanomas were rated low."""
        missed = self._figure("tiers", "melanomas_low")
        if missed is None:
            return gettext("It has not been tested how many melanomas this model rates low, so low rules nothing out.")
        return gettext(
            "Low does not rule out melanoma: in our own test, %(low)s of 100 melanomas landed here (of %(n)s tested).",
            low=f"{100 * missed.value:.0f}",
            n=missed.n,
        )

    def _figure(self, group: str, name: str) -> Figure | None:
        found = Given(self.evaluation).at(group, name).figure
        return found if found is not None and found.n is not None else None
