"""Pages about the model and the project: every number comes from a file, and no file makes a page fail."""

import hashlib
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import epiluma
from epiluma.bundle.read import DEFAULT_BUNDLE, Bundle, load_bundle
from epiluma.data.counts import read_ham10000_counts
from epiluma.inference.classifier import Classifier
from epiluma.settings import Settings
from epiluma.web.app import create_app
from epiluma.web.code_samples import SAMPLES
from fixtures_bundle import write_tiny_bundle

PATHS = ("/data", "/training", "/scores", "/network", "/card", "/about", "/accessibility", "/developers", "/install")
ClientOf = Callable[[Path], FlaskClient]


@pytest.fixture
def client_of(tmp_path: Path) -> ClientOf:
    def make(bundle: Path) -> FlaskClient:
        app = create_app(Settings(home=tmp_path / "home"), Classifier(load_bundle(bundle)))
        return app.test_client()

    return make


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return create_app(settings, Classifier(load_bundle(DEFAULT_BUNDLE))).test_client()


@pytest.fixture(scope="module")
def evaluation() -> dict:
    return json.loads((DEFAULT_BUNDLE / "evaluation.json").read_text(encoding="utf-8"))


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return load_bundle(write_tiny_bundle(tmp_path / "bundle"))


def put(bundle: Bundle, name: str, value: object) -> None:
    """Put a file into a bundle by hand, as whoever makes bundles without our commands might."""
    content = json.dumps(value).encode()
    (bundle.path / name).write_bytes(content)
    manifest = json.loads((bundle.path / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (bundle.path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def text_of(client: FlaskClient, path: str) -> str:
    """Return what a page says, in one line, with plain spaces."""
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("path", PATHS)
def test_a_page_answers_whether_the_model_carries_a_test_or_not(
    path: str, client: FlaskClient, shipped: FlaskClient
) -> None:
    assert (client.get(path).status_code, shipped.get(path).status_code) == (200, 200)


def test_a_model_without_test_and_record_says_so(client: FlaskClient) -> None:
    assert "This model carries no test" in text_of(client, "/scores")
    assert "This model carries no training record" in text_of(client, "/training")
    assert "This model does not list its layers" in text_of(client, "/network")


def test_figures_on_the_page_are_those_of_the_evaluation(shipped: FlaskClient, evaluation: dict) -> None:
    page = text_of(shipped, "/scores")

    accuracy = evaluation["metrics"]["balanced_accuracy"]
    assert f"{100 * accuracy['value']:.1f} % (95 % interval {100 * accuracy['low']:.1f} %" in page
    assert f"Of 100 melanomas, {evaluation['tiers']['melanomas_low_per_100']:.1f} were rated low" in page
    verdicts = [row["verdict"] for row in evaluation["targets"]]
    assert f"Of {len(verdicts)} figures, {verdicts.count('aim')} reach the aim" in page
    assert evaluation["disclosures"][0] in page


def test_another_evaluation_gives_another_page(client_of: ClientOf, bundle: Bundle) -> None:
    figure = {"value": 0.1234, "low": 0.1, "high": 0.2, "n": 77}
    put(bundle, "evaluation.json", {"metrics": {"balanced_accuracy": figure}})

    assert "12.3 % (95 % interval 10.0 % to 20.0 %, 77 pictures)" in text_of(client_of(bundle.path), "/scores")


def test_every_cell_of_the_confusion_matrix_is_shown(shipped: FlaskClient, evaluation: dict) -> None:
    table = shipped.get("/scores").text.partition('class="figures matrix"')[2].partition("</table>")[0]
    cells = [int(cell.replace(",", "")) for cell in re.findall(r"<td[^>]*>([\d,]+)</td>", table)]

    assert cells == [number for row in evaluation["confusion_matrix"]["counts"] for number in row]
    assert table.count("data-right") == 7


@pytest.mark.parametrize("path", ["/data", "/training", "/scores", "/network"])
def test_every_chart_says_in_words_what_it_shows_and_has_a_table(path: str, shipped: FlaskClient) -> None:
    charts = re.findall(r'<figure class="chart">.*?</figure>', shipped.get(path).text, re.DOTALL)

    assert charts
    assert [chart for chart in charts if "<table" not in chart or "<figcaption>" not in chart] == []
    planes = [plane for chart in charts for plane in re.findall(r'<svg class="chart-plane"[^>]*>', chart)]
    assert [plane for plane in planes if not re.search(r'role="img" aria-label="[^"]{20,}"', plane)] == []


@pytest.mark.parametrize("path", PATHS)
def test_no_page_carries_a_style_of_its_own_or_loads_from_elsewhere(path: str, shipped: FlaskClient) -> None:
    page = shipped.get(path).text

    assert re.findall(r"<style|\sstyle=|<script(?![^>]*src=\"/)", page) == []
    assert re.findall(r'(?:src|<link[^>]*href)="(?!/|data:)[^"]*"', page) == []


@pytest.mark.parametrize("path", PATHS)
def test_headings_go_down_one_step_at_a_time(path: str, shipped: FlaskClient) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])", shipped.get(path).text)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [later for earlier, later in pairwise(levels) if later > earlier + 1] == []


def test_the_page_on_the_data_shows_the_committed_counts(client: FlaskClient) -> None:
    page, counts = text_of(client, "/data"), read_ham10000_counts()

    assert f"{counts['pictures']:,} pictures of {counts['lesions']:,} lesions" in page
    assert f"{counts['tables']['sex']['female']['pictures']:,}" in page
    assert f"about {100 * counts['leak_by_picture']:.0f} % of the test pictures" in page


def test_the_page_on_the_training_shows_the_curves_of_the_record(shipped: FlaskClient) -> None:
    record = json.loads((DEFAULT_BUNDLE / "training.json").read_text(encoding="utf-8"))
    steps = record["validations"]
    best = max(step["balanced_accuracy"] for step in steps)

    page = text_of(shipped, "/training")

    assert f"from {100 * steps[0]['balanced_accuracy']:.1f} % to {100 * best:.1f} %" in page
    assert f"{100 * record['compared'][0]['validations'][-1]['balanced_accuracy']:.1f} % on the validation" in page


def test_the_page_on_the_network_lists_every_layer(shipped: FlaskClient) -> None:
    layers = json.loads((DEFAULT_BUNDLE / "training.json").read_text(encoding="utf-8"))["layers"]

    page = shipped.get("/network").text

    assert len(re.findall(r'<th scope="row">\d+\. ', page)) == len(layers)
    assert f"{sum(layer['parameters'] for layer in layers):,}" in page


def test_the_recipe_in_words_is_the_one_of_the_record(client_of: ClientOf, bundle: Bundle) -> None:
    put(bundle, "training.json", {"recipe": {"loss": {"mixup_alpha": 0.2, "label_smoothing": 0}}})

    page = text_of(client_of(bundle.path), "/training")

    assert "two pictures are laid over each other" in page
    assert "a little less, for the same reason" not in page


ODD = [None, True, -1, 10**400, 1e308, "text", "<script>alert(1)</script>", [], {}, [1, "two", None], {"value": "x"}]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:12])
def test_no_odd_value_of_an_evaluation_makes_the_page_fail(
    odd: object, client_of: ClientOf, bundle: Bundle, evaluation: dict
) -> None:
    """Each key, and each key below it, in turn holds something it never should."""
    spoiled = dict.fromkeys(evaluation, odd)
    halves = {key: dict.fromkeys(value, odd) for key, value in evaluation.items() if isinstance(value, dict)}
    lists = {key: [odd, *value] for key, value in evaluation.items() if isinstance(value, list)}
    for broken in (spoiled, evaluation | halves, evaluation | lists):
        put(bundle, "evaluation.json", broken)
        assert client_of(bundle.path).get("/scores").status_code == 200


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:12])
def test_no_odd_value_of_a_training_record_makes_a_page_fail(odd: object, client_of: ClientOf, bundle: Bundle) -> None:
    record = json.loads((DEFAULT_BUNDLE / "training.json").read_text(encoding="utf-8"))
    entry = dict.fromkeys(record["validations"][0], odd)
    layer = dict.fromkeys(record["layers"][0], odd)
    lists = record | {"validations": [*record["validations"], entry], "layers": [*record["layers"], layer]}
    for broken in (dict.fromkeys(record, odd), lists, record | {"recipe": {"stage": [odd], "name": odd}}):
        put(bundle, "training.json", broken)
        client = client_of(bundle.path)
        assert [client.get(path).status_code for path in ("/training", "/network")] == [200, 200]


