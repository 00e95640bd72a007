"""What the page begins with: what was measured, in short; the targets; the table of figures; the tiers."""

from collections.abc import Iterator, Mapping
from typing import Any

from epiluma.evaluation.page.markup import (
    SPACE,
    Markup,
    figure_cells,
    html,
    in_words,
    interval,
    number,
    paragraph,
    percent,
    plural,
    section,
    table,
    thousands,
    track,
)
from epiluma.evaluation.targets import unmeasured_targets
from epiluma.evaluation.terms import OVERALL
from epiluma.records import Tier
from epiluma.taxonomy import BY_CODE

Report = Mapping[str, Any]

SHARES = {"balanced_accuracy", "top1", "top2", "top3", "melanoma_specificity_at_95_sensitivity"}
TIER_NAMES = {
    Tier.LOW: "Low",
    Tier.INTERMEDIATE: "Intermediate",
    Tier.HIGH: "High",
    Tier.NOT_ASSESSED: "Not assessed",
}
SHAPES = {Tier.LOW: "●", Tier.INTERMEDIATE: "▲", Tier.HIGH: "■", Tier.NOT_ASSESSED: "◌"}
VERDICTS = {
    "aim": ("aim", "● reaches the aim"),
    "bar": ("bar", "● reaches the bar"),
    "missed": ("missed", "○ misses the bar"),
    "undefined": ("", "– undefined"),
}


def about(report: Report, uses: str, n: int | None = None) -> Markup:
    """Return the line under a heading: which pictures, how many, which output of the model."""
    count = report["images"] if n is None else n
    where = report.get("known_as", f"split “{report['split']}”")
    return paragraph(
        f"{where[0].upper()}{where[1:]} · n = {plural(count, 'picture')} · from the {uses}", classes="about"
    )


def opening(report: Report, warning: str = "") -> Markup:
    """Return title, what was measured, what must be known beside the figures, and the answer in short."""
    lines = [
        Markup("<header>"),
        Markup(f"<h1>How good is {html(report['model_id'])}, and when not?</h1>"),
        paragraph(
            f"Measured on {plural(report['images'], 'picture')} of {plural(report['lesions'], 'lesion')} "
            f"({report.get('known_as', 'split ' + report['split'])}), none of which it has learned from. Every figure "
            f"comes with a 95{SPACE}% interval. It is not a medical device: for research and education."
        ),
        Markup(warning),
        *(Markup(f'<div class="note"><p>{html(note)}</p></div>') for note in report.get("disclosures", ())),
        Markup(f'<ul class="facts">{"".join(_facts(report))}</ul>'),
        Markup("</header>"),
    ]
    return Markup("\n".join(lines))


def _facts(report: Report) -> Iterator[str]:
    not_low = report["operating_points"][0]
    for figure, words in (
        (not_low["sensitivity"], "of malignant or precancerous lesions get a tier that is not low"),
        (not_low["specificity"], "of harmless lesions get the tier low"),
        (not_low["melanoma_sensitivity"], "of melanomas get a tier that is not low"),
        (report["metrics"]["top3"], "have their true diagnosis among the first three"),
    ):
        if "value" in figure:
            yield (
                f"<li><strong>{html(percent(figure['value']))}</strong>{html(words)} "
                f'<span class="quiet small">({html(interval(figure, share=True))}, n = {figure["n"]:,})</span></li>'
            )


def targets(report: Report) -> Markup:
    """Return the figures beside bar and aim; nothing for pictures that no target is about."""
    judged = report.get("targets", ())
    if not judged:
        return Markup("")
    left = [str(target) for target in unmeasured_targets(report)]
    return section(
        "targets",
        "Bar and aim",
        paragraph(
            "The bar is what the model that ships must reach, the aim what it should. A figure is held against them by "
            "its value; where the bar lies inside the interval, other pictures could have decided otherwise."
        ),
        table(
            "Figures against their targets",
            ("", "Here", f"95{SPACE}% interval", "Bar", "Aim", ""),
            [
                (
                    f"{row['title']} ({row['where']})",
                    figure_cells(row["figure"], share=False)[0],
                    Markup(html(interval(row["figure"], share=False))),
                    f"{'≤' if row['lower'] else '≥'}{SPACE}{row['bar']:g}",
                    f"{'≤' if row['lower'] else '≥'}{SPACE}{row['aim']:g}",
                    Markup('<span class="verdict {}">{}</span>'.format(*VERDICTS[row["verdict"]])),
                )
                for row in judged
            ],
        ),
        paragraph(f"Not measured on these pictures: {'; '.join(left)}.", classes="small quiet") if left else "",
    )


def figures(report: Report) -> Markup:
    """Return the table of figures, each with what it means."""
    majority = report["majority"]
    return section(
        "figures",
        "The figures",
        about(report, "decision or the probabilities, as each row says"),
        paragraph(
            f"The last column is a model that knows nothing and always answers with the shares of the diagnoses: "
            f"{percent(majority['share'])} of these pictures show {BY_CODE[majority['code']].name.lower()}."
        ),
        table(
            "Figures over all seven diagnoses",
            ("", "Value", f"95{SPACE}% interval", "", "Knows nothing", "From"),
            [_figure_row(name, report["metrics"][name]) for name in OVERALL if name in report["metrics"]],
            classes="figures",
        ),
    )


def _figure_row(name: str, figure: Mapping[str, Any]) -> tuple[object, ...]:
    share = name in SHARES
    value, between = figure_cells(figure, share=share)
    baseline = figure.get("baseline")
    knows_nothing = "" if baseline is None else percent(baseline, 1) if share else number(baseline)
    term = OVERALL[name]
    title = Markup(f'{html(term.title)}<span class="meaning">{html(term.meaning)}</span>')
    return title, value, between, track(figure), knows_nothing, figure["from"]


def tiers(report: Report) -> Markup:
    """Return what landed in each tier."""
    rows = report["tiers"]["rows"]
    missed = report["tiers"]["melanomas_low"]
    return section(
        "tiers",
        "Where each diagnosis lands",
        about(report, "probabilities and the decision"),
        paragraph(
            "A tier says how urgent a reading makes a lesion. It comes from the probability that the lesion is "
            "malignant or precancerous; it is never low where the first diagnosis or the decision is one of those."
        ),
        paragraph(f"Share of melanomas in the tier low: {in_words(missed, share=True)}, n = {missed['n']:,}."),
        table(
            "Share of each diagnosis by tier",
            ("", "Pictures", *(_tier_heading(tier) for tier in TIER_NAMES)),
            [(_row_name(name), thousands(row["n"]), *_shares(row)) for name, row in rows.items()],
        ),
    )


def _tier_heading(tier: Tier) -> Markup:
    name = tier.value.replace("_", "-")
    return Markup(f'<span class="tier {name}"><span aria-hidden="true">{SHAPES[tier]}</span> {TIER_NAMES[tier]}</span>')


def _row_name(name: str) -> str:
    groups = {"malignant": "All malignant or precancerous", "benign": "All harmless", "all": "All pictures"}
    return groups.get(name) or BY_CODE[name].name


def _shares(row: Mapping[str, Any]) -> list[str]:
    if "shares" not in row:
        return ["–"] * len(TIER_NAMES)
    return [percent(row["shares"][tier.value], 1) for tier in TIER_NAMES]
