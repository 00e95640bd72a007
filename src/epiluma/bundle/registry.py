"""The bundles of one installation: which there are, which is in use, and which was before.

They lie in `HOME/bundles/ID`. `HOME/bundle` holds the choice in its first line and earlier choices below, the latest
first; a line is an id, or `default` for whichever bundle the package carries. It is replaced as a whole, so that a
reader sees one choice or the other, and changed under a lock, so that of two changes none is lost.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from epiluma.bundle.read import (
    DEFAULT,
    DEFAULT_BUNDLE,
    MANIFEST_FILE,
    Bundle,
    choice_file,
    chosen_bundle,
    load_bundle,
    read_choices,
)
from epiluma.errors import BundleError
from epiluma.settings import settings

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

REMEMBERED = 20  # choices; older ones are forgotten
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._]*(?:-[A-Za-z0-9._]+)*-\d{8}-[0-9a-f]{8}")

Check = Callable[[Bundle], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One bundle of the installation.

    Attributes:
        name: its id; of a bundle that cannot be read, the name of its place.
        path: its folder or zip file.
        in_use: it reads pictures when a command names none.
        ships: it is the one in the package.
        created: ISO 8601 date, or empty where it cannot be read.
        problem: what is wrong with it, or empty.
    """

    name: str
    path: Path
    in_use: bool
    ships: bool
    created: str = ""
    problem: str = ""


def list_bundles() -> list[Entry]:
    """Return every bundle at hand: the one in use, the one that ships, and those in `HOME/bundles`, by name.

    Raises:
        BundleError: the file of the choice does not hold one.
    """
    in_use = chosen_bundle()
    folder = bundles_folder()
    kept = sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []
    paths = [DEFAULT_BUNDLE, *kept]
    if in_use.resolve() not in {path.resolve() for path in paths}:
        paths.insert(0, in_use)
    return [_entry(path, in_use) for path in paths]


def find_bundle(name: str | None) -> Path:
    """Return where the bundle of a name lies: an id, `default`, or a path; None for the one in use.

    It need not exist: `load_bundle` says so.

    Raises:
        BundleError: None was given and the file of the choice does not hold one.
    """
    if name is None:
        return chosen_bundle()
    if name == DEFAULT:
        return DEFAULT_BUNDLE
    if ID.fullmatch(name):
        if (bundles_folder() / name).exists():
            return bundles_folder() / name
        if _shipped_id() == name:
            return DEFAULT_BUNDLE
        if not Path(name).exists():
            return bundles_folder() / name
    return Path(name)


def add_bundle(source: Path, *, check: Check) -> Bundle:
    """Copy a bundle into `HOME/bundles/ID`; it appears there whole and verified, or not at all.

    Args:
        source: a bundle's folder or zip file. Only the files that its manifest lists are copied.
        check: further looks at the copy before it appears; raises where something is wrong.

    Returns:
        The copy, or the one that was there already with the same content.

    Raises:
        BundleError: `bundle.taken` where another content lies there under the same id; what `load_bundle` and `check`
            find wrong.
    """
    bundle = load_bundle(source)
    if not ID.fullmatch(bundle.id):
        raise BundleError(f"the bundle {source} is called {bundle.id!r}; an id is NAME-YYYYMMDD-8 hexadecimal digits")
    place = bundles_folder() / bundle.id
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=place.parent) as scratch:
            made = Path(scratch) / "bundle"
            made.mkdir()
            _copy(bundle, made)
            check(load_bundle(made))
            try:
                os.rename(made, place)  # noqa: PTH104 -- fails where a folder with something in it is
            except OSError:
                if not place.exists():
                    raise  # else somebody was quicker, and what lies there now is looked at below
    _refuse_other_content(place, bundle)
    return load_bundle(place)


