"""The charts of the report, as SVG that stands inside the page and takes its colours from it."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from epiluma.errors import MissingExtra
from epiluma.evaluation.metrics import MELANOMA
from epiluma.evaluation.ranking import MALIGNANT
from epiluma.taxonomy import CODES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# What matplotlib draws with, and the variable of the page's style sheet that takes its place.
COLOURS = {
    "#16211f": "ink",
    "#51605c": "ink-2",
    "#d9dfdc": "line",
    "#0b6a6a": "accent",
    "#a3231d": "tier-high",
    "#0072b2": "line-1",
    "#d55e00": "line-2",
    "#009e73": "line-3",
    "#b0568a": "line-4",
    "#3a93c9": "line-5",
    "#b87f00": "line-6",
    "#7f7f7f": "line-7",
}
INK, QUIET, HAIR, ACCENT, OTHER = tuple(COLOURS)[:5]
LINES = tuple(COLOURS)[5:]
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))  # told apart without colour, too
MARKS = "os^vDPX"
SIZE_INCHES = (4.6, 3.7)
TALL_INCHES = (4.6, 4.3)  # with a legend below
BAND = 0.18  # opacity of an interval
STYLE: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "axes.edgecolor": HAIR,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "epiluma",
}


def draw(name: str, title: str, paint: Callable[["Axes"], None], *, size: tuple[float, float] = SIZE_INCHES) -> str:
    """Return an `<svg>` element; the same figures give the same text.

    Args:
        name: of the chart, in front of its ids so that those of two charts never meet.
        title: read aloud in its place.
        paint: draws on the axes.
        size: in inches.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra.of("data", "matplotlib") from None
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        paint(axes)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _inline(buffer.getvalue(), name, title)


def paint_ranking(axes: "Axes", ranking: Mapping[str, Any], curve: str, across: str, up: str) -> None:
    """Draw melanoma and malignant with their bands; `curve` is `roc` or `precision_recall`."""
    styles = {CODES[MELANOMA]: (OTHER, "--"), MALIGNANT: (ACCENT, "-")}
    for name, (colour, dash) in styles.items():
        points = ranking[name].get(curve)
        if points is None:
            continue
        axes.plot(points[across], points[up], dash, color=colour, linewidth=1.8, label=ranking[name]["title"])
        axes.fill_between(points[across], points["low"], points["high"], color=colour, alpha=BAND, linewidth=0)
    _finish_ranking(axes, curve)


def paint_class_ranking(axes: "Axes", ranking: Mapping[str, Any], curve: str, across: str, up: str) -> None:
    """Draw every diagnosis against all others."""
    for code, colour, dash in zip(CODES, LINES, DASHES, strict=True):
        points = ranking[code].get(curve)
        if points is not None:
            label = f"{ranking[code]['title']} ({ranking[code]['positives']})"
            axes.plot(points[across], points[up], linestyle=dash, color=colour, linewidth=1.4, label=label)
    _finish_ranking(axes, curve)


def paint_reliability(axes: "Axes", diagram: Mapping[str, Any], *, up: str) -> None:
    """Draw stated against observed with intervals, the number of pictures beside each point."""
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=":")
    for group in diagram["bins"]:
        observed, count = group["observed"], group["n"]
        axes.plot([group["stated"]] * 2, [observed["low"], observed["high"]], color=ACCENT, linewidth=1.2)
        axes.plot([group["stated"]], [observed["value"]], "o", color=ACCENT, markersize=4.5)
        axes.annotate(
            f"{count:,}",
            (group["stated"], observed["value"]),
            xytext=(6, -3),
            textcoords="offset points",
            fontsize=7.5,
            color=QUIET,
        )
    axes.annotate("honest", (0.47, 0.53), rotation=45, ha="center", va="center", fontsize=8, color=QUIET)
    _square(axes, "stated probability", up)


def paint_decision_curve(axes: "Axes", curve: Mapping[str, Any]) -> None:
    """Draw the net benefit of the model with its band, of showing everybody and of showing nobody."""
    thresholds = curve["thresholds"]
    axes.plot(thresholds, curve["model"], color=ACCENT, linewidth=1.8, label="by the model")
    axes.fill_between(thresholds, curve["low"], curve["high"], color=ACCENT, alpha=BAND, linewidth=0)
    axes.plot(thresholds, curve["all"], "--", color=OTHER, linewidth=1.4, label="show every lesion")
    axes.plot(thresholds, [0] * len(thresholds), ":", color=INK, linewidth=1.4, label="show none")
    top = max([*curve["high"], 0.01])
    axes.set_ylim(-0.25 * top, 1.08 * top)
    axes.set_xlim(thresholds[0], thresholds[-1])
    axes.set_xticks([0.01, 0.1, 0.2, 0.3, 0.4, 0.5], ["1 %", "10 %", "20 %", "30 %", "40 %", "50 %"])
    axes.set_xlabel("probability from which a lesion is shown to a doctor")
    axes.set_ylabel("net benefit")
    axes.legend(loc="upper right", fontsize=8)


def paint_severity(axes: "Axes", lines: Sequence[tuple[str, Sequence[float], Sequence[float]]], *, up: str) -> None:
    """Draw lines over the severity of a degradation: each a name, severities and values."""
    for turn, (name, across, values) in enumerate(lines):
        colour, dash = LINES[turn % len(LINES)], DASHES[turn // len(LINES)]
        mark = MARKS[turn % len(MARKS)]
        axes.plot(across, values, linestyle=dash, color=colour, linewidth=1.4, marker=mark, markersize=3.5, label=name)
    axes.grid(color=HAIR, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel("degree")
    axes.set_ylabel(up)
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    _legend(axes)


def _finish_ranking(axes: "Axes", curve: str) -> None:
    if curve == "roc":
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=0.8, linestyle=":")
        _square(axes, "share of all others that raise an alarm", "share that is found")
    else:
        _square(axes, "share that is found", "share of alarms that are right")
    _legend(axes)


def _legend(axes: "Axes") -> None:
    handles, _ = axes.get_legend_handles_labels()
    if handles:
        below = {"bbox_to_anchor": (-0.12, -0.17), "borderaxespad": 0}
        axes.legend(handles=handles, loc="upper left", ncols=2, fontsize=8, columnspacing=1.2, **below)


def _square(axes: "Axes", across: str, up: str) -> None:
    steps = [0, 0.25, 0.5, 0.75, 1]
    names = ["0", "25 %", "50 %", "75 %", "100 %"]
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xticks(steps, names)
    axes.set_yticks(steps, names)
    axes.grid(color=HAIR, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(across)
    axes.set_ylabel(up)


def _inline(svg: str, name: str, title: str) -> str:
    # What is left is one element without a header, a style sheet or an id of its own that the page could trip over.
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r" <metadata>.*?</metadata>\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r" *<style type=\"text/css\">.*?</style>\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<g id=\"[^\"]*\"", "<g", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r"(id=\"|href=\"#|url\(#)", rf"\g<1>{name}-", svg)
    svg = svg.replace("xlink:href", "href").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    svg = re.sub(r"(\.\d\d)\d+", r"\1", svg)  # a hundredth of a point is finer than any printer
    for colour, variable in COLOURS.items():
        svg = svg.replace(colour, f"var(--{variable})")
    return re.sub(r"<svg width=\"[^\"]*\" height=\"[^\"]*\"", f'<svg role="img" aria-label="{title}"', svg, count=1)
