"""Recipes are checked before a picture is read."""

from pathlib import Path

import pytest

from epiluma.errors import ConfigError
from epiluma.training.config import Recipe, read_recipe, recipe_from_json

CONFIGS = Path(__file__).parents[2] / "configs"
STAGE = {"stage": [{"name": "all"}]}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_committed_recipe_reads_and_survives_a_round_trip(path: Path) -> None:
    recipe = read_recipe(path)

    assert recipe_from_json(recipe.to_json()) == recipe


def test_an_override_changes_one_value(tmp_path: Path) -> None:
    recipe = read_recipe(
        CONFIGS / "mobilenet_v2.toml", ["optimizer.batch_size=32", "name=other", "stage.0.trainable=features.14"]
    )

    assert (recipe.optimizer.batch_size, recipe.name, recipe.stage[0].trainable) == (32, "other", "features.14")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"schedule": {"epochs": 1, "metric": "accuracy"}}, "schedule.metric must be one of nll"),
        ({"schedule": {"epochs": 1}, "network": {"architecture": "resnet"}}, "network.architecture must be one of"),
        ({"schedule": {"epochs": 1, "minutes": 2.0}}, "set exactly one of them"),
        ({"schedule": {}}, "set exactly one of them"),
        ({"schedule": {"epochs": 1}, "optimizer": {"lr": 1.0}}, "unknown key optimizer.lr"),
        ({"schedule": {"epochs": "3"}}, "schedule.epochs must be int; got '3'"),
        ({"schedule": {"epochs": 1}, "augment": {"zoom": [1.0]}}, "augment.zoom must be 2 numbers"),
        ({"schedule": {"epochs": 1}, "stage": []}, "no stage"),
        ({"schedule": {"epochs": 1}, "stage": [{"name": "a", "until": 0.5}]}, "end at 1.0"),
        ({"schedule": {"epochs": 1}, "optimizer": {"batch_size": 1}}, "at least 2"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(values: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        recipe_from_json({"name": "x"} | STAGE | values)


def test_a_recipe_without_a_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="name"):
        recipe_from_json(STAGE | {"schedule": {"epochs": 1}})


def test_a_file_that_is_missing_or_not_toml_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ")

    with pytest.raises(ConfigError, match="is not TOML"):
        read_recipe(broken)
    with pytest.raises(ConfigError, match="cannot read the recipe"):
        read_recipe(tmp_path / "absent.toml")


@pytest.mark.parametrize(("override", "said"), [("seed", "key=value"), ("seed.x=1", "does not name a value")])
def test_an_override_that_names_nothing_is_refused(override: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_recipe(CONFIGS / "mobilenet_v2.toml", [override])


def test_the_stage_follows_the_share_of_the_budget() -> None:
    recipe: Recipe = recipe_from_json(
        {"name": "x", "schedule": {"epochs": 4}, "stage": [{"name": "a", "until": 0.5}, {"name": "b"}]}
    )

    assert [recipe.stage_at(share).name for share in (0.0, 0.49, 0.5, 1.0)] == ["a", "a", "b", "b"]
