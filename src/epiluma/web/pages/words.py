"""The words a browser shows a reading of its own with: one file per language, kept for ever under its version."""

import gzip

from flask import Blueprint, Response, abort, request
from flask_babel import force_locale

from epiluma.web.access import ANYONE, allow
from epiluma.web.languages import languages
from epiluma.web.pages.parts import current_figures
from epiluma.web.statics import FOR_EVER
from epiluma.web.words import make_words, words_version

words = Blueprint("words", __name__)


@words.get("/words/<version>/<language>.json")
@allow(ANYONE)
def of(version: str, language: str) -> Response:
    """Answer with the words of one language; only the current version may be kept for ever."""
    if language not in languages():
        abort(404)
    with force_locale(language):
        content = make_words(current_figures())
    current = words_version(content)
    response = Response(content, mimetype="application/json")
    if request.accept_encodings.quality("gzip") > 0:
        response.data = gzip.compress(content, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_EVER if version == current else "no-cache"
    return response
