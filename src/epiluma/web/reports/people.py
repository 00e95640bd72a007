"""Whether the model serves everybody alike, what its alarms are worth, and what it does with other pictures."""

from collections.abc import Mapping
from dataclasses import dataclass

from epiluma.inference.reasons import REASONS
from epiluma.web.charts.bars import interval_bar, length_bar
from epiluma.web.charts.chart import Chart, Table
from epiluma.web.given import Figure, Given
from epiluma.web.languages import gettext
from epiluma.web.reports.names import AGES, ALARMS, MEASURES, REFUSALS, SEXES, SITES, SPOILED, Text, name_of
from epiluma.web.reports.numbers import count, interval_of, number_of, share, value_of

GROUPINGS = {"age": AGES, "sex": SEXES, "site": SITES}


def _of(figure: Figure | None) -> str:
    if figure is None:
        return gettext("too few")
    return f"{value_of(figure, as_share=True)} ({interval_of(figure, as_share=True)})"


def alarms(evaluation: Given) -> Table | None:
    """Return what each alarm finds, and how many of its alarms are right where 5 of 100 lesions are malignant."""
    rows = []
    for point in evaluation.at("operating_points").each():
        sensitivity, specificity = point.at("sensitivity").figure, point.at("specificity").figure
        if sensitivity is None or specificity is None:
            continue
        rows.append(
            (
                name_of(ALARMS, point.at("name").text) or point.at("title").text,
                gettext("melanoma") if point.at("target").text == "melanoma" else gettext("cancer or precancer"),
                _of(sensitivity),
                _of(specificity),
                *(_right_alarms(point, prevalence) for prevalence in (0.01, 0.05, 0.2)),
            )
        )
    if not rows:
        return None
    right = (gettext("Right alarms where %(share)s have it", share=share(part, 0)) for part in (0.01, 0.05, 0.2))
    return Table(
        caption=gettext("Alarms, with intervals of 95 %"),
        columns=(gettext("Alarm"), gettext("Looks for"), gettext("Found"), gettext("Others left alone"), *right),
        rows=rows,
    )


def _right_alarms(point: Given, prevalence: float) -> str:
    for entry in point.at("predictive").each():
        at, figure = entry.at("prevalence").number, entry.at("ppv").figure
        if at is not None and abs(at - prevalence) < 1e-9 and not entry.at("own").yes and figure is not None:
            return share(figure.value, 0)
    return "–"


def groups(evaluation: Given) -> list[Chart]:
    """Return the share of cancers and precancers that are not rated low, in each group of people."""
    charts = []
    for grouping in evaluation.at("subgroups").each():
        names = GROUPINGS.get(grouping.at("name").text)
        if names is not None:
            charts += _grouping(grouping, names)
    return charts


def _grouping(grouping: Given, names: Mapping[str, Text]) -> list[Chart]:
    title = {
        "age": gettext("By age"),
        "sex": gettext("By sex"),
        "site": gettext("By body site"),
    }[grouping.at("name").text]
    bars, rows = [], []
    for group in grouping.at("groups").each():
        name, figure = name_of(names, group.at("name").text), group.at("figures", "sensitivity").figure
        pictures, lesions = group.at("n").whole, group.at("malignant_lesions").whole
        rows.append(
            (
                name,
                count(pictures or 0),
                count(lesions or 0),
                _of(figure),
                _of(group.at("figures", "specificity").figure),
            )
        )
        if figure is not None:
            words = gettext("%(share)s of %(n)s", share=share(figure.value, 0), n=number_of(figure))
            bars.append(interval_bar(name, words, figure.value, figure.low, figure.high))
    if not bars:
        return []
    columns = ("", gettext("Pictures"), gettext("Lesions that are cancer or precancer"))
    shares = (gettext("Not rated low, of these"), gettext("Rated low, of the harmless"))
    return [
        Chart(
            title=title,
            sentence=gettext(
                "Share of pictures of cancers and precancers that are not rated low, with intervals of 95 %."
            ),
            bars=bars,
            table=Table(caption=title, columns=(*columns, *shares), rows=rows),
        )
    ]


def gaps(evaluation: Given) -> list[str]:
    """Return a sentence for each group that is served clearly better or worse than all others."""
    sentences = []
    for grouping in evaluation.at("subgroups").each():
        names = GROUPINGS.get(grouping.at("name").text, {})
        for group in grouping.at("groups").each():
            gap, key = group.at("figures", "sensitivity", "gap").figure, group.at("name").text
            if gap is None or key not in names or gap.low <= 0 <= gap.high:
                continue
            points, interval = count(100 * abs(gap.value)), interval_of(gap, as_share=True)
            worse = gettext(
                "%(group)s: of 100 cancers and precancers, %(points)s fewer are caught than in all other pictures "
                "(95 %% interval of the difference %(interval)s).",
                group=name_of(names, key),
                points=points,
                interval=interval,
            )
            better = gettext(
                "%(group)s: of 100 cancers and precancers, %(points)s more are caught than in all other pictures "
                "(95 %% interval of the difference %(interval)s).",
                group=name_of(names, key),
                points=points,
                interval=interval,
            )
            sentences.append(worse if gap.value < 0 else better)
    return sentences


