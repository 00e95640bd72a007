"""Photograph every state of the page, phone and desktop, light and dark, into a folder that git ignores.

    python benchmarks/screenshots.py [--output screenshots] [--only result-high] [--language es]

The pictures it reads are drawn. It looks for drawings that land in each tier of the bundle in use; a tier that none of
them reaches is named and left out.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

from epiluma.bundle.read import load_bundle
from epiluma.data.synthetic import SAMPLE_KINDS, drawn_lesion, drawn_sample
from epiluma.inference.classifier import Classifier
from epiluma.records import Modality, Tier
from epiluma.taxonomy import CODES
from epiluma.web.languages import languages
from epiluma.web.sitemap import GROUPS

SIZES = {"desktop": (1280, 860), "phone": (390, 844), "small": (320, 640)}
THEMES = ("light", "dark")
SEEDS = range(12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", default="", help="states whose name holds this text")
    parser.add_argument("--language", default="en", choices=languages())
    options = parser.parse_args()
    options.output.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served() as root, browser() as chromium:
        address = f"{root}/?lang={options.language}"
        states = {name: act for name, act in states_of(Path(folder)).items() if options.only in name}
        for theme in THEMES:
            for size in SIZES:
                for name, act in states.items():
                    target = options.output / f"{name}-{size}-{theme}-{options.language}.png"
                    photograph(
                        chromium, f"{address}/?lang={options.language}", act, size=size, theme=theme, target=target
                    )
                    print(target)


def states_of(folder: Path) -> Mapping[str, Callable[[Page], None]]:
    """Every state by name: what a person does to reach it."""
    (folder / "notes.txt").write_text("not a picture")
    (folder / "refused.jpg").write_bytes(refused_picture())
    states: dict[str, Callable[[Page], None]] = {
        "empty": lambda page: page.wait_for_load_state(),
        "chosen": lambda page: choose(page, folder / "refused.jpg"),
        "reading": lambda page: press_and_hold(page, folder / "refused.jpg"),
        "refusal": lambda page: read(page, folder / "refused.jpg"),
        "error": lambda page: read(page, folder / "notes.txt"),
        "not-found": lambda page: page.goto(urljoin(page.url, "/nothing")),
        "adjust": lambda page: adjust(page, folder / "refused.jpg"),
        "camera": lambda page: page.click("[data-camera-open]"),
        "several": lambda page: read_several(page, sorted(folder.glob("*"))),
        "mel": lambda page: page.goto(urljoin(page.url, "/diagnoses/mel")),
    }
    for path in {page.path for group in GROUPS for page in group.all} - {"/"}:
        states[f"page{path.replace('/', '-')}"] = lambda page, path=path: page.goto(urljoin(page.url, path))  # type: ignore[misc]
    for tier, picture in pictures_by_tier().items():
        path = folder / f"{tier.value}.jpg"
        path.write_bytes(picture)
        states[f"result-{tier.value}"] = lambda page, path=path: read(page, path)  # type: ignore[misc]
        states["result-phone-photo"] = lambda page, path=path: read(page, path, modality="clinical")  # type: ignore[misc]
        states["result-heat"] = lambda page, path=path: read(page, path, heat=True)  # type: ignore[misc]
    return states


def pictures_by_tier() -> Mapping[Tier, bytes]:
    """Draw lesions until each tier has one."""
    classifier = Classifier(load_bundle())
    found: dict[Tier, bytes] = {}
    wanted = {Tier.LOW, Tier.INTERMEDIATE, Tier.HIGH}
    for seed in SEEDS:
        for dx in CODES:
            picture = drawn_lesion(seed=seed, dx=dx)
            tier = classifier.read(picture, file="", modality=Modality.DERMOSCOPIC).prediction.tier
            found.setdefault(tier, picture)
        if wanted <= set(found):
            break
    for tier in wanted - set(found):
        print(f"no drawing lands in {tier.value} with this bundle: that state is left out", file=sys.stderr)
    return {tier: found[tier] for tier in Tier if tier in wanted and tier in found}


def refused_picture() -> bytes:
    """Draw a picture that the bundle in use refuses."""
    classifier = Classifier(load_bundle())
    pictures = (drawn_sample(kind) for kind in SAMPLE_KINDS)
    return next(picture for picture in pictures if classifier.read(picture, file="").prediction.abstained)


def choose(page: Page, picture: Path, modality: str = "dermoscopic") -> None:
    page.set_input_files("#picture", picture)
    page.check(f"input[name=modality][value={modality}]", force=True)


def read(page: Page, picture: Path, modality: str = "dermoscopic", *, heat: bool = False) -> None:
    choose(page, picture, modality)
    if picture.suffix != ".txt":  # what is no picture is refused as soon as it is chosen
        page.click("[data-submit]")
    page.wait_for_selector("[data-answer]")
    if heat:
        page.locator("[data-heat-slider]").fill("75")


def adjust(page: Page, picture: Path) -> None:
    choose(page, picture)
    page.click("[data-adjust] summary")


def read_several(page: Page, pictures: list[Path]) -> None:
    page.goto(urljoin(page.url, "/several"))
    page.set_input_files("#several-files", pictures)
    page.click("[data-run]")
    page.wait_for_function("document.querySelectorAll('[data-several] [data-tier]').length >= 4")


def press_and_hold(page: Page, picture: Path) -> None:
    page.route("**/*", lambda route: None if route.request.method == "POST" else route.continue_())
    choose(page, picture)
    page.click("[data-where-switch]")  # on the server, which is kept from answering
    page.click("[data-submit]")
    page.wait_for_selector("[data-busy]")


def photograph(
    chromium: Browser, address: str, act: Callable[[Page], object], *, size: str, theme: str, target: Path
) -> None:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=width < 500,
        is_mobile=width < 500,
    )
    page = context.new_page()
    page.goto(address)
    act(page)
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(150)
    if width < 500:  # Playwright's full-page pictures forget that a phone has no mouse
        page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    page.screenshot(path=target, full_page=width >= 500)
    page.unroute_all(behavior="ignoreErrors")
    context.close()


@contextmanager
def served() -> Iterator[str]:
    """Serve the app on a free port."""
    command = [sys.executable, "-c", "from epiluma.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            address = re.search(r"http://\S+", line)
            if address is None:
                raise SystemExit("the server did not start")
            yield address.group()
        finally:
            server.terminate()


@contextmanager
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


if __name__ == "__main__":
    main()
