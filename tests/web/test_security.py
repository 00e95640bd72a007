import re
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from epiluma.errors import ConfigError
from epiluma.settings import Settings
from epiluma.web.security import HEADERS, signing_key
from epiluma.web.statics import static_files

ADDRESSES = ("/", "/nothing-here", "/healthz", "/samples/even.jpg", "/api/v1/predictions", "/static/0/css/page.css")


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_wasm_but_nothing_inline_and_no_other_host() -> None:
    policy = dict(rule.split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split("; "))

    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "http" not in HEADERS["Content-Security-Policy"]
    assert "unsafe-inline" not in HEADERS["Content-Security-Policy"]


def test_pages_hold_no_inline_script_style_or_handler(visitor, red_picture: bytes) -> None:
    pages = [visitor.client.get("/").text, visitor.send(red_picture).text, visitor.client.get("/nothing").text]

    found = [re.findall(r"<script(?![^>]* src=)[^>]*>|<style|\sstyle=|\son[a-z]+=", page) for page in pages]
    assert found == [[], [], []]


def test_nothing_is_fetched_from_another_host(visitor, red_picture: bytes) -> None:
    text = visitor.send(red_picture).text
    fetched = re.findall(r'(?:src|href|action)="([^"]+)"', text)

    assert len(fetched) > 10
    assert [address for address in fetched if not address.startswith(("/", "#", "data:image/"))] == []
    sheets = b"".join(content for name, content in static_files().items() if name.endswith((".css", ".js")))
    assert re.findall(rb"url\(\s*['\"]?(?:https?:)?//", sheets) == []
    assert re.findall(rb"@import|import\((?!\"\./)|from \"(?!\.)", sheets) == []  # modules: only those beside them


def test_scripts_never_write_markup() -> None:
    scripts = {name: content.decode() for name, content in static_files().items() if name.endswith(".js")}

    assert len(scripts) >= 8
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert {name: dangerous.findall(text) for name, text in scripts.items() if dangerous.search(text)} == {}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_over_tls_the_cookie_is_secure(app: Flask) -> None:
    assert "Secure" in app.test_client().get("/", base_url="https://localhost").headers["Set-Cookie"]


def test_a_form_without_its_token_is_refused(client: FlaskClient, red_picture: bytes) -> None:
    response = client.post("/", data={"image": (BytesIO(red_picture), "a.png")})

    assert response.status_code == 400
    assert "This page has lost its connection to the server." in response.text
    assert '<section id="result"' not in response.text


def test_our_script_is_given_a_new_token_for_a_lost_one(client: FlaskClient, red_picture: bytes) -> None:
    headers = {"Epiluma-Part": "result"}
    lost = client.post("/", data={"image": (BytesIO(red_picture), "spot.png")}, headers=headers)
    token = re.search(r'data-csrf-token="([^"]+)"', lost.text)

    assert lost.status_code == 400
    assert token is not None
    fields = {"image": (BytesIO(red_picture), "spot.png"), "csrf_token": token.group(1)}
    assert client.post("/", data=fields, headers=headers).status_code == 200


def test_the_form_works_over_tls_though_no_referrer_is_sent(app: Flask, red_picture: bytes) -> None:
    client = app.test_client()
    page = client.get("/", base_url="https://localhost").text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    form = {"csrf_token": token, "modality": "dermoscopic", "image": (BytesIO(red_picture), "a.png")}
    response = client.post("/", data=form, base_url="https://localhost")

    assert response.status_code == 200
    assert 'data-tier="high"' in response.text


def test_pages_are_kept_out_of_caches(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-store"


def test_the_signing_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = signing_key(Settings(home=tmp_path))
    path = tmp_path / "keys" / "secret_key"

    assert signing_key(Settings(home=tmp_path)) == first
    assert len(first) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_the_operators_key_wins_and_none_is_written(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", secret_key=SecretStr("chosen by the operator"))

    assert signing_key(settings) == "chosen by the operator"
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe"])
def test_a_key_file_that_holds_no_key_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret_key").write_bytes(content)

    with pytest.raises(ConfigError, match="holds no key"):
        signing_key(Settings(home=tmp_path))


def test_a_home_that_cannot_be_written_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")

    with pytest.raises(ConfigError, match="Set EPILUMA_HOME to a folder you may write to"):
        signing_key(Settings(home=tmp_path / "home"))
