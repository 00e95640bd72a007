"""The parts of a card that an evaluation fills: figures, groups, failures. Nothing is typed in."""

from collections.abc import Iterator, Mapping
from typing import Any

from epiluma.bundle.manifest import BundleManifest

_TIER_ORDER = ("low", "intermediate", "high", "not_assessed")
_GROUP_FIGURES = {"sensitivity": "tier not low among malignant", "malignant_auc": "malignant AUC"}
_SHOWN_PAIRS = 3


def figures(manifest: BundleManifest, evaluation: Mapping[str, Any] | None) -> str:
    """Return what was measured, each figure with its interval, n and source."""
    if evaluation is None:
        return (
            "## Figures\nNot measured yet. `epiluma evaluate BUNDLE --manifest M --save` measures the model on "
            "lesions it has not seen and writes the figures here.\n"
        )
    where = evaluation.get("dataset", {}).get("name", f"split `{evaluation['split']}`")
    lines = [
        "## Figures",
        f"{where[0].upper()}{where[1:]}: {evaluation['images']} images of {evaluation['lesions']} lesions, none of "
        f"them trained on. In brackets 95 % intervals by bootstrap over lesions ({evaluation['resamples']} resamples). "
        "The last column is a model that always answers with the shares of the classes.",
        "",
        "| | value | n | from | always the majority |",
        "|---|---|---|---|---|",
        *(_metric_row(figure) for figure in evaluation["metrics"].values()),
        "",
        *_class_table(evaluation),
        "",
        *_tier_table(manifest, evaluation),
        "",
        *_alarm_table(evaluation),
    ]
    return "\n".join(lines).rstrip() + "\n"


def groups(evaluation: Mapping[str, Any] | None) -> str:
    """Return the figures by age, sex, body site and source of the truth, and the gaps that are not chance alone."""
    groupings = (evaluation or {}).get("subgroups", ())
    if not groupings:
        return "## Groups of people\nNot measured.\n"
    lines = [
        "## Groups of people",
        "A group with too few lesions has no figure. A gap is the difference to all other pictures; it is named where "
        "its 95 % interval leaves out 0. Groups differ in how hard their lesions are, too.",
        "",
        "| | images (lesions) | malignant lesions | tier not low among malignant | malignant AUC |",
        "|---|---|---|---|---|",
        *(_group_row(grouping, group) for grouping in groupings for group in grouping["groups"]),
        "",
        *(_gaps(groupings) or ["No gap's interval leaves out 0."]),
    ]
    return "\n".join(lines) + "\n"


def failures(evaluation: Mapping[str, Any] | None) -> str:
    """Return what is known to go wrong, counted."""
    evaluation = evaluation or {}
    lines = ["## Known failures", *_mistakes(evaluation), *_abstention(evaluation)]
    lines += [*_other_pictures(evaluation), *_where_it_looked(evaluation)]
    return "\n".join(lines if len(lines) > 1 else [*lines, "Not measured yet."]) + "\n"


def interval(figure: Mapping[str, Any]) -> str:
    """Return `0.812 (0.784-0.836)`, or why the figure is not there.

    Example:
        >>> interval({"value": 0.5, "low": 0.25, "high": 0.75, "n": 4})
        '0.500 (0.250-0.750)'
    """
    if "value" not in figure:
        return f"undefined: {figure['reason']}"
    if "low" not in figure:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f}-{figure['high']:.3f})"


def _metric_row(figure: Mapping[str, Any]) -> str:
    baseline = f"{figure['baseline']:.3f}" if "baseline" in figure else "undefined"
    return f"| {figure['title']} | {interval(figure)} | {figure['n']} | {figure['from']} | {baseline} |"


def _class_table(evaluation: Mapping[str, Any]) -> Iterator[str]:
    yield "| class | n | recall | precision | F1 | AUC |"
    yield "|---|---|---|---|---|---|"
    for code, measured in evaluation["classes"].items():
        cells = " | ".join(interval(measured[name]) for name in ("recall", "precision", "f1", "auc"))
        yield f"| `{code}` | {measured['n']} | {cells} |"


