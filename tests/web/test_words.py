"""The words that the browser shows its own readings with: the same as the server's, in the language of the page."""

import gzip
import re

from flask.testing import FlaskClient

from epiluma.inference.reasons import REASONS
from epiluma.records import NOTICE, Tier
from epiluma.taxonomy import BY_CODE, CODES
from epiluma.web.heatmap import RAMP
from epiluma.web.wording import PROBLEMS, SENTENCES, TIERS


def address(client: FlaskClient) -> str:
    found = re.search(r'data-words="([^"]+)"', client.get("/").text)
    assert found is not None
    return found.group(1)


def test_the_words_are_those_of_the_tables(client: FlaskClient) -> None:
    words = client.get(address(client)).json
    assert words is not None

    assert words["language"] == "en"
    assert [one["code"] for one in words["diagnoses"]] == list(CODES)
    assert {one["code"]: one["text"] for one in words["diagnoses"]} == {
        code: diagnosis.patient_text for code, diagnosis in BY_CODE.items()
    }
    assert {code: reason["why"] for code, reason in words["reasons"].items()} == {
        code: reason.why for code, reason in REASONS.items()
    }
    assert words["tiers"]["high"]["shape"] == TIERS[Tier.HIGH].shape
    assert words["tiers"]["high"]["next_step"].startswith("Ask for an appointment")
    assert (set(words["sentences"]), set(words["problems"])) == (set(SENTENCES), set(PROBLEMS))
    assert (words["notice"], words["heat"]["ramp"]) == (NOTICE, RAMP.tolist())


def test_the_words_may_be_kept_for_ever_under_their_version_only(client: FlaskClient) -> None:
    current = address(client)
    other = re.sub(r"/words/\w+/", "/words/000000000000/", current)

    assert client.get(current).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(other).headers["Cache-Control"] == "no-cache"
    assert client.get(other).json == client.get(current).json


def test_the_words_are_compressed_where_the_browser_takes_it(client: FlaskClient) -> None:
    packed = client.get(address(client), headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(address(client)).data
    assert len(packed.data) < 8000


def test_there_are_no_words_in_a_language_that_is_not_spoken(client: FlaskClient) -> None:
    assert client.get(address(client).replace("en.json", "tlh.json")).status_code == 404
