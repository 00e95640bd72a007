"""`epiluma train` from the command line: a run's folder and figures, the network layer by layer, errors in words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")

from epiluma.cli import cli, main
from fixtures_run import CONFIGS, QUICK

pytestmark = pytest.mark.torch


def arguments(*more: object) -> list[str]:
    return ["train", str(CONFIGS / "scratch_cnn.toml"), *map(str, more)]


def run(*more: object) -> Result:
    return CliRunner().invoke(cli, arguments(*more))


def test_a_recipe_is_trained_and_its_figures_printed(finished_run: Path, tmp_path: Path) -> None:
    data = finished_run.parent
    quick = [word for override in QUICK for word in ("-s", override)]
    found = ["--manifest", data / "manifest.csv", "--splits", data / "splits", "-o", tmp_path / "run"]

    result = run(*quick, *found, "--json")

    printed = json.loads(result.stdout)
    assert printed["run"] == str(tmp_path / "run")
    assert printed["epochs"] == 2
    assert 0 <= printed["validation"]["balanced_accuracy"] <= 1
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names >= {"weights.safetensors", "resolved.json", "log.jsonl", "tensorboard", "curves.svg"}
    assert [path.name.split(".")[:3] for path in (tmp_path / "run" / "tensorboard").iterdir()] == [
        ["events", "out", "tfevents"]
    ]


def test_the_network_is_shown_layer_by_layer() -> None:
    result = run("--summary")

    lines = result.stdout.splitlines()
    # 3×3 on 3 channels to 32, without bias; 64 px a side
    assert lines[1].split() == ["features.0.0", "Conv2d", "32×64×64", str(27 * 32), str(27 * 32 * 64 * 64)]
    assert lines[-1].endswith("multiply-adds")


def test_the_summary_is_json_where_that_is_asked_for() -> None:
    printed = json.loads(run("--summary", "--json").stdout)

    assert printed["layers"][0]["name"] == "features.0.0"
    assert printed["layers"][0]["output"] == [32, 64, 64]
    assert printed["parameters"] == sum(layer["parameters"] for layer in printed["layers"])


def test_without_a_manifest_it_is_a_usage_error_that_says_how_to_make_one() -> None:
    result = run()

    assert result.exit_code == 2
    assert "epiluma data import ham10000" in result.stderr


def test_a_metric_that_does_not_exist_is_refused_with_those_that_do(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments("-s", "schedule.metric=accuracy", "--manifest", "none.csv"))

    assert ended.value.code == 2
    assert "schedule.metric must be one of nll, balanced_accuracy, " in capsys.readouterr().err


def test_a_place_where_one_may_not_write_is_said_so(
    finished_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = finished_run.parent
    (tmp_path / "file").write_text("in the way")
    found = ["--manifest", data / "manifest.csv", "--splits", data / "splits"]

    with pytest.raises(SystemExit) as ended:
        main(arguments(*found, "-o", tmp_path / "file" / "run"))

    assert ended.value.code == 3
    assert "(data.write)" in capsys.readouterr().err


def test_a_fold_and_a_split_exclude_each_other(tmp_path: Path) -> None:
    answer = run("--manifest", tmp_path, "--fold", 0, "--splits", tmp_path)

    assert answer.exit_code == 2
    assert "--fold and --splits exclude each other" in answer.output


def test_a_fold_is_a_number_or_all(tmp_path: Path) -> None:
    answer = run("--manifest", tmp_path, "--fold", "first")

    assert answer.exit_code == 2
    assert "--fold is the number of a fold, or all; got 'first'" in answer.output
