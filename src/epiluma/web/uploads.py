"""What a person sends: read into memory, never onto a disk, and checked before anything decodes it."""

import json
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import Flask, Request
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from epiluma.errors import EpilumaError, GeometryError, ImageError
from epiluma.imaging.decode import LIMITS
from epiluma.records import Geometry, Modality

FORM_OVERHEAD_BYTES = 64 * 1024  # boundaries, part headers and the small fields around one picture
PARSER_BUFFER_BYTES = 500_000  # bounds small fields, and has to hold what Werkzeug reads at a time, 64 kB and a rest
MAX_FORM_PARTS = 20


class InMemoryRequest(Request):
    """A request whose uploads stay in memory: Werkzeug would put anything over 500 kB into a temporary file."""

    def make_form_data_parser(self) -> FormDataParser:
        """Return a parser that tells of a broken form, where Werkzeug's own would call it an empty one."""
        parser = super().make_form_data_parser()
        parser.silent = False
        return parser

    def _get_file_stream(self, *_about: object, **_more: object) -> IO[bytes]:
        return BytesIO()

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except RequestEntityTooLarge:
            if self.content_length is None or self.content_length > LIMITS.max_bytes + FORM_OVERHEAD_BYTES:
                raise
            raise UploadError(  # the whole is not too large, so it is the number of fields, or one beside the picture
                f"Expected one picture and few small fields; found more than {MAX_FORM_PARTS} parts, or a field over "
                f"{PARSER_BUFFER_BYTES // 1000} kB.",
                code="request.too-large",
                http_status=413,
            ) from None
        except HTTPException:
            raise
        except Exception as problem:  # the parser's ValueError, or whatever the server raises for a broken body
            raise BadRequest(
                "Expected a whole multipart form in UTF-8; this one is cut off or malformed. Send it again."
            ) from problem


class UploadError(EpilumaError):
    """A form that does not hold what a reading needs."""

    code = "request.invalid"
    http_status = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One picture as it was sent.

    Attributes:
        source: the original bytes.
        file: the client's name for it; text only, never used as a path and never logged.
        modality: how the picture was taken.
        geometry: what to cut and turn before reading, where given.
    """

    source: bytes
    file: str
    modality: Modality = Modality.UNKNOWN
    geometry: Geometry | None = None


def limit_uploads(app: Flask) -> None:
    """Keep uploads in memory and refuse more than one picture's worth of them."""
    app.request_class = InMemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=LIMITS.max_bytes + FORM_OVERHEAD_BYTES,
        MAX_FORM_MEMORY_SIZE=PARSER_BUFFER_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
    )


def read_upload(request: Request) -> Upload:
    """Read the fields `image`, `modality` and `geometry` of a multipart form.

    A page offers several ways to choose a picture, so an empty `image` part beside a filled one is ignored.

    Raises:
        UnsupportedMediaType: the body is not a multipart form.
        BadRequest: the body is broken.
        ImageError: `image.missing`, no picture was sent.
        UploadError: `request.invalid`, `request.one-image`, `modality.invalid`.
        GeometryError: `geometry.invalid`.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the picture as multipart/form-data, in a field named image.")
    chosen = [part for part in request.files.getlist("image") if part.filename]
    if not chosen:
        raise ImageError(
            "No picture was sent: expected a file in the field image. Choose a JPEG, PNG or WebP picture.",
            code="image.missing",
            http_status=400,
        )
    if len(chosen) > 1:
        raise UploadError(
            f"Expected one picture in the field image, found {len(chosen)}. Send one request for each.",
            code="request.one-image",
        )
    return Upload(
        source=chosen[0].stream.read(),
        file=chosen[0].filename or "",
        modality=read_modality(_read_text(request, "modality")),
        geometry=read_geometry(_read_text(request, "geometry")),
    )


def _read_text(request: Request, name: str) -> str:
    # Sent as a file (as a browser does with a Blob) or twice, a field would be left out, and another picture read.
    values = request.form.getlist(name)
    if len(values) > 1 or name in request.files:
        raise UploadError(f"Expected {name} once, as plain text; found it twice or as a file.")
    return values[0] if values else ""


def sent_modality(request: Request) -> Modality:
    """Return the modality a form names, for showing it again; unknown where none can be made out."""
    with suppress(HTTPException, UploadError):
        return read_modality(request.form.get("modality", ""))
    return Modality.UNKNOWN


def read_modality(text: str) -> Modality:
    """Return the modality a form names; nothing means that it is not known.

    Raises:
        UploadError: `modality.invalid`.
    """
    try:
        return Modality(text or Modality.UNKNOWN)
    except ValueError:
        known = ", ".join(modality.value for modality in Modality)
        raise UploadError(f"modality must be one of {known}.", code="modality.invalid", http_status=422) from None


def read_geometry(text: str) -> Geometry | None:
    """Return the geometry a form gives as JSON, or None where it gives none.

    Raises:
        GeometryError: not JSON, or not a geometry.
    """
    if not text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise GeometryError('geometry must be JSON like {"crop": [x, y, width, height]}.') from None
    return Geometry.from_json(value)