def refusals(evaluation: Given) -> Chart | None:
    """Return what it refuses to judge, of lesions and of other things."""
    bars, rows = [], []
    for key in REFUSALS:
        figure = evaluation.at("robustness", "refusals", "groups", key, "refused").figure
        if figure is not None:
            name = name_of(REFUSALS, key)
            words = gettext("%(share)s of %(n)s", share=share(figure.value, 0), n=number_of(figure))
            bars.append(interval_bar(name, words, figure.value, figure.low, figure.high))
            rows.append((name, number_of(figure), _of(figure)))
    if not bars:
        return None
    return Chart(
        title=gettext("Refused, of pictures of four kinds"),
        sentence=gettext("A good model reads lesions and refuses everything else."),
        bars=bars,
        table=Table(
            caption=gettext("Refused, with intervals of 95 %"),
            columns=("", gettext("Pictures"), gettext("Refused")),
            rows=rows,
        ),
    )


def spoiled(evaluation: Given) -> Table | None:
    """Return from which severity on spoiled pictures are read wrongly, and from which they are refused."""
    rows = []
    for key, kind in evaluation.at("robustness", "degradation", "kinds").items():
        wrong, refused = kind.at("wrong_from").whole, kind.at("half_refused_from").whole
        rows.append(
            (
                name_of(SPOILED, key),
                gettext("not up to the strongest") if wrong is None else count(wrong),
                gettext("never") if refused is None else count(refused),
                gettext("yes") if kind.at("refuses_first").yes else gettext("no"),
            )
        )
    if not rows:
        return None
    columns = (
        *(gettext("Picture"), gettext("Clearly more mistakes from step")),
        *(gettext("Half refused from step"), gettext("Refuses before it errs")),
    )
    return Table(caption=gettext("Spoiled pictures, from step 1 (slight)"), columns=columns, rows=rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """How many pictures of lesions were refused, and why."""

    sentence: str
    reasons: Chart | None


def refused(evaluation: Given) -> Refused | None:
    """Return what was refused of the test itself."""
    given = evaluation.at("abstention")
    figure = given.figure
    if figure is None:
        return None
    found = [(entry.at("code").text, entry.at("n").whole or 0) for entry in given.at("reasons").each()]
    reasons = [(gettext(REASONS[code].why), n) for code, n in found if code in REASONS and n]
    sentence = gettext(
        "It refused %(share)s of the test pictures (95 %% interval %(interval)s). They count in every figure above, "
        "answered as the numbers say.",
        share=share(figure.value),
        interval=interval_of(figure, as_share=True),
    )
    if not reasons:
        return Refused(sentence=sentence, reasons=None)
    most = max(n for _, n in reasons)
    chart = Chart(
        title=gettext("Why it refused"),
        sentence=gettext("Pictures by the reason that was given; one picture may have several."),
        bars=[length_bar(why, count(n), n / most) for why, n in reasons],
        table=Table(
            caption=gettext("Refused pictures of the test"),
            columns=(gettext("Reason"), gettext("Pictures")),
            rows=[(why, count(n)) for why, n in reasons],
        ),
    )
    return Refused(sentence=sentence, reasons=chart)


def localisation(evaluation: Given) -> Chart | None:
    """Return where the heat map points, against a map that always points at the middle of the picture."""
    bars, rows = [], []
    for key, name in MEASURES.items():
        given = evaluation.at("localisation", "groups", "all", "measures", key)
        figure = given.figure
        if figure is None:
            continue
        middle = "–" if figure.baseline is None else share(figure.baseline)
        bars.append(
            interval_bar(str(name), share(figure.value), figure.value, figure.low, figure.high, mark=figure.baseline)
        )
        rows.append((str(name), _of(figure), middle))
    if not bars:
        return None
    return Chart(
        title=gettext("Where the heat map points"),
        sentence=gettext(
            "Against the outline of the lesion. The dotted mark is a map that always points at the middle."
        ),
        bars=bars,
        table=Table(
            caption=gettext("Heat map against the outline of the lesion"),
            columns=("", gettext("Heat map"), gettext("Always the middle")),
            rows=rows,
        ),
    )
