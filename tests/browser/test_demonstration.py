"""The tool shows itself on request, on drawn pictures, and stops at the first touch."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser


def start(page: Any, *, dwell_ms: int) -> None:
    page.locator("[data-demonstration]").evaluate("(root, ms) => { root.dataset.dwellMs = ms; }", dwell_ms)
    page.get_by_role("button", name="Watch a demonstration").click()


def test_the_demonstration_reads_a_drawing_and_refuses_a_blurred_one_by_itself(open_page: Callable[..., Any]) -> None:
    page = open_page()
    seen = page.evaluate_handle(
        """() => {
             const said = [];
             const line = document.querySelector("[data-demonstration-line]");
             new MutationObserver(() => said.push(line.textContent)).observe(line, { childList: true });
             return said;
           }"""
    )

    start(page, dwell_ms=20)
    page.locator("[data-demonstration-bar]").wait_for(state="visible")
    page.locator("[data-demonstration-bar]").wait_for(state="hidden", timeout=60_000)

    assert len(seen.json_value()) == 8
    assert seen.json_value()[0].startswith("A picture comes in here.")
    assert page.locator("[data-well-name]").text_content() == "blurred.jpg"
    assert page.locator("[data-result] [data-announce]").count() == 1
    assert page.locator("[data-demonstrated]").count() == 0
    assert page.get_by_role("status").filter(has_text="The demonstration has ended.").count() == 1


@pytest.mark.parametrize("touch", ["key", "pointer"])
def test_the_first_touch_stops_it_and_leaves_the_page_to_the_reader(open_page: Callable[..., Any], touch: str) -> None:
    page = open_page()

    start(page, dwell_ms=600_000)
    page.locator("[data-well-name]", has_text="uneven.jpg").wait_for(state="attached")
    page.locator("[data-demonstration-bar]").wait_for(state="visible")
    {"key": lambda: page.keyboard.press("Shift"), "pointer": lambda: page.mouse.click(5, 5)}[touch]()
    page.locator("[data-demonstration-bar]").wait_for(state="hidden")

    assert page.locator("[data-demonstrated]").count() == 0
    assert page.locator("[data-picture-image]").is_visible()


def test_it_starts_again_after_it_was_stopped(open_page: Callable[..., Any]) -> None:
    page = open_page()

    start(page, dwell_ms=600_000)
    page.locator("[data-well-name]", has_text="uneven.jpg").wait_for(state="attached")
    page.keyboard.press("Escape")
    page.locator("[data-demonstration-bar]").wait_for(state="hidden")
    page.get_by_role("button", name="Watch a demonstration").click()

    page.locator("[data-demonstration-bar]").wait_for(state="visible")
    assert page.locator("[data-demonstration-count]").text_content() == "1/8"
