"""Epiluma: from a photograph of a skin lesion to a doctor's answer. Research and education, not a medical device.

Example:
    >>> import epiluma
    >>> classifier = epiluma.Classifier(epiluma.load_bundle())
    >>> image = epiluma.read_image(epiluma.drawn_lesion(seed=7))
    >>> classifier.predict([image])[0].prediction.model_id == classifier.bundle.id
    True
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# ONNX Runtime's wheels (1.29 and newer) write a device id and report to their maker as soon as they are imported,
# unless this stands in the environment by then. A picture's reader tells nobody anything, so it must stand here.
os.putenv("ORT_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    from epiluma.bundle.read import load_bundle as load_bundle
    from epiluma.data.synthetic import drawn_lesion as drawn_lesion
    from epiluma.imaging.decode import read_image as read_image
    from epiluma.inference.classifier import Classifier as Classifier

__version__ = "0.1.0"
__all__ = ["Classifier", "drawn_lesion", "load_bundle", "read_image"]

_HOMES = {
    "Classifier": "epiluma.inference.classifier",
    "drawn_lesion": "epiluma.data.synthetic",
    "load_bundle": "epiluma.bundle.read",
    "read_image": "epiluma.imaging.decode",
}


def __getattr__(name: str) -> Any:
    """Import public names when they are first used, so that `epiluma --help` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'epiluma' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
