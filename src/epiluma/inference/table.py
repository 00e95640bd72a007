"""Records as a table: one row for each picture, the same columns wherever a list of results is written."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from epiluma.records import Tier
from epiluma.taxonomy import CODES

Record = Mapping[str, Any]  # as `Prediction.to_json` and `Unreadable.to_json` write it

COLUMNS = (
    "file",
    "sha256",
    "model_id",
    "modality",
    *(f"p_{code}" for code in CODES),
    "top1",
    "top2",
    "top3",
    "decision",
    "malignant_probability",
    "tier",
    "abstained",
    "reasons",
    "error_code",
    "error_message",
)
# What a spreadsheet takes for the start of a formula, in its full-width forms too. A file's name may begin with it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Semicolon and tab as well: a spreadsheet set to split there must not find a formula inside a name.
QUOTED = re.compile(r'[",;\t\r\n]|^ | $')
BYTE_ORDER_MARK = "\ufeff"  # without it a spreadsheet takes UTF-8 for the alphabet of its own country

_UNREADABLE = "unreadable"
_MOST_URGENT_FIRST = (Tier.HIGH, Tier.INTERMEDIATE, Tier.NOT_ASSESSED, _UNREADABLE, Tier.LOW)


def most_suspicious_first(records: Iterable[Record]) -> list[Record]:
    """Sort records for whoever has to look at them.

    High, then intermediate, then what was not assessed, then what could not be read: nothing is known of these, so
    somebody has to act. Low comes last. Inside each, the higher malignant probability comes first, and equal ones keep
    the order they were given in.
    """
    return sorted(records, key=urgency)


def urgency(record: Record) -> tuple[int, float]:
    """Return what `most_suspicious_first` sorts by."""
    if "error" in record:
        return _MOST_URGENT_FIRST.index(_UNREADABLE), 0.0
    return _MOST_URGENT_FIRST.index(Tier(record["tier"])), -float(record["malignant_probability"])


def table_row(record: Record) -> dict[str, str]:
    """Return one record as text, a cell for each of `COLUMNS`; a cell that does not apply is empty.

    Probabilities are unrounded; several reasons are parted by semicolons.
    """
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {name: str(record[name]) for name in ("file", "sha256", "model_id", "modality") if name in record}
    if "error" in record:
        return cells | {"error_code": record["error"]["code"], "error_message": record["error"]["message"]}
    cells |= {f"p_{code}": repr(float(record["probabilities"][code])) for code in CODES}
    cells |= {f"top{place}": ranked["code"] for place, ranked in enumerate(record["top3"], start=1)}
    return cells | {
        "decision": record["decision"]["code"],
        "malignant_probability": repr(float(record["malignant_probability"])),
        "tier": record["tier"],
        "abstained": "true" if record["abstained"] else "false",
        "reasons": ";".join(record["reasons"]),
    }


def write_table(records: Iterable[Record]) -> str:
    r"""Return the table as the text of a CSV file, its column names first, safe to open in a spreadsheet.

    Example:
        >>> write_table([]).startswith("\ufefffile,sha256,model_id,modality,p_akiec,")
        True
    """
    rows = [table_row(record) for record in records]
    lines = [_line(COLUMNS), *(_line([row[name] for name in COLUMNS]) for row in rows)]
    return BYTE_ORDER_MARK + "".join(lines)


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: behind an apostrophe where it begins like one.

    Example:
        >>> safe_cell("=1+1"), safe_cell("spot.jpg")
        ("'=1+1", 'spot.jpg')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _line(cells: Sequence[str]) -> str:
    return ",".join(_quote(safe_cell(cell)) for cell in cells) + "\n"


def _quote(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if QUOTED.search(cell) else cell
