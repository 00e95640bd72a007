"""Write docs/cli.md from the commands themselves: `python docs/cli.py`, or `make docs`."""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from epiluma.cli import cli

PAGE = Path(__file__).with_name("cli.md")
HEAD = """# Commands

Written by `make docs` from the commands themselves; a test compares. Results go to stdout, everything else to stderr.
Exit status: 0 fine, 1 found something that must be repaired, 2 wrong usage, 3 unreadable input.
"""


def command_page() -> str:
    """Return docs/cli.md as it should be."""
    sections = (section for command in cli.list_commands(click.Context(cli)) for section in _sections(command, cli))
    return "\n".join([HEAD, *sections])


def _sections(name: str, group: click.Group, parents: tuple[str, ...] = ("epiluma",)) -> Iterator[str]:
    """Yield the section of a command, then those of the commands inside it."""
    path = (*parents, name)
    context = click.Context(group)
    command = group.get_command(context, name)
    if command is None:
        raise LookupError(f"no command {' '.join(path)}")
    if not isinstance(command, click.Group):
        yield _section(path, command)
        return
    for inner in command.list_commands(context):
        yield from _sections(inner, command, path)


def _section(path: tuple[str, ...], command: click.Command) -> str:
    arguments = [parameter for parameter in command.params if isinstance(parameter, click.Argument)]
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    words = [*path, *(map(_argument, arguments)), *(["[OPTIONS]"] if options else [])]
    lines = [f"## `{' '.join(path)}`", "", f"    {' '.join(words)}", "", _help(command), ""]
    if options:
        lines += ["| option | |", "|---|---|", *(f"| {_names(option)} | {_text(option)} |" for option in options), ""]
    return "\n".join(lines)


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").replace("\b\n", "").partition("\f")[0].strip()


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or str(argument.name).upper()
    if argument.nargs == -1 and "…" not in name and "..." not in name:
        name += "..."
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _names(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag or option.count:
        return names
    if isinstance(option.type, click.Choice):
        choices = [f"`{getattr(choice, 'value', choice)}`" for choice in option.type.choices]
        return f"{names} {' · '.join(choices)}"
    return f"{names} {option.metavar or option.type.name.upper().removesuffix(' RANGE')}"


def _text(option: click.Option) -> str:
    text = " ".join((option.help or "").split())
    if option.required:
        text += " Required."
    elif option.show_default and option.default is not None:
        text += f" Default: {getattr(option.default, 'value', option.default)}."
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(command_page(), encoding="utf-8")
