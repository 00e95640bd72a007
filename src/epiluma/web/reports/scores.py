"""The page on the scores: the figures of the bundle's `evaluation.json`, each with its interval and its meaning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.records import Tier
from epiluma.taxonomy import CODES
from epiluma.web.charts.bars import interval_bar
from epiluma.web.charts.chart import Bar, Chart, Table
from epiluma.web.given import Figure, Given
from epiluma.web.languages import gettext
from epiluma.web.reports.names import TARGETS, class_name, name_of
from epiluma.web.reports.numbers import count, decimals, interval_of, number_of, share, value_of
from epiluma.web.wording import TIERS

SHARES = frozenset({"balanced_accuracy", "top1", "top2", "top3", "melanoma_specificity_at_95_sensitivity", "recall"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """A figure with what it means."""

    title: str
    meaning: str
    figure: str
    bar: Bar


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A figure against what was aimed at; `verdict` is `aim`, `bar` or `missed`."""

    title: str
    value: str
    interval: str
    bar: str
    aim: str
    verdict: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell of the confusion matrix: how many, how dark (0 to 4), and whether it is a right decision."""

    text: str
    shade: int
    right: bool


def overall(evaluation: Given) -> list[Explained]:
    """Return the figures over all seven diagnoses."""
    found = []
    for key, term in OVERALL.items():
        figure = evaluation.at("metrics", key).figure
        if figure is None:
            continue
        as_share = key in SHARES
        words = value_of(figure, as_share=as_share)
        title = gettext(term.title)
        found.append(
            Explained(
                title=title,
                meaning=gettext(term.meaning),
                figure=_in_words(figure, as_share=as_share),
                bar=interval_bar(title, words, figure.value, figure.low, figure.high, mark=figure.baseline),
            )
        )
    return found


def _in_words(figure: Figure, *, as_share: bool) -> str:
    between, value = interval_of(figure, as_share=as_share), value_of(figure, as_share=as_share)
    if figure.n is None:
        return gettext("%(value)s (95 %% interval %(interval)s)", value=value, interval=between)
    return gettext(
        "%(value)s (95 %% interval %(interval)s, %(n)s pictures)", value=value, interval=between, n=number_of(figure)
    )


def judged(evaluation: Given) -> list[Judged]:
    """Return the figures that have a target."""
    found = []
    for row in evaluation.at("targets").each():
        figure, bar, aim, verdict = (
            row.at("figure").figure,
            row.at("bar").number,
            row.at("aim").number,
            row.at("verdict"),
        )
        if figure is None or bar is None or aim is None or verdict.text not in ("aim", "bar", "missed"):
            continue
        sign = "≤" if row.at("lower").yes else "≥"
        found.append(
            Judged(
                title=name_of(TARGETS, row.at("title").text),
                value=decimals(figure.value),
                interval=interval_of(figure, as_share=False),
                bar=f"{sign} {decimals(bar)}",
                aim=f"{sign} {decimals(aim)}",
                verdict=verdict.text,
            )
        )
    return found


def by_class(evaluation: Given) -> Chart | None:
    """Return how many of each diagnosis are found, with the other figures in the table."""
    bars, rows = [], []
    for code in CODES:
        given = evaluation.at("classes", code)
        figure = given.at("recall").figure
        if figure is None:
            continue
        n = number_of(figure)
        words = gettext("%(share)s of %(n)s", share=share(figure.value, 0), n=n) if n else share(figure.value, 0)
        bars.append(interval_bar(class_name(code), words, figure.value, figure.low, figure.high))
        rows.append((class_name(code), n, *(_short(given.at(key).figure, key) for key in PER_CLASS)))
    if not bars:
        return None
    return Chart(
        title=gettext("Found, of the pictures that show it"),
        sentence=gettext(
            "Recall of each diagnosis: the share of its pictures that are decided so. Bands are intervals of 95 %."
        ),
        bars=bars,
        table=Table(
            caption=gettext("Each diagnosis, with intervals of 95 %"),
            columns=("", gettext("Pictures"), *(gettext(term.title) for term in PER_CLASS.values())),
            rows=rows,
        ),
    )


def _short(figure: Figure | None, key: str) -> str:
    if figure is None:
        return "–"
    return f"{value_of(figure, as_share=key in SHARES)} ({interval_of(figure, as_share=key in SHARES)})"


def class_terms() -> list[tuple[str, str]]:
    """Return what the figures of each diagnosis mean."""
    return [(gettext(term.title), gettext(term.meaning)) for term in PER_CLASS.values()]


def confusion(evaluation: Given) -> tuple[list[str], list[tuple[str, list[Cell]]]] | None:
    """Return the names of the decisions, and a row for each truth; None where the table is not whole."""
    counts = [row.numbers for row in evaluation.at("confusion_matrix", "counts").each()]
    size = len(CODES)
    if len(counts) != size or any(len(row) != size or min(row) < 0 for row in counts):
        return None
    names = [class_name(code) for code in CODES]
    rows = []
    for truth, row in enumerate(counts):
        total = sum(row) or 1
        cells = [
            Cell(text=count(number), shade=_shade(number / total), right=decided == truth)
            for decided, number in enumerate(row)
        ]
        rows.append((names[truth], cells))
    return names, rows


def _shade(part: float) -> int:
    return sum(part >= limit for limit in (0.02, 0.1, 0.3, 0.6))


def tiers(evaluation: Given) -> Table | None:
    """Return what share of each diagnosis landed in each tier."""
    groups = {
        "malignant": gettext("All cancers and precancers"),
        "benign": gettext("All harmless"),
        "all": gettext("All pictures"),
    }
    rows = []
    for key in (*CODES, *groups):
        given = evaluation.at("tiers", "rows", key)
        shares = [given.at("shares", tier.value).number for tier in Tier]
        known = [part for part in shares if part is not None]
        n = given.at("n").whole
        if n is not None and len(known) == len(shares):
            rows.append((groups.get(key) or class_name(key), count(n), *(share(part) for part in known)))
    if not rows:
        return None
    return Table(
        caption=gettext("Where the pictures of each diagnosis land"),
        columns=("", gettext("Pictures"), *(str(TIERS[tier].word) for tier in Tier)),
        rows=rows,
    )


def missed_melanomas(evaluation: Given) -> str:
    """Return how many melanomas were rated low, in a sentence."""
    figure = evaluation.at("tiers", "melanomas_low").figure
    if figure is None:
        return ""
    return gettext(
        "Of 100 melanomas, %(low)s were rated low (95 %% interval %(interval)s; %(n)s pictures of melanomas).",
        low=decimals(100 * figure.value, 1),
        interval=gettext("%(low)s to %(high)s", low=decimals(100 * figure.low, 1), high=decimals(100 * figure.high, 1)),
        n=number_of(figure),
    )


def verdict_counts(rows: Sequence[Judged]) -> Mapping[str, int]:
    """Return how many figures reach the aim, only the bar, or neither."""
    return {verdict: sum(row.verdict == verdict for row in rows) for verdict in ("aim", "bar", "missed")}
