"""The seven diagnoses: side by side, and a page for each."""

from flask import Blueprint, Response, abort
from flask_babel import lazy_gettext as _

from epiluma.taxonomy import BY_CODE, DIAGNOSES, Malignancy
from epiluma.web import sitemap
from epiluma.web.access import ANYONE, allow
from epiluma.web.articles import render_article
from epiluma.web.comparison import COMPARISON, HEADINGS
from epiluma.web.diagnosis_figures import figures_of
from epiluma.web.drawings import DRAWINGS, drawing
from epiluma.web.pages.parts import current_classifier, current_figures
from epiluma.web.wording import diagnosis_name, diagnosis_text, malignancy_word

A_DAY = "public, max-age=86400"

SECTIONS = {
    "is": _("What it is"),
    "looks": _("What it looks like"),
    "symptoms": _("What you feel"),
    "causes": _("Causes, and who gets it"),
    "diagnosed": _("How doctors recognise it"),
    "treatment": _("Treatment"),
    "complications": _("What may come of it"),
    "doctor": _("When to see a doctor"),
    "model": _("How well the model knows it"),
}
OPENINGS = {
    Malignancy.BENIGN: _("This is harmless. The page explains it, and cannot tell whether you have it."),
    Malignancy.PRECANCEROUS: _(
        "This can become a cancer, or is one at its very beginning. The page explains it, and cannot tell whether you "
        "have it."
    ),
    Malignancy.MALIGNANT: _("This is a cancer of the skin. The page explains it, and cannot tell whether you have it."),
}
diagnoses = Blueprint("diagnoses", __name__)


@diagnoses.get(sitemap.DIAGNOSES.path)
@allow(ANYONE)
def comparison() -> str:
    """Show the seven side by side."""
    return render_article(
        "pages/diagnoses.html",
        sources=("who_skin", "nice_ng12", "nice_ng14", "bad_bcc", "bad_ak", "bad_bowen", "zaballos", "terms"),
        related=("/early-detection", "/guide/patients", "/scores"),
        headings=HEADINGS,
        rows=[(_card(d.code), COMPARISON[d.code]) for d in DIAGNOSES],
    )


@diagnoses.get(f"{sitemap.DIAGNOSES.path}/<code>")
@allow(ANYONE)
def diagnosis(code: str) -> str:
    """Show one of the seven."""
    if code not in BY_CODE:
        abort(404)
    return render_article(
        f"pages/diagnoses/{code}.html",
        sources=COMPARISON[code].sources,
        related=("/diagnoses", "/guide/patients", "/scores", "/early-detection"),
        sections=SECTIONS,
        diagnosis=_card(code),
        opening=OPENINGS[BY_CODE[code].malignancy],
        codes=BY_CODE[code].codes,
        row=COMPARISON[code],
        similar=[_card(other) for other in COMPARISON[code].similar],
        figures=figures_of(current_figures().evaluation, code),
        tested=current_figures().tested(),
        model_id=current_classifier().bundle.id,
    )


@diagnoses.get("/drawings/<name>.jpg")
@allow(ANYONE)
def picture(name: str) -> Response:
    """Answer with a drawing."""
    if name not in DRAWINGS:
        abort(404)
    response = Response(drawing(name), mimetype="image/jpeg")
    response.headers["Cache-Control"] = A_DAY
    return response


def _card(code: str) -> dict[str, str]:
    """Return what the templates say about a diagnosis, all of it from the taxonomy by its code."""
    return {
        "code": code,
        "path": f"{sitemap.DIAGNOSES.path}/{code}",
        "name": diagnosis_name(code),
        "text": diagnosis_text(code),
        "malignancy": malignancy_word(code),
    }
