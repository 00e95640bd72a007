"""An app with the tiny bundle, whose answers can be worked out by hand (see `fixtures_bundle`)."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from epiluma.bundle.read import load_bundle
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.settings import Settings
from epiluma.web.app import create_app
from multipart_body import CONTENT_TYPE, multipart


@pytest.fixture(scope="session")
def classifier(tiny_bundle: Path) -> Classifier:
    return Classifier(load_bundle(tiny_bundle))


@pytest.fixture
def app(classifier: Classifier, tmp_path: Path) -> Flask:
    app = create_app(Settings(home=tmp_path / "home"), classifier)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class Visitor:
    """A browser without JavaScript: keeps its cookie and sends the form with the token it was given."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get("/").text)
        assert found is not None
        return found.group(1)

    def send(
        self, picture: bytes | None = None, *, name: str = "spot.png", part: bool = False, **fields: str
    ) -> TestResponse:
        """Press the button; with no picture chosen, a browser sends an empty part without a name."""
        body = multipart(picture or b"", name=name if picture is not None else "", csrf_token=self.token(), **fields)
        headers = {"Epiluma-Part": "result"} if part else {}
        return self.client.post("/", data=body, content_type=CONTENT_TYPE, headers=headers)


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)


def make_picture(red: int, green: int, blue: int, *, height: int = 96, width: int = 128) -> bytes:
    """A PNG of one mean colour with enough of a pattern to be judged: every second column is lighter."""
    image = np.empty((height, width, 3), np.uint8)
    image[:, 0::2] = (red + 20, green + 20, blue + 20)
    image[:, 1::2] = (red - 20, green - 20, blue - 20)
    return encode_png(image)


# With r, g, b in [0, 1] and s = r + g + b + 1/4 the tiny bundle says mel = r/s, nv = g/s, vasc = b/s, others 1/16 / s.
@pytest.fixture(scope="session")
def red_picture() -> bytes:
    """mel 204/(204+20+20+63.75) = 0.663; with akiec and bcc 0.767, above 0.5: high."""
    return make_picture(204, 20, 20)


@pytest.fixture(scope="session")
def green_picture() -> bytes:
    """nv 0.663, malignant (20 + 2 * 15.9375) / 307.75 = 0.169, below 0.25: low."""
    return make_picture(20, 204, 20)


@pytest.fixture(scope="session")
def yellow_picture() -> bytes:
    """mel 100/403.75 = 0.248, nv 0.495; malignant 0.327, intermediate; the decision is mel (priors 1/8, 1/2)."""
    return make_picture(100, 200, 40)


@pytest.fixture(scope="session")
def teal_picture() -> bytes:
    """nv 180/363.75 leads vasc 100/363.75; by their priors, 1/2 and 1/16, the decision is vasc."""
    return make_picture(20, 180, 100)


@pytest.fixture(scope="session")
def dim_picture() -> bytes:
    """Mean brightness 0.089, limit 0.1; nv leads with 0.187, by the priors the decision would be another."""
    return make_picture(21, 24, 20)


@pytest.fixture(scope="session")
def black_picture() -> bytes:
    """Too dark to be judged: mean brightness 0, limit 0.1."""
    return encode_png(np.zeros((96, 128, 3), np.uint8))


@pytest.fixture(scope="session")
def small_picture() -> bytes:
    """One pixel too small: 63 px high."""
    return make_picture(100, 100, 100, height=63)


@pytest.fixture
def visitor_of() -> Callable[[Flask], Visitor]:
    return lambda app: Visitor(app.test_client())


@pytest.fixture
def api_post() -> Callable[[Flask, bytes], TestResponse]:
    return lambda app, content: app.test_client().post(
        "/api/v1/predictions", data={"image": (BytesIO(content), "spot.png")}
    )
