"""What a reader in JavaScript must know and no script repeats: the diagnoses, the notice, the limits of a picture."""

import json

from epiluma.imaging.decode import LIMITS
from epiluma.records import NOTICE, PREDICTION_SCHEMA
from epiluma.taxonomy import DIAGNOSES

FACTS_FILE = "js/reader/facts.js"  # among the static files; made when the app or an export asks, never on the disk


def facts_module(*, runtime: bool) -> str:
    """Return an ES module of constants, made from the same tables as every record of ours.

    Args:
        runtime: whether the network's runtime was built and lies beside the reader.

    Example:
        >>> facts_module(runtime=True).splitlines()[1]
        'export const SCHEMA = "epiluma.prediction/1";'
    """
    facts = {
        "SCHEMA": PREDICTION_SCHEMA,
        "NOTICE": NOTICE,
        "DIAGNOSES": [{"code": d.code, "name": d.name, "countsAsMalignant": d.counts_as_malignant} for d in DIAGNOSES],
        "LIMITS": {
            "maxBytes": LIMITS.max_bytes,
            "maxPixels": LIMITS.max_pixels,
            "minShortSidePx": LIMITS.min_short_side_px,
        },
        "HAS_RUNTIME": runtime,
    }
    lines = [f"export const {name} = {json.dumps(value)};" for name, value in facts.items()]
    return "\n".join(["// Written by the app from its own tables.", *lines, ""])
