"""What a disk or a permission stops, said in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from epiluma.errors import DataError


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what goes wrong while `path` is written into an error a person can act on.

    Raises:
        DataError: `data.write`.
    """
    try:
        yield
    except OSError as error:
        place = error.filename or path
        reason = error.strerror or type(error).__name__
        raise DataError(
            f"{place} cannot be written: {reason}. Give a place where you may write, with room.", code="data.write"
        ) from None
