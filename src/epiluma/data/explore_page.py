"""The page of charts: one file, nothing loaded from anywhere, every chart also as a table."""

import base64
from collections.abc import Iterable, Iterator
from html import escape

from epiluma.data.breakdown import Breakdown, title_of

STYLE = """
:root { color-scheme: light dark; --ink: #16211f; --ink-2: #51605c; --line: #d9dfdc; --paper: #fbfaf7; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eeec; --ink-2: #a5b3af; --line: #2d3a37; --paper: #101716; }
}
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
figure { margin: 0 0 2.5rem; }
img { display: block; max-width: 100%; height: auto; }
figcaption, summary { color: var(--ink-2); }
div { overflow-x: auto; }
table { border-collapse: collapse; margin-top: .5rem; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; font-weight: 500; }
@media print { details > * { display: block; } }
"""


def render_page(charts: Iterable[tuple[Breakdown, str]], *, pictures: int, lesions: int) -> str:
    """Return the page.

    Args:
        charts: each table with its chart as SVG.
        pictures: how many there are.
        lesions: how many places on the skin they show.
    """
    figures = "\n".join(_figure(breakdown, svg) for breakdown, svg in charts)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is in the data</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>What is in the data</h1>
<p>{pictures:,} pictures of {lesions:,} lesions.</p>
{figures}
</main>
</body>
</html>
"""


def _figure(breakdown: Breakdown, svg: str) -> str:
    # As an image and not as elements: ids inside one chart cannot collide with those of another.
    source = base64.b64encode(svg.encode()).decode()
    alternative = escape(f"Chart: {breakdown.title}. {breakdown.sentence} The numbers are in the table below.")
    return f"""<section>
<h2>{escape(breakdown.title)}</h2>
<figure>
<img src="data:image/svg+xml;base64,{source}" alt="{alternative}">
<figcaption>{escape(breakdown.sentence)}</figcaption>
<details><summary>As a table</summary>
<div tabindex="0" role="region" aria-label="{escape(breakdown.title)}, as a table"><table>
{"".join(_table(breakdown))}</table></div>
</details>
</figure>
</section>"""


def _table(breakdown: Breakdown) -> Iterator[str]:
    cells = "".join(f'<th scope="col">{escape(column)}</th>' for column in breakdown.columns)
    yield f"<thead><tr>{cells}</tr></thead>\n<tbody>\n"
    for name, counts in breakdown.rows:
        numbers = "".join(f"<td>{count:,}</td>" for count in counts)
        yield f'<tr><th scope="row">{escape(title_of(name))}</th>{numbers}</tr>\n'
    yield "</tbody>\n"
