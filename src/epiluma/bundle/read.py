"""Open a bundle: everything in it is verified, or it is refused with what is wrong."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from epiluma.bundle.manifest import BundleManifest
from epiluma.errors import BundleError
from epiluma.settings import settings

DEFAULT = "default"  # the word for it where a bundle is chosen
DEFAULT_BUNDLE = Path(__file__).parent / DEFAULT
MODEL_FILE = "model.onnx"
MANIFEST_FILE = "manifest.json"
TRAINED_ON_FILE = "trained_on.csv.gz"
EVALUATION_FILE = "evaluation.json"
CARD_FILE = "card.md"
TRAINING_FILE = "training.json"  # how it was trained and what it is made of; older bundles have none
REQUIRED_FILES = (MODEL_FILE, TRAINED_ON_FILE, CARD_FILE)
# What zipfile raises for a damaged archive, one that is encrypted, or packed by a method it does not know.
_UNZIPPING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError)
MAX_FILE_BYTES = 64 * 2**20  # a bundle's model is 8.5 MB at most; a zip that unpacks to more is not one of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A verified bundle, as a folder or zipped.

    Attributes:
        path: the folder or the zip file.
        manifest: the numbers and names beside the graph.
    """

    path: Path
    manifest: BundleManifest
    _prefix: str = field(default="", repr=False)  # the folder inside a zip

    @property
    def id(self) -> str:
        """The id that every prediction carries."""
        return self.manifest.id

    def read_file(self, name: str) -> bytes:
        """Return one file of the bundle, its hash checked at this very reading.

        Raises:
            BundleError: not part of the bundle, missing, or altered.
        """
        if name not in self.manifest.files:
            raise BundleError(f"the bundle {self.path} has no file {name!r}; it lists {sorted(self.manifest.files)}")
        with _opened(self.path) as source:
            content = source.read(self._prefix + name)
        found = hashlib.sha256(content).hexdigest()
        if found != self.manifest.files[name]:
            raise BundleError(
                f"{name} in the bundle {self.path} is not the file it was: its SHA-256 should be "
                f"{self.manifest.files[name]} and is {found}. Fetch or export the bundle again."
            )
        return content

    def read_manifest(self) -> bytes:
        """Return `manifest.json` as it lies there."""
        with _opened(self.path) as source:
            return source.read(self._prefix + MANIFEST_FILE)


def load_bundle(path: Path | str | None = None) -> Bundle:
    """Open and verify a bundle.

    Args:
        path: a bundle's folder or zip file; None takes the first of the setting `EPILUMA_BUNDLE`, the bundle named in
            the file `HOME/bundle`, and the one that ships with the package.

    Returns:
        The bundle; every file it lists was found and has its SHA-256.

    Raises:
        BundleError: `bundle.missing` where there is none; `bundle.schema` for a newer or unknown schema;
            `bundle.invalid` for another class order, an impossible value, a missing or altered
            file, or an id that does not belong to the model.

    Example:
        >>> load_bundle("no/such/folder")
        Traceback (most recent call last):
        ...
        epiluma.errors.BundleError: there is no bundle at no/such/folder: expected a folder or a zip file
    """
    where = Path(path) if path is not None else chosen_bundle()
    manifest, prefix = _read_manifest(where)
    bundle = Bundle(path=where, manifest=manifest, _prefix=prefix)
    missing = [name for name in REQUIRED_FILES if name not in manifest.files]
    if missing:
        raise BundleError(f"the bundle {where} must list the files {missing} in its manifest and does not")
    for name in manifest.files:
        _check_name(where, name)
        bundle.read_file(name)
    if not manifest.id.endswith(f"-{manifest.files[MODEL_FILE][:8]}"):
        raise BundleError(
            f"the bundle {where} is called {manifest.id}, which must end with the first 8 digits of its model's "
            f"SHA-256, {manifest.files[MODEL_FILE][:8]}: name and model do not belong together"
        )
    return bundle


