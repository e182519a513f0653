"""Values of pixels as 16-bit codes, from which a viewer draws pictures in any limits and stretch.

A code is the place of a value on a broken line between *knots*, values at equal steps of code. The
knots lie densely where gray levels change: at the curve in effect, about its limits, and about the
median of the plane, so that an outlier does not cost the faint end its levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.plane import UNSHIFTED, Shift
from celestile.render import kernels
from celestile.render.request import Component, Style
from celestile.render.tone import LEVELS, scale, thresholds

Floats = NDArray[np.float64]

MISSING, BELOW, FIRST, LAST, ABOVE = 0, 1, 2, 65534, 65535
"""Codes of NaN, of minus infinity, of the first and the last knot, and of infinity."""
KNOTS = 255  # their steps of 258 codes divide LAST - FIRST

_MAD_TO_SIGMA = 1.482602218505602  # of a normal distribution
# Shares of the codes: of the gray levels in effect, of equal steps from one span below the limits
# to one above them, of equal ratios of the distance from the median, of equal steps over all.
_SHARES = (0.25, 0.25, 0.35, 0.15)
_FINEST = 1e-7  # of the range: least distance from the median with ratios of its own


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Pixels of a plane as codes.

    Parameters
    ----------
    codes : ndarray of uint16, shape (height, width)
        `MISSING`, `BELOW`, `FIRST` to `LAST`, or `ABOVE`.
    knots : ndarray of float64, shape (KNOTS,)
        Physical values of the codes from `FIRST` to `LAST` in equal steps, ascending; the values of
        codes between them are interpolated.
    ranks : ndarray of float64, shape (KNOTS,)
        Share of the values of the plane that are below each knot.
    """

    codes: NDArray[np.uint16]
    knots: Floats
    ranks: Floats


def samples(
    values: NDArray[np.float32], ordered: NDArray[Any], component: Component, style: Style
) -> Samples:
    """Encode pixels of a plane.

    Parameters
    ----------
    values : ndarray of float32, shape (height, width)
        Pixels as the plane of the component returns them; missing is NaN.
    ordered : ndarray of float
        Sample of all finite values of the plane, ascending, in the same numbers.
    component : Component
        The plane, with the limits in effect.
    style : Style
        The curve in effect.

    Returns
    -------
    Samples
        In physical values.
    """
    finite = values[np.isfinite(values)]
    parts = [part for part in (finite, ordered) if part.size]
    low = min((float(part.min()) for part in parts), default=0.0)
    high = max((float(part.max()) for part in parts), default=0.0)
    knots = _knots(low, high, ordered, component, style)
    codes = np.empty(values.shape, np.uint16)
    kernels.encode(values, knots, codes)
    ranks = np.searchsorted(ordered, knots) / max(ordered.size, 1)
    return Samples(codes, _physical(knots, component.shift), ranks)


def _physical(numbers: Floats, shift: Shift) -> Floats:
    return numbers if shift == UNSHIFTED else numbers * shift.scale + shift.origin


def _knots(
    low: float, high: float, ordered: NDArray[Any], component: Component, style: Style
) -> Floats:
    """Values at equal steps of code, from the lowest to the highest value."""
    if not high > low:
        return np.full(KNOTS, low)
    center, width = _middle(ordered, low, high)
    levels = _levels(component, style)
    vmin, vmax = sorted(component.span)
    window = (vmin - (vmax - vmin), vmax + (vmax - vmin))
    first, last = np.arcsinh((low - center) / width), np.arcsinh((high - center) / width)
    ratios = center + width * np.sinh(np.linspace(first, last, 4 * KNOTS))
    places = np.concatenate([levels, window, ratios, np.linspace(low, high, KNOTS)])
    places = np.unique(np.clip(places[np.isfinite(places)], low, high))
    counts = (
        np.searchsorted(levels, places).astype(np.float64),
        np.clip(places, *window),
        np.arcsinh((places - center) / width),
        places,
    )
    code = _weighted(counts)
    knots = np.interp(np.linspace(0.0, 1.0, KNOTS), code, places)
    knots[0], knots[-1] = low, high
    return np.maximum.accumulate(knots)


def _weighted(counts: Sequence[Floats]) -> Floats:
    """Share of the codes up to each place; densities that are zero everywhere take no share."""
    code = np.zeros(counts[0].size)
    total = 0.0
    for share, count in zip(_SHARES, counts, strict=True):
        span = count[-1] - count[0]
        if span > 0 and np.isfinite(span):
            code += share * (count - count[0]) / span
            total += share
    return code / total


def _middle(ordered: NDArray[Any], low: float, high: float) -> tuple[float, float]:
    """Median of the values, and their robust standard deviation; never zero."""
    least = (high - low) * _FINEST
    if not ordered.size:
        return low, high - low
    chosen = ordered[:: max(1, ordered.size // 4096)].astype(np.float64)
    median = float(np.median(chosen))
    return median, max(float(np.median(np.abs(chosen - median))) * _MAD_TO_SIGMA, least)


def _levels(component: Component, style: Style) -> Floats:
    """Numbers at which the next gray level begins, ascending."""
    places = thresholds(style, component, LEVELS - 1)
    offset, slope = scale(component.span)
    return np.sort(offset + places[np.isfinite(places)] / slope)
