"""Frozen value objects that cross layers: how a picture was taken and cut, and what was predicted from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from epiluma.errors import GeometryError
from epiluma.taxonomy import BY_CODE, CODES

Image = npt.NDArray[np.uint8]  # (H, W, 3), RGB
Floats = npt.NDArray[np.float32]

LARGEST_SIDE_PX = 2**31 - 1  # what a PNG's header can say
PREDICTION_SCHEMA = "epiluma.prediction/1"
NOTICE = (
    "Research and education only. Not a medical device and not a diagnosis: a clinician must decide. See a doctor "
    "promptly for a new, changing, bleeding or painful lesion, whatever this tool says."
)


class Modality(StrEnum):
    """How a picture was taken."""

    DERMOSCOPIC = "dermoscopic"
    CLINICAL = "clinical"  # a plain photograph
    UNKNOWN = "unknown"


class Tier(StrEnum):
    """How urgent a reading makes a lesion."""

    LOW = "low"
    INTERMEDIATE = "intermediate"
    HIGH = "high"
    NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Geometry:
    """What was cut and turned before reading, in whole pixels of the upright full-size picture.

    Applied in this order: crop, rotate, flip. Anything else a person does to a picture is for the eye only.
    """

    crop: tuple[int, int, int, int]  # x, y, width, height
    rotate: Literal[0, 90, 180, 270] = 0  # clockwise
    flip: bool = False  # left to right, after rotating

    def __post_init__(self) -> None:
        x, y, width, height = self.crop
        if max(self.crop) > LARGEST_SIDE_PX:  # before anything prints it: Python refuses to print very long numbers
            raise GeometryError(f"crop must lie inside the picture; no picture has sides over {LARGEST_SIDE_PX} px")
        if min(x, y) < 0 or min(width, height) < 1:
            raise GeometryError(f"crop must lie inside the picture and be at least 1×1 px; got {list(self.crop)}")
        if self.rotate not in (0, 90, 180, 270):
            raise GeometryError(f"rotate must be 0, 90, 180 or 270 degrees clockwise; got {self.rotate}")

    @classmethod
    def from_json(cls, value: object) -> "Geometry":
        """Read `{"crop": [x, y, w, h], "rotate": 0, "flip": false}`; `rotate` and `flip` may be left out.

        Raises:
            GeometryError: unknown keys, wrong types or impossible numbers.
        """
        if not isinstance(value, dict):
            raise GeometryError(f"geometry must be an object like {{'crop': [x, y, w, h]}}; got {value!r}")
        unknown = sorted(set(value) - {"crop", "rotate", "flip"})
        crop, rotate, flip = value.get("crop"), value.get("rotate", 0), value.get("flip", False)
        whole = isinstance(crop, list) and len(crop) == 4 and all(type(number) is int for number in crop)
        if unknown or not whole or type(rotate) is not int or type(flip) is not bool:
            raise GeometryError(
                "geometry takes crop (four whole pixels: x, y, width, height), rotate (0, 90, 180 or 270) and flip "
                f"(true or false); got {value!r}"
            )
        x, y, width, height = crop  # type: ignore[misc]
        return cls(crop=(x, y, width, height), rotate=rotate, flip=flip)  # type: ignore[arg-type]  # checked there

    def to_json(self) -> dict[str, Any]:
        """Return the object `from_json` reads."""
        return {"crop": list(self.crop), "rotate": self.rotate, "flip": self.flip}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """One of the three most probable diagnoses."""

    code: str
    probability: float

    @property
    def name(self) -> str:
        """The English name of the diagnosis."""
        return BY_CODE[self.code].name


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The class that is chosen when all seven errors cost the same, and the rule that chose it."""

    code: str
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What a bundle read from one picture; `to_json` is the one record of command, API, browser and batch."""

    file: str  # as given; text only, never used as a path
    sha256: str  # of the original bytes, 64 hex digits
    model_id: str
    modality: Modality
    probabilities: tuple[float, ...]  # (7,), taxonomy order, sums to 1 within 1e-6
    top3: tuple[Ranked, ...]
    decision: Decision
    malignant_probability: float
    tier: Tier
    abstained: bool
    reasons: tuple[str, ...]
    geometry: Geometry | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the record; `geometry` only when one was given."""
        record: dict[str, Any] = {
            "schema": PREDICTION_SCHEMA,
            "file": self.file,
            "sha256": self.sha256,
            "model_id": self.model_id,
            "modality": self.modality.value,
        }
        if self.geometry is not None:
            record["geometry"] = self.geometry.to_json()
        return record | {
            "probabilities": dict(zip(CODES, self.probabilities, strict=True)),
            "top3": [{"code": r.code, "name": r.name, "probability": r.probability} for r in self.top3],
            "decision": {"code": self.decision.code, "rule": self.decision.rule},
            "malignant_probability": self.malignant_probability,
            "tier": self.tier.value,
            "abstained": self.abstained,
            "reasons": list(self.reasons),
            "notice": NOTICE,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A picture in a list that could not be read; takes the place of its prediction."""

    file: str
    model_id: str
    modality: Modality
    code: str
    message: str
    sha256: str | None = None  # absent where there were no bytes to hash

    def to_json(self) -> dict[str, Any]:
        """Return the row: `error` in the place of the numbers."""
        record: dict[str, Any] = {"schema": PREDICTION_SCHEMA, "file": self.file}
        if self.sha256 is not None:
            record["sha256"] = self.sha256
        return record | {
            "model_id": self.model_id,
            "modality": self.modality.value,
            "error": {"code": self.code, "message": self.message},
            "notice": NOTICE,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A prediction with what only a page needs: where the network looked.

    Attributes:
        prediction: the record.
        activation_maps: (7, h, w) float32, in taxonomy order, each in [0, 1], over the region the network saw.
        quality: measured by the graph, by name.
    """

    prediction: Prediction
    activation_maps: Floats
    quality: Mapping[str, float]
