"""Whether the server can read pictures, for whatever watches it."""

from flask import Blueprint, Response, jsonify

from epiluma.web.access import ANYONE, allow
from epiluma.web.pages.parts import current_classifier

health = Blueprint("health", __name__)


@health.get("/healthz")
@allow(ANYONE)
def healthz() -> Response:
    """Name the model in use."""
    return jsonify(status="ok", model_id=current_classifier().bundle.id)
