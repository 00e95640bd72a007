"""A list that is changed while something is still being done with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from picture_list import add, choose, names, read_all, settled, shown

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]
API = "**/api/v1/predictions"
GATE = """
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = async (...about) => {
  await globalThis.gate;
  return digest(...about);
};
"""
DOUBLE = """
export const support = () => ({ available: true, reason: '' });
export async function openReader() {
  globalThis.opened = (globalThis.opened ?? 0) + 1;
  await globalThis.loading;
  return { read: () => Promise.reject(Object.assign(new Error('no'), { code: 'reader.failed' })), close() {} };
}
"""
HELD = "globalThis.loading = new Promise((resolve) => { globalThis.load = resolve; })"


def with_double(script: str = "") -> Callable[[Any], None]:
    def prepare(page: Any) -> None:
        page.route("**/js/reader/classify.js", lambda route: route.fulfill(body=DOUBLE, content_type="text/javascript"))
        page.add_init_script(script)

    return prepare


def test_a_list_cleared_while_it_is_read_is_said_to_be_empty(open_list: Open, pictures: Pictures) -> None:
    page, held = open_list(), []
    page.route(API, lambda route: held.append(route))
    add(page, [pictures["low"], pictures["high"], pictures["intermediate"]])
    page.locator("[data-run]").click()
    expect(page.locator("[data-state=reading]")).to_have_count(2)
    page.get_by_role("button", name="Clear the list").click()
    expect(page.locator("[data-progress-box]")).to_be_hidden()

    assert page.locator("[data-status]").inner_text() == "The list is empty."
    page.unroute(API)
    add(page, [pictures["low"]])
    read_all(page)
    assert [(row["file"], row["tier"]) for row in shown(page)] == [("low.png", "low")]


def test_the_last_picture_taken_out_while_it_is_read_is_not_called_read(open_list: Open, pictures: Pictures) -> None:
    page, held = open_list(), []
    page.route(API, lambda route: held.append(route))
    add(page, [pictures["low"]])
    page.locator("[data-run]").click()
    expect(page.locator("[data-state=reading]")).to_have_count(1)
    page.get_by_role("button", name="Take low.png out of the list").click()
    expect(page.locator("[data-progress-box]")).to_be_hidden()

    assert page.locator("[data-status]").inner_text() == "low.png is no longer in the list."


def test_a_list_cleared_while_files_are_looked_at_stays_empty(open_list: Open, pictures: Pictures) -> None:
    page = open_list(prepare=lambda page: page.add_init_script(GATE))
    add(page, [pictures["low"]])
    page.evaluate("() => { globalThis.gate = new Promise((resolve) => { globalThis.letGo = resolve; }); }")
    page.set_input_files("#several-files", [pictures["high"], pictures["black"]])
    expect(page.locator("[data-preparing]")).to_be_visible()
    page.get_by_role("button", name="Clear the list").click()
    page.evaluate("globalThis.letGo()")
    add(page, [pictures["intermediate"]])

    assert names(page) == ["intermediate.png"]


def test_what_was_read_before_the_answer_for_all_changed_is_read_again_in_the_same_run(
    open_list: Open, pictures: Pictures
) -> None:
    page, held = open_list(), []
    add(page, [pictures["high"]])
    read_all(page, "clinical")
    page.route(API, lambda route: held.append(route))
    add(page, [pictures["low"]], rows=2)
    page.locator("[data-run]").click()
    expect(page.locator("[data-state=reading]")).to_have_count(1)
    choose(page, "dermoscopic")
    page.unroute(API)
    settled(page)

    assert sorted((row["file"], row["tier"]) for row in shown(page)) == [("high.png", "high"), ("low.png", "low")]


def test_the_server_asked_while_the_model_is_loaded_ends_that_waiting(open_list: Open, pictures: Pictures) -> None:
    page = open_list(place="device", prepare=with_double(HELD))
    add(page, [pictures["high"]])
    choose(page, "dermoscopic")
    page.locator("[data-run]").click()
    expect(page.locator("[data-preparing]")).to_have_text("Getting the model ready. This is needed only once…")
    page.locator("[data-where-switch]").click()
    page.locator("[data-run]").click()
    settled(page)

    assert shown(page)[0]["tier"] == "high"
    assert page.locator("[data-preparing]").is_visible() is False


def test_a_picture_taken_out_while_the_model_is_loaded_is_not_read(open_list: Open, pictures: Pictures) -> None:
    page = open_list(place="device", prepare=with_double(HELD))
    add(page, [pictures["high"]])
    page.locator("[data-run]").click()
    expect(page.locator("[data-preparing]")).to_be_visible()
    page.get_by_role("button", name="Take high.png out of the list").click()
    page.evaluate("globalThis.load()")
    expect(page.locator("[data-preparing]")).to_be_hidden()

    assert page.locator("[data-status]").inner_text() == "high.png is no longer in the list."
    assert page.locator("[data-progress-box]").is_visible() is False


def test_after_a_reader_broke_another_is_made(open_list: Open, pictures: Pictures) -> None:
    page = open_list(place="device", prepare=with_double())
    add(page, [pictures["high"]])
    page.locator("[data-run]").click()
    settled(page)
    page.get_by_role("button", name="Try high.png again").click()
    page.wait_for_function("globalThis.opened === 2")

    assert page.locator("[data-picture-row]").count() == 1
