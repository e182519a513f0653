"""Planes of values that float32 cannot hold or distinguish.

Large, nearly equal values such as Julian dates are read as differences from a typical value, the
origin. Values beyond the range of float32, such as luminosities in erg/s, are read in units of a
power of two, the scale. Both are applied in double precision.
"""

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.plane import PixelValue, Plane, ReadCells, Shift, is_computed, reduction
from celestile.pixels.planes.array import ArrayPlane, combined_key
from celestile.pixels.planes.wide import WidePlane, find_shift, is_wide


class ShiftedPlane:
    """A plane whose values are read less an origin and in units of a scale.

    Parameters
    ----------
    plane : WidePlane
        The plane.
    """

    def __init__(self, plane: WidePlane) -> None:
        self.unshifted = plane
        self.width = plane.width
        self.height = plane.height
        self.direct = plane.direct
        self.by_rows = plane.by_rows
        self.reduction = reduction(plane)
        self.is_computed = is_computed(plane)
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
        if not isinstance(plane, ArrayPlane) or plane.cells is None:
            return None
        return lambda lon, lat: plane.at_sky(lon, lat, self.shift)

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as stored and in physical units, not shifted."""
        return self.unshifted.value(x, y)


def shifted(plane: Plane) -> Plane:
    """Return the plane, shifted if its numbers may need it."""
    return ShiftedPlane(plane) if is_wide(plane) else plane


def unshifted(plane: Plane) -> Plane:
    """Return the plane that reads physical values."""
    return plane.unshifted if isinstance(plane, ShiftedPlane) else plane
