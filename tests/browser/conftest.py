"""The app on a real socket and a real Chromium in front of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest
from werkzeug.serving import make_server

from epiluma.bundle.read import load_bundle
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.settings import Settings
from epiluma.web.app import create_app

playwright_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'epiluma[dev]'")

EXPECTED = ("Failed to load resource", "Service Worker registration blocked by Playwright")  # on the console


@pytest.fixture(scope="session")
def address(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = create_app(Settings(home=tmp_path_factory.mktemp("home")), Classifier(load_bundle(tiny_bundle)))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Open a page, the first where none is named; a word on its console or a fetch from elsewhere fails the test.

    The reader has chosen the server before, unless `place` is empty: then it is a first visit. `prepare` gets the page
    before it goes anywhere; `until` is how far it is loaded.
    """
    contexts, complaints = [], []

    def open_one(
        path: str = "/",
        *,
        place: str = "server",
        prepare: Callable[[Any], None] | None = None,
        until: str = "load",
        **options: Any,
    ) -> Any:
        # Without its service worker a page is not followed by the whole site; `test_offline` opens its own.
        context = browser.new_context(**{"reduced_motion": "reduce", "service_workers": "block", **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda request: complaints.append(request.url) if _elsewhere(request.url, address) else None)
        if place:
            page.add_init_script(f"localStorage['epiluma.where'] ??= '{place}'")
        if prepare is not None:
            prepare(page)
        page.goto(f"{address}{path}", wait_until=until)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.startswith(EXPECTED)] == []


def _elsewhere(url: str, address: str) -> bool:
    return not url.startswith((address, "blob:", "data:"))


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files that land in each tier of the tiny bundle, and files that cannot be read (see `fixtures_bundle`)."""
    folder = tmp_path_factory.mktemp("pictures")
    colours = {"high": (204, 20, 20), "intermediate": (100, 200, 40), "low": (20, 204, 20)}
    for name, colour in colours.items():
        image = np.empty((240, 320, 3), np.uint8)
        image[:, 0::2] = np.array(colour) + 20
        image[:, 1::2] = np.array(colour) - 20
        (folder / f"{name}.png").write_bytes(encode_png(image))
    (folder / "black.png").write_bytes(encode_png(np.zeros((240, 320, 3), np.uint8)))
    (folder / "notes.txt").write_text("not a picture")
    (folder / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    return {path.stem: path for path in folder.iterdir()}
