"""Tile matrix sets (OGC 17-083r4): the grid of an image's pixels, under two names.

No client knows a coordinate reference system of pixels, so the pixels are dressed: as degrees for
GDAL, whose releases before 3.8 take the extent of a collection, which is in degrees, for the
tileset's; and as meters of EPSG:3857 for map clients, which draw these without resampling. A pixel
is a meter of the equator in both, such that both lie in the same place.

A set is named by its image's size and follows from its name, so none has to be looked up.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from celestile.protocols.wmts.grid import Tile, tile
from celestile.pyramid.geometry import Levels

MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

# OGC 17-083r4, section 6.1.1: meters per degree of a CRS in degrees, and the size of a pixel on the
# standard's imaginary screen in meters.
_DEGREE = 111319.49079327358
_STANDARD_PIXEL = 0.00028

_NAME = re.compile(r"(degrees|pixels)-([1-9][0-9]{0,8})x([1-9][0-9]{0,8})")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSet:
    """The grid of an image's pixels; its origin is the bottom left corner, y points up.

    Parameters
    ----------
    identifier, title : str
        For programs and for people.
    crs : str
        URI of the coordinate reference system.
    axes : tuple of str
        Names of its axes, in order.
    cell : float
        Units of the CRS per pixel of full resolution.
    levels : Levels
        Sizes of the image and of its tiles.
    """

    identifier: str
    title: str
    crs: str
    axes: tuple[str, str]
    cell: float
    levels: Levels

    @property
    def box(self) -> Document:
        """What the image covers, in the CRS."""
        return {
            "lowerLeft": [0, 0],
            "upperRight": [self.levels.width * self.cell, self.levels.height * self.cell],
            "crs": self.crs,
            "orderedAxes": list(self.axes),
        }


@lru_cache(maxsize=1024)
def offered(levels: Levels) -> tuple[MatrixSet, ...]:
    """Return the sets of an image, in the order in which it offers them."""
    size = f"{levels.width}x{levels.height}"
    title = f"{levels.width} × {levels.height} pixels"
    return (
        MatrixSet(
            identifier=f"degrees-{size}",
            title=f"{title} as degrees",
            crs=CRS84,
            axes=("Lon", "Lat"),
            cell=1 / _DEGREE,
            levels=levels,
        ),
        MatrixSet(
            identifier=f"pixels-{size}",
            title=f"{title} as meters",
            crs=MERCATOR,
            axes=("E", "N"),
            cell=1.0,
            levels=levels,
        ),
    )


def named(identifier: str, tile_size: int) -> MatrixSet | None:
    """Return the set of a name, if there can be one."""
    match = _NAME.fullmatch(identifier)
    if match is None:
        return None
    sets = offered(Levels(int(match[2]), int(match[3]), tile_size))
    return next(found for found in sets if found.identifier == identifier)


def definition(matrix_set: MatrixSet, uri: str) -> Document:
    """Write the definition of a set (section 7.1, encoding of section 9.1)."""
    count = matrix_set.levels.count
    matrices = [_matrix(matrix_set, level) for level in range(count - 1, -1, -1)]
    return {
        "id": matrix_set.identifier,
        "title": matrix_set.title,
        "description": (
            "The image's own pixels from its bottom left corner at 0, 0. They are dressed as a map"
            " because clients refuse coordinates that they do not know; nothing lies on Earth."
        ),
        "uri": uri,
        "crs": matrix_set.crs,
        "orderedAxes": list(matrix_set.axes),
        "boundingBox": matrix_set.box,
        "tileMatrices": matrices,
        # The same once more in the words of version 1.0 (OGC 17-083r2), which GDAL 3.6 reads.
        "identifier": matrix_set.identifier,
        "supportedCRS": matrix_set.crs,
        "tileMatrix": [
            matrix | {"identifier": matrix["id"], "topLeftCorner": matrix["pointOfOrigin"]}
            for matrix in matrices
        ],
    }


def _matrix(matrix_set: MatrixSet, level: int) -> Document:
    levels = matrix_set.levels
    columns, rows = levels.grid(level)
    return {
        "id": str(levels.count - 1 - level),
        "scaleDenominator": (1 << level) / _STANDARD_PIXEL,
        "cellSize": (1 << level) * matrix_set.cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [0, levels.height * matrix_set.cell],
        "tileWidth": levels.tile_size,
        "tileHeight": levels.tile_size,
        "matrixWidth": columns,
        "matrixHeight": rows,
    }


def limits(levels: Levels) -> list[Document]:
    """Say which tiles of each matrix there are (section 7.3): all."""
    found = []
    for level in range(levels.count - 1, -1, -1):
        columns, rows = levels.grid(level)
        found.append(
            {
                "tileMatrix": str(levels.count - 1 - level),
                "minTileRow": 0,
                "maxTileRow": rows - 1,
                "minTileCol": 0,
                "maxTileCol": columns - 1,
            }
        )
    return found


def place(levels: Levels, zoom: int, row: int, column: int) -> Tile | None:
    """Place a tile on an image; None where it lies outside or the zoom does not exist."""
    if not 0 <= zoom < levels.count:
        return None
    level = levels.count - 1 - zoom
    columns, rows = levels.grid(level)
    if not (0 <= column < columns and 0 <= row < rows):
        return None
    return tile(levels, level, column, row)
