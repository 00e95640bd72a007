"""ImageNet weights come from a file, a folder, or the published address, and are checked."""

import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import torch

from epiluma.errors import FetchError, TrainingError
from epiluma.training.networks import MobileNetV2
from epiluma.training.weights import IMAGENET_FILES, imagenet_weights, write_weights


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def published(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Serve a folder and return its address and the folder."""
    folder = tmp_path / "published"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


def publish(folder: Path, *, truthful: bool) -> str:
    """Put weights there under a name that ends in the first digits of their SHA-256, or of something else's."""
    torch.save(MobileNetV2(classes=1000).state_dict(), folder / "plain.pth")
    content = (folder / "plain.pth").read_bytes()
    name = f"mobilenet_v2-{hashlib.sha256(content if truthful else b'other').hexdigest()[:8]}.pth"
    (folder / name).write_bytes(content)
    return name


def test_weights_are_downloaded_once_and_kept(published: tuple[str, Path], tmp_path: Path) -> None:
    address, folder = published
    name = publish(folder, truthful=True)

    first = imagenet_weights(None, architecture="mobilenet_v2", cache=tmp_path / "cache", url=f"{address}/{name}")
    (folder / name).unlink()
    again = imagenet_weights(None, architecture="mobilenet_v2", cache=tmp_path / "cache", url=f"{address}/{name}")

    assert torch.equal(first["classifier.1.weight"], again["classifier.1.weight"])
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [name]


def test_a_download_whose_checksum_is_wrong_is_refused_and_not_kept(
    published: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = published
    name = publish(folder, truthful=False)

    with pytest.raises(FetchError, match="expected it to begin with"):
        imagenet_weights(None, architecture="mobilenet_v2", cache=tmp_path / "cache", url=f"{address}/{name}")
    assert not (tmp_path / "cache").exists()


def test_without_a_network_the_error_says_what_to_do(published: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = published

    with pytest.raises(FetchError, match=r"Give a file with --weights, or set network.pretrained=false"):
        imagenet_weights(None, architecture="mobilenet_v2", cache=tmp_path, url=f"{address}/absent-00000000.pth")


def test_a_folder_of_weights_is_enough(tmp_path: Path) -> None:
    network = MobileNetV2(classes=1000)
    write_weights(network.state_dict(), tmp_path / IMAGENET_FILES["mobilenet_v2"])

    state = imagenet_weights(tmp_path, architecture="mobilenet_v2", cache=tmp_path / "cache")

    assert torch.equal(state["features.0.0.weight"], network.state_dict()["features.0.0.weight"])


def test_without_a_published_address_the_error_names_the_file_to_give(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"mobilenet_edgetpu_100_imagenet\.safetensors"):
        imagenet_weights(None, architecture="mobilenet_edgetpu", cache=tmp_path)


def test_weights_of_an_own_network_do_not_pass_for_imagenets(tmp_path: Path) -> None:
    write_weights(MobileNetV2().state_dict(), tmp_path / "weights.safetensors")

    with pytest.raises(TrainingError, match=r"learnt the seven diagnoses, not ImageNet's.*network\.start"):
        imagenet_weights(tmp_path / "weights.safetensors", architecture="mobilenet_v2", cache=tmp_path)
