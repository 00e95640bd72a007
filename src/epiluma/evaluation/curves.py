"""Learning curves as SVG, with the stages told apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PANELS = (
    ("Loss", (("train_loss", "training"), ("nll", "validation"))),
    ("Balanced accuracy", (("balanced_accuracy", "validation"),)),
    ("AUC", (("macro_auc", "macro"), ("melanoma_auc", "melanoma"), ("malignant_auc", "malignant"))),
)


def draw_learning_curves(entries: Sequence[Mapping[str, Any]], path: Path, *, title: str) -> None:
    """Draw loss, balanced accuracy and AUC over the epochs; a band marks each stage, such as head and fine-tuning.

    Args:
        entries: the run's log, one mapping per validation.
        path: the SVG to write.
        title: above the panels.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "epiluma", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(11, 3.6), layout="constrained")
        FigureCanvasSVG(figure)
        figure.suptitle(title)
        for axes, (name, lines) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
            _draw_panel(axes, name, lines, entries)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _draw_panel(axes: Any, name: str, lines: Sequence[tuple[str, str]], entries: Sequence[Mapping[str, Any]]) -> None:
    _mark_stages(axes, entries)
    for key, label in lines:
        points = [(entry["epoch"], entry[key]) for entry in entries if key in entry]
        if not points:
            continue
        epochs, values = zip(*points, strict=True)
        (line,) = axes.plot(epochs, values, marker="o", markersize=2.5, linewidth=1.4)
        axes.annotate(
            label, (epochs[-1], values[-1]), xytext=(4, 0), textcoords="offset points", color=line.get_color()
        )
    axes.set_title(name, loc="left")
    axes.set_xlabel("epoch")
    axes.margins(x=0.12)
    axes.spines[["top", "right"]].set_visible(False)


def _mark_stages(axes: Any, entries: Sequence[Mapping[str, Any]]) -> None:
    names = [entry["stage"] for entry in entries]
    starts = [i for i, name in enumerate(names) if i == 0 or name != names[i - 1]]
    for turn, first in enumerate(starts):
        last = starts[turn + 1] - 1 if turn + 1 < len(starts) else len(names) - 1
        left = entries[first - 1]["epoch"] if first else 0
        axes.axvspan(left, entries[last]["epoch"], color="0.94" if turn % 2 else "0.98", zorder=0)
        place = ((left + entries[last]["epoch"]) / 2, 0.99)
        axes.annotate(
            names[first], place, xycoords=("data", "axes fraction"), ha="center", va="top", color="0.4", fontsize=7
        )
