"""Training recipes: TOML files whose every value is checked before a picture is read."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints

from epiluma.errors import ConfigError
from epiluma.imaging.preprocess import IMAGENET_MEAN, IMAGENET_STD, Preprocessing

Triple = tuple[float, float, float]

ARCHITECTURES = ("mobilenet_v2", "mobilenet_edgetpu", "scratch_cnn")
# Mean and deviation that a network's ImageNet weights were trained with, where they are not the usual ones.
SCALES: Mapping[str, tuple[Triple, Triple]] = {"mobilenet_edgetpu": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))}
LOSSES = ("cross_entropy", "weighted_cross_entropy", "balanced_softmax")
SAMPLINGS = ("shuffle", "weighted")
SCHEDULES = ("cosine", "plateau")
KEPT = ("best", "last")
VALIDATION_METRICS: Mapping[str, str] = {
    "nll": "min",  # negative log-likelihood, the smoothest of them
    "balanced_accuracy": "max",  # after dividing by the class prior
    "macro_auc": "max",
    "melanoma_auc": "max",
    "malignant_auc": "max",
    "top1": "max",
}


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Which network, and where its first weights come from."""

    architecture: str = "mobilenet_v2"
    pretrained: bool = True  # ImageNet weights: a path given with --weights, or the published file
    dropout: float = 0.2
    size_px: int = 224
    start: str = ""  # a run's weights.safetensors to go on from, instead of ImageNet's; {fold} is the fold's number
    mirror_views: bool = False  # the exported graph reads the picture and its mirror image and averages


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig:
    """AdamW's settings; learning rates are peaks, scaled by the schedule."""

    batch_size: int = 48
    learning_rate: float = 6e-4  # body, normalisation and biases
    head_learning_rate: float = 3e-3
    relative: bool = False  # `learning_rate` is a share of each tensor's own size at the start, not an absolute step
    weight_decay: float = 0.03  # convolutions and head only
    gradient_clip: float = 5.0  # norm; 0 = off
    ema_decay: float = 0.999  # 0 = off


@dataclass(frozen=True, kw_only=True)
class ScheduleConfig:
    """How the learning rate falls and when training ends: after `minutes` or after `epochs`, whichever is set."""

    kind: str = "cosine"
    epochs: int = 0
    minutes: float = 0.0
    warmup: float = 0.03  # share of the budget
    final: float = 0.003  # of the peak, cosine only
    plateau_factor: float = 0.3
    plateau_patience: int = 2  # validations without improvement
    metric: str = "nll"  # chooses the weights that are kept, and drives plateau and early stopping
    keep: str = "best"  # `best` by the metric, or `last`: then nothing was chosen on the pictures held out
    early_stopping: int = 0  # validations without improvement; 0 = off
    validate_every: int = 1  # epochs
    checkpoint_every: int = 200  # steps


@dataclass(frozen=True, kw_only=True)
class LossConfig:
    """What is minimised, and how the rare classes get their say."""

    kind: str = "cross_entropy"
    sampling: str = "shuffle"
    label_smoothing: float = 0.05
    mixup_alpha: float = 0.0  # 0 = off
    mixup_every: int = 2  # batches
    cutmix_alpha: float = 0.0  # 0 = off; takes turns with MixUp where both are on
    soft_labels: tuple[str, ...] = ()  # files of teachers, averaged; {fold} is the number of the fold held out
    teacher_share: float = 0.5  # of the target, where there are teachers
    teacher_temperature: float = 1.0  # above 1 softens what the teachers say


@dataclass(frozen=True, kw_only=True)
class AugmentConfig:
    """Ranges of random changes; 0 or 1 (for factors) switches one off."""

    rotation: bool = True  # any angle
    flip: bool = True
    zoom: tuple[float, float] = (0.75, 1.3)  # factor, log-uniform; below 1 shows more
    aspect: float = 0.08  # ± share
    shift: float = 0.12  # ± share of the side
    brightness: tuple[float, float] = (0.8, 1.25)
    contrast: tuple[float, float] = (0.8, 1.25)
    saturation: tuple[float, float] = (0.75, 1.3)
    hue: float = 0.06  # ± share of π
    channel_gain: float = 0.06  # ± share
    blur_probability: float = 0.0
    blur_sigma_px: tuple[float, float] = (0.5, 2.0)
    jpeg_probability: float = 0.0
    jpeg_quality: tuple[int, int] = (40, 95)
    sharpen_probability: float = 0.0
    sharpen_amount: tuple[float, float] = (0.5, 2.0)
    grain_probability: float = 0.0
    grain_sigma: tuple[float, float] = (0.01, 0.04)
    vignette_probability: float = 0.0
    vignette_radius: tuple[float, float] = (0.65, 1.0)  # of half the diagonal
    hair_probability: float = 0.0
    hair_number: tuple[int, int] = (2, 12)
    white_balance_probability: float = 0.0
    cutout_probability: float = 0.0
    cutout_side: tuple[float, float] = (0.12, 0.30)  # share of the side


