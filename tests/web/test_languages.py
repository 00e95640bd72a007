import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from flask.testing import FlaskClient

from epiluma.inference.reasons import REASONS
from epiluma.taxonomy import DIAGNOSES
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
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<svg.*?</svg>|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
        words = [word for word in re.findall(r"[A-Za-z]{3,}", text) if word != "Epiluma"]
        bare[path.name] = words
    assert len(bare) >= 10
    assert {name: words for name, words in bare.items() if words} == {}


def test_the_page_says_which_language_it_is_in(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "tlh, de;q=0.5"}).text

    assert languages()[0] == "en"
    assert '<html lang="en">' in page