def use_bundle(name: str, *, check: Check) -> Bundle:
    """Choose the bundle that reads pictures from now on; a server that runs goes on with its own until it is restarted.

    Args:
        name: an id in `HOME/bundles`; the id of the bundle that ships, of which a copy is kept, so that an upgrade
            does not change it; or `default`, which follows the package.
        check: further looks at it before it is chosen; raises where something is wrong.

    Raises:
        BundleError: there is none of that name, or something is wrong with it.
    """
    if name != DEFAULT and not ID.fullmatch(name):
        raise BundleError(
            f"{name!r} is no id of a bundle. `epiluma bundle list` shows those at hand, "
            "`epiluma bundle fetch` adds one",
            code="bundle.missing",
        )
    bundle = load_bundle(find_bundle(name))
    check(bundle)
    if name != DEFAULT and bundle.id != name:
        raise BundleError(f"{bundle.path} holds {bundle.id}, not what its folder is called. Fetch it again.")
    if name != DEFAULT and bundle.path == DEFAULT_BUNDLE:
        bundle = add_bundle(DEFAULT_BUNDLE, check=check)
    with _changing() as choices:
        if choices[0] != name:
            _write([name, *choices])
    return bundle


def roll_back(*, check: Check) -> Bundle:
    """Choose the bundle that was in use before this one.

    Raises:
        BundleError: `bundle.no-earlier` where no choice was made before; or that bundle is gone or damaged, and the
            choice stays as it is.
    """
    with _changing() as choices:
        if len(choices) < 2:
            raise BundleError(
                "no bundle was in use before this one, so there is nothing to go back to. `epiluma bundle list` shows "
                "those at hand",
                code="bundle.no-earlier",
            )
        bundle = load_bundle(find_bundle(choices[1]))
        check(bundle)
        _write(choices[1:])
        return bundle


def bundles_folder() -> Path:
    """Return the folder that holds the bundles of this installation; it need not exist."""
    return settings().home / "bundles"


def _entry(path: Path, in_use: Path) -> Entry:
    used, ships = path.resolve() == in_use.resolve(), path == DEFAULT_BUNDLE
    try:
        bundle = load_bundle(path)
    except BundleError as error:
        return Entry(name=path.name, path=path, in_use=used, ships=ships, problem=f"{error.message} ({error.code})")
    misplaced = path.parent == bundles_folder() and path.name != bundle.id
    problem = f"lies under the name {path.name}: fetch it again" if misplaced else ""
    return Entry(name=bundle.id, path=path, in_use=used, ships=ships, created=bundle.manifest.created, problem=problem)


def _shipped_id() -> str | None:
    try:
        return load_bundle(DEFAULT_BUNDLE).id
    except BundleError:
        return None


def _copy(bundle: Bundle, folder: Path) -> None:
    for name in bundle.manifest.files:
        (folder / name).write_bytes(bundle.read_file(name))
    (folder / MANIFEST_FILE).write_bytes(bundle.read_manifest())


def _refuse_other_content(place: Path, bundle: Bundle) -> None:
    there = load_bundle(place)
    names = sorted(there.manifest.files.keys() | bundle.manifest.files.keys())
    other = [name for name in names if there.manifest.files.get(name) != bundle.manifest.files.get(name)]
    if there.manifest != bundle.manifest:
        raise BundleError(
            f"{place} holds {bundle.id} already, with another content ({', '.join(other or [MANIFEST_FILE])}). Nothing "
            "was changed. If the new one is right, remove that folder and fetch again.",
            code="bundle.taken",
        )


@contextmanager
def _changing() -> Iterator[list[str]]:
    """Hold the lock and give the choices as they are now, the one in use first."""
    settings().home.mkdir(parents=True, exist_ok=True)
    with (settings().home / "bundle-lock").open("a+b") as file:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield read_choices() or [DEFAULT]


def _write(choices: list[str]) -> None:
    target = choice_file()
    descriptor, name = tempfile.mkstemp(prefix=".bundle-", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("".join(f"{choice}\n" for choice in choices[:REMEMBERED]))
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