def _tier_table(manifest: BundleManifest, evaluation: Mapping[str, Any]) -> Iterator[str]:
    tiers = evaluation["tiers"]
    yield (
        f"Tiers: low below {manifest.tiers.intermediate_from:.4f}, high from {manifest.tiers.high_from:.4f} of the "
        f"probability of akiec, bcc and mel together (fitted on {manifest.tiers.fitted_on}). Share of each class:"
    )
    yield ""
    yield "| | n | low | intermediate | high | not assessed |"
    yield "|---|---|---|---|---|---|"
    for name, row in tiers["rows"].items():
        shares = " | ".join(f"{row['shares'][tier]:.3f}" if "shares" in row else "" for tier in _TIER_ORDER)
        yield f"| {name} | {row['n']} | {shares} |"
    if "melanomas_low_per_100" in tiers:
        missed = tiers.get("melanomas_low", {})
        between = f" (interval {100 * missed['low']:.1f} to {100 * missed['high']:.1f})" if "low" in missed else ""
        yield ""
        yield f"Of 100 melanomas of this split, {tiers['melanomas_low_per_100']:.1f}{between} were given the tier low."


def _alarm_table(evaluation: Mapping[str, Any]) -> Iterator[str]:
    points = evaluation.get("operating_points", ())
    if not points:
        return
    prevalences = [row["prevalence"] for row in points[0]["predictive"] if not row["own"]]
    yield (
        "Alarms. PPV is the share of alarms that are right, at a prevalence and with lesions like these; the last "
        "column says which pictures the threshold was chosen on."
    )
    yield ""
    shares = "".join(f" PPV at {prevalence:.0%} |" for prevalence in prevalences)
    yield f"| alarm | looks for | sensitivity | specificity |{shares} chosen on |"
    yield "|---|---|---|---|" + "---|" * len(prevalences) + "---|"
    for point in points:
        values = "".join(f" {interval(row['ppv'])} |" for row in point["predictive"] if not row["own"])
        found, quiet = interval(point["sensitivity"]), interval(point["specificity"])
        yield f"| {point['title']} | {point['target']} | {found} | {quiet} |{values} {point['chosen_on']} |"


def _group_row(grouping: Mapping[str, Any], group: Mapping[str, Any]) -> str:
    cells = [
        interval(figure) if "value" in figure else "too few"
        for figure in (group["figures"][name] for name in _GROUP_FIGURES)
    ]
    counts = f"{group['n']} ({group['lesions']}) | {group['malignant_lesions']}"
    return f"| {grouping['title']}: {group['name']} | {counts} | {cells[0]} | {cells[1]} |"


def _gaps(groupings: list[Mapping[str, Any]]) -> list[str]:
    found = []
    for grouping in groupings:
        for group in grouping["groups"]:
            for name, words in _GROUP_FIGURES.items():
                gap = group["figures"][name].get("gap", {})
                if "low" in gap and (gap["low"] > 0 or gap["high"] < 0):
                    between = f"{gap['low']:+.3f} to {gap['high']:+.3f}"
                    where = f"{grouping['title']}, {group['name']}"
                    found.append(f"- {where}: {words} {gap['value']:+.3f} against all others ({between})")
    return found


def _mistakes(evaluation: Mapping[str, Any]) -> Iterator[str]:
    for kind in evaluation.get("mistakes", ()):
        confused = [pair for pair in kind["pairs"] if pair["truth"] != pair["decided"]][:_SHOWN_PAIRS]
        pairs = ", ".join(f"{pair['truth_name']} decided as {pair['decided_name']} ({pair['n']})" for pair in confused)
        yield f"- {kind['title']}: {kind['n']} of {kind['of']} images{f'; most often {pairs}' if pairs else ''}."


def _abstention(evaluation: Mapping[str, Any]) -> Iterator[str]:
    refused = evaluation.get("abstention", {})
    if "value" in refused:
        yield f"- Refused to judge: {interval(refused)} of {refused['n']} images; all figures count them."


def _other_pictures(evaluation: Mapping[str, Any]) -> Iterator[str]:
    measured = evaluation.get("robustness", {})
    for group in measured.get("refusals", {}).get("groups", {}).values():
        if "value" in group["refused"]:
            yield f"- Refused of {_start(group['title'])}: {interval(group['refused'])}, n = {group['refused']['n']}."
    kinds = measured.get("degradation", {}).get("kinds", {})
    first = [name for name, kind in kinds.items() if "wrong_from" in kind and not kind["refuses_first"]]
    if first:
        yield f"- Grows wrong before it refuses as pictures get worse in these ways: {', '.join(first)}."


def _start(title: str) -> str:
    return title[0].lower() + title[1:]


def _where_it_looked(evaluation: Mapping[str, Any]) -> Iterator[str]:
    groups_ = evaluation.get("localisation", {}).get("groups", {})
    pointing = groups_.get("all", {}).get("measures", {}).get("pointing")
    if pointing:
        yield (
            f"- The heat map's highest point lies on the lesion in {interval(pointing)} of {pointing['n']} images; a "
            f"point in the middle of the picture does in {pointing['baseline']:.3f}."
        )
