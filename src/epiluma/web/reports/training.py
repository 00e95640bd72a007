"""The page on the training: recipe, stages and curves from the bundle's `training.json`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from epiluma.bundle.read import TRAINING_FILE, Bundle
from epiluma.web.charts.chart import Chart, Table
from epiluma.web.charts.lines import Axis, Line, line_chart
from epiluma.web.given import Given
from epiluma.web.languages import gettext
from epiluma.web.reports.names import STAGES, name_of
from epiluma.web.reports.numbers import count, decimals, minutes, share, short_share


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingReport:
    """What the page shows; empty where the bundle carries no record.

    Attributes:
        facts: of the run, word and value.
        stages: of the recipe.
        charts: what the validations show.
        frozen: the sentence on the run in which only the last layer learnt.
        uses: what the recipe does: `changed`, `mixed`, `softened`, `shuffled`, `averaged`.
    """

    facts: Sequence[tuple[str, str]] = ()
    stages: Table | None = None
    charts: Sequence[Chart] = ()
    frozen: str = ""
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    epoch: float
    size_px: int
    learnt: float
    loss: float
    train_loss: float
    balanced: float
    melanoma: float


def training_report(bundle: Bundle) -> TrainingReport:
    """Read how the model of a bundle was trained."""
    record = Given.file(bundle, TRAINING_FILE)
    steps = _steps(record.at("validations"))
    frozen = _frozen(record)
    return TrainingReport(
        facts=_facts(bundle, record, steps),
        stages=_stages(record.at("recipe")),
        charts=[_learning(steps, frozen), _losses(steps)] if len(steps) > 1 else [],
        frozen=_frozen_sentence(frozen, steps),
        uses=_uses(record.at("recipe")),
    )


def _uses(recipe: Given) -> frozenset[str]:
    loss = recipe.at("loss")
    found = {
        "changed": recipe.at("augment").is_there,
        "mixed": (loss.at("mixup_alpha").number or 0) > 0,
        "softened": (loss.at("label_smoothing").number or 0) > 0,
        "shuffled": loss.at("sampling").text == "shuffle",
        "averaged": (recipe.at("optimizer", "ema_decay").number or 0) > 0,
    }
    return frozenset(name for name, yes in found.items() if yes)


def _steps(validations: Given) -> list[_Step]:
    steps = []
    for entry in validations.each():
        keys = ("epoch", "size_px", "elapsed_s", "nll", "train_loss", "balanced_accuracy", "melanoma_auc")
        numbers = [number for key in keys if (number := entry.at(key).number) is not None]
        if len(numbers) == len(keys):
            epoch, size, learnt, loss, train, balanced, melanoma = numbers
            steps.append(
                _Step(
                    epoch=epoch,
                    size_px=int(size),
                    learnt=learnt,
                    loss=loss,
                    train_loss=train,
                    balanced=balanced,
                    melanoma=melanoma,
                )
            )
    return sorted(steps, key=lambda step: step.epoch)


def _frozen(record: Given) -> _Step | None:
    """Return the last validation of the first run that is shown beside this one."""
    for other in record.at("compared").each():
        steps = _steps(other.at("validations"))
        if steps:
            return steps[-1]
    return None


def _facts(bundle: Bundle, record: Given, steps: Sequence[_Step]) -> list[tuple[str, str]]:
    recipe, provenance = record.at("recipe"), Given(bundle.manifest.provenance)
    pictures = provenance.at("images", "train").number
    facts = [
        (gettext("Model"), bundle.id),
        (gettext("Made on"), bundle.manifest.created),
        (gettext("Recipe"), recipe.at("name").text),
        (gettext("Pictures it learned from"), "" if pictures is None else count(pictures)),
        (gettext("Passes over them"), count(steps[-1].epoch) if steps else ""),
        (gettext("Time it took"), minutes(steps[-1].learnt) if steps else ""),
        (gettext("Pictures at once"), _count(recipe.at("optimizer", "batch_size"))),
        (gettext("Seed of all that is random"), _count(recipe.at("seed"))),
    ]
    return [(word, value) for word, value in facts if value]


def _count(given: Given) -> str:
    return "" if given.number is None else count(given.number)


def _stages(recipe: Given) -> Table | None:
    rows, start = [], 0.0
    for stage in recipe.at("stage").each():
        until, size = stage.at("until").number, stage.at("size_px").number
        if until is None or size is None:
            return None
        part = gettext("%(start)s to %(end)s", start=short_share(start), end=short_share(until))
        side = gettext("%(side)s × %(side)s pixels", side=count(size))
        rows.append((part, name_of(STAGES, stage.at("trainable").text), side))
        start = until
    if not rows:
        return None
    columns = (gettext("Part of the training time"), gettext("What learns"), gettext("Size of the pictures"))
    return Table(caption=gettext("The stages, in order"), columns=columns, rows=rows)


def _marks(steps: Sequence[_Step]) -> list[tuple[float, str]]:
    """Return where the pictures grow, between the last validation of one size and the first of the next."""
    marks = [(steps[0].epoch, f"{steps[0].size_px} px")]
    for before, after in pairwise(steps):
        if after.size_px != before.size_px:
            marks.append(((before.epoch + after.epoch) / 2, f"{after.size_px} px"))
    return marks


def _epochs(steps: Sequence[_Step]) -> Axis:
    first, last = steps[0].epoch, max(steps[-1].epoch, steps[0].epoch + 1)
    middle = round((first + last) / 2)
    ticks = [(value, count(value)) for value in (first, middle, last)]
    return Axis(title=gettext("Passes over the training pictures"), low=first, high=last, ticks=ticks)


def _learning(steps: Sequence[_Step], frozen: _Step | None) -> Chart:
    x = _epochs(steps)
    y = Axis(
        title=gettext("On the validation pictures"),
        low=0.4,
        high=1,
        ticks=[(value, decimals(value, 1)) for value in (0.4, 0.6, 0.8, 1)],
    )
    best = max(step.balanced for step in steps)
    sentence = gettext(
        "Balanced accuracy rises from %(first)s to %(best)s, AUC of melanoma from %(start)s to %(end)s.",
        first=share(steps[0].balanced),
        best=share(best),
        start=decimals(steps[0].melanoma),
        end=decimals(steps[-1].melanoma),
    )
    drawing = line_chart(_learning_lines(steps, frozen, x), x=x, y=y, label=sentence, marks=_marks(steps))
    return _chart(gettext("It gets better"), sentence, drawing, steps)


def _learning_lines(steps: Sequence[_Step], frozen: _Step | None, x: Axis) -> list[Line]:
    lines = [
        Line(
            points=[(step.epoch, step.melanoma) for step in steps],
            kind="second",
            name=gettext("AUC of melanoma"),
            name_at=(x.high, 0.945),
            anchor="end",
            dots=True,
        ),
        Line(
            points=[(step.epoch, step.balanced) for step in steps],
            name=gettext("Balanced accuracy"),
            name_at=(x.high, 0.72),
            anchor="end",
            dots=True,
        ),
    ]
    if frozen:
        lines.insert(
            0,
            Line(
                points=[(x.low, frozen.balanced), (x.high, frozen.balanced)],
                kind="quiet",
                name=name_of(STAGES, "head"),
                name_at=(x.high, frozen.balanced - 0.045),
                anchor="end",
            ),
        )
    return lines


def _losses(steps: Sequence[_Step]) -> Chart:
    x, losses = _epochs(steps), [loss for step in steps for loss in (step.loss, step.train_loss)]
    highest = max(*losses, 0.1)
    sentence = gettext(
        "Error on the training pictures falls from %(first)s to %(last)s, on the validation pictures from "
        "%(start)s to %(end)s.",
        first=decimals(steps[0].train_loss, 2),
        last=decimals(steps[-1].train_loss, 2),
        start=decimals(steps[0].loss, 2),
        end=decimals(steps[-1].loss, 2),
    )
    y = Axis(
        title=gettext("Error (cross-entropy)"),
        low=0,
        high=highest,
        ticks=[(highest * part, decimals(highest * part, 1)) for part in (0, 0.5, 1)],
    )
    middle = len(steps) // 2
    lines = [
        Line(
            points=[(step.epoch, step.train_loss) for step in steps],
            kind="second",
            name=gettext("Training, made harder"),
            name_at=(x.high, steps[middle].train_loss + highest * 0.07),
            anchor="end",
        ),
        Line(
            points=[(step.epoch, step.loss) for step in steps],
            name=gettext("Validation"),
            name_at=(x.high, steps[-1].loss - highest * 0.1),
            anchor="end",
        ),
    ]
    return _chart(gettext("It errs less"), sentence, line_chart(lines, x=x, y=y, label=sentence), steps)


def _chart(title: str, sentence: str, drawing: Markup, steps: Sequence[_Step]) -> Chart:
    columns = (
        *(gettext("Passes"), gettext("Pixels"), gettext("Error, training"), gettext("Error, validation")),
        *(gettext("Balanced accuracy"), gettext("AUC, melanoma")),
    )
    rows = [
        (
            count(step.epoch),
            count(step.size_px),
            decimals(step.train_loss),
            decimals(step.loss),
            decimals(step.balanced),
            decimals(step.melanoma),
        )
        for step in steps
    ]
    return Chart(title=title, sentence=sentence, svg=drawing, table=Table(caption=title, columns=columns, rows=rows))


def _frozen_sentence(frozen: _Step | None, steps: Sequence[_Step]) -> str:
    if frozen is None or not steps:
        return ""
    return gettext(
        "With all layers but the last one kept as they came, the same network reached a balanced accuracy of "
        "%(frozen)s on the validation pictures; with all layers learning it reached %(best)s.",
        frozen=share(frozen.balanced),
        best=share(max(step.balanced for step in steps)),
    )
