"""Where the network looked, as a transparent picture to lay over the photograph."""

from base64 import b64encode

import numpy as np
import numpy.typing as npt

from epiluma.imaging.encode import encode_png
from epiluma.imaging.enlarging import enlarge

SIDE_PX = 56  # the page scales it smoothly; the map itself has 7×7 cells or so
RAMP = np.array(  # RGBA from 0 to 1: nothing, then violet, red and yellow, which all stand out from skin
    [(60, 20, 120, 0), (96, 28, 130, 60), (200, 50, 100, 150), (250, 140, 50, 200), (255, 235, 110, 225)],
    dtype=np.float64,
)


def heat_map(activation: npt.NDArray[np.float32]) -> bytes:
    """Return one activation map as a PNG of 56×56 px with alpha; 0 is fully transparent.

    Args:
        activation: (h, w), in [0, 1], over the square the network saw.
    """
    return encode_png(colour_map(activation))


def colour_map(activation: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Return one activation map as (56, 56, 4) RGBA. `static/js/result/heat.js` does the same in the browser."""
    smooth = enlarge(np.clip(activation.astype(np.float64), 0, 1), SIDE_PX)
    steps = np.linspace(0, 1, len(RAMP))
    channels = [np.interp(smooth, steps, RAMP[:, channel]) for channel in range(4)]
    coloured: npt.NDArray[np.uint8] = np.stack(channels, axis=-1).round().astype(np.uint8)
    return coloured


def data_url(content: bytes, mimetype: str) -> str:
    """Return an address that holds the content itself, so that nothing has to be kept for a second request."""
    return f"data:{mimetype};base64,{b64encode(content).decode('ascii')}"
