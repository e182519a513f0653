"""Planes whose values may be beyond the range of float32, or closer than its precision.

Arrays of doubles and of scaled integers are such planes, and so are mosaics, aligned and derived
planes of them. They are read in a shift (see `celestile.pixels.plane.Shift`), which is found from a
few rows: the origin of large, nearly equal values, and the scale of values such as luminosities in
erg/s.
"""

from collections.abc import Iterator, Sequence
from math import frexp, ldexp
from typing import Protocol, TypeGuard

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, Plane, Shift, shift_of

_STEPS = 1024.0  # of float32 that the values must span to be read without an origin
_ROWS = 8
_COLUMNS = 4096
_SMALL = 1 << 20  # pixels; a smaller plane is examined completely
_EXPONENT = 100  # of two; beyond it, sums and squares of float32 may leave its range
_LEAST_EXPONENT, _MOST_EXPONENT = -1074, 1023  # of float64
_APART = 1e15  # ratio of a marker of missing pixels, such as -1.8e308, to all other values
_EXAMINED = 4  # planes of a combination
_MOST_SOURCES = 16  # of a mosaic that are examined

Doubles = NDArray[np.float64]


class WidePlane(Plane, Protocol):
    """A plane that can be read in double precision, and in a shift.

    Attributes
    ----------
    scaling_is_wide : bool
        Whether the values may need that.
    """

    @property
    def scaling_is_wide(self) -> bool:
        """Whether the values may be beyond float32."""

    def read(self, region: Region, shift: Shift = UNSHIFTED) -> NDArray[np.float32]:
        """Read physical values, shifted: float32 of shape (height, width); missing is NaN."""

    def doubles(self, region: Region) -> Doubles:
        """Read physical values in double precision, shape (height, width); missing is NaN."""


def is_wide(plane: Plane) -> TypeGuard[WidePlane]:
    """Whether the numbers of a plane may be beyond the range or the precision of float32."""
    return bool(getattr(plane, "scaling_is_wide", False))


def read_scaled(plane: Plane, region: Region, shift: Shift) -> NDArray[np.float32]:
    """Read a plane in the shift of a combination that it belongs to, float32 (height, width)."""
    if shift == shift_of(plane):
        return plane.read(region)
    if is_wide(plane):
        return plane.read(region, shift)
    return shifted_values(doubles(plane, region), shift)


def shifted_values(values: Doubles, shift: Shift) -> NDArray[np.float32]:
    """Express physical values in a shift, as float32 of the same shape."""
    with np.errstate(over="ignore", invalid="ignore"):
        if shift != UNSHIFTED:
            values = (values - shift.origin) / shift.scale
        return np.ascontiguousarray(values, np.float32)


def doubles(plane: Plane, region: Region) -> Doubles:
    """Read physical values of any plane in double precision, shape (height, width)."""
    if is_wide(plane):
        return plane.doubles(region)
    numbers = plane.read(region).astype(np.float64)
    shift = shift_of(plane)
    return numbers if shift == UNSHIFTED else numbers * shift.scale + shift.origin


def common_shift(planes: Sequence[Plane]) -> Shift:
    """Scale in which a combination of planes can be read; without an origin.

    A few of the planes are examined.
    """
    if not any(map(is_wide, planes)):
        return UNSHIFTED
    places = np.linspace(0, len(planes) - 1, _EXAMINED).round().astype(int)
    samples = [_sampled(planes[place]) for place in np.unique(places)]
    return Shift(0.0, find_scale(np.concatenate(samples)))


def find_shift(plane: Plane) -> Shift:
    """Find the shift of a plane from a few rows; none if the values do not need one."""
    values = _sampled(plane)
    if not values.size:
        return UNSHIFTED
    origin = _origin(values)
    with np.errstate(over="ignore"):
        return Shift(origin, find_scale(values - origin))


def _sampled(plane: Plane) -> Doubles:
    """Finite physical values of a few rows, or of a small plane; none if it cannot be read.

    Of a mosaic or an aligned plane, its sources are examined: rows of it may cross many of them.
    """
    found = [_rows_of(source) for source in _sources(plane)]
    values: Doubles = np.concatenate(found) if found else np.empty(0)
    return values


def _sources(plane: Plane) -> Iterator[Plane]:
    sources: Sequence[Plane] | None = getattr(plane, "sources", None)
    if sources is None:
        yield plane
        return
    count = min(len(sources), _MOST_SOURCES)
    for place in np.unique(np.linspace(0, len(sources) - 1, count).round().astype(int)):
        yield from _sources(sources[place])


def _rows_of(plane: Plane) -> Doubles:
    columns = min(plane.width, _COLUMNS)
    left = (plane.width - columns) // 2
    rows = np.unique(np.linspace(0, plane.height - 1, _ROWS + 2).astype(int)[1:-1])
    parts = [Region(left, int(row), columns, 1) for row in rows]
    if plane.width * plane.height <= _SMALL:
        parts = [Region(0, 0, plane.width, plane.height)]
    try:
        values: Doubles = np.concatenate([doubles(plane, part) for part in parts], axis=None)
    except CelestileError:
        return np.empty(0)  # the error is reported when the plane is read
    finite: Doubles = values[np.isfinite(values)]
    return finite


def _origin(values: Doubles) -> float:
    quantiles = np.quantile(values, [0.05, 0.5, 0.95], method="nearest")
    low, middle, high = (float(value) for value in quantiles)
    if low == high:
        low, high = float(values.min()), float(values.max())
    step = abs(middle) * float(np.finfo(np.float32).eps)
    return middle if 0.0 < high - low < _STEPS * step else 0.0


def find_scale(values: Doubles) -> float:
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
