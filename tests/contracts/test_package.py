"""What `pip install` brings: everything that predicting and serving need, with no other package and no make."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from epiluma import __version__
from epiluma.imaging.encode import encode_png

hatchling = pytest.importorskip("hatchling.builders.wheel")

EXTRAS = ("torch", "onnx", "onnxscript", "safetensors", "tensorboard", "sklearn", "scipy", "matplotlib", "httpx")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    [path] = hatchling.WheelBuilder(str(root)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sources(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the files in the source archive, without its top folder."""
    from hatchling.builders.sdist import SdistBuilder

    folder = tmp_path_factory.mktemp("sources")
    [path] = SdistBuilder(str(root)).build(directory=str(folder), versions=["standard"])
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_every_file_of_the_package_is_in_the_wheel(root: Path, wheel: set[str]) -> None:
    package = root / "src"
    files = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    files = {name for name in files if "__pycache__" not in name}

    assert len(files) > 150
    assert files - wheel == set()


def test_the_wheel_holds_the_model_that_ships_with_its_notice(root: Path, wheel: set[str]) -> None:
    names = ("manifest.json", "model.onnx", "trained_on.csv.gz", "evaluation.json", "card.md")

    assert {f"epiluma/bundle/default/{name}" for name in names} - wheel == set()
    assert "epiluma/bundle/NOTICE-weights.md" in wheel


def test_the_wheel_holds_the_committed_split_and_the_licences(wheel: set[str]) -> None:
    assert {f"epiluma/data/lists/splits/{name}.txt" for name in ("train", "validation", "test")} - wheel == set()
    assert {name.rpartition("/")[2] for name in wheel if "/licenses/" in name} == {"LICENSE", "NOTICE"}


def test_nothing_that_only_training_needs_again_is_in_the_wheel(wheel: set[str]) -> None:
    assert {name.split("/")[0] for name in wheel} == {"epiluma", f"epiluma-{__version__}.dist-info"}
    assert [name for name in wheel if name.endswith((".safetensors", ".pt", ".pth"))] == []


def test_a_wheel_can_be_made_from_the_source_archive(sources: set[str]) -> None:
    needed = {"pyproject.toml", "README.md", "LICENSE", "NOTICE", "src/epiluma/__init__.py"}
    needed |= {f"configs/splits/{name}.txt" for name in ("train", "validation", "test")}

    assert needed - sources == set()


def without_extras(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script in a Python in which no package of an extra can be imported."""
    block = (
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] in {EXTRAS}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
    )
    command = [sys.executable, "-c", block + script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_predicting_needs_no_extra(tiny_bundle: Path, tmp_path: Path) -> None:
    import numpy as np

    (tmp_path / "red.png").write_bytes(encode_png(np.full((64, 64, 3), (255, 0, 0), np.uint8)))

    done = without_extras(
        "from epiluma.cli import main; main()", "predict", tmp_path / "red.png", "--bundle", tiny_bundle
    )

    assert done.returncode == 0, done.stderr
    assert "Melanoma" in done.stdout


def test_serving_needs_no_extra(tiny_bundle: Path) -> None:
    script = (
        "import epiluma, epiluma.web.server\n"
        "from epiluma.settings import Settings\n"
        "from epiluma.web.app import create_app\n"
        "classifier = epiluma.Classifier(epiluma.load_bundle(sys.argv[1]))\n"
        "client = create_app(Settings(secret_key='k'), classifier).test_client()\n"
        "print(client.post('/', data={'sample': 'even'}).status_code, client.get('/healthz').status_code)\n"
    )

    done = without_extras(script, tiny_bundle)

    assert done.stdout.split() == ["400", "200"], done.stderr  # a form without its token


@pytest.mark.parametrize("command", ["train", "export", "demo"])
def test_a_command_that_needs_an_extra_says_which(command: str, tmp_path: Path) -> None:
    words = {"train": ["recipe.toml"], "export": ["run", "-o", "bundle"], "demo": []}

    done = without_extras("from epiluma.cli import main; main()", command, *words[command])

    assert done.returncode == 2
    assert "pip install 'epiluma[train]'" in done.stderr
    assert "Traceback" not in done.stderr
