"""Drawn pictures that explain: each diagnosis as a dermoscope shows it, and pictures taken well and badly."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from epiluma.data.synthetic import drawn_lesion, drawn_sample
from epiluma.taxonomy import CODES

CLEAN_SEED = 3  # draws neither hair nor a dark rim
HAIRY_SEED = 2  # draws both

DRAWINGS: Mapping[str, Callable[[], bytes]] = {
    **{code: partial(drawn_lesion, seed=CLEAN_SEED, dx=code) for code in CODES},
    **{f"{code}-again": partial(drawn_lesion, seed=CLEAN_SEED + 3, dx=code) for code in CODES},
    "good": partial(drawn_lesion, seed=CLEAN_SEED, dx="nv"),
    "hair": partial(drawn_lesion, seed=HAIRY_SEED, dx="nv"),
    "blurred": partial(drawn_sample, "blurred", seed=CLEAN_SEED),
    "dark": partial(drawn_sample, "dark", seed=CLEAN_SEED),
    "bright": partial(drawn_sample, "bright", seed=CLEAN_SEED),
    "blank": partial(drawn_sample, "blank", seed=CLEAN_SEED),
}


@lru_cache(maxsize=len(DRAWINGS))
def drawing(name: str) -> bytes:
    """Draw one picture, once per process, and return its JPEG file.

    Raises:
        KeyError: there is no drawing of this name.
    """
    return DRAWINGS[name]()
