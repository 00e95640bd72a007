"""Write records.json: outputs of a graph and the record that must come of them, for every implementation of the rules.

    python tests/golden/make_records.py

Nothing here imports the rules. The first cases are worked out by hand and typed in. The others are drawn, and their
records are worked out by `expected` below: the specification (docs/bundle.md) once more, in exact fractions, from
probabilities that are whole 4096ths. Binary floating point holds those exactly, so the expected numbers are exact too
and must be met to the last bit.
"""

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SEED = 20261121
DRAWN = 200
ORDER = ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")
NAMES = (
    "Actinic keratosis or Bowen's disease",
    "Basal cell carcinoma",
    "Benign keratosis",
    "Dermatofibroma",
    "Melanoma",
    "Melanocytic nevus",
    "Vascular lesion",
)
SUSPICIOUS = {"akiec", "bcc", "mel"}
MANIFESTS: dict[str, dict[str, Any]] = {
    # Thresholds are binary fractions, so that a case can lie exactly on one.
    "standard": {
        "id": "golden-20261121-0123abcd",
        "decision": {"rule": "prior-adjusted"},
        "tiers": {"intermediate_from": 0.125, "high_from": 0.5},
        "abstention": {"threshold": 1.0},
        "quality": [
            {"name": "brightness", "minimum": 0.125, "below": "quality.dark"}
            | {"maximum": 0.875, "above": "quality.bright"},
            {"name": "contrast", "minimum": 0.0625, "below": "quality.blank"},
            {"name": "sharpness", "minimum": 0.25, "below": "quality.blurred"},
            {"name": "clipped", "maximum": 0.5, "above": "quality.clipped"},
        ],
    },
    # A model that has learnt where lesions lie.
    "learned": {
        "id": "learned-20261121-4567cdef",
        "decision": {"rule": "prior-adjusted"},
        "tiers": {"intermediate_from": 0.125, "high_from": 0.5},
        "abstention": {"threshold": 1.0},
        "quality": [
            {"name": "hair", "maximum": 0.25, "above": "quality.hair"},
            {"name": "lesion", "minimum": 0.25, "below": "quality.no-lesion"},
            {"name": "lesion_area", "minimum": 0.03125, "below": "quality.small-lesion"},
        ],
    },
    # A model without limits of quality, with other thresholds and another rule of decision.
    "plain": {
        "id": "plain-20261121-89ab4567",
        "decision": {"rule": "argmax"},
        "tiers": {"intermediate_from": 0.25, "high_from": 0.75},
        "abstention": {"threshold": 2.5},
        "quality": [],
    },
}
GOOD = [0.5, 0.25, 1.0, 0.0]  # brightness, contrast, sharpness, clipped: inside all limits


