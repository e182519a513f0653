"""The compiled inner loop of building a pyramid; the tests compare it with plain numpy."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.compiled import kernel
from celestile.geometry import ceil_divide

Extent = tuple[float, float, int]
Seen = NDArray[np.float32]

_LANES = 1024  # columns of a level processed at once, so that `Seen` stays in the fastest cache


@kernel("F2 f2 f2", urgent=True)
def halve(
    fine: NDArray[np.float32], coarse: NDArray[np.float32], seen: Seen
) -> None:  # pragma: no cover
    """Mean of the valid pixels in each 2x2 block, and the range of all pixels.

    The inner loop has neither branches nor reductions, so that it is vectorised.

    Parameters
    ----------
    fine : ndarray
        Shape (2 * height, columns); missing is NaN. An odd last column is ignored.
    coarse : ndarray
        Shape (height, at least columns // 2); receives the means, NaN without valid pixels.
    seen : ndarray
        Result of `nothing_seen`; updated with the pixels of `fine`.
    """
    height, width = coarse.shape[0], fine.shape[1] // 2
    lanes = seen.shape[1]
    lows, highs, valid = seen[0], seen[1], seen[2]
    # Sums of quarters do not overflow, and quarters are exact.
    nothing, quarter, endless = np.float32(0), np.float32(0.25), np.float32(np.inf)
    for begin in range(0, width, lanes):
        columns = min(lanes, width - begin)
        for row in range(height):
            above = fine[2 * row, 2 * begin : 2 * (begin + columns)]
            below = fine[2 * row + 1, 2 * begin : 2 * (begin + columns)]
            out = coarse[row, begin : begin + columns]
            for column in range(columns):
                a, b = above[2 * column], above[2 * column + 1]
                c, d = below[2 * column], below[2 * column + 1]
                total = a * quarter if a == a else nothing
                total += b * quarter if b == b else nothing
                total += c * quarter if c == c else nothing
                total += d * quarter if d == d else nothing
                weight = quarter if a == a else nothing
                weight += quarter if b == b else nothing
                weight += quarter if c == c else nothing
                weight += quarter if d == d else nothing
                out[column] = total / weight
                valid[column] += weight
                low, high = lows[column], highs[column]
                # The range excludes NaN and infinities.
                low = min(low, a if a > -endless else endless)
                low = min(low, b if b > -endless else endless)
                low = min(low, c if c > -endless else endless)
                lows[column] = min(low, d if d > -endless else endless)
                high = max(high, a if a < endless else -endless)
                high = max(high, b if b < endless else -endless)
                high = max(high, c if c < endless else -endless)
                highs[column] = max(high, d if d < endless else -endless)


def nothing_seen() -> Seen:
    """Initial range: lowest and highest value and number of valid pixels / 4, by lane."""
    seen = np.zeros((3, _LANES), np.float32)
    seen[0], seen[1] = np.inf, -np.inf
    return seen


def extent(seen: Seen) -> Extent:
    """Smallest and largest finite value (+Inf, -Inf if none), and number of valid pixels."""
    valid = 4 * float(seen[2].sum(dtype=np.float64))
    return float(seen[0].min()), float(seen[1].max()), int(valid)


def reduce(fine: NDArray[np.float32], coarse: NDArray[np.float32], seen: Seen) -> None:
    """As `halve`, also for an odd number of rows or columns.

    Parameters
    ----------
    fine : ndarray
        Shape (rows, columns); missing is NaN.
    coarse : ndarray
        Shape (ceil(rows / 2), ceil(columns / 2)), C order; receives the means.
    seen : ndarray
        Result of `nothing_seen`; updated.
    """
    rows, columns = fine.shape
    if rows % 2:
        fine = np.pad(fine, ((0, 1), (0, 0)), constant_values=np.nan)
    halve(np.ascontiguousarray(fine), coarse, seen)
    if columns % 2:
        edge = np.empty((coarse.shape[0], 1), np.float32)
        halve(np.pad(fine[:, -1:], ((0, 0), (0, 1)), constant_values=np.nan), edge, seen)
        coarse[:, -1:] = edge


def halved_by(
    combine: Callable[[NDArray[np.float32], NDArray[np.float32]], NDArray[np.float32]],
    fine: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Next coarser level of a mask: the valid pixels in each 2x2 block, combined in pairs."""
    rows, columns = fine.shape
    whole = np.pad(fine, ((0, rows % 2), (0, columns % 2)), constant_values=np.nan)
    pairs = combine(whole[::2], whole[1::2])
    return combine(pairs[:, ::2], pairs[:, 1::2])


def directions(angles: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosine and sine of twice the angles: their means are the mean of angles modulo 180 degrees.

    Parameters
    ----------
    angles : ndarray
        In degrees; missing is NaN.
    """
    doubled = np.radians(2.0 * angles.astype(np.float64))
    return np.cos(doubled).astype(np.float32), np.sin(doubled).astype(np.float32)


def angles_of(across: NDArray[Any], up: NDArray[Any]) -> NDArray[np.float32]:
    """Angles from -90 to 90 degrees of the results of `directions`."""
    found: NDArray[np.float32] = (0.5 * np.degrees(np.arctan2(up, across))).astype(np.float32)
    return found


def mean_of_angles(
    mean: Callable[[NDArray[np.float32]], NDArray[Any]], values: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Mean of angles that repeat after 180 degrees: of directions, not of numbers.

    Parameters
    ----------
    mean : callable
        Computes means of arrays of numbers.
    values : ndarray
        Angles in degrees; missing is NaN.
    """
    across, up = directions(values)
    return angles_of(mean(across), mean(up))


def halved_angles(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    """Next coarser level of polarization angles: the mean direction in each 2x2 block."""
    return mean_of_angles(halved, fine)


def halved(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    """Next coarser level: the mean of the valid pixels in each 2x2 block."""
    rows, columns = fine.shape
    coarse = np.empty((ceil_divide(rows, 2), ceil_divide(columns, 2)), np.float32)
    reduce(fine, coarse, nothing_seen())
    return coarse
