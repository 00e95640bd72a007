"""CSV files as rows of text, with the errors a person can act on."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from epiluma.data.writing import writing
from epiluma.errors import DataError


def read_rows(path: Path, *, required: Sequence[str] = ()) -> list[dict[str, str]]:
    """Read a UTF-8 CSV file that starts with its column names.

    A byte order mark and Windows line ends are read as if they were not there. Cells lose the blanks around them.

    Args:
        path: the file.
        required: columns that must be there; others are kept.

    Raises:
        DataError: `data.missing`, `data.encoding`, `data.columns` or `data.row`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file, strict=True) if line]
    except FileNotFoundError:
        raise DataError(f"no such file: {path}. Give the path of an existing CSV file.", code="data.missing") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8 text. Save it as 'CSV UTF-8'.", code="data.encoding") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read as a CSV file: {error.strerror}.", code="data.missing") from None
    except csv.Error as error:
        raise DataError(f"{path} is not a CSV file: {error}.", code="data.columns") from None
    names = [name.strip() for name in lines[0]] if lines else []
    _check_columns(path, names, required)
    return [_row(path, names, number, cells) for number, cells in enumerate(lines[1:], start=2)]


def _check_columns(path: Path, names: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in names]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if missing:
        raise DataError(
            f"{path} lacks the column(s) {', '.join(missing)}; its columns are {', '.join(names) or 'none at all'}.",
            code="data.columns",
        )
    if twice:
        raise DataError(f"{path} names the column(s) {', '.join(twice)} twice; keep one.", code="data.columns")


def _row(path: Path, names: Sequence[str], number: int, cells: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(names):
        raise DataError(
            f"{path}, row {number}: expected {len(names)} cells, as in the first row, found {len(cells)}.",
            code="data.row",
        )
    return {name: cell.strip() for name, cell in zip(names, cells, strict=True)}


def write_rows(path: Path, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV file with plain line ends, whole or not at all.

    Raises:
        DataError: `data.write`.
    """
    partial = path.with_name(path.name + ".part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(rows)
        partial.replace(path)


def first_repeated(values: Iterable[str]) -> str | None:
    """Return the first value that stands there a second time, or None."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
