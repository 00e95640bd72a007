"""Static files, ours and Bootstrap's, under a path that carries a hash of all of them.

A changed file changes every address, so that a browser may keep what it has for ever and never mixes two versions:
ES modules import each other by relative address and inherit the hash.
"""

import gzip
import mimetypes
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, request

from epiluma.web.access import ANYONE, allow

FOLDER = Path(__file__).parent / "static"
BOOTSTRAP_CSS = "bootstrap.min.css"
FOR_EVER = "public, max-age=31536000, immutable"
COMPRESSIBLE = frozenset({".css", ".js", ".svg", ".json"})
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}  # not left to the machine's registry

statics = Blueprint("statics", __name__)


@lru_cache(maxsize=1)
def static_files() -> dict[str, bytes]:
    """Return every static file by its name below /static/VERSION/: the whole list of what can be served."""
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file()
    }
    # No third-party file is committed: Bootstrap's style sheet comes out of the installed package.
    sheet = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / BOOTSTRAP_CSS
    return found | {BOOTSTRAP_CSS: _without_source_map(sheet.read_bytes())}


@lru_cache(maxsize=1)
def current_version() -> str:
    """Return the first 12 hex digits of a hash over the names and bytes of all static files."""
    digest = sha256()
    for name, content in static_files().items():
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
    content = static_files().get(name)
    if content is None:
        abort(404)
    suffix = Path(name).suffix
    response = Response(content, mimetype=TYPES.get(suffix) or mimetypes.guess_type(name)[0])
    if suffix in COMPRESSIBLE and request.accept_encodings.quality("gzip") > 0:
        response.data = _compressed(name)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER if version == current_version() else "no-cache"
    return response


@lru_cache(maxsize=256)
def _compressed(name: str) -> bytes:
    return gzip.compress(static_files()[name], mtime=0)


def _without_source_map(sheet: bytes) -> bytes:
    return sheet.rpartition(b"/*# sourceMappingURL=")[0] or sheet
