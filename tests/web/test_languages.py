import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from flask.testing import FlaskClient

from epiluma.inference.reasons import REASONS
from epiluma.taxonomy import DIAGNOSES
from epiluma.web import languages as web_languages
from epiluma.web.languages import languages

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "src" / "epiluma" / "web" / "templates"


@pytest.fixture(scope="module")
def messages() -> set[str]:
    """Every text that a translator is given."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    methods = [(pattern.removeprefix("src/epiluma/web/"), method) for pattern, method in methods]
    folder = ROOT / "src" / "epiluma" / "web"
    return {str(found[2]) for found in extract_from_dir(folder, methods, options)}


def test_a_translator_is_given_every_text_of_the_tables(messages: set[str]) -> None:
    expected = {text for d in DIAGNOSES for text in (d.name, d.patient_text)}
    expected |= {text for reason in REASONS.values() for text in (reason.why, reason.advice)}

    assert expected - messages == set()


def test_a_translator_is_given_the_texts_of_code_and_templates(messages: set[str]) -> None:
    assert {
        "Intermediate",
        "Read this picture",
        "What to do next",
        "This file is empty. Choose the picture again, or take a new one.",
    } <= messages


def test_no_template_holds_a_bare_english_sentence() -> None:
    bare = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<svg.*?</svg>|<code.*?</code>|<[^>]*>",
            " ",
            path.read_text(),
            flags=re.DOTALL,
        )
        words = [word for word in re.findall(r"[A-Za-z]{3,}", text) if word != "Epiluma"]
        bare[path.name] = words
    assert len(bare) >= 10
    assert {name: words for name, words in bare.items() if words} == {}


def test_the_page_says_which_language_it_is_in(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "tlh, de;q=0.5"}).text

    assert languages()[0] == "en"
    assert '<html lang="en">' in page


@pytest.fixture
def spanish(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a Spanish translation were there; what it does not hold stays English."""
    monkeypatch.setattr(web_languages, "languages", lambda: ("en", "es"))


def test_with_one_language_there_is_nothing_to_choose(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_languages, "languages", lambda: ("en",))
    page = client.get("/guide").text

    assert "language-switch" not in page
    assert "hreflang" not in page


@pytest.mark.usefixtures("spanish")
def test_a_reader_chooses_among_the_languages_by_their_own_names(client: FlaskClient) -> None:
    page = client.get("/diagnoses/mel").text

    assert '<a href="/diagnoses/mel?lang=es" lang="es" hreflang="es" >Español</a>' in page
    assert '<a href="/diagnoses/mel?lang=en" lang="en" hreflang="en" aria-current="true">English</a>' in page
    assert '<link rel="alternate" hreflang="es" href="/diagnoses/mel?lang=es">' in page


@pytest.mark.usefixtures("spanish")
def test_the_chosen_language_is_remembered_and_wins_over_the_browsers(client: FlaskClient) -> None:
    first = client.get("/?lang=es", headers={"Accept-Language": "en"})
    later = client.get("/guide", headers={"Accept-Language": "en"})

    assert '<html lang="es">' in first.text
    assert '<html lang="es">' in later.text
    assert "epiluma_language=es" in first.headers.getlist("Set-Cookie")[0]
    assert "HttpOnly" in first.headers.getlist("Set-Cookie")[0]
    assert "SameSite=Lax" in first.headers.getlist("Set-Cookie")[0]


@pytest.mark.usefixtures("spanish")
def test_without_a_choice_the_browsers_language_is_taken(client: FlaskClient) -> None:
    assert '<html lang="es">' in client.get("/", headers={"Accept-Language": "es-AR, en;q=0.5"}).text
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "tlh"}).text


@pytest.mark.usefixtures("spanish")
@pytest.mark.parametrize("wish", ["tlh", "", "../es", "es\r\nX: 1"])
def test_a_language_that_is_not_there_changes_nothing(client: FlaskClient, wish: str) -> None:
    response = client.get("/guide", query_string={"lang": wish})

    assert response.status_code == 200
    assert '<html lang="en">' in response.text
    assert [line for line in response.headers.getlist("Set-Cookie") if "epiluma_language" in line] == []


@pytest.mark.usefixtures("spanish")
def test_a_page_tells_caches_that_it_depends_on_the_language(client: FlaskClient) -> None:
    response = client.get("/guide?lang=es")

    assert {"Accept-Language", "Cookie"} <= set(response.vary.as_set(preserve_casing=True))
    assert response.headers["Content-Language"] == "es"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("spanish")
def test_over_tls_the_choice_is_kept_for_tls(client: FlaskClient) -> None:
    cookies = client.get("/guide?lang=es", base_url="https://localhost").headers.getlist("Set-Cookie")

    assert [("Secure" in line) for line in cookies if "epiluma_language" in line] == [True]
