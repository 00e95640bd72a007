"""Charts of a manifest, as SVG files and one page."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from epiluma.data.breakdown import Breakdown, break_down, title_of
from epiluma.data.explore_page import render_page
from epiluma.data.manifest import Manifest
from epiluma.data.writing import writing
from epiluma.errors import MissingExtra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Light and dark values of every colour a chart uses; the SVG chooses by what the reader prefers.
COLOURS = {"ink": ("#16211f", "#e8eeec"), "line": ("#d9dfdc", "#2d3a37"), "accent": ("#0b6a6a", "#5cc2bd")}
INK, LINE, ACCENT = (light for light, _ in COLOURS.values())
ROW_INCHES = 0.32
DARKEST = 0.6  # of a shaded cell, so that its number stays readable
SHADES = (1.0, 0.45, 0.2)  # of the parts of a bar, largest first; further parts share the last

STYLE: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": LINE,
    "svg.fonttype": "none",  # text stays text: searchable, readable aloud
    "svg.hashsalt": "epiluma",  # the same counts give the same bytes
}


def explore_manifest(manifest: Manifest, folder: Path) -> list[Path]:
    """Write one SVG per chart, and `index.html` with all of them and their tables; it needs no other file.

    Args:
        manifest: the pictures.
        folder: created when it is not there; files of the same names are replaced.

    Returns:
        The files, the page last.

    Raises:
        MissingExtra: matplotlib is not installed.
        DataError: `data.write`.
    """
    charts = [(breakdown, draw_chart(breakdown)) for breakdown in break_down(manifest)]
    lesions = len({row.lesion_id for row in manifest.rows})
    contents = {f"{breakdown.name}.svg": svg for breakdown, svg in charts}
    contents["index.html"] = render_page(charts, pictures=len(manifest.rows), lesions=lesions)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in contents]


def draw_chart(breakdown: Breakdown) -> str:
    """Return the chart as SVG that follows the reader's light or dark theme.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtra.of("data", "matplotlib") from None
    draw, size = _chart_of(breakdown)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        for side in axes.spines.values():
            side.set_visible(False)
        draw(axes, breakdown)
        return _themed_svg(figure, breakdown.title)


def _chart_of(breakdown: Breakdown) -> tuple[Callable[["Axes", Breakdown], None], tuple[float, float]]:
    height = 0.6 + ROW_INCHES * max(len(breakdown.rows), 2)
    if breakdown.name == "age":
        return _columns, (8, 3.2)
    if breakdown.name == "class_by_site":
        return _shaded_table, (9.5, height + 1)
    return (_parts if breakdown.name == "class_by_sex" else _bars), (8, height)


def _bars(axes: "Axes", breakdown: Breakdown) -> None:
    pictures = [counts[0] for _, counts in breakdown.rows]
    total = max(sum(pictures), 1)
    _name_rows(axes, [title_of(name) for name, _ in breakdown.rows])
    axes.barh(range(len(pictures)), pictures, color=ACCENT, height=0.7)
    axes.set_xlim(0, 1.2 * max([*pictures, 1]))
    axes.set_xticks([])
    for place, count in enumerate(pictures):
        axes.annotate(
            f"{count:,} · {100 * count / total:.1f} %",
            (count, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
        )


def _columns(axes: "Axes", breakdown: Breakdown) -> None:
    pictures = [counts[0] for _, counts in breakdown.rows]
    axes.bar(range(len(pictures)), pictures, color=ACCENT, width=0.9)
    axes.set_xticks(range(len(pictures)), [name for name, _ in breakdown.rows], rotation=45, ha="right")
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.set_ylim(0, 1.12 * max([*pictures, 1]))
    for place, count in enumerate(pictures):
        axes.annotate(f"{count:,}", (place, count), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=8)


def _shaded_table(axes: "Axes", breakdown: Breakdown) -> None:
    from matplotlib.patches import Rectangle

    _name_rows(axes, [title_of(name) for name, _ in breakdown.rows])
    names = breakdown.columns[1:]
    axes.set_xlim(-0.5, max(len(names), 1) - 0.5)
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right")
    for place, (_, counts) in enumerate(breakdown.rows):
        for column, count in enumerate(counts):
            share = count / max(sum(counts), 1)
            corner = (column - 0.48, place - 0.46)
            axes.add_patch(Rectangle(corner, 0.96, 0.92, color=ACCENT, alpha=DARKEST * share, linewidth=0))
            axes.annotate(f"{count:,}", (column, place), ha="center", va="center", fontsize=9)


def _parts(axes: "Axes", breakdown: Breakdown) -> None:
    _name_rows(axes, [title_of(name) for name, _ in breakdown.rows])
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    for place, (_, counts) in enumerate(breakdown.rows):
        start, total = 0.0, max(sum(counts), 1)
        for part, (name, count) in enumerate(zip(breakdown.columns[1:], counts, strict=True)):
            share, shade = count / total, SHADES[min(part, len(SHADES) - 1)]
            axes.barh(place, share, left=start, height=0.7, color=ACCENT, alpha=shade * DARKEST)
            if share > 0.08:
                axes.annotate(
                    f"{name} {100 * share:.0f} %", (start + share / 2, place), ha="center", va="center", fontsize=9
                )
            start += share


def _name_rows(axes: "Axes", names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(max(len(names), 1) - 0.5, -0.5)
    axes.tick_params(length=0)


def _themed_svg(figure: "Figure", title: str) -> str:
    """Write the figure with every colour as a variable that has a light and a dark value."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None, "Title": title})
    svg = buffer.getvalue()
    for name, (light, _) in COLOURS.items():
        svg = svg.replace(light, f"var(--{name})")
    light, dark = ("".join(f"--{name}:{values[theme]};" for name, values in COLOURS.items()) for theme in (0, 1))
    style = f"<style>:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}</style>"
    return svg.replace(" <defs>", f" {style}\n <defs>", 1)
