"""The sky as a map: plate carrée under the name of longitude and latitude on Earth.

GIS clients know no sky. Right ascension and declination take the place of longitude and latitude
(CRS84), so that images of one region lie on top of each other. As the sky is seen from inside and
the Earth from outside, longitude is the negative of right ascension unless the operator sets it
otherwise: east is then to the left, as on charts of the sky.

All sets are alike but for the number of their levels. The coarsest shows the sky in two tiles.

Clients cannot express a box across the edge of a map. Images across longitude 180 are therefore on
a second grid, from 0 to 360, whose tiles are those of the first in another order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from celestile.pixels.sky.footprint import Footprint
from celestile.pixels.sky.vectors import Floats

SKY_CRS = "urn:ogc:def:crs:OGC:1.3:CRS84"
MIRRORED = "mirrored"

# OGC 07-057r7, section 6.1: degrees are taken at the equator, and a pixel has 0.28 mm.
_METERS_PER_DEGREE = 111319.49079327358
_STANDARD_PIXEL = 0.00028

# Scales of the OGC's register, which begin at one level coarser than ours and end at 18.
_SCALES = "urn:ogc:def:wkss:OGC:1.0:GoogleCRS84Quad"
_SCALES_TILE = 256
_SCALES_LEVELS = 18

MOST_LEVELS = 25
# Rounding error of a box that ends at the edge of a tile, in tiles.
_HAIR = 1e-9
# Pixels finer than those of a level by a hundredth of an octave need no level more.
_FINER = 0.01

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SkyMatrix:
    """One level of a set.

    Parameters
    ----------
    identifier : str
        Counted from the coarsest level.
    zoom : int
        The same as a number.
    columns, rows : int
        Number of tiles.
    pixel : float
        Degrees per pixel.
    """

    identifier: str
    zoom: int
    columns: int
    rows: int
    pixel: float

    @property
    def scale_denominator(self) -> float:
        """As `pixel`, in the standard's terms."""
        return self.pixel * _METERS_PER_DEGREE / _STANDARD_PIXEL


@dataclass(frozen=True, slots=True)
class SkySet:
    """A grid over the whole sky.

    Parameters
    ----------
    identifier, title : str
        For programs and for people.
    tile_size : int
        Pixels along a tile's side.
    mirrored : bool
        Whether longitude is the negative of right ascension.
    matrices : tuple of SkyMatrix
        All levels, coarsest first.
    west : float
        Longitude of the left edge: -180, or 0.
    """

    identifier: str
    title: str
    tile_size: int
    mirrored: bool
    matrices: tuple[SkyMatrix, ...]
    west: float = -180.0

    @property
    def crs(self) -> str:
        """URI of the coordinate reference system."""
        return SKY_CRS

    @property
    def well_known_scales(self) -> str | None:
        """URN of the well-known scale set, as the OGC's WorldCRS84Quad has it; None if not one."""
        known = self.tile_size == _SCALES_TILE and len(self.matrices) <= _SCALES_LEVELS
        return _SCALES if known else None

    @property
    def corner(self) -> tuple[float, float]:
        """Coordinates of the top left corner of all levels."""
        return self.west, 90.0

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return self.west, -90.0, self.west + 360.0, 90.0

    def matrix(self, identifier: str) -> SkyMatrix | None:
        """Find a level by its identifier."""
        return next((found for found in self.matrices if found.identifier == identifier), None)


