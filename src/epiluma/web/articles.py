"""Pages to read: title and summary from the site map, numbered sources, related pages."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import render_template, request
from markupsafe import Markup

from epiluma.web.languages import gettext
from epiluma.web.sitemap import PAGES, Page, exists, group_of
from epiluma.web.sources import SOURCES

REVIEWED = date(2026, 11, 21)  # when the texts were last held against their sources


def render_article(
    template: str,
    *,
    sources: Sequence[str] = (),
    related: Sequence[str] = (),
    page: Page | None = None,
    **values: object,
) -> str:
    """Render a page that extends `pages/article.html`.

    Args:
        template: its file below `templates/`.
        sources: keys of `SOURCES`, in the order of their numbers; `cite("key")` in the template refers to one.
        related: paths of pages to read next; those this app does not have are left out.
        page: title and summary; else those of the site map for this address.
        values: what else the template needs.
    """
    page = page or PAGES[request.path]
    return render_template(
        template,
        page=page,
        trail=_trail(page),
        sources=[SOURCES[key] for key in sources],
        cite=_citer(sources),
        related=[PAGES[path] for path in related if exists(path)],
        reviewed=REVIEWED,
        **values,
    )


def _trail(page: Page) -> list[Page]:
    """Return the pages above this one, from the first page down."""
    group = group_of(page.path)
    above = [PAGES["/"]]
    if group is not None and group.overview.path not in ("/", page.path):
        above.append(group.overview)
    return [one for one in above if exists(one.path)]


def _citer(keys: Sequence[str]) -> Callable[..., Markup]:
    def cite(*cited: str) -> Markup:
        links = [_reference(list(keys).index(key) + 1) for key in cited]
        return Markup('<sup class="cite">{}</sup>').format(Markup(" ").join(links))

    return cite


def _reference(number: int) -> Markup:
    label = gettext("Source %(number)s", number=number)
    return Markup('<a href="#source-{0}" aria-label="{1}">[{0}]</a>').format(number, label)
