"""The loop: draw a batch, step, average, validate, keep the best, write a checkpoint.

Every random number is drawn from the seed and the step, never from a state carried along, so a run that was killed
and goes on draws what it would have drawn.
"""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from epiluma.taxonomy import CODES
from epiluma.training.augment import augment
from epiluma.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from epiluma.training.config import Recipe, StageConfig
from epiluma.training.dataset import Pictures, epoch_batches, normalise, sources_for
from epiluma.training.ema import MovingAverage
from epiluma.training.loss import blend, class_prior, sample_order, soft_targets, training_loss
from epiluma.training.networks import Network
from epiluma.training.optimize import (
    average_gradients,
    build_optimizer,
    clip_gradients,
    learning_rate_factor,
    set_learning_rate,
    set_trainable,
    share_spent,
)
from epiluma.training.tracking import Tracker
from epiluma.training.validate import is_better, metric_value, predict_logits, score
from epiluma.training.weights import write_weights
from epiluma.training.workers import ALONE, Workers

CHECKPOINT = "checkpoint.pt"
BEST = "best.safetensors"


class Trainer:
    """One run: a recipe, pictures, a network, and a folder that holds its state."""

    def __init__(
        self,
        recipe: Recipe,
        network: Network,
        *,
        train: Pictures,
        validation: Pictures,
        folder: Path,
        teachers: Tensor | None = None,
        workers: Workers = ALONE,
    ) -> None:
        self.teachers = teachers  # (N, 7) of the training pictures
        self.recipe, self.network, self.folder, self.workers = recipe, network, folder, workers
        self.train_pictures, self.validation_pictures = train, validation
        self.device = next(network.parameters()).device
        self.labels = train.labels.numpy()
        self.prior = class_prior(train.labels, len(CODES)).to(self.device)
        self.optimizer = build_optimizer(network, recipe.optimizer)
        self.average = MovingAverage(network, decay=recipe.optimizer.ema_decay)
        self.progress = Progress()
        self.stage: StageConfig | None = None
        self.sources = train.pixels
        per_process = len(train) // workers.world
        self.steps_per_epoch = max(1, per_process // recipe.optimizer.batch_size)
        if (folder / CHECKPOINT).exists():
            self._restore()

    @property
    def share(self) -> float:
        """The share of the budget that is spent."""
        return share_spent(self.progress, self.recipe.schedule, steps_per_epoch=self.steps_per_epoch)

    def run(self, *, stop_after_steps: int | None = None) -> Progress:
        """Train to the end of the budget, or for some more steps, and return where the run stands."""
        last_step = self.progress.step + stop_after_steps if stop_after_steps is not None else None
        with Tracker(self.folder, kept_lines=self.progress.log_lines, writes=self.workers.leads) as tracker:
            while not self.progress.finished and self.progress.step != last_step:
                self._run_epoch(tracker, last_step)
        return self.progress

    def _run_epoch(self, tracker: Tracker, last_step: int | None) -> None:
        order_rng = np.random.default_rng([self.recipe.seed, 1, self.progress.epoch])
        order = sample_order(self.labels, self.recipe.loss, rng=order_rng)
        batches = epoch_batches(
            order, self.recipe.optimizer.batch_size, rank=self.workers.rank, world=self.workers.world
        )
        while self.progress.batch < len(batches) and self.share < 1:
            if self.progress.step == last_step:
                return
            started = time.monotonic()
            self._enter_stage()
            self.progress.loss_sum += self._step(batches[self.progress.batch])
            self.progress.batch += 1
            self.progress.step += 1
            self.progress.images += len(batches[0]) * self.workers.world
            self.progress.elapsed_s = self.workers.agree(self.progress.elapsed_s + time.monotonic() - started)
            tracker.advance(self.share, f"epoch {self.progress.epoch + 1}")
            if self.progress.step % self.recipe.schedule.checkpoint_every == 0:
                self.save()
        self._end_epoch(tracker)

    def _enter_stage(self) -> None:
        stage = self.recipe.stage_at(self.share)
        if stage == self.stage:
            return
        if self.stage is None or stage.size_px != self.stage.size_px:
            self.sources = sources_for(self.train_pictures, stage.size_px)
        self.stage = stage
        set_trainable(self.network, stage)

    def _step(self, indices: Tensor) -> float:
        assert self.stage is not None  # noqa: S101 (entered just before)
        recipe, stage = self.recipe, self.stage
        rng = np.random.default_rng([recipe.seed, 2, self.progress.step, self.workers.rank])
        torch.manual_seed(int(rng.integers(2**62)))  # dropout draws from here
        images = augment(self.sources[indices].to(self.device), stage.size_px, recipe.augment, rng=rng)
        images = normalise(images, recipe.preprocessing)
        labels = self.train_pictures.labels[indices].to(self.device)
        targets = soft_targets(labels, len(CODES), recipe.loss.label_smoothing)
        if self.teachers is not None:
            share = recipe.loss.teacher_share
            targets = (1 - share) * targets + share * self.teachers[indices].to(self.device)
        images, targets = blend(images, targets, recipe.loss, step=self.progress.step, rng=rng)
        factor = learning_rate_factor(recipe, self.share, self.progress.plateau_scale)
        set_learning_rate(self.optimizer, factor)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16(stage.size_px)):
            logits = self.network(images)
        loss = training_loss(logits.float(), targets, self.prior, recipe.loss)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        average_gradients(list(self.network.parameters()), self.workers.world)
        clip_gradients(self.network, recipe.optimizer.gradient_clip)
        self.optimizer.step()
        self.average.update(self.network)
        return float(loss.detach())

    def _bfloat16(self, size_px: int) -> bool:
        lowest = self.recipe.bfloat16_from_px
        if self.device.type == "cuda":
            return True
        return 0 < lowest <= size_px and torch.cpu._is_amx_tile_supported()

    def _end_epoch(self, tracker: Tracker) -> None:
        progress, schedule = self.progress, self.recipe.schedule
        steps = max(1, progress.batch)
        train_loss = progress.loss_sum / steps
        progress.epoch, progress.batch, progress.loss_sum = progress.epoch + 1, 0, 0.0
        over = self.share >= 1
        if len(self.validation_pictures) == 0:
            self._keep_last(tracker, train_loss)
        elif over or progress.epoch % schedule.validate_every == 0:
            self._validate(tracker, train_loss, over=over)
        # Validation takes time too: where it used up the last of the budget at the size that is served, all is done.
        served = self.stage is not None and self.stage.size_px == self.recipe.network.size_px
        spent = over or (served and self.share >= 1)
        progress.finished = spent or (0 < schedule.early_stopping <= progress.waited)
        self.save(log_lines=tracker.lines)

    def _validate(self, tracker: Tracker, train_loss: float, *, over: bool) -> None:
        started = time.monotonic()
        progress, stage = self.progress, self.stage or self.recipe.stage[0]
        size_px = self.recipe.network.size_px if over else stage.size_px
        kept = self.average.network if self.recipe.optimizer.ema_decay > 0 else self.network
        preprocessing = replace(self.recipe.preprocessing, size_px=size_px)
        logits = predict_logits(kept, self.validation_pictures, preprocessing, bfloat16=self._bfloat16(size_px))
        figures = score(logits, self.validation_pictures.labels.numpy())
        value = self.workers.agree(metric_value(figures, self.recipe.schedule.metric))
        set_trainable(self.network, stage)
        # A figure at another size than the one that is served does not choose weights.
        serves = size_px == self.recipe.network.size_px
        self._judge(value, kept, serves=serves)
        progress.elapsed_s = self.workers.agree(progress.elapsed_s + time.monotonic() - started)
        entry = {"epoch": progress.epoch, "step": progress.step, "stage": stage.name, "size_px": size_px}
        speed = {"share": round(self.share, 4), "elapsed_s": round(progress.elapsed_s, 1)}
        factor = learning_rate_factor(self.recipe, self.share, progress.plateau_scale)
        rate = {"learning_rate": self.recipe.optimizer.learning_rate * factor}
        tracker.record(entry | {"train_loss": train_loss} | figures | rate | speed)

    def _keep_last(self, tracker: Tracker, train_loss: float) -> None:
        """With nothing held out there is nothing to choose by: keep the last weights."""
        kept = self.average.network if self.recipe.optimizer.ema_decay > 0 else self.network
        if self.workers.leads:
            write_weights(kept.state_dict(), self.folder / BEST)
        stage = self.stage or self.recipe.stage[0]
        entry = {
            "epoch": self.progress.epoch,
            "step": self.progress.step,
            "stage": stage.name,
            "size_px": stage.size_px,
        }
        speed = {"share": round(self.share, 4), "elapsed_s": round(self.progress.elapsed_s, 1)}
        tracker.record(entry | {"train_loss": train_loss} | speed)

    def _judge(self, value: float, kept: nn.Module, *, serves: bool) -> None:
        progress, schedule = self.progress, self.recipe.schedule
        better = schedule.keep == "last" or is_better(schedule.metric, value, progress.best)
        if serves and better:
            progress.best, progress.waited, progress.plateau_waited = value, 0, 0
            if self.workers.leads:
                write_weights(kept.state_dict(), self.folder / BEST)
            return
        progress.waited += int(serves)
        progress.plateau_waited += int(serves)
        if schedule.kind == "plateau" and progress.plateau_waited > schedule.plateau_patience:
            progress.plateau_scale *= schedule.plateau_factor
            progress.plateau_waited = 0

    def save(self, *, log_lines: int | None = None) -> None:
        """Write the checkpoint."""
        if log_lines is not None:
            self.progress.log_lines = log_lines
        if self.workers.leads:
            states = {
                "network": self.network.state_dict(),
                "average": self.average.network.state_dict(),
                "updates": self.average.updates,
                "optimizer": self.optimizer.state_dict(),
            }
            save_checkpoint(self.folder / CHECKPOINT, progress=self.progress, states=states)

    def _restore(self) -> None:
        self.progress, states = load_checkpoint(self.folder / CHECKPOINT)
        self.network.load_state_dict(states["network"])
        self.average.network.load_state_dict(states["average"])
        self.average.updates = states["updates"]
        self.optimizer.load_state_dict(states["optimizer"])
