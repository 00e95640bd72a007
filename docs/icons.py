"""Draw the app's icons as PNG from our own SVG: `python docs/icons.py`, when the mark changes. Needs Chromium."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parents[1] / "src/epiluma/web/static/img"
ICONS = {  # name: drawn from, side in pixels
    "icon-192.png": ("icon.svg", 192),
    "icon-512.png": ("icon.svg", 512),
    "icon-maskable-512.png": ("icon-maskable.svg", 512),
    "icon-180.png": ("icon-maskable.svg", 180),  # Apple rounds the corners itself
}


def main() -> None:
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (source, side) in ICONS.items():
            page = browser.new_page(viewport={"width": side, "height": side})
            svg = (FOLDER / source).read_text(encoding="utf-8")
            style = f"body {{ margin: 0 }} svg {{ display: block; width: {side}px; height: {side}px }}"
            page.set_content(f"<style>{style}</style>{svg}")
            page.screenshot(path=FOLDER / name, omit_background=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
