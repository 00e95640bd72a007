"""What a person does on the page for several pictures, and what is then to be seen there."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from epiluma.inference.classifier import Classifier
from epiluma.records import Modality

PATIENCE_MS = 120_000
ROWS = """rows => rows.map(row => ({
  file: row.querySelector('[data-open]').textContent,
  sha256: row.dataset.sha256,
  tier: row.dataset.tier,
  chance: row.querySelector('[data-text=malignant_percent]')?.textContent ?? '',
}))"""


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


def saved_records(page: Any) -> list[dict[str, Any]]:
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as JSON").click()
    records: list[dict[str, Any]] = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    return records


def posts_of(page: Any) -> list[str]:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    return posts
