"""A record becomes the same result in the browser as on the server: for every golden case, in markup and in words."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import render_template

from epiluma.bundle.read import load_bundle
from epiluma.inference.classifier import Classifier
from epiluma.records import Decision, Geometry, Modality, Prediction, Ranked, Reading, Tier
from epiluma.settings import Settings
from epiluma.taxonomy import CODES
from epiluma.web.app import create_app
from epiluma.web.figures import Figures
from epiluma.web.heatmap import RAMP, SIDE_PX, colour_map
from epiluma.web.languages import languages
from epiluma.web.result import make_result
from epiluma.web.statics import current_version

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "records.json").read_text(encoding="utf-8"))
RECORDS = [case["expected"] for case in GOLDEN["cases"]]
TODAY = date(2026, 11, 21)
FIGURES = Figures(
    evaluation={
        "images": 1502,
        "lesions": 1120,
        "metrics": {"balanced_accuracy": {"value": 0.784, "low": 0.751, "high": 0.815, "n": 1502}},
        "tiers": {"melanomas_low": {"value": 0.042, "low": 0.01, "high": 0.08, "n": 167}},
    }
)
# Both results as nested lists: tag, attributes in order, children; runs of blanks are one blank, empty ones nothing.
COMPARE = """async ([base, cases, figures]) => {
  const { renderResult } = await import(`${base}render.js`);
  const { openWords } = await import(`${base}words.js`);
  const words = await openWords(document.querySelector('[data-reading]').dataset.words);
  const maps = { data: new Float32Array(7), height: 1, width: 1 };
  const plain = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\\s+/g, ' ').trim();
    const attributes = [...node.attributes].map(({ name, value }) => [name, name === 'data-heat-url' ? '' : value]);
    const children = [...node.childNodes].filter(({ nodeType }) => nodeType !== Node.COMMENT_NODE).map(plain);
    return [node.tagName, attributes.sort(), children.filter((child) => child !== '')];
  };
  return cases.map(([record, html]) => {
    const here = renderResult(record, { words, maps, figures, place: 'server', today: new Date(2026, 10, 21) });
    const there = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
    return [JSON.stringify(plain(here)), JSON.stringify(plain(there))];
  });
}"""


def reading_of(record: dict[str, Any]) -> Reading:
    prediction = Prediction(
        file=record["file"],
        sha256=record["sha256"],
        model_id=record["model_id"],
        modality=Modality(record["modality"]),
        probabilities=tuple(record["probabilities"][code] for code in CODES),
        top3=tuple(Ranked(code=row["code"], probability=row["probability"]) for row in record["top3"]),
        decision=Decision(**record["decision"]),
        malignant_probability=record["malignant_probability"],
        tier=Tier(record["tier"]),
        abstained=record["abstained"],
        reasons=tuple(record["reasons"]),
        geometry=Geometry.from_json(record["geometry"]) if "geometry" in record else None,
    )
    return Reading(prediction=prediction, activation_maps=np.zeros((7, 1, 1), np.float32), quality={})


@pytest.fixture(params=languages())
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def at_the_server(tiny_bundle: Path, tmp_path: Path, language: str) -> Iterator[None]:
    app = create_app(Settings(home=tmp_path), Classifier(load_bundle(tiny_bundle)))
    with app.test_request_context(headers={"Accept-Language": language}):
        yield


@pytest.fixture
def server_results(at_the_server: None) -> list[str]:
    results = [make_result(reading_of(record), FIGURES, today=TODAY) for record in RECORDS]
    return [render_template("result.html", result=result) for result in results]


@pytest.fixture
def figures(at_the_server: None) -> dict[str, str]:
    return {"tested": FIGURES.tested(), "missed_melanomas": FIGURES.missed_melanomas()}


def test_a_result_made_in_the_browser_is_the_one_the_server_makes(
    open_page: Open, server_results: list[str], figures: dict[str, str], language: str
) -> None:
    page = open_page(locale=language)
    cases = list(map(list, zip(RECORDS, server_results, strict=True)))
    assert page.locator("html").get_attribute("lang") == language
    pairs = page.evaluate(COMPARE, [f"/static/{current_version()}/js/result/", cases, figures])

    assert len(pairs) >= 200
    assert {name for case in RECORDS for name in (case["tier"], case["modality"])} == {*Tier, *Modality}
    assert min(len(there) for _, there in pairs) > 1000
    assert [here for here, _ in pairs] == [there for _, there in pairs]


COLOUR = """async ([base, look, maps]) => {
  const { colourMap } = await import(`${base}heat.js`);
  return maps.map((map) => Array.from(colourMap(map.flat(), { height: map.length, width: map[0].length }, look)));
}"""


def test_a_map_has_the_same_colours_in_the_browser(open_page: Open) -> None:
    rng = np.random.default_rng(7)
    maps = [rng.uniform(-0.25, 1.25, size=shape).astype(np.float32) for shape in ((7, 7), (9, 5), (1, 1), (56, 56))]
    maps += [np.zeros((7, 7), np.float32), np.ones((7, 7), np.float32), np.eye(7, dtype=np.float32)]
    look = {"side_px": SIDE_PX, "ramp": RAMP.tolist()}
    base = f"/static/{current_version()}/js/result/"
    made = open_page().evaluate(COLOUR, [base, look, [one.tolist() for one in maps]])

    expected = np.stack([colour_map(one).astype(int).ravel() for one in maps])
    assert np.ptp(expected) > 200
    assert np.abs(np.array(made) - expected).max() <= 1


SHARES = """async ([base, shares]) => {
  const { percent } = await import(`${base}view.js`);
  return shares.map(percent);
}"""


def test_a_share_reads_the_same_in_the_browser(open_page: Open) -> None:
    from epiluma.web.wording import percent

    shares = [0.0, 0.0099, 0.01, 0.014999, 0.015, 0.125, 0.135, 0.285, 0.5, 0.545, 0.617, 0.985, 0.99, 0.991, 1.0]
    made = open_page().evaluate(SHARES, [f"/static/{current_version()}/js/result/", shares])

    assert made == [percent(share) for share in shares]
    assert made[5] == "13\N{NO-BREAK SPACE}%"
