"""What pages share: the classifier in use, and the pages with a form in each of their states."""

from collections.abc import Sequence

from flask import current_app, render_template, request

from epiluma.inference.classifier import Classifier
from epiluma.inference.table import COLUMNS
from epiluma.records import NOTICE, PREDICTION_SCHEMA, Modality
from epiluma.web.figures import Figures
from epiluma.web.list_texts import LIST_TEXTS
from epiluma.web.picture_rows import PictureRow, pattern_row
from epiluma.web.result import Result
from epiluma.web.samples import SAMPLES
from epiluma.web.uploads import MAX_IMAGES, MAX_TOTAL_BYTES, TOO_LARGE
from epiluma.web.wording import TIERS

PART_HEADER = "Epiluma-Part"  # a script of ours asks for the answer alone, not for the page around it
MAX_ROWS = 100  # of a list that a browser works through


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


def render_several(
    rows: Sequence[PictureRow] = (), modality: Modality = Modality.UNKNOWN, *, table_url: str = ""
) -> str:
    """Render the page for several pictures, empty or with the rows of those that were sent together.

    Args:
        rows: in the order they are shown.
        modality: the answer that is shown as chosen.
        table_url: the same rows as a CSV file.
    """
    return render_template(
        "pages/several.html",
        rows=rows,
        modality=modality.value,
        table_url=table_url,
        tiers=TIERS,
        columns=COLUMNS,
        model_id=current_classifier().bundle.id,
        missed_melanomas=current_figures().missed_melanomas(),
        texts=LIST_TEXTS,
        pattern_row=pattern_row(),
        record_schema=PREDICTION_SCHEMA,
        record_notice=NOTICE,
        record_too_large=TOO_LARGE,
        max_rows=MAX_ROWS,
        max_images=MAX_IMAGES,
        max_total_mb=MAX_TOTAL_BYTES // 2**20,
    )


def render_again(modality: Modality) -> str:
    """Render the page whose form was sent, empty, for a message above it."""
    return render_several(modality=modality) if request.endpoint == "several.read" else render_home(modality=modality)
