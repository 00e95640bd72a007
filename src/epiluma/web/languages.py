"""Which language a page is in. English is the source; a folder in `translations/` adds another."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

import flask_babel
from babel import Locale
from flask import Flask, Response, request

SOURCE = "en"
FOLDER = Path(__file__).parent / "translations"
COOKIE = "epiluma_language"
QUERY = "lang"
A_YEAR_S = 365 * 24 * 3600


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the languages there are, the source first."""
    found = sorted(path.parents[1].name for path in FOLDER.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE, *found)


def chosen_language() -> str:
    """Return the language the reader chose here, now or before; else the one the browser prefers."""
    for wish in (request.args.get(QUERY), request.cookies.get(COOKIE)):
        if wish in languages():
            return str(wish)
    # The library's own match would pass over Spanish of Argentina for a less wanted English.
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in wanted if language in languages()), SOURCE)


def page_language() -> str:
    """Return the language tag of the page that is being made."""
    locale = flask_babel.get_locale()
    return str(locale.language) if locale is not None else SOURCE


def language_choices() -> list[tuple[str, str]]:
    """Return each language's code and its name in that language."""
    names = [(code, Locale.parse(code).get_display_name() or code) for code in languages()]
    return [(code, name[:1].upper() + name[1:]) for code, name in names]


def language_url(code: str) -> str:
    """Return the address of this page in another language."""
    return f"{request.script_root}{request.path}?{urlencode({QUERY: code})}"


def speak(app: Flask) -> None:
    """Remember a language the reader chooses, and tell caches what a page depends on."""
    app.after_request(_remember_and_tell)


def _remember_and_tell(response: Response) -> Response:
    if response.mimetype != "text/html":
        return response
    response.vary.update(("Accept-Language", "Cookie"))
    response.content_language.add(page_language())
    wish = request.args.get(QUERY)
    if wish in languages():
        response.set_cookie(
            COOKIE, str(wish), max_age=A_YEAR_S, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response


def gettext(text: str, **values: object) -> str:
    """Return a text in the reader's language; `%(name)s` in it is filled from `values`."""
    return str(flask_babel.gettext(text, **values))
