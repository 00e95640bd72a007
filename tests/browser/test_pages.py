"""The pages to read on a small phone, by keyboard, and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest

from epiluma.web.sitemap import PAGES

pytestmark = pytest.mark.browser
SMALL_PHONE = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def without_javascript(browser: Any) -> Iterator[Any]:
    """A page on a small phone that runs no script; what a test asks of it still does."""
    context = browser.new_context(viewport=SMALL_PHONE, java_script_enabled=False, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    context.close()


def test_no_page_is_wider_than_a_small_phone(without_javascript: Any, address: str) -> None:
    widths = {}
    for path in PAGES:
        without_javascript.goto(address + path)  # to the end: before that its style sheets may not be there yet
        widths[path] = without_javascript.evaluate("document.documentElement.scrollWidth")

    assert len(widths) >= 20
    assert {path: width for path, width in widths.items() if width > SMALL_PHONE["width"]} == {}


def test_the_menu_opens_by_keyboard_and_without_javascript(without_javascript: Any, address: str) -> None:
    page = without_javascript
    page.goto(f"{address}/guide/patients")
    menu = page.locator(".site-menu")
    assert not menu.get_by_role("link", name="Diagnoses").is_visible()

    menu.locator("summary").press("Enter")
    menu.get_by_role("link", name="Diagnoses").press("Enter")
    page.wait_for_url(f"{address}/diagnoses")

    assert page.get_by_role("heading", level=1).inner_text() == "The seven diagnoses"
    assert page.locator(".site-menu [aria-current=page]").get_attribute("href") == "/diagnoses"


def test_on_a_phone_the_comparison_names_what_each_text_is_about(without_javascript: Any, address: str) -> None:
    without_javascript.goto(f"{address}/diagnoses")
    card = without_javascript.locator("#mel")

    assert card.get_by_text("Treatment", exact=True).is_visible()
    assert card.locator("td").first.evaluate("cell => cell.getBoundingClientRect().width") > 200


def test_on_a_wide_screen_the_links_stand_in_a_row_and_the_menu_is_gone(browser: Any, address: str) -> None:
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/questions")
    tops = [link.bounding_box()["y"] for link in page.locator(".site-links-row a").all()]

    assert len(tops) == 6
    assert len(set(tops)) == 1
    assert not page.locator(".site-menu").is_visible()
    context.close()


def test_a_reference_leads_to_its_source_and_a_heading_to_its_text(without_javascript: Any, address: str) -> None:
    page = without_javascript
    page.goto(f"{address}/early-detection")
    page.get_by_role("link", name="Source 7").first.press("Enter")
    assert page.url.endswith("#source-7")
    assert "US Preventive Services Task Force" in page.locator("#source-7").inner_text()

    page.get_by_role("link", name="What looking for it cannot do").press("Enter")
    assert page.locator("#harm").inner_text() == "What looking for it cannot do"
    assert page.url.endswith("#harm")
