"""Look for anything wrong with a bundle: its files, its lists, and whether its graph reads a picture."""

import json
from collections.abc import Callable, Iterator

from epiluma.bundle.manifest import OUTPUTS
from epiluma.bundle.read import EVALUATION_FILE, Bundle
from epiluma.data.synthetic.pictures import drawn_lesion
from epiluma.errors import BundleError, EpilumaError
from epiluma.inference.classifier import Classifier
from epiluma.inference.evaluate import seen_by


def verify_bundle(bundle: Bundle) -> list[str]:
    """Return what is wrong with a bundle whose files are all there and unaltered; nothing where all is well.

    `load_bundle` has checked schema, class order, numbers and hashes. This goes on: the list of the pictures that it
    was trained on can be read, its evaluation is its own, and its graph reads a drawn lesion to a valid record.
    """
    return [f"{error.message} ({error.code})" for error in _errors(bundle)]


def require_sound(bundle: Bundle) -> None:
    """Refuse a bundle that `verify_bundle` finds something wrong with.

    Raises:
        BundleError: the first thing that is wrong.
    """
    for error in _errors(bundle):
        raise error if isinstance(error, BundleError) else BundleError(error.message)


def _errors(bundle: Bundle) -> Iterator[EpilumaError]:
    checks: tuple[Callable[[Bundle], object], ...] = (seen_by, _evaluation, _reads_a_picture)
    for check in checks:
        try:
            check(bundle)
        except EpilumaError as error:
            yield error


def _evaluation(bundle: Bundle) -> None:
    if EVALUATION_FILE not in bundle.manifest.files:
        return
    try:
        evaluation = json.loads(bundle.read_file(EVALUATION_FILE))
    except ValueError as error:
        raise BundleError(
            f"{EVALUATION_FILE} of {bundle.id} is not JSON: {error}. Evaluate the bundle again."
        ) from error
    found = evaluation.get("model_id") if isinstance(evaluation, dict) else None
    if found != bundle.id:
        raise BundleError(f"{EVALUATION_FILE} of {bundle.id} is of {found}. Evaluate the bundle again.")


def _reads_a_picture(bundle: Bundle) -> None:
    try:
        reading = Classifier(bundle).read(drawn_lesion(seed=7), file="drawn")
    except EpilumaError:
        raise
    except Exception as error:  # what ONNX Runtime raises inside a graph has no base of its own
        raise BundleError(f"the graph of {bundle.id} fails on a picture: {error}. Export it again.") from error
    maps = reading.activation_maps
    if maps.ndim != 3 or not (maps.min() >= 0 and maps.max() <= 1):
        raise BundleError(
            f"the graph of {bundle.id} gives {OUTPUTS[2]} of shape {maps.shape} outside [0, 1]. Export it again.",
            code="bundle.output",
        )
