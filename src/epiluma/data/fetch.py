"""Download HAM10000 from its Dataverse into the official layout."""

import csv
import hashlib
import json
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from epiluma.data.dataverse import RemoteFile, list_files, open_dataverse
from epiluma.data.download import Received, download
from epiluma.data.manifest import Progress
from epiluma.data.writing import writing
from epiluma.errors import FetchError

if TYPE_CHECKING:
    import httpx

SERVER = "https://dataverse.harvard.edu"
DOI = "doi:10.7910/DVN/DBW86T"
WANTED = "HAM10000"  # the data set also holds the ISIC 2018 test pictures, which nothing here uses
RECORD = ".fetched.json"  # name -> checksum of every file that is complete and unpacked


def fetch_ham10000(
    folder: Path,
    *,
    server: str = SERVER,
    doi: str = DOI,
    progress: Progress | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Download and unpack the pictures, outlines and metadata, about 3 GB.

    The file list and the checksums come from the Dataverse. A run that was stopped goes on where it was; what is
    complete is not asked for again. Archives are removed once they are unpacked.

    Args:
        folder: where `HAM10000_metadata.csv` and the image folders will be.
        server: the Dataverse's address.
        doi: of the data set.
        progress: told about every file's bytes.
        wait: pauses between attempts.

    Returns:
        The names of the files that this run brought.

    Raises:
        FetchError: what went wrong with which file, and what to do; its code says which kind it is.
        DataError: `data.write`.
    """
    dataverse = open_dataverse(server)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    done = _read_record(folder)
    fetched = []
    with dataverse as client:
        wanted = [file for file in list_files(client, doi) if file.name.startswith(WANTED)]
        if not wanted:
            raise FetchError(f"{doi} on {server} has no file named {WANTED}….", code="data.fetch-not-found")
        waiting = [file for file in wanted if not _is_complete(folder, file, done)]
        _check_space(folder, waiting)
        for file in waiting:
            _fetch(client, file, folder, progress=progress, wait=wait)
            done[file.name] = file.checksum
            (folder / RECORD).write_text(json.dumps(done, indent=2), encoding="utf-8")
            fetched.append(file.name)
    return fetched


def _read_record(folder: Path) -> dict[str, str]:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _is_complete(folder: Path, file: RemoteFile, done: dict[str, str]) -> bool:
    return done.get(file.name) == file.checksum and _product(folder, file).exists()


def _product(folder: Path, file: RemoteFile) -> Path:
    """Return what is left in the folder when a file is complete."""
    return folder / file.name.removesuffix(".zip")


def _check_space(folder: Path, files: list[RemoteFile]) -> None:
    # An archive of pictures and what is unpacked from it are about as large as each other.
    largest = max((file.size_bytes for file in files), default=0)
    needed = sum(file.size_bytes for file in files) + largest
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise FetchError(
            f"{folder} needs about {needed / 1e9:.1f} GB of free space; {free / 1e9:.1f} GB are there. Make room, or "
            "give another folder.",
            code="data.fetch-disk-full",
        )


def _fetch(
    client: "httpx.Client",
    file: RemoteFile,
    folder: Path,
    *,
    progress: Progress | None,
    wait: Callable[[float], None],
) -> None:
    def received(count: int) -> None:
        if progress:
            progress(file.name, count, max(file.size_bytes, count))

    target = folder / file.name
    with writing(target):
        _download(client, file, target, received=received, wait=wait)
        if target.suffix == ".zip":
            unpack(target, _product(folder, file))
            target.unlink()


def _download(
    client: "httpx.Client", file: RemoteFile, target: Path, *, received: Received, wait: Callable[[float], None]
) -> None:
    try:
        download(client, file, target, received=received, wait=wait)
    except FetchError as error:
        if not (file.is_table and error.code == "data.fetch-checksum"):
            raise
        _fetch_archival_table(client, file, target)


def _fetch_archival_table(client: "httpx.Client", file: RemoteFile, target: Path) -> None:
    """Take the Dataverse's tab-separated form of a table, and write it as CSV.

    For some tables the published checksum is that of this form without its first line, not of the uploaded file
    (github.com/IQSS/dataverse/issues/9501).
    """
    import httpx

    try:
        content = client.get(file.archival_path).raise_for_status().content
    except httpx.HTTPError as error:
        raise FetchError(f"{file.name} cannot be downloaded ({error}).", code="data.fetch-broken-off") from None
    forms = (content, content.partition(b"\n")[2])
    if file.checksum not in {hashlib.new(file.algorithm, form, usedforsecurity=False).hexdigest() for form in forms}:
        raise FetchError(
            f"{file.name} arrived altered: in no form has it the {file.algorithm} {file.checksum}. Run the command "
            "again later.",
            code="data.fetch-checksum",
        )
    partial = target.with_name(target.name + ".part")
    with partial.open("w", encoding="utf-8", newline="") as out:
        rows = csv.reader(content.decode("utf-8").splitlines(), delimiter="\t")
        csv.writer(out, lineterminator="\n").writerows(rows)
    partial.replace(target)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a zip file into a folder, all of it or nothing; other files in the folder stay.

    A top folder of the same name inside the archive is left out, and so are the files that macOS adds.

    Raises:
        FetchError: `data.fetch-archive`, when the archive is damaged or names a place outside the folder.
    """
    partial = folder.with_name(folder.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as content:
            paths = {member: _member_path(archive, member, folder.name) for member in content.infolist()}
            for member, path in paths.items():
                if path is not None:
                    (partial / path).parent.mkdir(parents=True, exist_ok=True)
                    with content.open(member) as source, (partial / path).open("wb") as out:
                        shutil.copyfileobj(source, out)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise FetchError(f"{archive.name} cannot be unpacked: {error}.", code="data.fetch-archive") from None
    for file in [path for path in partial.rglob("*") if path.is_file()]:
        target = folder / file.relative_to(partial)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)
    shutil.rmtree(partial, ignore_errors=True)


def _member_path(archive: Path, member: zipfile.ZipInfo, top: str) -> Path | None:
    name = PurePosixPath(member.filename)
    outside = name.is_absolute() or ".." in name.parts or "\\" in member.filename
    if outside or PureWindowsPath(member.filename).drive:
        raise FetchError(
            f"{archive.name} names a file outside its folder: {member.filename!r}. Nothing of it was unpacked.",
            code="data.fetch-archive",
        )
    parts = name.parts[1:] if name.parts[:1] == (top,) else name.parts
    if member.is_dir() or not parts or "__MACOSX" in parts or parts[-1].startswith("."):
        return None
    return Path(*parts)
