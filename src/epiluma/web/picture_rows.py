"""Several readings as the rows of one page: every number as text, every text in the reader's language.

`static/js/several/row.js` fills the same row in the browser.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from epiluma.errors import EpilumaError
from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg
from epiluma.inference.reasons import explain
from epiluma.inference.table import Record
from epiluma.records import Tier
from epiluma.web.heatmap import data_url
from epiluma.web.languages import gettext
from epiluma.web.wording import TIERS, diagnosis_name, percent, problem_text

THUMBNAIL_SHORT_SIDE_PX = 112  # twice what the page shows
THUMBNAIL_LONGEST_SIDE_PX = 1200  # a strip longer than this is read, but not shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Why a picture was not assessed or could not be read, and what to do, where that is a sentence of its own."""

    why: str
    advice: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRow:
    """One picture of several.

    Attributes:
        file: the person's own name for it.
        thumbnail_url: a small version of the picture; empty where it cannot be shown.
        tier: its stable word, for the style sheet; empty where the picture could not be read.
        refused: the model abstained: the diagnoses are greyed.
        malignant_percent: empty where no tier was given.
        top: name and percentage of the three most probable diagnoses.
        notes: one for each reason.
    """

    file: str
    thumbnail_url: str = ""
    tier: str = ""
    word: str = ""
    shape: str = ""
    refused: bool = False
    malignant_percent: str = ""
    top: Sequence[tuple[str, str]] = ()
    notes: Sequence[Note] = ()


def make_row(record: Record, *, thumbnail_url: str = "") -> PictureRow:
    """Put one record into words."""
    if "error" in record:
        notes = [Note(why=problem_text(record["error"]["code"]))]
        return PictureRow(file=record["file"], thumbnail_url=thumbnail_url, notes=notes)
    tier = Tier(record["tier"])
    return PictureRow(
        file=record["file"],
        thumbnail_url=thumbnail_url,
        tier=tier.value,
        word=str(TIERS[tier].word),
        shape=TIERS[tier].shape,
        refused=record["abstained"],
        malignant_percent="" if tier is Tier.NOT_ASSESSED else percent(record["malignant_probability"]),
        top=[(diagnosis_name(ranked["code"]), percent(ranked["probability"])) for ranked in record["top3"]],
        notes=[
            Note(why=gettext(reason.why), advice=gettext(reason.advice)) for reason in map(explain, record["reasons"])
        ],
    )


def pattern_row() -> PictureRow:
    """Return a row that has every part once: a page keeps it in a `<template>`, for a script to clone and fill."""
    return PictureRow(
        file="-",
        tier=Tier.NOT_ASSESSED.value,
        word="-",
        shape=TIERS[Tier.NOT_ASSESSED].shape,
        malignant_percent="-",
        top=[("-", "-")],
        notes=[Note(why="-", advice="-")],
    )


def make_thumbnail_url(source: bytes) -> str:
    """Return a small version of a picture as an address that holds it; empty where there is none to show."""
    try:
        image = read_image(source, short_side_px=THUMBNAIL_SHORT_SIDE_PX)
    except EpilumaError:
        return ""
    if max(image.shape) > THUMBNAIL_LONGEST_SIDE_PX:
        return ""
    return data_url(encode_jpeg(image, quality=80), "image/jpeg")
