"""Resolves a request: the layer, its view, and a tile of its grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from celestile.errors import RequestError, shortened
from celestile.pixels.image import Image
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.mosaic import Mosaic
from celestile.protocols.tiles.pixel_grid import (
    TileMatrix,
    TileMatrixSet,
    pixel,
    tile,
    tile_matrix_sets,
)
from celestile.protocols.tiles.sky_grid import Coverage, SkyMatrix, SkyTile
from celestile.protocols.tiles.styles import DEFAULT_STYLE
from celestile.protocols.wmts.dimensions import (
    dimension_keys,
    dimension_orders,
    locator_of,
    understood,
)
from celestile.protocols.wmts.exceptions import OwsError, invalid
from celestile.protocols.wmts.parameters import (
    TILE_FORMATS,
    FeatureInfoRequest,
    LegendRequest,
    TileRequest,
    dimension_values,
)
from celestile.render.request import Output
from celestile.service.service import Service, Subject
from celestile.views.view import View, overlay, split_identifier, view_from_pairs

Matrix = TypeVar("Matrix", TileMatrix, SkyMatrix)


@dataclass(frozen=True, slots=True)
class Target:
    """A tile that exists, of a layer in a valid view.

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


@dataclass(frozen=True, slots=True)
class SkyTarget:
    """A tile of the sky.

    Parameters
    ----------
    subjects : tuple of Subject
        Images and views that it may show, the topmost first.
    tile : SkyTile
        Place on the sky.
    """

    subjects: tuple[Subject, ...]
    tile: SkyTile


class Targets:
    """Finds the layers, views and tiles of requests.

    Parameters
    ----------
    service : Service
        Opens the images.
    coverages : Coverages
        Finds their place on the sky.
    mosaic : Mosaic
        The layer of many of them.
    """

    def __init__(self, service: Service, coverages: Coverages, mosaic: Mosaic) -> None:
        self._service = service
        self._coverages = coverages
        self._mosaic = mosaic

    async def locate(self, request: TileRequest) -> Target | SkyTarget:
        """Find the tile of a request; checks in the order of the standard's parameters.

        Parameters
        ----------
        request : TileRequest
            The request.

        Raises
        ------
        CelestileError
            If any part of it is invalid.
        """
        if self._mosaic.is_layer(request.layer):
            return await self._in_mosaic(request)
        identifier, suffix = _split(request.layer)
        image, style = await _open(self._service, identifier, suffix, request)
        place = await self._place(image, request)
        given = dimension_values(request, dimension_orders(image))
        subject = await self._subject(image, overlay(suffix, style), given, request.options)
        if isinstance(place, SkyTile):
            return SkyTarget((subject,), place)
        return Target(subject, *place, request.tile_col, request.tile_row)

    async def shown(self, request: LegendRequest) -> Subject:
        """Resolve a layer in a style; errors as of `locate`."""
        identifier, suffix = _split(request.layer)
        image, style = await _open(self._service, identifier, suffix, request)
        given = dict(request.dimensions)
        return await self._subject(image, overlay(suffix, style), given, request.options)

    async def _subject(
        self,
        image: Image,
        base: View,
        given: Mapping[str, str],
        options: tuple[tuple[str, str], ...],
    ) -> Subject:
        """Put dimensions and view keys over a view."""
        given = understood(image, given)
        keys = dimension_keys(image, given)
        view = overlay(base, view_from_pairs((*options, *keys.items())))
        try:
            return await self._service.subject(image.identifier, view)
        except RequestError as error:
            raise _as_dimension(error, given) from error

    async def _place(
        self, image: Image, request: TileRequest
    ) -> tuple[TileMatrixSet, TileMatrix] | SkyTile:
        """Find the tile in the grids of an image."""
        wanted = request.tile_matrix
        sets = tile_matrix_sets(image.width, image.height, self._service.options.tile_size)
        for matrix_set in sets:
            if matrix_set.identifier == request.tile_matrix_set:
                matrix = _known(matrix_set.matrix(wanted), wanted, len(matrix_set.matrices))
                _within("TileRow", request.tile_row, 0, matrix.rows - 1)
                _within("TileCol", request.tile_col, 0, matrix.columns - 1)
                return matrix_set, matrix
        names = [matrix_set.identifier for matrix_set in sets]
        return _sky_tile(await self._coverages.of(image), names, request)

    async def _in_mosaic(self, request: TileRequest) -> SkyTarget:
        if not _is_default(request.style):
            raise invalid("Style", request.style, f"expected {DEFAULT_STYLE}")
        tile = _sky_tile(await self._mosaic.coverage(), [], request)
        subjects = await self._mosaic.subjects(tile, view_from_pairs(request.options))
        return SkyTarget(subjects, tile)


