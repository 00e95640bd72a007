import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkSize
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from epiluma.inference.classifier import Classifier
from epiluma.records import Geometry, Modality
from multipart_body import CONTENT_TYPE, multipart

PREDICTIONS = "/api/v1/predictions"


def post(client: FlaskClient, picture: bytes, name: str = "spot.png", **fields: str) -> Any:
    return client.post(PREDICTIONS, data={"image": (BytesIO(picture), name), **fields})


def test_the_answer_is_the_record_of_the_command_line(
    client: FlaskClient, classifier: Classifier, red_picture: bytes
) -> None:
    expected = classifier.read(red_picture, file="spot.png", modality=Modality.DERMOSCOPIC).prediction.to_json()
    response = post(client, red_picture, modality="dermoscopic")

    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert response.json == expected
    assert list(response.json) == list(expected)
    assert response.json["tier"] == "high"


def test_the_record_says_what_was_cut_out(client: FlaskClient, classifier: Classifier, red_picture: bytes) -> None:
    geometry = Geometry(crop=(10, 10, 70, 66), rotate=90, flip=True)
    expected = classifier.read(red_picture, file="spot.png", geometry=geometry).prediction.to_json()
    response = post(client, red_picture, geometry=json.dumps(geometry.to_json()))

    assert response.json == expected
    assert response.json["geometry"] == {"crop": [10, 10, 70, 66], "rotate": 90, "flip": True}


@pytest.mark.parametrize("name", ["../../etc/passwd", "ein Fleck – März.png", "<b>.png"])
def test_the_clients_name_for_a_file_comes_back_as_text(client: FlaskClient, red_picture: bytes, name: str) -> None:
    assert post(client, red_picture, name).json["file"] == name


def test_an_abstention_still_carries_its_numbers(client: FlaskClient, black_picture: bytes) -> None:
    response = post(client, black_picture, modality="dermoscopic")

    assert response.status_code == 200
    assert response.json["abstained"] is True
    assert response.json["tier"] == "not_assessed"
    assert sum(response.json["probabilities"].values()) == pytest.approx(1, abs=1e-6)


BAD_PICTURES = {
    "image.empty": (b"", 422),
    "image.unsupported": (b"GIF89a and more", 415),
    "image.truncated": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 422),
}


@pytest.mark.parametrize("code", list(BAD_PICTURES))
def test_a_picture_that_cannot_be_read_is_a_problem_with_its_code(client: FlaskClient, code: str) -> None:
    content, status = BAD_PICTURES[code]
    response = post(client, content)

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["code"] == code
    assert response.json["status"] == status
    assert response.json["type"] == f"urn:epiluma:problem:{code}"
    assert set(response.json) == {"type", "title", "status", "detail", "code"}


def test_a_small_picture_is_an_error_and_not_an_abstention(client: FlaskClient, small_picture: bytes) -> None:
    response = post(client, small_picture)

    assert (response.status_code, response.json["code"]) == (422, "image.too-small")


def test_a_request_without_a_picture_is_told_what_is_missing(client: FlaskClient) -> None:
    response = client.post(PREDICTIONS, data={"modality": "unknown"}, content_type="multipart/form-data")

    assert (response.status_code, response.json["code"]) == (400, "image.missing")
    assert "in the field image" in response.json["detail"]


def test_two_pictures_in_one_request_are_refused(client: FlaskClient, red_picture: bytes) -> None:
    images = [(BytesIO(red_picture), "a.png"), (BytesIO(red_picture), "b.png")]
    response = client.post(PREDICTIONS, data={"image": images})

    assert (response.status_code, response.json["code"]) == (400, "request.one-image")


def test_an_unknown_modality_and_an_impossible_geometry_are_refused(client: FlaskClient, red_picture: bytes) -> None:
    modality = post(client, red_picture, modality="x-ray")
    geometry = post(client, red_picture, geometry='{"crop": [0, 0, 5000, 5000]}')

    assert (modality.status_code, modality.json["code"]) == (422, "modality.invalid")
    assert (geometry.status_code, geometry.json["code"]) == (422, "geometry.invalid")


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: FlaskClient) -> None:
    content = b"\0" * (20 * 2**20 + 65 * 1024)
    response = client.post(PREDICTIONS, data=multipart(content), content_type=CONTENT_TYPE)

    assert (response.status_code, response.json["code"]) == (413, "image.too-large")
    assert "at most 20 MB" in response.json["detail"]


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "request.not-found"),
        ("GET", PREDICTIONS, 405, "request.method-not-allowed"),
        ("DELETE", PREDICTIONS, 405, "request.method-not-allowed"),
        ("POST", PREDICTIONS, 415, "request.unsupported-media-type"),
    ],
)
def test_every_error_below_api_is_a_problem(
    client: FlaskClient, method: str, address: str, status: int, code: str
) -> None:
    response = client.open(address, method=method, data=b"{}", content_type="application/json")

    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["code"] == code


def test_a_wrong_method_is_told_the_right_one(client: FlaskClient) -> None:
    assert "POST" in client.get(PREDICTIONS).headers["Allow"]


