"""Bootstrap Icons as inline SVG, cut out of the sprite that comes with Bootstrap-Flask."""

import re
from functools import lru_cache
from importlib.resources import files

from markupsafe import Markup

SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([\d. ]+)" id="([a-z0-9-]+)">(.*?)</symbol>', re.DOTALL)


@lru_cache(maxsize=1)
def _sprite() -> dict[str, tuple[str, str]]:
    path = files("flask_bootstrap") / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"
    return {name: (box, shape) for box, name, shape in SYMBOL.findall(path.read_text(encoding="utf-8"))}


@lru_cache(maxsize=128)
def icon(name: str, label: str = "") -> Markup:
    """Return one icon as an `<svg>`: named for screen readers where it has a label, hidden from them where not.

    Raises:
        KeyError: there is no icon of this name.
    """
    box, shape = _sprite()[name]
    role = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" viewBox="{}" fill="currentColor" focusable="false" {}>{}</svg>').format(
        box,
        role,
        Markup(shape),  # noqa: S704 -- from the installed package, never from a person
    )
