"""From a request's words to what is to be drawn: the layer, its view, and a place in its grid."""

from dataclasses import dataclass

from celestile.errors import RequestError
from celestile.pixels.image import Image
from celestile.protocols.service import Service, Subject
from celestile.protocols.view import View, overlay, split_identifier, view_from_pairs
from celestile.protocols.wmts.dimensions import dimension_identifiers, dimension_keys
from celestile.protocols.wmts.exceptions import OwsError, invalid
from celestile.protocols.wmts.grid import TileMatrix, TileMatrixSet, pixel, tile, tile_matrix_sets
from celestile.protocols.wmts.layers import DEFAULT_STYLE
from celestile.protocols.wmts.parameters import (
    TILE_FORMATS,
    FeatureInfoRequest,
    TileRequest,
    dimension_values,
)
from celestile.render.request import Output


@dataclass(frozen=True, slots=True)
class Target:
    """A tile that exists, of a layer in a view that makes sense.

    Parameters
    ----------
    subject : Subject
        Image and view.
    matrix_set : TileMatrixSet
        Grid.
    matrix : TileMatrix
        Level of the grid.
    column, row : int
        Place within the level.
    """

    subject: Subject
    matrix_set: TileMatrixSet
    matrix: TileMatrix
    column: int
    row: int


async def locate(service: Service, request: TileRequest, outside: str = "TileOutOfRange") -> Target:
    """Find what a request names; checks in the order of the standard's parameters.

    Parameters
    ----------
    service : Service
        Opens the image.
    request : TileRequest
        What is asked for.
    outside : str
        Exception code for a row or column beyond the grid.

    Raises
    ------
    CelestileError
        Whatever is wrong with it.
    """
    identifier, suffix = _split(request.layer)
    image, style = await _open(service, identifier, suffix, request)
    matrix_set = _matrix_set(service, image, request.tile_matrix_set)
    matrix = _matrix(matrix_set, request.tile_matrix)
    _within("TileRow", request.tile_row, matrix.rows, outside)
    _within("TileCol", request.tile_col, matrix.columns, outside)
    given = dimension_values(request, dimension_identifiers(image))
    keys = dimension_keys(image, given)
    query = view_from_pairs((*request.options, *keys.items()))
    subject = await service.subject(identifier, overlay(overlay(suffix, style), query))
    return Target(subject, matrix_set, matrix, request.tile_col, request.tile_row)


def output(service: Service, target: Target, media: str) -> Output:
    """Geometry and encoding of a tile."""
    place = tile(target.matrix_set.levels, target.matrix.level, target.column, target.row)
    return Output(
        region=place.region,
        size=place.size,
        canvas=place.canvas,
        format=TILE_FORMATS[media],
        jpeg_quality=service.options.jpeg_quality,
        jpeg_subsampling=service.options.jpeg_subsampling,
    )


async def locate_pixel(
    service: Service, request: FeatureInfoRequest
) -> tuple[Target, tuple[int, int] | None]:
    """Find the image's pixel that a feature request points at; None beyond the image's edge."""
    target = await locate(service, request.tile, outside="InvalidParameterValue")
    levels = target.matrix_set.levels
    _within("I", request.i, levels.tile_size)
    _within("J", request.j, levels.tile_size)
    x = target.column * levels.tile_size + request.i
    y = target.row * levels.tile_size + request.j
    return target, pixel(levels, target.matrix.level, x, y)


def _split(layer: str) -> tuple[str, View]:
    try:
        return split_identifier(layer)
    except RequestError as error:
        raise OwsError("InvalidParameterValue", str(error), "layer") from error


async def _open(
    service: Service, identifier: str, suffix: View, request: TileRequest
) -> tuple[Image, View]:
    """Open the image with the HDU that its view wants, and return the style as a view.

    The dimensions of the request are not read yet: what they are called depends on the image.
    """
    view = overlay(suffix, view_from_pairs(request.options))
    image = await service.open(identifier, view.hdu)
    named = service.named_views(image)
    style = View()
    if request.style in named:
        style = View(name=request.style)
    elif request.style != DEFAULT_STYLE:
        names = ", ".join(dict.fromkeys((DEFAULT_STYLE, *named)))
        raise invalid("Style", request.style, f"the layer has {names}")
    chosen = named.get(style.name or view.name or "")
    if view.hdu is None and chosen is not None and chosen.view.hdu is not None:
        image = await service.open(identifier, chosen.view.hdu)
    return image, style


def _matrix_set(service: Service, image: Image, identifier: str) -> TileMatrixSet:
    sets = tile_matrix_sets(image.width, image.height, service.options.tile_size)
    for matrix_set in sets:
        if matrix_set.identifier == identifier:
            return matrix_set
    names = ", ".join(matrix_set.identifier for matrix_set in sets)
    raise invalid("TileMatrixSet", identifier, f"the layer has {names}")


def _matrix(matrix_set: TileMatrixSet, identifier: str) -> TileMatrix:
    matrix = matrix_set.matrix(identifier)
    if matrix is None:
        last = matrix_set.levels.count - 1
        raise invalid("TileMatrix", identifier, f"there are 0 to {last}")
    return matrix


def _within(name: str, value: int, count: int, code: str = "InvalidParameterValue") -> None:
    if not 0 <= value < count:
        message = f"{name} {value} lies outside; there are 0 to {count - 1}."
        raise OwsError(code, message, name)
