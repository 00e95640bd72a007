"""Published figures about melanoma, each with its source: drawn as bars and shown as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

Text = Any  # a lazy string: translated when it is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Survival:
    """How many of 100 people live on; `shown` is the figure as its source prints it, `width` what a bar shows."""

    name: Text
    meaning: Text
    shown: str
    width: int


# American Cancer Society, Cancer Facts & Figures 2024: SEER, diagnosed 2013 to 2019, five-year relative survival.
BY_SPREAD: Sequence[Survival] = (
    Survival(name=_("Localised"), meaning=_("only where it started"), shown=">99", width=99),
    Survival(name=_("Regional"), meaning=_("in lymph nodes or skin nearby"), shown="74", width=74),
    Survival(name=_("Distant"), meaning=_("in other parts of the body"), shown="35", width=35),
)

# Gershenwald 2017, AJCC eighth edition: ten-year melanoma-specific survival of stages I and II.
BY_STAGE: Sequence[Survival] = (
    Survival(name=_("Stage IA"), meaning=_("up to 1.0 mm"), shown="98", width=98),
    Survival(name=_("Stage IB"), meaning=_("over 1.0 to 2.0 mm, not ulcerated"), shown="94", width=94),
    Survival(
        name=_("Stage IIA"), meaning=_("up to 2.0 mm and ulcerated, or up to 4.0 mm and not"), shown="88", width=88
    ),
    Survival(name=_("Stage IIB"), meaning=_("up to 4.0 mm and ulcerated, or thicker and not"), shown="82", width=82),
    Survival(name=_("Stage IIC"), meaning=_("over 4.0 mm and ulcerated"), shown="75", width=75),
)
