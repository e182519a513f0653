"""Samples of the values of a plane, their statistics, and display limits derived from them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, Shift

SAMPLE = 1 << 20
"""Pixels; enough for a percentile of 99.9 to rest on a thousand of them."""

_WHOLE = 1 << 22  # planes of up to this many pixels are sampled completely
_MOST_COLUMNS = 1 << 15  # read of a row of a plane that is not sampled whole
_GOLDEN = 0.618034  # multiples of it, modulo 1, spread evenly, however many they are

Floats = NDArray[np.float32]
Read = Callable[[Region], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Values of a plane.

    Parameters
    ----------
    ordered : ndarray of float32
        Finite values, ascending.
    grid : ndarray of float32
        Sampled rows in the order of the plane, shape (rows, width); missing is NaN.
    valid : float
        Share of pixels that are not missing.
    whole : bool
        Whether this is every pixel.
    shift : Shift
        How the values convert to physical ones, which all functions of this module return.
    """

    ordered: Floats
    grid: Floats
    valid: float
    whole: bool
    shift: Shift = UNSHIFTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Statistics of a sample; None if it holds no finite value.

    Parameters
    ----------
    low, high, mean, median, std : float or None
        In physical units.
    valid : float
        Share of pixels that are not missing.
    """

    low: float | None
    high: float | None
    mean: float | None
    median: float | None
    std: float | None
    valid: float


def sample(read: Read, width: int, height: int, shift: Shift = UNSHIFTED) -> Sample:
    """Sample a plane by evenly spaced rows, or completely if it is small.

    Parameters
    ----------
    read : callable
        Returns the values of a region.
    width, height : int
        Size of the plane.
    shift : Shift
        Of the values that are read.
    """
    if width * height <= _WHOLE:
        grid = read(Region(0, 0, width, height))
    else:
        wanted = max(64, SAMPLE // min(width, SAMPLE))
        rows = np.unique(np.linspace(0, height - 1, min(wanted, height)).astype(int))
        # Of a very wide plane, a part of each row, at varying positions.
        columns = min(width, _MOST_COLUMNS)
        lefts = (np.arange(rows.size) * _GOLDEN % 1.0 * (width - columns + 1)).astype(int)
        grid = np.empty((rows.size, columns), np.float32)
        for line, left, row in zip(grid, lefts, rows, strict=True):
            line[:] = read(Region(int(left), int(row), columns, 1))[0]
    finite = grid[np.isfinite(grid)]
    valid = 1.0 - float(np.count_nonzero(np.isnan(grid))) / grid.size
    return Sample(np.sort(finite), grid, valid, grid.size == width * height, shift)


def statistics(values: Sample) -> Statistics:
    """Compute the statistics of a sample."""
    ordered = values.ordered
    if not ordered.size:
        return Statistics(low=None, high=None, mean=None, median=None, std=None, valid=values.valid)
    physical = values.shift.physical
    with np.errstate(over="ignore"):
        return Statistics(
            low=physical(float(ordered[0])),
            high=physical(float(ordered[-1])),
            mean=physical(float(ordered.mean(dtype=np.float64))),
            median=physical(quantile(ordered, 0.5)),
            std=float(ordered.std(dtype=np.float64)) * values.shift.scale,
            valid=values.valid,
        )


def histogram(values: Sample, low: float, high: float, bins: int = 256) -> list[int]:
    """Number of sampled values in equal steps from low to high."""
    if not high > low:
        return [0] * bins
    low, high = values.shift.number(low), values.shift.number(high)
    edges = np.searchsorted(values.ordered, np.linspace(low, high, bins + 1).astype(np.float32))
    edges[-1] = np.searchsorted(values.ordered, np.float32(high), side="right")
    return [int(count) for count in np.diff(edges)]


def minmax(values: Sample) -> tuple[float, float]:
    """Smallest and largest finite value."""
    ordered = values.ordered
    if not ordered.size:
        return 0.0, 1.0
    return values.shift.physical(float(ordered[0])), values.shift.physical(float(ordered[-1]))


def percentile(values: Sample, percentage: float) -> tuple[float, float]:
    """Limits that keep a percentage of the values and leave out as many below as above.

    The same as `astropy.visualization.PercentileInterval` on the sample.
    """
    if not values.ordered.size:
        return 0.0, 1.0
    tail = (100.0 - percentage) / 200.0
    low, high = (quantile(values.ordered, share) for share in (tail, 1.0 - tail))
    return values.shift.physical(low), values.shift.physical(high)


def zscale(values: Sample) -> tuple[float, float]:
    """Limits by the zscale algorithm of IRAF, with `astropy.visualization.ZScaleInterval`."""
    from astropy.visualization import ZScaleInterval  # noqa: PLC0415 - astropy loads slowly

    finite = values.grid[np.isfinite(values.grid)]
    if not finite.size:
        return 0.0, 1.0
    low, high = ZScaleInterval().get_limits(finite)
    return values.shift.physical(float(low)), values.shift.physical(float(high))


def quantiles(values: Sample, limits: tuple[float, float], count: int = 257) -> tuple[float, ...]:
    """Values of equal spacing in rank between two limits, for histogram equalization."""
    low, high = (values.shift.number(limit) for limit in sorted(limits))
    ordered = values.ordered
    inside = ordered[np.searchsorted(ordered, low) : np.searchsorted(ordered, high, side="right")]
    if inside.size < 2 or inside[0] == inside[-1]:
        return min(limits), max(limits)
    ranks = np.linspace(0, inside.size - 1, count).round().astype(int)
    return tuple(values.shift.physical(float(value)) for value in inside[ranks])


def quantile(ordered: Floats, share: float) -> float:
    """Quantile of sorted values, with linear interpolation as is the default in numpy."""
    position = share * (ordered.size - 1)
    index = int(position)
    low = float(ordered[index])
    high = float(ordered[min(index + 1, ordered.size - 1)])
    return low + (high - low) * (position - index)
