"""What keys of the data and of the bundle's records are called on a page. A key without a name is shown as it is."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from epiluma.taxonomy import BY_CODE
from epiluma.web.languages import gettext

Text = Any  # a lazy string: translated when it is shown

SITES: Mapping[str, Text] = {
    "back": _("Back"),
    "lower extremity": _("Leg"),
    "trunk": _("Trunk"),
    "upper extremity": _("Arm"),
    "abdomen": _("Belly"),
    "face": _("Face"),
    "chest": _("Chest"),
    "foot": _("Foot"),
    "neck": _("Neck"),
    "scalp": _("Scalp"),
    "hand": _("Hand"),
    "ear": _("Ear"),
    "genital": _("Genitals"),
    "acral": _("Palm or sole"),
    "unknown": _("Not recorded"),
}
SEXES: Mapping[str, Text] = {"male": _("Male"), "female": _("Female"), "unknown": _("Not recorded")}
TRUTHS: Mapping[str, Text] = {
    "histo": _("Tissue under the microscope"),
    "follow_up": _("No change over several visits"),
    "consensus": _("Experts agreed"),
    "confocal": _("Confocal microscope on the skin"),
    "unknown": _("Not recorded"),
}
AGES: Mapping[str, Text] = {
    "under 40": _("Under 40 years"),
    "40 to 49": _("40 to 49 years"),
    "50 to 59": _("50 to 59 years"),
    "60 to 69": _("60 to 69 years"),
    "70 and over": _("70 years and over"),
    "unknown": _("Not recorded"),
}
SPLITS: Mapping[str, Text] = {
    "train": _("Training: the model learns from these"),
    "validation": _("Validation: they choose when to stop, and set the thresholds"),
    "test": _("Test: they measure, and nothing else"),
}
ALARMS: Mapping[str, Text] = {
    "not_low": _("Tier intermediate or high"),
    "high": _("Tier high"),
    "do-not-miss": _("Do not miss a melanoma"),
    "balanced": _("Balanced"),
    "melanoma_95": _("95 of 100 melanomas found"),
}
REFUSALS: Mapping[str, Text] = {
    "lesions": _("Lesions, as they are"),
    "other-clinic": _("The same lesions in the colours and sharpness of another clinic"),
    "skin": _("Skin without a lesion"),
    "photographs": _("Photographs of other things"),
}
SPOILED: Mapping[str, Text] = {
    "other-clinic": _("Taken in another clinic"),
    "blur": _("Blurred"),
    "sharpen": _("Sharpened"),
    "dark": _("Darker"),
    "bright": _("Brighter"),
    "jpeg": _("Strongly compressed"),
    "noise": _("Noisy"),
    "colour-cast": _("Tinted"),
    "smaller": _("Lesion smaller in the picture"),
    "larger": _("Lesion larger than the picture"),
    "vignette": _("Dark corners"),
    "hair": _("Hair in the way"),
}
TARGETS: Mapping[str, Text] = {
    "Balanced accuracy, one view": _("Balanced accuracy"),
    "AUC, melanoma": _("AUC, melanoma"),
    "AUC, malignant or precancerous": _("AUC, malignant or precancerous"),
    "AUC, mean of diagnoses with 5 lesions or more": _("AUC, mean of diagnoses with 5 lesions or more"),
    "Specificity at 95 % melanoma sensitivity": _("Specificity where 95 of 100 melanomas are found"),
    "Right diagnosis first": _("Right diagnosis first"),
    "Right among the first two": _("Right among the first two"),
    "Right among the first three": _("Right among the first three"),
    "Calibration error (ECE)": _("Calibration error"),
    "Calibration error, worst of mildly spoiled and recoloured pictures": _(
        "Calibration error on mildly spoiled pictures"
    ),
    "Photographs of anything else refused": _("Photographs of other things refused"),
    "Skin without a lesion refused": _("Skin without a lesion refused"),
    "Another clinic’s pictures refused": _("Pictures of another clinic refused"),
    "Pointing game": _("Heat map points at the lesion"),
}
MEASURES: Mapping[str, Text] = {
    "pointing": _("Its highest point lies on the lesion"),
    "pointing_tolerant": _("Its highest point lies on the lesion or close to it"),
    "energy": _("Share of the map that lies on the lesion"),
    "iou": _("Overlap of map and lesion"),
}
STAGES: Mapping[str, Text] = {
    "head": _("Only the last layer learns"),
    "all": _("All layers learn"),
}
KINDS: Mapping[str, Text] = {
    "convolution": _("Convolution"),
    "inverted-residual": _("Inverted residual block"),
    "bottleneck": _("Fused block"),
    "pooling": _("Pooling"),
    "mean": _("Mean over all places"),
    "linear": _("Last layer"),
}


def name_of(table: Mapping[str, Text], key: str) -> str:
    """Return a name in the reader's language; the key itself where the table has none."""
    return str(table.get(key, key))


def class_name(code: str) -> str:
    """Return the name of a diagnosis in the reader's language, or the code itself where it is none."""
    return gettext(BY_CODE[code].name) if code in BY_CODE else code
