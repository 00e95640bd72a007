"""Values out of a bundle's JSON files, for pages: whatever is missing or odd is simply not there."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from epiluma.bundle.read import Bundle

HIGHEST = 1e15  # beyond it a number means nothing on a page


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A measured figure.

    Attributes:
        low: start of its interval.
        high: end of its interval.
        n: number of pictures it is about; None where that is not said.
        baseline: of a model that knows nothing; None where there is none.
    """

    value: float
    low: float
    high: float
    n: int | None = None
    baseline: float | None = None


class Given:
    """A value of a JSON file that may be anything, or nothing."""

    def __init__(self, value: object = None) -> None:
        self._value = value

    @classmethod
    def file(cls, bundle: Bundle, name: str) -> "Given":
        """Read a JSON file of a bundle; nothing where it carries none, or where it is no JSON.

        Raises:
            BundleError: the file was altered since the bundle was opened.
        """
        if name not in bundle.manifest.files:
            return cls()
        try:
            return cls(json.loads(bundle.read_file(name)))
        except (ValueError, RecursionError):
            return cls()

    def at(self, *keys: str) -> "Given":
        """Return what lies below these keys."""
        value: Any = self._value
        for key in keys:
            value = value.get(key) if isinstance(value, Mapping) else None
        return Given(value)

    @property
    def is_there(self) -> bool:
        """Whether it is an object or a list with something in it."""
        return isinstance(self._value, Mapping | list) and bool(self._value)

    @property
    def text(self) -> str:
        """The text, or an empty one."""
        return self._value if isinstance(self._value, str) else ""

    @property
    def number(self) -> float | None:
        """The number, where it is finite and sensible."""
        value = self._value
        if isinstance(value, bool) or not isinstance(value, int | float) or not -HIGHEST < value < HIGHEST:
            return None
        return float(value) if math.isfinite(value) else None

    @property
    def whole(self) -> int | None:
        """The number, where it is whole and not negative."""
        number = self.number
        return int(number) if isinstance(self._value, int) and number is not None and number >= 0 else None

    @property
    def yes(self) -> bool:
        """Whether it is true."""
        return self._value is True

    @property
    def numbers(self) -> list[float]:
        """The numbers of a list; none where one of its values is no number."""
        found = [entry.number for entry in self.each()]
        numbers = [number for number in found if number is not None]
        return numbers if len(numbers) == len(found) else []

    @property
    def figure(self) -> Figure | None:
        """The figure with its interval; None where one of the three is missing."""
        value, low, high = (self.at(key).number for key in ("value", "low", "high"))
        if value is None or low is None or high is None:
            return None
        n, baseline = self.at("n").whole, self.at("baseline").number
        return Figure(value=value, low=low, high=high, n=n, baseline=baseline)

    def each(self) -> Iterator["Given"]:
        """Yield every value of a list."""
        yield from map(Given, self._value) if isinstance(self._value, list) else ()

    def items(self) -> Iterator[tuple[str, "Given"]]:
        """Yield every key of an object with its value."""
        if isinstance(self._value, Mapping):
            yield from ((str(key), Given(value)) for key, value in self._value.items())