@dataclass(frozen=True, slots=True)
class SkyTile:
    """A tile of a set, as a chart of the sky.

    Parameters
    ----------
    matrix_set : SkySet
        Grid.
    matrix : SkyMatrix
        Level.
    column, row : int
        Place within it.
    """

    matrix_set: SkySet
    matrix: SkyMatrix
    column: int
    row: int

    @property
    def key(self) -> str:
        """Identity of the geometry, which does not depend on the number of levels or the edge."""
        orientation = "sky" if self.matrix_set.mirrored else "radec"
        size = self.matrix_set.tile_size
        return f"{orientation}:{size}:{self.matrix.zoom}/{self.column_from(-180.0)}/{self.row}"

    def column_from(self, west: float) -> int:
        """Column of the same tile on the grid that begins at a longitude, -180 or 0."""
        turned = self.matrix.columns // 2 if west != self.matrix_set.west else 0
        return (self.column + turned) % self.matrix.columns

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.matrix_set.tile_size, self.matrix_set.tile_size

    def place(self, i: int, j: int) -> tuple[float, float]:
        """Right ascension and declination of the center of a pixel, in degrees."""
        lon, lat = self.world(np.array([i + 0.5]), np.array([j + 0.5]))
        return float(lon[0]), float(lat[0])

    def world(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Right ascension and declination of places in the tile, in degrees."""
        side = self.matrix_set.tile_size
        longitude = self.matrix_set.west + (self.column * side + u) * self.matrix.pixel
        latitude = 90.0 - (self.row * side + v) * self.matrix.pixel
        ascension = (-longitude if self.matrix_set.mirrored else longitude) % 360.0
        return ascension, np.where(np.abs(latitude) <= 90.0, latitude, np.nan)


@dataclass(frozen=True, slots=True)
class TileLimits:
    """First and last of the tiles of a level that show something."""

    min_row: int
    max_row: int
    min_column: int
    max_column: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """A layer's part of a set.

    Parameters
    ----------
    matrix_set : SkySet
        With as many levels as the layer needs.
    box : tuple of float
        Least longitude and latitude, greatest longitude and latitude.
    across : Coverage or None
        The same on the grid from 0 to 360, for a layer across longitude 180.
    """

    matrix_set: SkySet
    box: _Box
    across: "Coverage | None" = None

    @property
    def on_grids(self) -> tuple["Coverage", ...]:
        """The same part on all grids; the first is the one to list."""
        return (self,) if self.across is None else (self.across, self)

    def limits(self, matrix: SkyMatrix) -> TileLimits:
        """Tiles of a level that the box touches."""
        west, south, east, north = self.box
        tile = matrix.pixel * self.matrix_set.tile_size
        edge = self.matrix_set.west
        left, right = (west - edge) / tile, (east - edge) / tile
        top, bottom = (90.0 - north) / tile, (90.0 - south) / tile
        return TileLimits(
            _clipped(math.floor(top + _HAIR), matrix.rows),
            _clipped(math.ceil(bottom - _HAIR) - 1, matrix.rows),
            _clipped(math.floor(left + _HAIR), matrix.columns),
            _clipped(math.ceil(right - _HAIR) - 1, matrix.columns),
        )


def _clipped(index: int, count: int) -> int:
    return min(max(index, 0), count - 1)


@lru_cache(maxsize=64)
def sky_set(levels: int, tile_size: int, *, mirrored: bool, west: float = -180.0) -> SkySet:
    """Make the set of a number of levels, from -180 or 0 degrees on."""
    matrices = tuple(
        SkyMatrix(str(zoom), zoom, 2 << zoom, 1 << zoom, 180.0 / tile_size / (1 << zoom))
        for zoom in range(levels)
    )
    names = ("sky", *(() if mirrored else ("ra",)), *(("360",) if west == 0.0 else ()))
    longitude = "-RA, east is left" if mirrored else "RA, east is right"
    span = "; 0 to 360 degrees" if west == 0.0 else ""
    title = f"Sky (ICRS): longitude = {longitude}{span}; latitude = Dec; {levels} levels"
    return SkySet(f"{'-'.join(names)}-{levels}", title, tile_size, mirrored, matrices, west)


def coverage(found: Footprint, tile_size: int, *, mirrored: bool) -> Coverage:
    """Find the part of a set that a footprint takes."""
    coarsest = 180.0 / tile_size
    finest = math.ceil(math.log2(max(coarsest / found.scale, 1.0)) - _FINER)
    chosen = sky_set(min(finest + 1, MOST_LEVELS), tile_size, mirrored=mirrored)
    first = -(found.start + found.extent) if mirrored else found.start
    west = (first + 180.0) % 360.0 - 180.0
    if west + found.extent <= 180.0:
        return Coverage(chosen, (west, found.south, west + found.extent, found.north))
    # An image across the map's edge is at both of its ends.
    whole = Coverage(chosen, (-180.0, found.south, 180.0, found.north))
    west %= 360.0
    box = (west, found.south, west + found.extent, found.north)
    turned = found.extent < 360.0 and box[2] <= 360.0
    return replace(whole, across=_turned(chosen, box)) if turned else whole


def _turned(matrix_set: SkySet, box: _Box) -> Coverage:
    """Return a part of the grid from 0 to 360 with the levels of another."""
    size, mirrored = matrix_set.tile_size, matrix_set.mirrored
    return Coverage(sky_set(len(matrix_set.matrices), size, mirrored=mirrored, west=0.0), box)


def united(parts: tuple[Coverage, ...]) -> Coverage:
    """Cover all that some coverages of one kind do."""
    found = max((part.matrix_set for part in parts), key=_depth)
    whole = Coverage(found, _hull([part.box for part in parts]))
    boxes = [_from_zero(part) for part in parts]
    box = _hull([box for box in boxes if box is not None] or [whole.box])
    if None in boxes or box[2] - box[0] >= whole.box[2] - whole.box[0]:
        return whole
    return replace(whole, across=_turned(found, box))


def _hull(boxes: Sequence[_Box]) -> _Box:
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _from_zero(part: Coverage) -> _Box | None:
    """Box of a part in longitudes from 0 to 360; None if it is across 0."""
    if part.across is not None:
        return part.across.box
    west, south, east, north = part.box
    if west < 0.0 < east:
        return None
    turn = 360.0 if west < 0.0 else 0.0
    return west + turn, south, east + turn, north


def _depth(matrix_set: SkySet) -> int:
    return len(matrix_set.matrices)
