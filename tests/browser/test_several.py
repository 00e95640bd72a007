"""Several pictures at once in a real browser: every row has the answer of its own bytes, wherever it was read."""

import csv
import hashlib
import json
import random
from collections.abc import Callable
from importlib.resources import files as files_of_package
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from epiluma.bundle.read import load_bundle
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.inference.table import COLUMNS, most_suspicious_first, table_row
from epiluma.records import Modality
from epiluma.web.statics import packed_files
from epiluma.web.wording import percent

pytestmark = pytest.mark.browser
playwright_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'epiluma[dev]'")
expect = playwright_api.expect

Open = Callable[..., Any]
Pictures = dict[str, Path]
PATIENCE_MS = 120_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 860}}
API = "**/api/v1/predictions"
ROWS = """rows => rows.map(row => ({
  file: row.querySelector('[data-open]').textContent,
  sha256: row.dataset.sha256,
  tier: row.dataset.tier,
  chance: row.querySelector('[data-text=malignant_percent]')?.textContent ?? '',
}))"""


@pytest.fixture(scope="module")
def classifier(tiny_bundle: Path) -> Classifier:
    return Classifier(load_bundle(tiny_bundle))


@pytest.fixture(scope="module")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A hundred files in no order: striped colours, one too dark to be judged, one that is no picture."""
    folder = tmp_path_factory.mktemp("hundred")
    rng = np.random.default_rng(5)
    for number in range(98):
        colour = rng.integers(25, 230, 3)
        image = np.empty((80, 96, 3), np.uint8)
        image[:, 0::2], image[:, 1::2] = colour + 20, colour - 20
        (folder / f"IMG_{number:03}.png").write_bytes(encode_png(image))
    (folder / "dark.png").write_bytes(encode_png(np.zeros((80, 96, 3), np.uint8)))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    files = sorted(folder.iterdir())
    random.Random(7).shuffle(files)
    return files


@pytest.fixture
def open_list(open_page: Open) -> Open:
    def open_one(**options: Any) -> Any:
        page = open_page("/several", **options)
        page.wait_for_selector("[data-several][data-ready]", timeout=PATIENCE_MS)
        return page

    return open_one


def add(page: Any, files: list[Path], *, rows: int | None = None) -> None:
    page.set_input_files("#several-files", files)
    expect(page.locator("[data-picture-row]")).to_have_count(len(files) if rows is None else rows, timeout=PATIENCE_MS)
    expect(page.locator("[data-preparing]")).to_be_hidden(timeout=PATIENCE_MS)


def choose(page: Any, modality: str) -> None:
    page.locator(f"input[name=modality][value={modality}]").check(force=True)


def read_all(page: Any, modality: str = "dermoscopic") -> None:
    choose(page, modality)
    page.locator("[data-run]").click()
    settled(page)


def settled(page: Any) -> None:
    expect(page.locator("[data-state=waiting], [data-state=reading]")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator("[data-progress-box]")).to_be_hidden(timeout=PATIENCE_MS)


def shown(page: Any) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = page.locator("[data-picture-row]").evaluate_all(ROWS)
    return rows


def names(page: Any) -> list[str]:
    return [row["file"] for row in shown(page)]


def records_of(classifier: Classifier, files: list[Path], modality: Modality) -> list[dict[str, Any]]:
    rows = [classifier.read_row(path, file=path.name, modality=modality) for path in files]
    return [getattr(row, "prediction", row).to_json() for row in rows]


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


def saved_records(page: Any) -> list[dict[str, Any]]:
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as JSON").click()
    records: list[dict[str, Any]] = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    return records


def posts_of(page: Any) -> list[str]:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    return posts


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


def test_the_saved_files_hold_the_records_of_the_command_line(
    open_list: Open, tmp_path: Path, pictures: Pictures, classifier: Classifier
) -> None:
    odd = ["=cmd|' C'!A0.png", "+1.png", "-1.png", "@x.png", 'a "b".png', "<b>c.png", "\u202egnp.png", "d,e;f.png"]
    files = [tmp_path / name for name in odd]
    for number, path in enumerate(files):
        path.write_bytes(pictures["high"].read_bytes() + bytes([number]))
    files.append(pictures["damaged"])
    page = open_list()
    add(page, files)
    read_all(page)
    expected = most_suspicious_first(records_of(classifier, files, Modality.DERMOSCOPIC))
    with page.expect_download() as as_csv:
        page.get_by_role("button", name="Save as CSV").click()
    table = Path(as_csv.value.path()).read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(table, newline=""), strict=True))

    assert saved_records(page) == expected
    assert as_csv.value.suggested_filename == "epiluma.csv"
    assert list(rows[0]) == list(COLUMNS)
    assert [typed(row) for row in rows] == [
        typed(table_row(record) | {"file": name})
        for record, name in zip(expected, [f"'{name}" for name in odd[:4]] + odd[4:] + ["damaged.png"], strict=True)
    ]
    assert names(page) == [*odd, "damaged.png"]


def typed(row: dict[str, str]) -> dict[str, Any]:
    """Numbers as numbers: Python and JavaScript write very small ones differently."""
    return {name: float(cell) if "." in cell and name.startswith(("p_", "mal")) else cell for name, cell in row.items()}


def test_the_table_of_the_browser_is_the_table_of_the_command_line(open_list: Open, pictures: Pictures) -> None:
    from epiluma.inference.table import write_table

    wild = ["=1", "+1", "-1", "@1", "\t1", "\r1", "\n1", "＝1", "'1", 'a"b', "a,b", "a;b", "a\nb", " a", "\u202ea", "ä"]
    record = {
        **{"schema": "epiluma.prediction/1", "sha256": "ab" * 32, "model_id": "tiny", "modality": "unknown"},
        "probabilities": dict.fromkeys(("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"), 0.125),
        "top3": [{"code": "mel"}, {"code": "nv"}, {"code": "bkl"}],
        "decision": {"code": "mel"},
        **{"malignant_probability": 0.375, "tier": "not_assessed", "abstained": True, "reasons": ["a.b", "c.d"]},
    }
    failed = {"file": "x", "model_id": "tiny", "modality": "unknown", "error": {"code": "image.empty", "message": "=m"}}
    records = [*({**record, "file": name} for name in wild), failed]
    write = "([records, columns]) => import('/static/x/js/several/table.js').then((it) => it.toTable(records, columns))"
    written = open_list().evaluate(write, [records, list(COLUMNS)])

    assert written == write_table(records)


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_001])
def test_without_the_browsers_own_cryptography_the_digest_is_the_same(open_list: Open, length: int) -> None:
    content = bytes(number * 7 % 251 for number in range(length))
    digest = open_list().evaluate(
        """length => import('/static/x/js/several/sha256.js').then(({ sha256 }) => {
          const bytes = Uint8Array.from({ length }, (_, number) => (number * 7) % 251);
          return [...new Uint8Array(sha256(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        })""",
        length,
    )

    assert digest == hashlib.sha256(content).hexdigest()


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


def test_the_same_bytes_are_recognised(open_list: Open, pictures: Pictures, tmp_path: Path) -> None:
    (tmp_path / "copy.png").write_bytes(pictures["high"].read_bytes())
    page = open_list()
    add(page, [pictures["high"], tmp_path / "copy.png"])
    add(page, [pictures["high"]], rows=2)

    assert names(page) == ["high.png", "copy.png"]
    assert page.get_by_text("The same picture as high.png").is_visible()
    assert page.get_by_role("alert").inner_text() == "Left out because they are in the list already: 1."


def test_a_list_holds_a_hundred_pictures(open_list: Open, hundred: list[Path], pictures: Pictures) -> None:
    page = open_list()
    add(page, [*hundred, pictures["high"], pictures["low"]], rows=100)

    assert page.get_by_role("alert").inner_text() == "A list holds at most 100 pictures. Left out: 2."


def test_a_folder_is_searched_for_pictures(open_list: Open, pictures: Pictures, tmp_path: Path) -> None:
    folder = tmp_path / "visit"
    (folder / "left arm").mkdir(parents=True)
    for name in ("IMG 2.png", "left arm/IMG 1.png", ".hidden.png"):
        (folder / name).write_bytes(pictures["high"].read_bytes() + name.encode())
    (folder / "notes.txt").write_text("not a picture")
    page = open_list()
    page.set_input_files("#several-folder", folder)
    expect(page.locator("[data-picture-row]")).to_have_count(2, timeout=PATIENCE_MS)

    assert sorted(names(page)) == ["visit/IMG 2.png", "visit/left arm/IMG 1.png"]
    expect(page.get_by_role("alert")).to_have_text("Left out because they are not pictures: 2.")


GIVE = """([type, texts]) => {
  const data = new DataTransfer();
  for (const [name, text] of Object.entries(texts)) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: 'image/png' }));
  }
  const event = type === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true })
    : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_pictures_can_be_pasted_or_dropped_anywhere(open_list: Open, pictures: Pictures, way: str) -> None:
    from base64 import b64encode

    page = open_list()
    texts = {f"{name}.png": b64encode(pictures[name].read_bytes()).decode() for name in ("low", "high")}
    page.evaluate(GIVE, [way, texts])

    expect(page.locator("[data-picture-row]")).to_have_count(2, timeout=PATIENCE_MS)
    assert names(page) == ["low.png", "high.png"]


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


AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_RUN = "tags => axe.run(document, { runOnly: { type: 'tag', values: tags } })"


def violations(page: Any) -> list[str]:
    package = pytest.importorskip("axe_playwright_python", reason="needs axe: pip install 'epiluma[dev]'")
    page.evaluate((files_of_package(package) / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(AXE_RUN, AXE_RULES)
    assert found["passes"]  # axe has looked at something
    return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


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
