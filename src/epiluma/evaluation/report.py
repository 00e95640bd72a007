"""An evaluation for people: a table of text, and charts as SVG."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from epiluma.errors import MissingExtra
from epiluma.evaluation.calibration import reliability
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.metrics import MELANOMA, malignant_scores
from epiluma.evaluation.targets import unmeasured_targets
from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.records import Tier
from epiluma.taxonomy import BY_CODE, CODES, MALIGNANT_INDICES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The seven hues keep apart for readers who see few colours (Okabe and Ito 2008).
LINE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#7f7f7f")
INK = "#16211f"
VERDICTS = {"aim": "met, and the aim", "bar": "met", "missed": "MISSED", "undefined": "undefined"}


def report_text(report: Mapping[str, Any]) -> str:
    """Return the object of `evaluation.json` as a readable table."""
    parts = (_heading(report), _overall(report), _classes(report), _tiers(report), _alarms(report), _targets(report))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _heading(report: Mapping[str, Any]) -> Iterator[str]:
    yield f"{report['model_id']} on {report['split']}: {report['images']} images of {report['lesions']} lesions"
    yield f"none of which it was trained on. Intervals: 95 %, {report['resamples']} bootstrap resamples of lesions."
    majority = report["majority"]
    yield (
        f"Majority: a model that always answers with the shares of the classes; {majority['share']:.3f} of the images "
        f"are {majority['code']}."
    )


def _overall(report: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (term.title, *_cells(report["metrics"][name]), report["metrics"][name]["from"])
        for name, term in OVERALL.items()
        if name in report["metrics"]
    ]
    return _aligned(("", "value", "95 % interval", "n", "majority", "from"), rows)


def _classes(report: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        (code if name == "recall" else "", PER_CLASS[name].title, *_cells(figures[name]), PER_CLASS[name].source)
        for code, figures in report["classes"].items()
        for name in PER_CLASS
    ]
    yield from _aligned(("class", "", "value", "95 % interval", "n", "majority", "from"), rows)
    yield ""
    matrix = report["confusion_matrix"]
    yield "Confusion matrix: rows are the truth, columns the decision"
    counts = [(code, *map(str, row)) for code, row in zip(matrix["order"], matrix["counts"], strict=True)]
    yield from _aligned(("", *matrix["order"]), counts)


def _tiers(report: Mapping[str, Any]) -> Iterator[str]:
    names = [tier.value for tier in Tier]
    yield "Share of each class by tier"
    rows = [
        (name, str(row["n"]), *(f"{row['shares'][tier]:.3f}" if "shares" in row else "-" for tier in names))
        for name, row in report["tiers"]["rows"].items()
    ]
    yield from _aligned(("", "n", *(name.replace("_", " ") for name in names)), rows)
    if "melanomas_low_per_100" in report["tiers"]:
        yield f"Of 100 melanomas, {report['tiers']['melanomas_low_per_100']:.1f} were given the tier low."
    yield f"Abstained from {report['abstention']['value']:.3f} of the images; all figures count them too."


def _alarms(report: Mapping[str, Any]) -> Iterator[str]:
    points = report.get("operating_points", ())
    if points:
        yield "Alarms: sensitivity and specificity for the target; PPV: the share of alarms that are right"
    rows = [
        (
            point["title"],
            point["target"],
            _short(point["sensitivity"]),
            _short(point["specificity"]),
            *(_short(row["ppv"], interval=False) for row in point["predictive"][:-1]),
            point["chosen_on"],
        )
        for point in points
    ]
    if points:
        shares = (f"PPV at {row['prevalence']:.0%}" for row in points[0]["predictive"][:-1])
        yield from _aligned(("", "target", "sensitivity", "specificity", *shares, "threshold from"), rows)


def _targets(report: Mapping[str, Any]) -> Iterator[str]:
    judged = report.get("targets", ())
    if not judged:
        return
    yield "Bar and aim"
    rows = [
        (
            row["title"],
            *_cells(row["figure"])[:2],
            f"{'<=' if row['lower'] else '>='} {row['bar']:g}",
            f"{row['aim']:g}",
            VERDICTS[row["verdict"]],
        )
        for row in judged
    ]
    yield from _aligned(("", "value", "95 % interval", "bar", "aim", ""), rows)
    left = [str(target) for target in unmeasured_targets(report)]
    if left:
        yield f"Not measured on these pictures: {'; '.join(left)}."


def _short(figure: Mapping[str, Any], *, interval: bool = True) -> str:
    if "value" not in figure:
        return "-"
    between = f" ({figure['low']:.3f}-{figure['high']:.3f})" if interval and "low" in figure else ""
    return f"{figure['value']:.3f}{between}"


def _cells(figure: Mapping[str, Any]) -> tuple[str, str, str, str]:
    baseline = f"{figure['baseline']:.3f}" if "baseline" in figure else "-"
    if "value" not in figure:
        return "-", figure["reason"], str(figure["n"]), baseline
    interval = f"{figure['low']:.3f}-{figure['high']:.3f}" if "low" in figure else "-"
    return f"{figure['value']:.3f}", interval, str(figure["n"]), baseline


def _aligned(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [headers, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def write_charts(
    folder: Path,
    *,
    labels: npt.NDArray[np.int64],
    probabilities: Array,
    counts: npt.ArrayLike,
) -> list[Path]:
    """Write the confusion matrix, the ROC curves and the reliability diagram as SVG.

    Args:
        folder: created where it is missing; files of the same name are replaced.
        labels: (N,) index of the true class.
        probabilities: (N, 7).
        counts: (7, 7) confusion matrix; rows are the truth.

    Returns:
        The files, the same bytes for the same arguments.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra.of("data", "matplotlib") from error
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with mpl.rc_context({"svg.hashsalt": "epiluma", "svg.fonttype": "none", "font.size": 9, "text.color": INK}):
        for name in ("confusion_matrix", "roc", "reliability"):
            figure = Figure(figsize=(5.2, 4.6), layout="constrained")
            axes = figure.add_subplot()
            if name == "confusion_matrix":
                _draw_confusion(axes, np.asarray(counts, np.int64))
            elif name == "roc":
                _draw_roc(axes, labels, probabilities)
            else:
                _draw_reliability(axes, labels, probabilities)
            written.append(_saved(figure, folder / f"{name}.svg"))
    return written


