"""Several pictures at once: a row each, the most suspicious first.

Where JavaScript runs, the page reads the pictures one by one, in the browser or by the API, and this module only sends
the page. Without it, the form sends a few pictures together and the table comes back.
"""

from flask import Blueprint, Response, request

from epiluma.inference.table import Record, urgency, write_table
from epiluma.records import Reading
from epiluma.web.access import ANYONE, allow
from epiluma.web.heatmap import data_url
from epiluma.web.pages.parts import current_classifier, render_several
from epiluma.web.picture_rows import make_row, make_thumbnail_url
from epiluma.web.uploads import SEVERAL_PICTURES, Upload, read_uploads, takes

FILE_NAME = "epiluma.csv"

several = Blueprint("several", __name__)


@several.get("/several")
@allow(ANYONE)
def page() -> str:
    """Show the empty list."""
    return render_several()


@several.post("/several")
@allow(ANYONE)
@takes(SEVERAL_PICTURES)
def read() -> Response | str:
    """Read the pictures that were sent; answer with their table as a page, or as a file where `format` is csv."""
    read_pairs = [(upload, _record(upload)) for upload in read_uploads(request)]
    pairs = sorted(read_pairs, key=lambda pair: urgency(pair[1]))
    table = write_table(record for _upload, record in pairs)
    if request.form.get("format") == "csv":
        response = Response(table, mimetype="text/csv")
        response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
        return response
    rows = [make_row(record, thumbnail_url=make_thumbnail_url(upload.source)) for upload, record in pairs]
    return render_several(rows, pairs[0][0].modality, table_url=data_url(table.encode(), "text/csv"))


def _record(upload: Upload) -> Record:
    row = current_classifier().read_row(upload.source, file=upload.file, modality=upload.modality)
    return row.prediction.to_json() if isinstance(row, Reading) else row.to_json()
