"""The figures of an evaluation: what each is called, which output it judges, what it means to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Source = Literal["decision", "probabilities"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One figure.

    Attributes:
        title: its name in a table.
        source: the output it is worked out from: the prior-adjusted decision or the calibrated probabilities.
        meaning: one or two sentences for a reader who is not a statistician.
    """

    title: str
    source: Source
    meaning: str


OVERALL: Mapping[str, Term] = MappingProxyType(
    {
        "balanced_accuracy": Term(
            title="Balanced accuracy",
            source="decision",
            meaning="The share that is decided rightly, worked out for each diagnosis and averaged, so that rare ones "
            "count as much as common ones.",
        ),
        "macro_f1": Term(
            title="F1, mean of the seven",
            source="decision",
            meaning="F1 of each diagnosis, averaged; see F1.",
        ),
        "top1": Term(
            title="Right diagnosis first",
            source="probabilities",
            meaning="The share whose most probable diagnosis is the true one. Always saying the most common diagnosis "
            "already reaches the figure of a model that knows nothing.",
        ),
        "top2": Term(
            title="Right among the first two",
            source="probabilities",
            meaning="The share whose true diagnosis is one of the two most probable.",
        ),
        "top3": Term(
            title="Right among the first three",
            source="probabilities",
            meaning="The share whose true diagnosis is one of the three most probable.",
        ),
        "macro_auc": Term(
            title="AUC, mean of the seven",
            source="probabilities",
            meaning="AUC of each diagnosis against all others, averaged; see AUC.",
        ),
        "common_auc": Term(
            title="AUC, mean of those with 5 lesions",
            source="probabilities",
            meaning="AUC of each diagnosis that at least 5 lesions of these pictures show, averaged: with fewer, one "
            "lesion decides.",
        ),
        "melanoma_auc": Term(
            title="AUC, melanoma",
            source="probabilities",
            meaning="How often a melanoma gets a higher probability of melanoma than a picture of anything else: 0.5 "
            "is chance, 1 is perfect.",
        ),
        "malignant_auc": Term(
            title="AUC, malignant or precancerous",
            source="probabilities",
            meaning="How often a malignant or precancerous lesion gets a higher probability of being one than a "
            "harmless lesion: 0.5 is chance, 1 is perfect.",
        ),
        "melanoma_specificity_at_95_sensitivity": Term(
            title="Specificity at 95 % melanoma sensitivity",
            source="probabilities",
            meaning="If the alarm is set so that 95 of 100 melanomas are found, the share of everything else that "
            "rightly raises none.",
        ),
        "ece": Term(
            title="Calibration error (ECE)",
            source="probabilities",
            meaning="How far the stated probability of the first diagnosis lies from how often it is right, on "
            "average over 15 bins; 0 is honest. Resampling adds noise to it, so its interval leans upwards.",
        ),
    }
)

PER_CLASS: Mapping[str, Term] = MappingProxyType(
    {
        "recall": Term(
            title="Recall",
            source="decision",
            meaning="Of the pictures that show this diagnosis, the share that is decided so (sensitivity).",
        ),
        "precision": Term(
            title="Precision",
            source="decision",
            meaning="Of the pictures decided to show this diagnosis, the share that does. It depends on how common "
            "the diagnosis is.",
        ),
        "f1": Term(
            title="F1",
            source="decision",
            meaning="The harmonic mean of recall and precision: high only where both are.",
        ),
        "auc": Term(
            title="AUC",
            source="probabilities",
            meaning="How often a picture of this diagnosis gets a higher probability of it than a picture of another: "
            "0.5 is chance, 1 is perfect.",
        ),
    }
)
