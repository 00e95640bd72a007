"""Several pictures in one form, as a browser without JavaScript sends them."""

import csv
import html
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from epiluma.inference.classifier import Classifier
from epiluma.inference.table import COLUMNS, table_row
from epiluma.records import Modality
from multipart_body import CONTENT_TYPE, multipart, multipart_of

Files = list[tuple[bytes, str]]


def send(client: FlaskClient, files: Files, **fields: str) -> TestResponse:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/several").text)
    assert found is not None
    body = multipart_of(files, csrf_token=found.group(1), **fields)
    return client.post("/several", data=body, content_type=CONTENT_TYPE)


def rows_of(page: str) -> list[dict[str, str]]:
    """Return what each shown row says; the template for the script comes after the list."""
    parts = page.split("</table>")[0].split("data-picture-row")[1:]
    return [
        {
            "file": html.unescape(re.findall(r'<bdi class="picture-name without-js">([^<]*)</bdi>', part)[0]),
            "tier": "".join(re.findall(r'^ data-tier="(\w+)"', part)),
            "chance": "".join(re.findall(r'data-text="malignant_percent">([^<]+)<', part)),
            "first": "".join(re.findall(r'<li><span data-text="name">([^<]+)<', part)[:1]),
            "why": " ".join(re.findall(r'data-text="why">([^<]+)<', part)),
        }
        for part in parts
    ]


def csv_rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def alert(page: str) -> str:
    found = re.search(r'role="alert">.*?<p>(.*?)</p>', page, re.DOTALL)
    assert found is not None
    return html.unescape(found.group(1))


def test_the_empty_page_offers_a_field_for_several_pictures_and_shows_no_row(client: FlaskClient) -> None:
    page = client.get("/several").text

    assert re.search(r'type="file" id="several-files" name="image"[^>]* multiple', page)
    assert 'name="format" value="csv"' in page
    assert rows_of(page) == []
    assert client.get("/several").headers["Cache-Control"] == "no-store"


def test_each_row_has_the_answer_of_its_own_picture_the_most_suspicious_first(
    client: FlaskClient,
    red_picture: bytes,
    green_picture: bytes,
    yellow_picture: bytes,
    black_picture: bytes,
) -> None:
    files = [
        (green_picture, "green.png"),
        (b"not a picture", "notes.txt"),
        (black_picture, "black.png"),
        (yellow_picture, "yellow.png"),
        (red_picture, "red.png"),
    ]
    rows = rows_of(send(client, files, modality="dermoscopic").text)

    assert [(row["file"], row["tier"]) for row in rows] == [
        ("red.png", "high"),
        ("yellow.png", "intermediate"),
        ("black.png", "not_assessed"),
        ("notes.txt", ""),
        ("green.png", "low"),
    ]
    assert [row["chance"] for row in rows] == [
        *("77\N{NO-BREAK SPACE}%", "33\N{NO-BREAK SPACE}%", "", "", "17\N{NO-BREAK SPACE}%")
    ]
    assert rows[0]["first"] == "Melanoma"
    assert rows[2]["why"].startswith("The picture is too dark.")
    assert rows[3]["why"].startswith("This file is not a JPEG, PNG or WebP picture")


def test_the_table_holds_the_records_of_the_command_line(
    client: FlaskClient, classifier: Classifier, red_picture: bytes, black_picture: bytes
) -> None:
    files = [(red_picture, "red.png"), (b"no", "notes.txt"), (black_picture, "black.png")]
    response = send(client, files, modality="clinical", format="csv")
    records = [classifier.read_row(content, file=name, modality=Modality.CLINICAL) for content, name in files]
    expected = {
        name: table_row(getattr(record, "prediction", record).to_json())
        for (_content, name), record in zip(files, records, strict=True)
    }
    rows = csv_rows(response.text)

    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == 'attachment; filename="epiluma.csv"'
    assert list(rows[0]) == list(COLUMNS)
    assert {row["file"]: row for row in rows} == expected


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0.png", "+1.png", "-1.png", "@x.png"])
def test_a_name_that_looks_like_a_formula_is_no_formula_in_the_table(
    client: FlaskClient, red_picture: bytes, name: str
) -> None:
    assert csv_rows(send(client, [(red_picture, name)], format="csv").text)[0]["file"] == f"'{name}"


