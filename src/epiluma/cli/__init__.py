"""The command line: one file per noun, each command one public function, heavy imports inside the commands."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from epiluma import __version__
from epiluma.errors import EpilumaError, Exit

# Command name -> (module, attribute, line of help). Modules are imported when their command runs, so `--help` is quick.
COMMANDS = {
    "serve": ("epiluma.cli.serve", "serve", "Serve the app at http://127.0.0.1:5000."),
    "predict": ("epiluma.cli.predict", "predict", "Read pictures: the three most probable diagnoses of each."),
    "evaluate": ("epiluma.cli.evaluate", "evaluate", "Measure a bundle on a split it was not trained on."),
    "data": ("epiluma.cli.data", "data", "Fetch, import, audit, split, explore and lay out pictures."),
    "train": ("epiluma.cli.train", "train", "Train a network from a recipe."),
    "experiments": ("epiluma.cli.experiments", "experiments", "Keep what folds said, and compare recipes on it."),
    "export": ("epiluma.cli.export", "export", "Turn a training run or a model folder into a bundle."),
    "bundle": ("epiluma.cli.bundle", "bundle", "List, look at, verify, fetch and choose models."),
    "demo": ("epiluma.cli.demo", "demo", "Show the whole chain on drawn lesions."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help, and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click calls it so
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click calls it so
        """Import the command, or return None where there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click calls it so
        """List the commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="epiluma")
def cli() -> None:
    """From a photograph of a skin lesion to a doctor's answer.

    Research and education. Not a medical device, not a diagnosis.
    """


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; an error of ours becomes one readable line on stderr and its exit status."""
    try:
        return cli(args=arguments, prog_name="epiluma")
    except EpilumaError as error:
        click.echo(f"Error: {error.message}\n({error.code})", err=True)
        sys.exit(int(error.exit_status))
    except OSError as error:  # a full disk, a folder without rights: the machine's own, where no function knew better
        where = f" ({error.filename})" if error.filename else ""
        what = f"{error.strerror or error}{where}. Give a place that exists, has room and is yours."
        click.echo(f"Error: {what}\n(system)", err=True)
        sys.exit(int(Exit.BAD_INPUT))