@dataclass(frozen=True, kw_only=True)
class StageConfig:
    """One stretch of training.

    Attributes:
        name: as the log and the curves call it.
        until: share of the budget at which the stage ends; the last one ends at 1.
        size_px: side of the training pictures.
        trainable: `head`, `all`, or the first trainable block such as `features.14`.
    """

    name: str
    until: float = 1.0
    size_px: int = 224
    trainable: str = "all"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A whole recipe."""

    name: str
    seed: int = 1
    bfloat16_from_px: int = 192  # bf16 autocast from this size up, where the processor multiplies in bf16; 0 = never
    network: NetworkConfig = field(default_factory=NetworkConfig)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    stage: tuple[StageConfig, ...] = ()

    def __post_init__(self) -> None:
        _require(self.network.architecture, ARCHITECTURES, "network.architecture")
        _require(self.loss.kind, LOSSES, "loss.kind")
        _require(self.loss.sampling, SAMPLINGS, "loss.sampling")
        _require(self.schedule.kind, SCHEDULES, "schedule.kind")
        _require(self.schedule.keep, KEPT, "schedule.keep")
        _require(self.schedule.metric, tuple(VALIDATION_METRICS), "schedule.metric")
        if (self.schedule.epochs > 0) == (self.schedule.minutes > 0):
            raise ConfigError(
                "a recipe ends after schedule.epochs or after schedule.minutes: set exactly one of them above 0; got "
                f"epochs = {self.schedule.epochs}, minutes = {self.schedule.minutes}"
            )
        ends = [stage.until for stage in self.stage]
        if not ends or ends != sorted(set(ends)) or ends[-1] != 1.0:
            raise ConfigError(f"the stages' `until` must rise and end at 1.0; got {ends or 'no stage'}")
        if not 0 <= self.loss.teacher_share <= 1 or self.loss.teacher_temperature <= 0:
            raise ConfigError(
                "loss.teacher_share lies in [0, 1] and loss.teacher_temperature above 0; got "
                f"{self.loss.teacher_share} and {self.loss.teacher_temperature}"
            )
        if self.optimizer.batch_size < 2:
            raise ConfigError(f"optimizer.batch_size must be at least 2; got {self.optimizer.batch_size}")

    @property
    def preprocessing(self) -> Preprocessing:
        """The rule the trained network is served with."""
        mean, std = SCALES.get(self.network.architecture, (IMAGENET_MEAN, IMAGENET_STD))
        return Preprocessing(size_px=self.network.size_px, mean=mean, std=std)

    def stage_at(self, progress: float) -> StageConfig:
        """Return the stage that runs at a share of the budget in [0, 1]."""
        return next((stage for stage in self.stage if progress < stage.until), self.stage[-1])

    def to_json(self) -> dict[str, Any]:
        """Return the resolved recipe, every default written out."""
        return asdict(self)


def _require(value: str, known: Sequence[str], name: str) -> None:
    if value not in known:
        raise ConfigError(f"{name} must be one of {', '.join(known)}; got {value!r}")


def read_recipe(path: Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a TOML recipe and apply `key=value` overrides such as `optimizer.batch_size=32`.

    Raises:
        ConfigError: no such file, not TOML, an unknown key, or a value of the wrong type.
    """
    values = _read_tables(path)
    for override in overrides:
        _apply(values, override)
    return recipe_from_json(values)


