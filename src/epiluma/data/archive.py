"""The words of the ISIC Archive's metadata export, put into ours.

The Archive names a diagnosis at up to five levels (`diagnosis_1` … `diagnosis_5`, from coarse to fine; older exports
have one column `diagnosis`). The finest level that this table knows decides. What HAM10000's authors put into each of
their seven classes is described in doi 10.1038/sdata.2018.161.
"""

from collections.abc import Mapping

from epiluma.data.folder import code_of_name
from epiluma.records import Modality

OUTSIDE = "outside"  # a diagnosis that is none of our seven

NAMES: Mapping[str, tuple[str, ...]] = {
    "akiec": (
        "actinic keratosis",
        "solar or actinic keratosis",
        "squamous cell carcinoma in situ",
        "squamous cell carcinoma in situ, bowen disease",
        "bowen disease",
    ),
    "bcc": ("basal cell carcinoma",),
    "bkl": (
        "pigmented benign keratosis",
        "seborrheic keratosis",
        "solar lentigo",
        "lichenoid keratosis",
        "lichen planus like keratosis",
        "lichen planus-like keratosis",
    ),
    "df": ("dermatofibroma",),
    "mel": (
        "melanoma",
        "melanoma, nos",
        "melanoma in situ",
        "melanoma invasive",
        "malignant melanocytic proliferations (melanoma)",
    ),
    "nv": ("nevus", "benign melanocytic proliferations"),
    "vasc": (
        "vascular lesion",
        "angioma",
        "hemangioma",
        "angiokeratoma",
        "pyogenic granuloma",
        "benign soft tissue proliferations - vascular",
    ),
    # Finer than a name above, and not what HAM10000 has under it.
    OUTSIDE: ("melanoma metastasis", "lentigo simplex"),
}
CODE_OF: Mapping[str, str] = {name: code for code, names in NAMES.items() for name in names}
DIAGNOSIS_COLUMNS = ("diagnosis_5", "diagnosis_4", "diagnosis_3", "diagnosis_2", "diagnosis_1", "diagnosis")

CONFIRMED_BY: Mapping[str, str] = {
    "histopathology": "histo",
    "serial imaging showing no change": "follow_up",
    "single image expert consensus": "consensus",
    "confocal microscopy with consensus dermoscopy": "confocal",
}
LICENSES: Mapping[str, str] = {"CC-0": "CC0-1.0", "CC-BY": "CC-BY-4.0", "CC-BY-NC": "CC-BY-NC-4.0"}


def diagnosis_of(row: Mapping[str, str]) -> str | None:
    """Return the code of a row's diagnosis; empty when it has none, None when it is none of ours.

    A column `dx` with one of our codes or names wins over the Archive's columns.

    Example:
        >>> diagnosis_of({"diagnosis_2": "Malignant melanocytic proliferations (Melanoma)",
        ...               "diagnosis_3": "Melanoma metastasis"}) is None
        True
        >>> diagnosis_of({"diagnosis_3": "Basal cell carcinoma", "diagnosis_4": "Basal cell carcinoma, Nodular"})
        'bcc'
    """
    if row.get("dx"):
        return code_of_name(row["dx"])
    named = [row[column].lower() for column in DIAGNOSIS_COLUMNS if row.get(column)]
    known = [CODE_OF[name] for name in named if name in CODE_OF]
    if known:
        return None if known[0] == OUTSIDE else known[0]
    return None if named else ""


def diagnosis_words(row: Mapping[str, str]) -> str:
    """Return the words a row has for its diagnosis, the finest first found."""
    return next((row[column] for column in ("dx", *DIAGNOSIS_COLUMNS) if row.get(column)), "")


def modality_of(image_type: str) -> Modality:
    """Return how a picture was taken: `dermoscopic`, `clinical: …`, `TBP tile: …` in the Archive's words."""
    kind = image_type.lower().split(":")[0].strip()
    if kind == "dermoscopic":
        return Modality.DERMOSCOPIC
    return Modality.CLINICAL if kind in ("clinical", "tbp tile") else Modality.UNKNOWN