def case(
    what: str,
    probabilities: list[float],
    decision_scores: list[float],
    record: dict[str, Any],
    *,
    modality: str = "dermoscopic",
    quality: list[float] | None = None,
    abstention_score: float = 0.5,
    manifest: str = "standard",
    geometry: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """One case; `record` holds what is worked out, in the order of the class codes."""
    return {
        "what": what,
        "manifest": manifest,
        "outputs": {
            "probabilities": probabilities,
            "decision_scores": decision_scores,
            "abstention_score": abstention_score,
            "quality": (GOOD if manifest == "standard" else []) if quality is None else quality,
        },
        "modality": modality,
        "geometry": geometry,
        "expected": record,
    }


def learned(what: str, quality: list[float], reasons: str, score: float = 2.0) -> dict[str, Any]:
    """A mole as a model reads it that has learnt where lesions lie."""
    record = by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed" if reasons else "low", reasons)
    return case(what, MOLE, SAYS_NV, record, manifest="learned", quality=quality, abstention_score=score)


def by_hand(
    probabilities: list[float], top3: list[str], decision: str, malignant: float, tier: str, reasons: str = ""
) -> dict[str, Any]:
    """What a case expects, typed in; a model abstains for every reason but the modality's."""
    codes = reasons.split()
    return {
        "probabilities": probabilities,
        "top3": top3,
        "decision": decision,
        "malignant_probability": malignant,
        "tier": tier,
        "abstained": any(not code.startswith("modality.") for code in codes),
        "reasons": codes,
    }


# fmt: off
#       akiec   bcc     bkl     df      mel     nv      vasc
MOLE = [0.0,    0.0,    0.125,  0.0,    0.0625, 0.75,   0.0625]  # malignant 1/16: low
EDGE = [0.0625, 0.0,    0.125,  0.0,    0.0625, 0.75,   0.0]     # malignant 1/8: on the lower threshold
DOUBT = [0.125, 0.125,  0.125,  0.0,    0.1875, 0.4375, 0.0]     # malignant 7/16: intermediate
HIGH = [0.125,  0.125,  0.0,    0.0,    0.25,   0.5,    0.0]     # malignant 1/2: on the upper threshold
MELANOMA = [0.0, 0.0625, 0.0625, 0.0,   0.75,   0.125,  0.0]     # malignant 13/16
SAYS_NV = [0.0, 0.0,    0.25,   0.0,    0.0,    0.75,   0.0]
SAYS_MEL = [0.0, 0.0,   0.0,    0.0,    0.75,   0.25,   0.0]
SAYS_AKIEC = [0.5, 0.0, 0.25,   0.0,    0.0,    0.25,   0.0]
SAYS_BCC = [0.25, 0.5,  0.0,    0.0,    0.0,    0.25,   0.0]
UNLIKELY_MELANOMA = [0.0, 0.0, 0.234375, 0.171875, 0.046875, 0.3125, 0.234375]  # malignant 3/64

OF_MOLE = ["nv", "bkl", "mel"]  # mel and vasc are equal: mel comes first in the taxonomy
LOW_MOLE = by_hand(MOLE, OF_MOLE, "nv", 0.0625, "low")
CROP = {"crop": [10, 20, 300, 200], "rotate": 90, "flip": True}
BCC_ON_TOP = [0.0, 0.234375, 0.1875, 0.1875, 0.0, 0.1875, 0.203125]
AKIEC_TIES = [0.203125, 0.0, 0.203125, 0.203125, 0.0, 0.203125, 0.1875]
NEARLY_EVEN = [0.142578125] * 6 + [0.14453125]  # 146/1024 and 148/1024

HAND_DERIVED = (
    case("a mole through a dermatoscope is low", MOLE, SAYS_NV, LOW_MOLE),
    case("geometry is in the record when one was given", MOLE, SAYS_NV, LOW_MOLE, geometry=CROP),
    case(
        "a mole of unknown modality is not assessed, and the reason says why",
        MOLE, SAYS_NV, by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed", "modality.unknown"), modality="unknown",
    ),
    case(
        "a plain photograph is never assessed",
        MOLE, SAYS_NV, by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed", "modality.clinical"), modality="clinical",
    ),
    case(
        "a plain photograph of a melanoma is not assessed either",
        MELANOMA, SAYS_MEL,
        by_hand(MELANOMA, ["mel", "nv", "bcc"], "mel", 0.8125, "not_assessed", "modality.clinical"),
        modality="clinical",
    ),
    case(
        "on the lower threshold is intermediate",
        EDGE, SAYS_NV, by_hand(EDGE, ["nv", "bkl", "akiec"], "nv", 0.125, "intermediate"),
    ),
    case(
        "intermediate stays intermediate when the modality is unknown, without a reason",
        EDGE, SAYS_NV, by_hand(EDGE, ["nv", "bkl", "akiec"], "nv", 0.125, "intermediate"), modality="unknown",
    ),
    case(
        "between the thresholds is intermediate; of three equal ones the first two of the taxonomy follow",
        DOUBT, SAYS_NV, by_hand(DOUBT, ["nv", "mel", "akiec"], "nv", 0.4375, "intermediate"),
    ),
    case(
        "on the upper threshold is high",
        HIGH, SAYS_NV, by_hand(HIGH, ["nv", "mel", "akiec"], "nv", 0.5, "high"),
    ),
    case(
        "high stays high when the modality is unknown",
        HIGH, SAYS_NV, by_hand(HIGH, ["nv", "mel", "akiec"], "nv", 0.5, "high"), modality="unknown",
    ),
    case(
        "a melanoma is high",
        MELANOMA, SAYS_MEL, by_hand(MELANOMA, ["mel", "nv", "bcc"], "mel", 0.8125, "high"),
    ),
    case(
        "decided to be a melanoma is never low, however improbable",
        MOLE, SAYS_MEL, by_hand(MOLE, OF_MOLE, "mel", 0.0625, "intermediate"),
    ),
    case(
        "decided to be akiec is never low",
        UNLIKELY_MELANOMA, SAYS_AKIEC,
        by_hand(UNLIKELY_MELANOMA, ["nv", "bkl", "vasc"], "akiec", 0.046875, "intermediate"),
    ),
    case(
        "decided to be bcc is never low, and unknown modality leaves that as it is",
        UNLIKELY_MELANOMA, SAYS_BCC,
        by_hand(UNLIKELY_MELANOMA, ["nv", "bkl", "vasc"], "bcc", 0.046875, "intermediate"), modality="unknown",
    ),
    case(
        "a top class that is malignant is never low, whatever the decision",
        BCC_ON_TOP, SAYS_NV, by_hand(BCC_ON_TOP, ["bcc", "vasc", "bkl"], "nv", 0.234375, "intermediate"),
        manifest="plain",
    ),
    case(
        "of four equal probabilities the first in the taxonomy is on top: akiec makes it intermediate",
        AKIEC_TIES, SAYS_NV, by_hand(AKIEC_TIES, ["akiec", "bkl", "df"], "nv", 0.203125, "intermediate"),
        manifest="plain",
    ),
    case(
        "of equal decision scores the first in the taxonomy decides",
        MOLE, [0.0, 0.0, 0.5, 0.0, 0.0, 0.5, 0.0], by_hand(MOLE, OF_MOLE, "bkl", 0.0625, "low"),
    ),
    case(
        "too dark: the model abstains and still gives its numbers",
        MOLE, SAYS_NV, by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed", "quality.dark"),
        quality=[0.0625, 0.25, 1.0, 0.0], abstention_score=2.0,
    ),
    case(
        "exactly on every limit is inside",
        MOLE, SAYS_NV, LOW_MOLE, quality=[0.125, 0.0625, 0.25, 0.5], abstention_score=1.0,
    ),
    case("exactly on the upper limit of brightness is in", MOLE, SAYS_NV, LOW_MOLE, quality=[0.875, 0.25, 1.0, 0.0]),
    case(
        "several reasons stand in the order of the manifest",
        MOLE, SAYS_NV,
        by_hand(
            MOLE, OF_MOLE, "nv", 0.0625, "not_assessed",
            "quality.bright quality.blank quality.blurred quality.clipped",
        ),
        quality=[1.0, 0.0, 0.0, 1.0], abstention_score=1e6,
    ),
    case(
        "a melanoma in a blurred picture is not assessed",
        MELANOMA, SAYS_MEL,
        by_hand(MELANOMA, ["mel", "nv", "bcc"], "mel", 0.8125, "not_assessed", "quality.blurred"),
        quality=[0.5, 0.25, 0.125, 0.0], abstention_score=2.0,
    ),
    case(
        "a refusal without a limit passed is for an unfamiliar picture",
        MOLE, SAYS_NV, by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed", "abstention.unfamiliar"),
        abstention_score=1.0000001,
    ),
    learned("a picture in which no spot is found is refused", [0.0, 0.125, 1.0], "quality.no-lesion"),
    learned("a spot that is too small in the picture is refused", [0.0, 1.0, 0.015625], "quality.small-lesion"),
    learned("a spot under much hair is refused", [0.5, 0.75, 0.125], "quality.hair"),
    learned("a spot exactly as large and as sure as the limits ask is read", [0.25, 0.25, 0.03125], "", score=1.0),
    learned("hair and no spot: both reasons", [0.5, 0.0, 1.0], "quality.hair quality.no-lesion"),
    case(
        "the reason of a refusal is not joined by that of an unknown modality",
        MOLE, SAYS_NV, by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed", "abstention.unfamiliar"),
        abstention_score=7.0, modality="unknown",
    ),
    case(
        "a dark plain photograph has both reasons, the picture's first",
        MOLE, SAYS_NV, by_hand(MOLE, OF_MOLE, "nv", 0.0625, "not_assessed", "quality.dark modality.clinical"),
        quality=[0.0, 0.25, 1.0, 0.0], abstention_score=9.0, modality="clinical",
    ),
    case("exactly on the threshold of abstention is judged", MOLE, SAYS_NV, LOW_MOLE, abstention_score=1.0),
    case(
        "probabilities that sum to 1.00048828125 are divided by their sum",
        # 2049/2048 in all, so each quotient is a fraction of 2049, rounded once to a double.
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.75, 0.25048828125], SAYS_NV,
        by_hand([0.0, 0.0, 0.0, 0.0, 0.0, 1536 / 2049, 513 / 2049], ["nv", "vasc", "akiec"], "nv", 0.0, "low"),
    ),
    case(
        "all nearly equal: the largest, then the first two of the taxonomy; equal scores decide for its first",
        NEARLY_EVEN, [0.142578125] * 7,
        by_hand(NEARLY_EVEN, ["vasc", "akiec", "bcc"], "akiec", 0.427734375, "intermediate"),
    ),
    case(
        "certain of a melanoma",
        [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0], SAYS_MEL,
        by_hand([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0], ["mel", "akiec", "bcc"], "mel", 1.0, "high"), manifest="plain",
    ),
)
# fmt: on


