"""Responses: documents in the requested encoding, and pictures of the sky."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from http import HTTPStatus

import orjson
from starlette.requests import Request
from starlette.responses import Response

from celestile.errors import RequestError
from celestile.protocols.ogcapi.formats import Encoding, choose
from celestile.protocols.ogcapi.links import PREFIX, Document
from celestile.protocols.ogcapi.pages import page as write_page
from celestile.protocols.ogcapi.problems import ProblemError
from celestile.protocols.ogcapi.tile_sets import TileSet
from celestile.protocols.tiles.pixel_grid import Tile
from celestile.protocols.tiles.sky_grid import SkyTile
from celestile.protocols.web.http import document_response, picture_response
from celestile.protocols.web.numbers import read_integer
from celestile.service.charts import Charts
from celestile.service.service import Subject

Writer = Callable[[str], Document]
"""Writes a document in the encoding of that name."""


def answer(request: Request, write: Writer, encodings: Sequence[Encoding]) -> Response:
    """Send a document whose address has no parameters but its encoding."""
    return send(request, write, check(request, encodings))


def send(request: Request, write: Writer, encoding: Encoding) -> Response:
    """Send a document that caches must revalidate."""
    document = write(encoding.name)
    is_page = encoding.name == "html"
    body = write_page(document) if is_page else orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return varied(request, document_response(request, body, encoding.media_type))


def varied(request: Request, response: Response) -> Response:
    """Add ``Vary`` if the Accept header was decisive."""
    if "f" not in request.query_params:
        response.headers["Vary"] = "Accept"
    return response


def check(request: Request, encodings: Sequence[Encoding], known: Collection[str] = ()) -> Encoding:
    """Choose the encoding, and refuse parameters that the definition does not have."""
    for name in request.query_params:
        if name != "f" and name not in known:
            names = ", ".join(("f", *sorted(known)))
            message = f"the parameter {name!r} does not exist; expected {names}"
            raise ProblemError(HTTPStatus.BAD_REQUEST, message, name)
    return choose(encodings, request.query_params.get("f"), request.headers.get("accept"))


def number(request: Request, name: str, default: int, least: int, most: int | None = None) -> int:
    """Read an integer from the query."""
    return read_integer(request.query_params.get(name, str(default)), name, least, most)


def chosen(identifier: str, tile_sets: Sequence[TileSet]) -> TileSet:
    """Find a tileset by the name of its tile matrix set."""
    sets = {tile_set.matrix_set.identifier: tile_set for tile_set in tile_sets}
    if identifier not in sets:
        names = ", ".join(sets)
        message = f"tile matrix set {identifier!r} does not exist; expected {names or 'none'}"
        raise ProblemError(HTTPStatus.NOT_FOUND, message)
    return sets[identifier]


def nowhere() -> ProblemError:
    """Error for an address without a resource."""
    message = f"the resource does not exist; see {PREFIX}"
    return ProblemError(HTTPStatus.NOT_FOUND, message)


def place(tile_set: TileSet, tile: Sequence[str]) -> Tile | SkyTile:
    """Find a tile by matrix, row and column."""
    try:
        zoom = read_integer(tile[0], "tileMatrix", 0, len(tile_set.limits) - 1)
        limits = tile_set.limits[zoom]
        row = read_integer(tile[1], "tileRow", limits.min_row, limits.max_row)
        column = read_integer(tile[2], "tileCol", limits.min_column, limits.max_column)
    except RequestError as error:
        # The path names a resource that does not exist.
        raise ProblemError(HTTPStatus.NOT_FOUND, str(error)) from error
    return tile_set.place(zoom, row, column)


async def sky_tile(
    request: Request,
    charts: Charts,
    subjects: Sequence[Subject],
    tile: SkyTile,
    encoding: Encoding,
    max_age: int,
) -> Response:
    """Send a tile of the sky; of several images, the first that has a value is seen."""
    etag = charts.etag(subjects, tile, encoding.name)
    draw = partial(charts.draw, subjects, tile, encoding.name)
    return varied(
        request, await picture_response(request, etag, encoding.media_type, max_age, draw)
    )
