"""Automatic display of a plane: limits and a stretch."""

from dataclasses import dataclass, replace

import numpy as np

from celestile.pixels.display.limits import Floats, Sample, quantile

_MAD_TO_SIGMA = 1.482602218505602  # of a normal distribution
_FEW_VALUES = 8
_FAINT_LEVEL = 0.05  # of the range: below it a level looks black
_FEWEST_SENTINELS = 16  # pixels
_FAR = 30.0  # times the spread of all other values
_FILLED = 0.01  # of the plane
_BELOW = 10.0  # times the depth of the noise below the sky
_BULK = 0.25  # of the plane, above _BRIGHT of the range: a disc rather than a sky with sources
_BRIGHT = 0.3
_DARK_SKY = 0.13  # where the automatic stretch puts the background, of full intensity
_FAINT = 10.0  # standard deviations above the sky at which a source is obvious
_MOST_RANGE = 1e5  # standard deviations: values beyond are not measurements
_SHOWN = 0.998  # of the values of both signs: a compact source covers few pixels
_DENSITY = 1000.0  # times the median, which a quarter of the pixels exceeds
_SPARSE = 0.1  # of the plane: fewer pixels have an event
_BLOCK = 8  # pixels along each side, to be averaged
_SOFTENINGS = (0.5, 0.3, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.005, 0.002, 0.001)
_LEAST_SOFTENING, _MOST_SOFTENING = 1e-6, 1e3  # the latter is linear


