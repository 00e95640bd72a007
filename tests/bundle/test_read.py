"""A bundle is read whole and unaltered, or refused with what is wrong."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from epiluma.bundle import read
from epiluma.bundle.read import load_bundle
from epiluma.errors import BundleError
from epiluma.settings import settings
from fixtures_bundle import write_tiny_bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "bundle")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.delenv("EPILUMA_BUNDLE", raising=False)
    monkeypatch.setenv("EPILUMA_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


def zipped(folder: Path, archive: Path, *, prefix: str = "") -> Path:
    with zipfile.ZipFile(archive, "w") as target:
        for file in folder.iterdir():
            target.write(file, prefix + file.name)
    return archive


def rewrite_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_whole_bundle_is_read(folder: Path) -> None:
    bundle = load_bundle(folder)

    assert bundle.id == bundle.manifest.id
    assert bundle.id.startswith("tiny-20260102-")
    assert bundle.read_file("trained_on.csv.gz") == (folder / "trained_on.csv.gz").read_bytes()


@pytest.mark.parametrize("prefix", ["", "tiny/"])
def test_a_zipped_bundle_is_read_with_or_without_a_folder_inside(folder: Path, tmp_path: Path, prefix: str) -> None:
    bundle = load_bundle(zipped(folder, tmp_path / "bundle.zip", prefix=prefix))

    assert bundle.manifest == load_bundle(folder).manifest
    assert bundle.read_file("model.onnx") == (folder / "model.onnx").read_bytes()


@pytest.mark.parametrize("name", ["model.onnx", "trained_on.csv.gz", "card.md"])
def test_one_altered_byte_is_refused_and_the_file_is_named(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)

    with pytest.raises(BundleError, match=f"{name} in the bundle .* is not the file it was"):
        load_bundle(folder)


def test_an_altered_file_in_a_zip_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "card.md").write_text("# Another card\n")

    with pytest.raises(BundleError, match=r"card\.md in the bundle .* is not the file it was"):
        load_bundle(zipped(folder, tmp_path / "bundle.zip"))


def test_a_file_altered_after_opening_is_refused_when_it_is_read(folder: Path) -> None:
    bundle = load_bundle(folder)
    (folder / "model.onnx").write_bytes(b"another graph")

    with pytest.raises(BundleError, match=r"model\.onnx"):
        bundle.read_file("model.onnx")


def test_a_missing_file_is_refused_and_named(folder: Path) -> None:
    (folder / "model.onnx").unlink()

    with pytest.raises(BundleError, match=r"lacks its file model\.onnx"):
        load_bundle(folder)


def test_a_missing_file_in_a_zip_is_refused_and_named(folder: Path, tmp_path: Path) -> None:
    (folder / "card.md").unlink()

    with pytest.raises(BundleError, match=r"lacks its file card\.md"):
        load_bundle(zipped(folder, tmp_path / "bundle.zip"))


# Byte 10 of an entry in a zip's list of contents is the method of compression, byte 8 says whether it is encrypted.
@pytest.mark.parametrize(("offset", "value"), [(10, 99), (10, 12), (8, 1), (0, 0)])
def test_a_zip_that_cannot_be_unpacked_is_refused(folder: Path, tmp_path: Path, offset: int, value: int) -> None:
    archive = zipped(folder, tmp_path / "tiny.zip")
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\1\2") + offset] = value
    archive.write_bytes(content)

    with pytest.raises(BundleError, match="cannot be unpacked") as refusal:
        load_bundle(archive)

    assert refusal.value.code == "bundle.invalid"


def test_a_manifest_that_lists_no_model_is_refused(folder: Path) -> None:
    rewrite_manifest(folder, files={})

    with pytest.raises(BundleError, match=r"must list the files \['model\.onnx'"):
        load_bundle(folder)


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "a/b", "..\\secret.txt", "manifest.json"])
def test_a_name_that_leads_out_of_the_folder_is_refused(folder: Path, name: str) -> None:
    files = json.loads((folder / "manifest.json").read_text())["files"]
    rewrite_manifest(folder, files={name: "0" * 64} | files)

    with pytest.raises(BundleError, match="not the plain name of a file"):
        load_bundle(folder)


def test_a_model_under_another_models_name_is_refused(folder: Path) -> None:
    rewrite_manifest(folder, id="tiny-20260102-00000000")

    with pytest.raises(BundleError, match="name and model do not belong together"):
        load_bundle(folder)


@pytest.mark.parametrize("text", ["{", "[" * 100_000])
def test_a_manifest_that_is_no_json_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)

    with pytest.raises(BundleError, match="is not JSON"):
        load_bundle(folder)


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"holds no manifest\.json"):
        load_bundle(tmp_path)


def test_a_picture_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8\xff")

    with pytest.raises(BundleError, match="expected a folder or a zip file") as refusal:
        load_bundle(tmp_path / "picture.jpg")

    assert refusal.value.code == "bundle.missing"


def test_a_zip_that_unpacks_to_more_than_a_model_is_refused(folder: Path, tmp_path: Path) -> None:
    content = bytes(read.MAX_FILE_BYTES + 1)
    files = json.loads((folder / "manifest.json").read_text())["files"]
    rewrite_manifest(folder, files=files | {"more.bin": hashlib.sha256(content).hexdigest()})
    (folder / "more.bin").write_bytes(content)
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for file in folder.iterdir():
            target.write(file, file.name)

    with pytest.raises(BundleError, match=r"more\.bin .* unpacks to 67108865 bytes"):
        load_bundle(archive)


def test_a_file_that_is_not_listed_is_never_read(folder: Path) -> None:
    (folder / "notes.txt").write_text("mine")

    with pytest.raises(BundleError, match=r"has no file 'notes\.txt'"):
        load_bundle(folder).read_file("notes.txt")


def test_the_setting_wins_over_the_choice_of_the_home_folder(
    folder: Path, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "bundle").write_text("another")
    environment.setenv("EPILUMA_BUNDLE", str(folder))

    assert load_bundle().path == folder


def test_the_choice_of_the_home_folder_is_a_name_in_its_bundles(
    folder: Path, tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    chosen = home / "bundles" / load_bundle(folder).id
    shutil.copytree(folder, chosen)
    (home / "bundle").write_text(f"{chosen.name}\n")

    assert load_bundle().path == chosen


@pytest.mark.parametrize("name", ["", "../elsewhere", "/etc"])
def test_the_choice_of_the_home_folder_cannot_lead_elsewhere(
    tmp_path: Path, environment: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "bundle").write_text(name)

    with pytest.raises(BundleError, match="must hold the id of a bundle"):
        load_bundle()


def test_a_choice_of_the_home_folder_that_is_no_text_is_refused(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("EPILUMA_BUNDLE", raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "bundle").write_bytes(b"\xff")

    with pytest.raises(BundleError, match="must hold the id of a bundle"):
        load_bundle()


def test_without_any_choice_the_bundle_of_the_package_is_meant(environment: pytest.MonkeyPatch) -> None:
    assert read.chosen_bundle() == Path(read.__file__).parent / "default"


def test_an_installation_without_a_bundle_says_how_to_name_or_make_one(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setattr(read, "DEFAULT_BUNDLE", tmp_path / "none")

    with pytest.raises(BundleError, match=r"EPILUMA_BUNDLE.*epiluma export") as refusal:
        load_bundle()

    assert refusal.value.code == "bundle.missing"
