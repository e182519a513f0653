"""Tile matrix sets over an image's pixels, and the pixels that a tile covers: integers only.

WMTS describes maps, and images are not maps. Each size of image gets its grid of pixels twice:
first labelled EPSG:3857 with a pixel to the meter, which every GIS client can draw, and last
labelled as a pixel grid, which those clients refuse to open when it comes first.
"""

from dataclasses import dataclass
from functools import lru_cache

from celestile.geometry import Levels, Region
from celestile.render.request import Output
from celestile.views.options import ServiceOptions

METERS_CRS = "urn:ogc:def:crs:EPSG::3857"
INDEX_CRS = "http://www.opengis.net/def/crs/OGC/0/Index2D"

# OGC 07-057r7, section 6.1: the size of a pixel on the standard's imaginary screen, in meters.
_STANDARD_PIXEL = 0.00028


@dataclass(frozen=True, slots=True)
class TileMatrix:
    """One level of a set.

    Parameters
    ----------
    identifier : str
        Counted from the coarsest level, as web maps count zooms.
    level : int
        Counted from the finest, as pyramids count.
    columns, rows : int
        Number of tiles.
    """

    identifier: str
    level: int
    columns: int
    rows: int

    @property
    def scale_denominator(self) -> float:
        """Units per pixel × meters per unit / 0.28 mm; the unit is a pixel or its meter."""
        return (1 << self.level) / _STANDARD_PIXEL


@dataclass(frozen=True, slots=True)
class TileMatrixSet:
    """A grid of pixels under the name of a coordinate reference system.

    The origin of coordinates is the bottom left corner of the image and y points up. A pixel of
    level n spans exactly 2**n units, so the last one of a row or column may reach over the edge.

    Parameters
    ----------
    identifier, title : str
        For programs and for people.
    crs : str
        URI of the coordinate reference system.
    levels : Levels
        Sizes of the image and of its tiles.
    matrices : tuple of TileMatrix
        All levels, coarsest first.
    """

    identifier: str
    title: str
    crs: str
    levels: Levels
    matrices: tuple[TileMatrix, ...]

    @property
    def tile_size(self) -> int:
        """Pixels along a tile's side."""
        return self.levels.tile_size

    @property
    def corner(self) -> tuple[float, float]:
        """Coordinates of the top left corner of all levels."""
        return 0, self.levels.height

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Least x and y, greatest x and y."""
        return 0, 0, self.levels.width, self.levels.height

    def matrix(self, identifier: str) -> TileMatrix | None:
        """Find a level by its identifier."""
        return next((found for found in self.matrices if found.identifier == identifier), None)


@dataclass(frozen=True, slots=True)
class Tile:
    """The pixels of a tile.

    Parameters
    ----------
    region : Region
        In full-resolution pixels.
    size : tuple of int
        Width and height of the region in pixels of the tile's level.
    canvas : tuple of int or None
        Size of the whole tile where it reaches over the image's edge.
    """

    region: Region
    size: tuple[int, int]
    canvas: tuple[int, int] | None

    def output(self, media: str, options: ServiceOptions) -> Output:
        """Geometry and encoding of its picture, in one of the renderer's formats."""
        return Output(
            region=self.region,
            size=self.size,
            canvas=self.canvas,
            format=media,
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
        )


@lru_cache(maxsize=1024)
def tile_matrix_sets(width: int, height: int, tile_size: int) -> tuple[TileMatrixSet, ...]:
    """Return the sets of an image in the order in which a layer offers them; all work alike."""
    levels = Levels(width, height, tile_size)
    coarsest = levels.count - 1
    matrices = tuple(
        TileMatrix(str(coarsest - level), level, *levels.grid(level))
        for level in range(coarsest, -1, -1)
    )
    size = f"{width}x{height}"
    title = f"{width} × {height} pixels"
    return (
        TileMatrixSet(f"pixels-{size}", f"{title} as meters", METERS_CRS, levels, matrices),
        TileMatrixSet(f"index-{size}", title, INDEX_CRS, levels, matrices),
    )


def tile(levels: Levels, level: int, column: int, row: int) -> Tile:
    """Place a tile that lies within its level's grid."""
    side = levels.tile_size
    level_width, level_height = levels.size(level)
    x, y = column * side, row * side
    width, height = min(side, level_width - x), min(side, level_height - y)
    left, top = x << level, y << level
    region = Region(
        left,
        top,
        min((x + width) << level, levels.width) - left,
        min((y + height) << level, levels.height) - top,
    )
    whole = (width, height) == (side, side)
    return Tile(region, (width, height), None if whole else (side, side))


def pixel(levels: Levels, level: int, x: int, y: int) -> tuple[int, int] | None:
    """Full-resolution pixel at the center of a level's pixel; None beyond the image's edge."""
    width, height = levels.size(level)
    if not (0 <= x < width and 0 <= y < height):
        return None
    half = (1 << level) // 2
    return min((x << level) + half, levels.width - 1), min((y << level) + half, levels.height - 1)
