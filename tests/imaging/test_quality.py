"""What can be seen of a picture's quality without learning: values worked out by hand."""

import numpy as np
import pytest

from epiluma.imaging.quality import (
    QUALITY_LIMITS,
    QUALITY_NAMES,
    QualityLimit,
    abstention_score,
    measure_quality,
    sharpness_block_px,
)


def grey(values):
    return np.repeat(np.asarray(values)[..., None], 3, axis=2)


def measured(square):
    return dict(zip(QUALITY_NAMES, measure_quality(square).tolist(), strict=True))


def test_the_measures_stand_in_the_order_of_their_names():
    assert QUALITY_NAMES == ("brightness", "contrast", "sharpness", "clipped", "hair")
    assert measure_quality(grey(np.full((64, 64), 51, np.uint8))) == pytest.approx([0.2, 0, 0, 0, 0], abs=1e-6)


@pytest.mark.parametrize(
    ("colour", "luma"), [((255, 0, 0), 0.299), ((0, 255, 0), 0.587), ((0, 0, 255), 0.114), ((255, 255, 255), 1.0)]
)
def test_brightness_is_luma_of_red_green_and_blue(colour, luma):
    square = np.full((64, 64, 3), colour, np.uint8)

    assert measured(square)["brightness"] == pytest.approx(luma, abs=1e-6)


def test_bytes_and_shares_of_one_measure_the_same():
    square = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)

    assert measure_quality(square.astype(np.float32) / 255) == pytest.approx(measure_quality(square), abs=1e-6)


def test_contrast_is_the_standard_deviation():
    halves = np.full((64, 64), 0.25, np.float32)
    halves[:, 32:] = 0.75

    assert measured(grey(halves))["contrast"] == pytest.approx(0.25)


def test_sharpness_of_a_chess_board_is_eight_contrasts_over_its_contrast():
    # Fields of 0.5 ± 0.1: each inner Laplacian is 4·0.2 = 0.8, the contrast is 0.1.
    board = np.where(np.indices((64, 64)).sum(axis=0) % 2, 0.6, 0.4).astype(np.float32)

    assert measured(grey(board))["sharpness"] == pytest.approx(8, rel=1e-4)


def test_sharpness_of_one_bright_point_counts_it_and_its_four_neighbours():
    # Inside 64 × 64 there are 62² Laplacians: 4·0.5 at the point, 0.5 at each of four neighbours; contrast is 0.5 ·
    # sqrt(p (1 - p)) with p = 1/4096, below 0.02.
    point = np.zeros((64, 64), np.float32)
    point[30, 30] = 0.5

    assert measured(grey(point))["sharpness"] == pytest.approx(4 / 62**2 / 0.02, rel=1e-4)


def test_a_point_on_the_border_counts_through_its_inner_neighbour_only():
    point = np.zeros((64, 64), np.float32)
    point[0, 30] = 0.5

    assert measured(grey(point))["sharpness"] == pytest.approx(0.5 / 62**2 / 0.02, rel=1e-4)


def test_at_224_px_sharpness_is_measured_on_blocks_of_four():
    board = np.where(np.indices((56, 56)).sum(axis=0) % 2, 0.6, 0.4).astype(np.float32)
    fine = np.where(np.indices((224, 224)).sum(axis=0) % 2, 0.6, 0.4).astype(np.float32)

    assert measured(grey(np.kron(board, np.ones((4, 4), np.float32))))["sharpness"] == pytest.approx(8, rel=1e-4)
    assert measured(grey(fine))["sharpness"] == pytest.approx(0, abs=1e-4)


def test_a_remainder_of_the_blocks_is_left_out():
    board = np.where(np.indices((58, 58)).sum(axis=0) % 2, 0.6, 0.4).astype(np.float32)
    square = np.kron(board, np.ones((2, 2), np.float32))[:115, :115]  # 57 blocks of two, and one column and row more

    assert measured(grey(square))["sharpness"] == pytest.approx(8, rel=1e-3)


@pytest.mark.parametrize(("width", "share"), [(1, 1 / 64), (2, 2 / 64), (3, 0)])
def test_narrow_dark_lines_are_hair_and_wider_ones_are_not(width, share):
    # At 64 px a square reaches 1 px to either side, so a line of 3 px fills one and stays.
    lines = np.full((64, 64), 0.7, np.float32)
    lines[:, 30 : 30 + width] = 0.3

    assert measured(grey(lines))["hair"] == pytest.approx(share, abs=1e-6)


def test_a_line_at_the_edge_counts_too():
    lines = np.full((64, 64), 0.7, np.float32)
    lines[:, 0] = 0.3

    assert measured(grey(lines))["hair"] == pytest.approx(1 / 64)


def test_lines_that_are_lighter_or_hardly_darker_are_no_hair():
    lines = np.full((64, 64), 0.5, np.float32)
    lines[:, 20] = 0.45
    lines[:, 40] = 0.9

    assert measured(grey(lines))["hair"] == 0


@pytest.mark.parametrize(("size", "block"), [(32, 1), (64, 1), (111, 1), (112, 2), (192, 3), (224, 4)])
def test_blocks_grow_with_the_networks_input(size, block):
    assert sharpness_block_px(size) == block


def test_clipped_is_the_share_of_pixels_near_black_or_white():
    values = np.full((64, 64), 128, np.uint8)
    values[0, :4] = (2, 3, 252, 253)  # the first and the last are clipped

    assert measured(grey(values))["clipped"] == pytest.approx(2 / 64**2)


@pytest.mark.parametrize(
    ("quality", "score"),
    [
        ((0.5, 0.1, 0.3, 0.0, 0.0), 0.5 / 0.94),  # fine: brightness is nearest to its limit
        ((0.06, 0.1, 0.3, 0.0, 0.0), 2.0),  # half as bright as it must be
        ((0.5, 0.004, 0.3, 0.0, 0.0), 3.0),
        ((0.5, 0.1, 0.09, 0.0, 0.0), 1.0),
        ((0.5, 0.1, 0.3, 0.9, 0.0), 1.5),
        ((0.5, 0.1, 0.3, 0.0, 0.75), 3.0),
        ((0.06, 0.0, 0.3, 0.0, 0.0), 12_000.0),  # 0.012 / 1e-6, not infinite
    ],
)
def test_the_abstention_score_is_the_worst_measure_over_its_limit(quality, score):
    assert abstention_score(np.array(quality, np.float32)) == pytest.approx(score, rel=1e-5)


def test_each_default_limit_has_a_reason_of_its_own():
    reasons = [reason for limit in QUALITY_LIMITS for reason in (limit.below, limit.above) if reason]

    assert [limit.name for limit in QUALITY_LIMITS] == list(QUALITY_NAMES)
    assert sorted(reasons) == [
        *("quality.blank", "quality.blurred", "quality.bright", "quality.clipped", "quality.dark", "quality.hair"),
    ]


@pytest.mark.parametrize(
    "fields", [{"name": "beauty"}, {"name": "contrast", "minimum": 0.1}, {"name": "contrast", "above": "quality.x"}]
)
def test_a_limit_without_its_reason_or_of_an_unknown_measure_is_refused(fields):
    with pytest.raises(ValueError, match="limit"):
        QualityLimit(**fields)


def test_a_limit_is_written_without_what_it_does_not_have():
    limit = QualityLimit(name="contrast", minimum=0.1, below="quality.blank")

    assert limit.to_json() == {"name": "contrast", "minimum": 0.1, "below": "quality.blank"}
