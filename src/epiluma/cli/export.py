"""`epiluma export`."""

import sys
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
@click.argument("source", type=click.Path(path_type=Path), metavar="RUN|MODEL|BUNDLE")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The bundle's folder; must not exist.")
@click.option(
    "--browser",
    type=click.Path(path_type=Path),
    help="Instead of -o: write BUNDLE as a static folder that reads pictures in any browser; must not exist.",
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
    output: Path | None,
    browser: Path | None,
    manifest: Path | None,
    photographs: Path | None,
    subjects: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Turn a finished training run, or a folder such as models/ID, into a bundle.

    The bundle is written only if its graph computes what the trained network does. With --browser, a bundle (its id,
    `default`, a folder or a zip file) becomes a folder with an ES module, classify(file), that sends nothing anywhere.
    """
    _check_usage(output, browser, photographs or subjects, options)
    if browser is not None:
        _show_folder(source, browser, as_json=as_json)
    elif output is not None:
        options["manifest"] = _manifest(manifest)
        options["photographs"] = _photographs(photographs, subjects)
        export_bundle, today = _exporter(), datetime.now(UTC).date()
        with counted_progress() as report:
            bundle = export_bundle(source, output, created=today, progress=report, **options)
        _show(bundle, as_json=as_json)


def _check_usage(output: Path | None, browser: Path | None, learnt_from: Path | None, options: dict[str, Any]) -> None:
    if (output is None) == (browser is None):
        raise click.UsageError("say where to write: -o FOLDER for a bundle, or --browser FOLDER for a static folder.")
    if learnt_from and not options["abstention"]:
        raise click.UsageError("--photographs and --subjects say what --abstention learns from: give it too.")


def _show_folder(source: Path, folder: Path, *, as_json: bool) -> None:
    from epiluma.bundle.read import load_bundle
    from epiluma.bundle.registry import find_bundle
    from epiluma.export.browser import export_browser

    bundle = load_bundle(find_bundle(str(source)))
    written = export_browser(bundle, folder)
    if as_json:
        print_json({"browser": str(folder), "id": bundle.id, "files": [str(path) for path in written]})
        return
    click.echo(f"{bundle.id} in {folder}, {len(written)} files")
    click.echo(f"Try it: {Path(sys.executable).name} -m http.server -d {folder}, then http://localhost:8000")


def _manifest(path: Path | None) -> Any:
    from epiluma.data.manifest import read_manifest

    return read_manifest(path) if path else None


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
