"""Drawn lesions: the same seed draws the same picture, and the data set has HAM10000's official layout."""

import csv
import hashlib
from collections import Counter

import numpy as np
import pytest
from PIL import Image as Pillow

from epiluma.data.synthetic import SAMPLE_KINDS, drawn_dataset, drawn_lesion, drawn_non_lesion, drawn_sample
from epiluma.data.synthetic.dataset import lesion_counts
from epiluma.data.synthetic.scene import draw_view
from epiluma.data.synthetic.texture import noise
from epiluma.errors import DataError
from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import center_square
from epiluma.imaging.quality import QUALITY_LIMITS, QUALITY_NAMES, abstention_score, measure_quality
from epiluma.taxonomy import CODES


def quality_of(data, size_px=224):
    image = read_image(data)
    top, left, side = center_square(*image.shape[:2])
    square = Pillow.fromarray(image[top : top + side, left : left + side])
    return measure_quality(np.asarray(square.resize((size_px, size_px), Pillow.Resampling.BILINEAR)))


def reasons_of(data):
    """The reason codes of every limit that a picture breaks."""
    values = dict(zip(QUALITY_NAMES, quality_of(data).tolist(), strict=True))
    low = [limit.below for limit in QUALITY_LIMITS if values[limit.name] < (limit.minimum or 0)]
    high = [limit.above for limit in QUALITY_LIMITS if values[limit.name] > (limit.maximum or np.inf)]
    return {*low, *high}


# -- one lesion -----------------------------------------------------------------------------------------------------


def test_a_lesion_is_a_jpeg_of_the_size_asked_for():
    assert read_image(drawn_lesion(seed=7)).shape == (450, 600, 3)
    assert read_image(drawn_lesion(seed=7, width=384, height=288)).shape == (288, 384, 3)


@pytest.mark.parametrize("dx", CODES)
def test_the_same_seed_draws_the_same_lesion(dx):
    assert drawn_lesion(seed=7, dx=dx) == drawn_lesion(seed=7, dx=dx)
    assert drawn_lesion(seed=7, dx=dx) != drawn_lesion(seed=8, dx=dx)


def test_without_a_diagnosis_every_one_is_drawn_sooner_or_later():
    drawn = {drawn_lesion(seed=seed, width=96, height=72) for seed in range(30)}
    by_code = {dx: {drawn_lesion(seed=seed, dx=dx, width=96, height=72) for seed in range(30)} for dx in CODES}

    assert [dx for dx in CODES if not drawn & by_code[dx]] == []


def test_an_unknown_diagnosis_is_refused_with_the_known_ones():
    with pytest.raises(DataError, match="akiec, bcc, bkl, df, mel, nv, vasc; got 'scc'"):
        drawn_lesion(seed=1, dx="scc")


@pytest.mark.parametrize("dx", CODES)
def test_the_mask_covers_a_lesion_that_differs_from_the_skin_around_it(dx):
    for seed in range(4):
        image, mask = draw_view(seed, 0, dx, 384, 288)
        skin = image[~mask & (image.max(axis=2) > 60)].mean(axis=0)  # without the dark rim
        lesion = image[mask].mean(axis=0)

        assert mask.dtype == bool
        assert 0.03 < mask.mean() < 0.6
        assert np.abs(lesion - skin).max() > 12


@pytest.mark.parametrize("dx", CODES)
def test_no_lesion_is_cut_off_by_the_canvas_it_is_drawn_on(dx):
    for seed in range(6):
        _, mask = draw_view(seed, 0, dx, 600, 288)  # wide enough to show the whole canvas

        assert not mask[:, :110].any()
        assert not mask[:, -110:].any()


def test_views_of_one_lesion_differ_but_show_the_same_lesion():
    first, first_mask = draw_view(5, 0, "nv", 384, 288)
    second, second_mask = draw_view(5, 1, "nv", 384, 288)
    other, other_mask = draw_view(6, 0, "nv", 384, 288)

    assert not np.array_equal(first, second)
    tone = first[first_mask].mean(axis=0)
    assert np.abs(second[second_mask].mean(axis=0) - tone).max() < np.abs(other[other_mask].mean(axis=0) - tone).max()


def test_the_diagnoses_can_be_told_apart_by_their_mean_colours():
    # The nearest of seven mean colours (lesion and skin) is right far more often than one guess in seven.
    features = np.array([[_colours(seed, dx) for seed in range(20)] for dx in CODES])
    centres, spread = features[:, :10].mean(axis=1), features[:, :10].std(axis=(0, 1))
    distances = np.linalg.norm((features[:, 10:, None] - centres) / spread, axis=-1)
    right = (distances.argmin(axis=-1) == np.arange(7)[:, None]).mean()

    assert right > 0.55


def _colours(seed, dx):
    image, mask = draw_view(seed, 0, dx, 96, 72)
    lesion = image[mask].astype(float)
    return np.concatenate([lesion.mean(axis=0) / image[~mask].mean(axis=0), lesion.std(axis=0) / 60])


def test_drawn_lesions_are_not_refused_for_their_quality():
    for dx in CODES:
        for seed in range(4):
            assert abstention_score(quality_of(drawn_lesion(seed=seed, dx=dx))) < 1


