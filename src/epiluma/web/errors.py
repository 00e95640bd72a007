"""Every refusal and mishap, told to whoever asked: a program by problem+json, a page in words, never a stack trace."""

import logging
import traceback
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO

from flask import Flask, Response, flash, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from epiluma.errors import EpilumaError
from epiluma.web.languages import gettext
from epiluma.web.pages.parts import render_again, wants_part
from epiluma.web.uploads import TOO_LARGE, sent_modality
from epiluma.web.wording import PROBLEMS, problem_text

API_PREFIX = "/api/"
CODES = {
    HTTPStatus.BAD_REQUEST: "request.invalid",
    HTTPStatus.FORBIDDEN: "request.forbidden",
    HTTPStatus.NOT_FOUND: "request.not-found",
    HTTPStatus.METHOD_NOT_ALLOWED: "request.method-not-allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "image.too-large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "request.unsupported-media-type",
    HTTPStatus.INTERNAL_SERVER_ERROR: "server.failed",
}
FAILED = "Something went wrong on the server. It was not your picture's fault; try again in a moment."
DRAINED_BYTES = 100 * 2**20
CHUNK_BYTES = 2**16

log = logging.getLogger("epiluma.web")


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What went wrong: an HTTP status, a stable code, and a sentence for whoever wrote the client."""

    status: int
    code: str
    detail: str

    @property
    def title(self) -> str:
        """The name of the status."""
        return HTTPStatus(self.status).phrase


def handle_errors(app: Flask) -> None:
    """Answer every exception: ours, HTTP's, and any other as a calm 500."""
    app.register_error_handler(EpilumaError, answer_ours)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)


def answer_ours(error: EpilumaError) -> Response:
    """Tell an error of our own tree."""
    if error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s: %s", error.code, _where(error))
        return answer(Problem(status=error.http_status, code=error.code, detail=FAILED))
    return answer(Problem(status=error.http_status, code=error.code, detail=error.message))


def answer_http(error: HTTPException) -> Response:
    """Tell an error of HTTP; a redirect or a ready response passes through."""
    status = error.code
    if status is None or status < HTTPStatus.BAD_REQUEST or error.response is not None:
        return make_response(error.get_response())
    code = "request.expired" if isinstance(error, CSRFError) else CODES.get(HTTPStatus(status), "request.invalid")
    detail = TOO_LARGE if isinstance(error, RequestEntityTooLarge) else error.description or ""
    response = answer(Problem(status=status, code=code, detail=detail))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def answer_unexpected(error: Exception) -> Response:
    """Tell a mistake of our own, and log where it is but nothing of what was sent."""
    log.error("unexpected %s: %s", type(error).__name__, _where(error))
    return answer(Problem(status=500, code="server.failed", detail=FAILED))


def answer(problem: Problem) -> Response:
    """Choose the form of the answer by who asked."""
    _drain()
    if request.path.startswith(API_PREFIX):
        return _problem_json(problem)
    if wants_part():
        token = generate_csrf() if problem.code == "request.expired" else ""  # our script tries once more with it
        return make_response(render_template("problem.html", text=_words(problem), token=token), problem.status)
    if request.method == "POST" and problem.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        flash(_words(problem))
        return make_response(render_again(sent_modality(request)), problem.status)
    return make_response(render_template("error.html", heading=_heading(problem), text=_words(problem)), problem.status)


def _problem_json(problem: Problem) -> Response:
    response = jsonify(
        type=f"urn:epiluma:problem:{problem.code}",
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        code=problem.code,
    )
    response.status_code = problem.status
    response.mimetype = "application/problem+json"
    return response


def _words(problem: Problem) -> str:
    if problem.status == HTTPStatus.NOT_FOUND:
        return gettext("There is no page at this address. It may have moved, or the address has a typing mistake.")
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return gettext(FAILED)
    if problem.code.startswith("image.") or problem.code in PROBLEMS:
        return problem_text(problem.code)
    return gettext("The server did not understand this request. Go back to the first page and start again.")


def _heading(problem: Problem) -> str:
    if problem.status == HTTPStatus.NOT_FOUND:
        return gettext("This page does not exist")
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return gettext("That did not work")
    return gettext("This request cannot be answered")


def _where(error: BaseException) -> str:
    # Places only: a message, or a local variable, could carry a file name or a part of what was sent.
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames[-8:]))


def _drain() -> None:
    # A server that closes while the browser still sends makes it show "connection reset" instead of our answer.
    stream, left = _unread()
    with suppress(Exception):  # a body that cannot be received: the server raises what it likes
        while left > 0 and (chunk := stream.read(min(left, CHUNK_BYTES))):
            left -= len(chunk)


def _unread() -> tuple[IO[bytes], int]:
    """Return what is left of the body, and how much of it to read at most."""
    if request.environ.get("wsgi.input_terminated"):  # gunicorn and waitress: it ends by itself
        return request.environ["wsgi.input"], DRAINED_BYTES
    try:
        return request.stream, DRAINED_BYTES  # counts what was read
    except RequestEntityTooLarge:  # refused by its length: nothing was read
        return request.environ["wsgi.input"], min(request.content_length or 0, DRAINED_BYTES)
