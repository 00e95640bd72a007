"""What a person sends: read into memory, never onto a disk, and checked before anything decodes it."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.formparser import FormDataParser

from epiluma.errors import EpilumaError, GeometryError, ImageError
from epiluma.imaging.decode import LIMITS
from epiluma.records import Geometry, Modality

FORM_OVERHEAD_BYTES = 64 * 1024  # boundaries, part headers and the small fields around one picture
PARSER_BUFFER_BYTES = 500_000  # bounds small fields, and has to hold what Werkzeug reads at a time, 64 kB and a rest
MAX_FORM_PARTS = 20
MAX_IMAGES = 20
MAX_TOTAL_BYTES = 60 * 2**20  # all of it lies in memory while it is read, once for each of the server's threads
TOO_LARGE = (
    f"Expected a file of at most {LIMITS.max_bytes / 2**20:g} MB. Save the picture smaller or with more compression."
)
DECLARATION = "epiluma_form"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class FormLimits:
    """What one form may carry.

    Attributes:
        max_bytes: of the whole body.
        max_parts: pictures and fields together.
    """

    max_bytes: int
    max_parts: int


ONE_PICTURE = FormLimits(max_bytes=LIMITS.max_bytes + FORM_OVERHEAD_BYTES, max_parts=MAX_FORM_PARTS)
# More parts than there may be pictures, so that too many pictures are counted and told as such.
SEVERAL_PICTURES = FormLimits(max_bytes=MAX_TOTAL_BYTES + FORM_OVERHEAD_BYTES, max_parts=128)


def takes(limits: FormLimits) -> Callable[[View], View]:
    """Declare what a view's form may carry, where that is not one picture; stands directly above the function."""

    def declare(view: View) -> View:
        setattr(view, DECLARATION, limits)
        return view

    return declare


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
            limits = limits_of(self)
            if self.content_length is None or self.content_length > limits.max_bytes:
                if limits is ONE_PICTURE:
                    raise
                raise UploadError(
                    f"Expected pictures of at most {MAX_TOTAL_BYTES // 2**20} MB together. Send fewer at a time.",
                    code="request.too-large-together",
                    http_status=413,
                ) from None
            raise UploadError(  # the whole is not too large, so it is the number of fields, or one beside the picture
                f"Expected {'one picture' if limits is ONE_PICTURE else f'at most {MAX_IMAGES} pictures'} and few "
                f"small fields; found more than {limits.max_parts} parts, or a field over "
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
    """Keep uploads in memory and refuse more than one picture's worth of them, or than a view declares.

    Comes before whatever else reads a form, such as the check of its token.
    """
    app.request_class = InMemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=ONE_PICTURE.max_bytes,
        MAX_FORM_MEMORY_SIZE=PARSER_BUFFER_BYTES,
        MAX_FORM_PARTS=ONE_PICTURE.max_parts,
    )

    @app.before_request
    def widen() -> None:
        limits = limits_of(request)
        request.max_content_length = limits.max_bytes
        request.max_form_parts = limits.max_parts


def limits_of(request: Request) -> FormLimits:
    """Return what the form of a request may carry."""
    view = current_app.view_functions.get(request.endpoint or "")
    limits: FormLimits = getattr(view, DECLARATION, ONE_PICTURE)
    return limits


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
    chosen = _chosen(request)
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


def read_uploads(request: Request) -> list[Upload]:
    """Read the pictures of a multipart form in the order they were sent: `image` any number of times, `modality` once.

    Raises:
        UnsupportedMediaType: the body is not a multipart form.
        BadRequest: the body is broken.
        UploadError: `request.no-images`, `request.too-many-images`, `request.invalid`, `modality.invalid`.
    """
    chosen = _chosen(request)
    if not chosen:
        raise UploadError("No picture was sent: expected files in the field image.", code="request.no-images")
    if len(chosen) > MAX_IMAGES:
        raise UploadError(
            f"Expected at most {MAX_IMAGES} pictures, found {len(chosen)}. Send the others in another request.",
            code="request.too-many-images",
            http_status=413,
        )
    modality = read_modality(_read_text(request, "modality"))
    return [Upload(source=part.stream.read(), file=part.filename or "", modality=modality) for part in chosen]


def _chosen(request: Request) -> list[FileStorage]:
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the picture as multipart/form-data, in a field named image.")
    return [part for part in request.files.getlist("image") if part.filename]


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
