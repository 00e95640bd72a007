"""The words that a browser needs to show a reading of its own: those of the tables the server's pages use."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from flask import url_for

from epiluma.inference.reasons import OTHER, REASONS, Reason
from epiluma.records import NOTICE
from epiluma.taxonomy import DIAGNOSES
from epiluma.web.figures import Figures
from epiluma.web.heatmap import RAMP, SIDE_PX
from epiluma.web.languages import gettext, page_language
from epiluma.web.wording import (
    MODALITIES,
    PROBLEMS,
    SENTENCES,
    TIERS,
    UNREADABLE,
    Text,
    diagnosis_address,
    diagnosis_name,
    diagnosis_text,
    malignancy_word,
)


def make_words(figures: Figures) -> bytes:
    """Return the words in the language of the request, as JSON; placeholders are Python's, `%(name)s`."""
    words = {
        "language": page_language(),
        "tiers": {
            tier.value: {
                "word": str(wording.word),
                "shape": wording.shape,
                "meaning": str(wording.meaning),
                "next_step": str(wording.next_step),
            }
            for tier, wording in TIERS.items()
        },
        "reasons": {code: _reason(reason) for code, reason in REASONS.items()},
        "other_reason": _reason(OTHER),
        "diagnoses": [_diagnosis(diagnosis.code, malignant=diagnosis.counts_as_malignant) for diagnosis in DIAGNOSES],
        "modalities": _plain(MODALITIES),
        "sentences": _plain(SENTENCES),
        "problems": _plain(PROBLEMS),
        "unreadable": str(UNREADABLE),
        "notice": gettext(NOTICE),
        "figures": {"tested": figures.tested(), "missed_melanomas": figures.missed_melanomas()},
        "heat": {"side_px": SIDE_PX, "ramp": RAMP.tolist()},
    }
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()


def words_version(words: bytes) -> str:
    """Return the first 12 hex digits of a hash over the words: their address changes with them."""
    return sha256(words).hexdigest()[:12]


def words_address(figures: Figures) -> str:
    """Return where the words of the page's language are."""
    return url_for("words.of", version=words_version(make_words(figures)), language=page_language())


def _plain(texts: Mapping[Any, Text]) -> dict[str, str]:
    return {str(key): str(text) for key, text in texts.items()}


def _reason(reason: Reason) -> dict[str, str]:
    return {"why": gettext(reason.why), "advice": gettext(reason.advice)}


def _diagnosis(code: str, *, malignant: bool) -> dict[str, Any]:
    return {
        "code": code,
        "name": diagnosis_name(code),
        "malignancy": malignancy_word(code),
        "malignant": malignant,
        "text": diagnosis_text(code),
        "address": diagnosis_address(code),
    }
