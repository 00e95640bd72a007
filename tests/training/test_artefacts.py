"""What cameras, lamps and skins put into a picture, on pictures whose answer is known."""

import numpy as np
import pytest
import torch

from epiluma.training.artefacts import balance_white, grain, hairs, sharpen, vignette
from epiluma.training.augment import augment
from epiluma.training.config import AugmentConfig

WHITE = torch.ones(6, 3, 64, 64)


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_a_vignette_leaves_the_middle_light_and_the_corners_dark() -> None:
    dark = vignette(WHITE, (0.7, 0.8), rng=rng())

    assert dark[:, :, 28:36, 28:36].min() > 0.95
    assert dark[:, :, 0, 0].max() < 0.6
    assert torch.equal(dark[:, 0], dark[:, 2])


def test_hairs_darken_thin_lines_and_leave_the_rest_untouched() -> None:
    drawn = hairs(WHITE, (3, 3), rng=rng())

    touched = (drawn < 1).float().mean(dim=(1, 2, 3))
    assert touched.min() > 0.005
    assert touched.max() < 0.3
    assert drawn.min() >= 0.25
    assert torch.equal(WHITE, torch.ones_like(WHITE))


def test_no_hair_changes_nothing() -> None:
    assert torch.equal(hairs(WHITE, (0, 0), rng=rng()), WHITE)


def test_grain_has_the_standard_deviation_that_was_asked_for() -> None:
    grey = torch.full((2, 3, 128, 128), 0.5)

    assert grain(grey, (0.03, 0.03), rng=rng()).std().item() == pytest.approx(0.03, rel=0.02)


def test_balancing_the_white_makes_a_tinted_grey_neutral() -> None:
    tinted = torch.tensor([0.6, 0.3, 0.45])[None, :, None, None].expand(1, 3, 8, 8)

    # All three become their mean.
    assert balance_white(tinted)[0, :, 0, 0].tolist() == pytest.approx([0.45] * 3, abs=1e-5)


def test_sharpening_widens_the_step_at_an_edge() -> None:
    edge = torch.full((1, 3, 9, 9), 0.4)
    edge[..., 5:] = 0.6

    sharp = sharpen(edge, (1.0, 1.0), rng=rng())

    # Beside the edge the mean of three columns is 0.4667, so 0.4 becomes 0.4 + (0.4 - 0.4667).
    assert sharp[0, 0, 4, 4].item() == pytest.approx(0.3333, abs=1e-3)
    assert sharp[0, 0, 4, 1].item() == pytest.approx(0.4)


def test_the_same_seed_draws_the_same_artefacts() -> None:
    pixels = torch.from_numpy(np.random.default_rng(1).integers(0, 256, (4, 36, 48, 3), dtype=np.uint8))
    config = AugmentConfig(
        hair_probability=0.5,
        vignette_probability=0.5,
        grain_probability=0.5,
        sharpen_probability=0.5,
        white_balance_probability=0.5,
    )

    first, again, other = (augment(pixels, 32, config, rng=np.random.default_rng(seed)) for seed in (3, 3, 4))

    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert 0 <= first.min() <= first.max() <= 1
