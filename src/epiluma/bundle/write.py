"""Write a bundle so that it is there whole or not at all."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from epiluma.bundle.card import model_card
from epiluma.bundle.manifest import BundleManifest
from epiluma.bundle.read import (
    CARD_FILE,
    EVALUATION_FILE,
    MANIFEST_FILE,
    MODEL_FILE,
    TRAINED_ON_FILE,
    TRAINING_FILE,
    Bundle,
    load_bundle,
)
from epiluma.errors import BundleError


def bundle_id(name: str, *, created: date, model: bytes) -> str:
    """Return `NAME-YYYYMMDD-` and the first 8 hex digits of the model's SHA-256.

    Example:
        >>> bundle_id("mobilenet_v2", created=date(2026, 11, 21), model=b"")
        'mobilenet_v2-20261121-e3b0c442'
    """
    return f"{name}-{created:%Y%m%d}-{hashlib.sha256(model).hexdigest()[:8]}"


def write_bundle(
    folder: Path,
    *,
    manifest: BundleManifest,
    model: bytes,
    trained_on: bytes,
    evaluation: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
) -> Bundle:
    """Write a new bundle beside its final place, verify it, and rename it there.

    Args:
        folder: must not exist.
        manifest: its `files` are replaced by what is written.
        model: the ONNX graph.
        trained_on: `trained_on.csv.gz`, gzipped CSV of image id, lesion id, use.
        evaluation: what `evaluate` found, where it is known already; `card.md` is written from it.
        training: how the model was trained, where that is known.

    Returns:
        The bundle as it was read back.

    Raises:
        BundleError: `folder` exists, or what was written cannot be read back as a whole bundle.
    """
    if folder.exists():
        raise BundleError(f"{folder} exists already and a bundle is never overwritten: remove it or name another place")
    contents = {MODEL_FILE: model, TRAINED_ON_FILE: trained_on, **_report_files(manifest, evaluation)}
    if training is not None:
        contents[TRAINING_FILE] = _json_bytes(training)
    with _beside(folder) as scratch:
        made = scratch / "bundle"
        _fill(made, manifest, contents)
        load_bundle(made)
        _rename_new(made, folder)
    return load_bundle(folder)


def attach_evaluation(folder: Path, evaluation: Mapping[str, Any]) -> Bundle:
    """Put `evaluation.json` and a new `card.md` into a bundle's folder; the rest stays as it is.

    The folder is replaced as a whole, so that no reader meets new hashes beside old files.

    Raises:
        BundleError: no verified bundle lies there, it is zipped, or the evaluation is of another model.
    """
    bundle = load_bundle(folder)
    _require_of(bundle, evaluation, what="evaluation")
    return _replace_files(bundle, _report_files(bundle.manifest, evaluation))


def attach_training(folder: Path, training: Mapping[str, Any]) -> Bundle:
    """Put `training.json` into a bundle's folder; the model, its id and all other files stay as they are.

    Raises:
        BundleError: no verified bundle lies there, it is zipped, or the record is of another model.
    """
    bundle = load_bundle(folder)
    _require_of(bundle, training, what="training record")
    return _replace_files(bundle, {TRAINING_FILE: _json_bytes(training)})


def _require_of(bundle: Bundle, value: Mapping[str, Any], *, what: str) -> None:
    if not bundle.path.is_dir():
        raise BundleError(f"{bundle.path} is zipped: unpack it to attach a file to it")
    if value.get("model_id") != bundle.id:
        raise BundleError(f"the {what} is of {value.get('model_id')} and the bundle is {bundle.id}")


def _replace_files(bundle: Bundle, files: Mapping[str, bytes]) -> Bundle:
    kept = {name: bundle.read_file(name) for name in bundle.manifest.files}
    folder = bundle.path.resolve()
    with _beside(folder) as scratch:
        made, old = scratch / "bundle", scratch / "old"
        _fill(made, bundle.manifest, {**kept, **files})
        load_bundle(made)
        _exchange(made, folder, old)
    return load_bundle(bundle.path)


def _report_files(manifest: BundleManifest, evaluation: Mapping[str, Any] | None) -> dict[str, bytes]:
    files = {CARD_FILE: model_card(manifest, evaluation).encode()}
    if evaluation is not None:
        files[EVALUATION_FILE] = _json_bytes(evaluation)
    return files


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    # On the same disk as the final place, so that a rename takes the bundle there in one step.
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            yield Path(scratch)
    except OSError as error:
        raise BundleError(f"the bundle {folder} cannot be written: {error}. Is the folder yours to write?") from error


def _fill(folder: Path, manifest: BundleManifest, contents: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    (folder / MANIFEST_FILE).write_bytes(_json_bytes(replace(manifest, files=hashes).to_json()))


def _rename_new(made: Path, folder: Path) -> None:
    # os.rename would replace an empty folder without a word: somebody else may have made one meanwhile.
    if folder.exists():
        raise BundleError(f"{folder} appeared while the bundle was written: remove it or name another place")
    os.rename(made, folder)  # noqa: PTH104


def _exchange(made: Path, folder: Path, old: Path) -> None:
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        shutil.move(old, folder)
        raise


def _json_bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
