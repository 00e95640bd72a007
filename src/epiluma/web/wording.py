"""What the pages say about tiers, modalities and bad input. A text is looked up by code, never typed into a view."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from epiluma.records import Modality, Tier
from epiluma.taxonomy import BY_CODE, Malignancy
from epiluma.web.languages import gettext
from epiluma.web.sitemap import href

Text = Any  # a lazy string: translated when it is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class TierWording:
    """How one tier is shown: always a word, a shape and a colour together."""

    word: Text
    shape: str
    meaning: Text
    next_step: Text


TIERS: Mapping[Tier, TierWording] = {
    Tier.LOW: TierWording(
        word=_("Low"),
        shape="circle",
        meaning=_("The model finds little in this picture that speaks for a cancer or a precancer."),
        next_step=_("Keep an eye on the spot. Show it to a doctor if it is new, changes, bleeds, itches or hurts."),
    ),
    Tier.INTERMEDIATE: TierWording(
        word=_("Intermediate"),
        shape="triangle",
        meaning=_("The model cannot rule out a cancer or a precancer in this picture."),
        next_step=_("Show the spot to a doctor in the next few weeks, and sooner if it changes, bleeds or hurts."),
    ),
    Tier.HIGH: TierWording(
        word=_("High"),
        shape="square",
        meaning=_("This picture resembles pictures of cancers and precancers. Only a doctor can tell."),
        next_step=_("Ask for an appointment with a doctor this week, best with a dermatologist."),
    ),
    Tier.NOT_ASSESSED: TierWording(
        word=_("Not assessed"),
        shape="dashed-circle",
        meaning=_("The model does not rate this picture, because it cannot be sure enough of it."),
        next_step=_("If the spot worries you, is new or changes, show it to a doctor."),
    ),
}

MALIGNANCIES: Mapping[Malignancy, Text] = {
    Malignancy.BENIGN: _("harmless"),
    Malignancy.PRECANCEROUS: _("precancer"),
    Malignancy.MALIGNANT: _("cancer"),
}

MODALITIES: Mapping[Modality, Text] = {
    Modality.DERMOSCOPIC: _("Through a dermoscope"),
    Modality.CLINICAL: _("Plain phone or camera"),
    Modality.UNKNOWN: _("Not sure"),
}

# The sentences around a reading. The browser gets the same ones, so that both put a reading into the same words.
SENTENCES: Mapping[str, Text] = {
    "refusal": _("This picture cannot be judged."),
    "doubt.refused": _("These numbers come from a picture that cannot be judged. Do not rely on them."),
    "doubt.clinical": _("A guess: the model has learned pictures taken with a dermoscope only."),
    "also.malignant": _("Also worth ruling out: %(name)s."),
    "also.benign": _("Also possible: %(name)s."),  # nobody needs to rule out what is harmless
    "announcement": _("The result is here. %(tier)s. Most probable: %(name)s, %(share)s."),
    "taken": _("How the picture was taken: %(answer)s."),
    "applied.crop": _(
        "The part that was read: %(width)s × %(height)s pixels, %(x)s from the left, %(y)s from the top."
    ),
    "applied.rotate": _("It was turned to the right by %(degrees)s°."),
    "applied.flip": _("It was mirrored."),
    "read-by": _("Read on %(date)s by the model %(model)s."),
    "kept.device": _("Your picture did not leave this device. Nothing is kept, so there is no link to share."),
    "kept.server": _("Your picture was read on this server and not kept, so there is no link to share."),
    "copy.tier": _("How suspicious it looks to the model: %(tier)s."),
    "copy.malignant": _("Probability that it is a cancer or a precancer: %(share)s."),
    "copy.next": _("What to do next: %(step)s"),
    "copy.top": _("The three most probable diagnoses: %(first)s (%(a)s), %(second)s (%(b)s) and %(third)s (%(c)s)."),
}

# Bad input, in words for the person who chose the picture: what happened, what to do.
PROBLEMS: Mapping[str, Text] = {
    "image.missing": _("No picture has been chosen yet. Choose one first, then press “Read this picture”."),
    "image.empty": _("This file is empty. Choose the picture again, or take a new one."),
    "image.unsupported": _(
        "This file is not a JPEG, PNG or WebP picture, so it cannot be read. "
        "Save or photograph it as JPEG, then choose it again."
    ),
    "image.truncated": _(
        "This picture is damaged: a part of the file is missing. Copy it again from where it came, or take a new one."
    ),
    "image.too-large": _(
        "This picture is too large. Choose one of at most 20 MB and 40 megapixels; an ordinary phone photo is smaller."
    ),
    "image.too-small": _(
        "This picture is too small to read. Each side must have at least 64 pixels. Choose the original, not a preview."
    ),
    "geometry.invalid": _("The part that was cut out does not lie inside the picture. Choose it again."),
    "modality.invalid": _("Choose how the picture was taken from the three answers."),
    "request.one-image": _("Choose one picture at a time."),
    "request.no-images": _("No picture has been chosen yet. Choose some first, then press the button."),
    "request.too-many-images": _("These are too many pictures for one go. Choose at most 20 at a time."),
    "request.too-large-together": _(
        "These pictures are too large together. Choose fewer at a time: at most 60 MB, which is about 15 phone photos."
    ),
    "request.expired": _(
        "This page has lost its connection to the server. Reload the page, choose your picture again and press the "
        "button once more. If that does not help, allow cookies for this page."
    ),
}
UNREADABLE = _("This picture cannot be read. Choose another one, best a JPEG straight from the camera.")


def problem_text(code: str) -> str:
    """Return what a page says to a person whose input failed with this code."""
    return str(PROBLEMS.get(code, UNREADABLE))


def sentence(key: str, **values: str) -> str:
    """Return one of the sentences around a reading, filled in and in the reader's language."""
    text = str(SENTENCES[key])
    return text % values if values else text


def diagnosis_address(code: str) -> str:
    """Return where the page about a diagnosis is."""
    return href(f"/diagnoses/{code}")


def diagnosis_name(code: str) -> str:
    """Return the name of a diagnosis in the reader's language."""
    return gettext(BY_CODE[code].name)


def diagnosis_text(code: str) -> str:
    """Return the two sentences about a diagnosis in the reader's language."""
    return gettext(BY_CODE[code].patient_text)


def malignancy_word(code: str) -> str:
    """Return whether a diagnosis is harmless, a precancer or a cancer, in the reader's language."""
    return str(MALIGNANCIES[BY_CODE[code].malignancy])


def percent(share: float) -> str:
    r"""Return a probability as whole percent; the ends say `<1 %` and `>99 %`, since neither is ever certain.

    Example:
        >>> percent(0.617), percent(0.004), percent(0.996)
        ('62\xa0%', '<1\xa0%', '>99\xa0%')
    """
    text = str(math.floor(share * 100 + 0.5))  # halves go up, which every language can do alike
    if share < 0.01:
        text = "<1"
    elif share > 0.99:
        text = ">99"
    return f"{text}\N{NO-BREAK SPACE}%"
