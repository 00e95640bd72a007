"""`epiluma demo` from the command line: what it made on stdout, what it is doing on stderr."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("torch", reason="torch is not installed: pip install 'epiluma[train]'")

from epiluma.bundle.read import load_bundle
from epiluma.cli import cli
from epiluma.data.synthetic import drawn_dataset

pytestmark = pytest.mark.torch


def test_json_is_what_it_made_and_the_steps_are_told_on_stderr(tmp_path: Path) -> None:
    drawn_dataset(tmp_path / "copy", lesions=100, seed=3, width=128, height=96)
    words = ["demo", "--data", tmp_path / "copy", "--seconds", "1", "-o", tmp_path / "demo", "--json"]

    result = CliRunner().invoke(cli, list(map(str, words)), env={"EPILUMA_WEIGHTS": None})

    printed = json.loads(result.stdout)
    assert printed["id"] == load_bundle(Path(printed["bundle"])).id == printed["evaluation"]["model_id"]
    assert [record["model_id"] for record in printed["predictions"]] == [printed["id"]] * 3
    assert "Split by lesion" in result.stderr
    assert f"epiluma serve --bundle {printed['bundle']}" in result.stderr


@pytest.mark.parametrize("seconds", ["nan", "inf", "0.5", "soon"])
def test_a_time_that_is_none_is_a_usage_error(seconds: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", "--seconds", seconds, "-o", str(tmp_path / "demo")])

    assert result.exit_code == 2
    assert not (tmp_path / "demo").exists()
