import gzip
import re

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from epiluma.web.icons import icon
from epiluma.web.statics import current_version, static_files


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("statics.file", name=name)


def test_an_address_carries_the_version_and_may_be_kept_for_ever(app: Flask, client: FlaskClient) -> None:
    where = address(app, "css/tokens.css")
    response = client.get(where)

    assert where == f"/static/{current_version()}/css/tokens.css"
    assert response.mimetype == "text/css"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_version_gets_the_current_file_but_may_not_keep_it(client: FlaskClient) -> None:
    response = client.get("/static/000000000000/js/main.js")

    assert response.status_code == 200
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"


def test_bootstrap_is_served_from_here(app: Flask, client: FlaskClient) -> None:
    response = client.get(address(app, "bootstrap.min.css"))

    assert "Bootstrap  v5.3" in response.text[:200]
    assert "sourceMappingURL" not in response.text


def test_text_travels_compressed_where_the_browser_takes_it(app: Flask, client: FlaskClient) -> None:
    where = address(app, "bootstrap.min.css")
    packed = client.get(where, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < 40_000
    assert gzip.decompress(packed.data) == client.get(where).data


@pytest.mark.parametrize("name", ["../app.py", "css/../../app.py", "nothing.css", "css"])
def test_nothing_outside_the_list_can_be_fetched(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/0/{name}").status_code == 404


def test_an_icon_is_named_or_hidden() -> None:
    assert 'aria-hidden="true"' in icon("camera")
    assert 'role="img" aria-label="Take a &lt;photo&gt;"' in icon("camera", "Take a <photo>")
    assert icon("camera").count("<path") >= 1


def test_an_icon_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        icon("no-such-icon")


def test_only_one_style_sheet_names_a_colour() -> None:
    sheets = {name: text.decode() for name, text in static_files().items() if re.match(r"css/(?!tokens)", name)}
    named = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(")

    assert len(sheets) >= 3
    assert {name: named.findall(text) for name, text in sheets.items() if named.search(text)} == {}


def test_no_style_sheet_and_no_script_of_ours_is_longer_than_400_lines() -> None:
    lengths = {name: text.count(b"\n") for name, text in static_files().items() if re.match(r"(css|js)/", name)}

    assert len(lengths) > 30
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def blocks() -> dict[str, dict[str, str]]:
    text = re.sub(r"/\*.*?\*/", "", static_files()["css/tokens.css"].decode(), flags=re.DOTALL)
    found = re.findall(r"(:root[^{,]*)\{([^{}]*)\}", text)
    return {selector.strip(): dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body)) for selector, body in found}


def test_dark_is_the_same_whether_the_system_or_the_reader_chose_it() -> None:
    system, reader = blocks()[':root:not([data-bs-theme="light"])'], blocks()[':root[data-bs-theme="dark"]']

    assert len(system) > 10
    assert system == reader


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [":root", ':root[data-bs-theme="dark"]'])
@pytest.mark.parametrize(
    "token", ["ink", "ink-2", "accent", "tier-low", "tier-intermediate", "tier-high", "not-assessed"]
)
@pytest.mark.parametrize("ground", ["paper", "raised"])
def test_text_has_contrast_enough_in_both_themes(theme: str, token: str, ground: str) -> None:
    values = blocks()[theme]

    assert contrast(values[f"--{token}"], values[f"--{ground}"]) >= 4.5


def test_contrast_is_worked_out_as_the_guideline_does() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_packages_own_address_for_bootstrap_answers_too(client: FlaskClient) -> None:
    with client.get("/bootstrap/static/css/bootstrap.min.css") as response:
        assert response.status_code == 200

    assert client.get("/bootstrap/static/no-such-file").status_code == 404
