"""`epiluma bundle` from the command line: what it prints and the status it ends with."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from epiluma.bundle.read import load_bundle
from epiluma.cli import main
from epiluma.settings import settings
from fixtures_bundle import write_tiny_bundle


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("EPILUMA_BUNDLE", raising=False)
    monkeypatch.setenv("EPILUMA_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield tmp_path / "home"
    settings.cache_clear()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "source")


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["bundle", *map(str, arguments)])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out, captured.err


def zipped(folder: Path, archive: Path) -> Path:
    with zipfile.ZipFile(archive, "w") as target:
        for file in folder.iterdir():
            target.write(file, file.name)
    return archive


def test_a_model_is_fetched_chosen_listed_and_taken_back(capsys: pytest.CaptureFixture[str], source: Path) -> None:
    model_id = load_bundle(source).id

    assert run(capsys, "fetch", source)[1].startswith(f"fetched {model_id} to ")
    status, out, err = run(capsys, "use", model_id)
    assert (status, out) == (0, f"in use: {model_id}\n")
    assert "until it is started again" in err
    listed = json.loads(run(capsys, "list", "--json")[1])
    assert [entry["id"] for entry in listed if entry["in_use"]] == [model_id]
    assert [entry["ships"] for entry in listed] == [True, False]
    assert run(capsys, "rollback")[0] == 0
    assert [entry["ships"] for entry in json.loads(run(capsys, "list", "--json")[1]) if entry["in_use"]] == [True]


def test_fetch_chooses_at_once_where_asked_to(capsys: pytest.CaptureFixture[str], source: Path) -> None:
    made = json.loads(run(capsys, "fetch", source, "--use", "--json")[1])

    assert made == {"id": load_bundle(source).id, "path": str(load_bundle().path), "in_use": True}


def test_a_zip_with_another_checksum_is_refused(
    capsys: pytest.CaptureFixture[str], source: Path, tmp_path: Path, home: Path
) -> None:
    archive = zipped(source, tmp_path / "bundle.zip")
    right = hashlib.sha256(archive.read_bytes()).hexdigest()

    status, _, err = run(capsys, "fetch", archive, "--sha256", "0" * 64)
    assert status == 3
    assert "(bundle.checksum)" in err
    assert not (home / "bundles").exists()
    assert run(capsys, "fetch", archive, "--sha256", right)[0] == 0


@pytest.mark.parametrize("options", [(), ("--sha256", "abc"), ("--sha256", "x" * 64)])
def test_an_address_without_a_checksum_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    status, _, err = run(capsys, "fetch", "https://example.org/bundle.zip", *options)

    assert status == 2
    assert "needs --sha256" in err


def test_a_checksum_of_a_folder_is_wrong_usage(capsys: pytest.CaptureFixture[str], source: Path) -> None:
    assert run(capsys, "fetch", source, "--sha256", "0" * 64)[0] == 2


def test_a_whole_bundle_is_verified_and_a_tampered_one_is_a_finding(
    capsys: pytest.CaptureFixture[str], source: Path
) -> None:
    assert run(capsys, "verify", source)[:2] == (0, f"{source}: nothing is wrong\n")

    (source / "card.md").write_text("# Cures everything\n")
    status, out, _ = run(capsys, "verify", source)
    assert status == 1
    assert "card.md" in out
    assert "(bundle.invalid)" in out


def test_a_newer_schema_is_a_finding_that_says_how_to_upgrade(capsys: pytest.CaptureFixture[str], source: Path) -> None:
    manifest = json.loads((source / "manifest.json").read_text())
    (source / "manifest.json").write_text(json.dumps(manifest | {"schema": "epiluma.bundle/9"}))

    status, out, _ = run(capsys, "verify", source, "--json")

    assert status == 1
    assert "pip install --upgrade epiluma. (bundle.schema)" in json.loads(out)[0]["findings"][0]


def rewritten(folder: Path, name: str, content: bytes) -> None:
    """Replace a file and its hash, as somebody would who means to deceive or who built the bundle wrongly."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    if name == "model.onnx":
        manifest["id"] = f"tiny-20260102-{manifest['files'][name][:8]}"
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("model.onnx", b"not a graph", "cannot be loaded by ONNX Runtime"),
        ("trained_on.csv.gz", b"not a list", "trained_on"),
        ("evaluation.json", b'{"model_id": "another"}', "evaluation.json of tiny"),
        ("evaluation.json", b"{", "is not JSON"),
    ],
)
def test_a_bundle_whose_hashes_are_right_and_whose_content_is_not_is_a_finding(
    capsys: pytest.CaptureFixture[str], source: Path, name: str, content: bytes, words: str
) -> None:
    rewritten(source, name, content)

    status, out, _ = run(capsys, "verify", source)
    assert status == 1
    assert words in out
    assert run(capsys, "fetch", source)[0] == 3


def test_all_bundles_at_hand_are_verified(capsys: pytest.CaptureFixture[str], source: Path, home: Path) -> None:
    run(capsys, "fetch", source)
    (home / "bundles" / "torn-20260101-00000000").mkdir()

    status, out, _ = run(capsys, "verify", "--all", "--json")

    assert status == 1
    assert [bool(entry["findings"]) for entry in json.loads(out)] == [False, False, True]


@pytest.mark.parametrize("command", ["show", "verify", "use"])
def test_a_bundle_that_is_not_there_is_bad_input(capsys: pytest.CaptureFixture[str], command: str) -> None:
    status, _, err = run(capsys, command, "tiny-20260102-00000000")

    assert status == 3
    assert "(bundle.missing)" in err


def test_show_says_what_the_model_is_in_words_and_in_json(capsys: pytest.CaptureFixture[str], source: Path) -> None:
    out = run(capsys, "show", source)[1]

    assert out.startswith(f"{load_bundle(source).id}: tiny, made 2026-01-02, in {source}")
    assert "Tiers: intermediate from 0.2500, high from 0.5000" in out
    assert "Measured: not yet" in out
    assert json.loads(run(capsys, "show", source, "--json")[1])["manifest"]["id"] == load_bundle(source).id


def test_a_choice_that_the_environment_overrules_says_so(
    capsys: pytest.CaptureFixture[str], source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "fetch", source)
    monkeypatch.setenv("EPILUMA_BUNDLE", str(source))
    settings.cache_clear()

    assert "wins over this choice" in run(capsys, "use", load_bundle(source).id)[2]


def test_a_training_is_recorded_from_a_models_folder_only(capsys: pytest.CaptureFixture[str], source: Path) -> None:
    pytest.importorskip("torch")

    status, _, error = run(capsys, "record", source, source.parent / "nothing")

    assert status == 3
    assert "nothing is not a model's folder" in error
    assert not (source / "training.json").exists()
