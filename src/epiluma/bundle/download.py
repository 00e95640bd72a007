"""Bring a zipped bundle over the network: whole, no larger than a bundle can be, and with the checksum it must have."""

import hashlib
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit

from epiluma.bundle.read import MAX_FILE_BYTES
from epiluma.errors import BundleError

MAX_BYTES = 2 * MAX_FILE_BYTES  # of a zipped bundle
CHUNK_BYTES = 2**16
TIMEOUT_S = 60.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_address(source: str) -> bool:
    """Whether a source is an address on the network rather than a path."""
    return "://" in source


@contextmanager
def downloaded(address: str, *, sha256: str) -> Iterator[Path]:
    """Download a zip file, check it, and give its place; it is gone afterwards.

    Args:
        address: https; http only from this machine itself.
        sha256: what the file must have, 64 hex digits.

    Raises:
        BundleError: `bundle.address`, `bundle.unreachable`, `bundle.too-large` or `bundle.checksum`.
    """
    _check_address(address)
    with tempfile.TemporaryDirectory(prefix="epiluma-bundle-") as folder:
        archive = Path(folder) / "archive"
        with archive.open("wb") as file:
            try:
                _receive(address, file)
            except (OSError, HTTPException, ValueError) as error:
                reason = getattr(error, "reason", None) or error
                if isinstance(error, HTTPError):
                    error.close()
                raise BundleError(
                    f"{address} cannot be fetched: {reason}. Check the address and the connection.",
                    code="bundle.unreachable",
                ) from error
        check_sha256(archive, sha256)
        yield archive


def check_sha256(archive: Path, sha256: str) -> None:
    """Refuse a file that is not the expected one.

    Raises:
        BundleError: `bundle.checksum`; `bundle.missing` where there is no such file.
    """
    try:
        with archive.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BundleError(f"{archive} cannot be read: {error.strerror}", code="bundle.missing") from error
    if found != sha256.lower():
        raise BundleError(
            f"{archive.name} is not the file that was meant: its SHA-256 should be {sha256.lower()} and is {found}. "
            "Nothing was kept. Ask whoever published it for the right checksum.",
            code="bundle.checksum",
        )


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return
    raise BundleError(
        f"a bundle is fetched from an https address; got {address}. Download it yourself and give the zip file.",
        code="bundle.address",
    )


class _HttpsOnly(urllib.request.HTTPRedirectHandler):
    """Follow a redirect only to where we would have gone ourselves."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        """Check the new address like the first."""
        try:
            _check_address(newurl)
        except BundleError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _receive(address: str, file: IO[bytes]) -> None:
    opener = urllib.request.build_opener(_HttpsOnly)
    with opener.open(address, timeout=TIMEOUT_S) as reply:
        count = 0
        while chunk := reply.read(CHUNK_BYTES):
            count += len(chunk)
            if count > MAX_BYTES:
                raise BundleError(
                    f"{address} sends more than {MAX_BYTES} bytes, which no bundle has. Nothing was kept.",
                    code="bundle.too-large",
                )
            file.write(chunk)
