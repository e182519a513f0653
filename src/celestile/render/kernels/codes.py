"""Kernel that converts values to 16-bit codes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel


@kernel("F2 D1 h2")
def encode(values: NDArray[np.float32], knots: NDArray[np.float64], out: Any) -> None:
    """Place values on a broken line.

    Parameters
    ----------
    values : ndarray of float32, shape (height, width)
        Pixels; NaN becomes 0, minus infinity 1 and infinity 65535.
    knots : ndarray of float64, shape (count,)
        Ascending values of the codes from 2 to 65534 in equal steps.
    out : ndarray of uint16, shape (height, width)
        Receives the nearest codes.
    """
    rows, columns = values.shape
    last = knots.size - 1
    step = 65532.0 / last
    for row in range(rows):
        for column in range(columns):
            value = np.float64(values[row, column])
            if value != value:
                out[row, column] = 0
            elif value == np.inf:
                out[row, column] = 65535
            elif value == -np.inf:
                out[row, column] = 1
            else:
                low, high = np.int64(0), np.int64(last)
                while high - low > 1:
                    middle = (low + high) >> np.int64(1)
                    if knots[middle] <= value:
                        low = middle
                    else:
                        high = middle
                span = knots[low + 1] - knots[low]
                part = (value - knots[low]) / span if span > 0.0 else 0.0
                part = min(max(part, 0.0), 1.0)
                out[row, column] = np.uint16(np.int32(2.5 + (low + part) * step))
