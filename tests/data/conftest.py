"""Small data sets for the tests of the data layer."""

from pathlib import Path

import pytest

from epiluma.data.ham10000 import import_ham10000
from epiluma.data.manifest import Manifest
from epiluma.data.synthetic import drawn_dataset


@pytest.fixture(scope="session")
def drawn_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return drawn lesions of all seven diagnoses in HAM10000's layout; read only."""
    return drawn_dataset(tmp_path_factory.mktemp("drawn"), lesions=130, seed=5, width=128, height=96)


@pytest.fixture(scope="session")
def drawn_manifest(drawn_folder: Path) -> Manifest:
    return import_ham10000(drawn_folder, output=drawn_folder / "manifest.csv")
