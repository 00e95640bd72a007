"""Drawn pictures to try the page with. They are drawings, not photographs of patients."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _

from epiluma.data.synthetic import drawn_lesion, drawn_sample
from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One drawing.

    Attributes:
        key: names it in an address.
        title: what it shows, translated when it is shown.
        seed: draws the same picture each time.
        dx: the diagnosis it imitates, or None.
        kind: how it is spoiled, or None.
    """

    key: str
    title: Any
    seed: int
    dx: str | None = None
    kind: str | None = None


SAMPLES: Mapping[str, Sample] = {
    sample.key: sample
    for sample in (
        Sample(key="even", title=_("Drawn sample: an even brown spot"), seed=11, dx="nv"),
        Sample(key="uneven", title=_("Drawn sample: a dark, uneven spot"), seed=5, dx="mel"),
        Sample(key="raised", title=_("Drawn sample: a raised, scaly spot"), seed=4, dx="bkl"),
        Sample(key="red", title=_("Drawn sample: a red spot"), seed=4, dx="vasc"),
        Sample(key="hills", title=_("Drawn sample: a landscape, which is no skin at all"), seed=3, kind="non-lesion"),
        Sample(key="blurred", title=_("Drawn sample: a blurred picture"), seed=3, kind="blurred"),
    )
}


@lru_cache(maxsize=len(SAMPLES))
def sample_picture(key: str) -> bytes:
    """Draw one sample, once per process, and return its JPEG file.

    Raises:
        KeyError: there is no sample of this name.
    """
    sample = SAMPLES[key]
    if sample.kind is not None:
        return drawn_sample(sample.kind, seed=sample.seed)
    return drawn_lesion(seed=sample.seed, dx=sample.dx)


@lru_cache(maxsize=len(SAMPLES))
def sample_thumbnail(key: str) -> bytes:
    """Return a small JPEG of one sample.

    Raises:
        KeyError: there is no sample of this name.
    """
    return encode_jpeg(read_image(sample_picture(key), short_side_px=96), quality=80)
