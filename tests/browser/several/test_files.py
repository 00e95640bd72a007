"""What goes into the list, and what can be saved of it."""

import csv
import hashlib
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from epiluma.inference.classifier import Classifier
from epiluma.inference.table import COLUMNS, most_suspicious_first, table_row
from epiluma.records import Modality
from picture_list import PATIENCE_MS, add, names, read_all, records_of, saved_records

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
Pictures = dict[str, Path]


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


DIGESTS = """async lengths => {
  const { sha256 } = await import('/static/x/js/several/sha256.js');
  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return lengths.map((length) => hex(sha256(Uint8Array.from({ length }, (_, number) => (number * 7) % 251))));
}"""


def test_without_the_browsers_own_cryptography_the_digest_is_the_same(open_list: Open) -> None:
    lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 100_001]
    contents = [bytes(number * 7 % 251 for number in range(length)) for length in lengths]

    assert open_list().evaluate(DIGESTS, lengths) == [hashlib.sha256(content).hexdigest() for content in contents]


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


def test_a_dropped_folder_is_walked_through(open_list: Open, pictures: Pictures, tmp_path: Path) -> None:
    folder = tmp_path / "visit"
    (folder / "arm").mkdir(parents=True)
    for name in ("IMG 10.png", "IMG 9.png", "arm/IMG 1.png"):
        (folder / name).write_bytes(pictures["high"].read_bytes() + name.encode())
    page = open_list()
    devtools = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 300, "data": data})
    expect(page.locator("[data-picture-row]")).to_have_count(3, timeout=PATIENCE_MS)

    assert names(page) == ["visit/arm/IMG 1.png", "visit/IMG 9.png", "visit/IMG 10.png"]
