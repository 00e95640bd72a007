"""Weights in and out: safetensors always, and the published torchvision file where there is a network."""

import hashlib
from pathlib import Path
from urllib.request import urlopen

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from epiluma.errors import FetchError, TrainingError
from epiluma.taxonomy import CODES
from epiluma.training.checkpoint import UNREADABLE
from epiluma.training.edgetpu import from_published_names

IMAGENET_URL = "https://download.pytorch.org/models/mobilenet_v2-b0353104.pth"
IMAGENET_FILES = {
    "mobilenet_v2": "mobilenet_v2_imagenet.safetensors",
    "mobilenet_edgetpu": "mobilenet_edgetpu_100_imagenet.safetensors",
}


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state from `.safetensors`, or from a `.pth` of tensors only; float16 becomes float32.

    Raises:
        TrainingError: no such file, or not a file of weights.
    """
    try:
        state = load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
    except (SafetensorError, *UNREADABLE) as error:
        raise TrainingError(f"cannot read weights from {path}: {error}") from error
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in state.items()}


def write_weights(state: dict[str, Tensor], path: Path, *, half: bool = False) -> None:
    """Write a state as safetensors, float16 when `half`; the file appears whole or not at all."""
    kept = {n: t for n, t in state.items() if not n.endswith("num_batches_tracked")}
    tensors = {n: (t.half() if half else t).detach().cpu().contiguous() for n, t in kept.items()}
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)


def load_state(network: nn.Module, state: dict[str, Tensor]) -> None:
    """Load weights into a network of the same shape; only batch counters may be missing.

    Raises:
        TrainingError: a name or shape differs.
    """
    try:
        missing, unexpected = network.load_state_dict(state, strict=False)
    except RuntimeError as error:
        raise TrainingError(f"these weights are of another network: {error}") from error
    absent = [name for name in missing if not name.endswith("num_batches_tracked")]
    if absent or unexpected:
        raise TrainingError(f"these weights are of another network: missing {absent[:3]}, not known {unexpected[:3]}")


def load_backbone(network: nn.Module, state: dict[str, Tensor]) -> None:
    """Load everything but the head, which belongs to other classes."""
    own = {name: tensor for name, tensor in network.state_dict().items() if name.startswith("classifier.")}
    backbone = {name: tensor for name, tensor in state.items() if not name.startswith("classifier.")}
    load_state(network, backbone | own)


def imagenet_weights(
    source: Path | None, *, architecture: str, cache: Path, url: str = IMAGENET_URL
) -> dict[str, Tensor]:
    """Return ImageNet weights under our names, from a file, a folder that holds it, or the published address.

    Args:
        source: the file or folder; None downloads, which only MobileNetV2's published file allows.
        architecture: one of `IMAGENET_FILES`.
        cache: where a download is kept.
        url: its name ends in the first eight hex digits of its SHA-256, as PyTorch's do.

    Raises:
        FetchError: the download failed, its checksum is wrong, or there is nothing to download.
        TrainingError: not a file of weights, or of another network.
    """
    if source is not None:
        state = read_weights(source / IMAGENET_FILES[architecture] if source.is_dir() else source)
        _refuse_own(state, source)
        return from_published_names(state) if architecture == "mobilenet_edgetpu" else state
    if architecture != "mobilenet_v2":
        raise FetchError(
            f"there is no published address for the ImageNet weights of {architecture}: give the file "
            f"{IMAGENET_FILES[architecture]} or its folder with --weights."
        )
    target = cache / Path(url).name
    if not target.exists():
        _download(url, target)
    return read_weights(target)


def _refuse_own(state: dict[str, Tensor], source: Path) -> None:
    """Refuse weights of a network of ours: what it has learnt from is checked where it is started from."""
    head = state.get("classifier.1.weight")
    if head is not None and len(head) == len(CODES):
        raise TrainingError(
            f"{source} holds the weights of a network that has learnt the seven diagnoses, not ImageNet's. To go on "
            "from it, name it as network.start: then it is checked that it knows nothing this run holds out."
        )


def _download(url: str, target: Path) -> None:
    """Download a file, check it against the digits in its name, and move it into place."""
    expected = target.stem.rpartition("-")[2]
    try:
        with urlopen(url, timeout=60) as response:  # noqa: S310 (the address is not a user's)
            content: bytes = response.read()
    except OSError as error:
        raise FetchError(
            f"cannot download ImageNet weights from {url}: {error}. Give a file with --weights, or set "
            "network.pretrained=false to train from nothing."
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if not found.startswith(expected):
        raise FetchError(f"{url} has SHA-256 {found[:16]}…, expected it to begin with {expected}. Try again.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.write_bytes(content)
    part.replace(target)
