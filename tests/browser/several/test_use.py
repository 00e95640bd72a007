"""Working with the list: by pointer, by keyboard, on a phone, without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from accessibility import violations
from picture_list import PATIENCE_MS, add, choose, names, read_all, settled, shown

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]
API = "**/api/v1/predictions"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 860}}


def test_nothing_jumps_away_under_the_pointer(open_list: Open, pictures: Pictures) -> None:
    page, held = open_list(**DESKTOP), []
    page.route(API, lambda route: held.append(route))
    add(page, [pictures["low"], pictures["high"]])
    choose(page, "dermoscopic")
    page.locator("[data-run]").click()
    expect(page.locator("[data-state=reading]")).to_have_count(2)
    page.locator("[data-picture-row]").first.hover()
    for route in held:
        route.continue_()
    settled(page)

    assert names(page) == ["low.png", "high.png"]
    assert "Press “Most suspicious first”" in page.locator("[data-status]").inner_text()
    page.get_by_role("button", name="Most suspicious first").click()
    assert names(page) == ["high.png", "low.png"]


def test_an_answer_for_all_holds_but_for_a_picture_with_its_own(open_list: Open, pictures: Pictures) -> None:
    page = open_list()
    add(page, [pictures["high"], pictures["low"]])
    page.get_by_role("button", name="low.png", exact=True).click()
    page.get_by_label("How was this picture taken?").select_option("clinical")
    page.keyboard.press("Escape")
    read_all(page)

    assert [(row["file"], row["tier"]) for row in shown(page)] == [("high.png", "high"), ("low.png", "not_assessed")]
    assert page.get_by_text("Taken differently: Plain phone or camera").is_visible()
    choose(page, "unknown")
    expect(page.locator("[data-state=waiting]")).to_have_count(1)
    assert page.get_by_role("button", name="Read these pictures (1)").is_enabled()


def test_a_row_opens_the_picture_large_with_its_whole_result(open_list: Open, pictures: Pictures) -> None:
    page = open_list()
    add(page, [pictures["low"], pictures["high"], pictures["notes"]])
    read_all(page)
    page.get_by_role("button", name="high.png", exact=True).click()
    dialog = page.get_by_role("dialog", name="high.png")

    assert dialog.locator("[data-tier-word]").inner_text() == "High"
    assert dialog.locator("details .rank").count() == 7
    assert dialog.get_by_text("Your picture was read on this server and not kept").is_visible()
    expect(dialog.locator("[data-detail-image]")).to_have_js_property("naturalWidth", 320)
    page.keyboard.press("ArrowRight")
    dialog = page.get_by_role("dialog", name="notes.txt")
    assert dialog.get_by_text("This picture was not read").is_visible()
    assert dialog.get_by_text("2 of 3").is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "notes.txt"


def test_one_can_be_taken_out_and_the_list_can_be_cleared(open_list: Open, pictures: Pictures) -> None:
    page = open_list()
    add(page, [pictures["low"], pictures["high"], pictures["black"]])
    page.get_by_role("button", name="Take high.png out of the list").click()

    assert names(page) == ["low.png", "black.png"]
    assert page.locator("[data-status]").inner_text() == "high.png is no longer in the list."
    assert page.evaluate("document.activeElement.ariaLabel") == "Take black.png out of the list"
    page.get_by_role("button", name="Clear the list").click()
    assert page.locator("[data-list]").is_visible() is False
    assert page.locator("[data-run]").is_enabled() is False


def test_the_keyboard_is_enough(open_list: Open, pictures: Pictures) -> None:
    page = open_list(**DESKTOP)
    page.on("filechooser", lambda chooser: chooser.set_files([pictures["low"], pictures["high"]]))
    page.get_by_role("button", name="Choose pictures").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-picture-row]")).to_have_count(2, timeout=PATIENCE_MS)
    page.locator("input[name=modality][value=unknown]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    assert names(page) == ["high.png", "low.png"]
    page.locator("[data-save=json]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("dialog", name="high.png").is_visible()


@pytest.mark.parametrize("size", [SMALL, PHONE, DESKTOP], ids=["320", "390", "1280"])
def test_nothing_is_wider_than_the_screen_or_too_small_to_press(
    open_list: Open, pictures: Pictures, size: dict[str, Any], tmp_path: Path
) -> None:
    page = open_list(**size)
    width = size["viewport"]["width"]
    long = tmp_path / f"{'a very long name ' * 6}{'x' * 60}.png"
    long.write_bytes(pictures["intermediate"].read_bytes())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    add(page, [pictures[name] for name in ("low", "notes", "black", "high")] + [long])
    read_all(page)
    boxes = page.locator("main button:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height])"
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(boxes) >= 15
    assert [box for box in boxes if min(box) < 24] == []
    page.get_by_role("button", name="high.png", exact=True).click()
    place = page.get_by_role("dialog").bounding_box()
    assert (place["x"] >= 0, place["x"] + place["width"] <= width) == (True, True)
    assert page.get_by_role("dialog").evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_without_javascript_the_table_comes_back_from_the_server(open_page: Open, pictures: Pictures) -> None:
    page = open_page("/several", java_script_enabled=False, **SMALL)
    assert page.get_by_role("button", name="Choose a folder").is_visible() is False
    page.set_input_files("#several-files", [pictures["low"], pictures["notes"], pictures["high"]])
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.get_by_role("button", name="Read these pictures").click()

    assert page.locator(".picture-name").all_inner_texts() == ["high.png", "notes.txt", "low.png"]
    assert page.locator(".thumbnail img").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as CSV").click()
    assert Path(saved.value.path()).read_text(encoding="utf-8-sig").startswith("file,sha256,model_id")


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (SMALL, "dark")], ids=["1280-light", "320-dark"])
def test_a_filled_list_and_an_opened_picture_are_accessible(
    open_list: Open, pictures: Pictures, size: dict[str, Any], theme: str
) -> None:
    page = open_list(color_scheme=theme, **size)
    add(page, [pictures[name] for name in ("low", "intermediate", "high", "black", "notes")])
    assert violations(page) == []
    read_all(page)
    add(page, [pictures["low"]], rows=5)
    assert violations(page) == []
    page.get_by_role("button", name="black.png", exact=True).click()
    assert violations(page) == []
    assert page.evaluate("document.activeElement.id") == "detail-name"
