"""The demonstration: the whole chain, through the same functions as the commands."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from epiluma.bundle.read import load_bundle
from epiluma.cli.demo import free_folder
from epiluma.data.manifest import read_manifest
from epiluma.data.split import read_splits
from epiluma.data.synthetic import drawn_dataset
from epiluma.demo import Demonstration, demo_recipe, demonstrate
from epiluma.errors import DataError, Exit
from epiluma.taxonomy import CODES

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> Demonstration:
    copy = drawn_dataset(tmp_path_factory.mktemp("copy"), lesions=100, seed=3, width=128, height=96)
    return demonstrate(tmp_path_factory.mktemp("out") / "demo", data=copy, training_s=1, say=told.append)


def test_every_link_of_the_chain_lies_in_the_folder(made: Demonstration) -> None:
    names = {path.name for path in made.folder.iterdir()}

    assert names == {"manifest.csv", "splits", "run", "bundle"}
    assert load_bundle(made.folder / "bundle").id == made.bundle.id


def test_the_test_split_is_measured_and_shares_no_lesion_with_training(made: Demonstration) -> None:
    manifest, splits = read_manifest(made.folder / "manifest.csv"), read_splits(made.folder / "splits")
    tested = {row.lesion_id for row in manifest.subset(splits.test).rows}
    learnt = {row.lesion_id for row in manifest.subset(splits.train).rows}

    assert made.evaluation["images"] == len(splits.test)
    assert len(tested) > 5
    assert tested & learnt == set()


def test_the_evaluation_travels_with_the_bundle(made: Demonstration) -> None:
    assert made.evaluation["model_id"] == made.bundle.id
    assert set(made.bundle.manifest.files) >= {"model.onnx", "trained_on.csv.gz", "evaluation.json", "card.md"}


def test_the_first_pictures_of_the_test_split_are_read(made: Demonstration) -> None:
    assert [prediction.model_id for prediction in made.predictions] == [made.bundle.id] * 3
    assert len(made.truth) == 3
    assert set(made.truth) <= set(CODES)


def test_each_step_is_told(made: Demonstration, told: list[str]) -> None:
    text = "\n".join(told)

    assert len(told) == 6
    assert f"{made.folder / 'manifest.csv'}: " in text
    assert "Split by lesion" in text
    assert "agrees with the trained network on" in text


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("four years")

    with pytest.raises(DataError) as refusal:
        demonstrate(tmp_path, say=print)

    assert refusal.value.code == "demo.not-empty"
    assert refusal.value.exit_status == Exit.BAD_INPUT
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_demonstration_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    assert free_folder(tmp_path) == tmp_path / "demo"

    (tmp_path / "demo").mkdir()
    (tmp_path / "demo-2").mkdir()

    assert free_folder(tmp_path) == tmp_path / "demo-3"


def test_without_weights_to_start_from_the_small_network_is_trained() -> None:
    assert demo_recipe(pretrained=False, training_s=40).network.architecture == "scratch_cnn"
    assert demo_recipe(pretrained=True, training_s=40).network.architecture == "mobilenet_v2"
    assert demo_recipe(pretrained=True, training_s=30).schedule.minutes == 0.5
