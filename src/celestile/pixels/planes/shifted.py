"""Planes of values that float32 cannot hold or distinguish.

Large, nearly equal values such as Julian dates are read as differences from a typical value, the
origin. Values beyond the range of float32, such as luminosities in erg/s, are read in units of a
power of two, the scale. Both are applied in double precision.
"""

from collections.abc import Sequence
from math import frexp, ldexp

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, PixelValue, Plane, ReadCells, Shift
from celestile.pixels.planes.array import ArrayPlane, combined_key
from celestile.pixels.planes.derived import DerivedPlane

_STEPS = 1024.0  # of float32 that the values must span to be read without an origin
_ROWS = 8
_COLUMNS = 4096
_SMALL = 1 << 20  # pixels; a smaller plane is examined completely
_EXPONENT = 100  # of two; beyond it, sums and squares of float32 may leave its range
_LEAST_EXPONENT, _MOST_EXPONENT = -1074, 1023  # of float64
_APART = 1e15  # ratio of a marker of missing pixels, such as -1.8e308, to all other values
_EXAMINED = 4  # planes of a combination

_Wide = ArrayPlane | DerivedPlane
"""Planes that can be read in another scale than that of float32."""


class ShiftedPlane:
    """A plane whose values are read less an origin and in units of a scale.

    Parameters
    ----------
    plane : ArrayPlane or DerivedPlane
        The plane.
    """

    def __init__(self, plane: _Wide) -> None:
        self.unshifted = plane
        self.width = plane.width
        self.height = plane.height
        self.direct = plane.direct
        self.by_rows = plane.by_rows
        self.is_mask = plane.is_mask
        self.is_computed = plane.is_computed
        self.key = combined_key("scaled", plane.key)
        self._shift: Shift | None = None

    @property
    def shift(self) -> Shift:
        """Conversion of the numbers that are read to physical values."""
        if self._shift is None:
            self._shift = find_shift(self.unshifted)
        return self._shift

    def read(self, region: Region) -> NDArray[np.float32]:
        """Read shifted values, otherwise as `Plane.read`."""
        return self.unshifted.read(region, self.shift)

    @property
    def cells(self) -> ReadCells | None:
        """As `ArrayPlane.cells`, of shifted values."""
        plane = self.unshifted
        if isinstance(plane, DerivedPlane) or plane.cells is None:
            return None
        return lambda lon, lat: plane.at_sky(lon, lat, self.shift)

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as stored and in physical units, not shifted."""
        return self.unshifted.value(x, y)


def shifted(plane: Plane) -> Plane:
    """Return the plane, shifted if its numbers may need it."""
    return ShiftedPlane(plane) if isinstance(plane, _Wide) and may_need_shift(plane) else plane


def may_need_shift(plane: Plane) -> bool:
    """Whether the type of the numbers holds more than float32 does."""
    return isinstance(plane, _Wide) and plane.scaling_is_wide


def unshifted(plane: Plane) -> Plane:
    """Return the plane that reads physical values."""
    return plane.unshifted if isinstance(plane, ShiftedPlane) else plane


def read_scaled(plane: Plane, region: Region, shift: Shift) -> NDArray[np.float32]:
    """Read a plane in the units of a combination that it belongs to."""
    if shift != UNSHIFTED and isinstance(plane, _Wide):
        return plane.read(region, shift)
    return plane.read(region)


def common_shift(planes: Sequence[Plane]) -> Shift:
    """Scale in which a combination of planes can be read; without an origin.

    A few of the planes are examined. All of them must be arrays for a scale other than 1.
    """
    if not any(map(may_need_shift, planes)):
        return UNSHIFTED
    arrays = [plane for plane in planes if isinstance(plane, _Wide)]
    if len(arrays) < len(planes):
        return UNSHIFTED
    places = np.linspace(0, len(arrays) - 1, _EXAMINED).round().astype(int)
    samples = [_sampled(arrays[place]) for place in np.unique(places)]
    return Shift(0.0, find_scale(np.concatenate(samples)))


def find_shift(plane: _Wide) -> Shift:
    """Find the shift of a plane from a few rows; none if the values do not need one."""
    values = _sampled(plane)
    if not values.size:
        return UNSHIFTED
    origin = _origin(values)
    with np.errstate(over="ignore"):
        return Shift(origin, find_scale(values - origin))


def _sampled(plane: _Wide) -> NDArray[np.float64]:
    """Finite physical values of a few rows, or of a small plane; none if it cannot be read."""
    columns = min(plane.width, _COLUMNS)
    left = (plane.width - columns) // 2
    rows = np.unique(np.linspace(0, plane.height - 1, _ROWS + 2).astype(int)[1:-1])
    parts = [Region(left, int(row), columns, 1) for row in rows]
    if plane.width * plane.height <= _SMALL:
        parts = [Region(0, 0, plane.width, plane.height)]
    try:
        values: NDArray[np.float64] = np.concatenate(
            [plane.doubles(part) for part in parts], axis=None
        )
    except CelestileError:
        return np.empty(0)  # the error is reported when the plane is read
    finite: NDArray[np.float64] = values[np.isfinite(values)]
    return finite


def _origin(values: NDArray[np.float64]) -> float:
    quantiles = np.quantile(values, [0.05, 0.5, 0.95], method="nearest")
    low, middle, high = (float(value) for value in quantiles)
    if low == high:
        low, high = float(values.min()), float(values.max())
    step = abs(middle) * float(np.finfo(np.float32).eps)
    return middle if 0.0 < high - low < _STEPS * step else 0.0


def find_scale(values: NDArray[np.float64]) -> float:
    """Power of two in whose units the largest values are about 1; 1 if float32 holds them."""
    sizes = np.abs(values)
    largest = float(sizes.max(initial=0.0))
    if _fits(largest):
        return 1.0
    # One or two numbers far beyond all others mark missing pixels: they may become infinite.
    for _ in range(2):
        others = sizes[sizes < largest / _APART]
        if not others.any() or np.any((sizes < largest) & (sizes >= largest / _APART)):
            break
        sizes, largest = others, float(others.max())
    exponent = min(max(frexp(largest)[1], _LEAST_EXPONENT), _MOST_EXPONENT)
    return 1.0 if _fits(largest) else ldexp(1.0, exponent)


def _fits(largest: float) -> bool:
    return largest == 0.0 or abs(frexp(largest)[1]) <= _EXPONENT
