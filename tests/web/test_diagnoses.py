"""The seven diagnoses: each text stands where it belongs, and no figure is typed in."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

import epiluma
from epiluma.settings import Settings
from epiluma.taxonomy import BY_CODE, CODES
from epiluma.web.app import create_app
from epiluma.web.clinical_figures import clinical_figures
from epiluma.web.diagnosis_figures import DiagnosisFigures, figures_of, measured

# Ten pictures of each; melanoma: six right, three taken for moles, one for a benign keratosis.
COUNTS = [[10 if row == column else 0 for column in range(7)] for row in range(7)]
COUNTS[4] = [0, 0, 1, 0, 6, 3, 0]
COUNTS[5] = [0, 0, 0, 0, 2, 8, 0]
EVALUATION: dict[str, Any] = {
    "classes": {
        "mel": {
            "recall": {"value": 0.6, "low": 0.31, "high": 0.83, "n": 10},
            "precision": {"value": 0.75, "low": 0.41, "high": 0.93, "n": 8},
        }
    },
    "confusion_matrix": {"rows": "truth", "columns": "decision", "order": list(CODES), "counts": COUNTS},
    "tiers": {"rows": {"mel": {"shares": {"low": 0.1, "intermediate": 0.2, "high": 0.7, "not_assessed": 0.0}}}},
}


def visible(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", "", text)))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("akiec", "A rough, scaly patch on skin that has had a lot of sun"),
        ("bcc", "The most common skin cancer. It grows slowly"),
        ("bkl", "A harmless growth or spot of the upper skin"),
        ("df", "A small, firm, harmless lump in the skin"),
        ("mel", "A cancer of the cells that give skin its colour"),
        ("nv", "An ordinary mole: a harmless group of the cells"),
        ("vasc", "A harmless spot made of small blood vessels"),
    ],
)
def test_a_diagnosis_is_told_in_its_own_words(client: FlaskClient, code: str, words: str) -> None:
    page = client.get(f"/diagnoses/{code}").text
    told = re.findall(r'data-taxonomy="([a-z]+)">([^<]+)<', page)
    headings = re.findall(r"<h1>([^<]+)</h1>", page)

    assert [where for where, _text in told] == [code]
    assert unescape(told[0][1]).startswith(words)
    assert unescape(told[0][1]) == BY_CODE[code].patient_text
    assert [unescape(heading) for heading in headings] == [BY_CODE[code].name]


def test_the_comparison_tells_each_of_the_seven_in_its_own_words(client: FlaskClient) -> None:
    told = re.findall(r'data-taxonomy="([a-z]+)">([^<]+)<', client.get("/diagnoses").text)

    assert {code: unescape(text) for code, text in told} == {code: BY_CODE[code].patient_text for code in CODES}


def test_melanoma_is_urgent_and_a_mole_is_not(client: FlaskClient) -> None:
    rows = dict(re.findall(r'<tr role="row" id="([a-z]+)">(.*?)</tr>', client.get("/diagnoses").text, re.DOTALL))

    assert "See a doctor this week" in visible(rows["mel"])
    assert "This is a cancer of the skin." in visible(client.get("/diagnoses/mel").text)
    assert "Not urgent" in visible(rows["nv"])
    assert "This is harmless." in visible(client.get("/diagnoses/nv").text)


def test_the_drawings_of_a_page_show_its_own_diagnosis(client: FlaskClient) -> None:
    drawn = re.findall(r'src="/drawings/([a-z-]+)\.jpg"', client.get("/diagnoses/vasc").text)

    assert drawn == ["vasc", "vasc-again"]


def test_a_drawing_is_a_jpeg_that_may_be_kept(client: FlaskClient) -> None:
    response = client.get("/drawings/df.jpg")

    assert response.mimetype == "image/jpeg"
    assert response.data.startswith(b"\xff\xd8\xff")
    assert response.headers["Cache-Control"] == "public, max-age=86400"


@pytest.mark.parametrize("address", ["/diagnoses/scc", "/diagnoses/MEL", "/diagnoses/mel/more", "/drawings/scc.jpg"])
def test_an_unknown_diagnosis_is_a_page_that_does_not_exist(client: FlaskClient, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 404
    assert "This page does not exist" in response.text


def test_codes_are_those_of_the_taxonomy(client: FlaskClient) -> None:
    melanoma, keratosis = (visible(client.get(f"/diagnoses/{code}").text) for code in ("mel", "bkl"))

    assert "ICD-10-CM C43.9Malignant melanoma of skin, unspecified" in melanoma
    assert "SNOMED CT" in melanoma
    assert "SNOMED CT" not in keratosis


def test_figures_are_told_from_the_evaluation(app: Flask) -> None:
    with app.test_request_context():
        figures = figures_of(EVALUATION, "mel")

    assert figures.found == (
        "Of 10 pictures of this diagnosis (Melanoma) it had never seen, it named 60\xa0% rightly "
        "(95 % interval 31\xa0% to 83\xa0%)."
    )
    assert "It gave this name to 8 pictures, and 75\xa0% of those names were right" in figures.trusted
    assert [(share.name, share.count, share.of) for share in figures.taken_for] == [
        ("Melanocytic nevus", 3, 10),
        ("Benign keratosis", 1, 10),
    ]
    assert [(share.name, share.count, share.of) for share in figures.hidden_behind] == [("Melanocytic nevus", 2, 8)]
    assert list(figures.tiers) == [
        ("High", "70\xa0%"),
        ("Intermediate", "20\xa0%"),
        ("Low", "10\xa0%"),
        ("Not assessed", "0\xa0%"),
    ]


@pytest.mark.parametrize(("share", "text"), [(0, "0\xa0%"), (0.004, "<1\xa0%"), (0.647, "65\xa0%"), (1, "100\xa0%")])
def test_what_was_counted_may_be_none_or_all(share: float, text: str) -> None:
    assert measured(share) == text


@pytest.mark.parametrize("evaluation", [{}, {"classes": [], "confusion_matrix": {"counts": [[1]]}, "tiers": 1}])
def test_an_evaluation_of_another_form_tells_nothing(app: Flask, evaluation: dict[str, Any]) -> None:
    with app.test_request_context():
        assert figures_of(evaluation, "mel") == DiagnosisFigures()
        assert list(clinical_figures({"metrics": 1, "subgroups": {}, "operating_points": [1]}).subgroups) == []


def test_without_a_test_of_its_own_the_page_says_that_nothing_is_known(client: FlaskClient) -> None:
    assert "nothing is known about how well it recognises this diagnosis" in client.get("/diagnoses/mel").text
    assert "no figures can be shown" in client.get("/guide/doctors").text


@pytest.fixture(scope="module")
def shipped() -> FlaskClient:
    return create_app(Settings(secret_key=SecretStr("a key")), epiluma.Classifier(epiluma.load_bundle())).test_client()


def test_the_pages_of_the_shipped_model_quote_its_own_test(shipped: FlaskClient) -> None:
    recall = json.loads(epiluma.load_bundle().read_file("evaluation.json"))["classes"]["mel"]["recall"]
    page = visible(shipped.get("/diagnoses/mel").text)

    assert f"Of {recall['n']} pictures of this diagnosis" in page
    assert f"it named {100 * recall['value']:.0f} % rightly" in page


def test_the_guide_for_doctors_shows_operating_points_and_subgroups_of_the_shipped_model(shipped: FlaskClient) -> None:
    page = visible(shipped.get("/guide/doctors").text)

    assert "Tier high, for cancer or precancer" in page
    assert "Right alarms at a prevalence of 5 %" in page
    assert "Under 40 years" in page
    assert "expected calibration error" in page
