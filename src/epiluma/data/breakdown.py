"""Counts of a manifest by diagnosis, body site, sex, age, truth and lesion: what the charts show, as tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.taxonomy import BY_CODE, CODES

UNLABELLED = "unlabelled"
UNKNOWN = "unknown"
BAND_YEARS = 5

Key = Callable[[ManifestRow], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Breakdown:
    """One table of counts, with one chart.

    Attributes:
        name: of its file, without ending.
        title: a heading.
        sentence: what it says, in words.
        columns: headings; the first is that of `rows`' names.
        rows: name and counts, in the order of the chart.
    """

    name: str
    title: str
    sentence: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the counts by row and column."""
        return {name: dict(zip(self.columns[1:], counts, strict=True)) for name, counts in self.rows}


def break_down(manifest: Manifest) -> list[Breakdown]:
    """Return eight tables: diagnosis, site, sex, age, truth, pictures of a lesion, diagnosis by site and by sex."""
    rows = manifest.rows
    sites = _by_frequency(row.localization for row in rows)
    sexes = _by_frequency(row.sex for row in rows)
    truths = _by_frequency(map(_truth, rows))
    siblings = Counter(row.lesion_id for row in rows)
    sizes = [str(size) for size in range(1, max(siblings.values(), default=0) + 1)]
    return [
        _counted("class", "Diagnoses", rows, _code, _present_codes(rows), "diagnosis"),
        _counted("site", "Body sites", rows, lambda row: row.localization, sites, "body site"),
        _counted("sex", "Sex", rows, lambda row: row.sex, sexes, "sex"),
        _counted("age", "Age", rows, _age_band, _bands(rows), "age in years"),
        _counted("truth", "How the diagnosis is known", rows, _truth, truths, "how it is known"),
        _counted(
            "siblings",
            "Pictures of one lesion",
            rows,
            lambda row: str(siblings[row.lesion_id]),
            sizes,
            "pictures of it",
        ),
        _crossed("class_by_site", "Diagnosis by body site", "shade", rows, lambda row: row.localization, sites),
        _crossed("class_by_sex", "Diagnosis by sex", "length", rows, lambda row: row.sex, sexes),
    ]


def _counted(
    name: str, title: str, rows: Sequence[ManifestRow], key: Key, names: Sequence[str], what: str
) -> Breakdown:
    """Count pictures and lesions; a lesion counts where any of its pictures does."""
    pictures = Counter(map(key, rows))
    lesions = Counter(value for value, _ in {(key(row), row.lesion_id) for row in rows})
    largest, count = max(pictures.items(), key=lambda item: item[1], default=("nothing", 0))
    share = 100 * count / max(len(rows), 1)
    return Breakdown(
        name=name,
        title=title,
        sentence=f"Most frequent: {title_of(largest)}, {count:,} of {len(rows):,} pictures ({share:.0f} %).",
        columns=(what, "pictures", "lesions"),
        rows=tuple((value, (pictures[value], lesions[value])) for value in names),
    )


def _crossed(
    name: str, title: str, mark: str, rows: Sequence[ManifestRow], key: Key, names: Sequence[str]
) -> Breakdown:
    pictures = Counter((_code(row), key(row)) for row in rows)
    return Breakdown(
        name=name,
        title=title,
        sentence=f"Pictures of each diagnosis; the {mark} is the share within the diagnosis.",
        columns=("diagnosis", *names),
        rows=tuple((code, tuple(pictures[code, value] for value in names)) for code in _present_codes(rows)),
    )


def title_of(code: str) -> str:
    """Return the name of a diagnosis, or the word itself where it is none."""
    return BY_CODE[code].name if code in BY_CODE else code


def _code(row: ManifestRow) -> str:
    return row.dx or UNLABELLED


def _truth(row: ManifestRow) -> str:
    return row.dx_type or UNKNOWN


def _present_codes(rows: Sequence[ManifestRow]) -> list[str]:
    return [*CODES, *([UNLABELLED] if any(not row.dx for row in rows) else [])]


def _by_frequency(values: Iterable[str]) -> list[str]:
    """Return the values, most frequent first and `unknown` last."""
    counts = Counter(values)
    return sorted(counts, key=lambda value: (value == UNKNOWN, -counts[value], value))


def _age_band(row: ManifestRow) -> str:
    if row.age_years is None:
        return UNKNOWN
    first = int(row.age_years) // BAND_YEARS * BAND_YEARS
    return f"{first}–{first + BAND_YEARS - 1}"


def _bands(rows: Sequence[ManifestRow]) -> list[str]:
    """Return every band up to the oldest, empty ones too, and `unknown` where an age is missing."""
    ages = [int(row.age_years) for row in rows if row.age_years is not None]
    firsts = range(0, max(ages, default=-1) + 1, BAND_YEARS)
    missing = [UNKNOWN] if len(ages) < len(rows) else []
    return [*(f"{first}–{first + BAND_YEARS - 1}" for first in firsts), *missing]
