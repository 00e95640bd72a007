"""Pictures in memory as uint8, read once; batches of them made to measure."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from epiluma.data.manifest import Manifest, Progress
from epiluma.errors import DataError
from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import Preprocessing, center_square
from epiluma.records import Image
from epiluma.taxonomy import INDEX

SOURCE_HEIGHT_PX, SOURCE_WIDTH_PX = 288, 384


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """Labelled pictures of one size.

    Attributes:
        pixels: (N, H, W, 3) uint8 RGB.
        labels: (N,) int64, taxonomy order.
        image_ids: N ids.
        lesion_ids: N ids.
    """

    pixels: Tensor
    labels: Tensor
    image_ids: tuple[str, ...]
    lesion_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.image_ids)


def no_pictures() -> Pictures:
    """Return a set of none, for runs that hold nothing out."""
    empty = torch.empty((0, SOURCE_HEIGHT_PX, SOURCE_WIDTH_PX, 3), dtype=torch.uint8)
    return Pictures(pixels=empty, labels=torch.empty(0, dtype=torch.int64), image_ids=(), lesion_ids=())


def read_pictures(
    manifest: Manifest,
    *,
    height_px: int = SOURCE_HEIGHT_PX,
    width_px: int = SOURCE_WIDTH_PX,
    name: str = "labelled",
    progress: Progress | None = None,
) -> Pictures:
    """Read every labelled picture of a manifest into one array; other sizes are fitted to height × width.

    Args:
        manifest: the pictures.
        height_px: of the array.
        width_px: of the array.
        name: what the pictures are called in `progress`.
        progress: told about every picture.

    Raises:
        DataError: nothing labelled.
        ImageError: a picture cannot be read.
    """
    rows = [row for row in manifest.rows if row.dx]
    if not rows:
        raise DataError("there is no labelled picture to learn from: every dx is empty in this part of the manifest")
    pixels = np.empty((len(rows), height_px, width_px, 3), np.uint8)

    def read(index: int) -> None:
        pixels[index] = _fitted(manifest.image_path(rows[index]), height_px, width_px)

    with ThreadPoolExecutor(max_workers=2) as pool:
        for done, _ in enumerate(pool.map(read, range(len(rows))), start=1):
            if progress:
                progress(f"Reading {name} pictures", done, len(rows))
    return Pictures(
        pixels=torch.from_numpy(pixels),
        labels=torch.tensor([INDEX[row.dx] for row in rows]),
        image_ids=tuple(row.image_id for row in rows),
        lesion_ids=tuple(row.lesion_id for row in rows),
    )


def _fitted(path: Path, height_px: int, width_px: int) -> Image:
    """Return the picture at height × width: scaled to cover it, the rest cut off evenly."""
    image = read_image(path, short_side_px=height_px)
    height, width = image.shape[:2]
    if (height, width) == (height_px, width_px):
        return image
    scale = max(height_px / height, width_px / width)
    size = (max(height_px, round(height * scale)), max(width_px, round(width * scale)))
    scaled = shrink(torch.from_numpy(image)[None], size)[0]
    top, left = (size[0] - height_px) // 2, (size[1] - width_px) // 2
    fitted: Image = scaled[top : top + height_px, left : left + width_px].numpy()
    return fitted


def shrink(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize (N, H, W, 3) uint8 to `size` with antialiasing, in blocks to bound memory."""
    if tuple(pixels.shape[1:3]) == size:
        return pixels
    blocks = [
        F.interpolate(block.permute(0, 3, 1, 2).float(), size=size, mode="bilinear", antialias=True)
        .round_()
        .clamp_(0, 255)
        .to(torch.uint8)
        .permute(0, 2, 3, 1)
        .contiguous()
        for block in torch.split(pixels, 256)
    ]
    return torch.cat(blocks)


def sources_for(pictures: Pictures, size_px: int) -> Tensor:
    """Return the pictures shrunk so that drawing `size_px` from them never skips many pixels."""
    height, width = pictures.pixels.shape[1:3]
    short = min(height, width, round(1.15 * size_px))
    scale = short / min(height, width)
    return shrink(pictures.pixels, (round(height * scale), round(width * scale)))


def network_input(pixels: Tensor, preprocessing: Preprocessing) -> Tensor:
    """Apply the preprocessing rule to (N, H, W, 3) uint8: (N, 3, S, S) float32, channels last in memory."""
    top, left, side = center_square(pixels.shape[1], pixels.shape[2])
    square = pixels[:, top : top + side, left : left + side].permute(0, 3, 1, 2).float()
    size = (preprocessing.size_px, preprocessing.size_px)
    return normalise(F.interpolate(square, size=size, mode="bilinear", antialias=True) / 255, preprocessing)


def normalise(images: Tensor, preprocessing: Preprocessing) -> Tensor:
    """Subtract the mean and divide by the deviation; (N, 3, S, S) in [0, 1] to network input."""
    mean = torch.tensor(preprocessing.mean, device=images.device)[:, None, None]
    std = torch.tensor(preprocessing.std, device=images.device)[:, None, None]
    return ((images - mean) / std).contiguous(memory_format=torch.channels_last)


def epoch_batches(order: npt.NDArray[np.int64], batch_size: int, *, rank: int = 0, world: int = 1) -> Sequence[Tensor]:
    """Cut one epoch's order into batches of indices; the incomplete last one is dropped unless it is the only one."""
    share = order[rank : len(order) - len(order) % world : world]
    count = max(1, len(share) // batch_size)
    return [torch.from_numpy(share[i * batch_size : (i + 1) * batch_size]) for i in range(count)]
