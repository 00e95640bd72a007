"""`epiluma predict`: read pictures from the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from epiluma.cli.output import escape_controls, json_option, modality_option, print_json_line
from epiluma.errors import Exit

if TYPE_CHECKING:
    from epiluma.records import Prediction, Unreadable


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@modality_option("How the pictures were taken: through a dermatoscope, as a plain photograph, or nobody knows.")
@click.option("--bundle", type=click.Path(path_type=Path), help="The bundle to read with; else the one in use.")
@json_option
def predict(files: tuple[str, ...], modality: str, bundle: Path | None, as_json: bool) -> None:
    """Read pictures: one line each, in the order given.

    A FILE that is missing, a folder or no picture gets a line that says so; the others are read all the same, and
    the command ends with status 3.
    """
    failed = False
    for row in _rows(files, modality, bundle):
        record = row.to_json()
        failed |= "error" in record
        if as_json:
            print_json_line(record)
        else:
            click.echo(escape_controls(line_of(row)))
    raise SystemExit(Exit.BAD_INPUT if failed else Exit.OK)


def _rows(files: tuple[str, ...], modality: str, bundle: Path | None) -> "Iterator[Prediction | Unreadable]":
    from epiluma.bundle.read import load_bundle
    from epiluma.inference.classifier import Classifier
    from epiluma.records import Modality, Reading

    classifier = Classifier(load_bundle(bundle))
    for file in files:
        row = classifier.read_row(Path(file), file=file, modality=Modality(modality))
        yield row.prediction if isinstance(row, Reading) else row


def line_of(row: "Prediction | Unreadable") -> str:
    """Return one readable line for a record or for a picture that could not be read."""
    from epiluma.inference.reasons import explain
    from epiluma.records import Unreadable

    if isinstance(row, Unreadable):
        return f"{row.file}: not read: {row.message} ({row.code})"
    top3 = ", ".join(f"{ranked.name} {100 * ranked.probability:.1f} %" for ranked in row.top3)
    parts = [
        f"{row.file}: {top3}",
        f"malignant or precancerous {100 * row.malignant_probability:.1f} %",
        "cannot be judged" if row.abstained else f"risk {row.tier.value.replace('_', ' ')}",
        *(f"{explain(code).why} {explain(code).advice}" for code in row.reasons),
    ]
    return "; ".join(parts)
