"""Where the repository's own files are."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".ci", "benchmarks", "configs", "docs", "models", "src", "tests")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> tuple[Path, ...]:
    """Every file of the repository, relative to its root; what git ignores lies elsewhere."""
    found = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    for folder in FOLDERS:
        found += [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    relative = tuple(sorted(path.relative_to(ROOT) for path in found))
    assert len(relative) > 50
    return relative


@pytest.fixture(scope="session")
def modules(files: tuple[Path, ...]) -> dict[Path, ast.Module]:
    """Every Python file, parsed."""
    return {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in files if path.suffix == ".py"}
