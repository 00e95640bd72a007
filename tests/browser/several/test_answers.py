"""Every row has the answer of its own bytes, wherever it was read, or says why it has none."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from epiluma.inference.classifier import Classifier
from epiluma.inference.table import most_suspicious_first
from epiluma.records import Modality
from epiluma.web.statics import packed_files
from epiluma.web.wording import percent
from picture_list import PATIENCE_MS, add, choose, names, posts_of, read_all, records_of, saved_records, settled, shown

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]
API = "**/api/v1/predictions"


def expected_rows(classifier: Classifier, files: list[Path]) -> list[dict[str, str]]:
    sorted_records = most_suspicious_first(records_of(classifier, files, Modality.DERMOSCOPIC))
    rated = {"low", "intermediate", "high"}
    return [
        {
            "file": record["file"],
            "sha256": record["sha256"],
            "tier": record.get("tier", ""),
            "chance": percent(record["malignant_probability"]) if record.get("tier") in rated else "",
        }
        for record in sorted_records
    ]


def test_each_of_a_hundred_shuffled_files_gets_its_own_answer_from_the_server(
    open_list: Open, hundred: list[Path], classifier: Classifier
) -> None:
    page = open_list()
    add(page, hundred)
    assert names(page) == [path.name for path in hundred]
    read_all(page)

    assert shown(page) == expected_rows(classifier, hundred)
    assert {row["sha256"] for row in shown(page)} == {hashlib.sha256(path.read_bytes()).hexdigest() for path in hundred}
    assert page.locator("[data-status]").inner_text() == "All pictures are read. The most suspicious are first."


@pytest.mark.skipif(not packed_files(), reason="needs the reader of the browser: make install")
def test_each_of_a_hundred_shuffled_files_gets_its_own_answer_on_this_device_and_none_is_sent(
    open_list: Open, hundred: list[Path], classifier: Classifier
) -> None:
    page = open_list(place="device")
    posts = posts_of(page)
    add(page, hundred)
    read_all(page)
    answers = {record["file"]: record for record in saved_records(page)}
    expected = {record["file"]: record for record in records_of(classifier, hundred, Modality.DERMOSCOPIC)}

    assert {file: answer["sha256"] for file, answer in answers.items()} == {
        file: record["sha256"] for file, record in expected.items()
    }
    assert answers["broken.png"]["error"]["code"] == "image.truncated"
    readable = sorted(set(expected) - {"broken.png"})
    assert [list(answers[file]["probabilities"].values()) for file in readable] == [
        pytest.approx(list(expected[file]["probabilities"].values()), abs=2e-3) for file in readable
    ]
    assert list(answers.values()) == most_suspicious_first(answers.values())
    assert posts == []


def test_an_answer_that_is_of_other_bytes_is_not_shown(
    open_list: Open, pictures: Pictures, classifier: Classifier
) -> None:
    other = records_of(classifier, [pictures["low"]], Modality.DERMOSCOPIC)[0]
    page = open_list()
    page.route(API, lambda route: route.fulfill(json=other))
    add(page, [pictures["high"], pictures["low"]])
    read_all(page)

    assert [(row["file"], row["tier"]) for row in shown(page)] == [("high.png", ""), ("low.png", "low")]
    assert page.get_by_text("The answer did not belong to this picture, so it is not shown.").is_visible()


def test_one_that_cannot_be_read_stops_none_of_the_others_and_says_why(open_list: Open, pictures: Pictures) -> None:
    page = open_list()
    add(page, [pictures[name] for name in ("low", "notes", "black", "high")])
    read_all(page)
    rows = page.locator("[data-picture-row]")

    assert names(page) == ["high.png", "black.png", "notes.txt", "low.png"]
    assert "The picture is too dark. Take it again in daylight" in rows.nth(1).inner_text()
    assert "This file is not a JPEG, PNG or WebP picture" in rows.nth(2).inner_text()
    assert rows.nth(2).get_by_role("button", name="Try again").count() == 0


def test_two_are_read_at_a_time_and_stopping_leaves_the_others_waiting(
    open_list: Open, hundred: list[Path], classifier: Classifier
) -> None:
    page, held = open_list(), []
    page.route(API, lambda route: held.append(route))
    add(page, hundred[:6])
    choose(page, "dermoscopic")
    page.locator("[data-run]").click()
    expect(page.locator("[data-state=reading]")).to_have_count(2)
    assert page.evaluate("document.activeElement.matches('[data-cancel]')")
    page.get_by_role("button", name="Stop").click()

    expect(page.locator("[data-state=waiting]")).to_have_count(6)
    assert len(held) == 2
    assert page.locator("[data-status]").inner_text() == "Stopped. Pictures that were not read yet: 6."
    page.unroute(API)
    page.get_by_role("button", name="Read these pictures (6)").click()
    settled(page)
    assert shown(page) == expected_rows(classifier, hundred[:6])


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"abort": True}, "The server does not answer."),
        ({"status": 429}, "The server has too much to do at the moment."),
        ({"status": 503}, "The server has too much to do at the moment."),
        ({"status": 500, "json": {"code": "server.failed"}}, "Something went wrong while reading."),
    ],
)
def test_what_may_pass_can_be_tried_again_for_one_picture(
    open_list: Open, pictures: Pictures, answer: dict[str, Any], words: str
) -> None:
    page = open_list()
    give = {True: lambda route: route.abort(), False: lambda route: route.fulfill(**answer)}["abort" in answer]
    page.route(API, give)
    add(page, [pictures["high"], pictures["low"]])
    read_all(page)
    row = page.locator("[data-picture-row]", has_text="high.png")

    assert words in row.inner_text()
    page.unroute(API)
    row.get_by_role("button", name="Try high.png again").click()
    expect(row).to_have_attribute("data-tier", "high", timeout=PATIENCE_MS)
    assert page.get_by_role("button", name="Try again (1)").is_enabled()


DOUBLE = """
export const support = () => ({ available: true, reason: '' });
export async function openReader() {
  if (globalThis.broken) throw new Error('no model');
  return { read: () => Promise.reject(Object.assign(new Error('no'), { code: 'image.needs-server' })) };
}
"""


def with_double(script: str = "") -> Callable[[Any], None]:
    def prepare(page: Any) -> None:
        page.route("**/js/reader/classify.js", lambda route: route.fulfill(body=DOUBLE, content_type="text/javascript"))
        page.add_init_script(script)

    return prepare


def test_what_only_the_server_can_read_is_sent_only_when_the_person_says_so(
    open_list: Open, pictures: Pictures
) -> None:
    page = open_list(place="device", prepare=with_double())
    posts = posts_of(page)
    add(page, [pictures["high"]])
    read_all(page)

    assert "Nothing of it has been sent." in page.locator("[data-picture-row]").inner_text()
    assert posts == []
    page.get_by_role("button", name="Send high.png to this server").click()
    page.wait_for_selector("[data-picture-row][data-tier=high]")
    assert len(posts) == 1


def test_where_the_model_cannot_be_loaded_the_server_is_offered_before_anything_is_read(
    open_list: Open, pictures: Pictures
) -> None:
    page = open_list(place="device", prepare=with_double("globalThis.broken = true"))
    posts = posts_of(page)
    add(page, [pictures["high"]])
    choose(page, "dermoscopic")
    page.locator("[data-run]").click()
    page.get_by_role("heading", name="The model could not be loaded").wait_for()

    assert posts == []
    page.get_by_role("button", name="Read on the server instead").click()
    page.wait_for_selector("[data-picture-row][data-tier=high]")
    assert page.locator("[data-offer-place]").inner_text() == ""


WATCH_FETCH = """() => {
  const send = window.fetch;
  window.fetch = (address, options) => {
    window.sent = [...options.body].map(([field, value]) => [field, value.name ?? value]);
    return send(address, options);
  };
}"""


def test_the_name_of_a_picture_is_not_sent(open_list: Open, pictures: Pictures) -> None:
    page = open_list()
    page.evaluate(WATCH_FETCH)
    add(page, [pictures["high"]])
    read_all(page)

    assert page.evaluate("window.sent") == [["image", "picture"], ["modality", "dermoscopic"]]


def test_without_a_secure_address_each_row_still_gets_its_own_answer(
    open_list: Open, hundred: list[Path], classifier: Classifier
) -> None:
    without = "Object.defineProperty(crypto, 'subtle', { value: undefined })"
    page = open_list(prepare=lambda page: page.add_init_script(without))
    add(page, hundred[:4])
    read_all(page)

    assert page.evaluate("crypto.subtle === undefined") is True
    assert shown(page) == expected_rows(classifier, hundred[:4])
