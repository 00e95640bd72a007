"""`epiluma evaluate`: figures on a split the bundle has not seen, or status 1 and the names of those it has."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from epiluma.bundle.read import load_bundle
from epiluma.cli import cli, main
from epiluma.data.manifest import ManifestRow, file_sha256, read_manifest, write_manifest
from epiluma.data.split import Splits, write_splits
from epiluma.imaging.encode import encode_png
from epiluma.inference.evaluate import without_image_ids
from epiluma.records import Modality
from fixtures_bundle import write_tiny_bundle

COLOURS = {"mel": (255, 0, 0), "nv": (0, 255, 0), "vasc": (60, 60, 255)}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a bundle, a manifest of six pictures and splits: `test` is unseen, `train` was trained on."""
    rows = []
    for number, (dx, colour) in enumerate([*COLOURS.items(), *COLOURS.items()]):
        image = np.empty((64, 64, 3), np.uint8)
        image[:, ::2], image[:, 1::2] = colour, [value * 105 // 255 for value in colour]
        path = tmp_path / f"p{number}.png"
        path.write_bytes(encode_png(image))
        rows.append(
            ManifestRow(
                image_id=f"p{number}",
                path=path.name,
                sha256=file_sha256(path),
                lesion_id=f"HAM_900000{number}",
                dx=dx,
                modality=Modality.DERMOSCOPIC,
            )
        )
    write_manifest(rows, tmp_path / "manifest.csv")
    # HAM_9000001 and HAM_9000002 are in the tiny bundle's list.
    splits = Splits(train=("p1",), validation=("p2",), test=("p0", "p3", "p4", "p5"))
    write_splits(splits, tmp_path / "splits", note="by hand")
    write_tiny_bundle(tmp_path / "bundle")
    return tmp_path


def arguments(place: Path, *more: str | Path) -> list[str]:
    fixed = [place / "bundle", "--manifest", place / "manifest.csv", "--splits", place / "splits", "--resamples", 20]
    return ["evaluate", *map(str, fixed), *map(str, more)]


def run(place: Path, *more: str | Path) -> Result:
    return CliRunner().invoke(cli, arguments(place, *more))


def test_json_is_the_whole_evaluation_of_the_test_split(place: Path) -> None:
    result = run(place, "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["split"], report["images"]) == ("test", 4)
    assert report["metrics"]["top1"]["value"] == 1.0


def test_without_json_it_is_a_table_for_people(place: Path) -> None:
    result = run(place)

    assert "on test: 4 images of 4 lesions" in result.stdout
    assert "Right diagnosis first" in result.stdout
    assert "Of 100 melanomas, 0.0 were given the tier low." in result.stdout


@pytest.mark.parametrize(("split", "lesion"), [("train", "HAM_9000001"), ("validation", "HAM_9000002")])
def test_a_split_that_was_trained_on_ends_with_status_1_and_the_lesions_name(
    place: Path, split: str, lesion: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments(place, "--split", split))

    printed = capsys.readouterr()
    assert end.value.code == 1
    assert lesion in printed.err
    assert printed.out == ""


def test_the_result_can_be_kept_in_a_file_and_in_charts(place: Path) -> None:
    result = run(place, "-o", place / "out.json", "--charts", place / "charts", "--json")

    assert json.loads((place / "out.json").read_text()) == json.loads(result.stdout)
    assert sorted(path.name for path in (place / "charts").iterdir()) == [
        "confusion_matrix.svg",
        "reliability.svg",
        "roc.svg",
    ]


def test_nothing_is_attached_unless_it_is_asked_for(place: Path) -> None:
    run(place)

    assert "evaluation.json" not in load_bundle(place / "bundle").manifest.files


def test_save_attaches_the_result_to_bundle_and_weights(place: Path) -> None:
    weights = place / "models" / load_bundle(place / "bundle").id
    weights.mkdir(parents=True)

    result = run(place, "--save", "--models", place / "models", "--json")

    saved = json.loads(load_bundle(place / "bundle").read_file("evaluation.json"))
    assert saved == without_image_ids(json.loads(result.stdout))
    assert json.loads((weights / "evaluation.json").read_text()) == saved


def test_a_manifest_is_needed(place: Path) -> None:
    assert CliRunner().invoke(cli, ["evaluate", str(place / "bundle")]).exit_code == 2


def test_an_unknown_split_is_a_usage_error(place: Path) -> None:
    assert run(place, "--split", "everything").exit_code == 2


@pytest.mark.parametrize("option", ["-o", "--charts"])
def test_a_place_where_one_may_not_write_is_said_so(
    option: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "file").write_text("in the way")

    with pytest.raises(SystemExit) as ended:
        main(arguments(place, option, place / "file" / "inside"))

    assert ended.value.code == 3
    assert "(data.write)" in capsys.readouterr().err


def test_a_folder_in_the_place_of_the_manifest_is_bad_input_and_no_usage_error(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(place / "bundle"), "--manifest", str(place)])

    assert ended.value.code == 3
    assert "(data.missing)" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["-1", "4294967296"])
