"""The first page, as a browser without JavaScript and as our own script sees it."""

import base64
import re
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from epiluma.imaging.decode import read_image
from epiluma.records import NOTICE
from multipart_body import CONTENT_TYPE, multipart


def shown(text: str) -> str:
    """A page without the patterns that scripts make parts of it from."""
    return re.sub(r"<template.*?</template>", "", text, flags=re.DOTALL)


def result_part(text: str) -> str:
    return shown(text)[text.index('<div class="result"') :]


def test_the_first_page_is_the_tool(client: FlaskClient) -> None:
    page = client.get("/").text

    assert '<form method="post" action="/#result" enctype="multipart/form-data"' in page
    assert re.findall(r'type="file" id="(\w+)" name="image"', page) == ["picture", "camera"]
    assert 'capture="environment"' in page
    assert re.findall(r'name="modality" value="(\w+)" (checked)?', page) == [
        ("dermoscopic", ""),
        ("clinical", ""),
        ("unknown", "checked"),
    ]
    assert "Sent to this server, not kept" in page
    assert NOTICE in page


@pytest.mark.parametrize(
    ("colour", "tier", "word", "share"),
    [("red", "high", "High", "77"), ("yellow", "intermediate", "Intermediate", "33"), ("green", "low", "Low", "17")],
)
def test_a_tier_is_a_word_and_a_shape_with_its_probability(
    visitor, request: pytest.FixtureRequest, colour: str, tier: str, word: str, share: str
) -> None:
    page = visitor.send(request.getfixturevalue(f"{colour}_picture"), modality="dermoscopic").text

    assert f'data-tier="{tier}"' in page
    assert re.findall(r"<span data-tier-word[^>]*>(\w+)</span>", shown(page)) == [word]
    assert re.findall(r'<strong data-text="malignant_percent">([^<]+)</strong>', shown(page)) == [
        f"{share}\N{NO-BREAK SPACE}%"
    ]
    assert "What to do next" in page


def test_the_three_most_probable_stand_in_order(visitor, red_picture: bytes) -> None:
    part = result_part(visitor.send(red_picture, modality="dermoscopic").text)
    names = re.findall(r'rank-name"><b[^>]*>([^<]+)</b>', part)

    assert names[:3] == ["Melanoma", "Melanocytic nevus", "Vascular lesion"]
    assert len(names) == 3 + 7
    assert sorted(names[3:]) == sorted(set(names[3:]))


def test_a_text_belongs_to_its_diagnosis(visitor, red_picture: bytes) -> None:
    part = result_part(visitor.send(red_picture, modality="dermoscopic").text)
    found = re.findall(r'<dt><a href="([^"]+)"[^>]*>([^<]+)</a></dt><dd[^>]*>([^<]+)</dd>', part)
    texts = {name: text for _, name, text in found}

    assert texts["Melanoma"].startswith("A cancer of the cells that give skin its colour")
    assert texts["Melanocytic nevus"].startswith("An ordinary mole")
    assert {name: address for address, name, _ in found}["Melanoma"] == "/diagnoses/mel"


def test_what_the_decision_adds_is_also_worth_ruling_out(visitor, yellow_picture: bytes, red_picture: bytes) -> None:
    assert "Also worth ruling out: Melanoma" in visitor.send(yellow_picture, modality="dermoscopic").text
    assert "Also worth ruling out" not in visitor.send(red_picture, modality="dermoscopic").text


def test_a_harmless_decision_is_possible_and_not_to_be_ruled_out(visitor, teal_picture: bytes) -> None:
    page = visitor.send(teal_picture, modality="dermoscopic").text

    assert "Also possible: Vascular lesion" in page
    assert "worth ruling out" not in page


def test_nothing_is_suggested_beside_the_numbers_of_a_picture_that_cannot_be_judged(
    visitor, dim_picture: bytes
) -> None:
    page = visitor.send(dim_picture, modality="dermoscopic").text

    assert "Do not rely on them" in page
    assert "Also worth ruling out" not in page
    assert "Also possible" not in page


def test_low_says_that_it_rules_nothing_out(visitor, green_picture: bytes, red_picture: bytes) -> None:
    assert "low rules nothing out" in visitor.send(green_picture, modality="dermoscopic").text
    assert "rules nothing out" not in visitor.send(red_picture, modality="dermoscopic").text


def test_a_refusal_takes_the_place_of_the_tier_and_greys_the_list(visitor, black_picture: bytes) -> None:
    response = visitor.send(black_picture, modality="dermoscopic")

    assert response.status_code == 200
    assert "This picture cannot be judged." in response.text
    assert "The picture is too dark." in response.text
    assert "Take it again in daylight" in response.text
    assert 'data-tier="not_assessed"' in response.text
    assert '<div class="result" data-doubtful' in response.text
    assert "data-heat-url" not in response.text
    assert "Probability that it is" not in shown(response.text)
    assert "What these diagnoses are" not in shown(response.text)
    assert 'href="/guide/photograph"' in shown(response.text)


def test_an_ordinary_photograph_gets_diagnoses_with_a_warning_and_no_tier(visitor, red_picture: bytes) -> None:
    page = visitor.send(red_picture, modality="clinical").text

    assert 'data-tier="not_assessed"' in page
    assert "This is an ordinary photograph" in page
    assert "Show the spot to a doctor" in page
    assert re.search(r"<b[^>]*>Melanoma</b>", page) is not None
    assert re.search(r'value="clinical" checked', page) is not None


def test_without_javascript_the_page_shows_the_picture_again_from_its_pixels(visitor, red_picture: bytes) -> None:
    page = visitor.send(red_picture, name="Mrs Miller.png", modality="dermoscopic").text
    found = re.search(r'data-picture-image src="data:image/jpeg;base64,([^"]+)"', page)

    assert found is not None
    assert read_image(base64.b64decode(found.group(1))).shape == (96, 128, 3)
    assert "Mrs Miller" not in page


