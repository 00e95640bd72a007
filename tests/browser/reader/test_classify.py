"""The reader as a page uses it: opened once, asked often, given up at any time."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from epiluma.data.synthetic import drawn_lesion
from epiluma.inference.classifier import Classifier
from epiluma.records import Geometry, Modality

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runtime")]
Read = Callable[..., list[dict[str, Any]]]
CODE_OF = "(error) => error.code ?? error.name"


def test_the_record_is_the_one_the_server_gives(read_here: Read, shipped: Classifier) -> None:
    picture = drawn_lesion(seed=7)
    geometry = {"crop": [20, 10, 500, 400], "rotate": 90, "flip": True}
    [here] = read_here([picture], name="spot.jpg", modality="dermoscopic", geometry=geometry)
    there = shipped.read(
        picture, file="spot.jpg", modality=Modality.DERMOSCOPIC, geometry=Geometry.from_json(geometry)
    ).prediction.to_json()
    numbers = ("probabilities", "top3", "malignant_probability")

    assert {**here, **dict.fromkeys(numbers)} == {**there, **dict.fromkeys(numbers)}
    assert here["probabilities"] == pytest.approx(there["probabilities"], abs=1e-3)
    assert here["malignant_probability"] == pytest.approx(there["malignant_probability"], abs=1e-3)
    assert [ranked["code"] for ranked in here["top3"]] == [ranked["code"] for ranked in there["top3"]]
    assert here["sha256"] == hashlib.sha256(picture).hexdigest()


def test_heat_maps_and_measures_come_on_request(read_here: Read, page: Any, shipped: Classifier) -> None:
    read_here([])
    there = shipped.read(drawn_lesion(seed=7))
    found = page.evaluate(
        """async (address) => {
          const blob = await (await fetch(address)).blob();
          const { maps, quality } = await reader.read(blob, { maps: true });
          const without = await reader.read(blob);
          return { sides: [maps.height, maps.width], values: [...maps.data], quality, without: without.maps };
        }""",
        "/samples/even.jpg",
    )
    height, width = there.activation_maps.shape[1:]

    assert found["sides"] == [height, width]
    assert len(found["values"]) == 7 * height * width
    assert 0 <= min(found["values"]) <= max(found["values"]) <= 1
    assert list(found["quality"]) == [limit.name for limit in shipped.bundle.manifest.quality]
    assert found["without"] is None


def test_several_threads_give_the_same_numbers(read_here: Read, page: Any, shipped: Classifier) -> None:
    read_here([])
    isolated, one, two = page.evaluate(
        """async () => {
          const blob = await (await fetch("/samples/even.jpg")).blob();
          const threaded = await classifier.openReader({ base, threads: 2 });
          const probabilities = async (from) => Object.values((await from.read(blob)).record.probabilities);
          const found = [crossOriginIsolated, await probabilities(reader), await probabilities(threaded)];
          threaded.close();
          return found;
        }"""
    )

    assert isolated is True
    assert two == pytest.approx(one, abs=1e-4)


def test_loading_is_reported_from_nothing_to_all(page: Any) -> None:
    shares = page.evaluate(
        """async () => {
          const shares = [];
          const reader = await classifier.openReader({ base, threads: 1, progress: (share) => shares.push(share) });
          reader.close();
          return shares;
        }"""
    )

    assert len(shares) >= 3
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_loading_can_be_given_up(page: Any) -> None:
    name = page.evaluate(
        f"""() => {{
          const stop = new AbortController();
          const opened = classifier.openReader({{ base, progress: () => stop.abort(), signal: stop.signal }});
          return opened.then(() => "opened", {CODE_OF});
        }}"""
    )

    assert name == 20  # DOMException.ABORT_ERR


def test_a_reading_that_is_given_up_never_answers_for_another(read_here: Read, page: Any) -> None:
    read_here([])
    kept, given_up = page.evaluate(
        f"""async () => {{
          const picture = async (key) => (await fetch(`/samples/${{key}}.jpg`)).blob();
          const [first, second] = [await picture("even"), await picture("uneven")];
          const stop = new AbortController();
          const lost = reader.read(first, {{ name: "lost", signal: stop.signal }}).catch({CODE_OF});
          const kept = reader.read(second, {{ name: "kept" }});
          stop.abort();
          return [(await kept).record.file, await lost];
        }}"""
    )

    assert (kept, given_up) == ("kept", 20)


def test_each_of_several_answers_carries_the_hash_of_its_own_bytes(read_here: Read, page: Any) -> None:
    read_here([])
    wrong = page.evaluate(
        """async () => {
          const keys = ["even", "uneven", "even", "blurred"];
          const blobs = await Promise.all(keys.map(async (key) => (await fetch(`/samples/${key}.jpg`)).blob()));
          const answers = await Promise.all(blobs.map((blob, index) => reader.read(blob, { name: String(index) })));
          const hash = async (blob) => Array.from(
            new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())),
            (byte) => byte.toString(16).padStart(2, "0")).join("");
          const hashes = await Promise.all(blobs.map(hash));
          const own = ({ sha256, file }, index) => sha256 === hashes[index] && file === String(index);
          return answers.filter(({ record }, index) => !own(record, index));
        }"""
    )

    assert wrong == []


def test_a_picture_that_cannot_be_read_leaves_the_reader_ready(read_here: Read, page: Any) -> None:
    read_here([])
    code = page.evaluate(f"() => reader.read(new Blob(['GIF89a'])).catch({CODE_OF})")

    assert code == "image.unsupported"
    assert len(read_here([drawn_lesion(seed=7)])) == 1


def test_a_model_that_is_not_there_is_told_from_one_that_was_altered(page: Any, shipped_address: str) -> None:
    opening = f"(where) => classifier.openReader({{ base: where }}).then(() => 'opened', {CODE_OF})"
    model = "**/elsewhere/model.onnx"
    manifest = "**/elsewhere/manifest.json"
    page.route(model, lambda route: route.fulfill(body=b"not a network"))
    page.route(manifest, lambda route: route.fulfill(json={"files": {"model.onnx": "0" * 64}}))
    altered = page.evaluate(opening, "/elsewhere/")
    page.unroute(model)
    page.unroute(manifest)

    assert page.evaluate(opening, "/model/no-such-model/") == "reader.unreachable"
    assert altered == "reader.altered"


def test_the_module_says_that_it_can_read_here(page: Any) -> None:
    assert page.evaluate("() => classifier.support()") == {"available": True, "reason": ""}


@pytest.mark.parametrize(
    ("taken_away", "reason"),
    [
        ("Object.defineProperty(globalThis, 'isSecureContext', { value: false })", "insecure-context"),
        ("delete globalThis.WebAssembly", "no-webassembly"),
        ("delete globalThis.OffscreenCanvas", "no-webassembly"),
    ],
)
def test_the_module_says_why_it_cannot_read_here(
    taken_away: str, reason: str, browser: Any, shipped_address: str, page: Any
) -> None:
    context = browser.new_context()
    context.add_init_script(taken_away)
    bare = context.new_page()
    bare.goto(f"{shipped_address}/healthz")
    found = bare.evaluate("async (at) => (await import(at)).support()", page.evaluate("folder.href + 'classify.js'"))
    context.close()

    assert found == {"available": False, "reason": reason}
