"""A bundle over the network: only over https, no larger than one can be, and with its checksum."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from epiluma.bundle import download
from epiluma.bundle.download import downloaded
from epiluma.errors import BundleError

CONTENT = b"a zipped bundle, as far as a download can tell"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://example.org/bundle.zip")
            self.end_headers()
        elif self.path == "/torn":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:10])
        else:
            self.send_response(200 if self.path == "/bundle.zip" else 404)
            self.end_headers()
            self.wfile.write(CONTENT)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def refusal_of(address: str, sha256: str = SHA256) -> BundleError:
    with pytest.raises(BundleError) as refusal, downloaded(address, sha256=sha256):
        pytest.fail("the download was taken")
    return refusal.value


def test_a_file_with_its_checksum_is_there_and_gone_afterwards(address: str) -> None:
    with downloaded(f"{address}/bundle.zip", sha256=SHA256.upper()) as archive:
        assert archive.read_bytes() == CONTENT

    assert not archive.exists()


def test_another_checksum_is_refused_and_both_are_named(address: str) -> None:
    error = refusal_of(f"{address}/bundle.zip", "0" * 64)

    assert error.code == "bundle.checksum"
    assert "0" * 64 in error.message
    assert SHA256 in error.message


@pytest.mark.parametrize("path", ["/none", "/torn"])
def test_what_is_not_there_or_breaks_off_is_refused(address: str, path: str) -> None:
    assert refusal_of(address + path).code in {"bundle.unreachable", "bundle.checksum"}


def test_more_than_a_bundle_can_have_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", len(CONTENT) - 1)

    assert refusal_of(f"{address}/bundle.zip").code == "bundle.too-large"


@pytest.mark.parametrize("elsewhere", ["http://example.org/b.zip", "file:///etc/hostname", "ftp://example.org/b.zip"])
def test_only_https_is_asked_but_of_this_machine_itself(elsewhere: str) -> None:
    assert refusal_of(elsewhere).code == "bundle.address"


def test_a_redirect_to_an_open_line_is_not_followed(address: str) -> None:
    assert refusal_of(f"{address}/moved").code == "bundle.address"


def test_nobody_listening_is_said_plainly() -> None:
    error = refusal_of("http://127.0.0.1:9/bundle.zip")

    assert error.code == "bundle.unreachable"
    assert "Check the address" in error.message