def test_our_script_gets_the_answer_alone(visitor, red_picture: bytes) -> None:
    text = visitor.send(red_picture, part=True, modality="dermoscopic").text

    assert text.startswith('<div class="result"')
    assert "<html" not in text
    assert "data:image/jpeg" not in text
    assert text.count("data:image/png;base64,") == 1
    assert 'data-announce="The result is here. High. Most probable: Melanoma, 66\N{NO-BREAK SPACE}%."' in text


def test_a_result_can_be_copied_as_whole_sentences(visitor, yellow_picture: bytes) -> None:
    text = visitor.send(yellow_picture, part=True, modality="dermoscopic").text
    found = re.search(r'data-copied="([^"]+)"', text)
    assert found is not None
    lines = unescape(found.group(1)).splitlines()

    assert lines[0] == "How suspicious it looks to the model: Intermediate."
    assert "Probability that it is a cancer or a precancer: 33\N{NO-BREAK SPACE}%." in lines
    assert "Also worth ruling out: Melanoma." in lines
    assert "How the picture was taken: Through a dermoscope." in lines
    assert lines[-1] == NOTICE
    assert [line for line in lines if not line.endswith(".")] == []


def test_the_result_says_what_was_cut_and_turned(visitor, red_picture: bytes) -> None:
    cut = '{"crop": [0, 10, 100, 80], "rotate": 90, "flip": true}'
    text = visitor.send(red_picture, part=True, geometry=cut).text

    assert "The part that was read: 100 × 80 pixels, 0 from the left, 10 from the top." in text
    assert "It was turned to the right by 90°. It was mirrored." in text
    assert "The part that was read" not in visitor.send(red_picture, part=True).text


def test_nothing_is_kept_so_nothing_can_be_shared(visitor, red_picture: bytes) -> None:
    page = visitor.send(red_picture).text

    assert "Your picture was read on this server and not kept, so there is no link to share." in shown(page)


PROBLEMS = {
    "no picture": (None, 400, "No picture has been chosen yet."),
    "empty": (b"", 422, "This file is empty."),
    "text": (b"just words", 415, "This file is not a JPEG, PNG or WebP picture"),
    "cut off": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 422, "This picture is damaged"),
    "too large": (b"\0" * (20 * 2**20 + 65 * 1024), 413, "This picture is too large."),
}


@pytest.mark.parametrize("kind", list(PROBLEMS))
@pytest.mark.parametrize("part", [False, True])
def test_bad_input_is_told_in_plain_words_with_its_status(visitor, kind: str, part: bool) -> None:
    content, status, words = PROBLEMS[kind]
    response = visitor.send(content, part=part)

    assert response.status_code == status
    assert words in response.text
    assert response.text.count('role="alert"') == (0 if part else 1)
    assert ("<form" in response.text) is not part


def test_a_small_picture_is_told_how_large_it_must_be(visitor, small_picture: bytes) -> None:
    response = visitor.send(small_picture)

    assert response.status_code == 422
    assert "at least 64 pixels" in response.text


def test_the_answer_on_how_it_was_taken_survives_bad_input_and_a_lost_session(visitor, small_picture: bytes) -> None:
    lost = visitor.client.post("/", data=multipart(small_picture, modality="clinical"), content_type=CONTENT_TYPE)

    assert (lost.status_code, 'value="clinical" checked' in lost.text) == (400, True)
    assert 'value="clinical" checked' in visitor.send(small_picture, modality="clinical").text
    assert 'value="unknown" checked' in visitor.send(small_picture, modality="x-ray").text


def test_a_message_is_shown_once(visitor) -> None:
    assert 'role="alert"' in visitor.send(b"just words").text
    assert 'role="alert"' not in visitor.client.get("/").text


def test_a_name_of_a_file_is_never_markup(visitor) -> None:
    assert "<script>alert" not in visitor.send(b"words", name="<script>alert(1)</script>.png").text


def test_a_very_long_strip_is_read_though_it_is_not_shown_again(visitor) -> None:
    from drawn_files import plain, saved

    response = visitor.send(saved(plain((200, 150, 140), size=(70_000, 64))), modality="dermoscopic")

    assert response.status_code == 200
    assert "data-picture-image src=" not in response.text


@pytest.mark.parametrize("key", ["even", "uneven", "red", "hills", "blurred"])
def test_a_drawn_sample_can_be_read_by_pressing_it(visitor, key: str) -> None:
    response = visitor.send(sample=key)

    assert response.status_code == 200
    assert '<div class="result"' in response.text
    picture = visitor.client.get(f"/samples/{key}.jpg")
    assert read_image(picture.data).shape == (450, 600, 3)
    assert read_image(visitor.client.get(f"/samples/{key}/thumbnail.jpg").data).shape[0] < 200


def test_a_sample_that_does_not_exist_is_not_found(client: FlaskClient, visitor) -> None:
    assert client.get("/samples/nothing.jpg").status_code == 404
    assert client.get("/samples/nothing/thumbnail.jpg").status_code == 404
    assert visitor.send(sample="nothing").status_code == 404


def test_a_page_that_does_not_exist_says_so_calmly(client: FlaskClient) -> None:
    response = client.get("/nothing")

    assert response.status_code == 404
    assert "There is no page at this address." in response.text


def test_a_wrong_method_is_a_calm_page_too(client: FlaskClient) -> None:
    response = client.put("/", data={"image": (BytesIO(b"x"), "x")})

    assert response.status_code in {400, 405}
    assert "Traceback" not in response.text