def drawn(rng: random.Random, number: int) -> dict[str, Any]:
    """One case at random; every second one lies on a threshold or next to it."""
    name = rng.choice(("standard", "standard", "standard", "plain"))
    manifest = MANIFESTS[name]
    counts = draw_counts(rng, manifest if number % 2 else None)
    quality = [draw_quality(rng, limit) for limit in manifest["quality"]]
    threshold = manifest["abstention"]["threshold"]
    made = case(
        f"drawn {number}",
        [count / 4096 for count in counts],
        [rng.randrange(1024) / 1024 for _ in ORDER],
        {},
        manifest=name,
        modality=rng.choice(("dermoscopic", "dermoscopic", "unknown", "clinical")),
        quality=quality,
        abstention_score=rng.choice((0.0, 0.5, threshold, threshold, threshold + 2**-20, 40.0)),
        geometry=rng.choice(
            (None, None, {"crop": [0, 0, 64 + number, 64], "rotate": 90 * (number % 4), "flip": False})
        ),
    )
    return made | {"expected": expected(made)}


def draw_counts(rng: random.Random, on_threshold_of: dict[str, Any] | None) -> list[int]:
    """Seven whole numbers that sum to 4096, some of them alike; the suspicious ones on a threshold where asked."""
    weights = [rng.choice((0, 1, 1, 2, 5, 20)) * rng.choice((1, 1, rng.random())) for _ in ORDER]
    if not on_threshold_of:
        return shared_out(4096, [weight or 0.01 for weight in weights])
    threshold = rng.choice((on_threshold_of["tiers"]["intermediate_from"], on_threshold_of["tiers"]["high_from"]))
    suspicious = int(threshold * 4096) + rng.choice((-1, 0, 0, 1))
    inside = shared_out(suspicious, [weights[0] + 0.01, weights[1], weights[4]])
    outside = iter(shared_out(4096 - suspicious, [weights[2], weights[3], weights[5] + 0.01, weights[6]]))
    within = iter(inside)
    return [next(within) if code in SUSPICIOUS else next(outside) for code in ORDER]


