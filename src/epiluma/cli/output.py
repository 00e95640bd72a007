"""What commands share in what they print: results on stdout, everything else on stderr."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from epiluma.data.manifest import Progress

Option = TypeVar("Option", bound=Callable[..., Any])  # what click decorates

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
MODALITIES = ("dermoscopic", "clinical", "unknown")  # `records.Modality`, which would bring numpy into `--help`


class FiniteRange(click.FloatRange):
    """A number in a range; not infinity, and not `nan`, which lies in every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number.

        Raises:
            BadParameter: no number, one outside the range, or one that is not finite.
        """
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number", param, ctx)
        return number


def modality_option(text: str) -> Callable[[Option], Option]:
    """Return the option `--modality`, whose help is `text`."""
    return click.option("--modality", type=click.Choice(MODALITIES), default="unknown", show_default=True, help=text)


def seed_option(*, default: int, text: str) -> Callable[[Option], Option]:
    """Return the option `--seed`: any number that numpy and scikit-learn both take."""
    return click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=default, show_default=True, help=text)


def print_json(value: object) -> None:
    """Print one JSON document on stdout, in ASCII: it survives every terminal and file names that are not UTF-8."""
    click.echo(json.dumps(value, indent=2))


def print_json_line(value: object) -> None:
    """Print one JSON object as one line on stdout, in ASCII as `print_json` does."""
    click.echo(json.dumps(value))


def escape_controls(text: str) -> str:
    r"""Write what a terminal would obey or cannot show as an escape: a name of a file can hold any of it.

    Example:
        >>> escape_controls("März\n.jpg")
        'März\\n.jpg'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def print_table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print aligned columns on stdout; numbers to the right."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(header), *(len(row[i]) for row in cells), 0) for i, header in enumerate(headers)]
    numeric = [bool(cells) and all(_is_number(row[i]) for row in cells) for i in range(len(headers))]
    for row in [list(headers), *cells]:
        aligned = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numeric, strict=True)]
        click.echo("  ".join(aligned).rstrip())


def _is_number(cell: str) -> bool:
    return bool(cell) and cell[0] in "-0123456789"


@contextmanager
def counted_progress() -> "Iterator[Progress]":
    """A bar on stderr for every task that a function reports as (what, done, total); silent where that is no terminal.

    Nothing is drawn while every task is done, so that whatever runs next has the terminal to itself.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as ProgressBars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    bars = ProgressBars(*columns, console=console, transient=True, disable=not console.is_terminal)
    tasks: dict[str, Any] = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bars.add_task(what, total=total)
        bars.update(tasks[what], completed=done, total=total)
        bars.stop() if bars.finished else bars.start()

    try:
        yield report
    finally:
        bars.stop()
