"""Reading a picture in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 860}}


def read(page: Any, picture: Path, modality: str = "dermoscopic") -> None:
    page.set_input_files("#picture", picture)
    page.locator(f"input[name=modality][value={modality}]").check(force=True)
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-result] [data-answer]")


@pytest.mark.parametrize("tier", ["low", "intermediate", "high"])
def test_a_chosen_picture_is_read_in_place(open_page: Open, pictures: Pictures, tier: str) -> None:
    page = open_page()
    before = page.url
    read(page, pictures[tier])

    assert page.locator("[data-tier]").get_attribute("data-tier") == tier
    assert page.locator("[data-tier-word]").inner_text() == tier.capitalize()
    assert page.locator(".ranking").first.locator(".rank").count() == 3
    assert page.url == before
    assert page.locator("[data-picture-image]").is_visible()


def test_a_lost_session_is_taken_up_again_without_losing_the_picture(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    page.context.clear_cookies()
    read(page, pictures["high"])

    assert page.locator("[data-tier]").get_attribute("data-tier") == "high"


def test_the_answer_is_said_aloud_and_has_the_focus(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    read(page, pictures["high"])

    assert page.locator("[data-status]").inner_text().startswith("The result is here. High.")
    assert page.evaluate("document.activeElement.matches('[data-answer]')") is True


def test_all_seven_are_shown_on_request(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    read(page, pictures["high"])
    rows = page.locator("details .rank")

    assert rows.first.is_visible() is False
    page.get_by_text("Show all seven").click()
    assert rows.count() == 7
    assert rows.last.is_visible() is True


def test_the_heat_map_is_off_until_asked_for_and_lies_on_the_central_square(
    open_page: Open, pictures: Pictures
) -> None:
    page = open_page()
    read(page, pictures["high"])
    layer, image = page.locator("[data-heat]"), page.locator("[data-picture-image]")

    assert layer.evaluate("element => getComputedStyle(element).opacity") == "0"
    page.get_by_label("Where the model looked").fill("60")
    assert layer.evaluate("element => getComputedStyle(element).opacity") == "0.6"
    assert layer.evaluate("element => getComputedStyle(element).objectFit") == "contain"
    over, under = layer.bounding_box(), image.bounding_box()
    assert [round(over[key] - under[key]) for key in ("x", "y", "width", "height")] == [0, 0, 0, 0]
    assert under["width"] / under["height"] == pytest.approx(320 / 240, abs=0.02)


def test_the_choice_of_heat_map_is_remembered(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    read(page, pictures["high"])
    page.get_by_label("Where the model looked").fill("60")
    page.reload()
    read(page, pictures["low"])

    assert page.get_by_label("Where the model looked").input_value() == "60"


def test_a_refusal_says_why_and_offers_another_picture(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    read(page, pictures["black"])

    assert page.locator("[data-tier-word]").inner_text() == "Not assessed"
    assert page.get_by_text("The picture is too dark.").is_visible()
    assert page.locator("[data-heat-control]").is_visible() is False
    with page.expect_file_chooser() as chooser:
        page.locator("[data-result]").get_by_role("button", name="Choose another picture").click()
    chooser.value.set_files(pictures["low"])
    assert page.get_by_text("Your result will be here").is_visible()


def test_what_is_no_picture_is_refused_when_it_is_chosen(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    page.set_input_files("#picture", pictures["notes"])

    assert page.get_by_text("This file is not a JPEG, PNG or WebP picture").first.is_visible()
    assert page.get_by_text("Put your picture here").is_visible()


def test_a_damaged_picture_is_told_in_place(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    read(page, pictures["damaged"])

    assert page.locator("[data-result] [data-problem-text]").inner_text().startswith("This picture is damaged")
    assert page.locator("[data-status]").inner_text().startswith("This picture is damaged")
    assert page.get_by_text("This browser cannot show the picture.").is_visible()


def test_pressing_without_a_picture_says_what_is_missing(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="Read this picture").click()

    assert page.locator("[data-result] [data-problem-text]").inner_text().startswith("No picture has been chosen yet.")


def test_a_server_that_does_not_answer_keeps_the_picture_for_another_try(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    page.route("**/", lambda route: route.abort("blockedbyclient"))
    read(page, pictures["high"])

    assert page.locator("[data-result] [data-problem-text]").inner_text().startswith("The server does not answer.")
    page.unroute("**/")
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-tier=high]")
    assert page.locator("[data-picture-image]").is_visible()


def test_another_modality_can_be_read_again(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    read(page, pictures["high"])
    page.locator("input[name=modality][value=clinical]").check(force=True)
    page.get_by_role("button", name="Read again").click()
    page.wait_for_selector("[data-tier=not_assessed]")

    assert page.get_by_text("This is an ordinary photograph").is_visible()


def test_a_drawn_sample_fills_the_well(open_page: Open) -> None:
    page = open_page()
    page.locator("[data-sample]").first.click()
    page.wait_for_selector("[data-picture-image][src^='blob:']", state="visible")

    assert page.locator("input[value=dermoscopic]").is_checked()
    assert page.locator("[data-result] [data-answer]").count() == 0
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-tier]")
    assert page.locator("[data-tier-word]").inner_text() != ""


GIVE = """([type, name]) => {
  const bytes = Uint8Array.from(atob(window.picture), (letter) => letter.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: 'image/png' }));
  const event = type === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
    : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_can_be_pasted_or_dropped_anywhere(open_page: Open, pictures: Pictures, way: str) -> None:
    from base64 import b64encode

    page = open_page()
    page.evaluate(f"window.picture = '{b64encode(pictures['high'].read_bytes()).decode()}'")
    page.evaluate(GIVE, [way, "spot.png"])
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-tier=high]")

    assert page.locator("[data-picture-image]").is_visible()


