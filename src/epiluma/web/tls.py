"""The certificate a server shows and the key that belongs to it, checked before anything starts."""

import errno
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path

from epiluma.errors import EpilumaError, Exit


class CertificateError(EpilumaError):
    """A certificate or key that TLS cannot be spoken with."""

    code = "serve.certificate"
    exit_status = Exit.USAGE


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """Two PEM files that belong together; whoever holds one has passed `read_certificate`."""

    certfile: Path
    keyfile: Path


def read_certificate(certfile: Path | None, keyfile: Path | None) -> Certificate | None:
    """Check a certificate and its key; None where neither is given.

    Raises:
        CertificateError: one without the other, a file that cannot be read or holds something else, a key that needs
            a password or belongs to another certificate, or a server that cannot speak TLS.
    """
    if certfile is None and keyfile is None:
        return None
    if certfile is None or keyfile is None:
        missing, given = ("--certfile", "--keyfile") if certfile is None else ("--keyfile", "--certfile")
        raise CertificateError(f"TLS needs a certificate and its key: found {given} alone, expected {missing} too")
    if sys.platform == "win32":
        raise CertificateError(
            "waitress, which serves on Windows, cannot speak TLS itself. Leave --certfile and --keyfile out and put a "
            "reverse proxy with the certificate in front"
        )
    for option, path in (("--certfile", certfile), ("--keyfile", keyfile)):
        _check_readable(option, path)
    _check_pair(certfile, keyfile)
    return Certificate(certfile=certfile, keyfile=keyfile)


def _check_readable(option: str, path: Path) -> None:
    reasons = {
        errno.ENOENT: "there is no such file",
        errno.EACCES: "you may not read it",
        errno.EISDIR: "it is a folder",
    }
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = reasons.get(error.errno or 0, str(error.strerror))
        raise CertificateError(f"{option} {path} cannot be used: {reason}. Give the path of a PEM file") from None
    if b"-----BEGIN " not in content:
        raise CertificateError(
            f"{option} {path} cannot be used: it is not a PEM file, which begins with a line “-----BEGIN …-----”"
        )


def _check_pair(certfile: Path, keyfile: Path) -> None:
    def refuse_to_ask() -> str:
        raise CertificateError(
            f"--keyfile {keyfile} is locked with a password, which nobody is there to type when the server starts by "
            "itself. Write an open copy that only the server's account may read: openssl pkey -in KEY -out OPEN-KEY"
        )

    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certfile, keyfile, password=refuse_to_ask)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise CertificateError(
                f"--keyfile {keyfile} does not belong to --certfile {certfile}. Give the key that the certificate was "
                "made with; a chain begins with the server's own certificate"
            ) from None
        raise CertificateError(
            f"--certfile {certfile} and --keyfile {keyfile} cannot be read as a certificate and its key "
            f"({error.reason or 'damaged'}). Check that they are whole and not exchanged"
        ) from None
