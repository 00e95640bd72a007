"""Pages about the project: what it is, how to use it as an app, for whom it works, and how to build on it."""

from flask import Blueprint, request

from epiluma import __version__
from epiluma.imaging.decode import LIMITS
from epiluma.web.access import ANYONE, allow
from epiluma.web.articles import render_article
from epiluma.web.code_samples import SAMPLES
from epiluma.web.headings import ABOUT, ACCESSIBILITY, DEVELOPERS, INSTALL
from epiluma.web.languages import language_choices
from epiluma.web.pages.parts import current_classifier
from epiluma.web.wording import PROBLEMS

project = Blueprint("project", __name__)


@project.get("/about")
@allow(ANYONE)
def about() -> str:
    """Say what the project is, and what it is not."""
    return render_article(
        "pages/about.html",
        sources=("ham10000",),
        related=("/questions", "/scores", "/accessibility"),
        sections=ABOUT,
        version=__version__,
        model_id=current_classifier().bundle.id,
    )


@project.get("/accessibility")
@allow(ANYONE)
def accessibility() -> str:
    """State what works for whom."""
    return render_article(
        "pages/accessibility.html",
        related=("/about", "/install"),
        sections=ACCESSIBILITY,
        languages=[name for _, name in language_choices()],
    )


@project.get("/developers")
@allow(ANYONE)
def developers() -> str:
    """Show how to build on the model, with samples that are run by the tests."""
    return render_article(
        "pages/developers.html",
        related=("/network", "/card", "/guide/technologists"),
        sections=DEVELOPERS,
        samples=SAMPLES,
        api_url=f"{request.url_root}api/v1/predictions",
        model_id=current_classifier().bundle.id,
        problems=[code for code in PROBLEMS if not code.startswith("request.")],
        max_megabytes=f"{LIMITS.max_bytes / 2**20:g}",
    )


@project.get("/install")
@allow(ANYONE)
def install() -> str:
    """Tell how to keep the app on a phone or computer, and what it keeps there."""
    return render_article("pages/install.html", related=("/questions", "/guide/photograph"), sections=INSTALL)
