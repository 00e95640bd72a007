"""A bundle as a static folder that reads pictures in any browser: the files that our own page uses, and an example."""

import gzip
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from string import Template

from epiluma.bundle.read import MANIFEST_FILE, MODEL_FILE, Bundle
from epiluma.errors import BundleError, MissingExtra
from epiluma.inference.facts import FACTS_FILE, facts_module

_PACKAGE = Path(str(files("epiluma")))
_STATIC = _PACKAGE / "web" / "static"
_BUILT = _STATIC / "built"
_EXAMPLE = Path(__file__).parent / "browser_files"
_WEIGHTS_NOTICE = _PACKAGE / "bundle" / "NOTICE-weights.md"
_README = "README.md"


def export_browser(bundle: Bundle, folder: Path) -> list[Path]:
    """Write a folder that any static web server can hand out: `classify(file)` in a page, nothing sent anywhere.

    Args:
        bundle: verified.
        folder: must not exist; it is there whole or not at all.

    Returns:
        What was written, relative to `folder`, sorted.

    Raises:
        BundleError: `folder` exists or cannot be written.
        MissingExtra: `install.browser-missing` where what runs networks in a browser was not built.
    """
    if folder.exists():
        raise BundleError(f"{folder} exists already and is not overwritten: remove it or name another place")
    if not _BUILT.is_dir():
        raise MissingExtra(
            "this installation lacks what reads pictures in the browser: it is built by `make install` where Node 20 "
            "or newer and npm's registry are at hand. Run it again.",
            code="install.browser-missing",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            made = Path(scratch) / "made"
            for name, content in _contents(bundle):
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_bytes(content)
            made.rename(folder)
    except OSError as error:
        raise BundleError(f"{folder} cannot be written: {error}. Is the folder yours to write?") from error
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _contents(bundle: Bundle) -> Iterator[tuple[str, bytes]]:
    model = bundle.read_file(MODEL_FILE)
    yield f"model/{MANIFEST_FILE}", bundle.read_manifest()
    yield f"model/{MODEL_FILE}", model
    for path in sorted((_STATIC / FACTS_FILE).parent.glob("*.js")):
        yield path.relative_to(_STATIC).as_posix(), path.read_bytes()
    yield FACTS_FILE, facts_module(runtime=True).encode()
    yield from _runtime()
    for path in sorted(_EXAMPLE.iterdir()):
        yield path.name, path.read_bytes()
    words = {"model_id": bundle.id, "model_megabytes": f"{len(model) / 1e6:.1f}"}
    yield _README, Template((_EXAMPLE / _README).read_text(encoding="utf-8")).substitute(words).encode()
    yield _WEIGHTS_NOTICE.name, _WEIGHTS_NOTICE.read_bytes()
    yield "LICENSE", (distribution("epiluma").read_text("licenses/LICENSE") or "Apache-2.0\n").encode()


def _runtime() -> Iterator[tuple[str, bytes]]:
    """Yield what was built, compressed as it lies there and unpacked for servers that send plain files."""
    for path in sorted(_BUILT.iterdir()):
        content = path.read_bytes()
        yield f"{_BUILT.name}/{path.name}", content
        if path.suffix == ".gz":
            yield f"{_BUILT.name}/{path.stem}", gzip.decompress(content)