def _read_tables(path: Path, extended_by: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Read a TOML file over the one that its key `extends` names, beside it; tables are merged, lists replaced."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read the recipe {path}: {error.strerror}. Recipes are in configs/.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    base = values.pop("extends", None)
    if base is None:
        return values
    chain = (*extended_by, path.resolve())
    if not isinstance(base, str) or (path.parent / base).resolve() in chain:
        raise ConfigError(f"{path}: extends must name another recipe, and none that extends this one; got {base!r}")
    return _merged(_read_tables(path.parent / base, chain), values)


def _merged(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with the changes of a recipe that extends it."""
    both = {key: (base.get(key), value) for key, value in changes.items()}
    return base | {
        key: _merged(old, new) if isinstance(old, dict) and isinstance(new, dict) else new
        for key, (old, new) in both.items()
    }


def recipe_from_json(values: Mapping[str, Any]) -> Recipe:
    """Build a recipe from nested mappings, as TOML or `resolved.json` holds them."""
    recipe: Recipe = _build(Recipe, values, "")
    return recipe


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals:
        raise ConfigError(f"an override reads key=value, such as optimizer.batch_size=32; got {override!r}")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *parents, last = key.strip().split(".")
    table: Any = values
    for parent in parents:
        table = table[int(parent)] if isinstance(table, list) and parent.isdigit() else table.setdefault(parent, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{key} does not name a value of the recipe")
    table[last] = value


def _build(kind: Any, values: Any, where: str) -> Any:
    """Build dataclass `kind` from a mapping; unknown keys and wrong types are named with their place."""
    if not isinstance(values, Mapping):
        raise ConfigError(f"[{where}] must be a table; got {values!r}")
    hints = get_type_hints(kind)
    unknown = sorted(set(values) - {f.name for f in fields(kind)})
    if unknown:
        key, known = f"{where}.{unknown[0]}".lstrip("."), ", ".join(f.name for f in fields(kind))
        raise ConfigError(f"unknown key {key}; known here: {known}")
    needed = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    missing = [f"{where}.{name}".lstrip(".") for name in needed if name not in values]
    if missing:
        raise ConfigError(f"the recipe lacks {', '.join(missing)}")
    built = {key: _convert(hints[key], value, f"{where}.{key}".lstrip(".")) for key, value in values.items()}
    return kind(**built)


def _convert(hint: Any, value: Any, where: str) -> Any:
    if hasattr(hint, "__dataclass_fields__"):
        return _build(hint, value, where)
    if hint == tuple[StageConfig, ...]:
        return tuple(_build(StageConfig, item, f"{where}.{i}") for i, item in enumerate(value))
    if hint == tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{where} must be a list; got {value!r}")
        return tuple(_convert(str, item, f"{where}.{i}") for i, item in enumerate(value))
    if getattr(hint, "__origin__", None) is tuple:
        kinds = hint.__args__
        if not isinstance(value, list | tuple) or len(value) != len(kinds):
            raise ConfigError(f"{where} must be {len(kinds)} numbers; got {value!r}")
        return tuple(_convert(k, v, where) for k, v in zip(kinds, value, strict=True))
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise ConfigError(f"{where} must be {hint.__name__}; got {value!r}")
    return value


def for_fold(recipe: Recipe, fold: int | None, *, of: int = 0) -> Recipe:
    """Return the recipe with numbers of folds in the names of the files that it starts from.

    Args:
        recipe: names may hold `{fold}`.
        fold: the one held out, which a teacher called after it has never seen; None where none is held out.
        of: how many folds a run learns from that holds none out; then it has the teachers of all.

    Raises:
        ConfigError: a name asks for a fold's number, and the run has none.
    """
    numbers = range(of) if fold is None else (fold,)
    start, labels = recipe.network.start, recipe.loss.soft_labels
    if any("{fold}" in name for name in labels) and not numbers:
        raise ConfigError(
            f"{recipe.name} is a recipe for folds (its files' names hold {{fold}}): say which with --fold"
        )
    if "{fold}" in start and len(numbers) != 1:
        raise ConfigError(f"{recipe.name}: network.start names the weights of a fold, and no single fold is held out")
    taught = [name.replace("{fold}", str(number)) for name in labels for number in numbers or (0,)]
    return replace(
        recipe,
        network=replace(recipe.network, start=start.replace("{fold}", str(fold))),
        loss=replace(recipe.loss, soft_labels=tuple(dict.fromkeys(taught))),
    )


def with_budget(recipe: Recipe, *, epochs: int = 0, minutes: float = 0.0) -> Recipe:
    """Return the recipe with another budget."""
    return replace(recipe, schedule=replace(recipe.schedule, epochs=epochs, minutes=minutes))