def _as_dimension(error: RequestError, given: Mapping[str, str]) -> Exception:
    """Name the dimension at fault, if one gave the view key."""
    locator = locator_of(error.parameter or "", given)
    return OwsError("InvalidParameterValue", str(error), locator) if locator else error


def _sky_tile(coverage: Coverage | None, others: list[str], request: TileRequest) -> SkyTile:
    """Find a tile of the sky; `others` are the identifiers of the other grids."""
    parts = coverage.on_grids if coverage is not None else ()
    found = {part.matrix_set.identifier: part for part in parts}.get(request.tile_matrix_set)
    if found is None:
        names = others + [part.matrix_set.identifier for part in parts[:1]]
        message = f"expected {', '.join(names)}" if names else "the layer is empty"
        raise invalid("TileMatrixSet", request.tile_matrix_set, message)
    matrix_set, wanted = found.matrix_set, request.tile_matrix
    matrix = _known(matrix_set.matrix(wanted), wanted, len(matrix_set.matrices))
    limits = found.limits(matrix)
    _within("TileRow", request.tile_row, limits.min_row, limits.max_row)
    _within("TileCol", request.tile_col, limits.min_column, limits.max_column)
    return SkyTile(matrix_set, matrix, request.tile_col, request.tile_row)


def output(service: Service, target: Target, media: str) -> Output:
    """Geometry and encoding of a tile."""
    place = tile(target.matrix_set.levels, target.matrix.level, target.column, target.row)
    return place.output(TILE_FORMATS[media], service.options)


def pointed_at(target: Target, i: int, j: int) -> tuple[int, int] | None:
    """Find the image's pixel at a tile's pixel; None beyond the image's edge."""
    levels = target.matrix_set.levels
    x, y = target.column * levels.tile_size + i, target.row * levels.tile_size + j
    return pixel(levels, target.matrix.level, x, y)


def check_pixel(request: FeatureInfoRequest, tile_size: int) -> None:
    """Refuse a pixel that lies outside of its tile."""
    _within("I", request.i, 0, tile_size - 1, "PointIJOutOfRange")
    _within("J", request.j, 0, tile_size - 1, "PointIJOutOfRange")


def _split(layer: str) -> tuple[str, View]:
    try:
        return split_identifier(layer)
    except RequestError as error:
        raise OwsError("InvalidParameterValue", str(error), "layer") from error


async def _open(
    service: Service, identifier: str, suffix: View, request: TileRequest | LegendRequest
) -> tuple[Image, View]:
    """Open the image with the HDU of its view, and return the style as a view.

    The dimensions of the request are not read yet: their names depend on the image.
    """
    view = overlay(suffix, view_from_pairs(request.options))
    image = await service.open(identifier, view.hdu, view.cfa)
    named = service.named_views(image)
    style = View()
    if request.style in named:
        style = View(name=request.style)
    elif not _is_default(request.style):
        names = ", ".join(dict.fromkeys((DEFAULT_STYLE, *named)))
        raise invalid("Style", request.style, f"expected {names}")
    chosen = named.get(style.name or view.name or "")
    if chosen is not None and (chosen.view.hdu is not None or chosen.view.cfa is not None):
        merged = overlay(chosen.view, view)
        image = await service.open(identifier, merged.hdu, merged.cfa)
    return image, style


def _is_default(style: str) -> bool:
    """Whether a style is the default one, or a template's variable, which some clients leave."""
    return style == DEFAULT_STYLE or style.lower() == "{style}"


def _known(matrix: Matrix | None, identifier: str, count: int) -> Matrix:
    if matrix is None:
        raise invalid("TileMatrix", identifier, f"expected an integer from 0 to {count - 1}")
    return matrix


def _within(name: str, value: int, first: int, last: int, code: str = "TileOutOfRange") -> None:
    if not first <= value <= last:
        shown = shortened(str(value))
        message = f"{name}={shown} is invalid; expected an integer from {first} to {last}."
        raise OwsError(code, message, name)
