"""The figures of the guide for doctors, in words, from the evaluation that travels with the bundle."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from epiluma.web.diagnosis_figures import measured
from epiluma.web.languages import gettext
from epiluma.web.wording import percent

Text = Any  # a lazy string: translated when it is shown
Json = Mapping[str, Any]

OPERATING_POINTS: Mapping[str, Text] = {
    "not_low": _("Tier intermediate or high, for cancer or precancer"),
    "high": _("Tier high, for cancer or precancer"),
    "do-not-miss": _("“Do not miss”, for melanoma"),
    "balanced": _("“Balanced”, for melanoma"),
}
PREVALENCES = (0.01, 0.05, 0.2)
SUBGROUPS: Mapping[str, Mapping[str, Text]] = {
    "age": {
        "under 40": _("Under 40 years"),
        "40 to 49": _("40 to 49 years"),
        "50 to 59": _("50 to 59 years"),
        "60 to 69": _("60 to 69 years"),
        "70 and over": _("70 years and over"),
    },
    "sex": {"female": _("Women"), "male": _("Men")},
    "site": {"face": _("Face"), "back": _("Back"), "chest": _("Chest"), "lower extremity": _("Legs")},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingPoint:
    """One way to draw the line: what it finds, what it spares, what an alarm is worth where the disease is rare."""

    name: Text
    sensitivity: str
    specificity: str
    predictive: Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subgroup:
    """How the tiers do in one group of people or places."""

    name: Text
    melanomas: str
    sensitivity: str
    specificity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClinicalFigures:
    """All of them; a part is empty where the evaluation does not tell."""

    operating_points: Sequence[OperatingPoint] = ()
    prevalences: Sequence[str] = ()
    subgroups: Sequence[Subgroup] = ()
    calibration: str = ""
    mix: str = ""
    refusals: str = ""


def clinical_figures(evaluation: Json) -> ClinicalFigures:
    """Put an evaluation into the words of the guide."""
    return ClinicalFigures(
        operating_points=list(_operating_points(evaluation)),
        prevalences=[percent(prevalence) for prevalence in PREVALENCES],
        subgroups=list(_subgroups(evaluation)),
        calibration=_calibration(_at(evaluation, "metrics", "ece")),
        mix=_mix(_at(evaluation, "ranking", "malignant")),
        refusals=_refusals(_at(evaluation, "abstention")),
    )


def _operating_points(evaluation: Json) -> Iterator[OperatingPoint]:
    for point in _objects(evaluation.get("operating_points")):
        figures = [_at(point, "sensitivity"), _at(point, "specificity")]
        if point.get("name") in OPERATING_POINTS and all(map(_whole, figures)):
            yield OperatingPoint(
                name=OPERATING_POINTS[point["name"]],
                sensitivity=_with_interval(figures[0]),
                specificity=_with_interval(figures[1]),
                predictive=[_predictive(point, prevalence) for prevalence in PREVALENCES],
            )


def _predictive(point: Json, prevalence: float) -> str:
    for entry in _objects(point.get("predictive")):
        figure = _at(entry, "ppv")
        if entry.get("prevalence") == prevalence and not entry.get("own") and _whole(figure):
            return measured(figure["value"])
    return ""


def _subgroups(evaluation: Json) -> Iterator[Subgroup]:
    for dimension in _objects(evaluation.get("subgroups")):
        names = SUBGROUPS.get(str(dimension.get("name")), {})
        for group in _objects(dimension.get("groups")):
            melanoma, specificity = (_at(group, "figures", key) for key in ("melanoma_sensitivity", "specificity"))
            if group.get("name") in names:
                yield Subgroup(
                    name=names[group["name"]],
                    melanomas=str(group.get("melanoma_lesions", "")),
                    sensitivity=_with_interval(melanoma) or gettext("too few to say"),
                    specificity=_with_interval(specificity) or gettext("too few to say"),
                )


def _calibration(figure: Json) -> str:
    if not _whole(figure):
        return ""
    return gettext(
        "On its test the stated probability of the first diagnosis was off by %(value)s percentage points on average "
        "(expected calibration error; 95 %% interval %(low)s to %(high)s).",
        value=f"{100 * figure['value']:.1f}",
        low=f"{100 * figure['low']:.1f}",
        high=f"{100 * figure['high']:.1f}",
    )


def _mix(figure: Json) -> str:
    if not all(isinstance(figure.get(key), int) and figure[key] > 0 for key in ("positives", "n")):
        return ""
    return gettext(
        "In its test %(share)s of the pictures show a cancer or a precancer (%(positives)s of %(n)s).",
        share=measured(figure["positives"] / figure["n"]),
        positives=figure["positives"],
        n=figure["n"],
    )


def _refusals(figure: Json) -> str:
    if not _whole(figure):
        return ""
    return gettext(
        "It refused %(value)s of the pictures of its test (95 %% interval %(low)s to %(high)s).",
        value=f"{100 * figure['value']:.1f}\N{NO-BREAK SPACE}%",
        low=f"{100 * figure['low']:.1f}\N{NO-BREAK SPACE}%",
        high=f"{100 * figure['high']:.1f}\N{NO-BREAK SPACE}%",
    )


def _with_interval(figure: Json) -> str:
    if not _whole(figure):
        return ""
    return gettext(
        "%(value)s (%(low)s to %(high)s)",
        value=measured(figure["value"]),
        low=measured(figure["low"]),
        high=measured(figure["high"]),
    )


def _at(value: Json, *keys: str) -> Json:
    for key in keys:
        inner = value.get(key)
        value = inner if isinstance(inner, Mapping) else {}
    return value


def _objects(value: object) -> Iterable[Json]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _whole(figure: Json) -> bool:
    return all(isinstance(figure.get(key), int | float) for key in ("value", "low", "high", "n"))
