"""A private reading with the real reader: nothing of the picture goes anywhere, as network and server see it."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from werkzeug.serving import make_server

from epiluma.bundle.read import load_bundle
from epiluma.inference.classifier import Classifier
from epiluma.settings import Settings
from epiluma.web.app import create_app
from epiluma.web.statics import packed_files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not packed_files(), reason="needs the reader of the browser: make install"),
]
Open = Callable[..., Any]
Pictures = dict[str, Path]
SLOW_MS = 60_000  # the runtime is compiled once for each visitor


class Recorder:
    """Stands before the app and keeps all that reaches it, to the last byte: a browser's own tools leave files out."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.received: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        told = [f"{name}: {value}" for name, value in environ.items() if isinstance(value, str)]
        self.received.append("\n".join(told).encode() + b"\n" + body)
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def recorder(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return Recorder(create_app(settings, Classifier(load_bundle(tiny_bundle))))


@pytest.fixture(scope="module")
def address(recorder: Recorder) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, recorder, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def traces(picture: bytes) -> list[bytes]:
    """What would tell that a picture, or what only it can tell, was sent: some of its bytes, and its hash."""
    digest = hashlib.sha256(picture)
    middle = len(picture) // 2
    encoded = b64encode(picture)
    return [
        picture[:48],
        picture[middle : middle + 48],
        encoded[64:128],
        digest.digest(),
        digest.hexdigest().encode(),
        b64encode(digest.digest()),
    ]


def found(received: list[bytes], picture: bytes) -> list[bytes]:
    return [one[:200] for one in received if any(trace in one for trace in traces(picture))]


def choose_and_read(page: Any, picture: Path) -> None:
    page.set_input_files("#picture", picture)
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-tier]", timeout=SLOW_MS)


def test_a_private_reading_sends_no_byte_of_the_picture(
    open_page: Open, pictures: Pictures, recorder: Recorder
) -> None:
    asked: list[tuple[str, str]] = []
    page = open_page(
        place="",
        service_workers="allow",
        prepare=lambda page: page.context.on("request", lambda one: asked.append((one.method, one.url))),
    )
    page.wait_for_selector("[data-where][data-known]")
    recorder.received.clear()
    choose_and_read(page, pictures["high"])
    page.get_by_label("Where the model looked").fill("60")
    page.locator("summary", has_text="Adjust the picture").click()
    page.get_by_role("button", name="Turn right").click()
    page.get_by_role("button", name="Read again").click()
    page.get_by_text("It was turned to the right by 90°.").wait_for(timeout=SLOW_MS)

    assert page.get_by_text("Your picture did not leave this device.").is_visible()
    assert found(recorder.received, pictures["high"].read_bytes()) == []
    assert "model.onnx" in {url.rpartition("/")[2] for _, url in asked}  # what workers ask for is seen too
    assert {method for method, _ in asked} == {"GET"}


def test_a_picture_that_is_sent_would_be_seen(open_page: Open, pictures: Pictures, recorder: Recorder) -> None:
    page = open_page()
    recorder.received.clear()
    choose_and_read(page, pictures["high"])

    assert len(found(recorder.received, pictures["high"].read_bytes())) == 1


def test_a_private_reading_says_what_the_server_says(open_page: Open, pictures: Pictures) -> None:
    answers = []
    for place in ("device", "server"):
        page = open_page(place=place)
        choose_and_read(page, pictures["intermediate"])
        answers.append(page.locator("[data-result] [data-copied]").get_attribute("data-copied"))

    assert answers[0].startswith("How suspicious it looks to the model: Intermediate.")
    assert answers[0] == answers[1]
