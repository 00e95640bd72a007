"""Files and functions stay small enough to hold in the head."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
Modules = Mapping[Path, ast.Module]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring left out."""
    lines = (function.end_lineno or 0) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or 0) - docstring.lineno + 1)


def test_no_file_is_longer_than_400_lines(root: Path, modules: Modules) -> None:
    lengths = {str(path): len((root / path).read_text(encoding="utf-8").splitlines()) for path in modules}

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_40_lines(modules: Modules) -> None:
    lengths = {
        f"{path}:{function.lineno} {function.name}": code_lines(function)
        for path, tree in modules.items()
        for function in functions(tree)
    }

    assert len(lengths) > 200
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_lines_of_a_docstring_do_not_count() -> None:
    tree = ast.parse('def read():\n    """One.\n\n    Three.\n    """\n    return 1\n')

    assert [code_lines(function) for function in functions(tree)] == [2]


def test_modules_are_named_after_what_they_hold(modules: Modules) -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "tools", "lib"}

    assert [str(path) for path in modules if drawers & {path.stem, *path.parent.parts}] == []
