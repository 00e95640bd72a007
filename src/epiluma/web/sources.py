"""What the pages rest on. A page names its sources by key; titles stay in the language they were published in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One publication.

    Attributes:
        title: as it was published.
        publisher: who stands behind it, with journal and page where it has them.
        year: of the edition that was used; empty where the page is kept up to date without one.
        url: where it can be read; empty where it is sold only.
    """

    title: str
    publisher: str
    year: str = ""
    url: str = ""


SOURCES: Mapping[str, Source] = {}
