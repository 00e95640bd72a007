"""Pages to read: overviews, guides, questions, early detection."""

from flask import Blueprint

from epiluma.web.access import ANYONE, allow
from epiluma.web.articles import render_article
from epiluma.web.sitemap import GROUPS, GUIDES, MODEL, exists

guides = Blueprint("guides", __name__)


@guides.get(GUIDES.path)
@allow(ANYONE)
def guide() -> str:
    """Lead to the guides."""
    return _overview(GUIDES.path)


@guides.get(MODEL.path)
@allow(ANYONE)
def model() -> str:
    """Lead to what there is to read about the model."""
    return _overview(MODEL.path)


def _overview(path: str) -> str:
    group = next(group for group in GROUPS if group.overview.path == path)
    return render_article("pages/overview.html", pages=[page for page in group.pages if exists(page.path)])
