"""Manifests of a few small pictures, made to order."""

from pathlib import Path

import numpy as np
from PIL import Image

from epiluma.data.manifest import Manifest, ManifestRow, file_sha256, write_manifest


def save_picture(path: Path, *, seed: int) -> Path:
    """Save blobs and grain that no other seed resembles."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
    picture = np.asarray(Image.fromarray(coarse).resize((128, 96), Image.Resampling.BICUBIC), np.int16)
    grain = rng.integers(-40, 40, (96, 128, 1), np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8)).save(path, quality=95)
    return path


def make_manifest(folder: Path, pictures: list[tuple[str, str, str]]) -> Manifest:
    """Save a picture for every (image id, lesion id, dx) and return their manifest."""
    rows = []
    for seed, (image_id, lesion_id, dx) in enumerate(pictures):
        path = save_picture(folder / f"{image_id}.jpg", seed=seed)
        rows.append(
            ManifestRow(image_id=image_id, path=path.name, sha256=file_sha256(path), lesion_id=lesion_id, dx=dx)
        )
    return write_manifest(rows, folder / "manifest.csv")
