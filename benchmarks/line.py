"""A line of 20 Mbit/s to a server on this machine: the client sends and reads no faster than that."""

import http.client
import time
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

BYTES_PER_S = 20_000_000 / 8
CHUNK_BYTES = 16 * 1024


class Pace:
    """Waits after every piece, so that no more goes through than the line carries."""

    def __init__(self) -> None:
        self._free_at = time.monotonic()

    def wait(self, count: int) -> None:
        """Account for `count` bytes and wait until the line is free again."""
        self._free_at = max(self._free_at, time.monotonic()) + count / BYTES_PER_S
        time.sleep(max(0.0, self._free_at - time.monotonic()))


def seconds_to_answer(address: str, jpeg: bytes) -> float:
    """Send a picture to the API of a running server; return the wall time from press to the whole answer.

    One picture is sent before without being timed, as on a page that has been in use.
    """
    _send(address, jpeg)
    start = time.monotonic()
    _send(address, jpeg)
    return time.monotonic() - start


def _send(address: str, jpeg: bytes) -> None:
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="drawn.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = head.encode() + jpeg + f"\r\n--{boundary}--\r\n".encode()
    pace = Pace()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(len(body))}
    connection.request("POST", "/api/v1/predictions", body=_paced(body, pace), headers=headers)
    answer = connection.getresponse()
    while piece := answer.read(CHUNK_BYTES):
        pace.wait(len(piece))
    connection.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"the server answered {answer.status}")


def _paced(body: bytes, pace: Pace) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK_BYTES):
        piece = body[start : start + CHUNK_BYTES]
        pace.wait(len(piece))
        yield piece
