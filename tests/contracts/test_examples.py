"""The examples in docstrings do what they say."""

import doctest
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from epiluma.settings import settings

SOURCE = Path(__file__).parents[2] / "src"
EXAMPLES = sorted(path for path in SOURCE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


@pytest.fixture
def default_bundle(tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let `load_bundle()` open the tiny bundle."""
    monkeypatch.setenv("EPILUMA_BUNDLE", str(tiny_bundle))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_the_package_and_its_entry_points_carry_an_example() -> None:
    assert {module_name(path) for path in EXAMPLES} >= {
        "epiluma",
        "epiluma.bundle.read",
        "epiluma.imaging.decode",
        "epiluma.inference.classifier",
        "epiluma.web.app",
    }


@pytest.mark.usefixtures("default_bundle")
@pytest.mark.parametrize("path", EXAMPLES, ids=module_name)
def test_an_example_does_what_it_says(path: Path) -> None:
    results = doctest.testmod(import_module(module_name(path)))

    assert results.attempted > 0
    assert results.failed == 0
