"""The choice between this device and the server, with a reader that answers at once or as a test lets it.

What the real reader does is tested in `test_private_reading.py`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]

DOUBLE = """
export const support = () => globalThis.unsupported ?? { available: true, reason: '' };
export async function openReader({ base, progress }) {
  globalThis.opened = [...(globalThis.opened ?? []), base];
  progress(0.42);
  await globalThis.loading?.();
  return { modelId: 'double', read, close() {} };
}
async function read(blob, options) {
  globalThis.read = { ...options, signal: undefined, size: blob.size };
  if (globalThis.refusal) throw Object.assign(new Error('no'), { code: globalThis.refusal });
  const probabilities = { akiec: 0.0625, bcc: 0, bkl: 0.125, df: 0, mel: 0.625, nv: 0.1875, vasc: 0 };
  const top3 = ['mel', 'nv', 'bkl'].map((code) => ({ code, probability: probabilities[code] }));
  return {
    record: {
      model_id: 'double', modality: options.modality, probabilities, top3, decision: { code: 'mel', rule: 'argmax' },
      malignant_probability: 0.6875, tier: 'high', abstained: false, reasons: [],
      ...(options.geometry && { geometry: options.geometry }),
    },
    maps: { data: new Float32Array(7 * 49).fill(1), height: 7, width: 7 },
  };
}
"""
HELD = "globalThis.loading = () => new Promise((resolve, reject) => Object.assign(globalThis, { resolve, reject }))"
METERED = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


@pytest.fixture
def open_with(open_page: Open) -> Open:
    """Open the first page with a double of the reader, and what a script says of this browser."""

    def open_one(script: str = "", *, place: str = "", **options: Any) -> Any:
        def prepare(page: Any) -> None:
            page.route(
                "**/js/reader/classify.js",
                lambda route: route.fulfill(body=DOUBLE, content_type="text/javascript"),
            )
            page.add_init_script(script)
            page.posts = []
            page.on("request", lambda request: page.posts.append(request.url) if request.method == "POST" else None)

        page = open_page(place=place, prepare=prepare, **options)
        page.wait_for_selector("[data-where][data-known]")
        return page

    return open_one


def choose(page: Any, picture: Path) -> None:
    page.set_input_files("#picture", picture)
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)


def press(page: Any, name: str = "Read this picture") -> None:
    page.get_by_role("button", name=name).click()


def answer(page: Any) -> str:
    page.wait_for_selector("[data-result] [data-answer]")
    return str(page.locator("[data-result]").inner_text())


def test_a_picture_stays_on_this_device_where_the_browser_can_read_it(open_with: Open, pictures: Pictures) -> None:
    page = open_with()
    assert page.get_by_text("Stays on this device").is_visible()
    choose(page, pictures["low"])
    press(page)

    assert "Your picture did not leave this device." in answer(page)
    assert page.locator("[data-tier]").get_attribute("data-tier") == "high"  # the double's answer, not the server's
    assert page.locator("[data-heat-control]").is_visible()
    assert page.locator("[data-status]").inner_text().startswith("The result is here. High. Most probable: Melanoma")
    assert page.evaluate("JSON.parse(JSON.stringify(globalThis.read))") == {
        "name": "low.png",
        "modality": "dermoscopic",
        "maps": True,
        "size": pictures["low"].stat().st_size,
    }
    assert page.posts == []


def test_the_server_can_be_chosen_and_the_choice_is_remembered(open_with: Open, pictures: Pictures) -> None:
    page = open_with()
    press(page, "Use the server")
    assert page.get_by_text("Sent to this server, not kept").is_visible()
    page.reload()
    page.wait_for_selector("[data-where][data-known]")
    assert page.get_by_text("Sent to this server, not kept").is_visible()
    assert page.evaluate("globalThis.opened") is None
    choose(page, pictures["low"])
    press(page)

    assert "Your picture was read on this server and not kept" in answer(page)
    assert page.locator("[data-tier]").get_attribute("data-tier") == "low"
    assert len(page.posts) == 1
    press(page, "Keep it on this device")
    page.get_by_text("The model is ready.").wait_for()
    assert page.evaluate("globalThis.opened.length") == 1


def test_the_model_is_loaded_before_it_is_needed_and_only_once(open_with: Open, pictures: Pictures) -> None:
    page = open_with()
    page.get_by_text("The model is ready.").wait_for()
    choose(page, pictures["low"])
    press(page)
    answer(page)

    base = page.locator("[data-reading]").get_attribute("data-model")
    assert page.evaluate("globalThis.opened") == [base]
    assert base.startswith("/model/tiny-")


def test_while_the_model_loads_its_progress_is_shown_and_the_server_is_offered(
    open_with: Open, pictures: Pictures
) -> None:
    page = open_with(HELD)
    choose(page, pictures["low"])
    press(page)
    page.locator("[data-progress-text]", has_text="Getting the model ready.").wait_for()

    assert page.locator("[data-progress]").get_attribute("value") == "42"
    assert page.get_by_text("Getting the model ready: 42\N{NO-BREAK SPACE}%.").is_visible()
    assert page.posts == []
    press(page, "Read on the server instead")
    assert "Your picture was read on this server" in answer(page)
    page.evaluate("globalThis.resolve()")
    page.get_by_text("The model is ready.").wait_for()
    assert page.locator("[data-tier]").get_attribute("data-tier") == "low"
    assert page.evaluate("globalThis.read") is None


def test_a_reading_that_waits_for_the_model_goes_on_when_it_is_there(open_with: Open, pictures: Pictures) -> None:
    page = open_with(HELD)
    choose(page, pictures["low"])
    press(page)
    page.locator("[data-progress-text]", has_text="Getting the model ready.").wait_for()
    page.evaluate("globalThis.resolve()")

    assert "Your picture did not leave this device." in answer(page)


def test_on_a_metered_connection_nothing_is_loaded_without_consent(open_with: Open, pictures: Pictures) -> None:
    page = open_with(METERED)
    assert page.get_by_text("Your connection counts its data, so the model is loaded only").is_visible()
    choose(page, pictures["low"])
    press(page)
    assert "Load the model first?" in answer(page)
    assert page.evaluate("globalThis.opened") is None
    assert page.posts == []
    press(page, "Load the model")
    page.wait_for_selector("[data-tier]")

    assert "Your picture did not leave this device." in answer(page)
    assert page.evaluate("globalThis.opened.length") == 1


def test_a_metered_reader_may_use_the_server_for_this_one(open_with: Open, pictures: Pictures) -> None:
    page = open_with(METERED)
    choose(page, pictures["low"])
    press(page)
    answer(page)
    press(page, "Read on the server instead")
    page.wait_for_selector("[data-tier=low]")

    assert page.get_by_text("Stays on this device").is_visible()
    assert page.evaluate("globalThis.opened") is None


def test_what_a_browser_cannot_read_the_same_is_sent_only_when_the_reader_agrees(
    open_with: Open, pictures: Pictures
) -> None:
    page = open_with("globalThis.refusal = 'image.needs-server'")
    choose(page, pictures["low"])
    press(page)
    assert "Send this picture to the server?" in answer(page)
    assert page.posts == []
    press(page, "Send it to this server")
    page.wait_for_selector("[data-tier=low]")

    assert len(page.posts) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("image.truncated", "This picture is damaged"),
        ("image.too-small", "Each side must have at least 64 pixels"),
        ("geometry.invalid", "The part that was cut out does not lie inside the picture"),
        ("image.of-a-new-kind", "This picture cannot be read."),
    ],
)
def test_a_picture_that_cannot_be_read_is_told_in_the_servers_words(
    open_with: Open, pictures: Pictures, code: str, words: str
) -> None:
    page = open_with(f"globalThis.refusal = '{code}'")
    choose(page, pictures["low"])
    press(page)

    assert words in answer(page)
    assert page.locator("[data-status]").inner_text() in answer(page)
    assert page.posts == []


def test_a_device_that_fails_offers_another_try_and_the_server(open_with: Open, pictures: Pictures) -> None:
    page = open_with("globalThis.refusal = 'wasm.out-of-memory'")
    choose(page, pictures["low"])
    press(page)
    assert "This device could not read the picture" in answer(page)
    page.evaluate("globalThis.refusal = ''")
    press(page, "Try again")
    page.wait_for_selector("[data-tier=high]")

    assert page.posts == []


def test_a_model_that_could_not_be_loaded_is_tried_again(open_with: Open, pictures: Pictures) -> None:
    page = open_with("globalThis.loading = () => Promise.reject(new TypeError('offline'))")
    page.get_by_text("The model could not be loaded. The page tries again").wait_for()
    choose(page, pictures["low"])
    press(page)
    assert "Your picture is still here, and nothing has been sent." in answer(page)
    page.evaluate("globalThis.loading = null")
    press(page, "Try again")
    page.wait_for_selector("[data-tier=high]")

    assert page.posts == []


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("no-webassembly", "This browser is not allowed to calculate on pictures itself"),
        ("insecure-context", "only on pages with a secure address (https)"),
        ("not-built", "This server does not bring the part that reads on your device"),
    ],
)
def test_where_the_browser_cannot_the_page_says_why_and_reads_on_the_server(
    open_with: Open, pictures: Pictures, reason: str, words: str
) -> None:
    page = open_with(f"globalThis.unsupported = {{ available: false, reason: '{reason}' }}", place="device")

    assert words in page.locator("[data-where]").inner_text()
    assert page.get_by_text("Sent to this server, not kept").is_visible()
    assert page.locator("[data-where-switch]").is_visible() is False
    choose(page, pictures["low"])
    press(page)
    page.wait_for_selector("[data-tier=low]")


def test_what_was_cut_and_turned_goes_to_the_reader_and_asks_to_read_again(open_with: Open, pictures: Pictures) -> None:
    page = open_with()
    choose(page, pictures["low"])
    press(page)
    answer(page)
    page.locator("[data-geometry]").evaluate(
        """field => {
          field.value = '{"crop":[0,0,100,90],"rotate":90,"flip":false}';
          field.dispatchEvent(new Event('change', { bubbles: true }));
        }"""
    )
    assert page.locator("[data-heat-control]").is_visible() is False
    press(page, "Read again")
    page.get_by_text("The part that was read: 100 × 90 pixels").wait_for()

    assert page.evaluate("globalThis.read.geometry") == {"crop": [0, 0, 100, 90], "rotate": 90, "flip": False}


def test_another_picture_is_read_whole_again(open_with: Open, pictures: Pictures) -> None:
    page = open_with()
    choose(page, pictures["low"])
    page.locator("[data-geometry]").evaluate("field => { field.value = '{\"crop\":[0,0,99,99]}' }")
    choose(page, pictures["high"])
    press(page)
    answer(page)

    assert "geometry" not in page.evaluate("JSON.parse(JSON.stringify(globalThis.read))")


def test_a_result_can_be_taken_along_as_text(open_with: Open, pictures: Pictures) -> None:
    page = open_with(permissions=["clipboard-read", "clipboard-write"])
    choose(page, pictures["low"])
    press(page)
    answer(page)
    press(page, "Copy as text")
    page.get_by_text("The result is copied as text.").wait_for()

    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("How suspicious it looks to the model: High.\nThis picture resembles")
    assert "by the model double." in text
    assert text.endswith("whatever this tool says.")


def test_printing_opens_all_seven_and_closes_them_again(open_with: Open, pictures: Pictures) -> None:
    page = open_with("window.print = () => { globalThis.printed = true; }")
    choose(page, pictures["low"])
    press(page)
    answer(page)
    page.locator("[data-print]").click()
    assert page.evaluate("globalThis.printed") is True

    folded = page.locator("details.more")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert folded.get_attribute("open") == ""
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert folded.get_attribute("open") is None


def test_a_result_prints_on_one_page_in_black_on_white(open_with: Open, pictures: Pictures) -> None:
    page = open_with(color_scheme="dark")
    choose(page, pictures["low"])
    press(page)
    answer(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    colours = "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('.tier-word')).color]"

    assert page.evaluate(colours) == ["rgb(0, 0, 0)", "rgb(0, 0, 0)"]
    assert page.locator("[data-picture-image]").is_visible()
    assert page.locator(".rank:visible").count() == 3 + 7
    assert page.get_by_text("by the model double.").is_visible()
    assert page.get_by_text("Research and education only. Not a medical device").first.is_visible()
    assert [part for part in (".taken", ".site-footer", "[data-submit]") if page.locator(part).is_visible()] == []
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
