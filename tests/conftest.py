"""Fixtures every test may use."""

from pathlib import Path

import pytest

from epiluma.settings import Settings


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder that holds `ham10000/` and its siblings."""
    folder = Settings().data
    if folder is None:
        pytest.skip("EPILUMA_DATA is unset: real pictures are not at hand")
    return folder.resolve()


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """Return the folder that holds ImageNet weights."""
    folder = Settings().weights
    if folder is None:
        pytest.skip("EPILUMA_WEIGHTS is unset: ImageNet weights are not at hand")
    return folder.resolve()
