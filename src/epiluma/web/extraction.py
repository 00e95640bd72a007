"""Hand the texts that stand in tables to Babel: each is written once, where its table is, and still gets translated."""

from collections.abc import Iterator
from typing import Any

from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.inference.reasons import REASONS
from epiluma.records import NOTICE
from epiluma.taxonomy import DIAGNOSES

Message = tuple[int, str, str, list[str]]  # line, function, text, comments


def table_texts() -> Iterator[tuple[str, str]]:
    """Yield every text that a page looks up in a table, with a word for the translator."""
    for diagnosis in DIAGNOSES:
        yield diagnosis.name, f"name of {diagnosis.code}"
        yield diagnosis.patient_text, f"what {diagnosis.code} is"
    for code, reason in REASONS.items():
        yield reason.why, f"why: {code}"
        yield reason.advice, f"what to do: {code}"
    for term in (*OVERALL.values(), *PER_CLASS.values()):
        yield term.title, "name of a figure"
        yield term.meaning, f"what it means: {term.title}"
    yield NOTICE, "notice beside every reading"


def extract(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:  # noqa: ARG001
    """Babel's extraction method for this file (named in babel.cfg)."""
    for text, comment in table_texts():
        yield 1, "gettext", text, [comment]
