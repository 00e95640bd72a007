"""The manifest of a bundle: everything a reader needs beside the graph, as data that checks itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from epiluma.bundle.fields import REPAIR, Fields
from epiluma.errors import BundleError
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import QualityLimit as QualityLimit
from epiluma.taxonomy import CODES

BUNDLE_SCHEMA = "epiluma.bundle/2"  # what is written
READ_SCHEMAS = ("epiluma.bundle/1", BUNDLE_SCHEMA)  # what is read; parts that an older one lacks get their defaults
OUTPUTS = ("probabilities", "decision_scores", "activation_maps", "abstention_score", "quality")


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """How the probabilities were calibrated; the graph has already done it.

    Attributes:
        method: `temperature`, `vector` or `none`.
        temperature: what the logits are divided by; above 0.
        fitted_on: the split it comes from.
        n: number of pictures it was fitted on.
        scale: (7,) of the method `vector`, whose probabilities are softmax((logits * scale + bias) / temperature);
            each above 0; None for the other methods. Guo et al. 2017, arXiv:1706.04599, section 4.2.
        bias: (7,) likewise; None for the other methods.
    """

    method: str
    temperature: float
    fitted_on: str
    n: int
    scale: tuple[float, ...] | None = None
    bias: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.temperature <= 0:
            raise BundleError(f"the calibration's temperature must be above 0; got {self.temperature}. {REPAIR}")
        given = (self.scale is not None, self.bias is not None)
        if given != (self.method == "vector",) * 2:
            raise BundleError(
                f"the calibration needs scale and bias for the method vector and for no other; got the method "
                f"{self.method}, scale {self.scale} and bias {self.bias}. {REPAIR}"
            )
        if self.scale is not None and (len(self.scale) != len(CODES) or min(self.scale) <= 0):
            raise BundleError(f"the calibration's scale must be seven numbers above 0; got {self.scale}. {REPAIR}")
        if self.bias is not None and len(self.bias) != len(CODES):
            raise BundleError(f"the calibration's bias must be seven numbers; got {self.bias}. {REPAIR}")


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionRule:
    """How the decision scores come from the probabilities; the graph has already done it.

    Attributes:
        rule: its name in every prediction, `prior-adjusted` for probability / prior^tau.
        tau: strength of the adjustment; 0 leaves the probabilities as they are.
        prior: (7,) shares of the classes in the training data, taxonomy order, each above 0, summing to 1.
        fitted_on: the split tau was chosen on.
    """

    rule: str
    tau: float
    prior: tuple[float, ...]
    fitted_on: str

    def __post_init__(self) -> None:
        if len(self.prior) != len(CODES) or min(self.prior) <= 0 or abs(sum(self.prior) - 1) > 1e-3:
            raise BundleError(f"the decision's prior must be seven shares that sum to 1; got {self.prior}. {REPAIR}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tiers:
    """The two thresholds on `malignant_probability`.

    Attributes:
        intermediate_from: below it a reading is low.
        high_from: from it on a reading is high; above `intermediate_from`.
        fitted_on: the split they come from.
        n: number of pictures they were fitted on.
    """

    intermediate_from: float
    high_from: float
    fitted_on: str
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.intermediate_from < self.high_from:
            raise BundleError(
                "the tiers need 0 <= intermediate_from < high_from; got "
                f"{self.intermediate_from} and {self.high_from}. {REPAIR}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class OperatingPoint:
    """One threshold a user may work at, and what it was worth where it was chosen.

    Attributes:
        name: `do-not-miss` (sensitivity of at least 0.95) or `balanced`.
        score: what is compared: `melanoma_probability` or `malignant_probability`; from `threshold` on it is positive.
        threshold: in [0, 1].
        sensitivity: share of the diseased that are positive, in [0, 1], on `fitted_on`.
        specificity: share of the others that are not, in [0, 1], on `fitted_on`.
        fitted_on: the split it comes from.
        n: number of pictures it was fitted on.
    """

    name: str
    score: str
    threshold: float
    sensitivity: float
    specificity: float
    fitted_on: str
    n: int

    def __post_init__(self) -> None:
        if self.score not in OPERATING_SCORES:
            raise BundleError(f"an operating point's score must be of {OPERATING_SCORES}; got {self.score!r}. {REPAIR}")
        for key in ("threshold", "sensitivity", "specificity"):
            value = getattr(self, key)
            if not 0 <= value <= 1:
                raise BundleError(
                    f"the {key} of the operating point {self.name} must lie in [0, 1]; got {value}. {REPAIR}"
                )


OPERATING_SCORES = ("melanoma_probability", "malignant_probability")


@dataclass(frozen=True, kw_only=True, slots=True)
class Abstention:
    """When the model refuses to judge: its abstention score lies above `threshold`.

    Attributes:
        threshold: of the score.
        method: `quality-limits`, or what else the score is made of.
        fitted_on: the pictures that what was learnt was fitted to; empty where nothing was.
        n: number of pictures that its limits come from; 0 where nothing was learnt.
    """

    threshold: float
    method: str
    fitted_on: str = ""
    n: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the object of a bundle's manifest; what was not learnt has no key."""
        learnt = {"fitted_on": self.fitted_on, "n": self.n} if self.n else {}
        return {"threshold": self.threshold, "method": self.method, **learnt}


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleManifest:
    """`manifest.json`.

    Attributes:
        id: `NAME-YYYYMMDD-` and the first 8 hex digits of the SHA-256 of `model.onnx`.
        name: of the network.
        created: ISO 8601 date.
        quality: one entry per number of the graph's `quality` output, in its order.
        operating_points: thresholds to work at; () in bundles that were made before there were any.
        provenance: where the model comes from: hashes of data and split, code version, config, seed, parity.
        licenses: SPDX expressions of `code` and `weights`.
        files: name -> SHA-256 of every other file of the bundle.
    """

    id: str
    name: str
    created: str
    preprocessing: Preprocessing
    calibration: Calibration
    decision: DecisionRule
    tiers: Tiers
    abstention: Abstention
    quality: tuple[QualityLimit, ...]
    operating_points: tuple[OperatingPoint, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    licenses: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `from_json` reads."""
        return {
            "schema": BUNDLE_SCHEMA,
            "id": self.id,
            "name": self.name,
            "created": self.created,
            "taxonomy": list(CODES),
            "preprocessing": self.preprocessing.to_json(),
            "outputs": list(OUTPUTS),
            "calibration": _calibration_json(self.calibration),
            "decision": {key: getattr(self.decision, key) for key in _DECISION} | {"prior": list(self.decision.prior)},
            "tiers": {key: getattr(self.tiers, key) for key in _TIERS},
            "abstention": self.abstention.to_json(),
            "quality": [limit.to_json() for limit in self.quality],
            "operating_points": [{key: getattr(point, key) for key in _POINT} for point in self.operating_points],
            "provenance": dict(self.provenance),
            "licenses": dict(self.licenses),
            "files": dict(self.files),
        }

    @classmethod
    def from_json(cls, value: object) -> "BundleManifest":
        """Read a parsed `manifest.json`.

        Raises:
            BundleError: `bundle.schema` where it was written for a newer epiluma or is no manifest of a bundle;
                `bundle.invalid` for another class order, other outputs, or any value missing or impossible.
        """
        fields = Fields(value, "manifest.json")
        _require_schema(fields.text("schema"))
        _require(fields.texts("taxonomy") == CODES, "class order", list(CODES), list(fields.texts("taxonomy")))
        _require(fields.texts("outputs") == OUTPUTS, "outputs", list(OUTPUTS), list(fields.texts("outputs")))
        return cls(
            id=fields.text("id"),
            name=fields.text("name"),
            created=fields.text("created"),
            preprocessing=_preprocessing(fields),
            calibration=_calibration(fields.inside("calibration")),
            decision=_decision(fields.inside("decision")),
            tiers=_tiers(fields.inside("tiers")),
            abstention=_abstention(fields.inside("abstention")),
            quality=tuple(_quality_limit(entry) for entry in fields.each("quality")),
            operating_points=tuple(_operating_point(entry) for entry in fields.optional_each("operating_points")),
            provenance=fields.mapping("provenance"),
            licenses={key: str(text) for key, text in fields.mapping("licenses").items()},
            files={key: str(text) for key, text in fields.mapping("files").items()},
        )


_CALIBRATION = ("method", "temperature", "fitted_on", "n")
_DECISION = ("rule", "tau", "prior", "fitted_on")
_TIERS = ("intermediate_from", "high_from", "fitted_on", "n")
_POINT = ("name", "score", "threshold", "sensitivity", "specificity", "fitted_on", "n")


def _require_schema(schema: str) -> None:
    if schema in READ_SCHEMAS:
        return
    number = schema.removeprefix("epiluma.bundle/")
    if schema != number and number.isdecimal() and int(number) > int(BUNDLE_SCHEMA.rsplit("/")[-1]):
        raise BundleError(
            f"manifest.json has the schema {schema}, which is newer than this epiluma: it reads {_SCHEMAS_READ}. "
            "Upgrade: pip install --upgrade epiluma.",
            code="bundle.schema",
        )
    raise BundleError(
        f"manifest.json must have the schema {_SCHEMAS_READ}; got {schema}. Is it the manifest of a bundle? "
        "If so, export the model again: epiluma export models/ID -o BUNDLE.",
        code="bundle.schema",
    )


_SCHEMAS_READ = " or ".join(READ_SCHEMAS)


def _require(right: bool, what: str, expected: object, found: object) -> None:
    if not right:
        raise BundleError(
            f"manifest.json: the {what} must be {expected}; got {found}. "
            "This bundle was made for another version of epiluma: upgrade, or export the model again."
        )


def _preprocessing(fields: Fields) -> Preprocessing:
    inside = fields.inside("preprocessing")
    size_px, _, _ = inside.count("size_px"), inside.numbers("mean", 3), inside.numbers("std", 3)
    if size_px < 1:
        raise BundleError(f"manifest.json, preprocessing: 'size_px' must be at least 1; got {size_px}. {REPAIR}")
    return Preprocessing.from_json(fields.mapping("preprocessing"))


def _calibration(fields: Fields) -> Calibration:
    return Calibration(
        method=fields.text("method"),
        temperature=fields.number("temperature"),
        fitted_on=fields.text("fitted_on"),
        n=fields.count("n"),
        scale=fields.optional_numbers("scale", len(CODES)),
        bias=fields.optional_numbers("bias", len(CODES)),
    )


def _calibration_json(calibration: Calibration) -> dict[str, Any]:
    vector = {key: list(getattr(calibration, key)) for key in ("scale", "bias") if getattr(calibration, key)}
    return {key: getattr(calibration, key) for key in _CALIBRATION} | vector


def _decision(fields: Fields) -> DecisionRule:
    return DecisionRule(
        rule=fields.text("rule"),
        tau=fields.number("tau"),
        prior=fields.numbers("prior", len(CODES)),
        fitted_on=fields.text("fitted_on"),
    )


def _tiers(fields: Fields) -> Tiers:
    return Tiers(
        intermediate_from=fields.number("intermediate_from"),
        high_from=fields.number("high_from"),
        fitted_on=fields.text("fitted_on"),
        n=fields.count("n"),
    )


def _operating_point(fields: Fields) -> OperatingPoint:
    return OperatingPoint(
        name=fields.text("name"),
        score=fields.text("score"),
        threshold=fields.number("threshold"),
        sensitivity=fields.number("sensitivity"),
        specificity=fields.number("specificity"),
        fitted_on=fields.text("fitted_on"),
        n=fields.count("n"),
    )


def _abstention(fields: Fields) -> Abstention:
    return Abstention(
        threshold=fields.number("threshold"),
        method=fields.text("method"),
        fitted_on=fields.optional_text("fitted_on") or "",
        n=int(fields.optional_number("n") or 0),
    )


def _quality_limit(fields: Fields) -> QualityLimit:
    try:
        return QualityLimit(
            name=fields.text("name"),
            minimum=fields.optional_number("minimum"),
            maximum=fields.optional_number("maximum"),
            below=fields.optional_text("below"),
            above=fields.optional_text("above"),
        )
    except ValueError as error:
        raise BundleError(f"manifest.json, quality: {error}. {REPAIR}") from error
