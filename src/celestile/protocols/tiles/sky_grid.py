"""The sky as a map: plate carrée under the name of longitude and latitude on Earth.

GIS clients know no sky. Right ascension and declination take the place of longitude and latitude
(CRS84), so that images of one region lie on top of each other. As the sky is seen from inside and
the Earth from outside, longitude is the negative of right ascension unless the operator sets it
otherwise: east is then to the left, as on charts of the sky.

All sets are alike but for the number of their levels. The coarsest shows the sky in two tiles.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from celestile.pixels.sky.footprint import Footprint
from celestile.pixels.sky.vectors import Floats

SKY_CRS = "urn:ogc:def:crs:OGC:1.3:CRS84"
MIRRORED = "mirrored"

# OGC 07-057r7, section 6.1: degrees are taken at the equator, and a pixel has 0.28 mm.
_METERS_PER_DEGREE = 111319.49079327358
_STANDARD_PIXEL = 0.00028

MOST_LEVELS = 25
# Rounding error of a box that ends at the edge of a tile, in tiles.
_HAIR = 1e-9
# Pixels finer than those of a level by a hundredth of an octave need no level more.
_FINER = 0.01


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
    """

    identifier: str
    title: str
    tile_size: int
    mirrored: bool
    matrices: tuple[SkyMatrix, ...]

    @property
    def crs(self) -> str:
        """URI of the coordinate reference system."""
        return SKY_CRS

    @property
    def corner(self) -> tuple[float, float]:
        """Coordinates of the top left corner of all levels."""
        return -180.0, 90.0

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return -180.0, -90.0, 180.0, 90.0

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
        """Identity of the geometry, which does not depend on the number of levels."""
        orientation = "sky" if self.matrix_set.mirrored else "radec"
        size = self.matrix_set.tile_size
        return f"{orientation}:{size}:{self.matrix.zoom}/{self.column}/{self.row}"

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
        longitude = -180.0 + (self.column * side + u) * self.matrix.pixel
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
    """

    matrix_set: SkySet
    box: tuple[float, float, float, float]

    def limits(self, matrix: SkyMatrix) -> TileLimits:
        """Tiles of a level that the box touches."""
        west, south, east, north = self.box
        tile = matrix.pixel * self.matrix_set.tile_size
        left, right = (west + 180.0) / tile, (east + 180.0) / tile
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
def sky_set(levels: int, tile_size: int, *, mirrored: bool) -> SkySet:
    """Make the set of a number of levels."""
    matrices = tuple(
        SkyMatrix(str(zoom), zoom, 2 << zoom, 1 << zoom, 180.0 / tile_size / (1 << zoom))
        for zoom in range(levels)
    )
    name = f"sky-{levels}" if mirrored else f"sky-ra-{levels}"
    longitude = "-RA, east is left" if mirrored else "RA, east is right"
    title = f"Sky (ICRS): longitude = {longitude}; latitude = Dec; {levels} levels"
    return SkySet(name, title, tile_size, mirrored, matrices)


def coverage(found: Footprint, tile_size: int, *, mirrored: bool) -> Coverage:
    """Find the part of a set that a footprint takes."""
    coarsest = 180.0 / tile_size
    finest = math.ceil(math.log2(max(coarsest / found.scale, 1.0)) - _FINER)
    chosen = sky_set(min(finest + 1, MOST_LEVELS), tile_size, mirrored=mirrored)
    return Coverage(chosen, _box(found, mirrored=mirrored))


def united(parts: tuple[Coverage, ...]) -> Coverage:
    """Cover all that some coverages of one kind do."""
    wests, souths, easts, norths = zip(*(part.box for part in parts), strict=True)
    box = min(wests), min(souths), max(easts), max(norths)
    return Coverage(max((part.matrix_set for part in parts), key=_depth), box)


def _depth(matrix_set: SkySet) -> int:
    return len(matrix_set.matrices)


def _box(found: Footprint, *, mirrored: bool) -> tuple[float, float, float, float]:
    first = -(found.start + found.extent) if mirrored else found.start
    west = (first + 180.0) % 360.0 - 180.0
    east = west + found.extent
    if east > 180.0:
        # An image across the map's edge is at both of its ends.
        west, east = -180.0, 180.0
    return west, found.south, east, found.north
