"""Records as a table, and the order in which a person works through them."""

import csv
from io import StringIO
from typing import Any

import pytest

from epiluma.inference.table import COLUMNS, most_suspicious_first, safe_cell, table_row, write_table

RECORD: dict[str, Any] = {
    "schema": "epiluma.prediction/1",
    "file": "spot.jpg",
    "sha256": "ab" * 32,
    "model_id": "tiny-20260102-00000000",
    "modality": "dermoscopic",
    "probabilities": {"akiec": 0.05, "bcc": 0.05, "bkl": 0.1, "df": 0.00001, "mel": 0.3, "nv": 0.4, "vasc": 0.09999},
    "top3": [
        {"code": "nv", "name": "Melanocytic nevus", "probability": 0.4},
        {"code": "mel", "name": "Melanoma", "probability": 0.3},
        {"code": "bkl", "name": "Benign keratosis", "probability": 0.1},
    ],
    "decision": {"code": "mel", "rule": "prior-adjusted"},
    "malignant_probability": 0.4,
    "tier": "not_assessed",
    "abstained": True,
    "reasons": ["quality.dark", "quality.blurred"],
    "notice": "Research and education only.",
}
UNREADABLE: dict[str, Any] = {
    "schema": "epiluma.prediction/1",
    "file": "notes.txt",
    "sha256": "cd" * 32,
    "model_id": "tiny-20260102-00000000",
    "modality": "unknown",
    "error": {"code": "image.unsupported", "message": 'Expected a JPEG, PNG or WebP picture; found "text", not one.'},
    "notice": "Research and education only.",
}


def rated(name: str, tier: str, probability: float) -> dict[str, Any]:
    return RECORD | {"file": name, "tier": tier, "malignant_probability": probability}


def parse(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def test_the_columns_are_these_in_this_order() -> None:
    assert ",".join(COLUMNS) == (
        "file,sha256,model_id,modality,p_akiec,p_bcc,p_bkl,p_df,p_mel,p_nv,p_vasc,top1,top2,top3,decision,"
        "malignant_probability,tier,abstained,reasons,error_code,error_message"
    )


def test_a_record_is_one_row_of_text() -> None:
    assert list(table_row(RECORD).values()) == [
        *("spot.jpg", "ab" * 32, "tiny-20260102-00000000", "dermoscopic"),
        *("0.05", "0.05", "0.1", "1e-05", "0.3", "0.4", "0.09999"),
        *("nv", "mel", "bkl", "mel", "0.4", "not_assessed", "true", "quality.dark;quality.blurred", "", ""),
    ]


def test_a_picture_that_could_not_be_read_has_its_error_in_the_place_of_numbers() -> None:
    row = table_row(UNREADABLE)

    assert row["error_code"] == "image.unsupported"
    assert row["error_message"] == 'Expected a JPEG, PNG or WebP picture; found "text", not one.'
    assert {name for name, cell in row.items() if cell} == {
        *("file", "sha256", "model_id", "modality", "error_code", "error_message"),
    }


def test_a_row_without_bytes_has_no_hash() -> None:
    without = {name: value for name, value in UNREADABLE.items() if name != "sha256"}

    assert table_row(without)["sha256"] == ""


def test_the_written_table_reads_back_as_it_was() -> None:
    assert parse(write_table([RECORD, UNREADABLE])) == [
        list(COLUMNS),
        list(table_row(RECORD).values()),
        list(table_row(UNREADABLE).values()),
    ]


@pytest.mark.parametrize(
    "name",
    ["=cmd|' /C calc'!A0.jpg", "+1.jpg", "-1.jpg", "@SUM(A1).jpg", "\t=1.jpg", "\r=1.jpg", "\n=1.jpg", "＝1.jpg"],
)
def test_no_cell_begins_as_a_formula_does(name: str) -> None:
    cell = parse(write_table([RECORD | {"file": name}]))[1][0]

    assert cell == f"'{name}"


@pytest.mark.parametrize(
    "name",
    ['a "quoted" name.jpg', "<b>bold</b>.jpg", "\u202egpj.exe", "a,b;c.jpg", "two\nlines.jpg", " blank.jpg", "'"],
)
def test_any_other_name_comes_back_as_it_is(name: str) -> None:
    assert safe_cell(name) == name
    assert parse(write_table([RECORD | {"file": name}]))[1][0] == name


def test_a_name_with_a_semicolon_is_quoted_lest_a_spreadsheet_splits_it_into_a_formula() -> None:
    assert '"a;=1.jpg",' in write_table([RECORD | {"file": "a;=1.jpg"}])


def test_the_most_suspicious_come_first_and_low_comes_last() -> None:
    given = [
        rated("low 20", "low", 0.2),
        UNREADABLE,
        rated("not assessed 10", "not_assessed", 0.1),
        rated("high 60", "high", 0.6),
        rated("low 10", "low", 0.1),
        rated("intermediate 55", "intermediate", 0.55),
        rated("high 90", "high", 0.9),
        rated("not assessed 80", "not_assessed", 0.8),
    ]

    assert [record["file"] for record in most_suspicious_first(given)] == [
        *("high 90", "high 60", "intermediate 55", "not assessed 80", "not assessed 10"),
        *("notes.txt", "low 20", "low 10"),
    ]


def test_equally_suspicious_ones_keep_their_order() -> None:
    given = [rated(name, "high", 0.7) for name in "dacb"]

    assert [record["file"] for record in most_suspicious_first(given)] == ["d", "a", "c", "b"]
