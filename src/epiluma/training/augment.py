"""Random changes to batches of training pictures: one warp, one colour matrix, then what happens to some."""

import math
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from epiluma.imaging.decode import read_image
from epiluma.imaging.encode import encode_jpeg
from epiluma.training.artefacts import balance_white, grain, hairs, sharpen, vignette
from epiluma.training.config import AugmentConfig

Change = Callable[[Tensor], Tensor]

LUMA = (0.299, 0.587, 0.114)


def augment(pixels: Tensor, size_px: int, config: AugmentConfig, *, rng: np.random.Generator) -> Tensor:
    """Draw training pictures from sources.

    Args:
        pixels: (N, H, W, 3) uint8.
        size_px: side of the squares that are drawn.
        config: ranges; see `AugmentConfig`.
        rng: every random number comes from here.

    Returns:
        (N, 3, S, S) float32 in [0, 1].
    """
    images = warp(pixels, size_px, config, rng=rng)
    images = _sometimes(images, config.white_balance_probability, balance_white, rng)
    images = change_colours(images, config, rng=rng)
    for probability, change in _changes(config, rng):
        images = _sometimes(images, probability, change, rng)
    return images


def _changes(config: AugmentConfig, rng: np.random.Generator) -> list[tuple[float, Change]]:
    """Return what happens to some of the pictures, in the order in which it happens: skin, optics, camera, file."""
    return [
        (config.hair_probability, lambda some: hairs(some, config.hair_number, rng=rng)),
        (config.vignette_probability, lambda some: vignette(some, config.vignette_radius, rng=rng)),
        (config.blur_probability, lambda some: blur(some, config.blur_sigma_px, rng=rng)),
        (config.sharpen_probability, lambda some: sharpen(some, config.sharpen_amount, rng=rng)),
        (config.grain_probability, lambda some: grain(some, config.grain_sigma, rng=rng)),
        (config.jpeg_probability, lambda some: compress(some, config.jpeg_quality, rng=rng)),
        (config.cutout_probability, lambda some: cut_out(some, config.cutout_side, rng=rng)),
    ]


def _sometimes(images: Tensor, probability: float, change: Change, rng: np.random.Generator) -> Tensor:
    if probability == 0:
        return images
    chosen = torch.from_numpy(np.flatnonzero(rng.random(len(images)) < probability)).to(images.device)
    if len(chosen):
        images[chosen] = change(images[chosen])
    return images


def warp(pixels: Tensor, size_px: int, config: AugmentConfig, *, rng: np.random.Generator) -> Tensor:
    """Rotate, flip, zoom, stretch and shift in one bilinear sampling; beyond the edge the picture is mirrored.

    With every range closed the result is the centre square. Rotation may show what lies beside the square.
    """
    count, height, width = pixels.shape[:3]
    square = min(height, width)
    grid = F.affine_grid(
        torch.from_numpy(_affine(count, config, rng)).to(pixels.device),
        [count, 1, size_px, size_px],
        align_corners=False,
    )
    grid = grid * torch.tensor([square / width, square / height], device=pixels.device)
    images = pixels.permute(0, 3, 1, 2).float().div_(255)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def _affine(count: int, config: AugmentConfig, rng: np.random.Generator) -> np.ndarray:
    """Return (N, 2, 3) float32: from drawn coordinates in [-1, 1] to those of the centre square."""
    angle = rng.uniform(0, 2 * math.pi, count) if config.rotation else np.zeros(count)
    mirror = np.where(rng.random(count) < 0.5, -1.0, 1.0) if config.flip else np.ones(count)
    scale = 1 / np.exp(rng.uniform(math.log(config.zoom[0]), math.log(config.zoom[1]), count))
    stretch = np.exp(rng.uniform(-config.aspect, config.aspect, count) / 2)
    shift = rng.uniform(-config.shift, config.shift, (count, 2)) * 2
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    affine: np.ndarray = np.stack(
        [
            np.stack([cos * stretch * mirror, -sin / stretch, shift[:, 0]], axis=1),
            np.stack([sin * stretch * mirror, cos / stretch, shift[:, 1]], axis=1),
        ],
        axis=1,
    ).astype(np.float32)
    return affine


