"""Every language is whole: no text is missing, doubtful or out of date, and none loses what is filled into it."""

import re
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from epiluma.taxonomy import DIAGNOSES
from epiluma.web.languages import FOLDER

ROOT = Path(__file__).parents[2]
TRANSLATED = ("es",)
BLANK = re.compile(r"%\(\w+\)[sd]|%%|</?\w+|\d+")  # what a text is filled with, its tags and its numbers


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """Every text of pages, tables and templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    methods = [(pattern.removeprefix("src/epiluma/web/"), method) for pattern, method in methods]
    return {str(found[2]) for found in extract_from_dir(ROOT / "src" / "epiluma" / "web", methods, options)}


def catalog_of(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_untranslated(language: str, texts: set[str]) -> None:
    catalog = catalog_of(language)
    translated = {str(message.id) for message in catalog if message.id and message.string and not message.fuzzy}

    assert len(translated) > 200
    assert sorted(texts - translated) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_outlives_its_text(language: str, texts: set[str]) -> None:
    assert sorted({str(message.id) for message in catalog_of(language) if message.id} - texts) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_what_is_filled_in_its_tags_and_its_numbers(language: str) -> None:
    lost = {
        str(message.id): str(message.string)
        for message in catalog_of(language)
        if message.id and sorted(BLANK.findall(str(message.id))) != sorted(BLANK.findall(str(message.string)))
    }

    assert lost == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiler_takes_every_translation(language: str) -> None:
    assert [message.id for message, problems in catalog_of(language).check() if problems] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalog_is_that_of_the_texts(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    wanted = {str(message.id): str(message.string) for message in catalog_of(language) if message.id}

    assert {str(message.id): str(message.string) for message in compiled if message.id} == wanted


def test_a_reader_of_spanish_gets_spanish_pages(client: FlaskClient) -> None:
    english = unescape(client.get("/diagnoses", headers={"Accept-Language": "en"}).text)
    spanish = unescape(client.get("/diagnoses", headers={"Accept-Language": "es"}).text)

    assert '<html lang="es"' in spanish
    assert "melanoma" in spanish.lower()
    assert [d.code for d in DIAGNOSES if d.patient_text in english] == [d.code for d in DIAGNOSES]
    assert [d.code for d in DIAGNOSES if d.patient_text in spanish] == []
