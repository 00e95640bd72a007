"""The same page where JavaScript is off: a form, a reload, the same answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]


def test_a_picture_is_read_by_the_plain_form(open_page: Open, pictures: Pictures) -> None:
    page = open_page(java_script_enabled=False)
    page.set_input_files("#picture", pictures["high"])
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.get_by_role("button", name="Read this picture").click()

    assert page.locator("[data-tier]").get_attribute("data-tier") == "high"
    assert page.locator("[data-picture-image]").is_visible()
    assert page.locator("[data-heat]").is_visible()


def test_on_a_phone_the_new_page_opens_at_the_result(open_page: Open, pictures: Pictures) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.set_input_files("#picture", pictures["high"])
    page.get_by_role("button", name="Read this picture").click()

    assert page.locator("[data-tier-word]").bounding_box()["y"] < 300


def test_the_heat_map_has_a_switch_of_its_own(open_page: Open, pictures: Pictures) -> None:
    page = open_page(java_script_enabled=False)
    page.set_input_files("#picture", pictures["high"])
    page.get_by_role("button", name="Read this picture").click()
    layer = page.locator("[data-heat]")

    assert page.locator("[data-heat-slider]").is_visible() is False
    page.locator("[data-heat-switch]").check()
    assert page.locator("[data-heat-switch]").is_checked()
    assert layer.is_visible()


def test_bad_input_is_told_above_the_form(open_page: Open, pictures: Pictures) -> None:
    page = open_page(java_script_enabled=False)
    page.set_input_files("#picture", pictures["notes"])
    page.get_by_role("button", name="Read this picture").click()

    assert "This file is not a JPEG, PNG or WebP picture" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("button", name="Read this picture").is_visible()


def test_a_drawn_sample_is_read_by_pressing_it(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.locator("[data-sample]").first.click()

    assert page.locator("[data-tier]").count() == 1
    assert page.locator("[data-picture-image]").is_visible()


def test_only_what_works_is_shown(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})

    assert page.locator("[data-opens=picture]").first.is_visible() is False
    assert page.get_by_role("button", name="Switch between light and dark").is_visible() is False
    assert page.locator("#picture").is_visible() is True
