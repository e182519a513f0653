"""Boxes and tile matrix sets in the words of the schema."""

import math
from xml.etree.ElementTree import Element

from celestile.protocols.tiles.pixel_grid import TileMatrixSet
from celestile.protocols.tiles.sky_grid import SkySet
from celestile.protocols.wmts.layers import Layer
from celestile.protocols.wmts.markup import add

_EARTH_RADIUS = 6378137.0  # of EPSG:3857, in meters


def add_wgs84_box(parent: Element, layer: Layer) -> None:
    """Bounding box of a layer on a map: of its sky, else of its pixels as meters.

    Clients take that place for "zoom to layer".
    """
    if layer.sky is not None:
        west, south, east, north = layer.sky.on_grids[0].box
    else:
        west = south = 0.0
        east = math.degrees(layer.width / _EARTH_RADIUS)
        north = math.degrees(2 * math.atan(math.exp(layer.height / _EARTH_RADIUS)) - math.pi / 2)
    box = add(parent, "ows:WGS84BoundingBox")
    add(box, "ows:LowerCorner", _point(west, south))
    add(box, "ows:UpperCorner", _point(east, north))


def add_box(parent: Element, crs: str, box: tuple[float, float, float, float]) -> None:
    """Append a BoundingBox: least x and y, greatest x and y."""
    child = add(parent, "ows:BoundingBox", attributes={"crs": crs})
    add(child, "ows:LowerCorner", _point(*box[:2]))
    add(child, "ows:UpperCorner", _point(*box[2:]))


def _point(x: float, y: float) -> str:
    """Write coordinates, in degrees good to a billionth of an arcsecond."""
    return f"{x:.12g} {y:.12g}"


def add_tile_matrix_set(contents: Element, matrix_set: TileMatrixSet | SkySet) -> None:
    """Append the definition of a set."""
    parent = add(contents, "TileMatrixSet")
    add(parent, "ows:Title", matrix_set.title)
    add(parent, "ows:Identifier", matrix_set.identifier)
    add_box(parent, matrix_set.crs, matrix_set.box)
    add(parent, "ows:SupportedCRS", matrix_set.crs)
    scales = matrix_set.well_known_scales if isinstance(matrix_set, SkySet) else None
    if scales:
        add(parent, "WellKnownScaleSet", scales)
    tile_size = str(matrix_set.tile_size)
    for matrix in matrix_set.matrices:
        child = add(parent, "TileMatrix")
        add(child, "ows:Identifier", matrix.identifier)
        add(child, "ScaleDenominator", repr(matrix.scale_denominator))
        add(child, "TopLeftCorner", _point(*matrix_set.corner))
        add(child, "TileWidth", tile_size)
        add(child, "TileHeight", tile_size)
        add(child, "MatrixWidth", str(matrix.columns))
        add(child, "MatrixHeight", str(matrix.rows))
