"""Pages about the model: its data, its training, its scores, its network, its card. Every number comes from a file."""

from flask import Blueprint

from epiluma.bundle.read import EVALUATION_FILE
from epiluma.web.access import ANYONE, allow
from epiluma.web.articles import render_article
from epiluma.web.given import Given
from epiluma.web.headings import DATA, NETWORK, SCORES, TRAINING
from epiluma.web.pages.parts import current_classifier
from epiluma.web.reports import curves, people, scores
from epiluma.web.reports.benefit import benefit
from epiluma.web.reports.card import render_card
from epiluma.web.reports.data import data_report
from epiluma.web.reports.network import network_report
from epiluma.web.reports.training import training_report

about_model = Blueprint("about_model", __name__)


@about_model.get("/data")
@allow(ANYONE)
def data() -> str:
    """Tell how the pictures were gathered, and who is in them."""
    return render_article(
        "pages/data.html",
        sources=("ham10000", "wen"),
        related=("/training", "/scores", "/questions"),
        sections=DATA,
        data=data_report(),
    )


@about_model.get("/training")
@allow(ANYONE)
def training() -> str:
    """Tell how the model in use was trained."""
    return render_article(
        "pages/training.html",
        sources=("imagenet", "guo"),
        related=("/data", "/network", "/scores"),
        sections=TRAINING,
        training=training_report(current_classifier().bundle),
    )


@about_model.get("/scores")
@allow(ANYONE)
def scores_page() -> str:
    """Tell what the model in use scored in its test."""
    evaluation = Given.file(current_classifier().bundle, EVALUATION_FILE)
    rows = scores.judged(evaluation)
    return render_article(
        "pages/scores.html",
        related=("/guide/doctors", "/data", "/card"),
        sections=SCORES if evaluation.is_there else None,
        evaluation=evaluation,
        overall=scores.overall(evaluation),
        judged=rows,
        verdicts=scores.verdict_counts(rows),
        by_class=scores.by_class(evaluation),
        terms=scores.class_terms(),
        confusion=scores.confusion(evaluation),
        tiers=scores.tiers(evaluation),
        missed_melanomas=scores.missed_melanomas(evaluation),
        curves=[chart(evaluation) for chart in (curves.roc, curves.reliability, benefit)],
        people=people,
    )


@about_model.get("/network")
@allow(ANYONE)
def network() -> str:
    """Draw the network of the model in use, layer by layer."""
    bundle = current_classifier().bundle
    return render_article(
        "pages/network.html",
        sources=("mobilenet_v2",),
        related=("/training", "/card", "/developers"),
        sections=NETWORK,
        network=network_report(bundle),
        manifest=bundle.manifest,
    )


@about_model.get("/card")
@allow(ANYONE)
def card() -> str:
    """Show the card that the bundle carries."""
    bundle = current_classifier().bundle
    return render_article(
        "pages/card.html", related=("/scores", "/data", "/developers"), card=render_card(bundle), model_id=bundle.id
    )
