"""`epiluma data` from the command line: results, exit statuses, errors in plain words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dataverse_server import Dataverse, zipped
from epiluma.cli import cli, main
from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest, read_manifest, write_manifest
from epiluma.data.split import Splits, default_splits, read_splits, write_splits
from epiluma.data.synthetic import drawn_dataset
from epiluma.errors import Exit
from small_manifests import make_manifest, save_picture


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["data", *map(str, arguments)], catch_exceptions=True)


@pytest.fixture
def manifest(tmp_path) -> Manifest:
    return make_manifest(tmp_path, [("A1", "LA", "nv"), ("A2", "LA", "nv"), ("B", "LB", "mel"), ("U", "LU", "")])


def test_ham10000_is_imported(tmp_path):
    drawn_dataset(tmp_path / "ham", lesions=7, seed=1, width=96, height=72)

    result = run("import", "ham10000", tmp_path / "ham", "-o", tmp_path / "m.csv", "--json")

    assert result.exit_code == Exit.OK
    rows = read_manifest(tmp_path / "m.csv").rows
    assert json.loads(result.stdout) == {
        "manifest": str(tmp_path / "m.csv"), "pictures": len(rows), "lesions": 7, "labelled": len(rows),
    }  # fmt: skip


def test_class_folders_are_imported(tmp_path):
    save_picture(tmp_path / "in" / "nv" / "p1_1.jpg", seed=1)
    save_picture(tmp_path / "in" / "nv" / "p1_2.jpg", seed=2)

    result = run(
        "import", "folder", tmp_path / "in", "-o", tmp_path / "m.csv", "--modality", "clinical", "--lesion", "(.+)_."
    )

    assert result.stdout == f"{tmp_path / 'm.csv'}: 2 pictures of 1 lesions, 2 with a diagnosis\n"
    assert {row.modality for row in read_manifest(tmp_path / "m.csv").rows} == {"clinical"}


def test_a_table_is_imported_without_the_diagnoses_that_are_none_of_ours(tmp_path):
    save_picture(tmp_path / "in" / "A.jpg", seed=1)
    (tmp_path / "t.csv").write_text("isic_id,diagnosis\nA,nevus\nB,wart\n")
    arguments = ("import", "table", tmp_path / "t.csv", "--images", tmp_path / "in", "-o", tmp_path / "m.csv")

    refused, taken = run(*arguments), run(*arguments, "--unknown", "skip")

    assert refused.exception.code == "data.dx"
    assert taken.stdout == f"{tmp_path / 'm.csv'}: 1 pictures of 1 lesions, 1 with a diagnosis\n"


def test_an_audit_of_a_leaky_split_exits_1_and_names_the_lesion(manifest, tmp_path):
    write_splits(Splits(train=("A1",), validation=("A2", "B")), tmp_path / "leaky", note="leaky")

    result = run("audit", manifest.path, "--splits", tmp_path / "leaky")

    assert result.exit_code == Exit.FINDING
    assert "A1 (train), A2 (validation) are pictures of the lesion LA" in result.stdout
    assert "4 pictures of 3 lesions: 1 findings on 1 lesions, 1 notes" in result.stdout


def test_an_audit_of_a_clean_split_exits_0_with_its_notes_as_json(manifest, tmp_path):
    write_splits(Splits(train=("A1", "A2"), validation=("B",)), tmp_path / "clean", note="clean")

    result = run("audit", manifest.path, "--splits", tmp_path / "clean", "--json")

    assert result.exit_code == Exit.OK
    record = json.loads(result.stdout)
    assert record["findings"] == []
    assert [note["code"] for note in record["notes"]] == ["audit.unlabelled"]


def test_a_picture_listed_in_two_lists_is_a_finding_of_the_audit_and_no_crash(manifest, tmp_path):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "train.txt").write_text("B\n")
    (tmp_path / "s" / "validation.txt").write_text("B\n")

    result = run("audit", manifest.path, "--splits", tmp_path / "s")

    assert result.exit_code == Exit.FINDING
    assert "B is listed in train and validation  (audit.picture-in-two-splits)" in result.stdout


def test_notes_of_one_kind_are_counted_beyond_the_first_five(tmp_path):
    manifest = make_manifest(tmp_path, [(f"P{i}", "L", "nv") for i in range(4)])
    first = manifest.rows[0]
    # Four rows for one file are six pairs.
    write_manifest([replace(first, image_id=row.image_id) for row in manifest.rows], manifest.path)

    result = run("audit", manifest.path)

    assert result.exit_code == Exit.OK
    assert result.stdout.count("are the same file") == 5
    assert "Note: and 1 more of audit.duplicate-in-lesion; --json lists all" in result.stdout


def test_a_split_is_drawn_and_lists_that_are_there_are_not_written_over(drawn, tmp_path):
    arguments = ("split", drawn.path, "-o", tmp_path / "s", "--seed", "3")

    drawn_once, refused, replaced = run(*arguments), run(*arguments), run(*arguments, "--replace", "--json")

    sizes = {name: len(ids) for name, ids in read_splits(tmp_path / "s").as_dict().items()}
    assert drawn_once.exit_code == Exit.OK
    assert sum(sizes.values()) == len(drawn.rows)
    assert refused.exception.code == "data.folder-taken"
    assert json.loads(replaced.stdout) == {"splits": str(tmp_path / "s"), "pictures": sizes}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Manifest:
    folder = drawn_dataset(tmp_path_factory.mktemp("ham"), lesions=60, seed=2, width=96, height=72)
    return import_ham10000(folder, output=folder / "manifest.csv")


def test_the_audit_of_a_split_just_drawn_has_no_findings(drawn, tmp_path):
    run("split", drawn.path, "-o", tmp_path / "s")

    assert run("audit", drawn.path, "--splits", tmp_path / "s").exit_code == Exit.OK


def test_the_benchmark_split_is_drawn_from_the_metadata(tmp_path):
    rows = "".join(f"L{i},I{i},{'nv' if i % 2 else 'mel'}\n" for i in range(100))
    (tmp_path / "metadata.csv").write_text("lesion_id,image_id,dx\n" + rows)

    result = run("split", tmp_path / "metadata.csv", "--benchmark938", "-o", tmp_path / "s")

    assert result.stdout == f"{tmp_path / 's'}: 83 train, 17 validation\n"
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["train.txt", "validation.txt"]


def test_charts_are_drawn_and_their_counts_printed(manifest, tmp_path):
    text = run("explore", manifest.path, "-o", tmp_path / "charts")
    record = run("explore", manifest.path, "-o", tmp_path / "charts", "--json")

    assert text.stdout == f"{tmp_path / 'charts' / 'index.html'}: 8 charts\n"
    assert json.loads(record.stdout)["class"]["nv"] == {"pictures": 2, "lesions": 1}


def test_counts_are_kept_in_a_file_with_those_of_each_split(manifest, tmp_path):
    write_splits(Splits(train=("A1", "A2"), validation=("B",)), tmp_path / "s", note="clean")

    run("explore", manifest.path, "-o", tmp_path / "charts", "--splits", tmp_path / "s", "--save", tmp_path / "c.json")

    counts = json.loads((tmp_path / "c.json").read_text())
    assert counts["schema"] == "epiluma.counts/1"
    assert counts["tables"]["class"]["nv"] == {"pictures": 2, "lesions": 1}
    assert counts["splits"]["train"] == {"pictures": 2, "lesions": 1}


def test_class_folders_are_laid_out_with_and_without_splits(manifest, tmp_path):
    write_splits(Splits(train=("A1", "A2"), validation=("B",)), tmp_path / "s", note="clean")
    out = tmp_path / "out"

    split = run("layout", out, "-m", manifest.path, "--splits", tmp_path / "s")
    assert (out / "train" / "nv" / "A1.jpg").is_symlink()
    unsplit = run("layout", out, "-m", manifest.path, "--unsplit", "--how", "copy", "--json")
    assert (out / "nv" / "A1.jpg").is_file()

    assert split.stdout == f"{out}: 3 pictures\n"
    assert json.loads(unsplit.stdout) == {"folder": str(out), "pictures": 4}


def test_ham10000_is_fetched_from_the_server_given(tmp_path):
    with Dataverse({"HAM10000_images.zip": zipped({"ISIC_1.jpg": b"1"})}) as server:
        first = run("fetch", "ham10000", tmp_path / "ham", "--server", server.url, "--json")
        second = run("fetch", "ham10000", tmp_path / "ham", "--server", server.url)

    assert json.loads(first.stdout) == {"folder": str(tmp_path / "ham"), "fetched": ["HAM10000_images.zip"]}
    assert second.stdout == f"{tmp_path / 'ham'}: everything was there already\n"
    assert (tmp_path / "ham" / "HAM10000_images" / "ISIC_1.jpg").read_bytes() == b"1"


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["audit", "absent.csv"], Exit.BAD_INPUT, "no such file: absent.csv"),
        (["split", "absent.csv"], Exit.BAD_INPUT, "no such file: absent.csv"),
        (["explore", "absent.csv"], Exit.BAD_INPUT, "no such file: absent.csv"),
        (["layout", "out", "-m", "absent.csv"], Exit.BAD_INPUT, "no such file: absent.csv"),
        (["import", "ham10000", "absent"], Exit.BAD_INPUT, "no such folder: absent"),
        (["import", "folder", "absent"], Exit.BAD_INPUT, "no such folder: absent"),
        (["import", "table", "absent.csv", "--images", "."], Exit.BAD_INPUT, "no such file: absent.csv"),
        (["fetch", "ham10000", "out", "--server", "http://127.0.0.1:9"], Exit.BAD_INPUT, "cannot be reached"),
    ],
)
def test_bad_input_is_one_readable_line_and_its_status(tmp_path, monkeypatch, capsys, arguments, status, said):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit) as ended:
        main(["data", *arguments])

    printed = capsys.readouterr()
    assert ended.value.code == status
    assert said in printed.err
    assert printed.out == ""
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    "command", [["import", "folder", "in", "-o"], ["explore", "-o"], ["layout", "--unsplit"], ["fetch", "ham10000"]]
)
def test_a_place_where_one_may_not_write_is_said_so(manifest, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    save_picture(tmp_path / "in" / "nv" / "A.jpg", seed=1)
    (tmp_path / "a_file").write_text("in the way")

    result = run(*command, "a_file/below")

    assert result.exception.code == "data.write"
    assert "a_file" in result.exception.message


def test_a_missing_argument_is_a_usage_error():
    assert run("import", "table", "t.csv").exit_code == Exit.USAGE


def test_every_command_has_help():
    for command in (["fetch", "ham10000"], ["import", "folder"], ["audit"], ["split"], ["explore"], ["layout"]):
        assert run(*command, "--help").stdout.startswith("Usage: ")


@pytest.mark.data
def test_the_audit_of_the_real_data_set_and_the_committed_split_has_no_findings(data_folder, tmp_path):
    run("import", "ham10000", data_folder / "ham10000", "-o", tmp_path / "m.csv")

    result = run("audit", tmp_path / "m.csv", "--splits", default_splits(), "--json")

    assert result.exit_code == Exit.OK
    notes = json.loads(result.stdout)["notes"]
    exact = [note["image_ids"] for note in notes if note["message"].endswith("are the same file")]
    assert exact == [["ISIC_0024366", "ISIC_0029861"], ["ISIC_0024777", "ISIC_0029938"]]


@pytest.mark.data
def test_the_audit_of_the_real_data_set_with_a_sibling_moved_to_the_test_split_names_the_lesion(data_folder, tmp_path):
    folder: Path = tmp_path / "leaky"
    run("import", "ham10000", data_folder / "ham10000", "-o", tmp_path / "m.csv")
    splits = read_splits(default_splits())
    rows = read_manifest(tmp_path / "m.csv").by_id
    moved = next(image for image in splits.train if rows[image].lesion_id == "HAM_0000012")
    train = tuple(image for image in splits.train if image != moved)
    write_splits(Splits(train=train, validation=splits.validation, test=(*splits.test, moved)), folder, note="leaky")

    result = run("audit", tmp_path / "m.csv", "--splits", folder)

    assert result.exit_code == Exit.FINDING
    assert "HAM_0000012" in result.stdout
