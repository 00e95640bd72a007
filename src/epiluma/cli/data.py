"""`epiluma data`: fetch, import, audit, split, explore and lay out pictures."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from epiluma.cli.output import json_option, print_json, progress_bar

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def data() -> None:
    """Fetch, import, audit, split, explore and lay out pictures."""


@contextmanager
def _reported() -> Iterator[Callable[[str, int, int], None]]:
    """Turn the data layer's progress into a bar on stderr."""
    with progress_bar() as bar:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield report


@data.group("import")
def import_() -> None:
    """Turn a folder or a table of pictures into a manifest."""


@import_.command("ham10000")
@click.argument("folder", type=FOLDER)
@click.option("-o", "--output", type=FILE, default="manifest.csv", show_default=True, help="The manifest to write.")
@json_option
def ham10000(folder: Path, output: Path, as_json: bool) -> None:
    """Import a copy of HAM10000 in its official layout."""
    from epiluma.data.ham10000 import import_ham10000

    with _reported() as report:
        manifest = import_ham10000(folder, output=output, progress=report)
    _show_import(manifest, as_json=as_json)


def _show_import(manifest: Any, *, as_json: bool) -> None:
    lesions = len({row.lesion_id for row in manifest.rows})
    labelled = sum(bool(row.dx) for row in manifest.rows)
    if as_json:
        print_json(
            {"manifest": str(manifest.path), "pictures": len(manifest.rows), "lesions": lesions, "labelled": labelled}
        )
    else:
        click.echo(f"{manifest.path}: {len(manifest.rows)} pictures of {lesions} lesions, {labelled} with a diagnosis")
