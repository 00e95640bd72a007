"""`epiluma serve` as a person starts it: a process of its own, a real socket."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from epiluma.bundle.read import load_bundle
from epiluma.data.synthetic import drawn_lesion
from epiluma.inference.classifier import Classifier
from multipart_body import CONTENT_TYPE, multipart

COMMAND = [sys.executable, "-c", "from epiluma.cli import main; main()", "serve"]
# What Windows runs: waitress; stopped by the signal that stops gunicorn.
AS_ON_WINDOWS = """
import signal, sys, types
from epiluma.cli import main
from epiluma.web import server
signal.signal(signal.SIGTERM, signal.default_int_handler)
server.sys = types.SimpleNamespace(platform="win32")
main()
"""
SERVERS = {"gunicorn": COMMAND, "waitress": [sys.executable, "-c", AS_ON_WINDOWS, "serve"]}


def environment(bundle: Path, home: Path) -> dict[str, str]:
    return {**os.environ, "EPILUMA_BUNDLE": str(bundle), "EPILUMA_HOME": str(home), "TMPDIR": str(home.parent)}


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a running server, and the folder of everything it may write."""
    pytest.importorskip(request.param)
    folder = tmp_path_factory.mktemp("server")
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [*SERVERS[request.param], "--port", "0"],
            env=environment(tiny_bundle, folder / "home"),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert address is not None, (folder / "log").read_text()
        yield address.group(), folder
        process.terminate()
    assert process.returncode == 0


def refused(bundle: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `epiluma serve` where it ends by itself, in words and without a stack."""
    run = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(bundle, home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in run.stderr
    return run


def post(address: str, picture: bytes, **fields: str) -> tuple[int, dict[str, object]]:
    return send(f"{address}/api/v1/predictions", multipart(picture, **fields), CONTENT_TYPE)


def send(address: str, body: bytes, content_type: str) -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(address, data=body, headers={"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_a_picture_posted_to_the_server_gets_the_numbers_of_predict(
    server: tuple[str, Path], tiny_bundle: Path
) -> None:
    picture = drawn_lesion(seed=2)
    expected = Classifier(load_bundle(tiny_bundle)).read(picture, file="spot.png").prediction.to_json()

    assert post(server[0], picture) == (200, expected)


def test_an_upload_over_the_limit_gets_our_answer_and_not_a_closed_connection(server: tuple[str, Path]) -> None:
    status, answer = post(server[0], b"\0" * (24 * 2**20))

    assert (status, answer["code"]) == (413, "image.too-large")


@pytest.mark.parametrize(
    ("path", "content_type", "expected"),
    [
        ("predictions", "image/jpeg", (415, "request.unsupported-media-type")),
        ("predictions", "multipart/form-data", (400, "request.invalid")),
        ("predictoins", CONTENT_TYPE, (404, "request.not-found")),
    ],
)
def test_a_large_body_that_nobody_reads_gets_our_answer_and_not_a_closed_connection(
    server: tuple[str, Path], path: str, content_type: str, expected: tuple[int, str]
) -> None:
    status, answer = send(f"{server[0]}/api/v1/{path}", b"\0" * (19 * 2**20), content_type)

    assert (status, answer["code"]) == expected


def test_reading_leaves_nothing_but_the_signing_key(server: tuple[str, Path]) -> None:
    address, folder = server
    status, _ = post(address, drawn_lesion(seed=3, width=1600, height=1200), name="Mrs Miller.jpg")
    with urllib.request.urlopen(address) as page:
        assert "Read this picture" in page.read().decode()

    assert status == 200
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert written == ["home/keys/secret_key", "log"]
    log = (folder / "log").read_text()
    assert "POST /api/v1/predictions 200" in log
    assert "Miller" not in log
    assert "127.0.0.1" not in log


def test_a_taken_port_is_told_in_words(tiny_bundle: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        run = refused(tiny_bundle, tmp_path / "home", "--port", port)

    assert run.returncode == 2
    assert f"port {port} is taken by another program" in run.stderr
    assert run.stdout == ""


def test_a_missing_bundle_is_told_in_words(tmp_path: Path) -> None:
    run = refused(tmp_path / "nothing", tmp_path / "home", "--port", "0")

    assert run.returncode == 3
    assert "there is no bundle at" in run.stderr


def test_a_graph_that_cannot_be_loaded_is_told_in_words(tiny_bundle: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, bundle)
    (bundle / "model.onnx").write_bytes(b"no graph")
    manifest = json.loads((bundle / "manifest.json").read_text())
    digest = hashlib.sha256(b"no graph").hexdigest()
    manifest["files"]["model.onnx"], manifest["id"] = digest, f"tiny-20260101-{digest[:8]}"
    (bundle / "manifest.json").write_text(json.dumps(manifest))
    run = refused(bundle, tmp_path / "home", "--port", "0")

    assert run.returncode == 3
    assert run.stderr.startswith(f"Error: the graph of {manifest['id']} cannot be loaded by ONNX Runtime")
    assert run.stdout == ""


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 64, ".."])
def test_an_address_that_is_not_this_machines_is_told_in_words(tiny_bundle: Path, tmp_path: Path, host: str) -> None:
    run = refused(tiny_bundle, tmp_path / "home", "--host", host)

    assert run.returncode == 2
    assert "Check --host" in run.stderr
