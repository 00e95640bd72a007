"""Pages to read: overviews, guides, questions, early detection."""

from flask import Blueprint

from epiluma.web.access import ANYONE, allow
from epiluma.web.articles import render_article
from epiluma.web.clinical_figures import clinical_figures
from epiluma.web.pages.parts import current_figures
from epiluma.web.sitemap import GROUPS, GUIDES, MODEL, QUESTIONS, exists
from epiluma.web.survival import BY_SPREAD, BY_STAGE
from epiluma.web.wording import TIERS

# Commands are the same in every language.
COMMANDS = {
    "folder": "epiluma predict --modality dermoscopic pictures/*.jpg",
    "json": "epiluma predict --modality dermoscopic --json pictures/*.jpg > results.jsonl",
}

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


@guides.get("/guide/photograph")
@allow(ANYONE)
def photograph() -> str:
    """Show how to take a picture that can be judged."""
    return render_article(
        "pages/guide/photograph.html",
        sources=("ham10000", "imaging", "terms", "winkler"),
        related=("/", "/guide/patients", "/guide/technologists"),
    )


@guides.get("/guide/patients")
@allow(ANYONE)
def patients() -> str:
    """Explain a result to the person it is about."""
    return render_article(
        "pages/guide/patients.html",
        sources=("nice_ng12", "dermnet_mel", "ham10000", "abcde", "aad_abcde"),
        related=("/guide/photograph", "/diagnoses", "/early-detection", "/questions"),
        tiers=TIERS.values(),
        missed_melanomas=current_figures().missed_melanomas(),
    )


@guides.get("/guide/doctors")
@allow(ANYONE)
def doctors() -> str:
    """Explain the model to those who decide."""
    return render_article(
        "pages/guide/doctors.html",
        sources=("ham10000", "wen", "daneshjou", "winkler", "sanity", "collaboration", "nice_ng12"),
        related=("/scores", "/card", "/data", "/diagnoses"),
        figures=clinical_figures(current_figures().evaluation),
        tested=current_figures().tested(),
        missed_melanomas=current_figures().missed_melanomas(),
    )


@guides.get("/guide/technologists")
@allow(ANYONE)
def technologists() -> str:
    """Show how to read many pictures and check that it went well."""
    return render_article(
        "pages/guide/technologists.html",
        sources=("imaging",),
        related=("/several", "/guide/photograph", "/developers"),
        commands=COMMANDS,
        missed_melanomas=current_figures().missed_melanomas(),
    )


@guides.get(QUESTIONS.path)
@allow(ANYONE)
def questions() -> str:
    """Answer what people ask."""
    return render_article(
        "pages/questions.html",
        sources=("ham10000", "daneshjou"),
        related=("/guide/patients", "/guide/photograph", "/about", "/accessibility"),
        tested=current_figures().tested(),
        missed_melanomas=current_figures().missed_melanomas(),
    )


@guides.get("/early-detection")
@allow(ANYONE)
def early_detection() -> str:
    """Say why early detection matters, and what screening cannot do."""
    return render_article(
        "pages/early_detection.html",
        sources=("iarc_skin", "wang", "arnold", "acs", "ajcc", "cochrane", "uspstf", "welch", "adamson"),
        related=("/diagnoses/mel", "/guide/patients", "/diagnoses"),
        by_spread=BY_SPREAD,
        by_stage=BY_STAGE,
    )


def _overview(path: str) -> str:
    group = next(group for group in GROUPS if group.overview.path == path)
    return render_article("pages/overview.html", pages=[page for page in group.pages if exists(page.path)])
