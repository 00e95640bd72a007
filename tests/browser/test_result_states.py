"""The first page in each of its states, at every size and in both themes: axe finds nothing, and nothing sticks out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accessibility import violations
from pairwise import combinations_of

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 860), "small": (320, 640)}
# What is read, how it was said to be taken, and what then stands in the result's place.
STATES = {
    "low": ("low", "dermoscopic", "[data-tier=low]"),
    "intermediate": ("intermediate", "dermoscopic", "[data-tier=intermediate]"),
    "high": ("high", "dermoscopic", "[data-tier=high]"),
    "phone photo": ("high", "clinical", "[data-tier=not_assessed]"),
    "refusal": ("black", "dermoscopic", "[data-tier=not_assessed]"),
    "problem": ("damaged", "dermoscopic", ".problem"),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "state" in metafunc.fixturenames:
        factors = {"state": list(STATES), "size": list(SIZES), "theme": ["light", "dark"], "locale": ["en-GB", "es-ES"]}
        cases = combinations_of(factors, full=metafunc.config.getoption("full"))
        metafunc.parametrize(tuple(factors), cases, ids=map("-".join, cases))


def test_a_state_is_accessible_and_fits(
    open_page: Callable[..., Any], pictures: dict[str, Path], state: str, size: str, theme: str, locale: str
) -> None:
    width, height = SIZES[size]
    picture, modality, shown = STATES[state]
    page = open_page(viewport={"width": width, "height": height}, color_scheme=theme, locale=locale)
    page.set_input_files("#picture", pictures[picture])
    page.locator(f"input[name=modality][value={modality}]").check(force=True)
    page.locator("[data-submit]").click()
    page.locator(f"[data-result] {shown}").wait_for()

    assert violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
