"""The report of an evaluation as a folder: the same figures as JSON and as one page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from epiluma.data.manifest import Manifest
from epiluma.data.writing import writing
from epiluma.evaluation.page.document import render_report
from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg
from epiluma.inference.evaluate import as_json_text

JSON_FILE, PAGE_FILE = "report.json", "report.html"
SHOWN_SHORT_SIDE_PX = 160  # of a picture on the page, at least
PICTURES_PER_PAIR = 4


def write_report_folder(report: Mapping[str, Any], folder: Path, *, pictures: Manifest | None = None) -> list[Path]:
    """Write `report.json` and `report.html`, which needs no other file.

    Args:
        report: from `evaluation_report`.
        folder: created where it is missing; files of the same names are replaced.
        pictures: where the worst mistakes are read from, to be shown on the page, which then says that it may not be
            shared; None shows none.

    Returns:
        Both files.

    Raises:
        MissingExtra: matplotlib is not installed.
        DataError: `data.write`.
        ImageError: a picture cannot be read.
    """
    shown = {} if pictures is None else dict(worst_pictures(report, pictures))
    contents = {JSON_FILE: as_json_text(report), PAGE_FILE: render_report(report, pictures=shown)}
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in contents]


def worst_pictures(report: Mapping[str, Any], manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """Yield the id and a small JPEG of the worst mistakes: of each truth and decision the four least believed.

    Raises:
        ImageError: a picture cannot be read.
    """
    pairs = [pair for kind in report["mistakes"] for pair in kind["pairs"]]
    wanted = {picture["image_id"] for pair in pairs for picture in pair["worst"][:PICTURES_PER_PAIR]}
    for image_id in sorted(wanted):
        image = read_image(manifest.image_path(manifest.by_id[image_id]), short_side_px=SHOWN_SHORT_SIDE_PX)
        yield image_id, encode_jpeg(image, quality=80)
