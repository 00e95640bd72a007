"""The file list of a data set on a Dataverse, with checksums, as its API tells them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from epiluma.data.manifest import check_id
from epiluma.errors import DataError, FetchError, MissingExtra

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 60.0
ALGORITHMS: Mapping[str, str] = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}


@dataclass(frozen=True, kw_only=True, slots=True)
class RemoteFile:
    """One file of a data set.

    Attributes:
        name: the file's name, checked to be a plain one.
        file_id: the Dataverse's number for it.
        size_bytes: of the form that is downloaded first; 0 where the Dataverse does not say.
        algorithm: of the checksum, as hashlib names it.
        checksum: hex digits.
        is_table: the Dataverse has turned an uploaded table into tab-separated text; the original is asked for.
    """

    name: str
    file_id: int
    size_bytes: int
    algorithm: str
    checksum: str
    is_table: bool

    @property
    def path(self) -> str:
        """Where the Dataverse gives the file out."""
        return f"/api/access/datafile/{self.file_id}" + ("?format=original" if self.is_table else "")

    @property
    def archival_path(self) -> str:
        """Where the Dataverse gives out its own tab-separated form of a table."""
        return f"/api/access/datafile/{self.file_id}"


def open_dataverse(server: str) -> "httpx.Client":
    """Return a client for a Dataverse's address; nothing is sent yet.

    Raises:
        FetchError: `data.fetch-unreachable`, it is no address.
        MissingExtra: httpx is not installed.
    """
    try:
        import httpx
    except ImportError:
        raise MissingExtra.of("data", "httpx") from None
    try:
        return httpx.Client(base_url=server, timeout=TIMEOUT_S, follow_redirects=True)
    except httpx.InvalidURL as error:
        raise _unreachable(server, error) from None


def _unreachable(server: object, error: Exception) -> FetchError:
    return FetchError(
        f"{server} cannot be reached ({error}). Check the network and the address.", code="data.fetch-unreachable"
    )


def list_files(client: "httpx.Client", doi: str) -> list[RemoteFile]:
    """Ask a Dataverse for the files of the latest version of a data set.

    Args:
        client: with the Dataverse's address as its base URL.
        doi: `doi:10.7910/DVN/DBW86T`.

    Raises:
        FetchError: `data.fetch-unreachable`, `data.fetch-not-found` or `data.fetch-reply`.
    """
    import httpx

    try:
        reply = client.get("/api/datasets/:persistentId/", params={"persistentId": doi})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(client.base_url, error) from None
    if reply.status_code == httpx.codes.NOT_FOUND:
        raise FetchError(f"{client.base_url} has no data set {doi}.", code="data.fetch-not-found")
    try:
        reply.raise_for_status()
        entries = reply.json()["data"]["latestVersion"]["files"]
        return [_remote_file(entry["label"], entry["dataFile"]) for entry in entries]
    except (httpx.HTTPStatusError, ValueError, KeyError, TypeError, AttributeError, DataError) as error:
        raise FetchError(
            f"{client.base_url} did not answer with the file list of {doi} as a Dataverse does (status "
            f"{reply.status_code}; {error}). Try again later.",
            code="data.fetch-reply",
        ) from None


def _remote_file(label: str, file: Mapping[str, Any]) -> RemoteFile:
    checksum = file.get("checksum") or {"type": "MD5", "value": file["md5"]}
    original = file.get("originalFileFormat")
    name = _name(label, file, is_table=bool(original))
    check_id("file", name)
    algorithm = ALGORITHMS[checksum["type"]]
    value = str(checksum["value"]).lower()
    if len(value) != 2 * hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ValueError(f"the checksum of {name} has {len(value)} digits")
    return RemoteFile(
        name=name,
        file_id=int(file["id"]),
        size_bytes=int(file.get("originalFileSize", 0) if original else file["filesize"]),
        algorithm=algorithm,
        checksum=value,
        is_table=bool(original),
    )


def _name(label: str, file: Mapping[str, Any], *, is_table: bool) -> str:
    """Return the name of the uploaded file: a table is listed as `….tab` whatever it was."""
    if not is_table:
        # The metadata is a plain text file without an ending in some versions of HAM10000.
        return label if PurePosixPath(label).suffix or "text" not in file.get("contentType", "") else f"{label}.csv"
    return str(file.get("originalFileName") or PurePosixPath(label).with_suffix(".csv"))
