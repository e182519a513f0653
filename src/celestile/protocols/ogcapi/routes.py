"""OGC API over HTTP: addresses to documents and tiles, and errors to responses."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from celestile.errors import CelestileError
from celestile.geometry import Levels
from celestile.protocols.ogcapi import landing
from celestile.protocols.ogcapi.answers import (
    Writer,
    answer,
    check,
    chosen,
    nowhere,
    number,
    place,
    send,
    sky_tile,
)
from celestile.protocols.ogcapi.collections import Page, collection, listing, styles
from celestile.protocols.ogcapi.dataset import Dataset
from celestile.protocols.ogcapi.formats import (
    DEFINITIONS,
    DOCUMENTS,
    MATRIX_SETS,
    PICTURES,
)
from celestile.protocols.ogcapi.links import PREFIX, Addresses, Document
from celestile.protocols.ogcapi.lookup import Lookup
from celestile.protocols.ogcapi.matrixsets import WORLD, named
from celestile.protocols.ogcapi.moments import PARAMETER, NoFrameError
from celestile.protocols.ogcapi.openapi import DEFAULT_LIMIT, MOST_COLLECTIONS, openapi
from celestile.protocols.ogcapi.problems import ProblemError, respond, translate
from celestile.protocols.ogcapi.tile_sets import tile_sets
from celestile.protocols.ogcapi.tileset_documents import image_source, tileset, tilesets
from celestile.protocols.tiles.pixel_grid import Tile
from celestile.protocols.tiles.sky_grid import SkyTile
from celestile.protocols.web.http import Endpoint, base_url, raw_path
from celestile.protocols.web.identifiers import query_view
from celestile.protocols.web.numbers import MOST_OFFSET
from celestile.protocols.web.plans import Plan, Plans, picture_etag
from celestile.service.charts import Charts
from celestile.service.service import Service, Subject
from celestile.views.view import VIEW_KEYS

_DECISIVE = frozenset({b"accept"})
_OF_IMAGES = frozenset({*VIEW_KEYS, PARAMETER})
_PAGING = frozenset({"limit", "offset"})
# Others are answered too, with a problem document.
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def routes(service: Service) -> list[BaseRoute]:
    """Routes of all resources."""
    api = _OgcApi(service)
    return [
        Route(PREFIX, Endpoint(api.respond), methods=_METHODS),
        Route(f"{PREFIX}/{{rest:rest}}", Endpoint(api.respond), methods=_METHODS),
    ]


class _OgcApi:
    """The resources, by the segments of their addresses."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._options = service.options
        self._lookup = Lookup(service)
        self._charts = Charts(service)
        self._dataset = Dataset(service, self._lookup.coverages, self._charts)
        self._plans = Plans(service, _DECISIVE)

    async def respond(self, request: Request) -> Response:
        """Answer a request, or report its error."""
        try:
            if request.method not in ("GET", "HEAD"):
                message = f"{request.method} is not allowed; expected GET, HEAD or OPTIONS"
                raise ProblemError(HTTPStatus.METHOD_NOT_ALLOWED, message)
            plan = self._plans.get(request)
            if plan is not None:
                return await self._plans.answer(request, plan)
            return await self._resource(request)
        except CelestileError as error:
            return respond(translate(error))

    async def _resource(self, request: Request) -> Response:
        segments = raw_path(request).removeprefix(PREFIX).strip("/").split("/")
        addresses = Addresses(base_url(request), self._options.slash_substitute)
        match segments:
            case ["collections"]:
                return await self._list(request, partial(listing, addresses))
            case ["tileMatrixSets"]:
                write = partial(landing.matrix_sets, addresses, self._options)
                return await self._list(request, write)
            case ["collections", segment, "styles", style, *rest] if rest:
                return await self._image(request, segment, unquote(style), rest)
            case ["collections", segment, *rest]:
                return await self._image(request, segment, None, rest)
            case ["map", "tiles", *rest] if self._options.mosaic:
                return await self._dataset.respond(request, addresses, rest)
        document = self._about(addresses, segments)
        if document is None:
            raise nowhere()
        tile_sets = {"api": DEFINITIONS, "tileMatrixSets": MATRIX_SETS}.get(segments[0], DOCUMENTS)
        return answer(request, document, tile_sets)

    def _about(self, addresses: Addresses, segments: list[str]) -> Writer | None:
        """Find the document about the server that an address stands for."""
        options = self._options
        match segments:
            case [""]:
                return partial(landing.landing, addresses, options)
            case ["conformance"]:
                return partial(landing.conformance, addresses, options)
            case ["api"]:
                return lambda _: openapi(addresses, options)
            case ["tileMatrixSets", identifier]:
                matrix_set = named(unquote(identifier), options.tile_size)
                if matrix_set is not None:
                    return partial(landing.matrix_set_definition, addresses, matrix_set)
        return None

    async def _list(self, request: Request, write: Callable[[Page, str], Document]) -> Response:
        """Answer with a page of a list."""
        encoding = check(request, DOCUMENTS, _PAGING)
        limit = min(number(request, "limit", DEFAULT_LIMIT, 1), MOST_COLLECTIONS)
        offset = number(request, "offset", 0, 0, MOST_OFFSET)
        total, found = await self._lookup.some(offset, limit)
        page = Page(collections=found, offset=offset, limit=limit, total=total)
        return send(request, partial(write, page), encoding)

    async def _image(
        self, request: Request, segment: str, style: str | None, rest: list[str]
    ) -> Response:
        """Answer requests below an image, or below one of its styles."""
        match rest:
            case ["map", "tiles", matrix_set, *tile] if len(tile) == 3:
                return await self._tile(request, (segment, style), unquote(matrix_set), tile)
            case ["map", "tiles", *_] if len(rest) <= 3:
                pass
            case [] | ["styles"] if style is None:
                pass
            case _:
                raise nowhere()
        encoding = check(request, MATRIX_SETS if len(rest) == 3 else DOCUMENTS, _OF_IMAGES)
        when = request.query_params.get(PARAMETER)
        found = await self._lookup.one(segment, query_view(request), style, when)
        addresses = Addresses(base_url(request), self._options.slash_substitute)
        tile_sets = found.tile_sets(self._options.tile_size)
        write: Writer
        match rest:
            case []:
                write = partial(collection, addresses, found)
            case ["styles"]:
                write = partial(styles, addresses, found)
            case [_, _]:
                write = partial(tilesets, addresses, image_source(addresses, found), tile_sets)
            case [_, _, matrix_set]:
                tile_set = chosen(unquote(matrix_set), tile_sets)
                write = partial(tileset, addresses, image_source(addresses, found), tile_set)
        return send(request, write, encoding)

    async def _tile(
        self, request: Request, named: tuple[str, str | None], matrix_set: str, tile: list[str]
    ) -> Response:
        encoding = check(request, PICTURES, _OF_IMAGES)
        segment, style = named
        when = request.query_params.get(PARAMETER)
        try:
            subject = await self._lookup.subject(segment, query_view(request), style, when)
        except NoFrameError:
            # 20-057, requirement 6 B: a tile that has no content.
            return Response(status_code=HTTPStatus.NO_CONTENT)
        found = await self._place(subject, matrix_set, tile)
        if isinstance(found, SkyTile):
            max_age = self._options.max_age
            return await sky_tile(request, self._charts, (subject,), found, encoding, max_age)
        drawn = found.output(encoding.name, self._options)
        plan = Plan(
            subject,
            drawn,
            picture_etag(subject, drawn),
            ((b"content-type", encoding.media_type.encode()),),
            vary=() if "f" in request.query_params else ((b"vary", b"Accept"),),
        )
        self._plans.put(request, plan)
        return await self._plans.answer(request, plan)

    async def _place(self, subject: Subject, matrix_set: str, tile: list[str]) -> Tile | SkyTile:
        image = subject.image
        levels = Levels(image.width, image.height, self._options.tile_size)
        # Where an image is on the sky is of no concern to tiles of its pixels.
        is_sky = matrix_set == WORLD or matrix_set.startswith("sky")
        sky = await self._lookup.coverages.of(image) if is_sky else None
        return place(chosen(matrix_set, tile_sets(levels, sky)), tile)
