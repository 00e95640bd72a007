"""The model in use, for readers in the browser: the two files of its bundle that reading takes, and nothing else."""

import gzip

from flask import Blueprint, Response, abort, current_app, request

from epiluma.bundle.read import MANIFEST_FILE, MODEL_FILE, Bundle
from epiluma.web.access import ANYONE, allow
from epiluma.web.pages.parts import current_classifier
from epiluma.web.statics import FOR_EVER

LENGTH_HEADER = "Epiluma-Length"  # of the file unpacked, so that a reader can say how much of it has come
TYPES = {MANIFEST_FILE: "application/json", MODEL_FILE: "application/octet-stream"}

model = Blueprint("model", __name__, url_prefix="/model")


@model.get("/<bundle_id>/<any('manifest.json', 'model.onnx'):name>")
@allow(ANYONE)
def file(bundle_id: str, name: str) -> Response:
    """Answer with one file; an id is one model for ever, so a browser may keep what it has."""
    bundle = current_classifier().bundle
    if bundle_id != bundle.id:
        abort(404)
    content, packed = _both(bundle, name)
    if request.accept_encodings.quality("gzip") > 0:
        response = Response(packed, mimetype=TYPES[name])
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(content, mimetype=TYPES[name])
    response.headers[LENGTH_HEADER] = str(len(content))
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER
    return response


def _both(bundle: Bundle, name: str) -> tuple[bytes, bytes]:
    """Return a file as it is and compressed; kept from the first request on, its hash checked then."""
    kept: dict[str, tuple[bytes, bytes]] = current_app.extensions.setdefault("epiluma.model_files", {})
    if name not in kept:
        content = bundle.read_manifest() if name == MANIFEST_FILE else bundle.read_file(name)
        kept[name] = (content, gzip.compress(content, mtime=0))
    return kept[name]
