"""The report in a browser: both themes readable, no sideways scrolling on a phone, nothing fetched, all by keyboard."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("matplotlib")

from epiluma.evaluation.page.document import render_report
from scored_answers import random_answers, report_of

pytestmark = pytest.mark.browser

# Every piece of text whose contrast with what lies behind it is below 4.5 : 1 (WCAG 2.2, AA).
FAINT = """() => {
  const light = (c) => c.map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0.05);
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const told = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  return [...document.querySelectorAll("body *")].filter(told).filter((e) => {
    const style = getComputedStyle(e);
    const ink = parts(e.namespaceURI.includes("svg") ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(behind(e))];
    return Math.max(a, b) / Math.min(a, b) < 4.5;
  }).map((e) => e.textContent.slice(0, 40));
}"""


@pytest.fixture(scope="module")
def report_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_report(report_of(random_answers())), encoding="utf-8")
    return path


@pytest.fixture
def open_report(browser: Any, report_page: Path) -> Iterator[Callable[..., Any]]:
    """Open the report; one that says anything on its console or asks for another file fails the test."""
    contexts, complaints = [], []

    def open_one(**options: Any) -> Any:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("console", lambda line: complaints.append(line.text))
        page.on("request", lambda request: complaints.append(request.url))
        page.goto(report_page.as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.endswith("/report.html")] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_word_is_readable_in_both_themes(open_report: Callable[..., Any], theme: str, width: int) -> None:
    page = open_report(color_scheme=theme, viewport={"width": width, "height": 800})

    assert page.evaluate(FAINT) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_only_tables_scroll_sideways(open_report: Callable[..., Any], width: int) -> None:
    page = open_report(viewport={"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_is_dark_and_paper_is_white(open_report: Callable[..., Any]) -> None:
    page = open_report(color_scheme="dark")
    shade = "getComputedStyle(document.body).backgroundColor"

    assert page.evaluate(shade) == "rgb(16, 23, 22)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(shade) == "rgb(255, 255, 255)"


def test_on_paper_no_table_runs_over_the_edge(open_report: Callable[..., Any]) -> None:
    page = open_report(viewport={"width": 720, "height": 1000})
    page.emulate_media(media="print")

    over = "[...document.querySelectorAll('table')].filter((t) => t.getBoundingClientRect().right > 721).length"
    assert page.locator("table").count() > 20
    assert page.evaluate(over) == 0


def test_the_keyboard_skips_to_the_figures_and_opens_what_is_folded(open_report: Callable[..., Any]) -> None:
    page = open_report()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the figures"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("e => e.open")
