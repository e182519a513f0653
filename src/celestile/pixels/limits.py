"""What the values of a plane look like: a sample of them, statistics, and limits for display."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from celestile.pyramid.geometry import Region

SAMPLE = 1 << 20
"""Pixels; enough for a percentile of 99.9 to rest on a thousand of them."""

_MOST_COLUMNS = 1 << 15  # read of a row of a plane that is not sampled whole
_GOLDEN = 0.618034  # multiples of it, modulo 1, spread evenly, however many they are
_WHOLE = 1 << 22  # planes up to this many pixels are sampled whole
_MAD_TO_SIGMA = 1.482602218505602  # of a normal distribution
_FEW_VALUES = 8
_DARK_SKY = 0.13  # where the automatic stretch puts the background, of full intensity
_FAINT = 10.0  # standard deviations above the sky at which a source is plain
_MOST_RANGE = 1e5  # standard deviations: what lies beyond is no measurement
_BLOCK = 8  # pixels along each side, to be averaged
_SOFTENINGS = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)

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
        As they lie in the plane, shape (rows, width); missing is NaN.
    valid : float
        Share of pixels that are not missing.
    whole : bool
        Whether this is every pixel.
    origin : float
        What has to be added to the values; whatever is found of a sample has it added.
    """

    ordered: Floats
    grid: Floats
    valid: float
    whole: bool
    origin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Numbers about a sample; None where it holds no finite value.

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


@dataclass(frozen=True, slots=True)
class FirstView:
    """How to show a plane to somebody who has not said how.

    Parameters
    ----------
    limits : tuple of float
        vmin and vmax.
    stretch : str
        Name.
    parameter : float or None
        Of the stretch.
    """

    limits: tuple[float, float]
    stretch: str
    parameter: float | None = None


