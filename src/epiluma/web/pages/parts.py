"""What pages share: the classifier in use, and the first page in each of its states."""

from flask import current_app, render_template, request

from epiluma.inference.classifier import Classifier
from epiluma.records import Modality
from epiluma.web.figures import Figures
from epiluma.web.result import Result
from epiluma.web.samples import SAMPLES

PART_HEADER = "Epiluma-Part"  # a script of ours asks for the answer alone, not for the page around it


def current_classifier() -> Classifier:
    """Return the classifier this app was made with."""
    classifier: Classifier = current_app.extensions["epiluma.classifier"]
    return classifier


def current_figures() -> Figures:
    """Return the figures of the classifier's bundle."""
    figures: Figures = current_app.extensions["epiluma.figures"]
    return figures


def wants_part() -> bool:
    """Whether our own script asks and will put the answer in place itself."""
    return PART_HEADER in request.headers


def render_home(result: Result | None = None, modality: Modality = Modality.UNKNOWN) -> str:
    """Render the first page, empty or with a result."""
    return render_template("read.html", result=result, modality=modality.value, samples=list(SAMPLES.values()))
