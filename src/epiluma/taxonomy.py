"""The table of the seven diagnoses of HAM10000. Nothing about a class is written anywhere else.

The order of the table is the order of every vector of length seven in Epiluma: training, bundle, records, pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Malignancy(StrEnum):
    """How dangerous a diagnosis is."""

    BENIGN = "benign"
    PRECANCEROUS = "precancerous"
    MALIGNANT = "malignant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A diagnosis in a public code system."""

    system: str  # "ICD-10-CM" or "SNOMED CT"
    code: str
    meaning: str
    source: str
    verified_on: str  # ISO 8601 date


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """One of the seven.

    Attributes:
        code: the code of HAM10000's `dx` column.
        name: English; pages translate by code.
        malignancy: decides whether its probability counts towards `malignant_probability`.
        patient_text: two sentences in plain words.
        codes: public codes; none where the sources do not agree on one.
    """

    code: str
    name: str
    malignancy: Malignancy
    patient_text: str
    codes: tuple[Code, ...] = field(default=())

    @property
    def counts_as_malignant(self) -> bool:
        """Whether the diagnosis is malignant or precancerous."""
        return self.malignancy is not Malignancy.BENIGN


def _icd(code: str, meaning: str) -> Code:
    return Code(
        system="ICD-10-CM", code=code, meaning=meaning, source="ICD-10-CM 2026, CDC/NCHS", verified_on="2026-11-21"
    )


def _snomed(code: str, meaning: str) -> Code:
    return Code(
        system="SNOMED CT", code=code, meaning=meaning, source="SNOMED CT International", verified_on="2026-11-21"
    )


DIAGNOSES: tuple[Diagnosis, ...] = (
    Diagnosis(
        code="akiec",
        name="Actinic keratosis or Bowen's disease",
        malignancy=Malignancy.PRECANCEROUS,
        patient_text=(
            "A rough, scaly patch on skin that has had a lot of sun; Bowen's disease is an early form of skin cancer "
            "that has not grown deeper. Treated early it is almost always cured, so a doctor should look at it."
        ),
        codes=(
            _icd("L57.0", "Actinic keratosis"),
            _icd("D04.9", "Carcinoma in situ of skin, unspecified (Bowen's disease)"),
            _snomed("201101007", "Actinic keratosis"),
        ),
    ),
    Diagnosis(
        code="bcc",
        name="Basal cell carcinoma",
        malignancy=Malignancy.MALIGNANT,
        patient_text=(
            "The most common skin cancer. It grows slowly and hardly ever spreads to other parts of the body, but it "
            "needs treatment because it damages the skin around it."
        ),
        codes=(
            _icd("C44.91", "Basal cell carcinoma of skin, unspecified"),
            _snomed("254701007", "Basal cell carcinoma of skin"),
        ),
    ),
    Diagnosis(
        code="bkl",
        name="Benign keratosis",
        malignancy=Malignancy.BENIGN,
        patient_text=(
            "A harmless growth or spot of the upper skin, such as a seborrhoeic keratosis, a sun spot or a lichen "
            "planus-like keratosis. It is common with age and needs no treatment unless it bothers you."
        ),
        codes=(_icd("L82.1", "Other seborrheic keratosis"),),
    ),
    Diagnosis(
        code="df",
        name="Dermatofibroma",
        malignancy=Malignancy.BENIGN,
        patient_text=(
            "A small, firm, harmless lump in the skin, often on the legs and sometimes after an insect bite or a "
            "scratch. It can stay for years and needs no treatment."
        ),
        codes=(_icd("D23.9", "Other benign neoplasm of skin, unspecified"),),
    ),
    Diagnosis(
        code="mel",
        name="Melanoma",
        malignancy=Malignancy.MALIGNANT,
        patient_text=(
            "A cancer of the cells that give skin its colour, which can spread to other parts of the body. Found "
            "early it can usually be cured by cutting it out, so a doctor should see it soon."
        ),
        codes=(
            _icd("C43.9", "Malignant melanoma of skin, unspecified"),
            _icd("D03.9", "Melanoma in situ, unspecified"),
            _snomed("93655004", "Malignant melanoma of skin"),
            _snomed("189758001", "Melanoma in situ of skin"),
        ),
    ),
    Diagnosis(
        code="nv",
        name="Melanocytic nevus",
        malignancy=Malignancy.BENIGN,
        patient_text=(
            "An ordinary mole: a harmless group of the cells that give skin its colour. A mole that changes, bleeds "
            "or looks different from your others should still be shown to a doctor."
        ),
        codes=(
            _icd("D22.9", "Melanocytic nevi, unspecified"),
            _snomed("400096001", "Melanocytic nevus of skin"),
        ),
    ),
    Diagnosis(
        code="vasc",
        name="Vascular lesion",
        malignancy=Malignancy.BENIGN,
        patient_text=(
            "A harmless spot made of small blood vessels, such as a cherry angioma, or a little bleeding in the skin. "
            "It needs no treatment, though one that bleeds often can be removed."
        ),
        codes=(
            _icd("D18.01", "Hemangioma of skin and subcutaneous tissue"),
            _snomed("400210000", "Hemangioma of skin"),
        ),
    ),
)

CODES: tuple[str, ...] = tuple(diagnosis.code for diagnosis in DIAGNOSES)
BY_CODE: Mapping[str, Diagnosis] = MappingProxyType({diagnosis.code: diagnosis for diagnosis in DIAGNOSES})
INDEX: Mapping[str, int] = MappingProxyType({code: index for index, code in enumerate(CODES)})
MALIGNANT_CODES: tuple[str, ...] = tuple(d.code for d in DIAGNOSES if d.counts_as_malignant)
MALIGNANT_INDICES: tuple[int, ...] = tuple(INDEX[code] for code in MALIGNANT_CODES)
