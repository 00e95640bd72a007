"""What other cameras, lamps and skins put into a dermoscopic picture: a dark rim, hairs, grain, another white.

All work on batches (N, 3, S, S) of float32 in [0, 1] and draw every random number from `rng`.
"""

import math
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

HAIR_POINTS = 24  # along a hair; the curve between them is straight
DARKEST = 0.25  # of the brightness under a hair, at full strength


def vignette(images: Tensor, radius: tuple[float, float], *, rng: np.random.Generator) -> Tensor:
    """Darken towards the rim, as the round field of a dermatoscope does.

    Args:
        images: the batch.
        radius: where the field ends, in half diagonals of the picture; below 1 the corners go dark.
        rng: draws radius, centre and softness of each picture.
    """
    count, _, size, _ = images.shape
    middle = rng.uniform(-0.08, 0.08, (2, count, 1, 1))
    line = np.linspace(-1, 1, size)
    distance = np.hypot(line[None, :, None] - middle[0], line[None, None, :] - middle[1]) / math.sqrt(2)
    ends, softness = rng.uniform(*radius, (count, 1, 1)), rng.uniform(0.02, 0.2, (count, 1, 1))
    light = 1 / (1 + np.exp(np.clip((distance - ends) / softness * 4, -30, 30)))
    floor = rng.uniform(0, 0.3, (count, 1, 1))
    factor = torch.from_numpy((floor + (1 - floor) * light).astype(np.float32)).to(images.device)
    return images * factor[:, None]


def hairs(images: Tensor, number: tuple[int, int], *, rng: np.random.Generator) -> Tensor:
    """Draw dark, curved hairs across each picture.

    Args:
        images: the batch.
        number: hairs on a picture, at least and at most.
        rng: draws number, course, width and darkness.
    """
    size = images.shape[-1]
    rows, columns = np.mgrid[0:size, 0:size]
    drawn = images.clone()
    for image in drawn:
        cover = np.zeros((size, size), np.float32)
        for _ in range(rng.integers(number[0], number[1] + 1)):
            cover = np.maximum(cover, _hair(rows, columns, size, rng))
        shade = torch.from_numpy(1 - cover * rng.uniform(0.5, 1 - DARKEST)).float().to(images.device)
        image.mul_(shade)
    return drawn


def _hair(rows: np.ndarray, columns: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return how much of each pixel a hair covers, (S, S) in [0, 1]: an arc between two points beside the picture."""
    along = np.linspace(0, 1, HAIR_POINTS)[:, None]
    angle, bend = rng.uniform(0, 2 * math.pi), rng.uniform(-0.35, 0.35)
    direction = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-direction[1], direction[0]])
    middle = rng.uniform(0.1, 0.9, 2)
    points = middle + direction * (along - 0.5) * rng.uniform(0.3, 1.4) + across * bend * (4 * along * (1 - along))
    pixels = points * size
    width = max(0.6, rng.uniform(0.003, 0.01) * size)
    cover = np.zeros(rows.shape, np.float32)
    for start, end in pairwise(pixels):
        low = np.clip(np.floor(np.minimum(start, end) - width - 1), 0, size).astype(int)
        high = np.clip(np.ceil(np.maximum(start, end) + width + 2), 0, size).astype(int)
        place = np.s_[low[0] : high[0], low[1] : high[1]]
        distance = _distance(rows[place], columns[place], start, end)
        cover[place] = np.maximum(cover[place], np.clip(width / 2 + 0.5 - distance, 0, 1))
    return cover


def _distance(rows: np.ndarray, columns: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the distance in pixels of each pixel from the segment between two points."""
    run = end - start
    share = ((rows - start[0]) * run[0] + (columns - start[1]) * run[1]) / max(1e-9, float(run @ run))
    share = np.clip(share, 0, 1)
    distance: np.ndarray = np.hypot(rows - start[0] - share * run[0], columns - start[1] - share * run[1])
    return distance


def grain(images: Tensor, sigma: tuple[float, float], *, rng: np.random.Generator) -> Tensor:
    """Add Gaussian noise; `sigma` is its least and greatest standard deviation in [0, 1]."""
    count = len(images)
    noise = rng.standard_normal(tuple(images.shape), dtype=np.float32)
    strength = rng.uniform(*sigma, (count, 1, 1, 1)).astype(np.float32)
    return (images + torch.from_numpy(noise * strength).to(images.device)).clamp_(0, 1)


def balance_white(images: Tensor, power: float = 6.0) -> Tensor:
    """Make the light neutral by Shades of Gray (Finlayson and Trezzi 2004): the channels' p-norm means become equal."""
    light = images.clamp_min(1e-4).pow(power).mean(dim=(2, 3), keepdim=True).pow(1 / power)
    return (images * (light.mean(dim=1, keepdim=True) / light)).clamp_(0, 1)


def sharpen(images: Tensor, amount: tuple[float, float], *, rng: np.random.Generator) -> Tensor:
    """Add what a 3×3 mean takes away, `amount` times, as cameras do."""
    mean = torch.nn.functional.avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    strength = torch.from_numpy(rng.uniform(*amount, (len(images), 1, 1, 1)).astype(np.float32)).to(images.device)
    return (images + strength * (images - mean)).clamp_(0, 1)
