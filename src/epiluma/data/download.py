"""One file over HTTP that resumes where it broke off, and counts only when its checksum is right."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from epiluma.data.dataverse import RemoteFile
from epiluma.errors import FetchError

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 6
FIRST_WAIT_S = 1.0  # doubles after every attempt that brought nothing
PARTIAL, OK, RANGE_NOT_SATISFIABLE = 206, 200, 416
WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})

Received = Callable[[int], None]  # how many bytes of the file are there


def download(
    client: "httpx.Client",
    file: RemoteFile,
    target: Path,
    *,
    wait: Callable[[float], None],
    received: Received = lambda _: None,
) -> None:
    """Download a file; what has arrived is kept in `target.part` and goes on from there, in a later run too.

    A server that does not know Range sends the file from the start, and is taken at its word.

    Args:
        client: with the Dataverse's address as its base URL.
        file: where it is, its size and its checksum.
        target: appears only once it is whole.
        wait: pauses for so many seconds between attempts.
        received: told how much has arrived.

    Raises:
        FetchError: `data.fetch-broken-off`, `data.fetch-refused` or `data.fetch-checksum`.
    """
    if target.is_file() and file_checksum(target, file.algorithm) == file.checksum:
        return  # an earlier run was stopped before it could use it
    part = target.with_name(target.name + ".part")
    _receive_all(client, file, part, wait=wait, received=received)
    found = file_checksum(part, file.algorithm)
    if found != file.checksum:
        part.unlink()
        raise FetchError(
            f"{file.name} arrived altered: expected the {file.algorithm} {file.checksum}, found {found}. It was "
            "thrown away; run the command again.",
            code="data.fetch-checksum",
        )
    part.replace(target)


def file_checksum(path: Path, algorithm: str) -> str:
    """Return the hex digits of a file's checksum."""
    with path.open("rb") as file:
        # Not for security where the algorithm is weak: the Dataverse publishes MD5, and that is what can be compared.
        return hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()


def _receive_all(
    client: "httpx.Client", file: RemoteFile, part: Path, *, wait: Callable[[float], None], received: Received
) -> None:
    """Try until the server has sent everything; give up after some attempts in a row that brought nothing new."""
    import httpx

    fruitless, reason = 0, ""
    while fruitless < ATTEMPTS:
        before = _size(part)
        try:
            # A connection that closes early looks like the end where the server did not announce a length.
            if _receive(client, file.path, part, received) and _size(part) >= file.size_bytes:
                return
            reason = "the server did not send all of it"
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
        after = _size(part)
        fruitless = 0 if after > before else fruitless + 1
        if fruitless < ATTEMPTS:
            wait(FIRST_WAIT_S * 2**fruitless)
    raise FetchError(
        f"{file.name} broke off {ATTEMPTS} times without any more arriving ({reason}). What is "
        "there is kept: run the command again to go on.",
        code="data.fetch-broken-off",
    )


def _receive(client: "httpx.Client", url: str, part: Path, received: Received) -> bool:
    """Make one request; return whether the server sent all it had."""
    import httpx

    have = _size(part)
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with client.stream("GET", url, headers=headers) as reply:
        if reply.status_code == RANGE_NOT_SATISFIABLE:
            # Nothing lies beyond what is there: it is whole, which the checksum decides, or not this file at all.
            whole = bool(reply.headers.get("Content-Range", "").rpartition("/")[2] == str(have))
            if not whole:
                part.unlink()
            return whole
        if reply.status_code in WORTH_ANOTHER_TRY:
            return False
        if reply.status_code not in (OK, PARTIAL):
            raise FetchError(
                f"{httpx.URL(url).path} was refused (status {reply.status_code}). If the data set asks you to accept "
                "terms, do so on its page and download it there.",
                code="data.fetch-refused",
            )
        start = _start(reply) if reply.status_code == PARTIAL else 0
        if start not in (0, have):
            part.unlink()
            return False
        with part.open("ab" if start else "wb") as file:
            count = start
            # Without a chunk size: bytes that wait for a chunk to fill would be lost when the connection breaks.
            for chunk in reply.iter_bytes():
                file.write(chunk)
                count += len(chunk)
                received(count)
    return True


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _start(reply: "httpx.Response") -> int:
    """Return where a partial answer begins; -1 when it does not say."""
    first = reply.headers.get("Content-Range", "").removeprefix("bytes ").partition("-")[0]
    return int(first) if first.isdecimal() else -1
