"""Every command is one short public function with help, and `epiluma --help` stays quick."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from epiluma.cli import COMMANDS, cli
from epiluma.cli.output import MODALITIES
from epiluma.records import Modality

LONGEST_COMMAND = 15
LIGHT = {"click", "epiluma", *sys.stdlib_module_names}


def commands(group: click.Group = cli, path: str = "epiluma") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ALL = dict(commands())


def callbacks(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(mark) for mark in node.decorator_list):
            yield node


def test_there_is_a_command_for_every_step() -> None:
    assert set(COMMANDS) >= {"serve", "predict", "evaluate", "data", "train", "export", "demo"}
    assert len(ALL) >= 14


@pytest.mark.parametrize("name", ALL)
def test_a_command_and_its_options_say_what_they_do(name: str) -> None:
    options = [parameter for parameter in ALL[name].params if isinstance(parameter, click.Option)]

    assert ALL[name].help
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", ALL)
def test_a_command_is_a_public_function_of_the_package(name: str) -> None:
    function = ALL[name].callback

    assert function is not None
    assert function.__module__.startswith("epiluma.cli.")
    assert not function.__name__.startswith("_")


def own_lines(source: str, function: ast.FunctionDef) -> int:
    """Lines of code after the docstring."""
    lines = source.splitlines()[function.body[1].lineno - 1 : function.end_lineno]
    return sum(bool(line.strip()) for line in lines)


def test_a_command_has_at_most_15_lines_of_its_own(root: Path, modules: dict[Path, ast.Module]) -> None:
    inside = {path: tree for path, tree in modules.items() if path.is_relative_to("src/epiluma/cli")}
    lengths = {
        f"{path}:{function.lineno} {function.name}": own_lines((root / path).read_text(), function)
        for path, tree in inside.items()
        for function in callbacks(tree)
    }

    assert len(lengths) >= len(ALL)
    assert {name: length for name, length in lengths.items() if length > LONGEST_COMMAND} == {}


def test_modules_of_the_command_line_import_nothing_heavy(modules: dict[Path, ast.Module]) -> None:
    heavy = []
    for path, tree in modules.items():
        if path.is_relative_to("src/epiluma/cli"):
            imported = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
            names = {getattr(node, "module", None) or node.names[0].name for node in imported}
            heavy += [f"{path}: {name}" for name in names if name.split(".")[0] not in LIGHT]

    assert heavy == []


HEAVY = {"numpy", "PIL", "torch", "flask", "onnxruntime", "rich", "pydantic"}


@pytest.mark.parametrize("words", [(), *(name.split()[1:] for name in ALL), ("data",), ("data", "import")])
def test_help_needs_neither_arrays_nor_networks_nor_flask(words: tuple[str, ...]) -> None:
    script = (
        f"import sys; from epiluma.cli import cli; cli({[*words, '--help']}, standalone_mode=False);"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )

    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert finished.stdout.startswith("Usage: ")
    assert finished.stdout.splitlines()[-1] == "[]"


def test_the_modalities_to_choose_from_are_those_of_the_record() -> None:
    assert list(MODALITIES) == [modality.value for modality in Modality]


def test_an_unknown_command_is_a_usage_error() -> None:
    program = Path(sys.executable).with_name("epiluma")

    finished = subprocess.run([program, "diagnose"], capture_output=True, text=True, check=False)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "No such command" in finished.stderr
