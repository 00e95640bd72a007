"""`epiluma demo`: the whole chain in two minutes."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from epiluma.cli.output import FiniteRange, counted_progress, json_option, print_json
from epiluma.errors import MissingExtra

if TYPE_CHECKING:
    from epiluma.demo import Demonstration

FOLDER = click.Path(path_type=Path)
RUNS = Path("runs")


@click.command()
@click.option("--data", type=FOLDER, help="A copy of HAM10000 in its official layout, instead of drawn lesions.")
@click.option("--weights", type=click.Path(path_type=Path), help="ImageNet weights to start from.")
@click.option("--seconds", default=40.0, show_default=True, type=FiniteRange(1), help="How long to train.")
@click.option("-o", "--output", type=FOLDER, help="A new folder for everything it makes.  [default: runs/demo]")
@click.option("--serve", is_flag=True, help="Open the page with the network that was trained.")
@json_option
def demo(
    data: Path | None, weights: Path | None, seconds: float, output: Path | None, serve: bool, as_json: bool
) -> None:
    """Show the whole chain: pictures, manifest, split, training, bundle, prediction, evaluation, page.

    On drawn lesions, so that nobody's picture is needed, or on a copy of HAM10000. What it trains in that time shows
    how the parts fit together and is fit for nothing else.
    """
    try:
        from epiluma.demo import demonstrate
    except ImportError as error:
        raise MissingExtra.of("train", str(error.name)) from error
    from epiluma.settings import settings

    start = weights or (settings().weights if data else None)
    folder = output or free_folder(RUNS)
    with counted_progress() as report:
        made = demonstrate(folder, data=data, weights=start, training_s=seconds, say=_say, progress=report)
    _show_json(made) if as_json else _show(made)
    if serve:
        _serve(made)
    else:
        _say(f"\nOpen the page with it: epiluma serve --bundle {made.bundle.path}")


def free_folder(runs: Path) -> Path:
    """Return `demo` in the folder of runs, or the first of `demo-2`, `demo-3` … that is not there yet."""
    candidates = (runs / ("demo" if number == 1 else f"demo-{number}") for number in range(1, 10_000))
    return next(folder for folder in candidates if not folder.exists())


def _say(text: str) -> None:
    """Tell what is being done: not a result, so it goes to stderr."""
    click.echo(text, err=True)


def _show_json(made: "Demonstration") -> None:
    predictions = [
        prediction.to_json() | {"truth": dx} for prediction, dx in zip(made.predictions, made.truth, strict=True)
    ]
    print_json(
        {"bundle": str(made.bundle.path), "id": made.bundle.id, "evaluation": made.evaluation}
        | {"predictions": predictions}
    )


def _show(made: "Demonstration") -> None:
    from epiluma.cli.predict import line_of
    from epiluma.evaluation.report import report_text

    click.echo()
    for prediction, dx in zip(made.predictions, made.truth, strict=True):
        click.echo(f"{line_of(prediction)} (drawn or diagnosed as: {dx})")
    click.echo(f"\n{report_text(made.evaluation)}")


def _serve(made: "Demonstration") -> None:
    from epiluma.settings import settings
    from epiluma.web import server

    listener = server.listen("127.0.0.1", 5000)
    address = server.address_of(listener)
    server.serve(made.bundle, settings(), listener, ready=lambda: _say(f"\nOpen {address}. Ctrl+C stops it."))
