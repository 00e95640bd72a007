"""A Dataverse of the same shape as the real one, on this machine, that can misbehave on request."""

import hashlib
import io
import json
import threading
import zipfile
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DOI = "doi:10.7910/DVN/DBW86T"


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


class Dataverse(ThreadingHTTPServer):
    """Serves `files` (label -> bytes) as a data set, and writes down what it was asked for.

    Attributes:
        break_off_after: label -> how many bytes of each answer are sent before the connection is cut.
        ignores_range: answers a request for a part with the whole file.
        altered: labels whose bytes arrive altered.
        busy: label -> how many times to answer 503 first.
        refused: labels answered with 403.
        requests: (path, Range header) in order.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.tables: dict[str, bytes] = {}  # label of the .tab -> bytes of the archival form
        self.entries = [self._entry(number, label) for number, label in enumerate(files, start=1)]
        self.break_off_after: dict[str, int] = {}
        self.announces_length = True
        self.ignores_range = False
        self.altered: set[str] = set()
        self.busy: Counter[str] = Counter()
        self.refused: set[str] = set()
        self.reply: tuple[int, bytes] | None = None  # instead of the file list
        self.requests: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def requests_for(self, label: str) -> list[str | None]:
        number = list(self.files).index(label) + 1
        return [asked for path, asked in self.requests if urlsplit(path).path.endswith(f"/{number}")]

    def _entry(self, number: int, label: str) -> dict:
        content = self.files[label]
        return {
            "label": label,
            "restricted": False,
            "dataFile": {
                "id": number,
                "filename": label,
                "contentType": "application/zip" if label.endswith(".zip") else "text/plain",
                "filesize": len(content),
                "md5": md5(content),
                "checksum": {"type": "MD5", "value": md5(content)},
            },
        }

    def list_as_table(self, label: str, archival: bytes, *, checksum: str) -> None:
        """List a CSV file as the table the Dataverse made of it; its original is still given out on request."""
        entry = next(entry for entry in self.entries if entry["label"] == label)
        entry["label"] = label.replace(".csv", ".tab")
        entry["dataFile"] |= {
            "contentType": "text/tab-separated-values",
            "originalFileFormat": "text/csv",
            "originalFileSize": len(self.files[label]),
            "originalFileName": label,
            "filesize": len(archival),
            "md5": checksum,
            "checksum": {"type": "MD5", "value": checksum},
        }
        self.tables[label] = archival

    def __enter__(self) -> "Dataverse":
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Dataverse
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.server.requests.append((self.path, self.headers.get("Range")))
        if address.path == "/api/datasets/:persistentId/":
            self._send_list(parse_qs(address.query))
        elif address.path.startswith("/api/access/datafile/"):
            self._send_file(int(address.path.rpartition("/")[2]), parse_qs(address.query))
        else:
            self._send(404, b"")

    def _send_list(self, query: dict[str, list[str]]) -> None:
        if self.server.reply is not None:
            self._send(*self.server.reply)
        elif query.get("persistentId") != [DOI]:
            self._send(404, json.dumps({"status": "ERROR", "message": "not found"}).encode())
        else:
            data = {"id": 7, "latestVersion": {"versionNumber": 4, "files": self.server.entries}}
            self._send(200, json.dumps({"status": "OK", "data": data}).encode())

    def _send_file(self, number: int, query: dict[str, list[str]]) -> None:
        server = self.server
        label = list(server.files)[number - 1]
        content = server.files[label]
        if label in server.tables and query.get("format") != ["original"]:
            content = server.tables[label]
        if label in server.altered:
            content = content[:-1] + bytes([content[-1] ^ 1])
        if server.busy[label] > 0:
            server.busy[label] -= 1
            self._send(503, b"busy")
        elif label in server.refused:
            self._send(403, b"accept the terms")
        else:
            self._send_part(label, content)

    def _send_part(self, label: str, content: bytes) -> None:
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and not self.server.ignores_range else 0
        limit = self.server.break_off_after.get(label)
        if asked and not self.server.ignores_range:
            if start >= len(content):
                self._send(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            where = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
            self._send(206, content[start:], where, limit=limit)
        else:
            self._send(200, content, limit=limit)

    def _send(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, *, limit: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.server.announces_length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body if limit is None else body[:limit])
        self.close_connection = self.close_connection or limit is not None or not self.server.announces_length