# -- pictures to refuse ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        ("blurred", {"quality.blurred"}),
        ("dark", {"quality.dark", "quality.blank"}),
        ("bright", {"quality.bright", "quality.clipped"}),
        ("blank", {"quality.blank", "quality.blurred"}),
        ("non-lesion", set()),  # sharp and well lit: only learning tells that this is not skin
    ],
)
def test_each_sample_shows_what_it_is_named_after(kind, reasons):
    assert kind in SAMPLE_KINDS
    assert reasons_of(drawn_sample(kind)) == reasons


def test_a_non_lesion_is_drawn_by_its_seed():
    assert drawn_non_lesion(seed=1) == drawn_non_lesion(seed=1)
    assert drawn_non_lesion(seed=1) != drawn_non_lesion(seed=2)


def test_an_unknown_kind_of_sample_is_refused():
    with pytest.raises(DataError, match="blurred, dark, bright, blank, non-lesion; got 'pretty'"):
        drawn_sample("pretty")


# -- a data set -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return drawn_dataset(tmp_path_factory.mktemp("drawn"), lesions=120, seed=3, width=96, height=72)


@pytest.fixture(scope="module")
def rows(folder):
    with (folder / "HAM10000_metadata.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_has_the_official_columns(rows):
    assert list(rows[0]) == ["lesion_id", "image_id", "dx", "dx_type", "age", "sex", "localization"]


def test_every_row_has_its_picture_in_one_of_two_folders_and_a_one_bit_mask(folder, rows):
    one, two = ({path.stem for path in (folder / f"HAM10000_images_part_{part}").glob("*.jpg")} for part in (1, 2))
    masks = {path.stem for path in (folder / "HAM10000_segmentations_lesion_tschandl").glob("*.png")}
    ids = {row["image_id"] for row in rows}

    assert len(ids) == len(rows)
    assert one | two == ids
    assert abs(len(one) - len(two)) <= 1
    assert masks == {f"{image_id}_segmentation" for image_id in ids}
    with Pillow.open(folder / "HAM10000_segmentations_lesion_tschandl" / f"{min(masks)}.png") as mask:
        assert (mask.mode, mask.size) == ("1", (96, 72))


def test_identifiers_cannot_be_taken_for_the_archives(rows):
    assert {row["image_id"][:4] for row in rows} == {"EPI_"}
    assert {row["lesion_id"][:6] for row in rows} == {"DRAWN_"}


def test_a_lesion_has_one_diagnosis_person_and_place_in_all_its_pictures(rows):
    facts = {(row["lesion_id"], row["dx"], row["age"], row["sex"], row["localization"]) for row in rows}

    assert len(facts) == 120


def test_about_a_quarter_of_the_lesions_have_two_or_three_pictures(rows):
    pictures = Counter(Counter(row["lesion_id"] for row in rows).values())

    assert set(pictures) == {1, 2, 3}
    assert 0.15 < (pictures[2] + pictures[3]) / 120 < 0.35


def test_a_few_ages_are_missing_and_a_few_sexes_unknown(tmp_path):
    folder = drawn_dataset(tmp_path, lesions=200, seed=1, width=64, height=64)
    with (folder / "HAM10000_metadata.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert 0 < sum(row["age"] == "" for row in rows) < 0.1 * len(rows)
    assert 0 < sum(row["sex"] == "unknown" for row in rows) < 0.1 * len(rows)
    assert {row["sex"] for row in rows} == {"male", "female", "unknown"}


def test_malignant_diagnoses_are_by_histology(rows):
    assert {row["dx_type"] for row in rows if row["dx"] in ("akiec", "bcc", "mel")} == {"histo"}
    assert len({row["dx_type"] for row in rows}) == 3


@pytest.mark.parametrize(
    ("lesions", "counts"),
    [
        (7, [1, 1, 1, 1, 1, 1, 1]),
        (56, [8, 8, 8, 8, 8, 8, 8]),
        # 8 each leave 64, shared out as 228 : 327 : 727 : 73 : 614 : 5403 : 98, the largest remainders first
        (120, [10, 11, 14, 9, 13, 54, 9]),
        # 4 % are 40; 720 are left
        (1000, [62, 72, 110, 47, 99, 561, 49]),
    ],
)
def test_classes_are_unequal_as_in_ham10000_but_none_is_too_small(lesions, counts):
    assert lesion_counts(lesions) == counts
    assert sum(counts) == lesions


def test_the_table_holds_that_many_lesions_of_each_diagnosis(rows):
    lesions = Counter(dx for _, dx in {(row["lesion_id"], row["dx"]) for row in rows})

    assert [lesions[code] for code in CODES] == [10, 11, 14, 9, 13, 54, 9]


def test_the_same_seed_draws_the_same_data_set(tmp_path):
    def digests(seed, name):
        folder = drawn_dataset(tmp_path / name, lesions=9, seed=seed, width=64, height=64)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    assert digests(1, "a") == digests(1, "b")
    assert digests(1, "a") != digests(2, "c")


def test_fewer_lesions_than_diagnoses_are_refused(tmp_path):
    with pytest.raises(DataError, match="at least 7"):
        drawn_dataset(tmp_path, lesions=6, seed=1)


# -- what it is drawn with ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("octaves", [1, 3])
def test_noise_is_centred_and_about_one_high(octaves):
    field = noise(np.random.default_rng(1), (300, 400), 20, octaves)

    assert field.shape == (300, 400)
    assert field.dtype == np.float32
    assert abs(float(field.mean())) < 0.15
    assert 0.7 < float(field.std()) < 1.5
