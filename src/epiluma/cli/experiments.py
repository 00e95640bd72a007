"""`epiluma experiments`: keep what folds said, and compare recipes on it."""

from pathlib import Path

import click

from epiluma.cli.output import counted_progress
from epiluma.errors import MissingExtra

FOLDER = click.Path(path_type=Path)
EXPERIMENTS = Path("experiments")

folder_option = click.option(
    "--experiments", type=FOLDER, default=EXPERIMENTS, show_default=True, help="Where they lie."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def experiments() -> None:
    """Keep what cross-validation folds said, and compare recipes on it."""


@experiments.command()
@click.argument("runs", type=FOLDER, nargs=-1, required=True, metavar="RUN…")
@click.option("--weights", is_flag=True, help="Keep the weights too, for a later stage to start from.")
@folder_option
def keep(runs: tuple[Path, ...], weights: bool, experiments: Path) -> None:
    """Keep the held-out predictions of finished folds, such as runs/NAME/fold-0."""
    _require_training()
    from epiluma.training.keep import keep_predictions, keep_weights

    for run in runs:
        click.echo(keep_predictions(run, experiments))
        if weights:
            click.echo(keep_weights(run, experiments))


@experiments.command()
@click.argument("run", type=FOLDER)
@click.option("--manifest", type=FOLDER, required=True, help="Labelled pictures, from `epiluma data import`.")
@click.option("--folds", type=FOLDER, help="The folds' lists.  [default: those of HAM10000]")
@click.option("--views", type=click.IntRange(1, 8), default=8, show_default=True, help="Turned and mirrored views.")
@folder_option
def teach(run: Path, manifest: Path, folds: Path | None, views: int, experiments: Path) -> None:
    """Keep what a fold's network says about every picture of all folds: a teacher, as soft labels."""
    _require_training()
    from epiluma.data.folds import default_folds, read_folds
    from epiluma.data.manifest import read_manifest
    from epiluma.training.keep import keep_soft_labels

    ids = tuple(sorted(image for fold in read_folds(folds or default_folds()) for image in fold))
    rows = read_manifest(manifest)
    with counted_progress() as report:
        path = keep_soft_labels(run, experiments, rows, ids, views=views, progress=report)
    click.echo(path)


@experiments.command()
@folder_option
@click.option("--write", "page", type=FOLDER, help="Put the table between the marks of this page.")
def table(experiments: Path, page: Path | None) -> None:
    """Measure every experiment and print the table of them in Markdown."""
    from epiluma.evaluation.experiments import experiments_table, read_experiments, write_table

    rows = read_experiments(experiments)
    if page is None:
        click.echo(experiments_table(rows))
    else:
        write_table(rows, page)


def _require_training() -> None:
    try:
        import epiluma.training.run  # noqa: F401
    except ImportError as error:
        raise MissingExtra.of("train", str(error.name)) from error
