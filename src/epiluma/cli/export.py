"""`epiluma export`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from epiluma.cli.output import counted_progress, json_option, print_json
from epiluma.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable

    from epiluma.bundle.read import Bundle


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="RUN|MODEL")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The bundle's folder; must not exist."
)
@click.option("--manifest", type=click.Path(path_type=Path), help="Where the pictures of the comparison are.")
@click.option(
    "--out-of-fold", type=click.Path(path_type=Path), help="Calibrate on these cross-validated predictions of a recipe."
)
@click.option(
    "--models", type=click.Path(path_type=Path), help="Also keep weights and settings in this folder, under ID/."
)
@click.option("--abstention", is_flag=True, help="Learn from the pictures of training when not to answer.")
@click.option(
    "--photographs",
    type=click.Path(path_type=Path),
    help="With --abstention: a folder of photographs of anything but skin, with index.csv (file, subject).",
)
@click.option(
    "--subjects", type=click.Path(path_type=Path), help="With --photographs: a list of subjects; only these are used."
)
@click.option(
    "--views",
    type=click.IntRange(1, 2),
    help="Read one view, or the picture and its mirror image; a model's folder is calibrated anew (--manifest).",
)
@json_option
def export(
    source: Path,
    output: Path,
    manifest: Path | None,
    photographs: Path | None,
    subjects: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Turn a finished training run, or a folder such as models/ID, into a bundle.

    The bundle is written only if its graph computes what the trained network does.
    """
    from epiluma.data.manifest import read_manifest

    if not options["abstention"] and (photographs or subjects):
        raise click.UsageError("--photographs and --subjects say what --abstention learns from: give it too.")
    export_bundle = _exporter()
    options["manifest"] = read_manifest(manifest) if manifest else None
    options["photographs"] = _photographs(photographs, subjects)
    today = datetime.now(UTC).date()
    with counted_progress() as report:
        bundle = export_bundle(source, output, created=today, progress=report, **options)
    _show(bundle, as_json=as_json)


def _exporter() -> "Callable[..., Bundle]":
    try:
        from epiluma.export.make import export_bundle
    except ImportError as error:
        raise MissingExtra.of("train", str(error.name)) from error
    return export_bundle


def _photographs(folder: Path | None, subjects: Path | None) -> list[Path]:
    from epiluma.data.photographs import read_photographs, read_subjects

    if folder is None:
        return []
    return [found.path for found in read_photographs(folder, subjects=read_subjects(subjects) if subjects else None)]


def _show(bundle: "Bundle", *, as_json: bool) -> None:
    parity = bundle.manifest.provenance["parity"]
    if as_json:
        print_json({"bundle": str(bundle.path), "id": bundle.id, "parity": parity})
        return
    click.echo(f"{bundle.id} in {bundle.path}")
    click.echo(
        f"torch and ONNX agree on {parity['pictures']} {parity['source']} pictures within {parity['max_abs_diff']:.1e}"
    )