def shared_out(total: int, weights: list[float]) -> list[int]:
    """Split a whole number in proportion to the weights; what rounding leaves goes to the largest."""
    shares = [int(total * weight / sum(weights)) for weight in weights]
    shares[shares.index(max(shares))] += total - sum(shares)
    return shares


def draw_quality(rng: random.Random, limit: dict[str, Any]) -> float:
    """A value inside the limits, mostly; else on one of them, or just outside."""
    low, high = limit.get("minimum", 0.0), limit.get("maximum", 1.0)
    return rng.choice(((low + high) / 2,) * 10 + (low, high, low - 2**-12, high + 2**-12))


def expected(made: dict[str, Any]) -> dict[str, Any]:
    """The record of a case by the specification, in exact fractions."""
    outputs, manifest = made["outputs"], MANIFESTS[made["manifest"]]
    exact = {code: Fraction(value) for code, value in zip(ORDER, outputs["probabilities"], strict=True)}
    assert sum(exact.values()) == 1
    ranking = sorted(ORDER, key=lambda code: (-exact[code], ORDER.index(code)))
    best = max(outputs["decision_scores"])
    decision = ORDER[outputs["decision_scores"].index(best)]
    malignant = sum((exact[code] for code in SUSPICIOUS), Fraction(0))
    refusals = refused_for(outputs, manifest)
    tier = "low"
    if malignant >= manifest["tiers"]["intermediate_from"] or {ranking[0], decision} & SUSPICIOUS:
        tier = "intermediate"
    if malignant >= manifest["tiers"]["high_from"]:
        tier = "high"
    reasons = (
        refusals
        + {
            "clinical": ["modality.clinical"],
            "unknown": ["modality.unknown"] if tier == "low" and not refusals else [],
            "dermoscopic": [],
        }[made["modality"]]
    )
    return {
        "probabilities": [float(exact[code]) for code in ORDER],
        "top3": ranking[:3],
        "decision": decision,
        "malignant_probability": float(malignant),
        "tier": "not_assessed" if reasons else tier,
        "abstained": bool(refusals),
        "reasons": reasons,
    }


