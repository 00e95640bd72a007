"""The pages to read: each is there, in order, names its sources, and leads nowhere that does not exist."""

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

import pytest
from flask.testing import FlaskClient

from epiluma.web.sitemap import PAGES
from epiluma.web.sources import SOURCES

READING_PAGES = (
    "/diagnoses",
    "/diagnoses/akiec",
    "/diagnoses/bcc",
    "/diagnoses/bkl",
    "/diagnoses/df",
    "/diagnoses/mel",
    "/diagnoses/nv",
    "/diagnoses/vasc",
    "/guide",
    "/guide/photograph",
    "/guide/patients",
    "/guide/doctors",
    "/guide/technologists",
    "/model",
    "/questions",
    "/early-detection",
)


class Outline(HTMLParser):
    """What a page holds that a test asks for: its links, anchors, headings and pictures."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.levels: list[int] = []
        self.without_alternative: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors |= {str(values["id"])} if "id" in values else set()
        self.links += [str(values["href"])] if tag == "a" and "href" in values else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.without_alternative += [str(values)] if tag == "img" and "alt" not in values else []


@pytest.mark.parametrize("address", READING_PAGES)
def test_a_page_has_one_heading_of_the_first_level_and_skips_no_level(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    levels = Outline(response.text).levels

    assert response.status_code == 200
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert max(later - earlier for earlier, later in zip(levels, [*levels[1:], 1], strict=True)) <= 1


@pytest.mark.parametrize("address", READING_PAGES)
def test_a_page_says_what_it_is_about_where_a_search_engine_looks(client: FlaskClient, address: str) -> None:
    text = unescape(client.get(address).text)

    assert f"<title>{PAGES[address].title} · Epiluma</title>" in text
    assert f'<meta name="description" content="{PAGES[address].summary}">' in text


@pytest.mark.parametrize("address", READING_PAGES)
def test_every_picture_of_a_page_has_a_text_alternative(client: FlaskClient, address: str) -> None:
    assert Outline(client.get(address).text).without_alternative == []


def test_no_link_of_any_page_leads_nowhere(client: FlaskClient) -> None:
    pages = crawl(client, "/")
    dead = [
        f"{page} links to {link}"
        for page, outline in pages.items()
        for link in outline.links
        if is_ours(link) and not arrives(pages, urljoin(page, link))
    ]

    assert len(pages) >= 20
    assert set(READING_PAGES) <= set(pages)
    assert dead == []


def test_the_crawler_sees_a_dead_link_and_a_dead_anchor() -> None:
    pages = {"/": Outline('<a href="/gone">x</a>'), "/here": Outline('<h2 id="there">x</h2>')}

    assert not arrives(pages, "/gone")
    assert not arrives(pages, "/here#elsewhere")
    assert arrives(pages, "/here#there")


def crawl(client: FlaskClient, start: str) -> dict[str, Outline]:
    """Follow every link of our own from page to page; what does not answer with a page is left out."""
    pages: dict[str, Outline] = {}
    waiting, seen = [start], {start}
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        if response.status_code != 200:
            continue
        pages[address] = Outline(response.text if response.mimetype == "text/html" else "")
        found = {urldefrag(urljoin(address, link)).url for link in pages[address].links if is_ours(link)}
        waiting += sorted(found - seen)
        seen |= found
    return pages


def is_ours(link: str) -> bool:
    return not link.startswith(("http:", "https:", "mailto:", "data:", "blob:"))


def arrives(pages: Mapping[str, Outline], address: str) -> bool:
    target, anchor = urldefrag(address)
    return target in pages and (not anchor or anchor in pages[target].anchors)


# Where a page states a figure of medicine, it says where it has it from.
@pytest.mark.parametrize("address", [page for page in READING_PAGES if page not in ("/guide", "/model")])
def test_a_page_lists_its_sources_and_refers_to_each_of_them(client: FlaskClient, address: str) -> None:
    text = client.get(address).text
    listed = re.findall(r'<li id="(source-\d+)">', text)

    assert listed
    assert set(re.findall(r'href="#(source-\d+)"', text)) == set(listed)


def test_figures_about_survival_carry_year_and_source(client: FlaskClient) -> None:
    text = unescape(client.get("/early-detection").text)

    assert "found in 2013 to 2019" in text
    assert "Cancer Facts &amp; Figures 2024" in client.get("/early-detection").text
    assert "In 2022 about 332,000 people" in text
    assert "International Agency for Research on Cancer, figures for 2022" in text
    assert "AJCC, eighth edition, 2017" in text


def test_a_source_says_who_published_it() -> None:
    assert [key for key, source in SOURCES.items() if not source.title or not source.publisher] == []
    assert [key for key, source in SOURCES.items() if source.url and not source.url.startswith("https://")] == []


def test_a_page_about_results_says_that_they_are_no_diagnosis(client: FlaskClient) -> None:
    about_results = [page for page in READING_PAGES if page not in ("/guide", "/model")]
    silent = [page for page in about_results if "Not a medical device and not a diagnosis" not in client.get(page).text]

    assert silent == []


def test_the_header_marks_the_page_and_its_group(client: FlaskClient) -> None:
    text = client.get("/guide/doctors").text
    marked = re.findall(r'<a href="([^"]+)" aria-current="([a-z]+)">', text)

    assert ("/guide", "true") in marked
    assert ("/guide/doctors", "page") in marked
    assert {where for where, _state in marked} == {"/guide", "/guide/doctors"}


def test_the_footer_leads_to_every_page_of_the_site(client: FlaskClient) -> None:
    footer = client.get("/").text.split("<footer", 1)[1]

    assert [path for path in READING_PAGES if f'href="{path}"' not in footer] == []


def test_below_a_prefix_every_link_keeps_it(client: FlaskClient) -> None:
    text = client.get("/guide", environ_overrides={"SCRIPT_NAME": "/skin"}).text

    assert [link for link in Outline(text).links if not link.startswith(("/skin", "#"))] == []


def test_the_guide_tells_the_tiers_in_the_words_of_the_result(client: FlaskClient) -> None:
    text = client.get("/guide/patients").text

    assert "The model cannot rule out a cancer or a precancer in this picture." in text
    assert "Ask for an appointment with a doctor this week, best with a dermatologist." in text
