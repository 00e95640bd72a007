"""Which language a page is in. English is the source; a folder in `translations/` adds another."""

from functools import lru_cache
from pathlib import Path

import flask_babel
from flask import request

SOURCE = "en"
FOLDER = Path(__file__).parent / "translations"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Return the languages there are, the source first."""
    found = sorted(path.parents[1].name for path in FOLDER.glob("*/LC_MESSAGES/messages.mo"))
    return (SOURCE, *found)


def chosen_language() -> str:
    """Return the language the browser prefers among those there are."""
    return request.accept_languages.best_match(languages()) or SOURCE


def page_language() -> str:
    """Return the language tag of the page that is being made."""
    locale = flask_babel.get_locale()
    return str(locale.language) if locale is not None else SOURCE


def gettext(text: str, **values: object) -> str:
    """Return a text in the reader's language; `%(name)s` in it is filled from `values`."""
    return str(flask_babel.gettext(text, **values))
