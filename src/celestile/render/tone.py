"""Conversion of physical values to intensity levels: limits, stretch, contrast, bias, gamma.

A curve is represented by the 255 (or 4095) thresholds at which the next level begins, which the
inverse of its formula gives exactly, however steep it is. A table speeds up the search for them.

With x the value scaled by the limits and clipped to [0, 1], and ``a`` the parameter:

========= ====================================
linear    x
sqrt      sqrt(x)
log       log(a x + 1) / log(a + 1)
asinh     asinh(x / a) / asinh(1 / a)
sinh      sinh(x / a) / sinh(1 / a)
power     x ** a
histeq    rank of x among the values of the plane
lupton    asinh(a x) / asinh(a)
========= ====================================

all except the last as in `astropy.visualization`; then ``(y - bias) * contrast + 0.5``, clipped
again, and ``y ** (1 / gamma)``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.render import kernels
from celestile.render.request import STRETCH_PARAMETERS, Component, Style

Floats = NDArray[np.float64]

# 8 bits suffice for a picture of one plane; sums of several need finer levels.
LEVELS = 256
FINE_LEVELS = 4096

_STEEPEST = 1e300  # maximum slope, with a margin for a further factor
_SMALLEST = np.nextafter(0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A monotonic function from [0, 1] to entries of a table.

    Parameters
    ----------
    table : ndarray of uint8 or uint16
        Evenly spaced in x.
    levels, thresholds, starts : ndarray
        Arguments of `kernels.tone_steep` for a curve with steep parts; empty otherwise.
    even : int
        First cell from which the table is accurate to one 8-bit level.
    """

    table: NDArray[Any]
    levels: NDArray[Any]
    thresholds: Floats
    starts: NDArray[np.uint16]
    even: int = 0

    def apply(
        self, values: NDArray[np.float32], limits: tuple[float, float], out: NDArray[Any]
    ) -> int:
        """Look up values of shape (height, width); return the number of missing values."""
        offset, slope = scale(limits)
        if self.even == 0:
            return kernels.tone(values, offset, slope, self.table, out)
        search = self.levels, self.thresholds, self.starts, self.even
        return kernels.tone_steep(values, offset, slope, self.table, *search, out)


def scale(limits: tuple[float, float]) -> tuple[float, float]:
    """Offset and slope for which ``(value - offset) * slope`` maps the limits to 0 and 1.

    Equal or nearly equal limits result in a step: values above them become 1.
    """
    vmin, vmax = limits
    half_span = vmax / 2 - vmin / 2  # the full span may overflow
    if abs(half_span) < 1 / _STEEPEST:
        return vmin, -_STEEPEST if vmax < vmin else _STEEPEST
    return vmin, 0.5 / half_span


def curve(style: Style, component: Component | None, shades: NDArray[Any]) -> Curve:
    """Build the curve of a component.

    Parameters
    ----------
    style : Style
        Stretch, contrast, bias, gamma.
    component : Component or None
        Component with limits and quantiles for ``histeq``; ignored for others.
    shades : ndarray of uint8 or uint16
        Output values of the levels, from the darkest; their number is that of the levels.
    """
    steps = thresholds(style, component, len(shades) - 1)
    last = kernels.TONE_CELLS - 1
    cells = np.ceil(np.clip(steps * last, 0.0, kernels.TONE_CELLS)).astype(np.int64)
    counts = np.diff(cells, prepend=0, append=kernels.TONE_CELLS)
    table = np.repeat(shades, counts)
    even = _first_even(steps * last, len(shades))
    if even == 0:
        nothing = np.empty(0)
        return Curve(table, nothing, nothing, nothing.astype(np.uint16))
    # Level k begins within the cell before cells[k]: searches start at the lower edge of the cell.
    starts = np.searchsorted(steps * last, np.arange(kernels.TONE_CELLS + 1)).astype(np.uint16)
    # Many pixels are at 0 or below, where no search is needed.
    starts[0] = np.searchsorted(steps, 0.0, side="right")
    return Curve(table, shades, steps, starts, even)


def _first_even(thresholds: Floats, levels: int) -> int:
    """First cell from which the error of a table of equal cells is at most 1/256.

    An entry is that of the center of its cell, so each half of a cell may only contain a few
    thresholds. Most curves are only steep at their dark end, if anywhere.
    """
    halves = np.floor(2 * thresholds[(thresholds > 0) & (thresholds < kernels.TONE_CELLS)])
    allowed = levels // LEVELS
    crowded = halves[allowed:][halves[allowed:] == halves[:-allowed]]
    return int(crowded[-1]) // 2 + 2 if crowded.size else 0


def thresholds(style: Style, component: Component | None, steps: int) -> Floats:
    """Places at which the next level begins.

    Parameters
    ----------
    style : Style
        Stretch, contrast, bias, gamma.
    component : Component or None
        Component with limits and quantiles for ``histeq``; ignored for others.
    steps : int
        Number of levels, less one.

    Returns
    -------
    ndarray of float64, shape (steps,)
        Ascending x in [0, 1]; infinite for levels that are not reached.
    """
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        wanted = ((np.arange(steps) + 0.5) / steps) ** np.clip(style.gamma, *_SANE)
        wanted = np.maximum(wanted, _SMALLEST)
        if style.contrast == 0:
            wanted = np.where(wanted <= 0.5, 0.0, np.inf)
        elif (style.contrast, style.bias) != (1.0, 0.5):
            wanted = (wanted - 0.5) / style.contrast + style.bias
        reached = np.clip(wanted, 0.0, 1.0)
        if style.stretch == "histeq":
            found = _ranked(reached, component)
        else:
            default = STRETCH_PARAMETERS.get(style.stretch, 1.0)
            parameter = default if style.parameter is None else style.parameter
            found = _INVERSES[style.stretch](reached, float(np.clip(parameter, *_SANE)))
            found = np.maximum(found, _SMALLEST)
    found = np.maximum.accumulate(np.clip(found, 0.0, 1.0))
    return np.where(wanted <= 0.0, 0.0, np.where(wanted > 1.0, np.inf, found))


_SANE = (1e-300, 1e300)


def _inverse_sinh(y: Floats, a: float) -> Floats:
    if a < 1 / 300:  # where sinh(1 / a) would overflow, and equals an exponential
        return 1 + a * np.log(y)
    x: Floats = a * np.arcsinh(y * np.sinh(1 / a))
    return x


_INVERSES: Mapping[str, Callable[[Floats, float], Floats]] = MappingProxyType(
    {
        "linear": lambda y, _: y,
        "sqrt": lambda y, _: y * y,
        "log": lambda y, a: np.expm1(y * np.log1p(a)) / a,
        "asinh": lambda y, a: a * np.sinh(y * np.arcsinh(1 / a)),
        "sinh": _inverse_sinh,
        "power": lambda y, a: y ** (1 / a),
        "lupton": lambda y, a: np.sinh(y * np.arcsinh(a)) / a,
    }
)


def _ranked(y: Floats, component: Component | None) -> Floats:
    """Position of a rank among the values of a component."""
    if component is None or len(component.quantiles) < 2:
        return y
    offset, slope = scale(component.span)
    numbers = [component.shift.number(value) for value in component.quantiles]
    places = np.sort((np.array(numbers) - offset) * slope)
    return np.interp(y, np.linspace(0.0, 1.0, places.size), places)
