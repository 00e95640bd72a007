"""Charts of what is in the data, each also as a table."""

import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest

from epiluma.data.breakdown import break_down
from epiluma.data.explore import COLOURS, draw_chart, explore_manifest
from epiluma.data.manifest import Manifest, ManifestRow

NAMES = ["class", "site", "sex", "age", "truth", "siblings", "class_by_site", "class_by_sex"]


def row(image_id: str, lesion_id: str, dx: str, site: str, sex: str, age_years: float | None) -> ManifestRow:
    return ManifestRow(
        image_id=image_id,
        path="x.jpg",
        sha256="",
        lesion_id=lesion_id,
        dx=dx,
        localization=site,
        sex=sex,
        age_years=age_years,
    )


MANIFEST = Manifest(
    Path("manifest.csv"),
    (
        row("a", "A", "nv", "back", "female", 12),
        row("b", "A", "nv", "back", "female", 12),
        row("c", "C", "mel", "face", "male", 4),
        row("d", "D", "nv", "<b>&", "unknown", None),
        row("e", "E", "", "unknown", "unknown", 15),
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    explore_manifest(MANIFEST, folder)
    return folder


def test_the_counts_are_those_of_pictures_and_of_lesions():
    tables = {table.name: dict(table.rows) for table in break_down(MANIFEST)}

    assert tables["class"] == {
        "akiec": (0, 0), "bcc": (0, 0), "bkl": (0, 0), "df": (0, 0), "mel": (1, 1), "nv": (3, 2), "vasc": (0, 0),
        "unlabelled": (1, 1),
    }  # fmt: skip
    assert tables["site"] == {"back": (2, 1), "<b>&": (1, 1), "face": (1, 1), "unknown": (1, 1)}
    assert tables["sex"] == {"female": (2, 1), "male": (1, 1), "unknown": (2, 2)}
    assert tables["truth"] == {"unknown": (5, 4)}
    assert tables["siblings"] == {"1": (3, 3), "2": (2, 1)}
    assert tables["age"] == {"0–4": (1, 1), "5–9": (0, 0), "10–14": (2, 1), "15–19": (1, 1), "unknown": (1, 1)}


def test_crossed_counts_have_a_column_for_every_site_and_sex():
    tables = {table.name: table for table in break_down(MANIFEST)}

    assert tables["class_by_site"].columns == ("diagnosis", "back", "<b>&", "face", "unknown")
    assert dict(tables["class_by_site"].rows)["nv"] == (2, 1, 0, 0)
    assert tables["class_by_sex"].to_json()["nv"] == {"female": 2, "male": 0, "unknown": 1}


def test_the_order_is_the_taxonomys_for_diagnoses_and_most_frequent_first_with_unknown_last_for_the_rest():
    tables = {table.name: [name for name, _ in table.rows] for table in break_down(MANIFEST)}

    assert tables["class"] == ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc", "unlabelled"]
    assert tables["site"] == ["back", "<b>&", "face", "unknown"]


def test_a_sentence_says_what_is_most_frequent():
    assert break_down(MANIFEST)[0].sentence == "Most frequent: Melanocytic nevus, 3 of 5 pictures (60 %)."


def test_every_chart_is_a_file_and_the_page_is_last(tmp_path):
    written = explore_manifest(MANIFEST, tmp_path / "new" / "charts")

    assert [path.name for path in written] == [*(f"{name}.svg" for name in NAMES), "index.html"]
    assert all(path.is_file() for path in written)


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_svg_whose_every_colour_follows_the_theme(folder, name):
    svg = (folder / f"{name}.svg").read_text()

    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"
    styled = svg.partition("</style>")[2]
    assert re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", styled) == []
    assert "var(--ink)" in styled
    assert "prefers-color-scheme:dark" in svg
    assert all(dark in svg for _, dark in COLOURS.values())


def test_a_chart_says_its_numbers_as_text():
    svg = draw_chart(break_down(MANIFEST)[0])

    assert "Melanocytic nevus" in svg
    assert "3 · 60.0 %" in svg


def test_the_same_counts_give_the_same_bytes():
    assert [draw_chart(table) for table in break_down(MANIFEST)] == [
        draw_chart(table) for table in break_down(MANIFEST)
    ]


class Page(HTMLParser):
    """Collects what a page refers to, its headings, its alternatives and the cells of its tables."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))

    def handle_data(self, data: str) -> None:
        self.text.append(data.strip())


def test_the_page_holds_every_chart_with_a_text_alternative_and_a_table(folder):
    page = Page((folder / "index.html").read_text())

    assert len(page.images) == page.tags.count("table") == page.tags.count("details") == 8
    charts = [base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")) for image in page.images]
    assert charts == [(folder / f"{name}.svg").read_bytes() for name in NAMES]
    assert page.images[0]["alt"].startswith("Chart: Diagnoses. Most frequent: Melanocytic nevus")
    assert "5 pictures of 4 lesions." in page.text


def test_the_page_loads_nothing_from_anywhere_and_knows_both_themes(folder):
    html = (folder / "index.html").read_text()

    assert re.findall(r'(?:src|href)="(?!data:)', html) == []
    assert "script" not in Page(html).tags
    assert "url(" not in html
    assert "prefers-color-scheme: dark" in html


def test_what_a_table_says_is_escaped_in_the_page(folder):
    page = Page((folder / "index.html").read_text())

    assert "<b>&" in page.text
    assert "b" not in page.tags


def test_an_empty_manifest_has_empty_charts(tmp_path):
    written = explore_manifest(Manifest(tmp_path / "m.csv", ()), tmp_path / "charts")

    assert len(written) == 9
