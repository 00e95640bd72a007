"""Enlarge a coarse map smoothly, for the eye and for measuring: one rule for both."""

import numpy as np
import numpy.typing as npt


def enlarge(values: npt.NDArray[np.float64], side_px: int) -> npt.NDArray[np.float64]:
    """Return a map at `side_px` × `side_px`: bilinear, half-pixel centres; past the outer centres their value goes on.

    Args:
        values: (h, w).
        side_px: of the result.

    Example:
        >>> enlarge(np.array([[0.0, 1.0], [0.0, 1.0]]), 4)[0].tolist()
        [0.0, 0.25, 0.75, 1.0]
    """
    height, width = values.shape
    by_row = np.stack([np.interp(_positions(width, side_px), np.arange(width), row) for row in values])
    columns = [np.interp(_positions(height, side_px), np.arange(height), column) for column in by_row.T]
    return np.stack(columns, axis=1)


def _positions(cells: int, side_px: int) -> npt.NDArray[np.float64]:
    positions: npt.NDArray[np.float64] = (np.arange(side_px) + 0.5) * cells / side_px - 0.5
    return positions