def sample(read: Read, width: int, height: int, origin: float = 0.0) -> Sample:
    """Sample a plane by rows that are evenly spaced, or whole if it is not large.

    Parameters
    ----------
    read : callable
        Returns the values of a region.
    width, height : int
        Size of the plane.
    origin : float
        Of the values that are read.
    """
    if width * height <= _WHOLE:
        grid = read(Region(0, 0, width, height))
    else:
        wanted = max(64, SAMPLE // min(width, SAMPLE))
        rows = np.unique(np.linspace(0, height - 1, min(wanted, height)).astype(int))
        # Of a plane that is very wide, a piece of each row, each further along than the one before.
        columns = min(width, _MOST_COLUMNS)
        lefts = (np.arange(rows.size) * _GOLDEN % 1.0 * (width - columns + 1)).astype(int)
        grid = np.empty((rows.size, columns), np.float32)
        for line, left, row in zip(grid, lefts, rows, strict=True):
            line[:] = read(Region(int(left), int(row), columns, 1))[0]
    finite = grid[np.isfinite(grid)]
    valid = 1.0 - float(np.count_nonzero(np.isnan(grid))) / grid.size
    return Sample(np.sort(finite), grid, valid, grid.size == width * height, origin)


def statistics(values: Sample) -> Statistics:
    """Describe a sample in a few numbers."""
    ordered = values.ordered
    if not ordered.size:
        return Statistics(low=None, high=None, mean=None, median=None, std=None, valid=values.valid)
    with np.errstate(over="ignore"):
        return Statistics(
            low=float(ordered[0]) + values.origin,
            high=float(ordered[-1]) + values.origin,
            mean=float(ordered.mean(dtype=np.float64)) + values.origin,
            median=_quantile(ordered, 0.5) + values.origin,
            std=float(ordered.std(dtype=np.float64)),
            valid=values.valid,
        )


def histogram(values: Sample, low: float, high: float, bins: int = 256) -> list[int]:
    """Number of sampled values in equal steps from low to high."""
    if not high > low:
        return [0] * bins
    low, high = low - values.origin, high - values.origin
    edges = np.searchsorted(values.ordered, np.linspace(low, high, bins + 1).astype(np.float32))
    edges[-1] = np.searchsorted(values.ordered, np.float32(high), side="right")
    return [int(count) for count in np.diff(edges)]


def minmax(values: Sample) -> tuple[float, float]:
    """Smallest and largest finite value."""
    ordered = values.ordered
    if not ordered.size:
        return 0.0, 1.0
    return float(ordered[0]) + values.origin, float(ordered[-1]) + values.origin


def percentile(values: Sample, percentage: float) -> tuple[float, float]:
    """Limits that keep a percentage of the values and leave out as many below as above.

    The same as `astropy.visualization.PercentileInterval` on the sample.
    """
    if not values.ordered.size:
        return 0.0, 1.0
    tail = (100.0 - percentage) / 200.0
    low, high = (_quantile(values.ordered, share) for share in (tail, 1.0 - tail))
    return low + values.origin, high + values.origin


def zscale(values: Sample) -> tuple[float, float]:
    """Limits of IRAF's zscale algorithm, as `astropy.visualization.ZScaleInterval` has it."""
    from astropy.visualization import ZScaleInterval  # noqa: PLC0415 - astropy loads slowly

    finite = values.grid[np.isfinite(values.grid)]
    if not finite.size:
        return 0.0, 1.0
    low, high = ZScaleInterval().get_limits(finite)
    return float(low) + values.origin, float(high) + values.origin


def quantiles(values: Sample, limits: tuple[float, float], count: int = 257) -> tuple[float, ...]:
    """Values of equal spacing in rank between two limits, for histogram equalization."""
    low, high = min(limits) - values.origin, max(limits) - values.origin
    ordered = values.ordered
    inside = ordered[np.searchsorted(ordered, low) : np.searchsorted(ordered, high, side="right")]
    if inside.size < 2 or inside[0] == inside[-1]:
        return min(limits), max(limits)
    ranks = np.linspace(0, inside.size - 1, count).round().astype(int)
    return tuple(float(value) + values.origin for value in inside[ranks])


def first_view(values: Sample) -> FirstView:
    """Find limits and a stretch with which the plane shows what is on it.

    The sky goes to a dark gray and keeps its noise visible; what is brighter is compressed by an
    asinh as strongly as it takes (compare Lupton et al. 2004, PASP 116, 133).
    """
    found = _first_view(values)
    low, high = found.limits
    return replace(found, limits=(low + values.origin, high + values.origin))


def _first_view(values: Sample) -> FirstView:
    ordered = values.ordered
    if not ordered.size:
        return FirstView((0.0, 1.0), "linear")
    low, high = float(ordered[0]), float(ordered[-1])
    if low == high:
        # A constant is shown as a middle gray, whatever it is.
        half = max(abs(low), 1.0) * 0.5
        return FirstView((low - half, low + half), "linear")
    if _has_few_values(ordered):
        return FirstView((low, high), "linear")
    return _sky_view(ordered, values.grid if values.whole else None)


def _sky_view(ordered: Floats, grid: Floats | None) -> FirstView:
    median = _quantile(ordered, 0.5)
    below = ordered[: ordered.size // 2]
    # The lower half only: sources do not widen it. In order, its median is at a quarter of all.
    sigma = _MAD_TO_SIGMA * (median - _quantile(below, 0.5))
    common = _mode_share(ordered, median)
    if sigma == 0.0 or common > 0.4:
        return _sparse_view(ordered, median)
    ordered = _without_defects(ordered, median + _FAINT * sigma)
    vmin = max(_quantile(ordered, 0.001), median - 3.0 * sigma)
    vmax = _quantile(ordered, 0.9985)
    if vmax < median + _FAINT * sigma:
        if grid is not None and _holds_something(grid, float(ordered[-1])):
            # Faint but extended: seen from afar it rises above the noise, which is averaged.
            return _softened(max(vmin, median - sigma), vmax, median)
        # Where nothing rises above the noise, the noise must not be made to look like something.
        vmax = median + _FAINT * sigma
    vmax = min(vmax, float(ordered[-1]), median + _MOST_RANGE * sigma)
    if not vmax > vmin:
        return FirstView((float(ordered[0]), float(ordered[-1])), "linear")
    return _softened(vmin, vmax, median)


def _without_defects(ordered: Floats, bright: float) -> Floats:
    """Leave out hot and saturated pixels that stand apart from whatever is on the sky.

    Stars have all brightnesses up to that of the brightest; defects are piled up at the top with
    next to nothing between them and the sky.
    """
    top = float(ordered[-1])
    pile = np.searchsorted(ordered, top - 0.02 * (top - bright))
    between = pile - np.searchsorted(ordered, bright)
    piled = ordered.size - pile
    apart = top > bright and piled > 2 * between and 0.001 < piled / ordered.size < 0.1
    return ordered[: pile - between] if apart else ordered


def _holds_something(grid: Floats, highest: float) -> bool:
    """Whether means of blocks of pixels differ by more than noise does; defects are left out."""
    height, width = (length // _BLOCK * _BLOCK for length in grid.shape)
    if min(height, width) < 8 * _BLOCK:
        return False
    clean = np.where(grid <= highest, grid, np.nan)
    blocks = clean[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    with np.errstate(invalid="ignore", over="ignore"):
        means = np.sort(blocks.mean(axis=(1, 3), dtype=np.float64), axis=None)
    means = means[np.isfinite(means)]
    if means.size < 64:
        return False
    middle, low, high = np.quantile(means, [0.5, 0.25, 0.997])
    return bool(high - middle > 6.0 * _MAD_TO_SIGMA * (middle - low) > 0.0)


def _sparse_view(ordered: Floats, common: float) -> FirstView:
    """View of a plane on which one value, such as a count of 0, covers most pixels."""
    others = ordered[ordered != common]
    above = others[others > common]
    if above.size < 0.02 * others.size or above.size < 2:
        return FirstView((float(ordered[0]), float(ordered[-1])), "linear")
    vmin = common if above.size > 0.9 * others.size else _quantile(ordered, 0.001)
    vmax = _quantile(above, 0.995)
    middle = _quantile(above, 0.5)
    return _softened(vmin, max(vmax, middle), middle, target=0.4)


def _softened(vmin: float, vmax: float, level: float, target: float = _DARK_SKY) -> FirstView:
    """Choose the asinh that puts a level at a target intensity; linear if it is there already."""
    x = (level - vmin) / (vmax - vmin) if vmax > vmin else 0.5
    if x >= target:
        return FirstView((vmin, vmax), "linear")
    for softening in _SOFTENINGS:
        if np.arcsinh(x / softening) / np.arcsinh(1.0 / softening) >= target:
            return FirstView((vmin, vmax), "asinh", softening)
    return FirstView((vmin, vmax), "asinh", _SOFTENINGS[-1])


def _has_few_values(ordered: Floats) -> bool:
    changes = np.flatnonzero(np.diff(ordered))
    return changes.size < _FEW_VALUES


def _mode_share(ordered: Floats, value: float) -> float:
    first, last = np.searchsorted(ordered, value), np.searchsorted(ordered, value, side="right")
    return float(last - first) / ordered.size


def _quantile(ordered: Floats, share: float) -> float:
    """Linear interpolation between ranks, as numpy's default does, of what is sorted already."""
    position = share * (ordered.size - 1)
    index = int(position)
    low = float(ordered[index])
    high = float(ordered[min(index + 1, ordered.size - 1)])
    return low + (high - low) * (position - index)
