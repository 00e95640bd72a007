"""Random changes stay within their ranges, and none is made when all are closed."""

import numpy as np
import pytest
import torch

from epiluma.imaging.preprocess import IMAGENET_MEAN, IMAGENET_STD, Preprocessing
from epiluma.training.augment import augment, blur, change_colours, compress, cut_out, warp
from epiluma.training.config import AugmentConfig
from epiluma.training.dataset import epoch_batches, network_input, shrink

ONE = (1.0, 1.0)
CLOSED = AugmentConfig(
    rotation=False,
    flip=False,
    zoom=ONE,
    aspect=0.0,
    shift=0.0,
    brightness=ONE,
    contrast=ONE,
    saturation=ONE,
    hue=0.0,
    channel_gain=0.0,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def noise(count: int = 2, height: int = 36, width: int = 48) -> torch.Tensor:
    return torch.from_numpy(rng().integers(0, 256, (count, height, width, 3), dtype=np.uint8))


def test_with_every_range_closed_the_centre_square_comes_out() -> None:
    pixels = noise()

    drawn = augment(pixels, 36, CLOSED, rng=rng())

    assert torch.allclose(drawn, pixels[:, :, 6:42].permute(0, 3, 1, 2) / 255, atol=1e-4)


def test_a_flip_alone_mirrors_left_and_right() -> None:
    pixels = noise(count=16)
    square = pixels[:, :, 6:42].permute(0, 3, 1, 2) / 255

    drawn = warp(pixels, 36, AugmentConfig(rotation=False, zoom=ONE, aspect=0.0, shift=0.0), rng=rng())

    mirrored = [torch.allclose(d, s.flip(2), atol=1e-4) for d, s in zip(drawn, square, strict=True)]
    kept = [torch.allclose(d, s, atol=1e-4) for d, s in zip(drawn, square, strict=True)]
    assert [m != k for m, k in zip(mirrored, kept, strict=True)] == [True] * 16
    assert 0 < sum(mirrored) < 16


def test_a_turned_picture_keeps_its_middle() -> None:
    pixels = torch.zeros(4, 49, 65, 3, dtype=torch.uint8)
    pixels[:, 22:27, 30:35] = 255

    drawn = warp(pixels, 49, AugmentConfig(flip=False, zoom=ONE, aspect=0.0, shift=0.0), rng=rng())

    assert drawn[:, :, 24, 24].min() > 0.99
    assert drawn[:, :, :10, :10].max() == 0


def test_zooming_out_shows_more() -> None:
    pixels = torch.zeros(1, 40, 40, 3, dtype=torch.uint8)
    pixels[:, 10:30, 10:30] = 255  # a quarter of the picture

    half = AugmentConfig(rotation=False, flip=False, zoom=(0.5, 0.5), aspect=0.0, shift=0.0)
    drawn = warp(pixels, 40, half, rng=rng())

    # The square covers 10×10 of the 20×20 that show the picture; around it the picture is mirrored.
    assert drawn[0, 0, 15:25, 15:25].min() > 0.99
    assert drawn[0, 0, 12, 20] == 0


def test_colours_stay_when_ranges_are_closed_and_within_zero_and_one_when_open() -> None:
    images = torch.rand(4, 3, 8, 8)

    assert torch.allclose(change_colours(images.clone(), CLOSED, rng=rng()), images, atol=1e-5)
    changed = change_colours(images.clone(), AugmentConfig(), rng=rng())
    assert (float(changed.min()) >= 0, float(changed.max()) <= 1, torch.allclose(changed, images, atol=0.02)) == (
        True,
        True,
        False,
    )


def test_grey_stays_grey_under_hue_and_saturation() -> None:
    grey = torch.full((3, 3, 4, 4), 0.5)
    config = AugmentConfig(brightness=ONE, contrast=ONE, channel_gain=0.0, hue=0.5, saturation=(0.2, 0.3))

    assert torch.allclose(change_colours(grey.clone(), config, rng=rng()), grey, atol=1e-5)


def test_brightness_multiplies() -> None:
    config = AugmentConfig(brightness=(0.5, 0.5), contrast=ONE, saturation=ONE, hue=0.0, channel_gain=0.0)

    assert torch.allclose(
        change_colours(torch.full((1, 3, 4, 4), 0.8), config, rng=rng()), torch.tensor(0.4), atol=1e-5
    )


def test_blur_keeps_the_mean_and_flattens_an_edge() -> None:
    images = torch.zeros(2, 3, 32, 32)
    images[:, :, :, 16:] = 1

    blurred = blur(images, (2.0, 2.0), rng=rng())

    assert blurred.mean() == pytest.approx(0.5, abs=1e-4)
    assert 0.5 < float(blurred[0, 0, 16, 16]) < 0.7
    assert float(blurred[0, 0, 16, 0]) == pytest.approx(0, abs=1e-4)


def test_jpeg_changes_pixels_a_little() -> None:
    images = torch.rand(2, 3, 64, 64)

    compressed = compress(images, (90, 90), rng=rng())

    assert 0.001 < float((compressed - images).abs().mean()) < 0.2


def test_cutout_covers_one_square_with_the_mean() -> None:
    images = torch.rand(1, 3, 20, 20)
    mean = images.mean((2, 3))[0]

    cut = cut_out(images.clone(), (0.25, 0.25), rng=rng())

    covered = (cut != images).all(1)
    assert int(covered.sum()) == 25
    assert torch.allclose(cut[0, :, covered[0]][:, 0], mean)


def test_the_same_seed_draws_the_same_pictures() -> None:
    config = AugmentConfig(blur_probability=0.5, cutout_probability=0.5)

    assert torch.equal(augment(noise(), 32, config, rng=rng()), augment(noise(), 32, config, rng=rng()))


def test_the_networks_input_is_red_green_blue_normalised() -> None:
    red = torch.zeros(1, 30, 40, 3, dtype=torch.uint8)
    red[..., 0] = 255

    values = network_input(red, Preprocessing(size_px=24))[0, :, 12, 12].tolist()

    expected = [(value - mean) / std for value, mean, std in zip((1, 0, 0), IMAGENET_MEAN, IMAGENET_STD, strict=True)]
    assert values == pytest.approx(expected, abs=1e-5)


def test_shrinking_averages_with_antialiasing() -> None:
    stripes = torch.zeros(1, 40, 40, 3, dtype=torch.uint8)
    stripes[:, :, ::2] = 200

    assert shrink(stripes, (10, 10))[0, 5, 5].tolist() == [100, 100, 100]


def test_an_epoch_is_dealt_to_processes_without_overlap() -> None:
    order = np.arange(10)

    shares = [torch.cat(list(epoch_batches(order, 2, rank=rank, world=2))).tolist() for rank in (0, 1)]

    assert shares == [[0, 2, 4, 6], [1, 3, 5, 7]]
