"""Static files, ours and Bootstrap's, under a path that carries a hash of all of them.

A changed file changes every address, so that a browser may keep what it has for ever and never mixes two versions:
ES modules import each other by relative address and inherit the hash. What reads pictures in the browser was compressed
when it was built and is kept only so.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, request

from epiluma.inference.facts import FACTS_FILE, facts_module
from epiluma.web.access import ANYONE, allow

FOLDER = Path(__file__).parent / "static"
BUILT = FOLDER / "built"
BOOTSTRAP_CSS = "bootstrap.min.css"
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".json"})
TYPES = {  # not left to the machine's registry
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".txt": "text/plain",
}
PACKED = {"br": ".br", "gzip": ".gz"}  # what is sent where a browser takes it, the best first

statics = Blueprint("statics", __name__)


@lru_cache(maxsize=1)
def static_files() -> dict[str, bytes]:
    """Return every file of ours by its name below /static/VERSION/; with `packed_files`, all that can be served."""
    paths = [path for path in sorted(FOLDER.rglob("*")) if path.is_file() and not path.is_relative_to(BUILT)]
    found = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}
    found[FACTS_FILE] = facts_module(runtime=bool(packed_files())).encode()
    # No third-party file is committed: Bootstrap's style sheet comes out of the installed package.
    sheet = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / BOOTSTRAP_CSS
    return found | {BOOTSTRAP_CSS: _without_source_map(sheet.read_bytes())}


@lru_cache(maxsize=1)
def packed_files() -> Mapping[str, Mapping[str, bytes]]:
    """Return what was built, by its name and its encoding (`br`, `gzip`); nothing where it was not built."""
    return {
        f"{BUILT.name}/{path.stem}": {
            encoding: path.with_suffix(suffix).read_bytes() for encoding, suffix in PACKED.items()
        }
        for path in sorted(BUILT.glob("*.gz"))
    }


@lru_cache(maxsize=1)
def current_version() -> str:
    """Return the first 12 hex digits of a hash over the names and bytes of all static files."""
    digest = sha256()
    packed = {name: variants["gzip"] for name, variants in packed_files().items()}
    for name, content in (static_files() | packed).items():
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:12]


def serve_statics(app: Flask) -> None:
    """Register the view, and let `url_for("statics.file", name=…)` fill in the version."""
    app.register_blueprint(statics)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "statics.file":
            values.setdefault("version", current_version())


@statics.get("/static/<version>/<path:name>")
@allow(ANYONE)
def file(version: str, name: str) -> Response:
    """Answer with one file; only the current version may be kept for ever."""
    if name in packed_files():
        response = _packed(packed_files()[name])
    elif name in static_files():
        response = _plain(name)
    else:
        abort(404)
    suffix = Path(name).suffix
    response.mimetype = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER if version == current_version() else "no-cache"
    return response


def _plain(name: str) -> Response:
    if Path(name).suffix not in COMPRESSIBLE or request.accept_encodings.quality("gzip") <= 0:
        return Response(static_files()[name])
    response = Response(_compressed(name))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _packed(variants: Mapping[str, bytes]) -> Response:
    for encoding, content in variants.items():
        if request.accept_encodings.quality(encoding) > 0:
            response = Response(content)
            response.headers["Content-Encoding"] = encoding
            return response
    return Response(gzip.decompress(variants["gzip"]))


@lru_cache(maxsize=256)
def _compressed(name: str) -> bytes:
    return gzip.compress(static_files()[name], mtime=0)


def _without_source_map(sheet: bytes) -> bytes:
    return sheet.rpartition(b"/*# sourceMappingURL=")[0] or sheet