def change_colours(images: Tensor, config: AugmentConfig, *, rng: np.random.Generator) -> Tensor:
    """Change brightness, contrast, saturation, hue and channel gains by one 3×3 matrix and one offset per picture."""
    count = len(images)
    matrix, contrast = _colour_matrix(count, config, rng)
    flat = images.flatten(2)
    mean = flat.mean(dim=(1, 2), keepdim=True)
    offset = (1 - torch.from_numpy(contrast).to(images.device))[:, None, None] * mean
    changed = torch.baddbmm(offset.expand(count, 3, 1), torch.from_numpy(matrix).to(images.device), flat)
    return changed.clamp_(0, 1).view_as(images)


def _colour_matrix(count: int, config: AugmentConfig, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return (N, 3, 3) float32 and the contrast factors (N,) float32."""
    brightness, contrast, saturation = (
        np.exp(rng.uniform(math.log(low), math.log(high), count))
        for low, high in (config.brightness, config.contrast, config.saturation)
    )
    gain = 1 + rng.uniform(-config.channel_gain, config.channel_gain, (count, 3))
    matrix = _hue_matrices(rng.uniform(-config.hue, config.hue, count) * math.pi)
    grey = np.tile(np.array(LUMA), (3, 1))
    saturate = saturation[:, None, None] * np.eye(3) + (1 - saturation)[:, None, None] * grey
    matrix = gain[:, :, None] * (saturate @ matrix)
    return (matrix * (brightness * contrast)[:, None, None]).astype(np.float32), contrast.astype(np.float32)


def _hue_matrices(angle: np.ndarray) -> np.ndarray:
    """Return rotations about the grey axis, (N, 3, 3), by Rodrigues' formula."""
    axis = 1 / math.sqrt(3)
    cross = np.array([[0, -axis, axis], [axis, 0, -axis], [-axis, axis, 0]])
    cos, sin = np.cos(angle)[:, None, None], np.sin(angle)[:, None, None]
    matrices: np.ndarray = cos * np.eye(3) + sin * cross + (1 - cos) / 3 * np.ones((3, 3))
    return matrices


def blur(images: Tensor, sigma_px: tuple[float, float], *, rng: np.random.Generator) -> Tensor:
    """Blur each picture by a Gaussian of its own width, in pixels of the drawn picture."""
    sigma = rng.uniform(*sigma_px, len(images))
    radius = max(1, math.ceil(2.5 * sigma.max()))
    steps = np.arange(-radius, radius + 1)
    kernel = np.exp(-(steps**2) / (2 * sigma[:, None] ** 2))
    weights = torch.from_numpy((kernel / kernel.sum(axis=1, keepdims=True)).astype(np.float32)).to(images.device)
    weights = weights.repeat_interleave(3, dim=0)[:, None]
    count, _, height, width = images.shape
    flat = F.pad(images, (radius,) * 4, mode="reflect").reshape(1, count * 3, height + 2 * radius, width + 2 * radius)
    flat = F.conv2d(flat, weights[:, :, :, None], groups=count * 3)
    return F.conv2d(flat, weights[:, :, None, :], groups=count * 3).view_as(images)


def compress(images: Tensor, quality: tuple[int, int], *, rng: np.random.Generator) -> Tensor:
    """Save each picture as a JPEG of a random quality and read it again."""
    pixels = images.mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    qualities = rng.integers(quality[0], quality[1] + 1, len(pixels))
    read = [read_image(encode_jpeg(image, quality=int(q))) for image, q in zip(pixels, qualities, strict=True)]
    return torch.from_numpy(np.stack(read)).permute(0, 3, 1, 2).float().div_(255).to(images.device)


def cut_out(images: Tensor, side: tuple[float, float], *, rng: np.random.Generator) -> Tensor:
    """Replace a random square of each picture by the picture's mean colour (DeVries and Taylor 2017)."""
    size = images.shape[-1]
    for image in images:
        length = max(1, round(size * rng.uniform(*side)))
        top, left = rng.integers(0, size - length + 1, 2)
        image[:, top : top + length, left : left + length] = image.mean(dim=(1, 2))[:, None, None]
    return images
