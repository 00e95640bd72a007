"""The page on the network: its layers from the bundle's `training.json`, its input and outputs from the manifest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from epiluma.bundle.read import TRAINING_FILE, Bundle
from epiluma.web.charts.bars import length_bar
from epiluma.web.charts.chart import Chart, Table
from epiluma.web.given import Given
from epiluma.web.languages import gettext
from epiluma.web.reports.names import KINDS, name_of
from epiluma.web.reports.numbers import count, decimals, share


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkReport:
    """What the page shows.

    Attributes:
        size_px: side of the picture that the network sees.
        low_below: the tier is low below this probability of cancer or precancer.
        high_from: the tier is high from it on.
        layers: every layer; None where the bundle does not say.
        funnel: how many numbers are left after each group of layers.
        work: how many products each group takes.
        kinds: which kinds of layer there are.
    """

    size_px: str
    low_below: str
    high_from: str
    parameters: str = ""
    products: str = ""
    layers: Table | None = None
    funnel: Chart | None = None
    work: Chart | None = None
    kinds: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layer:
    kind: str
    channels: int
    side: int
    width: int
    parameters: int
    products: int
    filter: str
    adds_input: bool

    @property
    def numbers(self) -> int:
        return self.channels * self.side * self.width

    @property
    def shape(self) -> str:
        if self.side == self.width == 1:
            return gettext("%(count)s numbers", count=count(self.channels))
        return gettext(
            "%(height)s × %(width)s places, %(channels)s numbers each",
            height=self.side,
            width=self.width,
            channels=count(self.channels),
        )


def network_report(bundle: Bundle) -> NetworkReport:
    """Read what the network of a bundle is made of."""
    size_px = bundle.manifest.preprocessing.size_px
    limits = bundle.manifest.tiers
    known = NetworkReport(
        size_px=count(size_px),
        low_below=decimals(limits.intermediate_from),
        high_from=decimals(limits.high_from),
    )
    layers = _layers(Given.file(bundle, TRAINING_FILE).at("layers"))
    if not layers:
        return known
    groups = [list(group) for _, group in groupby(layers, key=lambda layer: (layer.kind, layer.side, layer.channels))]
    return replace(
        known,
        parameters=count(sum(layer.parameters for layer in layers)),
        products=gettext("%(millions)s million", millions=decimals(sum(layer.products for layer in layers) / 1e6, 0)),
        layers=_table(layers),
        funnel=_funnel(groups, size_px),
        work=_work(groups),
        kinds=list(dict.fromkeys(layer.kind for layer in layers)),
    )


def _layers(entries: Given) -> list[_Layer]:
    layers = []
    for entry in entries.each():
        shape = entry.at("shape").numbers
        parameters, products = entry.at("parameters").whole, entry.at("multiply_adds").whole
        if len(shape) != 3 or parameters is None or products is None or min(shape) < 1:
            return []
        channels, side, width = map(int, shape)
        layers.append(
            _Layer(
                kind=entry.at("kind").text,
                channels=channels,
                side=side,
                width=width,
                parameters=parameters,
                products=products,
                filter=_filter(entry),
                adds_input=entry.at("adds_input").yes,
            )
        )
    return layers


def _filter(entry: Given) -> str:
    kernel, stride = entry.at("kernel").whole, entry.at("stride").whole
    if kernel is None or stride is None:
        return ""
    return gettext("%(side)s × %(side)s, step %(step)s", side=kernel, step=stride)


def _table(layers: Sequence[_Layer]) -> Table:
    return Table(
        caption=gettext("Every layer, in the order in which they run"),
        columns=(
            *(gettext("Layer"), gettext("Filter"), gettext("What it gives"), gettext("Adds its input")),
            *(gettext("Learnt numbers"), gettext("Products")),
        ),
        rows=[
            (
                f"{number}. {name_of(KINDS, layer.kind)}",
                layer.filter,
                layer.shape,
                gettext("yes") if layer.adds_input else "",
                count(layer.parameters),
                count(layer.products),
            )
            for number, layer in enumerate(layers, 1)
        ],
    )


def _label(group: Sequence[_Layer]) -> str:
    name, last = name_of(KINDS, group[0].kind), group[-1]
    shape = f"{last.side} × {last.width} × {count(last.channels)}"
    if len(group) == 1:
        return f"{name} → {shape}"
    return gettext("%(kind)s, %(times)s times → %(shape)s", kind=name, times=len(group), shape=shape)


def _funnel(groups: Sequence[Sequence[_Layer]], size_px: int) -> Chart:
    picture = 3 * size_px**2
    rows = [
        (
            gettext("The picture"),
            picture,
            gettext(
                "%(height)s × %(width)s places, %(channels)s numbers each", height=size_px, width=size_px, channels=3
            ),
        ),
        *((_label(group), group[-1].numbers, group[-1].shape) for group in groups),
    ]
    most = max(numbers for _, numbers, _ in rows)
    return Chart(
        title=gettext("How much is left of the picture"),
        sentence=gettext(
            "The picture comes in as %(start)s numbers; %(end)s come out.", start=count(picture), end=count(rows[-1][1])
        ),
        bars=[length_bar(name, count(numbers), numbers / most) for name, numbers, _ in rows],
        table=Table(
            caption=gettext("Numbers after each group of layers"),
            columns=("", gettext("Numbers"), gettext("What it gives")),
            rows=[(name, count(numbers), shape) for name, numbers, shape in rows],
        ),
    )


def _work(groups: Sequence[Sequence[_Layer]]) -> Chart:
    rows = [(_label(group), sum(layer.products for layer in group), group[-1].shape) for group in groups]
    total, most = sum(work for _, work, _ in rows) or 1, max(work for _, work, _ in rows) or 1
    name, work, _shape = max(rows, key=lambda row: row[1])
    return Chart(
        title=gettext("Where the work is"),
        sentence=gettext(
            "The most work is in “%(name)s”, %(share)s of all multiplications.",
            name=name,
            share=share(work / total, 0),
        ),
        bars=[length_bar(name, f"{decimals(work / 1e6, 1)} M", work / most) for name, work, _ in rows],
        table=Table(
            caption=gettext("Multiplications in each group of layers"),
            columns=("", gettext("Products"), gettext("What it gives")),
            rows=[(name, count(work), shape) for name, work, shape in rows],
        ),
    )
