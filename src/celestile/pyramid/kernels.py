"""The inner loops of building a pyramid, compiled; each has a plain numpy twin in the tests."""

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel
from celestile.pyramid.geometry import ceil_divide

Extent = tuple[float, float, int]


@kernel("F2 f2", urgent=True)
def halve(fine: NDArray[np.float32], coarse: NDArray[np.float32]) -> None:  # pragma: no cover
    """Mean of the valid pixels under each coarse pixel: 2x2, fewer at the right and bottom edge.

    Parameters
    ----------
    fine : ndarray
        Shape (height, width); missing is NaN.
    coarse : ndarray
        Shape (ceil(height / 2), ceil(width / 2)); is filled. NaN where nothing is valid.
    """
    height, width = fine.shape
    for row in range((height + 1) // 2):
        above = fine[2 * row]
        # The last row of an odd number stands for both: the mean is the same.
        below = fine[min(2 * row + 1, height - 1)]
        out = coarse[row]
        for column in range(width // 2):
            a = above[2 * column]
            b = above[2 * column + 1]
            c = below[2 * column]
            d = below[2 * column + 1]
            out[column] = (a + b + c + d) * np.float32(0.25)
        if width % 2:
            out[width // 2] = (above[width - 1] + below[width - 1]) * np.float32(0.5)
        # Few pixels are missing or so large that their sum overflows: a second look at those only.
        for column in range((width + 1) // 2):
            if out[column] - out[column] == 0:
                continue
            total = 0.0
            count = 0
            for value in (
                above[2 * column],
                above[min(2 * column + 1, width - 1)],
                below[2 * column],
                below[min(2 * column + 1, width - 1)],
            ):
                if value == value:
                    total += value
                    count += 1
            out[column] = np.float32(total / count) if count else np.float32(np.nan)


@kernel("F2 f1 f1 f1", urgent=True)
def widen(
    values: NDArray[np.float32],
    lows: NDArray[np.float32],
    highs: NDArray[np.float32],
    missing: NDArray[np.float32],
) -> None:  # pragma: no cover
    """Take the values of each column into what is known of it.

    One running extent for each column: without a reduction in it the loop becomes vector code.
    Arrays are made by the caller: each function of numpy in here would take long to compile.

    Parameters
    ----------
    values : ndarray
        Shape (height, width); missing is NaN.
    lows, highs : ndarray
        Smallest and largest finite value of each column so far; +Inf, -Inf if none.
    missing : ndarray
        Number of missing pixels in each column so far.
    """
    height, width = values.shape
    for row in range(height):
        line = values[row]
        for column in range(width):
            value = line[column]
            finite = abs(value) < np.float32(np.inf)
            lows[column] = value if finite & (value < lows[column]) else lows[column]
            highs[column] = value if finite & (value > highs[column]) else highs[column]
            missing[column] += np.float32(value != value)


def extent(values: NDArray[np.float32]) -> Extent:
    """Smallest and largest finite value and the number of valid pixels; +Inf, -Inf if none.

    Parameters
    ----------
    values : ndarray
        Shape (height, width), less than 2**24 rows; missing is NaN.
    """
    width = values.shape[1]
    lows = np.full(width, np.inf, np.float32)
    highs = np.full(width, -np.inf, np.float32)
    missing = np.zeros(width, np.float32)
    widen(values, lows, highs, missing)
    return float(lows.min()), float(highs.max()), values.size - int(missing.sum(dtype=np.float64))


def halved(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    """Next coarser level of some pixels: the mean of the valid ones under each."""
    height, width = fine.shape
    coarse = np.empty((ceil_divide(height, 2), ceil_divide(width, 2)), np.float32)
    halve(np.ascontiguousarray(fine), coarse)
    return coarse
