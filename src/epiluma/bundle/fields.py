"""Take typed values out of a parsed JSON object, or say which one is wrong."""

import math
from collections.abc import Mapping
from typing import Any

from epiluma.errors import BundleError


class Fields:
    """The keys of one JSON object of the manifest, read once each.

    Every reader raises `BundleError` naming the key, what was expected and what stands there.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise BundleError(f"{where} must be an object; got {type(value).__name__}. {REPAIR}")
        self._value = value
        self._where = where

    def text(self, key: str) -> str:
        """Return a string that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, "text", value)
        return value

    def number(self, key: str) -> float:
        """Return a finite number."""
        value = self._take(key)
        if not _is_finite(value):
            raise self._wrong(key, "a finite number", value)
        return float(value)

    def optional_number(self, key: str) -> float | None:
        """Return a finite number, or None where the key is absent."""
        return self.number(key) if key in self._value else None

    def optional_text(self, key: str) -> str | None:
        """Return a string that is not empty, or None where the key is absent."""
        return self.text(key) if key in self._value else None

    def count(self, key: str) -> int:
        """Return a whole number of at least 0."""
        value = self._take(key)
        if type(value) is not int or value < 0:
            raise self._wrong(key, "a whole number of at least 0", value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts", value)
        return tuple(value)

    def numbers(self, key: str, length: int) -> tuple[float, ...]:
        """Return a list of exactly `length` finite numbers."""
        value = self._take(key)
        if not isinstance(value, list) or len(value) != length or not all(_is_finite(item) for item in value):
            raise self._wrong(key, f"a list of {length} finite numbers", value)
        return tuple(float(item) for item in value)

    def optional_numbers(self, key: str, length: int) -> tuple[float, ...] | None:
        """Return a list of exactly `length` finite numbers, or None where the key is absent."""
        return self.numbers(key, length) if key in self._value else None

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a JSON object as it is."""
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "an object", value)
        return value

    def inside(self, key: str) -> "Fields":
        """Return the fields of an object one level down."""
        return Fields(self._take(key), f"{self._where}, {key}")

    def each(self, key: str) -> list["Fields"]:
        """Return the fields of every object of a list."""
        value = self._take(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list of objects", value)
        return [Fields(item, f"{self._where}, {key}[{index}]") for index, item in enumerate(value)]

    def optional_each(self, key: str) -> list["Fields"]:
        """Return the fields of every object of a list; none where the key is absent."""
        return self.each(key) if key in self._value else []

    def _take(self, key: str) -> Any:
        if key not in self._value:
            raise BundleError(f"{self._where} has no {key!r}. {REPAIR}")
        return self._value[key]

    def _wrong(self, key: str, expected: str, found: object) -> BundleError:
        return BundleError(f"{self._where}: {key!r} must be {expected}; got {found!r}. {REPAIR}")


REPAIR = "Export the bundle again, or fetch a whole copy."


def _is_finite(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of more than 308 digits
        return False
