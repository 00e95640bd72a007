"""The page on the data: counts of HAM10000 from the file that `epiluma data explore --save` wrote."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import lazy_gettext as _

from epiluma.data.counts import read_ham10000_counts
from epiluma.web.charts.bars import length_bar
from epiluma.web.charts.chart import Chart, Table
from epiluma.web.charts.columns import column_chart
from epiluma.web.given import Given
from epiluma.web.languages import gettext
from epiluma.web.reports.names import SEXES, SITES, SPLITS, TRUTHS, class_name, name_of
from epiluma.web.reports.numbers import count, share

TITLES = {
    "class": _("Diagnoses"),
    "site": _("Body sites"),
    "sex": _("Sex"),
    "age": _("Age"),
    "truth": _("How the diagnosis is known"),
    "siblings": _("Pictures of one lesion"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DataReport:
    """What the page shows.

    Attributes:
        charts: by name of the table.
        splits: pictures and lesions of each part.
        leak: share of held-out pictures whose lesion would also be in training, were pictures drawn one by one.
        skewed: share of the pictures that show the most frequent diagnosis.
        skewed_name: its name.
    """

    pictures: str
    lesions: str
    charts: Mapping[str, Chart]
    splits: Table
    leak: str
    skewed: str
    skewed_name: str


@lru_cache(maxsize=1)
def _counts() -> Given:
    return Given(read_ham10000_counts())


def data_report() -> DataReport:
    """Put the counts into charts and tables."""
    counts = _counts()
    pictures = counts.at("pictures").number or 0
    most, code = max(((row.at("pictures").number or 0, name) for name, row in counts.at("tables", "class").items()))
    namers: Mapping[str, Callable[[str], str]] = {
        "class": class_name,
        "site": lambda key: name_of(SITES, key),
        "sex": lambda key: name_of(SEXES, key),
        "truth": lambda key: name_of(TRUTHS, key),
        "siblings": _siblings,
    }
    charts = {name: _bars(name, counts.at("tables", name), pictures, namer) for name, namer in namers.items()}
    return DataReport(
        pictures=count(pictures),
        lesions=count(counts.at("lesions").number or 0),
        charts=charts | {"age": _ages(counts.at("tables", "age"), pictures)},
        splits=_splits(counts.at("splits")),
        leak=share(counts.at("leak_by_picture").number or 0, 0),
        skewed=share(most / pictures, 0),
        skewed_name=class_name(code),
    )


def _siblings(key: str) -> str:
    if key == "1":
        return gettext("Only one picture of the lesion")
    return gettext("%(number)s pictures of the lesion", number=key)


def _rows(table: Given) -> list[tuple[str, float, float]]:
    return [(name, row.at("pictures").number or 0, row.at("lesions").number or 0) for name, row in table.items()]


def _table(name: str, rows: Sequence[tuple[str, float, float]], pictures: float, namer: Callable[[str], str]) -> Table:
    return Table(
        caption=str(TITLES[name]),
        columns=("", gettext("Pictures"), gettext("Share of pictures"), gettext("Lesions")),
        rows=[(namer(key), count(n), share(n / pictures), count(lesions)) for key, n, lesions in rows],
    )


def _most_frequent(name: str, number: float, pictures: float) -> str:
    return gettext(
        "Most frequent: %(name)s, %(count)s of %(all)s pictures (%(share)s).",
        name=name,
        count=count(number),
        all=count(pictures),
        share=share(number / pictures, 0),
    )


def _bars(name: str, table: Given, pictures: float, namer: Callable[[str], str]) -> Chart:
    rows = _rows(table)
    key, most, _lesions = max(rows, key=lambda row: row[1])
    return Chart(
        title=str(TITLES[name]),
        sentence=_most_frequent(namer(key), most, pictures),
        table=_table(name, rows, pictures, namer),
        bars=[length_bar(namer(key), f"{count(n)} · {share(n / pictures)}", n / most) for key, n, _lesions in rows],
    )


def _ages(table: Given, pictures: float) -> Chart:
    rows = _rows(table)
    known = [row for row in rows if row[0][:1].isdigit()]
    key, most, _lesions = max(known, key=lambda row: row[1])
    sentence = _most_frequent(gettext("%(band)s years", band=key), most, pictures)
    drawing = column_chart(
        [int(row[1]) for row in known],
        names=[row[0].split("–")[0] for row in known],
        title=gettext("Age in years, in steps of five"),
        highest=count(most),
        every=4,
        label=sentence,
    )
    unknown = str(SITES["unknown"])
    table_of_ages = _table("age", rows, pictures, lambda key: key if key[:1].isdigit() else unknown)
    return Chart(title=str(TITLES["age"]), sentence=sentence, table=table_of_ages, svg=drawing)


def _splits(splits: Given) -> Table:
    return Table(
        caption=gettext("The three parts"),
        columns=("", gettext("Pictures"), gettext("Lesions")),
        rows=[
            (name_of(SPLITS, name), count(row.at("pictures").number or 0), count(row.at("lesions").number or 0))
            for name, row in splits.items()
        ],
    )
