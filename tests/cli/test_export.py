"""`epiluma export` from the command line: a proven bundle, and the weights' folder beside it where asked for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")

from epiluma.bundle.read import load_bundle
from epiluma.cli import cli, main

pytestmark = pytest.mark.torch


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["export", *map(str, arguments)])


def test_a_run_becomes_a_bundle_and_json_says_how_it_was_proven(finished_run: Path, tmp_path: Path) -> None:
    printed = json.loads(run(finished_run, "-o", tmp_path / "bundle", "--json").stdout)

    assert printed["bundle"] == str(tmp_path / "bundle")
    assert printed["id"] == load_bundle(tmp_path / "bundle").id
    assert printed["parity"]["source"] == "validation"
    assert printed["parity"]["max_abs_diff"] < 2e-3


def test_all_that_makes_the_bundle_again_is_kept_in_models_where_asked_for(finished_run: Path, tmp_path: Path) -> None:
    result = run(finished_run, "-o", tmp_path / "bundle", "--models", tmp_path / "models")

    first, second = result.stdout.splitlines()
    model_id = first.split()[0]
    assert [path.name for path in (tmp_path / "models").iterdir()] == [model_id]
    names = {path.name for path in (tmp_path / "models" / model_id).iterdir()}
    assert names == {"weights.safetensors", "model.json", "trained_on.csv.gz", "log.jsonl"}
    assert second.startswith("torch and ONNX agree on ")


@pytest.mark.parametrize(
    ("source", "code"),
    [("nothing", "(training.failed)"), ("finished", "(data.write)")],
    ids=["no run", "models cannot be written"],
)
def test_what_goes_wrong_is_one_readable_message(
    source: str, code: str, finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    run_folder = {"nothing": tmp_path / "nothing", "finished": finished_run}[source]

    with pytest.raises(SystemExit) as ended:
        main(["export", str(run_folder), "-o", str(tmp_path / "bundle"), "--models", str(tmp_path / "file" / "models")])

    assert ended.value.code == 3
    printed = capsys.readouterr().err
    assert code in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("option", ["--photographs", "--subjects"])
def test_what_abstention_learns_from_is_not_given_without_it(option: str, tmp_path: Path) -> None:
    result = run(tmp_path / "run", "-o", tmp_path / "bundle", option, tmp_path)

    assert result.exit_code == 2
    assert "--abstention" in result.stderr


def test_a_folder_that_holds_no_photographs_ends_before_anything_is_learnt(
    finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", finished_run, "-o", tmp_path / "bundle", "--abstention", "--photographs", tmp_path]

    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])

    assert ended.value.code == 3
    assert "index.csv" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()
