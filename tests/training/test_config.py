"""Recipes are checked before a picture is read."""

from pathlib import Path

import pytest

from epiluma.errors import ConfigError
from epiluma.training.config import Recipe, for_fold, read_recipe, recipe_from_json

CONFIGS = Path(__file__).parents[2] / "configs"
STAGE = {"stage": [{"name": "all"}]}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("**/*.toml")), ids=lambda path: path.stem)
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


def test_an_empty_recipe_is_told_what_it_lacks(tmp_path: Path) -> None:
    empty = tmp_path / "empty.toml"
    empty.write_text("")

    with pytest.raises(ConfigError, match="the recipe lacks name"):
        read_recipe(empty)


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


def test_a_recipe_that_extends_another_changes_only_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        'name = "base"\nseed = 4\n[schedule]\nepochs = 2\nwarmup = 0.1\n[[stage]]\nname = "a"\n'
    )
    (tmp_path / "child.toml").write_text('extends = "base.toml"\nname = "child"\n[schedule]\nwarmup = 0.2\n')

    recipe = read_recipe(tmp_path / "child.toml")

    assert (recipe.name, recipe.seed, recipe.schedule.epochs, recipe.schedule.warmup) == ("child", 4, 2, 0.2)
    assert [stage.name for stage in recipe.stage] == ["a"]


@pytest.mark.parametrize("base", ['"child.toml"', "3"])
def test_a_recipe_that_extends_itself_or_a_number_is_refused(tmp_path: Path, base: str) -> None:
    (tmp_path / "child.toml").write_text(f"extends = {base}\n")

    with pytest.raises(ConfigError, match="extends must name another recipe"):
        read_recipe(tmp_path / "child.toml")


def test_recipes_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text('extends = "two.toml"\n')
    (tmp_path / "two.toml").write_text('extends = "one.toml"\n')

    with pytest.raises(ConfigError, match="none that extends this one"):
        read_recipe(tmp_path / "one.toml")


def recipe_of_a_fold() -> Recipe:
    files = {"loss": {"soft_labels": ["t-{fold}.npz"]}, "network": {"start": "s/fold-{fold}/w"}}
    return recipe_from_json({"name": "folded", "schedule": {"epochs": 1}, **STAGE, **files})


def test_a_recipe_for_folds_names_the_files_of_its_fold() -> None:
    one = for_fold(recipe_of_a_fold(), 3)

    assert (one.loss.soft_labels, one.network.start) == (("t-3.npz",), "s/fold-3/w")


def test_a_recipe_for_folds_is_not_run_without_one() -> None:
    with pytest.raises(ConfigError, match="say which with --fold"):
        for_fold(recipe_of_a_fold(), None)


def test_a_recipe_that_holds_nothing_out_has_the_teachers_of_all_folds() -> None:
    files = {"loss": {"soft_labels": ["t-{fold}.npz", "other.npz"]}}
    recipe = recipe_from_json({"name": "final", "schedule": {"epochs": 1}, **STAGE, **files})

    assert for_fold(recipe, None, of=3).loss.soft_labels == ("t-0.npz", "t-1.npz", "t-2.npz", "other.npz")


def test_no_single_fold_can_start_a_recipe_that_holds_nothing_out() -> None:
    with pytest.raises(ConfigError, match="no single fold is held out"):
        for_fold(recipe_of_a_fold(), None, of=5)
