"""From bytes and pixels to records, worked out by hand with a bundle that looks at the mean colour only."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import epiluma
from epiluma.bundle.read import load_bundle
from epiluma.bundle.write import write_bundle
from epiluma.errors import BundleError, GeometryError, ImageError
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from epiluma.inference.runtimes import OnnxRuntime, Outputs
from epiluma.records import Geometry, Image, Modality, Reading, Tier, Unreadable
from fixtures_bundle import write_tiny_bundle


@pytest.fixture(scope="module")
def classifier(tiny_bundle: Path) -> Classifier:
    return Classifier(load_bundle(tiny_bundle))


Colour = tuple[int, int, int]


def striped(colour: Colour, other: Colour = (0, 0, 0), *, height: int = 64, width: int = 64) -> Image:
    """Columns of two colours by turns: the mean lies half way between, and the picture is sharp."""
    image = np.empty((height, width, 3), np.uint8)
    image[:, ::2], image[:, 1::2] = colour, other
    return image


GREEN = striped((0, 255, 0), (0, 105, 0))
RED = striped((255, 0, 0))


def test_probabilities_decision_and_tier_are_those_worked_out_by_hand(classifier: Classifier) -> None:
    # Mean colour (0, 180/255, 0) = (0, 12/17, 0): s = 65/68, so nv = 48/65 and the four others are (1/16) / s = 17/260.
    reading = classifier.predict([GREEN], modality=Modality.DERMOSCOPIC)[0]

    assert reading.prediction.probabilities == pytest.approx([17 / 260] * 4 + [0, 48 / 65, 0], abs=1e-6)
    assert [ranked.code for ranked in reading.prediction.top3] == ["nv", "akiec", "bcc"]
    assert reading.prediction.decision.code == "nv"  # 48/65 by its prior 1/2 is 96/65; 17/260 by 1/16 is 68/65
    assert reading.prediction.malignant_probability == pytest.approx(34 / 260, abs=1e-6)
    assert reading.prediction.tier is Tier.LOW
    assert reading.prediction.reasons == ()


def test_the_decision_may_differ_from_the_top_class(classifier: Classifier) -> None:
    # Mean colour (0, (51/255) / 2, 0) = (0, 1/10, 0): s = 7/20, nv = 2/7, each other 5/28. Divided by the prior nv is
    # 4/7 and akiec 20/7: nv is on top and akiec is decided.
    reading = classifier.predict([striped((0, 51, 0))], modality=Modality.DERMOSCOPIC)[0]

    assert reading.prediction.top3[0].code == "nv"
    assert reading.prediction.decision.code == "akiec"
    assert reading.prediction.decision.rule == "prior-adjusted"


def test_a_red_picture_is_high_and_red_is_not_read_as_blue(classifier: Classifier) -> None:
    # Mean colour (1/2, 0, 0): mel = 2/3, akiec + bcc = 2/12; read as BGR it would be vasc, and low.
    prediction = classifier.predict([RED], modality=Modality.DERMOSCOPIC)[0].prediction

    assert prediction.top3[0].code == "mel"
    assert prediction.malignant_probability == pytest.approx(5 / 6, abs=1e-6)
    assert prediction.tier is Tier.HIGH


def test_quality_is_given_by_the_names_of_the_manifest(classifier: Classifier) -> None:
    # Luma is 0.299 in every second column: mean and deviation are 0.1495; half of the pixels are black.
    quality = classifier.predict([RED])[0].quality

    assert list(quality) == ["brightness", "contrast", "sharpness", "clipped"]
    assert quality["brightness"] == pytest.approx(0.1495, abs=1e-5)
    assert quality["contrast"] == pytest.approx(0.1495, abs=1e-5)
    assert quality["clipped"] == pytest.approx(0.5, abs=1e-5)


def test_there_is_a_map_for_every_class(classifier: Classifier) -> None:
    reading = classifier.predict([RED])[0]

    assert reading.activation_maps.shape == (7, 7, 7)
    assert reading.activation_maps.max() == 1
    assert reading.activation_maps.min() >= 0


def test_a_black_picture_is_not_judged_and_still_has_its_numbers(classifier: Classifier) -> None:
    prediction = classifier.predict([np.zeros((64, 64, 3), np.uint8)], modality=Modality.DERMOSCOPIC)[0].prediction

    assert prediction.abstained
    assert prediction.tier is Tier.NOT_ASSESSED
    assert prediction.reasons == ("quality.dark", "quality.blank", "quality.blurred", "quality.clipped")
    assert sum(prediction.probabilities) == pytest.approx(1)


def test_results_stand_in_the_order_of_the_pictures_with_their_names(classifier: Classifier) -> None:
    readings = classifier.predict([RED, GREEN, RED], files=["a", "b", "c"])

    assert [(r.prediction.file, r.prediction.top3[0].code) for r in readings] == [
        ("a", "mel"),
        ("b", "nv"),
        ("c", "mel"),
    ]


def test_pictures_without_names_are_numbered_and_hashed_by_their_pixels(classifier: Classifier) -> None:
    prediction = classifier.predict([RED])[0].prediction

    assert prediction.file == "image-0"
    assert prediction.sha256 == hashlib.sha256(RED.tobytes()).hexdigest()


def test_names_and_pictures_must_be_as_many(classifier: Classifier) -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        classifier.predict([RED], files=["a", "b"])


@pytest.mark.parametrize(
    "array", [np.zeros((64, 64), np.uint8), np.zeros((64, 64, 4), np.uint8), np.zeros((64, 64, 3), np.float32)]
)
def test_an_array_that_is_no_rgb_picture_is_refused(classifier: Classifier, array: Image) -> None:
    with pytest.raises(ImageError, match="height, width, 3"):
        classifier.predict([array])


def test_bytes_a_file_and_pixels_give_the_same_numbers(classifier: Classifier, tmp_path: Path) -> None:
    content = encode_png(RED)
    (tmp_path / "red.png").write_bytes(content)

    from_bytes = classifier.read(content, file="red").prediction
    from_file = classifier.read(tmp_path / "red.png").prediction

    assert from_bytes.probabilities == from_file.probabilities
    assert from_bytes.probabilities == classifier.predict([RED])[0].prediction.probabilities
    assert from_bytes.sha256 == from_file.sha256 == hashlib.sha256(content).hexdigest()
    assert from_file.file == str(tmp_path / "red.png")


def test_large_pixels_are_pooled_like_large_files(classifier: Classifier) -> None:
    # 224 px input: pooled until the short side is at least 448; 900 px go to 450, where the stripes are one grey.
    large = striped((0, 255, 0), height=900, width=1000)

    from_bytes = classifier.read(encode_png(large)).prediction

    assert from_bytes.probabilities == classifier.predict([large])[0].prediction.probabilities
    assert from_bytes.probabilities[5] == pytest.approx((128 / 255) / (128 / 255 + 1 / 4), abs=1e-5)


def test_geometry_is_applied_before_reading_and_recorded(classifier: Classifier) -> None:
    both = np.concatenate([RED, GREEN], axis=1)
    right_half = Geometry(crop=(64, 0, 64, 64))

    prediction = classifier.read(encode_png(both), geometry=right_half).prediction

    assert prediction.top3[0].code == "nv"
    assert prediction.to_json()["geometry"] == {"crop": [64, 0, 64, 64], "rotate": 0, "flip": False}


def test_a_crop_outside_the_picture_is_refused(classifier: Classifier) -> None:
    with pytest.raises(GeometryError):
        classifier.read(encode_png(RED), geometry=Geometry(crop=(32, 0, 64, 64)))


def test_a_row_that_cannot_be_read_says_why_and_keeps_the_hash_of_its_bytes(classifier: Classifier) -> None:
    row = classifier.read_row(b"no picture", file="notes.txt", modality=Modality.CLINICAL)

    assert isinstance(row, Unreadable)
    assert row.code == "image.unsupported"
    assert row.sha256 == hashlib.sha256(b"no picture").hexdigest()
    assert row.to_json()["modality"] == "clinical"


def test_a_row_of_a_missing_file_has_no_hash(classifier: Classifier, tmp_path: Path) -> None:
    row = classifier.read_row(tmp_path / "none.jpg", file="none.jpg")

    assert isinstance(row, Unreadable)
    assert row.code == "image.missing"
    assert row.sha256 is None


def test_a_row_that_can_be_read_is_a_reading(classifier: Classifier) -> None:
    assert isinstance(classifier.read_row(encode_png(RED), file="red.png"), Reading)


def test_threads_share_one_session_and_get_their_own_answers(tiny_bundle: Path) -> None:
    fresh = Classifier(load_bundle(tiny_bundle))
    pictures = [RED, GREEN] * 16

    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(lambda image: fresh.predict([image])[0], pictures))

    assert [reading.prediction.top3[0].code for reading in readings] == ["mel", "nv"] * 16


def test_the_graph_is_not_loaded_before_the_first_picture(tmp_path: Path) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    classifier = Classifier(load_bundle(folder))
    (folder / "model.onnx").write_bytes(b"another graph")

    with pytest.raises(BundleError, match=r"model\.onnx"):
        classifier.predict([RED])


def test_another_runtime_can_take_the_place_of_onnx_runtime(tiny_bundle: Path) -> None:
    class Always:
        def run(self, image: Image) -> Outputs:
            one = np.eye(7, dtype=np.float32)[6]
            quality = np.array([0.5, 0.5, 1, 0], np.float32)
            maps = np.zeros((7, 1, 1), np.float32)
            return Outputs(
                probabilities=one, decision_scores=one, activation_maps=maps, abstention_score=0, quality=quality
            )

    classifier = Classifier(load_bundle(tiny_bundle), runtime=Always())

    assert classifier.predict([RED])[0].prediction.top3[0].code == "vasc"


def test_the_package_offers_the_classifier_by_its_short_name() -> None:
    assert epiluma.Classifier is Classifier
    assert epiluma.load_bundle is load_bundle


def with_model(folder: Path, model: bytes) -> OnnxRuntime:
    """A runtime whose bundle holds another graph, its hash in order."""
    tiny = load_bundle(write_tiny_bundle(folder / "tiny"))
    identity = f"tiny-20260102-{hashlib.sha256(model).hexdigest()[:8]}"
    manifest = replace(tiny.manifest, id=identity)
    return OnnxRuntime(write_bundle(folder / "other", manifest=manifest, model=model, trained_on=b""))


def test_bytes_that_are_no_graph_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="cannot be loaded by ONNX Runtime"):
        with_model(tmp_path, b"no graph").run(RED)


def test_a_graph_with_other_outputs_is_refused_and_both_are_named(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    tensor = onnx.helper.make_tensor_value_info("image", onnx.TensorProto.UINT8, [1, None, None, 3])
    out = onnx.helper.make_tensor_value_info("copy", onnx.TensorProto.UINT8, [1, None, None, 3])
    graph = onnx.helper.make_graph([onnx.helper.make_node("Identity", ["image"], ["copy"])], "g", [tensor], [out])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9)

    with pytest.raises(BundleError, match=r"must take 'image' and give .*gives \['copy'\]"):
        with_model(tmp_path, model.SerializeToString()).run(RED)
