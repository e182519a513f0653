"""Tile matrix sets (OGC 17-083r4): one grid of pixels that every image of any size fits into.

Its origin is the top left corner of the image, so that nothing about it depends on the image: a
list of all sets stays short however many images there are, and the limits of a tileset say which
part of the grid an image fills.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from celestile.protocols.wmts.grid import Tile, tile
from celestile.pyramid.geometry import Levels, ceil_divide

PIXELS = "pixels"
DRESSED_CRS = "http://www.opengis.net/def/crs/EPSG/0/3857"

# Of the tile matrix of full resolution. All coarser ones are there down to "0", where the largest
# image is a single tile of 256 pixels: OpenLayers 10 fails on limits that start at a later one.
FINEST = 16

# Pixels along a side; as meters they stay within the bounds of EPSG:3857, 20,037,508 m.
_SPAN = 256 << FINEST

# OGC 17-083r4, section 6.1.1: the size of a pixel on the standard's imaginary screen, in meters.
_STANDARD_PIXEL = 0.00028

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSet:
    """What is told of a tile matrix set beside its matrices.

    Parameters
    ----------
    identifier, title, description : str
        For programs and for people.
    crs : str
        URI of the coordinate reference system.
    axes : tuple of str
        Names of its axes, in order.
    """

    identifier: str
    title: str
    description: str
    crs: str
    axes: tuple[str, str]


MATRIX_SETS = {
    PIXELS: MatrixSet(
        identifier=PIXELS,
        title="Pixels as meters",
        description=(
            "The image's own pixels, one to the meter, from its top left corner at 0, 0 to the east"
            " and to the south. They are called meters of EPSG:3857 because clients refuse a"
            " coordinate reference system that they do not know; nothing lies on Earth."
        ),
        crs=DRESSED_CRS,
        axes=("E", "N"),
    )
}


def definition(matrix_set: MatrixSet, uri: str, tile_size: int) -> Document:
    """Write the definition of a set (section 7.1, encoding of section 9.1)."""
    return {
        "id": matrix_set.identifier,
        "title": matrix_set.title,
        "description": matrix_set.description,
        "uri": uri,
        "crs": matrix_set.crs,
        "orderedAxes": list(matrix_set.axes),
        "boundingBox": {
            "lowerLeft": [0, -_SPAN],
            "upperRight": [_SPAN, 0],
            "crs": matrix_set.crs,
            "orderedAxes": list(matrix_set.axes),
        },
        "tileMatrices": [_matrix(zoom, tile_size) for zoom in range(FINEST + 1)],
    }


def _matrix(zoom: int, tile_size: int) -> Document:
    cell = 1 << (FINEST - zoom)
    count = ceil_divide(_SPAN, tile_size * cell)
    return {
        "id": str(zoom),
        "scaleDenominator": cell / _STANDARD_PIXEL,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [0, 0],
        "tileWidth": tile_size,
        "tileHeight": tile_size,
        "matrixWidth": count,
        "matrixHeight": count,
    }


@lru_cache(maxsize=1024)
def limits(levels: Levels) -> list[Document]:
    """Say which tiles of each matrix an image fills (section 7.3)."""
    found = []
    for zoom in range(FINEST + 1):
        columns, rows = levels.grid(FINEST - zoom)
        found.append(
            {
                "tileMatrix": str(zoom),
                "minTileRow": 0,
                "maxTileRow": rows - 1,
                "minTileCol": 0,
                "maxTileCol": columns - 1,
            }
        )
    return found


def place(levels: Levels, zoom: int, row: int, column: int) -> Tile | None:
    """Place a tile on an image; None where it lies outside or the zoom does not exist."""
    if not 0 <= zoom <= FINEST:
        return None
    level = FINEST - zoom
    columns, rows = levels.grid(level)
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    return tile(levels, level, column, row)
