"""Run a bundle's graph: one decoded picture in, its five outputs out."""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from epiluma.bundle.manifest import OUTPUTS
from epiluma.bundle.read import MODEL_FILE, Bundle
from epiluma.errors import BundleError
from epiluma.records import Floats, Image

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """What the graph gives for one picture.

    Attributes:
        probabilities: (7,) float32, calibrated, taxonomy order.
        decision_scores: (7,) float32.
        activation_maps: (7, h, w) float32 in [0, 1].
        abstention_score: higher means refuse.
        quality: (k,) float32, in the order of the manifest.
    """

    probabilities: Floats
    decision_scores: Floats
    activation_maps: Floats
    abstention_score: float
    quality: Floats


class Runtime(Protocol):
    """Anything that can run a bundle's graph."""

    def run(self, image: Image) -> Outputs:
        """Return the outputs for one (H, W, 3) uint8 RGB picture."""


class OnnxRuntime:
    """ONNX Runtime on the CPU.

    The session is made at the first picture and once per process, so that a server may fork after importing this;
    running it from several threads at once is safe.

    Args:
        bundle: whose `model.onnx` is run.
        threads: used inside one picture; one is best where several processes share the machine.
    """

    def __init__(self, bundle: Bundle, *, threads: int = 1) -> None:
        self._bundle = bundle
        self._threads = threads
        self._lock = Lock()
        self._session: InferenceSession | None = None

    def run(self, image: Image) -> Outputs:
        """Return the outputs for one (H, W, 3) uint8 RGB picture.

        Raises:
            BundleError: the graph cannot be loaded, or has other inputs and outputs than a bundle's.
        """
        session = self._session or self._start()
        values = session.run(list(OUTPUTS), {"image": np.ascontiguousarray(image)[None]})
        probabilities, decision_scores, activation_maps, abstention_score, quality = values
        return Outputs(
            probabilities=probabilities[0],
            decision_scores=decision_scores[0],
            activation_maps=activation_maps[0],
            abstention_score=float(abstention_score[0]),
            quality=quality[0],
        )

    def _start(self) -> "InferenceSession":
        with self._lock:
            if self._session is None:
                self._session = _make_session(self._bundle, self._threads)
            return self._session


def _make_session(bundle: Bundle, threads: int) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # its warnings are about the graph, not for the person at the terminal
    try:
        session = onnxruntime.InferenceSession(
            bundle.read_file(MODEL_FILE), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except BundleError:
        raise
    except Exception as error:  # ONNX Runtime raises a dozen classes that share no base of their own
        raise BundleError(f"the graph of {bundle.id} cannot be loaded by ONNX Runtime: {error}") from error
    inputs, outputs = [item.name for item in session.get_inputs()], [item.name for item in session.get_outputs()]
    if inputs != ["image"] or not set(OUTPUTS) <= set(outputs):
        raise BundleError(
            f"the graph of {bundle.id} must take 'image' and give {list(OUTPUTS)}; "
            f"it takes {inputs} and gives {outputs}"
        )
    return session