def refused_for(outputs: dict[str, Any], manifest: dict[str, Any]) -> list[str]:
    """Why the model abstains."""
    codes = []
    for value, limit in zip(outputs["quality"], manifest["quality"], strict=True):
        codes += [limit["below"]] if "minimum" in limit and value < limit["minimum"] else []
        codes += [limit["above"]] if "maximum" in limit and value > limit["maximum"] else []
    unfamiliar = outputs["abstention_score"] > manifest["abstention"]["threshold"]
    return codes or (["abstention.unfamiliar"] if unfamiliar else [])


def whole(made: dict[str, Any], number: int) -> dict[str, Any]:
    """The case as it is written: what is expected spelled out as the record, without `schema` and `notice`."""
    short, manifest = made["expected"], MANIFESTS[made["manifest"]]
    probabilities = dict(zip(ORDER, short["probabilities"], strict=True))
    record = {
        "file": f"case-{number}.jpg",
        "sha256": f"{number:064x}",
        "model_id": manifest["id"],
        "modality": made["modality"],
        **({} if made["geometry"] is None else {"geometry": made["geometry"]}),
        "probabilities": probabilities,
        "top3": [
            {"code": code, "name": NAMES[ORDER.index(code)], "probability": probabilities[code]}
            for code in short["top3"]
        ],
        "decision": {"code": short["decision"], "rule": manifest["decision"]["rule"]},
        **{key: short[key] for key in ("malignant_probability", "tier", "abstained", "reasons")},
    }
    given = {key: made[key] for key in ("what", "manifest", "outputs", "modality", "geometry") if made[key] is not None}
    return given | {"expected": record}


def text() -> str:
    """The file: one case a line, so that a change shows which."""
    rng = random.Random(SEED)
    cases = [*HAND_DERIVED, *(drawn(rng, number) for number in range(DRAWN))]
    lines = ",\n".join(json.dumps(whole(made, number)) for number, made in enumerate(cases))
    head = json.dumps({"schema": "epiluma.golden/1", "hand_derived": len(HAND_DERIVED), "manifests": MANIFESTS})
    return f'{head[:-1]}, "cases": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    (HERE / "records.json").write_text(text(), encoding="utf-8")
