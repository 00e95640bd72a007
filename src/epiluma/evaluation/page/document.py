"""The page as a whole."""

import re
from collections.abc import Mapping
from importlib.resources import files

from epiluma.evaluation.page import elsewhere, failures, glossary, headline, people, telling_apart, use
from epiluma.evaluation.page.failures import Pictures
from epiluma.evaluation.page.headline import Report
from epiluma.evaluation.page.markup import Markup, html

# Nothing may be fetched, whatever stands in a report: the page is one file.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
NO_PICTURES: Pictures = {}
WARNING = (
    "This page holds pictures of people’s skin, under the licence of their source. It is for your eyes: do not publish "
    "it, send it on or commit it."
)


def render_report(report: Report, *, pictures: Mapping[str, bytes] = NO_PICTURES) -> str:
    """Return the page of an evaluation: HTML that needs no other file and no script.

    Args:
        report: the object of `report.json`, or that of `evaluation.json`, which names no picture.
        pictures: image id -> JPEG, of mistakes to be shown; with any, the page says that it may not be shared.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    body = "\n".join(part for part in _sections(report, pictures) if part)
    warning = f'<div class="note warning"><p>{html(WARNING)}</p></div>' if pictures else ""
    style = files("epiluma.evaluation.page").joinpath("page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Evaluation of {html(report["model_id"])}</title>
<style>
{style}</style>
</head>
<body>
<a class="skip" href="#main">To the figures</a>
<div class="page">
{headline.opening(report, warning)}
{_contents(body)}
<main id="main">
{body}
{_footer(report)}
</main>
</div>
</body>
</html>
"""


def _sections(report: Report, pictures: Pictures) -> tuple[Markup, ...]:
    return (
        headline.targets(report),
        headline.figures(report),
        headline.tiers(report),
        use.operating_points(report),
        telling_apart.ranking(report),
        telling_apart.calibration(report),
        use.decision_curve(report),
        people.subgroups(report),
        failures.decisions(report),
        failures.mistakes(report, pictures),
        failures.abstention(report),
        elsewhere.robustness(report),
        elsewhere.localisation(report),
        glossary.glossary(),
    )


def _contents(body: str) -> Markup:
    titles = re.findall(r'<h2 id="([a-z-]+)-title">(.*?)</h2>', body)
    links = "\n".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in titles)
    return Markup(f'<nav aria-label="Contents"><ol>\n{links}\n</ol></nav>')


def _footer(report: Report) -> Markup:
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    return Markup(
        f"<footer><p>Intervals: {report['resamples']:,} bootstrap resamples of lesions, seed {report['seed']}. "
        f"SHA-256 of the image ids: <code>{html(report['split_sha256'])}</code>. {html(versions)}.</p>"
        f"<p>Written by <code>epiluma evaluate --report</code>. The same figures are in <code>report.json</code>.</p>"
        f"</footer>"
    )
