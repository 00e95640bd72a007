"""`epiluma predict`: a line for every picture, and a status that says whether all could be read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from epiluma.cli import cli
from epiluma.cli.predict import line_of
from epiluma.imaging.encode import encode_png
from epiluma.records import Modality, Unreadable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, colour in (("red", (255, 0, 0)), ("green", (0, 255, 0)), ("black", (0, 0, 0))):
        image = np.empty((64, 64, 3), np.uint8)
        image[:, ::2], image[:, 1::2] = colour, [value * 105 // 255 for value in colour]
        (tmp_path / f"{name}.png").write_bytes(encode_png(image))
    return tmp_path


def run(bundle: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["predict", "--bundle", str(bundle), *map(str, arguments)])


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_one_whole_record_a_line_in_the_order_given(folder: Path, tiny_bundle: Path) -> None:
    result = run(tiny_bundle, "--json", folder / "red.png", folder / "green.png")

    assert result.exit_code == 0
    assert [record["file"] for record in records(result)] == [str(folder / "red.png"), str(folder / "green.png")]
    assert list(records(result)[0]) == [
        "schema",
        "file",
        "sha256",
        "model_id",
        "modality",
        "probabilities",
        "top3",
        "decision",
        "malignant_probability",
        "tier",
        "abstained",
        "reasons",
        "notice",
    ]


NOT_UTF8 = os.fsdecode(b"spot\xff.png")


def test_json_is_plain_ascii_so_that_no_name_of_a_file_and_no_terminal_can_break_it(
    folder: Path, tiny_bundle: Path
) -> None:
    result = run(tiny_bundle, "--json", folder / "März.png", folder / NOT_UTF8)

    assert result.stdout_bytes.isascii()
    assert [record["file"] for record in records(result)] == [str(folder / "März.png"), str(folder / NOT_UTF8)]


def test_a_name_cannot_make_a_second_line_or_command_the_terminal(tiny_bundle: Path) -> None:
    result = run(tiny_bundle, "a\nb\x1b[31m.png", NOT_UTF8, "März.png")

    assert [line.split(":")[0] for line in result.stdout.splitlines()] == [
        r"a\nb\x1b[31m.png",
        r"spot\udcff.png",
        "März.png",
    ]


def test_a_result_that_cannot_be_written_is_one_line_and_no_stack_trace(folder: Path, tiny_bundle: Path) -> None:
    command = [Path(sys.executable).with_name("epiluma"), "predict", "--bundle", tiny_bundle, folder / "red.png"]
    with Path("/dev/full").open("w") as full:
        finished = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert finished.returncode == 3
    assert finished.stderr == (
        "Error: No space left on device. Give a place that exists, has room and is yours.\n(system)\n"
    )


def test_the_file_is_named_as_it_was_given(folder: Path, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)

    assert records(run(tiny_bundle, "--json", "./red.png"))[0]["file"] == "./red.png"


def test_the_modality_reaches_the_record(folder: Path, tiny_bundle: Path) -> None:
    dermoscopic = records(run(tiny_bundle, "--json", "--modality", "dermoscopic", folder / "green.png"))[0]
    unknown = records(run(tiny_bundle, "--json", folder / "green.png"))[0]
    clinical = records(run(tiny_bundle, "--json", "--modality", "clinical", folder / "green.png"))[0]

    assert (dermoscopic["tier"], dermoscopic["reasons"]) == ("low", [])
    assert (unknown["tier"], unknown["reasons"]) == ("not_assessed", ["modality.unknown"])
    assert (clinical["tier"], clinical["reasons"]) == ("not_assessed", ["modality.clinical"])


def test_what_cannot_be_read_is_a_row_the_rest_is_read_and_the_status_is_3(folder: Path, tiny_bundle: Path) -> None:
    (folder / "notes.txt").write_text("no picture")

    result = run(tiny_bundle, "--json", folder / "none.png", folder, folder / "notes.txt", folder / "red.png")

    rows = records(result)
    assert result.exit_code == 3
    assert [row.get("error", {}).get("code") for row in rows] == [  # type: ignore[attr-defined]
        "image.missing",
        "image.missing",
        "image.unsupported",
        None,
    ]
    assert "probabilities" not in rows[0]
    assert rows[3]["tier"] == "high"


def test_one_missing_file_alone_is_a_row_and_no_usage_error(tiny_bundle: Path) -> None:
    result = run(tiny_bundle, "--json", "no/such/file.jpg")

    assert result.exit_code == 3
    assert records(result)[0]["file"] == "no/such/file.jpg"


def test_an_abstention_is_no_failure(folder: Path, tiny_bundle: Path) -> None:
    result = run(tiny_bundle, "--json", folder / "black.png")

    assert result.exit_code == 0
    assert records(result)[0]["abstained"] is True


def test_without_json_a_line_is_for_a_person(folder: Path, tiny_bundle: Path) -> None:
    result = run(tiny_bundle, "--modality", "dermoscopic", folder / "red.png")

    # Mean colour (12/17, 0, 0): mel = 48/65 = 73.8 %, the others 17/260 = 6.5 %; malignant 73.8 + 13.1 %.
    assert result.stdout == (
        f"{folder / 'red.png'}: Melanoma 73.8 %, Actinic keratosis or Bowen's disease 6.5 %, "
        "Basal cell carcinoma 6.5 %; malignant or precancerous 86.9 %; risk high\n"
    )


def test_an_abstention_is_a_line_with_reason_and_advice(folder: Path, tiny_bundle: Path) -> None:
    result = run(tiny_bundle, folder / "black.png")

    assert "cannot be judged; The picture is too dark. Take it again in daylight" in result.stdout


def test_an_unreadable_picture_is_a_line_with_its_code() -> None:
    row = Unreadable(
        file="a.gif", model_id="m", modality=Modality.UNKNOWN, code="image.unsupported", message="a GIF picture"
    )

    assert line_of(row) == "a.gif: not read: a GIF picture (image.unsupported)"


def test_no_file_at_all_is_a_usage_error(tiny_bundle: Path) -> None:
    assert run(tiny_bundle).exit_code == 2


def test_a_bundle_that_is_not_there_is_one_readable_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from epiluma.cli import main

    with pytest.raises(SystemExit) as end:
        main(["predict", "--bundle", str(folder / "none"), str(folder / "red.png")])

    assert end.value.code == 3
    assert capsys.readouterr().err.startswith("Error: there is no bundle at ")