@pytest.mark.parametrize("name", ["<b onclick='x()'>.png", "\u202egnp.exe", "a,b;c.png", "ein Fleck – März.png"])
def test_a_name_is_shown_as_text_whatever_it_holds(client: FlaskClient, red_picture: bytes, name: str) -> None:
    page = send(client, [(red_picture, name)]).text

    assert rows_of(page)[0]["file"] == name
    assert "<b onclick" not in page


def test_the_page_carries_its_table_for_those_who_want_it_afterwards(client: FlaskClient, red_picture: bytes) -> None:
    page = send(client, [(red_picture, "red.png")]).text

    assert re.search(r'href="data:text/csv;base64,[^"]+" download="epiluma.csv"', page)


def test_pictures_of_equal_bytes_and_names_have_a_row_each(client: FlaskClient, red_picture: bytes) -> None:
    rows = rows_of(send(client, [(red_picture, "a.png"), (red_picture, "a.png")]).text)

    assert [row["file"] for row in rows] == ["a.png", "a.png"]


@pytest.mark.parametrize(
    ("count", "status", "words"),
    [
        (0, 400, "No picture has been chosen yet."),
        (20, 200, ""),
        (21, 413, "These are too many pictures for one go. Choose at most 20 at a time."),
    ],
)
def test_a_form_holds_one_to_twenty_pictures(client: FlaskClient, count: int, status: int, words: str) -> None:
    response = send(client, [(b"x", f"{number}.png") for number in range(count)] or [(b"", "")])

    assert response.status_code == status
    assert words in response.text
    assert "data-several-form" in response.text


def test_pictures_that_are_too_large_together_are_told_so(client: FlaskClient) -> None:
    large = b"\0" * (16 * 2**20)
    response = send(client, [(large, f"{number}.png") for number in range(4)])

    assert response.status_code == 413
    assert alert(response.text).startswith("These pictures are too large together.")


def test_forty_megabytes_of_pictures_are_taken(client: FlaskClient) -> None:
    large = b"\0" * (20 * 2**20)
    rows = rows_of(send(client, [(large, "a.png"), (large, "b.png")]).text)

    assert [row["file"] for row in rows] == ["a.png", "b.png"]


def test_one_picture_that_is_too_large_is_told_in_its_row(client: FlaskClient, red_picture: bytes) -> None:
    files = [(b"\0" * (20 * 2**20 + 1), "large.png"), (red_picture, "red.png")]
    rows = rows_of(send(client, files, modality="dermoscopic").text)

    assert [(row["file"], row["tier"]) for row in rows] == [("red.png", "high"), ("large.png", "")]
    assert rows[1]["why"].startswith("This picture is too large.")


def test_the_first_page_still_takes_one_picture_only(client: FlaskClient) -> None:
    body = multipart(b"\0" * (25 * 2**20))
    response: Any = client.post("/api/v1/predictions", data=body, content_type=CONTENT_TYPE)

    assert (response.status_code, response.json["code"]) == (413, "image.too-large")


def test_an_unknown_modality_is_told_above_the_form(client: FlaskClient, red_picture: bytes) -> None:
    response = send(client, [(red_picture, "red.png")], modality="x-ray")

    assert response.status_code == 422
    assert alert(response.text) == "Choose how the picture was taken from the three answers."


def test_a_form_without_its_token_is_told_so_on_the_page_it_came_from(client: FlaskClient, red_picture: bytes) -> None:
    response = client.post("/several", data={"image": (BytesIO(red_picture), "red.png")})

    assert response.status_code == 400
    assert alert(response.text).startswith("This page has lost its connection to the server.")
    assert "data-several-form" in response.text


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(st.tuples(st.binary(max_size=40), st.text(st.characters(codec="utf-8"), max_size=20)), max_size=4),
    modality=st.text(st.characters(codec="utf-8"), max_size=12),
    form=st.text(st.characters(codec="utf-8"), max_size=6),
)
def test_no_form_whatever_makes_the_server_fail(client: FlaskClient, files: Files, modality: str, form: str) -> None:
    assert send(client, files, modality=modality, format=form).status_code in {200, 400, 413, 422}
