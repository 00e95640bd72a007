"""`epiluma train`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from epiluma.cli.output import counted_progress, json_option, print_json, print_table
from epiluma.errors import MissingExtra

if TYPE_CHECKING:
    from epiluma.data.split import Splits
    from epiluma.training.config import Recipe


ALL = "all"


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("-s", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one value of the recipe.")
@click.option("--manifest", type=click.Path(path_type=Path), help="Labelled pictures, from `epiluma data import`.")
@click.option("--splits", type=click.Path(path_type=Path), help="Id lists.  [default: those of HAM10000]")
@click.option(
    "--fold",
    metavar="K|all",
    help="Instead of --splits: hold fold K of cross-validation out, 0 to 4; or learn from all and hold nothing out.",
)
@click.option("--folds", type=click.Path(path_type=Path), help="The folds' lists.  [default: those of HAM10000]")
@click.option(
    "--weights", type=click.Path(path_type=Path), help="ImageNet weights: a file, or the folder that holds it."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The run's folder.  [default: runs/NAME]")
@click.option("--summary", is_flag=True, help="Print the network layer by layer and stop.")
@json_option
def train(
    config: Path,
    overrides: tuple[str, ...],
    manifest: Path | None,
    splits: Path | None,
    fold: str | None,
    folds: Path | None,
    weights: Path | None,
    output: Path | None,
    summary: bool,
    as_json: bool,
) -> None:
    """Train a network from a recipe; the same command again goes on with a run that was stopped."""
    _require_training()
    if fold is not None and splits is not None:
        raise click.UsageError("--fold and --splits exclude each other: a fold says what is trained on.")
    recipe = _recipe(config, overrides, fold)
    if summary:
        _print_summary(recipe, as_json=as_json)
        return
    if manifest is None:
        raise click.UsageError(
            "Missing option '--manifest'. Make one with: epiluma data import ham10000 DIR -o manifest.csv"
        )
    run = Path("runs") / recipe.name / ("" if fold is None else "all" if fold == ALL else f"fold-{fold}")
    _train(recipe, manifest, _lists(splits, fold, folds), weights, output or run, as_json=as_json)


def _recipe(config: Path, overrides: tuple[str, ...], fold: str | None) -> "Recipe":
    from epiluma.data.folds import FOLDS
    from epiluma.training.config import for_fold, read_recipe

    if fold is not None and fold != ALL and not fold.isdigit():
        raise click.UsageError(f"--fold is the number of a fold, or {ALL}; got {fold!r}.")
    recipe = read_recipe(config, overrides)
    return for_fold(recipe, int(fold)) if fold and fold != ALL else for_fold(recipe, None, of=FOLDS if fold else 0)


def _lists(splits: Path | None, fold: str | None, folds: Path | None) -> "Splits":
    from epiluma.data.folds import all_folds, default_folds, fold_of, read_folds
    from epiluma.data.split import default_splits, read_splits

    if fold is None:
        return read_splits(splits or default_splits())
    lists = read_folds(folds or default_folds())
    return all_folds(lists) if fold == ALL else fold_of(lists, int(fold))


def _require_training() -> None:
    try:
        import epiluma.training.run  # noqa: F401
    except ImportError as error:
        raise MissingExtra.of("train", str(error.name)) from error


def _train(
    recipe: "Recipe", manifest: Path, splits: "Splits", weights: Path | None, output: Path, *, as_json: bool
) -> None:
    from epiluma.data.manifest import read_manifest
    from epiluma.settings import settings
    from epiluma.training.curves import draw_run_curves
    from epiluma.training.run import train_recipe

    with counted_progress() as report:
        result = train_recipe(
            recipe,
            read_manifest(manifest),
            splits,
            folder=output,
            weights=weights or settings().weights,
            progress=report,
        )
    if not result.leads:
        return
    draw_run_curves(output)
    figures = {"epochs": result.epochs, "images": result.images, "minutes": round(result.elapsed_s / 60, 1)}
    if as_json:
        print_json({"run": str(output), **figures, "validation": result.figures})
        return
    print_table(("validation", "value"), [(name, f"{value:.4f}") for name, value in result.figures.items()])
    click.echo(f"\n{output}: {figures['epochs']} epochs, {figures['images']} pictures, {figures['minutes']} minutes")


def _print_summary(recipe: "Recipe", *, as_json: bool) -> None:
    from dataclasses import asdict

    from epiluma.training.networks import build_network
    from epiluma.training.summary import summarise

    layers = summarise(build_network(recipe.network.architecture), recipe.network.size_px)
    parameters, multiply_adds = sum(x.parameters for x in layers), sum(x.multiply_adds for x in layers)
    if as_json:
        print_json(
            {"parameters": parameters, "multiply_adds": multiply_adds, "layers": [asdict(layer) for layer in layers]}
        )
        return
    rows = [(x.name, x.kind, "×".join(map(str, x.output)), x.parameters, x.multiply_adds) for x in layers]
    print_table(("layer", "kind", "output", "parameters", "multiply-adds"), rows)
    click.echo(f"\n{parameters:,} parameters, {multiply_adds:,} multiply-adds")
