"""Without a network: what was visited once still reads pictures, and nothing of a person is kept for it."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from epiluma.web.statics import packed_files

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not packed_files(), reason="needs the reader of the browser: make install"),
]
SLOW_MS = 120_000
KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const text = bytes.length < 1e6 ? new TextDecoder().decode(bytes) : "";
      kept.push({ cache: name, method: request.method, path: new URL(request.url).pathname, text });
    }
  }
  return kept;
}"""
# Asked again and again inside the page: the worker keeps files in its own time and tells nobody.
HOLDS = """async (end) => {
  const holds = async () => {
    for (const name of await caches.keys()) {
      const keys = await (await caches.open(name)).keys();
      if (keys.some(({ url }) => url.endsWith(end))) return true;
    }
    return false;
  };
  while (!(await holds())) await new Promise((resolve) => { setTimeout(resolve, 100); });
}"""


def read(page: Any, picture: Path) -> str:
    page.set_input_files("#picture", picture)
    page.locator("input[name=modality][value=dermoscopic]").check(force=True)
    page.get_by_role("button", name="Read this picture").click()
    page.wait_for_selector("[data-answer][data-tier]", timeout=SLOW_MS)
    return str(page.locator("[data-answer]").get_attribute("data-tier"))


@pytest.fixture(scope="module")
def asked_by_worker() -> list[Any]:
    """Every request that the service worker makes on its own behalf or a page's."""
    return []


@pytest.fixture(scope="module")
def visited(browser: Any, address: str, pictures: dict[str, Path], asked_by_worker: list[Any]) -> Iterator[Any]:
    """A page on which one picture was read on the device, and that the browser has kept by now."""
    context = browser.new_context(reduced_motion="reduce")
    context.on("request", lambda request: asked_by_worker.append(request) if request.service_worker else None)
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    page.goto(address)
    read(page, pictures["high"])
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.evaluate(HOLDS, "/guide/photograph")  # one of the last
    yield page
    context.close()


@pytest.fixture
def offline(visited: Any) -> Iterator[Any]:
    visited.context.set_offline(True)
    yield visited
    visited.context.set_offline(False)


def test_a_picture_is_read_without_a_network_after_one_visit(offline: Any, pictures: dict[str, Path]) -> None:
    offline.reload()

    assert read(offline, pictures["intermediate"]) == "intermediate"
    assert read(offline, pictures["high"]) == "high"


def test_other_pages_open_without_a_network_too(offline: Any, address: str) -> None:
    offline.goto(f"{address}/guide/photograph")
    heading = offline.locator("h1").inner_text()
    offline.goto(f"{address}/")

    assert heading == "How to photograph a spot"


def test_pages_are_kept_as_somebody_without_a_cookie_gets_them(visited: Any, asked_by_worker: list[Any]) -> None:
    pages = [request for request in asked_by_worker if request.url.endswith("?lang=en")]
    names = {cookie["name"] for cookie in visited.context.cookies()}

    assert "epiluma" in names
    assert len(pages) > 10
    assert [request.url for request in pages if "cookie" in request.all_headers()] == []


def test_nothing_of_the_person_or_the_picture_is_kept(visited: Any, pictures: dict[str, Path], address: str) -> None:
    visited.goto(address)
    read(visited, pictures["high"])
    token = visited.locator("input[name=csrf_token]").first.input_value()
    kept = visited.evaluate(KEPT)
    content = pictures["high"].read_bytes()
    session = next(cookie["value"] for cookie in visited.context.cookies() if cookie["name"] == "epiluma")
    picture = (hashlib.sha256(content).hexdigest(), base64.b64encode(content)[64:128].decode())
    traces = ("high.png", token, session, *picture)

    assert len(kept) > 40
    assert {one["method"] for one in kept} == {"GET"}
    assert [(one["path"], trace) for one in kept for trace in traces if trace in one["text"]] == []
    assert [one["path"] for one in kept if one["path"].startswith(("/api", "/healthz"))] == []


def test_what_an_older_version_has_kept_goes_when_a_new_one_starts(browser: Any, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    page.goto(f"{address}/healthz")
    names = page.evaluate(
        """async () => {
          const site = JSON.parse((await (await fetch("/sw.js")).text()).match(/const SITE = (.*);\\n/)[1]);
          const older = await caches.open("epiluma-older");
          await older.put(site.reader.at(-1), new Response("the model as it was kept"));
          await older.put("/static/older/js/main.js", new Response("an older script"));
          await (await caches.open("of-somebody-else")).put("/other", new Response("kept"));
          await navigator.serviceWorker.register("/sw.js");
          await navigator.serviceWorker.ready;
          const cache = await caches.open(`epiluma-${site.version}`);
          while (await caches.has("epiluma-older")) await new Promise((resolve) => { setTimeout(resolve, 100); });
          const model = await (await cache.match(site.reader.at(-1))).text();
          const script = await cache.match("/static/older/js/main.js");
          return [(await caches.keys()).filter((name) => !name.endsWith(site.version)), model, script ?? null];
        }"""
    )
    context.close()

    assert names == [["of-somebody-else"], "the model as it was kept", None]
