"""The first page, which is the tool: a picture in, its result out, nothing kept."""

from datetime import date

from flask import Blueprint, Response, abort, render_template, request

from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg
from epiluma.records import Modality
from epiluma.web.access import ANYONE, allow
from epiluma.web.heatmap import data_url
from epiluma.web.pages.parts import current_classifier, current_figures, render_home, wants_part
from epiluma.web.result import make_result
from epiluma.web.samples import SAMPLES, sample_picture, sample_thumbnail
from epiluma.web.uploads import Upload, read_upload

PREVIEW_SHORT_SIDE_PX = 360
PREVIEW_LONGEST_SIDE_PX = 4000  # a strip longer than this is read, but not shown again
A_DAY = "public, max-age=86400"

pages = Blueprint("pages", __name__)


@pages.get("/")
@allow(ANYONE)
def home() -> str:
    """Show the empty tool."""
    return render_home()


@pages.post("/")
@allow(ANYONE)
def read() -> str:
    """Read the picture that was sent; answer with the result alone where our script asks, else with the page."""
    upload = _sample_upload(request.form["sample"]) if "sample" in request.form else read_upload(request)
    reading = current_classifier().read(
        upload.source, file=upload.file, modality=upload.modality, geometry=upload.geometry
    )
    today = date.today()
    if wants_part():
        return render_template("result.html", result=make_result(reading, current_figures(), today=today))
    result = make_result(reading, current_figures(), today=today, picture_url=_preview_url(upload))
    return render_home(result, upload.modality)


@pages.get("/samples/<key>.jpg")
@allow(ANYONE)
def sample(key: str) -> Response:
    """Answer with a drawn sample."""
    return _jpeg(sample_picture(_known(key)))


@pages.get("/samples/<key>/thumbnail.jpg")
@allow(ANYONE)
def thumbnail(key: str) -> Response:
    """Answer with a small version of a drawn sample."""
    return _jpeg(sample_thumbnail(_known(key)))


def _known(key: str) -> str:
    if key not in SAMPLES:
        abort(404)
    return key


def _jpeg(content: bytes) -> Response:
    response = Response(content, mimetype="image/jpeg")
    response.headers["Cache-Control"] = A_DAY
    return response


def _sample_upload(key: str) -> Upload:
    # The drawings imitate what a dermoscope shows, and are read as such.
    return Upload(source=sample_picture(_known(key)), file=f"{key}.jpg", modality=Modality.DERMOSCOPIC)


def _preview_url(upload: Upload) -> str:
    """Return the picture itself, drawn anew from its pixels: without JavaScript the browser has lost it by now."""
    image = read_image(upload.source, geometry=upload.geometry, short_side_px=PREVIEW_SHORT_SIDE_PX)
    if max(image.shape) > PREVIEW_LONGEST_SIDE_PX:
        return ""
    return data_url(encode_jpeg(image, quality=85), "image/jpeg")
