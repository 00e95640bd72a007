"""The exception tree: stable codes, each documented once, with one HTTP status and one exit status."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from epiluma import errors
from epiluma.errors import BundleError, ConfigError, EpilumaError, Exit, ImageError, LeakError, MissingExtra

SOURCE = Path(__file__).parents[1] / "src"
CODE = re.compile(r"[a-z]+(\.[a-z-]+)+")
FAMILIES = {"image", "geometry", "data", "config", "training", "bundle", "export", "install", "demo", "evaluation"}


def codes_in(path: Path) -> Iterator[str]:
    """Yield every text of a module that is a code of the tree's families."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            family, _, rest = node.value.partition(".")
            yield from [node.value] if family in FAMILIES and rest != "json" else []


def test_every_code_that_is_used_is_listed_where_the_tree_is() -> None:
    used = {code for path in SOURCE.rglob("*.py") for code in codes_in(path)}
    listed = {found.group() for found in re.finditer(r"[a-z]+(?:\.[a-z-]+)+", Path(errors.__file__).read_text())}

    assert len(used) > 40
    assert sorted(used - listed) == []


def subclasses(kind: type[EpilumaError]) -> Iterator[type[EpilumaError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


def test_every_error_has_a_code_of_its_own() -> None:
    for path in sorted(SOURCE.rglob("*.py")):
        if "EpilumaError)" in path.read_text(encoding="utf-8"):
            import_module(".".join(path.relative_to(SOURCE).with_suffix("").parts))
    codes = [kind.code for kind in subclasses(EpilumaError)]

    assert len(codes) > 10
    assert len(set(codes)) == len(codes)


def test_a_kind_of_error_decides_how_a_command_ends_and_what_http_says() -> None:
    found = {kind: (kind("why").exit_status, kind("why").http_status) for kind in (EpilumaError, ImageError)}
    ends = {kind: kind("why").exit_status for kind in (LeakError, ConfigError, MissingExtra, BundleError)}

    assert found == {EpilumaError: (Exit.BAD_INPUT, 400), ImageError: (Exit.BAD_INPUT, 422)}
    assert ends == {
        LeakError: Exit.FINDING,
        ConfigError: Exit.USAGE,
        MissingExtra: Exit.USAGE,
        BundleError: Exit.BAD_INPUT,
    }


def test_where_the_fact_is_known_code_and_status_can_be_given() -> None:
    error = ImageError("too large", code="image.too-large", http_status=413)

    assert (error.code, error.http_status, error.message, str(error)) == (
        "image.too-large",
        413,
        "too large",
        "too large",
    )
    assert ImageError.code == "image.unsupported"
