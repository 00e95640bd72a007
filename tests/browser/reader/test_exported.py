"""The exported folder on the plainest of web servers."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from epiluma.data.synthetic import drawn_lesion
from epiluma.export.browser import export_browser
from epiluma.inference.classifier import Classifier
from epiluma.records import Modality

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runtime")]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def site(shipped: Classifier, runtime: None, tmp_path: Path) -> Iterator[str]:
    export_browser(shipped.bundle, tmp_path / "site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path / "site"))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_example_reads_a_picture_and_sends_it_nowhere(
    site: str, browser: Any, shipped: Classifier, tmp_path: Path
) -> None:
    picture = tmp_path / "spot.jpg"
    picture.write_bytes(drawn_lesion(seed=7, dx="mel"))
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(120_000)
    sent, complaints = [], []
    page.on("request", lambda request: sent.append((request.method, request.post_data)))
    page.on("console", lambda line: complaints.append(line.text))
    page.goto(site)
    page.set_input_files("#picture", picture)
    page.locator("#record", has_text="notice").wait_for()
    record = json.loads(page.text_content("#record"))
    context.close()
    there = shipped.read(picture, file="spot.jpg", modality=Modality.DERMOSCOPIC).prediction.to_json()

    assert record["probabilities"] == pytest.approx(there["probabilities"], abs=0.02)
    assert {**record, "probabilities": 0, "top3": 0, "malignant_probability": 0} == {
        **there,
        "probabilities": 0,
        "top3": 0,
        "malignant_probability": 0,
    }
    assert complaints == []
    assert set(sent) == {("GET", None)}
