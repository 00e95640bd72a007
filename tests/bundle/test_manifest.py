"""The manifest of a bundle: what it holds, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from epiluma.bundle.manifest import BundleManifest
from epiluma.errors import BundleError


@pytest.fixture
def value(tiny_bundle: Path) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads((tiny_bundle / "manifest.json").read_text())
    return parsed


def test_a_manifest_survives_being_written_and_read(value: dict[str, Any]) -> None:
    assert BundleManifest.from_json(value).to_json() == value


def test_what_refusal_was_learnt_from_survives_too(value: dict[str, Any]) -> None:
    value["abstention"] = {"threshold": 1.0, "method": "familiar-lesion", "fitted_on": "validation", "n": 1502}
    value["quality"].append({"name": "lesion_area", "minimum": 0.02, "below": "quality.small-lesion"})

    manifest = BundleManifest.from_json(value)

    assert (manifest.abstention.fitted_on, manifest.abstention.n) == ("validation", 1502)
    assert manifest.to_json() == value


def test_limits_that_are_not_set_are_left_out_instead_of_null(value: dict[str, Any]) -> None:
    assert value["quality"][1] == {"name": "contrast", "minimum": 0.02, "below": "quality.blank"}


def test_another_class_order_is_refused_and_both_are_named(value: dict[str, Any]) -> None:
    value["taxonomy"] = ["nv", "mel", "bkl", "bcc", "akiec", "vasc", "df"]

    with pytest.raises(BundleError, match=r"class order must be \['akiec'.*got \['nv', 'mel'"):
        BundleManifest.from_json(value)


def test_six_classes_are_refused(value: dict[str, Any]) -> None:
    value["taxonomy"] = value["taxonomy"][:6]

    with pytest.raises(BundleError, match="class order"):
        BundleManifest.from_json(value)


@pytest.mark.parametrize(
    ("path", "wrong", "words"),
    [
        (
            ("schema",),
            "epiluma.bundle/0",
            "must have the schema epiluma.bundle/1 or epiluma.bundle/2; got epiluma.bundle/0",
        ),
        (("schema",), "epiluma.run/3", "got epiluma.run/3. Is it the manifest of a bundle"),
        (("outputs",), ["probabilities"], "outputs"),
        (("id",), "", "'id' must be text"),
        (("preprocessing", "size_px"), 0, "'size_px' must be at least 1"),
        (("preprocessing", "resize"), "nearest", "bilinear-antialiased"),
        (("preprocessing", "mean"), [0.5, 0.5], "'mean' must be a list of 3 finite numbers"),
        (("calibration", "temperature"), 0, "temperature must be above 0"),
        (("calibration", "temperature"), "1.0", "'temperature' must be a finite number"),
        (("calibration", "n"), -1, "'n' must be a whole number"),
        (("decision", "prior"), [1 / 7] * 6, "'prior' must be a list of 7"),
        (("decision", "prior"), [1, 0, 0, 0, 0, 0, 0], "seven shares that sum to 1"),
        (("decision", "tau"), float("nan"), "'tau' must be a finite number"),
        (("decision", "tau"), 10**400, "'tau' must be a finite number"),
        (("decision", "tau"), True, "'tau' must be a finite number"),
        (("tiers", "high_from"), 0.25, "intermediate_from < high_from"),
        (("abstention", "threshold"), None, "'threshold' must be a finite number"),
        (("quality",), {}, "'quality' must be a list of objects"),
        (("quality",), [{"name": "beauty"}], "quality: a quality limit is for one of brightness"),
        (("licenses",), [], "'licenses' must be an object"),
        (("tiers",), [], "tiers must be an object"),
    ],
)
def test_an_impossible_value_is_refused_by_name(
    value: dict[str, Any], path: tuple[str, ...], wrong: object, words: str
) -> None:
    parent = value
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = wrong

    with pytest.raises(BundleError, match=words):
        BundleManifest.from_json(value)


@pytest.mark.parametrize("key", ["schema", "taxonomy", "preprocessing", "tiers", "abstention", "quality", "files"])
def test_a_missing_key_is_refused_by_name(value: dict[str, Any], key: str) -> None:
    del value[key]

    with pytest.raises(BundleError, match=f"has no '{key}'"):
        BundleManifest.from_json(value)


def test_a_limit_without_a_reason_code_is_refused(value: dict[str, Any]) -> None:
    del value["quality"][1]["below"]

    with pytest.raises(BundleError, match="each limit of contrast needs its reason code"):
        BundleManifest.from_json(value)


def test_a_list_in_place_of_a_manifest_is_refused() -> None:
    with pytest.raises(BundleError, match=r"manifest\.json must be an object; got list"):
        BundleManifest.from_json([])


def test_a_newer_schema_says_how_to_upgrade(value: dict[str, Any]) -> None:
    value["schema"] = "epiluma.bundle/3"

    with pytest.raises(
        BundleError, match=r"epiluma.bundle/3, which is newer .*pip install --upgrade epiluma"
    ) as refusal:
        BundleManifest.from_json(value)

    assert refusal.value.code == "bundle.schema"


def test_a_bundle_of_the_first_schema_reads_and_is_written_as_the_second(value: dict[str, Any]) -> None:
    del value["operating_points"]
    value["schema"] = "epiluma.bundle/1"

    manifest = BundleManifest.from_json(value)

    assert manifest.operating_points == ()
    assert (manifest.calibration.scale, manifest.calibration.bias) == (None, None)
    assert manifest.to_json()["schema"] == "epiluma.bundle/2"


POINT = {
    "name": "do-not-miss",
    "score": "melanoma_probability",
    "threshold": 0.125,
    "sensitivity": 0.95,
    "specificity": 0.75,
    "fitted_on": "cross-fitted",
    "n": 8513,
}


def test_operating_points_survive_being_written_and_read(value: dict[str, Any]) -> None:
    value["operating_points"] = [POINT]

    manifest = BundleManifest.from_json(value)

    assert manifest.operating_points[0].threshold == 0.125
    assert manifest.to_json() == value


@pytest.mark.parametrize(
    ("key", "wrong", "words"),
    [
        ("score", "malignancy", "score must be of"),
        ("threshold", 1.5, r"threshold of the operating point do-not-miss must lie in \[0, 1\]; got 1.5"),
        ("sensitivity", -0.1, "sensitivity of the operating point"),
        ("specificity", None, "'specificity' must be a finite number"),
    ],
)
def test_an_impossible_operating_point_is_refused(value: dict[str, Any], key: str, wrong: object, words: str) -> None:
    value["operating_points"] = [POINT | {key: wrong}]

    with pytest.raises(BundleError, match=words):
        BundleManifest.from_json(value)


def test_a_vector_calibration_survives_being_written_and_read(value: dict[str, Any]) -> None:
    value["calibration"] |= {"method": "vector", "scale": [1.5] * 7, "bias": [-0.5, 0, 0, 0, 0, 0, 0.5]}

    assert BundleManifest.from_json(value).to_json() == value


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"method": "vector"}, "needs scale and bias for the method vector"),
        ({"method": "vector", "scale": [1] * 7}, "needs scale and bias for the method vector"),
        ({"scale": [1] * 7, "bias": [0] * 7}, "for no other; got the method temperature"),
        ({"method": "vector", "scale": [1] * 6, "bias": [0] * 7}, "'scale' must be a list of 7"),
        ({"method": "vector", "scale": [1] * 6 + [0], "bias": [0] * 7}, "scale must be seven numbers above 0"),
    ],
)
def test_a_vector_calibration_needs_both_lists_and_no_other_method_has_them(
    value: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    value["calibration"] |= changes

    with pytest.raises(BundleError, match=words):
        BundleManifest.from_json(value)