def test_the_api_neither_reads_nor_sets_a_cookie(client: FlaskClient, red_picture: bytes) -> None:
    client.set_cookie("epiluma", "not a cookie of ours")
    response = post(client, red_picture)

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=400), boundary=st.sampled_from(["x", "", "-", "\t"]), start=st.booleans())
def test_no_body_whatever_makes_the_server_fail(client: FlaskClient, body: bytes, boundary: str, start: bool) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\n' if start else b""
    response = client.post(PREDICTIONS, data=head + body, content_type=f"multipart/form-data; boundary={boundary}")

    assert 400 <= response.status_code < 500
    assert response.mimetype == "application/problem+json"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(modality=st.text(max_size=20), geometry=st.text(max_size=60), name=st.text(max_size=40))
def test_no_field_whatever_makes_the_server_fail(
    client: FlaskClient, red_picture: bytes, modality: str, geometry: str, name: str
) -> None:
    response = post(client, red_picture, name, modality=modality, geometry=geometry)

    assert response.status_code in {200, 400, 422}


def test_health_names_the_model(client: FlaskClient, classifier: Classifier) -> None:
    assert client.get("/healthz").json == {"status": "ok", "model_id": classifier.bundle.id}


def test_a_crop_of_four_thousand_digits_is_refused_like_any_other_outside_the_picture(
    client: FlaskClient, red_picture: bytes
) -> None:
    far = "9" * 4300  # Python reads this number, but refuses to print the next longer one
    response = post(client, red_picture, geometry=f'{{"crop": [{far}, 0, {far}, 100]}}')

    assert response.status_code == 422
    assert response.json["code"] == "geometry.invalid"


@pytest.mark.parametrize(
    ("field", "content"), [("modality", b"clinical"), ("geometry", b'{"crop": [0, 0, 64, 64]}'), ("geometry", b"")]
)
def test_a_field_that_is_sent_as_a_file_is_refused_and_not_left_out(
    client: FlaskClient, red_picture: bytes, field: str, content: bytes
) -> None:
    parts = {"image": (BytesIO(red_picture), "spot.png"), field: (BytesIO(content), "blob")}
    response = client.post(PREDICTIONS, data=parts)

    assert response.status_code == 400
    assert response.json["code"] == "request.invalid"
    assert response.json["detail"].startswith(f"Expected {field} once, as plain text")


def test_a_field_that_is_sent_twice_is_refused(client: FlaskClient, red_picture: bytes) -> None:
    parts = {"image": (BytesIO(red_picture), "spot.png"), "modality": ["clinical", "dermoscopic"]}
    response = client.post(PREDICTIONS, data=parts)

    assert response.status_code == 400
    assert response.json["detail"].startswith("Expected modality once, as plain text")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", multipart(b"x")),
        (CONTENT_TYPE, multipart(b"x")[:-30]),
        (CONTENT_TYPE, multipart(b"x").replace(b"spot.png", b"\xe9.png")),
    ],
)
def test_a_form_that_is_broken_is_not_taken_for_one_without_a_picture(
    client: FlaskClient, content_type: str, body: bytes
) -> None:
    response = client.post(PREDICTIONS, data=body, content_type=content_type)

    assert response.status_code == 400
    assert response.json["code"] == "request.invalid"
    assert response.json["detail"].startswith("Expected a whole multipart form")


@pytest.mark.parametrize("fields", [{"note": "x" * 600_000}, {f"field-{number}": "x" for number in range(20)}])
def test_too_much_beside_the_picture_is_not_taken_for_a_picture_that_is_too_large(
    client: FlaskClient, red_picture: bytes, fields: dict[str, str]
) -> None:
    response = client.post(PREDICTIONS, data=multipart(red_picture, **fields), content_type=CONTENT_TYPE)

    assert response.status_code == 413
    assert response.json["code"] == "request.too-large"
    assert response.json["detail"].startswith("Expected one picture and few small fields")


class BrokenOff(BytesIO):
    """What gunicorn hands over when the pieces of a body are not what they say: reading them fails by its own class."""

    def readinto(self, _buffer: Any, /) -> int:
        raise InvalidChunkSize(b"ZZ")


def test_a_body_that_cannot_be_received_is_the_senders_mistake_and_not_the_servers(client: FlaskClient) -> None:
    response = client.post(
        PREDICTIONS,
        input_stream=BrokenOff(),
        content_type=CONTENT_TYPE,
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert response.status_code == 400
    assert response.json["code"] == "request.invalid"


class OpenSocket(BytesIO):
    """What a server hands over that leaves it to the app to stop at the end of the body: more would wait for ever."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() == len(self.getbuffer()):
            pytest.fail("read beyond the end of the body")
        return super().read(size)

    def readinto(self, buffer: Any, /) -> int:
        if self.tell() == len(self.getbuffer()):
            pytest.fail("read beyond the end of the body")
        return super().readinto(buffer)


@pytest.mark.parametrize("content_type", [CONTENT_TYPE, "image/jpeg"])
def test_a_refusal_reads_to_the_end_of_the_body_and_not_beyond(client: FlaskClient, content_type: str) -> None:
    body = multipart(b"no picture" * 20_000)
    socket = OpenSocket(body)
    response = client.post(
        PREDICTIONS, input_stream=socket, content_type=content_type, headers={"Content-Length": str(len(body))}
    )

    assert response.status_code == 415
    assert socket.tell() == len(body)
