"""A public function says what it does, and what it raises."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

Modules = Mapping[Path, ast.Module]
Node = ast.Module | ast.ClassDef


def public_functions(node: Node, context: str = "") -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield every public function with the docstrings of the classes around it."""
    for inner in node.body:
        if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
            yield from public_functions(inner, context + (ast.get_docstring(inner) or ""))
        if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
            yield inner, context


def sources(modules: Modules) -> list[tuple[Path, ast.FunctionDef, str]]:
    inside = [(path, tree) for path, tree in modules.items() if path.parts[0] == "src"]
    return [(path, function, context) for path, tree in inside for function, context in public_functions(tree)]


def raises(function: ast.FunctionDef) -> bool:
    """Whether an error is raised here by name; one that is only passed on does not count."""
    return any(isinstance(node, ast.Raise) and node.exc is not None for node in ast.walk(function))


def test_every_public_function_has_a_docstring(modules: Modules) -> None:
    functions = sources(modules)

    assert len(functions) > 300
    assert [f"{path}: {function.name}" for path, function, _ in functions if not ast.get_docstring(function)] == []


def test_a_public_function_that_raises_says_so_unless_it_is_a_command(modules: Modules) -> None:
    raising = [(path, f, context) for path, f, context in sources(modules) if raises(f) and "cli" not in path.parts]
    silent = [(path, f.name) for path, f, context in raising if "aises" not in context + (ast.get_docstring(f) or "")]

    assert len(raising) > 50
    assert silent == []
