"""`POST /api/v1/predictions`: one picture in, its record out."""

from flask import Blueprint, Response, jsonify, request

from epiluma.web.access import ANYONE, allow
from epiluma.web.pages.parts import current_classifier
from epiluma.web.uploads import read_upload

api = Blueprint("api_v1", __name__, url_prefix="/api/v1")


@api.post("/predictions")
@allow(ANYONE)
def predict() -> Response:
    """Read one picture: the same record as one line of `epiluma predict --json`.

    The body is multipart/form-data with `image`, and optionally `modality` and `geometry` (JSON).
    """
    upload = read_upload(request)
    reading = current_classifier().read(
        upload.source, file=upload.file, modality=upload.modality, geometry=upload.geometry
    )
    return jsonify(reading.prediction.to_json())
