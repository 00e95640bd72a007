"""The bundle that ships reads every drawing that is meant as a lesion, and shows each tier with one of the samples."""

import pytest

from epiluma.bundle.read import Bundle, load_bundle
from epiluma.data.synthetic import drawn_lesion, drawn_sample
from epiluma.inference.classifier import Classifier
from epiluma.records import Modality, Tier
from epiluma.taxonomy import CODES
from epiluma.web.samples import SAMPLES, sample_picture

LESIONS = [key for key, sample in SAMPLES.items() if sample.kind is None]
SPOILED = [key for key, sample in SAMPLES.items() if sample.kind is not None]


@pytest.fixture(scope="module")
def shipped() -> Bundle:
    return load_bundle()


@pytest.fixture(scope="module")
def classifier(shipped: Bundle) -> Classifier:
    return Classifier(shipped)


def test_every_sample_meant_as_a_lesion_is_read_with_at_least_one_in_each_tier(classifier: Classifier) -> None:
    said = [classifier.read(sample_picture(key), modality=Modality.DERMOSCOPIC).prediction for key in LESIONS]

    assert [(key, p.reasons) for key, p in zip(LESIONS, said, strict=True) if p.abstained] == []
    assert {prediction.tier for prediction in said} == {Tier.LOW, Tier.INTERMEDIATE, Tier.HIGH}


@pytest.mark.parametrize("key", SPOILED)
def test_a_sample_meant_to_be_refused_is_refused(key: str, classifier: Classifier) -> None:
    assert classifier.read(sample_picture(key), modality=Modality.DERMOSCOPIC).prediction.abstained


@pytest.mark.parametrize("dx", CODES)
def test_a_drawing_of_each_diagnosis_is_read(dx: str, classifier: Classifier) -> None:
    said = [classifier.read(drawn_lesion(seed=seed, dx=dx)).prediction for seed in (0, 1)]

    assert [prediction.reasons for prediction in said if prediction.abstained] == []


def test_a_drawn_landscape_is_refused_by_a_bundle_that_has_learnt_what_lesions_are(
    shipped: Bundle, classifier: Classifier
) -> None:
    if shipped.manifest.abstention.method == "quality-limits":
        pytest.skip("this bundle knows the limits of quality only")
    said = [classifier.read(drawn_sample("non-lesion", seed=seed)).prediction.abstained for seed in range(3)]

    assert said == [True] * 3