def test_the_keyboard_is_enough(open_page: Open, pictures: Pictures) -> None:
    page = open_page(**DESKTOP)
    page.on("filechooser", lambda chooser: chooser.set_files(pictures["high"]))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.get_by_role("button", name="Choose a picture").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-picture-image]", state="visible")
    page.locator("input[name=modality][value=unknown]").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-tier=high]")

    assert page.locator("input[value=dermoscopic]").is_checked()


@pytest.mark.parametrize("size", [SMALL, PHONE, DESKTOP], ids=["320", "390", "1280"])
@pytest.mark.parametrize("name", ["high", "black"])
def test_nothing_is_wider_than_the_screen(open_page: Open, pictures: Pictures, size: dict[str, Any], name: str) -> None:
    page = open_page(**size)
    width = size["viewport"]["width"]

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    read(page, pictures[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_phone_offers_its_camera_first(open_page: Open) -> None:
    assert open_page(**PHONE).get_by_role("button", name="Take a photo").is_visible() is True
    assert open_page(**DESKTOP).get_by_role("button", name="Take a photo").is_visible() is False


@pytest.mark.parametrize("size", [SMALL, DESKTOP], ids=["320", "1280"])
def test_everything_to_press_is_large_enough(open_page: Open, pictures: Pictures, size: dict[str, Any]) -> None:
    page = open_page(**size)
    read(page, pictures["high"])
    boxes = page.locator("button:visible, summary:visible, .taken-choice, input[type=range]:visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => [box.width, box.height])"
    )

    assert len(boxes) >= 9
    assert [box for box in boxes if min(box) < 24] == []


def test_the_picture_stays_where_it_is_when_the_answer_comes(open_page: Open, pictures: Pictures) -> None:
    page = open_page(viewport={"width": 1280, "height": 1200})
    page.set_input_files("#picture", pictures["high"])
    page.wait_for_selector("[data-picture-image]", state="visible")
    places = [page.locator(".well").bounding_box(), page.locator("[data-submit]").bounding_box()]
    read(page, pictures["high"])

    assert [page.locator(".well").bounding_box(), page.locator("[data-submit]").bounding_box()] == places


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_system_until_the_reader_chooses(open_page: Open, theme: str) -> None:
    page = open_page(color_scheme=theme)
    paper = {"light": "rgb(251, 250, 247)", "dark": "rgb(16, 23, 22)"}
    other = {"light": "dark", "dark": "light"}[theme]
    ground = "getComputedStyle(document.body).backgroundColor"

    assert page.evaluate(ground) == paper[theme]
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(ground) == paper[other]
    page.reload()
    assert page.evaluate(ground) == paper[other]


@pytest.mark.parametrize(
    ("path", "field", "taken"),
    [("/", "#picture", "[data-well-preview]"), ("/several", "#several-files", "[data-picture-row]")],
)
def test_a_picture_chosen_before_the_script_has_come_is_not_lost(
    open_page: Open, pictures: Pictures, path: str, field: str, taken: str
) -> None:
    held: list[Any] = []
    page = open_page(
        path, prepare=lambda page: page.route("**/js/main.js", lambda route: held.append(route)), until="commit"
    )
    page.set_input_files(field, pictures["low"])
    held[0].continue_()

    page.locator(taken).wait_for(state="visible")
