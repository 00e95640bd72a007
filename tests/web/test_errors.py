import logging
from pathlib import Path

import pytest
from flask import Flask

from epiluma.bundle.read import load_bundle
from epiluma.errors import BundleError
from epiluma.inference.classifier import Classifier
from epiluma.inference.runtimes import Outputs
from epiluma.records import Image
from epiluma.settings import Settings
from epiluma.web.app import create_app

NAME = "Mrs Miller 1961.png"


class BrokenRuntime:
    """A runtime that fails with something private in its message."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def run(self, image: Image) -> Outputs:
        raise self.error


def broken_app(bundle: Path, home: Path, error: Exception) -> Flask:
    return create_app(Settings(home=home), Classifier(load_bundle(bundle), runtime=BrokenRuntime(error)))


@pytest.mark.parametrize("error", [RuntimeError(f"cannot read {NAME}"), BundleError(f"no numbers for {NAME}")])
def test_a_mistake_of_ours_is_a_calm_page_and_a_log_line_without_personal_data(
    tiny_bundle: Path,
    tmp_path: Path,
    red_picture: bytes,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    visitor_of,
) -> None:
    caplog.set_level(logging.INFO)
    response = visitor_of(broken_app(tiny_bundle, tmp_path, error)).send(red_picture, name=NAME)

    assert response.status_code == 500
    assert "It was not your picture&#39;s fault" in response.text
    assert "Traceback" not in response.text
    assert "Miller" not in response.text + caplog.text
    assert "run (" in caplog.text


def test_a_mistake_of_ours_is_a_problem_below_api(
    tiny_bundle: Path, tmp_path: Path, red_picture: bytes, api_post
) -> None:
    response = api_post(broken_app(tiny_bundle, tmp_path, RuntimeError(NAME)), red_picture)

    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert response.json["code"] == "server.failed"
    assert "Miller" not in response.text


def test_no_log_line_holds_what_a_person_sent_or_typed(visitor, red_picture: bytes, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    visitor.send(red_picture, name=NAME)
    visitor.client.get("/Miller?q=Miller")
    visitor.client.get("/samples/Miller.jpg")

    assert "POST / 200" in caplog.text
    assert "GET (no such page) 404" in caplog.text
    assert "GET /samples/<key>.jpg 404" in caplog.text
    assert "Miller" not in caplog.text
