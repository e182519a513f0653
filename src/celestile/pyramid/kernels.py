"""The inner loops of building a pyramid, compiled; each has a plain numpy twin in the tests."""

import numba
import numpy as np
from numpy.typing import NDArray

Extent = tuple[float, float, int]


@numba.njit("float32(float32, float32, float32, float32)", nogil=True, cache=True)
def _mean_of_valid(
    a: np.float32, b: np.float32, c: np.float32, d: np.float32
) -> np.float32:  # pragma: no cover - compiled
    # In double precision, so that large but finite values do not overflow on the way.
    total = 0.0
    count = 0
    for value in (a, b, c, d):
        if value == value:
            total += value
            count += 1
    return np.float32(total / count) if count else np.float32(np.nan)


@numba.njit("void(float32[:, ::1], float32[:, ::1])", nogil=True, cache=True)
def halve(fine: NDArray[np.float32], coarse: NDArray[np.float32]) -> None:
    """Mean of the valid pixels under each coarse pixel: 2x2, fewer at the right and bottom edge.

    Parameters
    ----------
    fine : ndarray
        Shape (height, width); missing is NaN.
    coarse : ndarray
        Shape (ceil(height / 2), ceil(width / 2)); is filled. NaN where nothing is valid.
    """
    height, width = fine.shape
    for row in range(height // 2):
        above = fine[2 * row]
        below = fine[2 * row + 1]
        out = coarse[row]
        for column in range(width // 2):
            a = above[2 * column]
            b = above[2 * column + 1]
            c = below[2 * column]
            d = below[2 * column + 1]
            mean = (a + b + c + d) * np.float32(0.25)
            if mean - mean == 0:
                out[column] = mean
            else:
                out[column] = _mean_of_valid(a, b, c, d)
        if width % 2:
            a = above[width - 1]
            b = below[width - 1]
            out[width // 2] = _mean_of_valid(a, b, np.float32(np.nan), np.float32(np.nan))
    if height % 2:
        last = fine[height - 1]
        for column in range((width + 1) // 2):
            a = last[2 * column]
            b = last[2 * column + 1] if 2 * column + 1 < width else np.float32(np.nan)
            coarse[height // 2, column] = _mean_of_valid(
                a, b, np.float32(np.nan), np.float32(np.nan)
            )


@numba.njit("Tuple((float64, float64, int64))(float32[:, ::1])", nogil=True, cache=True)
def extent(values: NDArray[np.float32]) -> Extent:
    """Smallest and largest finite value and the number of valid pixels; +Inf, -Inf if none.

    Parameters
    ----------
    values : ndarray
        Shape (height, width); missing is NaN.
    """
    height, width = values.shape
    # One running extent for each column: without a reduction in it the loop becomes vector code.
    lows = np.full(width, np.inf, np.float32)
    highs = np.full(width, -np.inf, np.float32)
    missing = np.zeros(width, np.int32)
    for row in range(height):
        line = values[row]
        for column in range(width):
            value = line[column]
            finite = abs(value) < np.float32(np.inf)
            lows[column] = value if finite & (value < lows[column]) else lows[column]
            highs[column] = value if finite & (value > highs[column]) else highs[column]
            missing[column] += np.int32(value != value)
    return lows.min(), highs.max(), height * width - missing.sum()
