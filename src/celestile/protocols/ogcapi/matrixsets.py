"""Tile matrix sets (OGC 17-083r4): the grid of an image's pixels under two names, and the sky.

No client knows a coordinate reference system of pixels, so the pixels are labelled: as degrees for
GDAL, whose release 3.6 takes the extent of a collection, which is in degrees, for the tileset's;
and as meters of EPSG:3857 for map clients, which draw these without resampling. A pixel
is a meter of the equator in both, such that both lie in the same place.

A set follows from its name, so none has to be looked up.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from celestile.geometry import Levels
from celestile.protocols.tiles.pixel_grid import tile_matrix_sets
from celestile.protocols.tiles.sky_grid import MOST_LEVELS, SkySet, sky_set

MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

# OGC 17-083r4, section 6.1.1: meters per degree of a CRS in degrees.
_DEGREE = 111319.49079327358

WORLD = "WorldCRS84Quad"
_REGISTER = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
_WORLD_LEVELS = 24
_WORLD_TILE = 256

_PIXELS = re.compile(r"(degrees|pixels)-([1-9][0-9]{0,8})x([1-9][0-9]{0,8})")
_SKY = re.compile(r"sky(-ra)?(-360)?-([1-9][0-9]?)")

Document = dict[str, Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One level of a set.

    Parameters
    ----------
    identifier : str
        Counted from the coarsest.
    scale_denominator : float
        In the standard's terms.
    cell : float
        Units of the CRS per pixel.
    columns, rows : int
        Number of tiles.
    """

    identifier: str
    scale_denominator: float
    cell: float
    columns: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSet:
    """A tile matrix set; its origin is the top left corner, y points up.

    Parameters
    ----------
    identifier, title, description : str
        For programs and for people.
    crs : str
        URI of the coordinate reference system.
    axes : tuple of str
        Names of its axes, in order.
    box : tuple of float
        Least x and y, greatest x and y.
    tile_size : int
        Pixels along a tile's side.
    matrices : tuple of Matrix
        Coarsest first.
    uri : str
        Under which it is registered; empty for those that are ours.
    """

    identifier: str
    title: str
    description: str
    crs: str
    axes: tuple[str, str]
    box: Box
    tile_size: int
    matrices: tuple[Matrix, ...]
    uri: str = ""


@lru_cache(maxsize=1024)
def pixel_sets(levels: Levels) -> tuple[MatrixSet, MatrixSet]:
    """Return the sets of an image's pixels: as degrees, and as meters."""
    size = f"{levels.width}x{levels.height}"
    title = f"{levels.width} × {levels.height} pixels as"
    return (
        _labelled(levels, f"degrees-{size}", f"{title} degrees", 1 / _DEGREE),
        _labelled(levels, f"pixels-{size}", f"{title} meters", 1.0),
    )


def _labelled(levels: Levels, identifier: str, title: str, cell: float) -> MatrixSet:
    # Its name, its scales and its numbers of tiles are those that WMTS has.
    pixels = tile_matrix_sets(levels.width, levels.height, levels.tile_size)[0]
    return MatrixSet(
        identifier=identifier,
        title=title,
        description=(
            "The image's own pixels from its bottom left corner at 0, 0. They are labelled as a map"
            " because clients refuse unknown coordinates; their place on Earth has no meaning."
        ),
        crs=MERCATOR if cell == 1.0 else CRS84,
        axes=("E", "N") if cell == 1.0 else ("Lon", "Lat"),
        box=(0, 0, levels.width * cell, levels.height * cell),
        tile_size=levels.tile_size,
        matrices=tuple(
            Matrix(
                matrix.identifier,
                matrix.scale_denominator,
                (1 << matrix.level) * cell,
                matrix.columns,
                matrix.rows,
            )
            for matrix in pixels.matrices
        ),
    )


@lru_cache(maxsize=64)
def sky_matrix_set(found: SkySet) -> MatrixSet:
    """Return a set of the sky."""
    return MatrixSet(
        identifier=found.identifier,
        title=found.title,
        description="The sky in plate carrée; it takes the place of longitude and latitude.",
        crs=CRS84,
        axes=("Lon", "Lat"),
        box=found.box,
        tile_size=found.tile_size,
        matrices=tuple(
            Matrix(
                matrix.identifier,
                matrix.scale_denominator,
                matrix.pixel,
                matrix.columns,
                matrix.rows,
            )
            for matrix in found.matrices
        ),
    )


@lru_cache(maxsize=1)
def _world() -> MatrixSet:
    sky = sky_matrix_set(sky_set(_WORLD_LEVELS, _WORLD_TILE, mirrored=True))
    return replace(sky, identifier=WORLD, title="CRS84 for the World", uri=_REGISTER + WORLD)


def world(tile_size: int) -> MatrixSet | None:
    """Return the registered set that our sets of the sky are parts of (17-083r4, annex D.2).

    Clients that look for a set by its name find this one. None for tiles of another size.
    """
    return _world() if tile_size == _WORLD_TILE else None


def named(identifier: str, tile_size: int) -> MatrixSet | None:
    """Return the set of a name, if there can be one."""
    if identifier == WORLD:
        return world(tile_size)
    match = _PIXELS.fullmatch(identifier)
    if match:
        levels = Levels(int(match[2]), int(match[3]), tile_size)
        return next(found for found in pixel_sets(levels) if found.identifier == identifier)
    match = _SKY.fullmatch(identifier)
    if match and int(match[3]) <= MOST_LEVELS:
        mirrored, west = match[1] is None, 0.0 if match[2] else -180.0
        return sky_matrix_set(sky_set(int(match[3]), tile_size, mirrored=mirrored, west=west))
    return None


def definition(matrix_set: MatrixSet, uri: str) -> Document:
    """Write the definition of a set (section 7.1, encoding of section 9.1)."""
    return {
        "id": matrix_set.identifier,
        "title": matrix_set.title,
        "description": matrix_set.description,
        "uri": uri,
        "crs": matrix_set.crs,
        "orderedAxes": list(matrix_set.axes),
        "boundingBox": bounding_box(matrix_set, matrix_set.box),
        "tileMatrices": [_matrix(matrix_set, matrix) for matrix in matrix_set.matrices],
    }


def old_words(definition: Document) -> Document:
    """Write the same as version 1.0 of the standard (OGC 17-083r2), which GDAL 3.6 reads.

    Clients of version 2.0 read past them, but for morecantile, which refuses them.
    """
    return {
        "identifier": definition["id"],
        "supportedCRS": definition["crs"],
        "tileMatrix": [
            matrix | {"identifier": matrix["id"], "topLeftCorner": matrix["pointOfOrigin"]}
            for matrix in definition["tileMatrices"]
        ],
    }


def bounding_box(matrix_set: MatrixSet, box: Box) -> Document:
    """Write a box in the coordinates of a set."""
    return {
        "lowerLeft": list(box[:2]),
        "upperRight": list(box[2:]),
        "crs": matrix_set.crs,
        "orderedAxes": list(matrix_set.axes),
    }


def _matrix(matrix_set: MatrixSet, matrix: Matrix) -> Document:
    return {
        "id": matrix.identifier,
        "scaleDenominator": matrix.scale_denominator,
        "cellSize": matrix.cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [matrix_set.box[0], matrix_set.box[3]],
        "tileWidth": matrix_set.tile_size,
        "tileHeight": matrix_set.tile_size,
        "matrixWidth": matrix.columns,
        "matrixHeight": matrix.rows,
    }
