"""`epiluma bundle`: the models of this installation."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from epiluma.cli.output import json_option, print_json, print_table
from epiluma.errors import Exit, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable

    from epiluma.bundle.read import Bundle

RESTART = "A server that runs goes on with its own model until it is started again."


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def bundle() -> None:
    """List, look at, verify, fetch and choose models."""


@bundle.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the models at hand, the one in use and the one that ships among them."""
    from epiluma.bundle.registry import list_bundles

    entries = list_bundles()
    if as_json:
        keys = ("in_use", "ships", "created", "problem")
        print_json([{"id": e.name, "path": str(e.path)} | {key: getattr(e, key) for key in keys} for e in entries])
        return
    rows = [(_mark(e.in_use, e.ships), e.name, e.created, e.problem or str(e.path)) for e in entries]
    print_table(("", "id", "made", "where"), rows)


@bundle.command()
@click.argument("name", metavar="[BUNDLE]", required=False)
@json_option
def show(name: str | None, as_json: bool) -> None:
    """Say what a model is: its numbers, where they come from, what it was measured to do. Else of the one in use.

    BUNDLE is an id from `epiluma bundle list`, `default` for the one that ships, or a folder or zip file.
    """
    from epiluma.bundle.read import load_bundle
    from epiluma.bundle.registry import find_bundle
    from epiluma.bundle.words import describe

    found = load_bundle(find_bundle(name))
    if as_json:
        print_json({"path": str(found.path), "manifest": found.manifest.to_json()})
    else:
        click.echo("\n".join(describe(found)))


@bundle.command()
@click.argument("names", metavar="[BUNDLE...]", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every model at hand.")
@json_option
def verify(names: tuple[str, ...], every: bool, as_json: bool) -> None:
    """Check every hash, the schema and the graph of models; of the one in use where none is named.

    Exits 1 when something is wrong with one of them, and 3 when there is none of that name.
    """
    from epiluma.bundle.registry import find_bundle, list_bundles

    paths = [entry.path for entry in list_bundles()] if every else [find_bundle(name) for name in names or (None,)]
    found = {str(path): _findings(path) for path in paths}
    if as_json:
        print_json([{"path": path, "findings": findings} for path, findings in found.items()])
    else:
        for path, findings in found.items():
            click.echo("\n".join(f"{path}: {finding}" for finding in findings or ["nothing is wrong"]))
    raise SystemExit(Exit.FINDING if any(found.values()) else Exit.OK)


@bundle.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("model", type=click.Path(path_type=Path), metavar="MODEL")
@click.option(
    "--compare",
    "compared",
    type=click.Path(path_type=Path),
    multiple=True,
    help="The folder of another model whose validations are shown beside.",
)
def record(folder: Path, model: Path, compared: tuple[Path, ...]) -> None:
    """Put how MODEL, a folder such as models/ID, was trained into its bundle FOLDER, as training.json.

    `epiluma export` does so by itself; this is for bundles that were made before. The model and its id stay.
    """
    from epiluma.bundle.read import load_bundle

    for path in _recorder()(load_bundle(folder), model, compared=compared):
        click.echo(f"wrote {path}", err=True)


def _recorder() -> "Callable[..., list[Path]]":
    try:
        from epiluma.export.training_record import record_training
    except ImportError as error:
        raise MissingExtra.of("train", str(error.name)) from error
    return record_training


@bundle.command()
@click.argument("source")
@click.option("--sha256", help="What the zip file must have, 64 hex digits; required for an address.")
@click.option("--use", "choose", is_flag=True, help="Also choose it.")
@json_option
def fetch(source: str, sha256: str | None, choose: bool, as_json: bool) -> None:
    """Copy a model from a folder, a zip file or an https address to EPILUMA_HOME/bundles/ID.

    It is verified before it appears there. Nothing that is there is ever replaced.
    """
    from epiluma.bundle.registry import use_bundle
    from epiluma.inference.verify import require_sound

    made = _fetch(source, sha256)
    if choose:
        use_bundle(made.id, check=require_sound)
    _say(made, f"fetched {made.id} to {made.path}", as_json=as_json, chosen=choose)


@bundle.command()
@click.argument("name", metavar="ID")
@json_option
def use(name: str, as_json: bool) -> None:
    """Choose the model that reads pictures from now on: an ID, or `default` for whichever ships.

    A server that runs goes on with its own model until it is started again.
    """
    from epiluma.bundle.registry import use_bundle
    from epiluma.inference.verify import require_sound

    chosen = use_bundle(name, check=require_sound)
    _say(chosen, f"in use: {chosen.id}", as_json=as_json, chosen=True)


@bundle.command()
@json_option
def rollback(as_json: bool) -> None:
    """Go back to the model that was in use before this one."""
    from epiluma.bundle.registry import roll_back
    from epiluma.inference.verify import require_sound

    chosen = roll_back(check=require_sound)
    _say(chosen, f"in use again: {chosen.id}", as_json=as_json, chosen=True)


def _fetch(source: str, sha256: str | None) -> "Bundle":
    from epiluma.bundle.download import check_sha256, downloaded, is_address
    from epiluma.bundle.registry import add_bundle
    from epiluma.inference.verify import require_sound

    if is_address(source):
        with downloaded(source, sha256=_required(sha256)) as archive:
            return add_bundle(archive, check=require_sound)
    if sha256 is not None:
        if Path(source).is_dir():
            raise click.UsageError(
                "--sha256 is of a zip file; a folder has none: its manifest holds those of its files."
            )
        check_sha256(Path(source), sha256)
    return add_bundle(Path(source), check=require_sound)


def _required(sha256: str | None) -> str:
    if sha256 is None or len(sha256) != 64 or set(sha256.lower()) - set("0123456789abcdef"):
        raise click.UsageError("an address needs --sha256 with the 64 hex digits that its publisher gives.")
    return sha256


def _findings(path: Path) -> list[str]:
    from epiluma.bundle.read import load_bundle
    from epiluma.errors import BundleError
    from epiluma.inference.verify import verify_bundle

    try:
        return verify_bundle(load_bundle(path))
    except BundleError as error:
        if error.code == "bundle.missing":
            raise
        return [f"{error.message} ({error.code})"]


def _say(made: "Bundle", text: str, *, as_json: bool, chosen: bool) -> None:
    from epiluma.settings import settings

    if as_json:
        print_json({"id": made.id, "path": str(made.path), "in_use": chosen})
    else:
        click.echo(text)
    if chosen:
        click.echo(RESTART, err=True)
    if chosen and settings().bundle is not None:
        click.echo(f"EPILUMA_BUNDLE is set ({settings().bundle}) and wins over this choice; unset it.", err=True)


def _mark(in_use: bool, ships: bool) -> str:
    return ", ".join(word for word, is_so in (("in use", in_use), ("ships", ships)) if is_so)
