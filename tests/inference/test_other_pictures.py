"""The section on other pictures: what was measured, and nothing that was not."""

from pathlib import Path
from typing import Any

import pytest

from epiluma.data.manifest import Manifest, ManifestRow
from epiluma.data.trained_on import TrainedOn, Use
from epiluma.errors import LeakError
from epiluma.inference.other_pictures import held_out_of, robustness_section, some_of


def point(kind: str, severity: int, ece: float | None) -> dict[str, Any]:
    figure = {"n": 5, "reason": "no picture"} if ece is None else {"value": ece, "n": 5}
    return {"kind": kind, "severity": severity, "all": {"ece": figure}}


def test_the_worst_calibration_error_of_mild_pictures_is_found_with_its_kind() -> None:
    points = [point("none", 0, 0.9), point("blur", 1, 0.03), point("dark", 1, 0.04), point("dark", 2, 0.5)]
    fallen = {"points": points, "kinds": {}, "n": 5, "seed": 0}

    section = robustness_section({"rows": [], "seed": 0}, fallen, pictures="drawn")

    assert section["worst_mild_ece"] == {"value": 0.04, "n": 5, "kind": "dark"}


def test_where_none_could_be_measured_there_is_no_worst() -> None:
    fallen = {"points": [point("none", 0, 0.1), point("blur", 1, None)], "kinds": {}, "n": 5, "seed": 0}

    assert "worst_mild_ece" not in robustness_section({"rows": [], "seed": 0}, fallen, pictures="drawn")


def test_reasons_are_told_in_words_and_nothing_is_null() -> None:
    row = {"group": "skin", "title": "Skin", "refused": {"value": 1.0, "n": 2}, "reasons": {"quality.dark": 2}}
    kinds = {"blur": {"wrong_from": None, "half_refused_from": 3, "refuses_first": True}}

    section = robustness_section(
        {"rows": [row], "seed": 0}, {"points": [], "kinds": kinds, "n": 5, "seed": 0}, pictures="drawn"
    )

    assert section["refusals"]["groups"]["skin"]["reasons"] == [
        {"code": "quality.dark", "n": 2, "why": "The picture is too dark."}
    ]
    assert section["degradation"]["kinds"] == {"blur": {"half_refused_from": 3, "refuses_first": True}}


def test_some_pictures_are_drawn_by_lot_in_their_order_and_only_labelled_ones() -> None:
    rows = tuple(
        ManifestRow(image_id=f"i{n}", path="p.png", sha256="0" * 64, lesion_id=f"L{n}", dx="nv" if n else "")
        for n in range(10)
    )
    manifest = Manifest(Path("manifest.csv"), rows)
    ids = [row.image_id for row in rows]

    drawn = some_of(manifest, ids, pictures=4, seed=0)

    assert len(set(drawn)) == 4
    assert "i0" not in drawn
    assert list(drawn) == sorted(drawn)
    assert some_of(manifest, ids, pictures=4, seed=0) == drawn
    assert some_of(manifest, ids, pictures=9, seed=0) == tuple(ids[1:])


TWO_LESIONS = Manifest(
    Path("manifest.csv"),
    tuple(
        ManifestRow(image_id=image, path="x.jpg", sha256="", lesion_id=lesion, dx="nv")
        for image, lesion in (("a1", "A"), ("a2", "A"), ("b1", "B"))
    ),
)


def test_only_lesions_the_network_never_learnt_from_are_spoiled() -> None:
    seen = [
        TrainedOn(image_id="a1", lesion_id="A", use=Use.TRAIN),
        TrainedOn(image_id="b1", lesion_id="B", use=Use.THRESHOLD),
    ]

    assert held_out_of(seen, TWO_LESIONS, ["a2", "b1"]) == ("b1",)


def test_a_network_that_learnt_from_all_is_not_measured_on_them() -> None:
    seen = [TrainedOn(image_id="a1", lesion_id="A", use=Use.TRAIN)]

    with pytest.raises(LeakError, match="would flatter it"):
        held_out_of(seen, TWO_LESIONS, ["a2"])
