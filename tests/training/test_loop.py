"""The loop trains, keeps the best, and goes on where it was killed as if it had never stopped."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from epiluma.errors import ConfigError, TrainingError
from epiluma.training.checkpoint import Progress, load_checkpoint
from epiluma.training.config import Recipe
from epiluma.training.dataset import Pictures
from epiluma.training.ema import MovingAverage
from epiluma.training.loop import BEST, CHECKPOINT, Trainer
from epiluma.training.networks import build_network
from epiluma.training.optimize import learning_rate_factor, set_trainable
from epiluma.training.tracking import Tracker, read_log
from epiluma.training.validate import is_better, metric_value, score
from epiluma.training.weights import read_weights


def trainer(recipe: Recipe, pictures: Pictures, folder: Path) -> Trainer:
    torch.manual_seed(recipe.seed)
    network = build_network(recipe.network.architecture, dropout=recipe.network.dropout)
    return Trainer(recipe, network, train=pictures, validation=pictures, folder=folder)


def timeless(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: value for name, value in entry.items() if name != "elapsed_s"} for entry in entries]


@pytest.mark.parametrize("killed_after", [1, 4, 6])
def test_a_run_killed_and_resumed_equals_one_that_never_stopped(
    recipe: Recipe, pictures: Pictures, tmp_path: Path, killed_after: int
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()

    trainer(recipe, pictures, whole).run()
    trainer(recipe, pictures, parts).run(stop_after_steps=killed_after)
    torch.manual_seed(99)  # a new process starts from another state
    trainer(replace(recipe), pictures, parts).run()

    expected, found = read_weights(whole / BEST), read_weights(parts / BEST)
    assert [torch.equal(expected[name], found[name]) for name in expected] == [True] * len(expected)
    assert timeless(read_log(parts)) == timeless(read_log(whole))


def test_a_log_line_written_after_the_last_checkpoint_is_not_kept_twice(
    recipe: Recipe, pictures: Pictures, run_folder: Path
) -> None:
    trainer(recipe, pictures, run_folder).run(stop_after_steps=5)
    with (run_folder / "log.jsonl").open("a") as log:
        log.write('{"epoch": 99}\n')

    trainer(recipe, pictures, run_folder).run()

    assert [entry["epoch"] for entry in read_log(run_folder)] == [1, 2]


def test_a_finished_run_does_nothing_more(recipe: Recipe, pictures: Pictures, run_folder: Path) -> None:
    done = trainer(recipe, pictures, run_folder).run()

    again = trainer(recipe, pictures, run_folder).run()

    assert (done.step, again.step, again.finished) == (8, 8, True)


def test_a_broken_checkpoint_is_named(recipe: Recipe, pictures: Pictures, run_folder: Path) -> None:
    (run_folder / CHECKPOINT).write_bytes(b"broken")

    with pytest.raises(TrainingError, match=r"cannot go on from .*checkpoint.pt"):
        trainer(recipe, pictures, run_folder)


def test_the_loop_learns_to_tell_seven_greys_apart(recipe: Recipe, pictures: Pictures, run_folder: Path) -> None:
    longer = replace(
        recipe, schedule=replace(recipe.schedule, epochs=30), optimizer=replace(recipe.optimizer, learning_rate=1e-2)
    )
    plain = replace(longer.augment, brightness=(1.0, 1.0), contrast=(1.0, 1.0))

    trainer(replace(longer, augment=plain), pictures, run_folder).run()

    first, last = read_log(run_folder)[0], read_log(run_folder)[-1]
    assert last["nll"] < 0.5 * first["nll"]
    assert last["balanced_accuracy"] > 0.5  # chance is 1/7


def test_a_frozen_stage_moves_the_head_only(recipe: Recipe, pictures: Pictures, run_folder: Path) -> None:
    frozen = trainer(recipe, pictures, run_folder)
    before = {name: tensor.clone() for name, tensor in frozen.network.state_dict().items()}

    frozen.run(stop_after_steps=1)

    moved = {name for name, tensor in frozen.network.state_dict().items() if not torch.equal(tensor, before[name])}
    assert moved == {"classifier.1.weight", "classifier.1.bias"}


def test_only_blocks_from_the_named_one_on_are_trained(recipe: Recipe) -> None:
    network = build_network("mobilenet_v2")

    set_trainable(network, replace(recipe.stage[0], trainable="features.14"))

    trained = {name.split(".")[1] for name, p in network.named_parameters() if p.requires_grad}
    assert trained == {"14", "15", "16", "17", "18", "1"}  # blocks, and classifier.1
    assert (network.features[13].training, network.features[14].training) == (False, True)


@pytest.mark.parametrize("name", ["features.19", "top", "layer.1"])
def test_a_block_that_is_not_there_is_refused(recipe: Recipe, name: str) -> None:
    with pytest.raises(ConfigError, match=r"features.0 to features.18"):
        set_trainable(build_network("mobilenet_v2"), replace(recipe.stage[0], trainable=name))


def test_the_learning_rate_warms_up_and_falls_as_a_cosine(recipe: Recipe) -> None:
    config = replace(recipe, schedule=replace(recipe.schedule, warmup=0.2, final=0.1))

    factors = [learning_rate_factor(config, share, 1.0) for share in (0.1, 0.2, 0.6, 1.0)]

    assert factors == pytest.approx([0.5, 1.0, 0.55, 0.1])


def test_reduce_on_plateau_waits_and_then_reduces(recipe: Recipe, pictures: Pictures, run_folder: Path) -> None:
    schedule = replace(recipe.schedule, kind="plateau", plateau_patience=1, plateau_factor=0.5)
    run = trainer(replace(recipe, schedule=schedule), pictures, run_folder)
    run.progress.best = 0.0

    scales = []
    for _ in range(4):
        run._judge(1.0, run.network, serves=True)
        scales.append(run.progress.plateau_scale)

    assert scales == [1.0, 0.5, 0.5, 0.25]


def test_early_stopping_ends_a_run_that_no_longer_improves(
    recipe: Recipe, pictures: Pictures, run_folder: Path
) -> None:
    schedule = replace(recipe.schedule, epochs=50, early_stopping=2)
    still = replace(recipe.optimizer, learning_rate=0.0, head_learning_rate=0.0, ema_decay=0.0)
    one_size = (replace(recipe.stage[1], trainable="head"),)

    done = trainer(replace(recipe, schedule=schedule, optimizer=still, stage=one_size), pictures, run_folder).run()

    assert (done.finished, done.epoch) == (True, 3)  # the first is the best, then two in vain


def test_weights_are_chosen_at_the_size_that_is_served_only(
    recipe: Recipe, pictures: Pictures, run_folder: Path
) -> None:
    late = (replace(recipe.stage[0], until=0.9, trainable="all"), recipe.stage[1])
    run = trainer(replace(recipe, stage=late), pictures, run_folder)

    run.run(stop_after_steps=4)

    assert read_log(run_folder)[0]["size_px"] == 24
    assert not (run_folder / BEST).exists()


def test_the_average_follows_with_a_decay_that_grows() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = MovingAverage(network, decay=0.999)
    torch.nn.init.ones_(network.weight)

    average.update(network)

    assert float(average.network.weight) == pytest.approx(0.9)  # decay (1 + 0) / (10 + 0)


def test_scores_of_a_perfect_reader_are_perfect() -> None:
    labels = np.arange(7).repeat(3)

    figures = score(np.eye(7, dtype=np.float32)[labels] * 20, labels)

    assert figures["nll"] < 1e-6
    assert {name: figures[name] for name in figures if name != "nll"} == {
        "top1": 1.0,
        "balanced_accuracy": 1.0,
        "macro_auc": 1.0,
        "melanoma_auc": 1.0,
        "malignant_auc": 1.0,
    }


def test_balanced_accuracy_divides_by_the_prior() -> None:
    # Two nv and one mel; every picture says mel 0.4, nv 0.6. With prior 1/3 and 2/3: 1.2 to 0.9, so mel is said.
    logits = np.full((3, 7), -30, np.float32)
    logits[:, 4], logits[:, 5] = np.log(0.4), np.log(0.6)

    figures = score(logits, np.array([5, 5, 4]))

    assert (figures["top1"], figures["balanced_accuracy"]) == (pytest.approx(2 / 3), 0.5)


def test_a_metric_that_cannot_be_computed_stops_the_run() -> None:
    figures = score(np.zeros((2, 7), np.float32), np.array([5, 5]))

    with pytest.raises(ConfigError, match="melanoma_auc' cannot be computed"):
        metric_value(figures, "melanoma_auc")


@pytest.mark.parametrize(
    ("name", "value", "best", "better"),
    [("nll", 1.0, 2.0, True), ("nll", 2.0, 2.0, False), ("macro_auc", 0.9, 0.8, True), ("top1", 0.5, None, True)],
)
def test_a_metric_improves_in_its_own_direction(name: str, value: float, best: float | None, better: bool) -> None:
    assert is_better(name, value, best) is better


def test_a_checkpoint_holds_where_the_run_stands(recipe: Recipe, pictures: Pictures, run_folder: Path) -> None:
    trainer(recipe, pictures, run_folder).run(stop_after_steps=5)

    progress, _ = load_checkpoint(run_folder / CHECKPOINT)

    assert (progress.epoch, progress.batch, progress.step, progress.images) == (1, 1, 5, 35)
    assert isinstance(progress, Progress)


def test_a_budget_that_validation_uses_up_is_not_validated_twice(
    recipe: Recipe, pictures: Pictures, run_folder: Path
) -> None:
    class SlowToValidate(Trainer):
        def _validate(self, tracker: Tracker, train_loss: float, *, over: bool) -> None:
            super()._validate(tracker, train_loss, over=over)
            self.progress.elapsed_s += 600

    by_clock = replace(recipe, schedule=replace(recipe.schedule, epochs=0, minutes=10.0), stage=(recipe.stage[1],))
    network = build_network("scratch_cnn")
    run = SlowToValidate(by_clock, network, train=pictures, validation=pictures, folder=run_folder)

    done = run.run()

    assert (done.finished, len(read_log(run_folder))) == (True, 1)