def chosen_bundle() -> Path:
    """Return where the bundle lies that is used when none is named; it need not exist.

    Raises:
        BundleError: a line of the file `HOME/bundle` is empty or holds more than a name.
    """
    if settings().bundle is not None:
        return Path(str(settings().bundle))
    choices = read_choices()
    return DEFAULT_BUNDLE if choices[:1] in ([], [DEFAULT]) else settings().home / "bundles" / choices[0]


def choice_file() -> Path:
    """Return where the choice is kept; it need not exist."""
    return settings().home / "bundle"


def read_choices() -> list[str]:
    """Return the bundle in use, then those that were in use before it, the latest first; none where none was chosen.

    Raises:
        BundleError: a line of the file is empty or holds more than a name.
    """
    if not choice_file().is_file():
        return []
    text = choice_file().read_text(encoding="utf-8", errors="backslashreplace").strip()
    names = [line.strip() for line in text.split("\n")]
    for name in names:
        if not name or Path(name).name != name or "\\" in name:
            raise BundleError(
                f"{choice_file()} must hold the id of a bundle in {settings().home / 'bundles'} in each line; got "
                f"{name!r}. Remove it and choose again: epiluma bundle use ID"
            )
    return names


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        return [entry.name for entry in self._path.iterdir() if entry.is_file()]

    def read(self, name: str) -> bytes:
        file = self._path / name
        if not file.is_file():
            raise BundleError(f"the bundle {self._path} lacks its file {name}. Fetch or export the bundle again.")
        if file.stat().st_size > MAX_FILE_BYTES:
            raise BundleError(f"{file} has {file.stat().st_size} bytes; at most {MAX_FILE_BYTES} are read")
        return file.read_bytes()


class _Zip:
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive

    def names(self) -> list[str]:
        return self._archive.namelist()

    def read(self, name: str) -> bytes:
        try:
            entry = self._archive.getinfo(name)
            if entry.file_size > MAX_FILE_BYTES:
                raise BundleError(
                    f"{name} in {self._path} unpacks to {entry.file_size} bytes; at most {MAX_FILE_BYTES} are read"
                )
            return self._archive.read(entry)
        except KeyError as error:
            raise BundleError(f"the bundle {self._path} lacks its file {name}. Fetch or export it again.") from error
        except _UNZIPPING as error:
            raise BundleError(f"{name} in {self._path} cannot be unpacked: {error}. Fetch it again.") from error


@contextmanager
def _opened(path: Path) -> Iterator[_Folder | _Zip]:
    if path.is_dir():
        yield _Folder(path)
    elif path.is_file() and zipfile.is_zipfile(path):
        try:
            archive = zipfile.ZipFile(path)
        except _UNZIPPING as error:
            raise BundleError(f"{path} cannot be unpacked: {error}. Fetch it again.") from error
        with archive:
            yield _Zip(path, archive)
    elif path == DEFAULT_BUNDLE:
        raise BundleError(
            "this installation carries no bundle. Name one with --bundle or EPILUMA_BUNDLE, or make one: "
            "epiluma export models/ID -o BUNDLE",
            code="bundle.missing",
        )
    else:
        raise BundleError(f"there is no bundle at {path}: expected a folder or a zip file", code="bundle.missing")


def _read_manifest(path: Path) -> tuple[BundleManifest, str]:
    with _opened(path) as source:
        found = sorted((name for name in source.names() if name.split("/")[-1] == MANIFEST_FILE), key=len)
        if not found or found[0].count("/") > 1:
            raise BundleError(f"{path} holds no {MANIFEST_FILE}, so it is no bundle")
        content = source.read(found[0])
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{MANIFEST_FILE} in {path} is not JSON: {error}. Fetch or export it again.") from error
    return BundleManifest.from_json(value), found[0][: -len(MANIFEST_FILE)]


def _check_name(path: Path, name: str) -> None:
    # The manifest may come from anywhere: a listed name must never lead out of the folder.
    if Path(name).name != name or "\\" in name or name == MANIFEST_FILE:
        raise BundleError(f"the bundle {path} lists {name!r}, which is not the plain name of a file beside it")