def _saved(figure: "Figure", path: Path) -> Path:
    figure.savefig(path, format="svg", metadata={"Date": None})
    return path


def _draw_confusion(axes: "Axes", counts: npt.NDArray[np.int64]) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Greens", vmin=0, vmax=1)
    for truth, decision in np.ndindex(*counts.shape):
        colour = "white" if shares[truth, decision] > 0.6 else INK
        axes.text(decision, truth, str(counts[truth, decision]), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(CODES)), CODES)
    axes.set_yticks(range(len(CODES)), [f"{code} ({row.sum()})" for code, row in zip(CODES, counts, strict=True)])
    axes.set_xlabel("decided")
    axes.set_ylabel("true (images)")
    axes.set_title("Decisions; colour: share of the true class", loc="left")


def _draw_roc(axes: "Axes", labels: npt.NDArray[np.int64], probabilities: Array) -> None:
    for index, code in enumerate(CODES):
        width = 2.0 if index == MELANOMA else 1.0
        _draw_curve(axes, probabilities[:, index], labels == index, BY_CODE[code].name, LINE_COLOURS[index], width)
    malignant = np.isin(labels, MALIGNANT_INDICES)
    _draw_curve(axes, malignant_scores(probabilities), malignant, "Malignant or precancerous", INK, 2.0)
    axes.plot([0, 1], [0, 1], color="#a5b3af", linewidth=0.8)
    axes.set_xlabel("share of all others that raise an alarm (1 - specificity)")
    axes.set_ylabel("share that is found (sensitivity)")
    axes.set_title("ROC, each diagnosis against the others", loc="left")
    axes.legend(loc="lower right", fontsize=7, frameon=False)


def _draw_curve(
    axes: "Axes", scores: Array, positive: npt.NDArray[np.bool_], name: str, colour: str, width: float
) -> None:
    if not positive.any() or positive.all():
        return
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(-scores[order]) > 0), len(scores) - 1)
    found = np.cumsum(positive[order])[ends] / positive.sum()
    alarms = np.cumsum(~positive[order])[ends] / (~positive).sum()
    axes.plot([0, *alarms], [0, *found], color=colour, linewidth=width, label=name)


def _draw_reliability(axes: "Axes", labels: npt.NDArray[np.int64], probabilities: Array) -> None:
    bins = reliability(labels, probabilities)
    axes.plot([0, 1], [0, 1], color="#a5b3af", linewidth=0.8)
    sizes = [12 + 240 * group.n / len(labels) for group in bins]
    confidence, accuracy = [group.confidence for group in bins], [group.accuracy for group in bins]
    axes.plot(confidence, accuracy, color=LINE_COLOURS[0], linewidth=1.0)
    axes.scatter(confidence, accuracy, s=sizes, color=LINE_COLOURS[0])
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xlabel("stated probability of the first diagnosis")
    axes.set_ylabel("share that was right")
    axes.set_title("Reliability; size of a dot: images in it", loc="left")
