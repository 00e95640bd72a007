"""The bundles of an installation: added whole or not at all, chosen, and taken back."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from epiluma.bundle.read import DEFAULT_BUNDLE, Bundle, chosen_bundle, load_bundle, read_choices
from epiluma.bundle.registry import REMEMBERED, add_bundle, find_bundle, list_bundles, roll_back, use_bundle
from epiluma.errors import BundleError
from epiluma.settings import settings
from fixtures_bundle import write_tiny_bundle


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("EPILUMA_BUNDLE", raising=False)
    monkeypatch.setenv("EPILUMA_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "source")


def nothing(_: Bundle) -> None:
    """Find nothing wrong."""


def second(folder: Path, source: Path) -> Path:
    """Write a bundle of another id: the same graph with a remark behind it."""
    shutil.copytree(source, folder)
    model = (folder / "model.onnx").read_bytes() + b"\x72\x01x"  # field 14, metadata, is no part of what is computed
    return renamed(folder, model)


def renamed(folder: Path, model: bytes, **changes: object) -> Path:
    (folder / "model.onnx").write_bytes(model)
    manifest = json.loads((folder / "manifest.json").read_text())
    digest = hashlib.sha256(model).hexdigest()
    manifest["files"]["model.onnx"] = digest
    manifest["id"] = f"tiny-20260102-{digest[:8]}"
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))
    return folder


def zipped(folder: Path, archive: Path, *extra: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(archive, "w") as target:
        for file in folder.iterdir():
            target.write(file, file.name)
        for name, content in extra:
            target.writestr(name, content)
    return archive


def test_a_bundle_is_copied_to_the_folder_of_its_id(home: Path, source: Path) -> None:
    made = add_bundle(source, check=nothing)

    assert made.path == home / "bundles" / load_bundle(source).id
    assert made.manifest == load_bundle(source).manifest
    assert {file.name for file in made.path.iterdir()} == {file.name for file in source.iterdir()}


def test_a_zip_is_unpacked_and_only_what_its_manifest_lists_comes_along(
    home: Path, source: Path, tmp_path: Path
) -> None:
    outside = ("../../outside.txt", b"slipped"), ("extra.txt", b"not listed")

    made = add_bundle(zipped(source, tmp_path / "bundle.zip", *outside), check=nothing)

    assert {file.name for file in made.path.iterdir()} == {file.name for file in source.iterdir()}
    assert not list(tmp_path.rglob("outside.txt"))
    assert not list(tmp_path.rglob("extra.txt"))


def test_a_bundle_in_which_something_is_wrong_never_appears(home: Path, source: Path) -> None:
    def find_fault(_: Bundle) -> None:
        raise BundleError("the graph fails")

    with pytest.raises(BundleError, match="the graph fails"):
        add_bundle(source, check=find_fault)

    assert list((home / "bundles").iterdir()) == []


def test_a_tampered_bundle_never_appears(home: Path, source: Path) -> None:
    (source / "card.md").write_text("# Cures everything\n")

    with pytest.raises(BundleError, match=r"card\.md .* is not the file it was"):
        add_bundle(source, check=nothing)

    assert not (home / "bundles").exists()


def test_a_newer_schema_never_appears_and_says_how_to_upgrade(home: Path, source: Path) -> None:
    renamed(source, (source / "model.onnx").read_bytes(), schema="epiluma.bundle/9")

    with pytest.raises(BundleError, match="pip install --upgrade epiluma") as refusal:
        add_bundle(source, check=nothing)

    assert refusal.value.code == "bundle.schema"


@pytest.mark.parametrize("prefix", ["../../elsewhere", "..", "a/b", ".hidden"])
def test_an_id_that_is_no_id_is_refused(home: Path, source: Path, tmp_path: Path, prefix: str) -> None:
    model = (source / "model.onnx").read_bytes()
    renamed(source, model, id=f"{prefix}-{hashlib.sha256(model).hexdigest()[:8]}")

    with pytest.raises(BundleError, match="an id is NAME-YYYYMMDD"):
        add_bundle(source, check=nothing)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["source"]


def test_the_same_bundle_may_be_added_twice(home: Path, source: Path) -> None:
    assert add_bundle(source, check=nothing) == add_bundle(source, check=nothing)


def test_the_same_id_with_another_content_is_refused_and_what_is_there_stays(home: Path, source: Path) -> None:
    made = add_bundle(source, check=nothing)
    kept = (made.path / "card.md").read_bytes()
    (source / "card.md").write_text("# Another card\n")
    files = json.loads((source / "manifest.json").read_text())["files"]
    digest = hashlib.sha256((source / "card.md").read_bytes()).hexdigest()
    renamed(source, (source / "model.onnx").read_bytes(), files=files | {"card.md": digest})

    with pytest.raises(BundleError, match=r"another content \(card\.md\)") as refusal:
        add_bundle(source, check=nothing)

    assert refusal.value.code == "bundle.taken"
    assert (made.path / "card.md").read_bytes() == kept


def test_a_choice_is_read_by_every_command_and_taken_back(home: Path, source: Path, tmp_path: Path) -> None:
    one = add_bundle(source, check=nothing)
    other = add_bundle(second(tmp_path / "second", source), check=nothing)

    use_bundle(one.id, check=nothing)
    use_bundle(other.id, check=nothing)
    assert load_bundle().id == other.id

    assert roll_back(check=nothing).id == one.id
    assert load_bundle().id == one.id
    roll_back(check=nothing)
    assert chosen_bundle() == DEFAULT_BUNDLE


def test_there_is_nothing_to_go_back_to_before_the_first_choice(home: Path) -> None:
    with pytest.raises(BundleError, match="nothing to go back to") as refusal:
        roll_back(check=nothing)

    assert refusal.value.code == "bundle.no-earlier"


def test_choosing_what_is_in_use_changes_nothing(home: Path, source: Path) -> None:
    made = add_bundle(source, check=nothing)
    use_bundle(made.id, check=nothing)
    use_bundle(made.id, check=nothing)

    assert read_choices() == [made.id, "default"]


def test_a_damaged_bundle_is_not_chosen_and_the_choice_stays(home: Path, source: Path) -> None:
    made = add_bundle(source, check=nothing)
    (made.path / "model.onnx").write_bytes(b"another graph")

    with pytest.raises(BundleError, match=r"model\.onnx"):
        use_bundle(made.id, check=nothing)

    assert read_choices() == []


def test_one_does_not_go_back_to_a_bundle_that_is_gone(home: Path, source: Path, tmp_path: Path) -> None:
    one = add_bundle(source, check=nothing)
    other = add_bundle(second(tmp_path / "second", source), check=nothing)
    use_bundle(one.id, check=nothing)
    use_bundle(other.id, check=nothing)
    shutil.rmtree(one.path)

    with pytest.raises(BundleError, match="there is no bundle at"):
        roll_back(check=nothing)

    assert load_bundle().id == other.id


@pytest.mark.parametrize("name", ["../source", "no-such-thing", "tiny-20260102-00000000", ""])
def test_a_name_that_is_no_bundle_of_this_installation_is_not_chosen(home: Path, source: Path, name: str) -> None:
    with pytest.raises(BundleError) as refusal:
        use_bundle(name, check=nothing)

    assert refusal.value.code == "bundle.missing"


def test_the_one_that_ships_is_kept_as_a_copy_when_it_is_chosen_by_its_id(
    home: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("epiluma.bundle.registry.DEFAULT_BUNDLE", source)
    shipped = load_bundle(source)

    chosen = use_bundle(shipped.id, check=nothing)

    assert chosen.path == home / "bundles" / shipped.id
    shutil.rmtree(source)  # the package was upgraded
    assert load_bundle().id == shipped.id


def test_of_choices_made_at_once_none_is_lost(home: Path, source: Path, tmp_path: Path) -> None:
    ids = [add_bundle(source, check=nothing).id, add_bundle(second(tmp_path / "b", source), check=nothing).id]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: use_bundle(name, check=nothing), ids * 20))

    choices = read_choices()
    assert len(choices) <= REMEMBERED
    assert set(choices) <= {*ids, "default"}
    assert all(one != other for one, other in pairwise(choices))


def test_a_bundle_added_many_times_at_once_is_there_once_and_whole(home: Path, source: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: add_bundle(source, check=nothing), range(16)))

    assert {bundle.id for bundle in made} == {load_bundle(source).id}
    assert [path.name for path in (home / "bundles").iterdir()] == [made[0].id]


def test_the_list_marks_the_one_in_use_and_the_one_that_ships_and_names_what_is_wrong(
    home: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("epiluma.bundle.registry.DEFAULT_BUNDLE", source)
    made = add_bundle(second(tmp_path / "second", source), check=nothing)
    use_bundle(made.id, check=nothing)
    (home / "bundles" / "torn-20260101-00000000").mkdir()

    ships, *kept = list_bundles()

    assert (ships.name, ships.ships, ships.in_use) == (load_bundle(source).id, True, False)
    assert [(entry.name, entry.in_use) for entry in kept] == [(made.id, True), ("torn-20260101-00000000", False)]
    assert "holds no manifest.json" in kept[1].problem


def test_the_environment_wins_and_the_list_says_so(
    home: Path, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add_bundle(second(tmp_path / "second", source), check=nothing)
    use_bundle(made.id, check=nothing)
    monkeypatch.setenv("EPILUMA_BUNDLE", str(source))
    settings.cache_clear()

    assert load_bundle().path == source
    assert [entry.path for entry in list_bundles() if entry.in_use] == [source]


def test_a_bundle_is_found_by_id_by_the_word_default_and_by_path(home: Path, source: Path) -> None:
    made = add_bundle(source, check=nothing)

    assert find_bundle(made.id) == made.path
    assert find_bundle("default") == DEFAULT_BUNDLE
    assert find_bundle(str(source)) == source
    assert find_bundle(None) == DEFAULT_BUNDLE
