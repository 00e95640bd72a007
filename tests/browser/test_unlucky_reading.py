"""What goes wrong while a picture is read: it is said as it is, and no answer stands beside another picture."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]
PROBLEM = "[data-result] [data-problem-text]"


@pytest.fixture
def waiting_page(open_page: Open, pictures: Pictures) -> Any:
    """A page that waits for the server's answer about the picture of high risk; `go_on` lets the answer come."""
    page, held = open_page(), []
    page.route("**/", lambda route: held.append(route))
    page.go_on = lambda: held.pop().continue_()
    page.set_input_files("#picture", pictures["high"])
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("[data-submit]").click()
    return page


@pytest.mark.parametrize("place", ["server", "device"])
def test_a_file_that_is_gone_is_not_blamed_on_the_network(
    open_page: Open, pictures: Pictures, tmp_path: Path, place: str
) -> None:
    passing = tmp_path / "passing.png"
    passing.write_bytes(pictures["high"].read_bytes())
    page = open_page(place=place)
    page.set_input_files("#picture", passing)
    page.wait_for_selector("[data-picture-image]", state="visible")
    passing.unlink()
    page.locator("[data-submit]").click()
    page.wait_for_selector(PROBLEM)

    assert page.locator(PROBLEM).inner_text() == "This file can no longer be opened. Choose it again."


def test_a_file_that_was_changed_since_it_was_chosen_is_not_read(
    open_page: Open, pictures: Pictures, tmp_path: Path
) -> None:
    passing = tmp_path / "passing.png"
    passing.write_bytes(pictures["high"].read_bytes())
    page = open_page()
    page.set_input_files("#picture", passing)
    page.wait_for_selector("[data-picture-image]", state="visible")
    passing.write_bytes(pictures["low"].read_bytes() + b"more")
    page.locator("[data-submit]").click()
    page.wait_for_selector("[data-result] [data-answer]")

    assert page.locator(PROBLEM).inner_text() == "This file can no longer be opened. Choose it again."


def test_another_picture_ends_the_waiting(waiting_page: Any, pictures: Pictures) -> None:
    waiting_page.set_input_files("#picture", pictures["low"])

    assert waiting_page.get_by_text("Your result will be here").is_visible()
    assert waiting_page.locator("[data-result]").get_attribute("aria-busy") is None


def test_a_file_that_is_refused_while_another_is_read_keeps_its_message(waiting_page: Any, pictures: Pictures) -> None:
    with waiting_page.expect_event("requestfailed"):
        waiting_page.set_input_files("#picture", pictures["notes"])

    assert waiting_page.locator(PROBLEM).inner_text().startswith("This file is not a JPEG, PNG or WebP picture")


def test_a_message_leaves_no_heat_map_on_the_picture(open_page: Open, pictures: Pictures) -> None:
    page = open_page()
    page.set_input_files("#picture", pictures["high"])
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.locator("[data-submit]").click()
    page.wait_for_selector("[data-heat-control]", state="visible")
    page.set_input_files("#picture", pictures["notes"])

    assert page.locator("[data-heat-control]").is_visible() is False


def test_what_is_said_otherwise_while_a_picture_is_read_can_be_read_again(waiting_page: Any) -> None:
    waiting_page.locator("input[name=modality][value=clinical]").check(force=True)
    waiting_page.go_on()
    waiting_page.wait_for_selector("[data-tier=high]")

    assert waiting_page.get_by_role("button", name="Read again").is_visible()
    assert waiting_page.locator("[data-heat-control]").is_visible()


def test_the_heat_map_of_a_whole_picture_does_not_lie_on_one_that_was_turned_meanwhile(waiting_page: Any) -> None:
    waiting_page.locator("summary", has_text="Adjust the picture").click()
    waiting_page.get_by_role("button", name="Turn right").click()
    waiting_page.go_on()
    waiting_page.wait_for_selector("[data-tier=high]")

    assert waiting_page.get_by_role("button", name="Read again").is_visible()
    assert waiting_page.locator("[data-heat-control]").is_visible() is False


def test_a_sample_that_does_not_come_is_told(open_page: Open) -> None:
    page = open_page()
    page.route("**/samples/*.jpg", lambda route: route.abort())
    page.locator("[data-sample]").first.click()
    page.wait_for_selector(PROBLEM)

    assert page.locator(PROBLEM).inner_text().startswith("The server does not answer.")
