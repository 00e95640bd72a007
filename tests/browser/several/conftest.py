"""The page for several pictures, open and ready, with what there is to put into it."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from epiluma.bundle.read import load_bundle
from epiluma.imaging.encode import encode_png
from epiluma.inference.classifier import Classifier
from picture_list import PATIENCE_MS

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def classifier(tiny_bundle: Path) -> Classifier:
    return Classifier(load_bundle(tiny_bundle))


@pytest.fixture(scope="session")
def hundred(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A hundred files in no order: striped colours, one too dark to be judged, one that is no picture."""
    folder = tmp_path_factory.mktemp("hundred")
    rng = np.random.default_rng(5)
    for number in range(98):
        colour = rng.integers(25, 230, 3)
        image = np.empty((80, 96, 3), np.uint8)
        image[:, 0::2], image[:, 1::2] = colour + 20, colour - 20
        (folder / f"IMG_{number:03}.png").write_bytes(encode_png(image))
    (folder / "dark.png").write_bytes(encode_png(np.zeros((80, 96, 3), np.uint8)))
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    files = sorted(folder.iterdir())
    random.Random(7).shuffle(files)
    return files


@pytest.fixture
def open_list(open_page: Open) -> Open:
    def open_one(**options: Any) -> Any:
        page = open_page("/several", **options)
        page.wait_for_selector("[data-several][data-ready]", timeout=PATIENCE_MS)
        return page

    return open_one
