"""The table of the seven diagnoses, held against what it says about each by hand."""

import pytest

from epiluma.records import Ranked
from epiluma.taxonomy import BY_CODE, CODES, DIAGNOSES, INDEX, MALIGNANT_CODES, MALIGNANT_INDICES, Malignancy

NAMES = {
    "akiec": "Actinic keratosis or Bowen's disease",
    "bcc": "Basal cell carcinoma",
    "bkl": "Benign keratosis",
    "df": "Dermatofibroma",
    "mel": "Melanoma",
    "nv": "Melanocytic nevus",
    "vasc": "Vascular lesion",
}
# Words that belong to one diagnosis alone: a text that stands beside another name is found by them.
TELLING = {
    "akiec": "a lot of sun; Bowen's disease",
    "bcc": "grows slowly and hardly ever spreads",
    "bkl": "seborrhoeic keratosis",
    "df": "firm, harmless lump",
    "mel": "A cancer of the cells that give skin its colour",
    "nv": "An ordinary mole",
    "vasc": "small blood vessels",
}
ICD_10_CM = {
    "akiec": ["L57.0", "D04.9"],
    "bcc": ["C44.91"],
    "bkl": ["L82.1"],
    "df": ["D23.9"],
    "mel": ["C43.9", "D03.9"],
    "nv": ["D22.9"],
    "vasc": ["D18.01"],
}
SNOMED_CT = {
    "akiec": ["201101007"],
    "bcc": ["254701007"],
    "bkl": [],  # no code that sources agree on
    "df": [],
    "mel": ["93655004", "189758001"],
    "nv": ["400096001"],
    "vasc": ["400210000"],
}


def test_every_code_has_its_own_name() -> None:
    assert {diagnosis.code: diagnosis.name for diagnosis in DIAGNOSES} == NAMES


def test_every_diagnosis_has_its_own_text_and_melanoma_and_nevus_are_not_swapped() -> None:
    found = {words: [d.code for d in DIAGNOSES if words in d.patient_text] for words in TELLING.values()}

    assert found == {words: [code] for code, words in TELLING.items()}


def test_melanoma_and_basal_cell_carcinoma_are_malignant_and_akiec_is_precancerous() -> None:
    assert {diagnosis.code: diagnosis.malignancy for diagnosis in DIAGNOSES} == {
        "akiec": Malignancy.PRECANCEROUS,
        "bcc": Malignancy.MALIGNANT,
        "bkl": Malignancy.BENIGN,
        "df": Malignancy.BENIGN,
        "mel": Malignancy.MALIGNANT,
        "nv": Malignancy.BENIGN,
        "vasc": Malignancy.BENIGN,
    }


def test_all_three_count_towards_the_malignant_probability() -> None:
    assert MALIGNANT_CODES == ("akiec", "bcc", "mel")
    assert MALIGNANT_INDICES == (0, 1, 4)


def test_a_place_in_a_vector_and_a_code_lead_to_each_other() -> None:
    assert [INDEX[code] for code in CODES] == [0, 1, 2, 3, 4, 5, 6]
    assert [BY_CODE[code].code for code in CODES] == list(CODES)
    assert Ranked(code="mel", probability=0.5).name == "Melanoma"


@pytest.mark.parametrize(("system", "codes"), [("ICD-10-CM", ICD_10_CM), ("SNOMED CT", SNOMED_CT)])
def test_public_codes_are_those_that_were_verified(system: str, codes: dict[str, list[str]]) -> None:
    assert {d.code: [code.code for code in d.codes if code.system == system] for d in DIAGNOSES} == codes


def test_every_public_code_says_where_and_when_it_was_verified() -> None:
    public = [code for diagnosis in DIAGNOSES for code in diagnosis.codes]

    assert len(public) == 15
    assert [code.code for code in public if not (code.meaning and code.source and code.verified_on)] == []
