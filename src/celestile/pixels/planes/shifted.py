"""Planes of values that float32 cannot distinguish: large, nearly equal ones such as Julian dates.

They are read as differences from a typical value, the origin, which is subtracted in double
precision.
"""

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError
from celestile.geometry import Region
from celestile.pixels.image import PixelValue, Plane
from celestile.pixels.planes.array import ArrayPlane, combined_key

_STEPS = 1024.0  # of float32 that the values must span to be read without an origin
_ROWS = 8
_COLUMNS = 4096


class ShiftedPlane:
    """A plane whose values are read less an origin.

    Parameters
    ----------
    plane : ArrayPlane
        The plane.
    """

    def __init__(self, plane: ArrayPlane) -> None:
        self.unshifted = plane
        self.width = plane.width
        self.height = plane.height
        self.direct = plane.direct
        self.by_rows = plane.by_rows
        self.key = combined_key("shifted", plane.key)
        self._origin: float | None = None

    @property
    def origin(self) -> float:
        """Offset to be added to the values that are read, in physical units."""
        if self._origin is None:
            self._origin = find_origin(self.unshifted)
        return self._origin

    def read(self, region: Region) -> NDArray[np.float32]:
        """Read physical values less the origin, otherwise as `Plane.read`."""
        return self.unshifted.read(region, self.origin)

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as stored and in physical units, without subtracting the origin."""
        return self.unshifted.value(x, y)


def shifted(plane: Plane) -> Plane:
    """Return the plane, shifted by an origin if its numbers may need it."""
    if not isinstance(plane, ArrayPlane) or not plane.scaling_is_wide:
        return plane
    return ShiftedPlane(plane)


def unshifted(plane: Plane) -> Plane:
    """Return the plane that reads physical values without an origin."""
    return plane.unshifted if isinstance(plane, ShiftedPlane) else plane


def origin_of(plane: Plane) -> float:
    """Offset to be added to the values that a plane reads; 0 for planes without an origin."""
    return plane.origin if isinstance(plane, ShiftedPlane) else 0.0


def find_origin(plane: ArrayPlane) -> float:
    """Find the origin of a plane from a few rows; 0 if the values do not need one."""
    columns = min(plane.width, _COLUMNS)
    left = (plane.width - columns) // 2
    rows = np.unique(np.linspace(0, plane.height - 1, _ROWS + 2).astype(int)[1:-1])
    try:
        found = [plane.doubles(Region(left, int(row), columns, 1)) for row in rows]
    except CelestileError:
        return 0.0  # the error is reported when the plane is read
    values = np.concatenate(found, axis=None)
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0
    quantiles = np.quantile(values, [0.05, 0.5, 0.95], method="nearest")
    low, middle, high = (float(value) for value in quantiles)
    if low == high:
        low, high = float(values.min()), float(values.max())
    step = abs(middle) * float(np.finfo(np.float32).eps)
    return middle if 0.0 < high - low < _STEPS * step else 0.0
