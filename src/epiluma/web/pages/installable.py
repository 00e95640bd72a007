"""What makes the site an app: its manifest, and the service worker that keeps it for times without a network."""

import json
import re
from functools import lru_cache
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, url_for

from epiluma.bundle.read import MANIFEST_FILE, MODEL_FILE
from epiluma.web import sitemap
from epiluma.web.access import ANYONE, allow
from epiluma.web.in_browser import RUNTIME
from epiluma.web.languages import page_language
from epiluma.web.pages.parts import current_classifier, current_figures
from epiluma.web.samples import SAMPLES
from epiluma.web.statics import packed_files, static_files
from epiluma.web.words import words_address

SCRIPT = "sw.js"
ICONS = {"icon-192.png": "192x192", "icon-512.png": "512x512", "icon.svg": "any"}
MASKABLE = {"icon-maskable-512.png": "512x512", "icon-maskable.svg": "any"}
TOOL = (sitemap.HOME, sitemap.SEVERAL)
SHORT_NAME = "Epiluma"

installable = Blueprint("installable", __name__)


@installable.get("/manifest.webmanifest")
@allow(ANYONE)
def manifest() -> Response:
    """Answer with the web app manifest, in the reader's language."""
    content = {
        "id": sitemap.href("/"),
        "name": SHORT_NAME,
        "short_name": SHORT_NAME,
        "description": str(sitemap.HOME.summary),
        "lang": page_language(),
        "start_url": sitemap.href("/"),
        "scope": sitemap.href("/"),
        "display": "standalone",
        "background_color": page_colours()[0],
        "theme_color": page_colours()[0],
        "categories": ["medical", "health", "education"],
        "icons": [*_icons(ICONS, "any"), *_icons(MASKABLE, "maskable")],
        "shortcuts": [{"name": str(page.title), "url": sitemap.href(page.path)} for page in TOOL],
    }
    response = Response(json.dumps(content), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@installable.get("/sw.js")
@allow(ANYONE)
def worker() -> Response:
    """Answer with the service worker of one language; it says itself what it keeps, so that a change is seen."""
    site = _site()
    site["version"] = sha256(json.dumps(site).encode() + static_files()[SCRIPT]).hexdigest()[:12]
    script = f"const SITE = {json.dumps(site)};\n".encode() + static_files()[SCRIPT]
    response = Response(script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def page_colours() -> tuple[str, str]:
    """Return the colour of the page, light and dark, from the one style sheet that names colours."""
    light, dark = re.findall(r"--paper: (#[0-9a-f]{6})", static_files()["css/tokens.css"].decode())[:2]
    return light, dark


def _icons(names: dict[str, str], purpose: str) -> list[dict[str, str]]:
    return [
        {"src": _static(f"img/{name}"), "sizes": sizes, "type": _icon_type(name), "purpose": purpose}
        for name, sizes in names.items()
    ]


def _icon_type(name: str) -> str:
    return "image/svg+xml" if name.endswith(".svg") else "image/png"


def _static(name: str) -> str:
    return url_for("statics.file", name=name)


def _site() -> dict[str, Any]:
    """Return all that belongs to the app: addresses by how they are kept."""
    bundle = current_classifier().bundle
    reader = [_static(name) for name in packed_files() if name.endswith(RUNTIME)]
    model = [url_for("model.file", bundle_id=bundle.id, name=name) for name in (MANIFEST_FILE, MODEL_FILE)]
    pages = [page.path for page in sitemap.PAGES.values() if page not in TOOL and sitemap.exists(page.path)]
    samples = [url_for(f"pages.{view}", key=key) for key in SAMPLES for view in ("thumbnail", "sample")]
    return {
        "language": page_language(),
        "files": [*(_static(name) for name in static_files() if name != SCRIPT), words_address(current_figures())],
        "tool": [sitemap.href(page.path) for page in TOOL],
        "reader": [*reader, *model] if reader else [],
        "extras": [*samples, *map(sitemap.href, pages)],
        "folders": [sitemap.href("/samples/")],
    }