@dataclass(frozen=True, slots=True)
class FirstView:
    """Automatic limits and stretch of a plane.

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

    def softening(self, limits: tuple[float, float]) -> float | None:
        """Parameter of the stretch between other limits, for which the picture looks alike.

        The softening keeps its size in the unit of the values. If the lower of these limits is
        below the automatic one, the distance is added: the values between the two, which few
        pixels have, must not take up the brightness of all others.

        Parameters
        ----------
        limits : tuple of float
            vmin and vmax.

        Returns
        -------
        float or None
            ``a |r| / |r'| + max(0, x)`` for a parameter *a*, ranges *r* and *r'* between the
            automatic and these limits, and the position *x* of the automatic vmin between these
            limits; within `_LEAST_SOFTENING` and `_MOST_SOFTENING`. None without a parameter.
        """
        if self.parameter is None or limits == self.limits:
            return self.parameter
        low, high = self.limits
        span = limits[1] - limits[0]
        if span == 0.0:
            return _MOST_SOFTENING
        softening = self.parameter * abs((high - low) / span) + max(0.0, (low - limits[0]) / span)
        return min(max(softening, _LEAST_SOFTENING), _MOST_SOFTENING)


def first_view(values: Sample) -> FirstView:
    """Find limits and a stretch that show the contents of a plane.

    The sky becomes a dark gray with visible noise; brighter values are compressed by an asinh as
    strongly as needed (compare Lupton et al. 2004, PASP 116, 133).
    """
    found = _first_view(values)
    low, high = found.limits
    return replace(found, limits=(values.shift.physical(low), values.shift.physical(high)))


def signed_view(values: Sample) -> FirstView:
    """Find limits at equal distances from 0, for values of both signs such as those of Stokes Q.

    Black, white and the gray between them then stand for the same values on either side. If all
    values are equal, it is the view of any plane.
    """
    kept = _without_sentinels(values.ordered) if values.ordered.size else values.ordered
    numbers = kept.astype(np.float64) * values.shift.scale + values.shift.origin
    sizes = np.sort(np.abs(numbers))
    if not sizes.size or numbers[0] == numbers[-1]:
        return first_view(values)
    size = float(np.quantile(sizes, _SHOWN)) or float(sizes[-1])
    return FirstView((-size, size), "linear")


def _first_view(values: Sample) -> FirstView:
    ordered = values.ordered
    if not ordered.size:
        return FirstView((0.0, 1.0), "linear")
    low, high = float(ordered[0]), float(ordered[-1])
    if low == high:
        # A constant is shown as a middle gray.
        half = max(abs(low), 1.0) * 0.5
        return FirstView((low - half, low + half), "linear")
    if _has_few_values(ordered):
        return _sparse_view(ordered, low) if _are_photons(ordered) else _mask_view(ordered)
    kept = _without_sentinels(ordered)
    grid = values.grid if values.whole else None
    if grid is not None and kept[0] > low:
        grid = np.where(grid >= kept[0], grid, np.nan)
    return _sky_view(kept, grid)


def _mask_view(ordered: Floats) -> FirstView:
    """View of a few levels; low bits of a mask stay visible beside bits a thousand times higher."""
    low, high = float(ordered[0]), float(ordered[-1])
    second = float(ordered[np.searchsorted(ordered, ordered[0], side="right")])
    if second - low < _FAINT_LEVEL * (high - low):
        return FirstView((low, high), "asinh", _SOFTENINGS[-1])
    return FirstView((low, high), "linear")


def _are_photons(ordered: Floats) -> bool:
    """Whether a few values are counts of rare events: 0, 1, 2, …, each rarer than the one before.

    Two levels are a mask.
    """
    values, counts = np.unique(ordered, return_counts=True)
    are_counts = values.size > 2 and bool((values == np.arange(values.size)).all())
    is_sparse = counts[0] > (1.0 - _SPARSE) * ordered.size
    return are_counts and bool(is_sparse and (counts[1:] < counts[:-1]).all())


def _without_sentinels(ordered: Floats) -> Floats:
    """Drop lowest and highest values that mark missing pixels, such as -9999 and -1.6375e+30.

    They are shared by many pixels and are far from all others; a lowest value that covers a part
    of the plane, as around a mosaic, only has to be far below the sky.
    """
    first = int(np.searchsorted(ordered, ordered[0], side="right"))
    last = int(np.searchsorted(ordered, ordered[-1]))
    if last - first < _FEWEST_SENTINELS:
        return ordered
    between = ordered[first:last]
    spread = quantile(between, 0.99) - quantile(between, 0.01)
    start, stop = 0, ordered.size
    fewest = max(_FEWEST_SENTINELS, ordered.size // 1000)
    if first >= fewest and float(between[0]) - float(ordered[0]) > _FAR * spread > 0.0:
        start = first
    sky = quantile(between, 0.5) - quantile(between, 0.01)
    if first >= _FILLED * ordered.size and float(between[0]) - float(ordered[0]) > _BELOW * sky > 0:
        start = first
    if stop - last >= fewest and float(ordered[-1]) - float(between[-1]) > _FAR * spread > 0.0:
        stop = last
    return ordered[start:stop]


def _sky_view(ordered: Floats, grid: Floats | None) -> FirstView:
    median = quantile(ordered, 0.5)
    below = ordered[: ordered.size // 2]
    # Only the lower half, which sources do not widen; its median is the lower quartile.
    sigma = _MAD_TO_SIGMA * (median - quantile(below, 0.5))
    common = _mode_share(ordered, median)
    if sigma == 0.0 or common > 0.4:
        return _sparse_view(ordered, median)
    if _is_density(ordered, median):
        # Almost all of a probability is in a small part of the sky.
        return _softened(0.0, quantile(ordered, 0.9985), 0.0)
    ordered = _without_defects(ordered, median + _FAINT * sigma)
    vmin = max(quantile(ordered, 0.001), median - 3.0 * sigma)
    vmax = quantile(ordered, 0.9985)
    if vmax < median + _FAINT * sigma:
        if grid is not None and _holds_something(grid, float(ordered[-1])):
            # Faint but extended: at coarse levels it rises above the averaged noise.
            return _softened(max(vmin, median - sigma), vmax, median)
        # If nothing rises above the noise, the noise must not look like a signal.
        vmax = median + _FAINT * sigma
    vmax = min(vmax, float(ordered[-1]), median + _MOST_RANGE * sigma)
    if not vmax > vmin:
        return FirstView((float(ordered[0]), float(ordered[-1])), "linear")
    bulk = ordered.size - np.searchsorted(ordered, vmin + _BRIGHT * (vmax - vmin))
    if bulk > _BULK * ordered.size:
        return FirstView((vmin, vmax), "linear")
    return _softened(vmin, vmax, median)


def _is_density(ordered: Floats, median: float) -> bool:
    """Whether values are not a sky with noise, but span many powers of ten, as probabilities do."""
    least, many = float(ordered[0]), quantile(ordered, 0.75)
    # Of exponentially distributed values, a quarter exceeds twice the median.
    return least >= 0.0 and median > 0.0 and many > _DENSITY * median and many > _DENSITY * least


def _without_defects(ordered: Floats, bright: float) -> Floats:
    """Drop hot and saturated pixels that are separated from the values of sources.

    Stars have all brightnesses up to the brightest one; defects are concentrated at the top with
    almost no values between them and the sky.
    """
    top = float(ordered[-1])
    pile = np.searchsorted(ordered, top - 0.02 * (top - bright))
    between = pile - np.searchsorted(ordered, bright)
    piled = ordered.size - pile
    apart = top > bright and piled > 2 * between and 0.001 < piled / ordered.size < 0.1
    return ordered[: pile - between] if apart else ordered


def _holds_something(grid: Floats, highest: float) -> bool:
    """Whether means of blocks of pixels differ by more than noise; defects are ignored."""
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
    """View of a plane in which most pixels have one value, such as a count of 0."""
    others = ordered[ordered != common]
    above = others[others > common]
    if above.size < 0.02 * others.size or above.size < 2:
        return FirstView((float(ordered[0]), float(ordered[-1])), "linear")
    vmin = common if above.size > 0.9 * others.size else quantile(ordered, 0.001)
    vmax = quantile(above, 0.995)
    middle = quantile(above, 0.5)
    found = _softened(vmin, max(vmax, middle), middle, target=0.4)
    is_lowest = common == float(ordered[0])
    if is_lowest and middle == float(above[0]) and above.size < _SPARSE * ordered.size:
        # Mostly single photons: from afar a pixel has their mean, which must not be black.
        mean = float(ordered.mean(dtype=np.float64))
        found = min(found, _softened(vmin, max(vmax, middle), mean), key=_softness)
    return found


def _softness(view: FirstView) -> float:
    return np.inf if view.parameter is None else view.parameter


def _softened(vmin: float, vmax: float, level: float, target: float = _DARK_SKY) -> FirstView:
    """Choose an asinh that raises a level to a target intensity; linear if it does without."""
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
