"""The report as a page: one file, every part in it, nothing taken for measured that was not."""

import base64
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from epiluma.evaluation.page.document import render_report
from epiluma.evaluation.page.markup import interval, percent, table, track
from epiluma.evaluation.terms import OVERALL
from scored_answers import random_answers, report_of, scored_of

pytest.importorskip("matplotlib")
VOID = {"meta", "img", "br"}


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return report_of(random_answers())


@pytest.fixture(scope="module")
def page(report: dict[str, Any]) -> str:
    return render_report(report)


class Elements(HTMLParser):
    """Every element with its attributes, and those left open or closed out of turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_every_element_is_closed_in_its_turn(page: str) -> None:
    elements = Elements(page)

    assert len(elements.found) > 500
    assert (elements.wrong, elements.open) == ([], [])


def test_nothing_is_loaded_from_anywhere_and_nothing_runs(page: str) -> None:
    elements = Elements(page).found
    loading = {"script", "link", "iframe", "object", "embed", "audio", "video", "source", "image", "form"}

    assert [tag for tag, _ in elements if tag in loading] == []
    assert [a for _, a in elements if any(name.startswith("on") for name in a)] == []
    assert [a["src"] for _, a in elements if "src" in a] == []
    assert {a["href"][0] for _, a in elements if a.get("href")} == {"#"}
    assert "default-src 'none'" in page
    assert "url(http" not in page
    assert "@import" not in page


def test_ids_are_there_once_and_every_link_leads_to_one(page: str) -> None:
    elements = Elements(page).found
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    targets = {attributes["href"][1:] for _, attributes in elements if attributes.get("href")}
    clips = set(re.findall(r"url\(#([^)]+)\)", page))

    assert len(ids) == len(set(ids))
    assert len(clips) > 5
    assert targets | clips <= set(ids)


def test_every_chart_has_a_name_and_takes_its_colours_from_the_page(page: str) -> None:
    charts = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)

    assert len(charts) == 7
    assert all('role="img" aria-label="' in chart for chart in charts)
    assert [found for chart in charts for found in re.findall(r"#[0-9a-f]{6}\b(?!-)", chart)] == []


def test_every_part_of_an_evaluation_has_its_section(page: str) -> None:
    assert re.findall(r'<section id="([a-z-]+)"', page) == [
        *("figures", "tiers", "alarms", "telling-apart", "calibration", "benefit", "people", "decisions", "mistakes"),
        *("refusals", "worse-pictures", "where", "words"),
    ]


def test_every_figure_is_explained_and_says_which_output_it_judges(page: str) -> None:
    assert [term.title for term in OVERALL.values() if term.meaning.split(";")[0] not in page] == []
    assert page.count('class="about"') >= 9
    assert "n = 120 pictures · from the probabilities" in page


def test_what_was_not_measured_is_named_so(page: str) -> None:
    worse, where = page.index('id="worse-pictures"'), page.index('id="where"')

    assert "Not measured" in page[worse:where]
    assert "Not measured" in page[where : page.index('id="words"')]


def test_without_a_target_for_these_pictures_there_is_no_such_section(report: dict[str, Any], page: str) -> None:
    figure = {"value": 0.82, "low": 0.8, "high": 0.85, "n": 120}
    row = {"title": "Balanced accuracy", "where": "our test", "bar": 0.83, "aim": 0.88, "lower": False}
    judged = render_report({**report, "targets": [{**row, "figure": figure, "verdict": "missed"}]})

    assert 'id="targets"' not in page
    assert "misses the bar" in judged
    assert "Not measured on these pictures: " in judged


def test_what_comes_from_outside_is_text_and_never_markup(report: dict[str, Any]) -> None:
    bad = "<script>alert(1)</script>"
    grouping = {"name": "site", "title": bad, "groups": [{**report["subgroups"][0]["groups"][0], "name": bad}]}
    kinds = [{**kind, "pairs": [dict(pair) for pair in kind["pairs"]]} for kind in report["mistakes"]]
    kinds[-1]["pairs"][0]["worst"] = [{"image_id": bad, "probability": 0.1}]

    page = render_report(
        {**report, "model_id": bad, "split": bad, "disclosures": [bad], "subgroups": [grouping], "mistakes": kinds}
    )

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 6


def test_a_page_without_pictures_says_nothing_of_sharing(page: str) -> None:
    assert "do not publish it" not in page
    assert "<img" not in page


def test_pictures_stand_in_the_page_which_then_may_not_be_shared(report: dict[str, Any]) -> None:
    worst = next(pair["worst"][0] for kind in report["mistakes"] for pair in kind["pairs"])

    page = render_report(report, pictures={worst["image_id"]: b"a jpeg"})

    assert f"data:image/jpeg;base64,{base64.b64encode(b'a jpeg').decode()}" in page
    assert "do not publish it" in page
    assert all(attributes.get("alt") for tag, attributes in Elements(page).found if tag == "img")


def test_the_report_of_a_bundle_which_names_no_picture_is_a_page_too(report: dict[str, Any]) -> None:
    from epiluma.evaluation.mistakes import without_pictures

    page = render_report({**report, "mistakes": without_pictures(report["mistakes"])})

    assert "i1 (" not in page
    assert "Least believed first" not in page


def test_what_must_be_disclosed_stands_above_all_figures(report: dict[str, Any]) -> None:
    page = render_report({**report, "disclosures": ["The test split was read twice."]})

    assert page.index("read twice") < page.index('class="facts"')


@pytest.mark.parametrize("truth", [["nv"], ["nv", "vasc"], ["mel", "mel"], ["mel", "nv"]])
def test_pictures_that_show_next_to_nothing_make_a_page_too(truth: list[str]) -> None:
    page = render_report(report_of(scored_of(truth, [0.4] * len(truth))))

    assert "no picture shows dermatofibroma" in page
    assert "nan" not in re.sub(r"<[^>]*>", " ", page).split()


def test_the_same_report_gives_the_same_page(report: dict[str, Any], page: str) -> None:
    assert render_report(report) == page


def localisation() -> dict[str, Any]:
    figure = {"value": 0.9, "low": 0.8, "high": 0.95, "n": 50}
    measure = {"title": "Pointing game", **figure, "baseline": 0.7, "difference": {**figure, "value": 0.2}}
    group = {"title": "All", "n": 50, "lesions": 40, "measures": {"pointing": measure}}
    return {"left_out": 1, "baseline": {"sigma": 0.2}, "groups": {"all": group}}


def test_where_it_looked_is_held_against_a_blob_in_the_middle(report: dict[str, Any]) -> None:
    page = render_report({**report, "localisation": localisation()})

    section = page[page.index('id="where"') : page.index('id="words"')]
    assert "90.0" in section
    assert "70.0" in section
    assert "+20.0 (+80.0 to +95.0)" in section
    assert "1 picture." in section


@pytest.mark.parametrize(
    ("share", "digits", "text"), [(0, 0, "0"), (1, 1, "100.0"), (0.999, 0, ">99"), (0.0001, 1, "<0.1"), (0.5, 0, "50")]
)
def test_a_share_is_never_rounded_to_certainty(share: float, digits: int, text: str) -> None:
    assert percent(share, digits) == f"{text}\N{NO-BREAK SPACE}%"


def test_an_interval_is_drawn_where_it_lies() -> None:
    assert track({"value": 0.75, "low": 0.5, "high": 1.0}, low=0.5).count("left:0.0%;width:100.0%") == 1
    assert track({"value": 0.75}) == ""


def test_an_interval_reads_from_low_to_high() -> None:
    assert interval({"value": 0.9, "low": 0.85, "high": 0.95}, share=False) == "0.850 to 0.950"
    assert interval({"value": 0.9}, share=True) == ""


def test_a_table_escapes_its_cells() -> None:
    assert "&lt;b&gt;" in table("c", ("a", "b"), [("<b>", 1)])
