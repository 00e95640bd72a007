"""What the server writes down: when, which kind of page, how it went. No address, no name, nothing that was sent."""

import logging
import sys
import time

from flask import Flask, Response, g, request

log = logging.getLogger("epiluma.web.access")


def log_to_stderr() -> None:
    """Print our own log lines on stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    ours = logging.getLogger("epiluma")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


def log_requests(app: Flask) -> None:
    """Write one line for each request.

    It names the rule of the address (`/samples/<key>.jpg`), never the address itself, which a person can type anything
    into; static files are left out.
    """

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def write(response: Response) -> Response:
        if request.endpoint != "statics.file":
            rule = request.url_rule.rule if request.url_rule else "(no such page)"
            took_ms = 1000 * (time.perf_counter() - g.get("started", time.perf_counter()))
            log.info("%s %s %d %.0f ms", request.method, rule, response.status_code, took_ms)
        return response
