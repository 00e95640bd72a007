"""A bundle is measured on pictures it has not seen, or not at all."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from epiluma.bundle.manifest import OperatingPoint
from epiluma.bundle.read import load_bundle
from epiluma.data.manifest import Manifest, ManifestRow, file_sha256
from epiluma.data.trained_on import Use
from epiluma.errors import BundleError, DataError, LeakError
from epiluma.evaluation.scored import Scored
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.inference.evaluate import (
    evaluation_report,
    hash_ids,
    operating_points,
    save_evaluation,
    score_pictures,
    seen_by,
    without_image_ids,
)
from epiluma.records import Modality, Tier
from fixtures_bundle import write_tiny_bundle

RED, GREEN, BLUE, BLACK = (255, 0, 0), (0, 255, 0), (60, 60, 255), (0, 0, 0)
# id, lesion, truth, colour; the tiny bundle says mel of red, nv of green, vasc of blue
PICTURES = (
    ("i1", "L1", "mel", RED),
    ("i2", "L1", "mel", RED),
    ("i3", "L2", "nv", GREEN),
    ("i4", "L3", "mel", GREEN),
    ("i5", "L4", "vasc", BLUE),
    ("i6", "L5", "nv", BLACK),
)
IDS = tuple(picture[0] for picture in PICTURES)


def row(folder: Path, image_id: str, lesion_id: str, dx: str, colour: tuple[int, int, int]) -> ManifestRow:
    image = np.empty((64, 64, 3), np.uint8)
    image[:, ::2], image[:, 1::2] = colour, [value * 105 // 255 for value in colour]
    path = folder / f"{image_id}.png"
    path.write_bytes(encode_png(image))
    return ManifestRow(
        image_id=image_id,
        path=path.name,
        sha256=file_sha256(path),
        lesion_id=lesion_id,
        dx=dx,
        modality=Modality.DERMOSCOPIC,
    )


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return Manifest(tmp_path / "manifest.csv", tuple(row(tmp_path, *picture) for picture in PICTURES))


@pytest.fixture
def classifier(tmp_path: Path) -> Classifier:
    return Classifier(load_bundle(write_tiny_bundle(tmp_path / "bundle")))


@pytest.fixture
def scored(classifier: Classifier, manifest: Manifest) -> Scored:
    return score_pictures(classifier, manifest, IDS)


def with_lesion(manifest: Manifest, image_id: str, lesion_id: str) -> Manifest:
    rows = [replace(r, lesion_id=lesion_id) if r.image_id == image_id else r for r in manifest.rows]
    return Manifest(manifest.path, tuple(rows))


def test_every_picture_is_scored_in_the_order_of_the_manifest(scored: Scored) -> None:
    assert scored.image_ids == IDS
    assert scored.labels.tolist() == [4, 4, 5, 4, 6, 5]
    assert scored.probabilities.argmax(axis=1).tolist()[:5] == [4, 4, 5, 5, 6]
    assert scored.abstained.tolist() == [False] * 5 + [True]
    assert scored.tiers == (Tier.HIGH, Tier.HIGH, Tier.LOW, Tier.LOW, Tier.LOW, Tier.NOT_ASSESSED)


def test_decisions_are_the_graphs_and_not_the_top_class(classifier: Classifier, tmp_path: Path) -> None:
    # Mean green 12/17 of 100/255 = 0.277: nv is on top, but by its prior it is 2 · 0.277 against 1 for akiec.
    dark_green = row(tmp_path, "i7", "L7", "nv", (0, 100, 0))

    scored = score_pictures(classifier, Manifest(tmp_path / "manifest.csv", (dark_green,)), ("i7",))

    assert scored.probabilities.argmax(axis=1).tolist() == [5]
    assert scored.decision_scores.argmax(axis=1).tolist() == [0]


def test_progress_is_told_about_every_picture(classifier: Classifier, manifest: Manifest) -> None:
    told: list[tuple[str, int, int]] = []

    score_pictures(classifier, manifest, IDS[:2], progress=lambda *step: told.append(step))

    assert told == [("Reading pictures", 1, 2), ("Reading pictures", 2, 2)]


@pytest.mark.parametrize("lesion", ["HAM_9000001", "HAM_9000002"])
def test_a_lesion_that_was_used_to_train_or_to_set_thresholds_stops_everything_by_name(
    classifier: Classifier, manifest: Manifest, lesion: str
) -> None:
    with pytest.raises(LeakError, match=lesion) as refusal:
        score_pictures(classifier, with_lesion(manifest, "i3", lesion), IDS)

    assert refusal.value.exit_status == 1


def test_a_seen_lesion_outside_the_split_does_no_harm(classifier: Classifier, manifest: Manifest) -> None:
    scored = score_pictures(classifier, with_lesion(manifest, "i3", "HAM_9000001"), ("i1", "i4"))

    assert scored.image_ids == ("i1", "i4")


def test_a_picture_that_was_trained_on_under_another_lesions_name_is_found_too(
    classifier: Classifier, manifest: Manifest
) -> None:
    rows = (replace(manifest.rows[0], image_id="ISIC_9000001"), *manifest.rows[1:])

    with pytest.raises(LeakError, match="L1"):
        score_pictures(classifier, Manifest(manifest.path, rows), ("ISIC_9000001",))


def test_lesions_known_under_two_ids_count_once(classifier: Classifier, manifest: Manifest) -> None:
    rows = tuple(
        replace(r, image_id={"i3": "ISIC_0025226", "i6": "ISIC_0030074"}.get(r.image_id, r.image_id))
        for r in manifest.rows
    )

    scored = score_pictures(classifier, Manifest(manifest.path, rows), ("ISIC_0025226", "ISIC_0030074"))

    assert scored.lesion_ids == ("L2", "L2")


def test_what_a_bundle_has_seen_is_read_with_its_use(classifier: Classifier) -> None:
    assert [(seen.image_id, seen.use) for seen in seen_by(classifier.bundle)] == [
        ("ISIC_9000001", Use.TRAIN),
        ("ISIC_9000002", Use.THRESHOLD),
    ]


def test_a_picture_that_cannot_be_read_stops_the_evaluation_by_name(
    classifier: Classifier, manifest: Manifest, tmp_path: Path
) -> None:
    (tmp_path / "i3.png").unlink()

    with pytest.raises(DataError, match="i3") as refusal:
        score_pictures(classifier, manifest, IDS)

    assert refusal.value.code == "image.missing"


def test_a_picture_that_was_changed_since_the_import_stops_the_evaluation(
    classifier: Classifier, manifest: Manifest, tmp_path: Path
) -> None:
    (tmp_path / "i3.png").write_bytes((tmp_path / "i1.png").read_bytes())

    with pytest.raises(DataError, match="not the picture that was imported as i3"):
        score_pictures(classifier, manifest, IDS)


def test_an_unlabelled_picture_stops_the_evaluation(classifier: Classifier, manifest: Manifest) -> None:
    rows = (replace(manifest.rows[0], dx=""), *manifest.rows[1:])

    with pytest.raises(DataError, match=r"1 have no dx .*i1"):
        score_pictures(classifier, Manifest(manifest.path, rows), IDS)


def test_an_empty_list_is_no_evaluation(classifier: Classifier, manifest: Manifest) -> None:
    with pytest.raises(DataError, match="of 0 chosen"):
        score_pictures(classifier, manifest, ())


def test_the_report_names_model_split_and_sizes(scored: Scored, classifier: Classifier) -> None:
    report = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50)

    assert report["schema"] == "epiluma.evaluation/2"
    assert report["model_id"] == classifier.bundle.id
    assert (report["split"], report["images"], report["lesions"], report["resamples"]) == ("test", 6, 5, 50)
    assert report["split_sha256"] == hash_ids(IDS)
    assert report["majority"] == {"code": "mel", "share": 0.5}
    assert {"epiluma", "numpy", "onnxruntime", "pillow", "python"} == set(report["versions"])


def test_the_reports_figures_are_those_counted_by_hand(scored: Scored, classifier: Classifier) -> None:
    report = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50)

    # Right first: i1, i2, i3 and i5; the black picture gives akiec and three others 1/4 each.
    assert report["metrics"]["top1"]["value"] == pytest.approx(4 / 6)
    assert report["metrics"]["top1"]["from"] == "probabilities"
    assert report["metrics"]["top1"]["baseline"] == 0.5
    # Two of three melanomas are decided so; no picture shows akiec, so the mean of the seven recalls is undefined.
    assert report["classes"]["mel"]["recall"]["value"] == pytest.approx(2 / 3)
    assert report["metrics"]["balanced_accuracy"] == {
        "title": "Balanced accuracy",
        "n": 6,
        "reason": "no picture shows akiec, bcc, bkl, df",
        "from": "decision",
    }
    assert report["confusion_matrix"]["counts"][4] == [0, 0, 0, 0, 2, 1, 0]
    assert report["tiers"]["melanomas_low_per_100"] == pytest.approx(100 / 3)
    assert report["abstention"]["value"] == pytest.approx(1 / 6)


def test_the_same_seed_gives_the_same_report_and_another_other_intervals(
    scored: Scored, classifier: Classifier
) -> None:
    first = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50, seed=3)
    again = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50, seed=3)
    other = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50, seed=4)

    assert first == again
    assert first["metrics"]["ece"] != other["metrics"]["ece"]


def test_a_report_is_json_without_nan_or_null(scored: Scored, classifier: Classifier) -> None:
    text = json.dumps(evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50))

    assert "NaN" not in text
    assert "null" not in text


def test_the_hash_of_a_split_does_not_depend_on_the_order() -> None:
    # printf 'a\nb\n' | sha256sum
    expected = "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2"

    assert hash_ids(("b", "a")) == hash_ids(("a", "b")) == expected


def test_saving_attaches_the_report_to_the_bundle_and_lays_it_beside_the_weights(
    scored: Scored, classifier: Classifier, tmp_path: Path
) -> None:
    bundle = classifier.bundle
    (tmp_path / "models" / bundle.id).mkdir(parents=True)
    report = evaluation_report(scored, bundle=bundle, split="test", resamples=50)

    written = save_evaluation(report, bundle, models=tmp_path / "models")

    attached = load_bundle(bundle.path)
    assert json.loads(attached.read_file("evaluation.json")) == without_image_ids(report)
    assert "6 images of 5 lesions" in attached.read_file("card.md").decode()
    assert [path.parent for path in written] == [bundle.path.resolve(), tmp_path / "models" / bundle.id]
    assert json.loads(written[1].read_text()) == without_image_ids(report)


def test_saving_makes_no_folder_for_weights_that_are_not_there(
    scored: Scored, classifier: Classifier, tmp_path: Path
) -> None:
    report = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50)

    assert len(save_evaluation(report, classifier.bundle, models=tmp_path / "models")) == 1
    assert not (tmp_path / "models").exists()


def test_an_evaluation_of_another_model_is_not_saved(scored: Scored, classifier: Classifier, tmp_path: Path) -> None:
    report = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50)

    with pytest.raises(BundleError, match="the evaluation is of other"):
        save_evaluation(report | {"model_id": "other"}, classifier.bundle, models=tmp_path)


def test_an_alarm_of_the_report_rings_where_the_record_gives_a_tier_that_is_not_low(
    scored: Scored, classifier: Classifier
) -> None:
    # All but the last are judged, so that their tiers are those of the rules.
    not_low, high = operating_points(scored, classifier.bundle)

    assert not_low.alarm.tolist()[:5] == [tier is not Tier.LOW for tier in scored.tiers[:5]]
    assert high.alarm.tolist()[:5] == [tier is Tier.HIGH for tier in scored.tiers[:5]]


def test_the_points_of_the_bundle_are_measured_on_their_own_score(scored: Scored, classifier: Classifier) -> None:
    point = OperatingPoint(
        name="do-not-miss",
        score="melanoma_probability",
        threshold=0.5,
        sensitivity=0.95,
        specificity=0.7,
        fitted_on="folds",
        n=9,
    )
    bundle = replace(classifier.bundle, manifest=replace(classifier.bundle.manifest, operating_points=(point,)))

    [_, _, measured] = operating_points(scored, bundle)

    assert (measured.title, measured.target, measured.chosen_on) == ("Do not miss", "melanoma", "folds")
    assert measured.alarm.tolist() == [True, True, False, False, False, False]


def test_reasons_to_refuse_are_counted_and_told_in_words(scored: Scored, classifier: Classifier) -> None:
    report = evaluation_report(scored, bundle=classifier.bundle, split="test", resamples=50)

    reasons = report["abstention"]["reasons"]
    assert {"code": "quality.dark", "n": 1, "why": "The picture is too dark."} in reasons
    assert report["abstention"]["answered"]["n"] == 5


def test_pictures_are_grouped_by_what_the_manifest_knows(classifier: Classifier, manifest: Manifest) -> None:
    known = {"age_years": 39.0, "sex": "female", "localization": "back", "dx_type": "histo"}
    rows = (replace(manifest.rows[0], **known), *manifest.rows[1:])

    groups = score_pictures(classifier, Manifest(manifest.path, rows), IDS[:2]).groups

    assert groups == {
        "age": ("under 40", "unknown"),
        "sex": ("female", "unknown"),
        "site": ("back", "unknown"),
        "truth": ("histo", "unknown"),
    }


def test_an_earlier_evaluations_disclosures_stay_with_its_pictures_and_no_others(
    scored: Scored, classifier: Classifier, tmp_path: Path
) -> None:
    bundle = classifier.bundle
    first = evaluation_report(scored, bundle=bundle, split="test", resamples=20, disclosures=("Read once.",))
    save_evaluation(first, bundle, models=tmp_path)
    saved = load_bundle(bundle.path)
    fewer = replace(scored, image_ids=(*scored.image_ids[:-1], "another"))

    again = evaluation_report(scored, bundle=saved, split="test", resamples=20)
    elsewhere = evaluation_report(fewer, bundle=saved, split="test", resamples=20)

    assert again["disclosures"] == ["Read once."]
    assert elsewhere["disclosures"] == []
