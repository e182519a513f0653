"""HEALPix cells of the sky, and pictures of them.

Cells are numbered in the NESTED scheme: cell n has the children 4 n to 4 n + 3. Within a cell, `dx`
increases from its southern corner to the east and `dy` to the west, both from 0 to 1. A tile shows
its cell with `dy` to the right and `dx` down, as seen from inside the sphere.

Cells are in equatorial coordinates (ICRS), which HiPS prefers and all clients support: clients
disagree whether the coverage of a galactic survey is galactic or, as in the standard, equatorial.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from celestile.pixels.sky.vectors import Floats

Integers = NDArray[np.int64]
Number = TypeVar("Number", int, Integers)

DEEPEST = 29
"""Maximum order for which numbers of cells fit in 64 bits."""

FACES = 12
_FACE = float(np.degrees(np.sqrt(np.pi / 3)))  # side of a square with the area of a face


def cell_size(order: int) -> float:
    """Side in degrees of a square with the area of a cell."""
    return float(_FACE / (1 << order))


def places(order: int, cells: ArrayLike, dx: ArrayLike, dy: ArrayLike) -> tuple[Floats, Floats]:
    """Longitudes and latitudes in degrees of positions within cells; arguments are broadcast."""
    from astropy_healpix import healpix_to_lonlat  # noqa: PLC0415 - astropy loads slowly

    cells, dx, dy = np.broadcast_arrays(np.asarray(cells, np.int64), dx, dy)
    lon, lat = healpix_to_lonlat(cells, 1 << order, dx=dx, dy=dy, order="nested")
    return np.asarray(lon.deg, np.float64), np.asarray(lat.deg, np.float64)


def part_coordinates(number: Number, bits: int) -> tuple[Number, Number]:
    """Indices along `dx` and `dy` among the 2**bits by 2**bits descendants of a cell."""
    x, y = number & 0, number & 0  # two objects, since arrays are modified in place
    for bit in range(bits):
        x |= (number >> 2 * bit & 1) << bit
        y |= (number >> 2 * bit + 1 & 1) << bit
    return x, y


@dataclass(frozen=True, slots=True)
class Window:
    """A picture of a square part of a cell; a tile shows the whole cell.

    Parameters
    ----------
    order, cell : int
        The cell.
    width : int
        Pixels along the side of the whole cell.
    left, top, side : int
        Position and size of the part, in these pixels.
    """

    order: int
    cell: int
    width: int
    left: int
    top: int
    side: int

    @property
    def key(self) -> str:
        """Identity of the geometry."""
        part = f"{self.left},{self.top},{self.side}/{self.width}"
        return f"healpix {self.order}/{self.cell} {part}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.side, self.side

    def world(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """ICRS degrees of positions; those beyond the cell are clipped to its edges."""
        dx, dy = (
            np.clip((start + along) / self.width, 0.0, 1.0)
            for start, along in ((self.top, v), (self.left, u))
        )
        return places(self.order, self.cell, dx, dy)


def tile(order: int, cell: int, width: int) -> Window:
    """Picture of a whole cell."""
    return Window(order, cell, width, 0, 0, width)


def plane_cards(order: int, cell: int, width: int) -> dict[str, tuple[str | float, str]]:
    """FITS cards for the coordinates of a tile, in HPX projection (Calabretta & Roukema 2007)."""
    face = cell >> 2 * order
    side = 1 << order
    x, y = part_coordinates(cell & side * side - 1, order)
    step = 45.0 / (width * side)
    row, column = divmod(face, 4)
    center_x = (90.0 * column + (0.0 if row == 1 else 45.0) + 180.0) % 360.0 - 180.0
    center_y = 45.0 * (1 - row)
    # FITS pixels run along dy and against dx, and both are diagonals of the projection.
    total = 1.0 + (center_x + 45.0 * (x + 1 - y) / side) / step
    difference = -(center_y - 45.0 + 45.0 * (x + 1 + y) / side) / step
    return {
        "CTYPE1": ("RA---HPX", ""),
        "CTYPE2": ("DEC--HPX", ""),
        "CUNIT1": ("deg", ""),
        "CUNIT2": ("deg", ""),
        "CRPIX1": ((total + difference) / 2, ""),
        "CRPIX2": ((total - difference) / 2, ""),
        "CRVAL1": (0.0, ""),
        "CRVAL2": (0.0, ""),
        "CD1_1": (-step, ""),
        "CD1_2": (-step, ""),
        "CD2_1": (step, ""),
        "CD2_2": (-step, ""),
        "PV2_1": (4.0, ""),
        "PV2_2": (3.0, ""),
    }
