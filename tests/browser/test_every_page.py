"""Every page at every size, in both themes and every language: axe finds nothing, and nothing sticks out."""

from collections.abc import Callable
from typing import Any

import pytest

from accessibility import violations
from epiluma.taxonomy import CODES
from epiluma.web.languages import languages
from epiluma.web.sitemap import GROUPS
from pairwise import combinations_of

pytestmark = pytest.mark.browser

SIZES = {"desktop": (1280, 860), "phone": (390, 844), "small": (320, 640)}
LOCALES = {"en": "en-GB", "es": "es-ES"}
PATHS = sorted({page.path for group in GROUPS for page in group.all} | {f"/diagnoses/{code}" for code in CODES})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "path" in metafunc.fixturenames:
        factors = {"path": PATHS, "size": list(SIZES), "theme": ["light", "dark"], "language": list(languages())}
        cases = combinations_of(factors, full=metafunc.config.getoption("full"))
        metafunc.parametrize(tuple(factors), cases, ids=map("-".join, cases))


def test_a_page_is_accessible_and_fits(
    open_page: Callable[..., Any], path: str, size: str, theme: str, language: str
) -> None:
    width, height = SIZES[size]
    page = open_page(path, viewport={"width": width, "height": height}, color_scheme=theme, locale=LOCALES[language])

    assert violations(page) == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
