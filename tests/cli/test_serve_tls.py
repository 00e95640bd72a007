"""`epiluma serve` over TLS, and what it says about certificates that cannot be used."""

import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from epiluma.cli import main; main()", "serve", "--port", "0"]
AS_ON_WINDOWS = """
import types
from epiluma.cli import main
from epiluma.web import tls
tls.sys = types.SimpleNamespace(platform="win32")
main()
"""
NEEDED = "needs openssl, which makes the certificates of this test: apt-get install openssl"


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A self-signed certificate with its key, the key again behind a password, another key, and files that are none."""
    if shutil.which("openssl") is None:
        pytest.skip(NEEDED)
    folder = tmp_path_factory.mktemp("pems")
    names = ("certificate.pem", "key.pem", "locked.pem", "other-key.pem", "notes.txt", "damaged.pem", "nothing.pem")
    files = {Path(name).stem: folder / name for name in names}
    about = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    pair = ["-keyout", str(files["key"]), "-out", str(files["certificate"])]
    openssl("req", "-x509", *kind, "-nodes", *pair, *about)
    lock = ["-aes256", "-passout", "pass:secret"]
    openssl("pkey", "-in", str(files["key"]), *lock, "-out", str(files["locked"]))
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-out", str(files["other-key"]))
    files["notes"].write_text("no certificate")
    files["damaged"].write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    return files


def environment(bundle: Path, home: Path) -> dict[str, str]:
    return {**os.environ, "EPILUMA_BUNDLE": str(bundle), "EPILUMA_HOME": str(home), "TMPDIR": str(home.parent)}


@pytest.fixture(scope="module")
def printed(pems: dict[str, Path], tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The line a server over TLS prints while it runs."""
    pytest.importorskip("gunicorn")
    folder = tmp_path_factory.mktemp("server")
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [*COMMAND, "--certfile", str(pems["certificate"]), "--keyfile", str(pems["key"])],
            env=environment(tiny_bundle, folder / "home"),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, (folder / "log").read_text()
        yield line
        process.terminate()


@pytest.fixture(scope="module")
def address(printed: str) -> str:
    found = re.search(r"https://127\.0\.0\.1:\d+", printed)
    assert found is not None, printed
    return found.group()


@pytest.fixture(scope="module")
def trust(pems: dict[str, Path]) -> ssl.SSLContext:
    """A visitor that trusts this certificate and no other."""
    return ssl.create_default_context(cafile=str(pems["certificate"]))


def refused(bundle: Path, home: Path, *arguments: str, script: str = COMMAND[2]) -> str:
    """What `epiluma serve` says where it ends by itself with status 2, before it has listened or written anything."""
    run = subprocess.run(
        [sys.executable, "-c", script, "serve", "--port", "0", *arguments],
        env=environment(bundle, home),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (run.returncode, run.stdout, home.exists()) == (2, "", False), run.stderr
    assert "Traceback" not in run.stderr
    return run.stderr


def test_a_server_with_a_certificate_answers_over_tls(address: str, trust: ssl.SSLContext) -> None:
    with urllib.request.urlopen(f"{address}/healthz", context=trust, timeout=60) as answer:
        assert (answer.status, b'"status":"ok"' in answer.read().replace(b" ", b"")) == (200, True)


def test_over_tls_the_session_cookie_is_never_sent_in_the_clear(address: str, trust: ssl.SSLContext) -> None:
    with urllib.request.urlopen(address, context=trust, timeout=60) as page:
        cookie = page.headers["Set-Cookie"]

    assert cookie.startswith("epiluma=")
    assert "Secure" in cookie.split("; ")


def test_a_visitor_who_does_not_trust_the_certificate_gets_no_page(address: str) -> None:
    with pytest.raises(urllib.error.URLError, match="CERTIFICATE_VERIFY_FAILED"):
        urllib.request.urlopen(address, timeout=60)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_todays_versions_of_tls_are_spoken(address: str, pems: dict[str, Path], version: ssl.TLSVersion) -> None:
    visitor = ssl.create_default_context(cafile=str(pems["certificate"]))
    visitor.minimum_version = visitor.maximum_version = version
    with urllib.request.urlopen(f"{address}/healthz", context=visitor, timeout=60) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("certfile", "keyfile", "said"),
    [
        ("nothing", "key", "--certfile {0}/nothing.pem cannot be used: there is no such file"),
        ("certificate", "nothing", "--keyfile {0}/nothing.pem cannot be used: there is no such file"),
        ("notes", "key", "--certfile {0}/notes.txt cannot be used: it is not a PEM file"),
        ("certificate", "notes", "--keyfile {0}/notes.txt cannot be used: it is not a PEM file"),
        ("certificate", "other-key", "--keyfile {0}/other-key.pem does not belong to --certfile {0}/certificate.pem"),
        ("certificate", "locked", "--keyfile {0}/locked.pem is locked with a password"),
        ("damaged", "key", "cannot be read as a certificate and its key"),
        ("key", "certificate", "Check that they are whole and not exchanged"),
    ],
)
def test_files_that_cannot_be_used_are_told_before_anything_starts(
    pems: dict[str, Path], tiny_bundle: Path, tmp_path: Path, certfile: str, keyfile: str, said: str
) -> None:
    error = refused(tiny_bundle, tmp_path / "home", "--certfile", str(pems[certfile]), "--keyfile", str(pems[keyfile]))

    assert said.format(pems["key"].parent) in error


def test_a_folder_is_no_certificate(pems: dict[str, Path], tiny_bundle: Path, tmp_path: Path) -> None:
    error = refused(tiny_bundle, tmp_path / "home", "--certfile", str(tmp_path), "--keyfile", str(pems["key"]))

    assert "it is a folder" in error


@pytest.mark.parametrize(("given", "missing"), [("--certfile", "--keyfile"), ("--keyfile", "--certfile")])
def test_one_file_without_the_other_is_told(tiny_bundle: Path, tmp_path: Path, given: str, missing: str) -> None:
    error = refused(tiny_bundle, tmp_path / "home", given, "some.pem")

    assert f"found {given} alone, expected {missing} too" in error


def test_where_waitress_serves_tls_is_refused_with_the_way_out(tiny_bundle: Path, tmp_path: Path) -> None:
    arguments = ("--certfile", "some.pem", "--keyfile", "some.pem")
    error = refused(tiny_bundle, tmp_path / "home", *arguments, script=AS_ON_WINDOWS)

    assert "waitress, which serves on Windows, cannot speak TLS itself" in error
    assert "reverse proxy" in error