def test_a_card_is_shown_as_text_whatever_it_holds() -> None:
    from epiluma.web.reports.card import _render

    html = _render(
        "---\nfront: matter\n---\n# Name\n\n<script>alert(1)</script>\n\n[go](javascript:alert(1)) ![x](https://e.x/y)\n\n"
        "| | a |\n|---|---:|\n| b | 1 |\n"
    )

    assert "front" not in html
    assert "<h2>Name</h2>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html
    assert "style=" not in html
    assert '<div class="table-scroll" role="region" tabindex="0" aria-label="Name">' in html


def test_samples_for_python_do_what_they_show(
    shipped: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from html import unescape

    from epiluma.data.synthetic import drawn_lesion

    (tmp_path / "pictures").mkdir()
    for name in ("spot.jpg", "pictures/a.jpg", "pictures/b.jpg"):
        (tmp_path / name).write_bytes(drawn_lesion(seed=7))
    monkeypatch.chdir(tmp_path)
    samples = re.findall(r'data-sample="python">(.*?)</code>', shipped.get("/developers").text, re.DOTALL)

    for sample in samples:
        exec(compile(unescape(sample), "sample", "exec"), {})

    assert len(samples) == 3
    assert "tier:" in capsys.readouterr().out
    assert [json.loads(line)["file"] for line in Path("results.jsonl").read_text().splitlines()] == ["a.jpg", "b.jpg"]


def test_the_sample_for_a_page_imports_the_module_that_the_export_writes() -> None:
    exported = Path(epiluma.__file__).parent / "export" / "browser_files"

    [module] = re.findall(r'from "\./epiluma/([\w.]+)"', SAMPLES["browser"])

    assert "export { classify" in (exported / module).read_text(encoding="utf-8")


def test_the_request_for_curl_names_the_apps_own_address(client: FlaskClient) -> None:
    page = client.get("/developers", base_url="https://clinic.example/").text

    assert "-F image=@spot.jpg -F modality=dermoscopic https://clinic.example/api/v1/predictions" in page