@pytest.mark.parametrize("command", [["evaluate", "--manifest", "m.csv"], ["data", "split", "m.csv"]])
def test_a_seed_that_no_generator_takes_is_a_usage_error(command: list[str], seed: str) -> None:
    result = CliRunner().invoke(cli, [*command, "--seed", seed])

    assert result.exit_code == 2
    assert f"{seed} is not in the range 0<=x<=4294967295" in result.stderr


def test_a_report_is_a_page_and_the_same_figures_as_json(place: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run(place, "--report", place / "out", "--json")

    assert sorted(path.name for path in (place / "out").iterdir()) == ["report.html", "report.json"]
    assert json.loads((place / "out" / "report.json").read_text()) == json.loads(result.stdout)
    page = (place / "out" / "report.html").read_text()
    assert "<img" not in page
    assert "How good is tiny-" in page


def test_pictures_enter_the_report_only_when_they_are_asked_for(place: Path) -> None:
    pytest.importorskip("matplotlib")
    wrong = [replace(r, dx="nv" if r.dx == "mel" else r.dx) for r in read_manifest(place / "manifest.csv").rows]
    write_manifest(wrong, place / "manifest.csv")  # the bundle says mel of red

    run(place, "--report", place / "out", "--with-images")

    page = (place / "out" / "report.html").read_text()
    assert "data:image/jpeg;base64," in page
    assert "do not publish it" in page


def test_all_pictures_of_a_manifest_are_measured_without_lists(place: Path) -> None:
    rows = [replace(row, lesion_id=f"X{row.image_id}") for row in read_manifest(place / "manifest.csv").rows]
    write_manifest([*rows[:4], replace(rows[4], dx="")], place / "unseen.csv")

    result = CliRunner().invoke(
        cli, ["evaluate", str(place / "bundle"), "--manifest", str(place / "unseen.csv"), "--split", "all", "--json"]
    )

    assert json.loads(result.stdout)["images"] == 4


def test_all_pictures_of_a_manifest_are_still_held_against_what_was_trained_on(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments(place, "--split", "all"))

    assert end.value.code == 1
    assert "HAM_9000001" in capsys.readouterr().err


def test_what_is_disclosed_reaches_report_and_card_and_stays_at_the_next_evaluation(place: Path) -> None:
    run(place, "--disclose", "Read twice.", "--save", "--models", place / "models")
    again = run(place, "--disclose", "Read thrice.", "--save", "--models", place / "models", "--json")

    assert json.loads(again.stdout)["disclosures"] == ["Read twice.", "Read thrice."]
    card = load_bundle(place / "bundle").read_file("card.md").decode()
    assert card.index("- Read twice.") < card.index("- Read thrice.") < card.index("## Figures")


def test_robustness_is_measured_on_the_validation_pictures_and_shown(place: Path) -> None:
    pytest.importorskip("matplotlib")
    result = run(place, "--robustness", "1", "--report", place / "out", "--json")

    section = json.loads(result.stdout)["robustness"]
    assert section["pictures"] == "Pictures of the validation split"
    assert section["degradation"]["n"] == 1
    assert section["refusals"]["groups"]["lesions"]["refused"]["n"] == 1
    assert "How figures fall as pictures get worse" in (place / "out" / "report.html").read_text()


def test_photographs_of_something_else_are_counted_by_their_index(place: Path) -> None:
    folder = place / "photographs"
    folder.mkdir()
    (folder / "bricks.png").write_bytes((place / "p0.png").read_bytes())
    (folder / "index.csv").write_text("file,subject\nbricks.png,bricks\n")

    result = run(place, "--robustness", "1", "--photographs", folder, "--json")

    assert json.loads(result.stdout)["robustness"]["refusals"]["groups"]["photographs"]["refused"]["n"] == 1


def test_heat_maps_are_held_against_the_outlines_when_it_is_asked_for(place: Path) -> None:
    mask = np.zeros((64, 64, 3), np.uint8)
    mask[16:48, 16:48] = 255
    (place / "mask.png").write_bytes(encode_png(mask))
    rows = [replace(row, mask_path="mask.png") for row in read_manifest(place / "manifest.csv").rows]
    write_manifest(rows, place / "manifest.csv")

    report = json.loads(run(place, "--localisation", "--json").stdout)

    whole = report["localisation"]["groups"]["all"]
    assert whole["n"] == 4
    assert 0 <= whole["measures"]["pointing"]["value"] <= 1
    assert [row["title"] for row in report["targets"]] == ["Pointing game"]


@pytest.mark.parametrize(
    ("option", "other"),
    [(["--with-images"], "--report"), (["--photographs", "x"], "--robustness"), (["--subjects", "x"], "--photographs")],
)
def test_an_option_that_says_more_of_another_needs_it(place: Path, option: list[str], other: str) -> None:
    result = run(place, *option)

    assert result.exit_code == 2
    assert f"says more of {other}: give it too." in result.stderr
