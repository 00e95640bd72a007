"""Adjusting the picture before it is read, as a person does it: by dragging, by keys, by numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from accessibility import violations
from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_png

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
DESKTOP = {"viewport": {"width": 1280, "height": 1000}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
WIDTH, HEIGHT = 400, 300


@pytest.fixture
def open_page(open_page: Open, address: str) -> Open:
    """Open the first page as somebody who chose to be read on the server."""
    chosen = {"origin": address, "localStorage": [{"name": "epiluma.where", "value": "server"}]}
    return lambda **options: open_page(storage_state={"origins": [chosen], "cookies": []}, **options)


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Left half red, which the tiny bundle reads as high; right half green, which it reads as low."""
    image = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    image[:, : WIDTH // 2], image[:, WIDTH // 2 :] = (204, 20, 20), (20, 204, 20)
    image[:, 0::2] += 20
    image[:, 1::2] -= 20
    path = tmp_path_factory.mktemp("halves") / "halves.png"
    path.write_bytes(encode_png(image))
    return path


def choose(page: Any, picture: Path) -> Any:
    page.set_input_files("#picture", picture)
    page.locator("[data-adjust] summary").wait_for()
    return page


def adjust(page: Any, picture: Path) -> Any:
    """Choose a picture and open the panel."""
    choose(page, picture).locator("[data-adjust] summary").click()
    page.locator(".cut").wait_for()
    return page


def geometry(page: Any) -> Any:
    text = page.locator("[data-geometry]").input_value()
    return json.loads(text) if text else None


def numbers(page: Any) -> list[str]:
    return [page.get_by_label(name, exact=True).input_value() for name in NUMBERS]


NUMBERS = ("From the left", "From the top", "Width", "Height")


def type_number(page: Any, name: str, value: int) -> None:
    page.get_by_label(name, exact=True).fill(str(value))
    page.get_by_label(name, exact=True).press("Enter")


def act(page: Any, name: str) -> None:
    page.locator("[data-adjust]").get_by_role("button", name=name, exact=True).click()


def drag(page: Any, handle: str, dx: float, dy: float) -> None:
    """Drag a handle by shares of the shown picture."""
    box, shown = page.locator(f"[data-handle={handle}]").bounding_box(), page.locator("[data-picture]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx * shown["width"], y + dy * shown["height"], steps=4)
    page.mouse.up()


# What is sent, kept aside: Playwright does not show the body of a form with a file in it.
KEEP_SENT = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    window.sent = body;
    send.call(this, body);
  };
}"""
SENT = """async () => {
  const bytes = new Uint8Array(await window.sent.get("image").arrayBuffer());
  return [window.sent.getAll("geometry"), Array.from(bytes)];
}"""


def read_on_server(page: Any) -> None:
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.locator("[data-submit]").click()
    page.wait_for_selector("[data-result] [data-tier]")


def test_the_panel_waits_for_a_picture(open_page: Open, halves: Path) -> None:
    page = open_page(**DESKTOP)

    assert page.locator("[data-adjust]").is_visible() is False
    choose(page, halves)
    assert page.locator("[data-adjust]").is_visible() is True
    assert geometry(page) is None


def test_a_corner_is_dragged(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    drag(page, "se", -0.25, -0.5)

    x, y, width, height = geometry(page)["crop"]
    assert (x, y) == (0, 0)
    assert (width, height) == (pytest.approx(300, abs=2), pytest.approx(150, abs=2))
    assert numbers(page) == [str(value) for value in (x, y, width, height)]


def test_the_part_is_moved_by_its_middle(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    type_number(page, "Width", 200)
    type_number(page, "Height", 100)
    drag(page, "move", 0.25, 2)

    assert geometry(page)["crop"] == [pytest.approx(100, abs=2), 200, 200, 100]


def test_a_part_is_cut_by_arrow_keys(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    page.get_by_role("button", name="Top left corner").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="Right edge").focus()
    page.keyboard.press("ArrowLeft")

    assert geometry(page)["crop"] == [4, 5, 392, 295]  # an arrow moves by a hundredth of 400 pixels
    assert page.locator("[data-adjust-status]").inner_text() == "392 × 295 pixels, 4 from the left, 5 from the top."


def test_arrow_keys_move_the_edge_that_is_seen_however_the_picture_is_turned(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    act(page, "Turn right")
    page.get_by_role("button", name="Top edge").focus()
    page.keyboard.press("ArrowDown")

    assert geometry(page) == {"crop": [4, 0, 396, 300], "rotate": 90, "flip": False}


@pytest.mark.parametrize(
    ("name", "value", "kept", "said"),
    [
        ("Width", 20, [0, 0, 64, 300], "A part must be at least 64 pixels wide and high"),
        ("From the left", 390, None, "This part would reach outside the picture."),
    ],
)
def test_a_part_that_cannot_be_read_is_refused_in_words(
    open_page: Open, halves: Path, name: str, value: int, kept: list[int] | None, said: str
) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    type_number(page, name, value)

    assert page.locator("[data-adjust-status]").inner_text().startswith(said)
    assert (geometry(page) or {"crop": None})["crop"] == kept
    assert page.locator("[data-result] :is([data-answer], [data-busy])").count() == 0  # Enter sent nothing


def test_steps_are_undone_redone_and_all_taken_back(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    act(page, "Turn right")
    type_number(page, "Width", 200)
    act(page, "Mirror")
    full = {"crop": [0, 0, 200, 300], "rotate": 90, "flip": True}

    assert geometry(page) == full
    act(page, "Undo")
    assert geometry(page) == full | {"flip": False}
    page.keyboard.press("Control+z")
    assert geometry(page) == {"crop": [0, 0, 400, 300], "rotate": 90, "flip": False}
    page.keyboard.press("Control+Shift+z")
    act(page, "Redo")
    assert geometry(page) == full
    act(page, "Start again")
    assert geometry(page) is None
    act(page, "Undo")
    assert geometry(page) == full


def test_turning_and_mirroring_show_the_picture_so(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    act(page, "Turn right")
    box = page.locator("[data-picture]").bounding_box()

    assert box["width"] / box["height"] == pytest.approx(300 / 400, abs=0.01)
    image = page.locator("[data-picture-image]").bounding_box()
    assert [image[key] for key in box] == pytest.approx([box[key] for key in box], abs=0.6)
    assert page.locator("[data-adjust-summary]").inner_text() == "Turned by 90° to the right."
    act(page, "Turn left")
    act(page, "Mirror")
    assert page.locator("[data-adjust-summary]").inner_text() == "Mirrored."


def test_what_is_read_is_the_part_that_was_cut_out(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    type_number(page, "Width", 200)
    page.evaluate(KEEP_SENT)
    read_on_server(page)

    fields, content = page.evaluate(SENT)
    assert fields == ['{"crop":[0,0,200,300],"rotate":0,"flip":false}']
    assert bytes(content) == halves.read_bytes()
    assert page.locator("[data-tier]").get_attribute("data-tier") == "high"
    assert page.locator("[data-text=applied]").inner_text() == (
        "The part that was read: 200 × 300 pixels, 0 from the left, 0 from the top."
    )
    page.locator("[data-adjust] summary").click()
    type_number(page, "From the left", 200)
    assert page.get_by_role("button", name="Read again").is_visible()
    read_on_server(page)
    page.wait_for_selector("[data-tier=low]")
    assert page.locator("[data-adjust]").get_attribute("open") is None


def test_after_the_reading_the_well_shows_the_part_that_was_read_and_the_heat_map_lies_on_it(
    open_page: Open, halves: Path
) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    type_number(page, "Width", 100)
    act(page, "Turn right")
    read_on_server(page)
    page.locator("[data-heat]").wait_for(state="visible")
    box, layer = page.locator("[data-picture]").bounding_box(), page.locator("[data-heat]").bounding_box()

    assert box["width"] / box["height"] == pytest.approx(300 / 100, abs=0.01)
    assert layer == box
    assert page.locator(".cut").is_visible() is False
    # The pixel in the middle of the box is red: the left half of the picture, and nothing of the right one.
    shot = read_image(page.locator("[data-picture]").screenshot())
    assert shot[..., 1].mean() < 40 < 180 < shot[..., 0].mean()


def test_the_next_picture_starts_afresh(open_page: Open, halves: Path, pictures: dict[str, Path]) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    act(page, "Turn right")
    page.get_by_label("Shades of grey").check()
    choose(page, pictures["high"])

    assert geometry(page) is None
    assert page.locator("[data-adjust]").get_attribute("open") is None
    assert page.locator("[data-picture-image]").evaluate("image => getComputedStyle(image).filter") == "none"
    assert page.locator("[data-adjust-summary]").inner_text() == ""


def test_colours_change_what_is_seen_and_nothing_that_is_read(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    page.get_by_label("Brightness").fill("150")
    page.get_by_label("Shades of grey").check()
    page.get_by_label("Swap light and dark").check()

    shown = page.locator("[data-picture-image]").evaluate("image => getComputedStyle(image).filter")
    assert shown == "brightness(1.5) grayscale(1) invert(1)"
    assert page.get_by_text("The model always reads the original colours.").is_visible()
    assert geometry(page) is None
    act(page, "Undo")
    assert page.get_by_label("Swap light and dark").is_checked() is False


def test_a_copy_is_saved_with_what_was_cut_turned_and_coloured(open_page: Open, halves: Path, tmp_path: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    type_number(page, "Width", 100)
    act(page, "Turn left")
    page.get_by_label("Swap light and dark").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save a copy").click()
    download.value.save_as(tmp_path / "copy.png")

    assert download.value.suggested_filename == "halves-copy.png"
    expected = 255 - np.rot90(read_image(halves)[:, :100], k=1)
    np.testing.assert_array_equal(read_image(tmp_path / "copy.png"), expected)
    said = page.locator("[data-adjust-status]").inner_text()
    assert said == "A copy is saved as halves-copy.png. The original stays as it is."


def test_the_view_is_magnified_by_wheel_button_and_key(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    picture, image = page.locator("[data-picture]"), page.locator("[data-picture-image]")
    shown = picture.bounding_box()
    width = lambda: image.bounding_box()["width"] / shown["width"]  # noqa: E731 -- the same three times
    page.mouse.move(shown["x"] + shown["width"] / 4, shown["y"] + shown["height"] / 4)
    page.mouse.wheel(0, -300)

    page.wait_for_function("() => document.querySelector('[data-act=out]').getAttribute('aria-disabled') === 'false'")
    assert width() == pytest.approx(np.exp(0.45), abs=0.01)
    act(page, "Show all")
    assert width() == pytest.approx(1, abs=0.01)
    act(page, "Larger")
    picture.focus()
    page.keyboard.press("+")
    assert width() == pytest.approx(2.25, abs=0.01)
    before = image.bounding_box()["x"]
    page.keyboard.press("ArrowRight")
    assert image.bounding_box()["x"] == pytest.approx(before - 0.1 * shown["width"], abs=1)
    page.keyboard.press("0")
    assert width() == pytest.approx(1, abs=0.01)
    assert geometry(page) is None


def test_a_magnified_picture_is_cut_by_its_own_pixels(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    type_number(page, "Width", 200)
    act(page, "Larger")
    drag(page, "e", 0.15, 0)

    assert geometry(page)["crop"] == [0, 0, pytest.approx(240, abs=2), 300]  # 0.15 of the box is 0.1 of the picture


PINCH = """(figure) => {
  const box = figure.getBoundingClientRect();
  const send = (type, id, x) => figure.dispatchEvent(new PointerEvent(type, { pointerId: id, bubbles: true, button: 0,
    clientX: box.left + x * box.width, clientY: box.top + box.height / 2 }));
  figure.setPointerCapture = () => {};
  send("pointerdown", 11, 0.4);
  send("pointerdown", 12, 0.6);
  send("pointermove", 11, 0.3);
  send("pointermove", 12, 0.7);
  send("pointerup", 11, 0.3);
  send("pointerup", 12, 0.7);
  return figure.querySelector("[data-picture-image]").getBoundingClientRect().width / box.width;
}"""


def test_two_fingers_magnify(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**PHONE), halves)

    assert page.locator("[data-picture]").evaluate(PINCH) == pytest.approx(2, abs=0.01)
    assert geometry(page) is None


def test_pixels_are_those_of_the_upright_picture(open_page: Open, tmp_path: Path) -> None:
    lying = Image.new("RGB", (200, 100), (204, 20, 20))
    exif = lying.getexif()
    exif[0x0112] = 6  # to be turned clockwise by 90 degrees
    lying.save(tmp_path / "lying.jpg", exif=exif)
    page = adjust(open_page(**DESKTOP), tmp_path / "lying.jpg")

    assert numbers(page) == ["0", "0", "100", "200"]
    box = page.locator("[data-picture]").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(0.5, abs=0.01)


def test_done_closes_the_panel_and_keeps_the_keyboard_there(open_page: Open, halves: Path) -> None:
    page = adjust(open_page(**DESKTOP), halves)
    act(page, "Mirror")
    act(page, "Done")

    assert page.evaluate("document.activeElement.matches('[data-adjust] summary')") is True
    assert page.locator("[data-adjust-summary]").inner_text() == "Mirrored."
    assert geometry(page) == {"crop": [0, 0, 400, 300], "rotate": 0, "flip": True}


@pytest.mark.parametrize("size", [SMALL, PHONE, DESKTOP], ids=["320", "390", "1280"])
def test_the_panel_fits_the_screen_and_every_control_a_finger(
    open_page: Open, halves: Path, size: dict[str, Any]
) -> None:
    page = adjust(open_page(**size), halves)
    boxes = page.locator("[data-adjust] :is(button, summary, input, label):visible, .cut button:visible").evaluate_all(
        """all => all.filter((one) => !one.labels?.length).map((one) => one.getBoundingClientRect())
          .map((box) => [box.width, box.height])"""
    )
    inside = page.locator("[data-adjust]").evaluate("panel => panel.scrollWidth <= panel.clientWidth + 1")

    assert len(boxes) >= 25
    assert [box for box in boxes if min(box) < 24] == []
    assert inside is True


@pytest.mark.parametrize(("size", "theme"), [(SMALL, "light"), (DESKTOP, "dark")], ids=["small-light", "desktop-dark"])
def test_axe_finds_nothing_in_the_open_panel(open_page: Open, halves: Path, size: dict[str, Any], theme: str) -> None:
    page = adjust(open_page(**size, color_scheme=theme), halves)
    type_number(page, "Width", 20)

    assert violations(page) == []


def test_without_javascript_there_is_no_panel(open_page: Open, pictures: dict[str, Path]) -> None:
    page = open_page(java_script_enabled=False)
    page.set_input_files("#picture", pictures["high"])

    assert page.locator("[data-adjust]").is_visible() is False
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-tier=high]")
