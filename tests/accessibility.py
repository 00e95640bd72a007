"""What axe finds on a page as it stands."""

from importlib.resources import files
from typing import Any

import pytest

# Best practices too: they are what a reader with a screen reader notices first.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    """Run axe on the page as it stands; our content policy keeps scripts out, so it is evaluated from outside."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe: pip install 'epiluma[dev]'")
    page.evaluate((files(package) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })", RULES)
    assert found["passes"]  # axe has looked at something
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]
