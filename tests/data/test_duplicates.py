"""Near duplicates are found by what is in the picture."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from epiluma.data.duplicates import (
    COARSE_AT_LEAST,
    NearDuplicate,
    compare_thumbnails,
    find_near_duplicates,
    group_lesions,
    same_bytes,
)
from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest
from epiluma.data.thumbnails import block_means, read_thumbnail, turned, unit_vectors
from epiluma.errors import ImageError
from small_manifests import make_manifest

ALTERED = {
    "saved again": lambda picture: picture,
    "half the size": lambda picture: picture.resize((64, 64)),
    "brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.25),
    "paler": lambda picture: ImageEnhance.Color(picture).enhance(0.8),
    "mirrored": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda picture: picture.transpose(Image.Transpose.ROTATE_180),
    "turned left": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "turned right": lambda picture: picture.transpose(Image.Transpose.ROTATE_270),
    "transposed": lambda picture: picture.transpose(Image.Transpose.TRANSPOSE),
    "transversed": lambda picture: picture.transpose(Image.Transpose.TRANSVERSE),
}


@pytest.fixture
def manifest(tmp_path) -> Manifest:
    return make_manifest(tmp_path, [("A", "L1", "nv"), ("B", "L2", "nv"), ("C", "L3", "mel"), ("D", "L3", "mel")])


@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_copy_is_found(manifest, how):
    square = Image.open(manifest.image_path(manifest.by_id["A"])).crop((16, 0, 112, 96))
    square.save(manifest.image_path(manifest.by_id["A"]), quality=95)
    ALTERED[how](square).save(manifest.image_path(manifest.by_id["D"]), quality=80)

    found = find_near_duplicates(manifest)

    assert [(pair.first, pair.second) for pair in found] == [("A", "D")]


def test_different_pictures_are_not_taken_for_one(manifest):
    assert find_near_duplicates(manifest) == []


def test_two_round_spots_with_other_borders_on_other_skin_are_not_taken_for_one():
    y, x = np.mgrid[-1:1:72j, -1:1:72j]
    angle = np.arctan2(y, x)
    thumbnails = []
    for lobes in (7, 9):
        spot = np.hypot(x, y) < 0.4 + 0.05 * np.sin(lobes * angle)
        thumbnails.append(200 - 120 * spot + np.random.default_rng(lobes).normal(0, 8, x.shape))
    coarse = unit_vectors(block_means(np.array(thumbnails, np.float32), 4))

    assert coarse[0] @ coarse[1] > COARSE_AT_LEAST  # so it is the detail that tells them apart
    assert compare_thumbnails(["A", "B"], np.array(thumbnails, np.float32)) == []


def test_pictures_without_any_contrast_are_like_no_other():
    assert compare_thumbnails(["A", "B"], np.full((2, 72, 72), 128, np.float32)) == []


def test_nothing_has_no_duplicates():
    assert compare_thumbnails([], np.zeros((0, 72, 72), np.float32)) == []


def test_pairs_are_found_across_blocks_of_rows(monkeypatch):
    thumbnails = np.random.default_rng(0).normal(128, 30, (7, 72, 72)).astype(np.float32)
    thumbnails[6] = thumbnails[1]
    monkeypatch.setattr("epiluma.data.duplicates.ROWS_AT_ONCE", 3)

    found = compare_thumbnails(list("gfedcba"), thumbnails)

    assert [(pair.first, pair.second) for pair in found] == [("a", "f")]
    assert found[0].coarse == pytest.approx(1, abs=1e-5)
    assert found[0].fine == pytest.approx(1, abs=1e-5)


def test_the_eight_turns_are_eight_different_pictures():
    thumbnail = np.arange(9, dtype=np.float32).reshape(1, 3, 3)

    assert len({turned(thumbnail, turn).tobytes() for turn in range(8)}) == 8
    assert turned(thumbnail, 0).tolist() == thumbnail.tolist()
    assert turned(thumbnail, 4)[0].tolist() == [[2, 1, 0], [5, 4, 3], [8, 7, 6]]


def test_a_thumbnail_is_the_centre_square_in_grey(tmp_path):
    pixels = np.zeros((144, 200, 3), np.uint8)
    pixels[:, 28:172] = (30, 60, 90)  # the centre square, of mean 60, between black margins
    pixels[:72, 28:172] = 150
    Image.fromarray(pixels).save(tmp_path / "x.png")

    thumbnail = read_thumbnail(tmp_path / "x.png")

    assert thumbnail.shape == (72, 72)
    assert thumbnail[:36] == pytest.approx(150)
    assert thumbnail[36:] == pytest.approx(60)


def test_an_unreadable_picture_is_an_error(manifest):
    manifest.image_path(manifest.by_id["B"]).write_bytes(b"not a picture")

    with pytest.raises(ImageError):
        find_near_duplicates(manifest)


def test_lesions_tied_together_by_pairs_become_one_group(manifest):
    pairs = [
        NearDuplicate(first="C", second="B", coarse=1, fine=1),
        NearDuplicate(first="C", second="D", coarse=1, fine=1),
    ]

    assert group_lesions(manifest, pairs) == {"L1": "L1", "L2": "L2", "L3": "L2"}


def test_a_chain_of_pairs_is_one_group_whatever_their_order(manifest):
    links = [("B", "C"), ("A", "B")]
    pairs = [NearDuplicate(first=one, second=other, coarse=1, fine=1) for one, other in links]

    assert set(group_lesions(manifest, pairs).values()) == {"L1"}
    assert group_lesions(manifest, pairs[::-1]) == group_lesions(manifest, pairs)


def test_the_same_bytes_under_two_ids_are_one_group(manifest):
    first = manifest.rows[0]
    again = replace(first, image_id="Z", lesion_id="L9")

    assert same_bytes(manifest) == []
    assert same_bytes(Manifest(manifest.path, (again, *manifest.rows))) == [("A", "Z")]


@pytest.mark.data
def test_in_the_real_data_set_the_known_pairs_are_found_and_no_two_lesions_are_joined(data_folder, tmp_path):
    manifest = import_ham10000(data_folder / "ham10000", output=tmp_path / "manifest.csv")

    pairs = find_near_duplicates(manifest)

    found = {(pair.first, pair.second) for pair in pairs}
    known = {
        ("ISIC_0024777", "ISIC_0029938"),
        ("ISIC_0024366", "ISIC_0029861"),
        ("ISIC_0025226", "ISIC_0030074"),
    }
    assert known <= found
    assert all(lesion == group for lesion, group in group_lesions(manifest, pairs).items())
    assert same_bytes(manifest) == [("ISIC_0024366", "ISIC_0029861"), ("ISIC_0024777", "ISIC_0029938")]
