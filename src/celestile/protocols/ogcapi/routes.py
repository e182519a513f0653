"""OGC API over HTTP: addresses to documents and tiles, and how errors go out."""

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from http import HTTPStatus
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from celestile.errors import CelestileError
from celestile.protocols.charts import Charts
from celestile.protocols.http import (
    Endpoint,
    base_url,
    caching,
    not_modified,
    picture_headers,
    raw_path,
)
from celestile.protocols.ogcapi import landing
from celestile.protocols.ogcapi.collections import Page, collection, listing, styles
from celestile.protocols.ogcapi.formats import (
    DEFINITIONS,
    DOCUMENTS,
    MATRIX_SETS,
    PICTURES,
    Encoding,
    choose,
)
from celestile.protocols.ogcapi.links import PREFIX, Addresses, Document
from celestile.protocols.ogcapi.lookup import Lookup
from celestile.protocols.ogcapi.matrixsets import named
from celestile.protocols.ogcapi.offers import Offer, offers
from celestile.protocols.ogcapi.openapi import DEFAULT_LIMIT, MOST_COLLECTIONS, openapi
from celestile.protocols.ogcapi.pages import page as write_page
from celestile.protocols.ogcapi.problems import ProblemError, respond, translate
from celestile.protocols.ogcapi.tilesets import tileset, tilesets
from celestile.protocols.plans import Plan, Plans, picture_etag
from celestile.protocols.service import Service, Subject
from celestile.protocols.view import VIEW_KEYS, View, view_from_pairs
from celestile.protocols.wmts.grid import Tile
from celestile.protocols.wmts.skygrid import SkyTile
from celestile.pyramid.geometry import Levels
from celestile.render.request import Output

_NUMBER = re.compile(r"[0-9]{1,9}")
_DECISIVE = frozenset({b"accept"})
_PAGING = frozenset({"limit", "offset"})
# Others are answered too, with a problem document.
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

# Writes a document in the encoding of that name.
_Writer = Callable[[str], Document]


def routes(service: Service) -> list[BaseRoute]:
    """Routes of all resources."""
    api = _OgcApi(service)
    return [
        Route(PREFIX, Endpoint(api.respond), methods=_METHODS),
        Route(f"{PREFIX}/{{rest:rest}}", Endpoint(api.respond), methods=_METHODS),
    ]


class _OgcApi:
    """The resources, told apart by the segments of their addresses."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._options = service.options
        self._lookup = Lookup(service)
        self._charts = Charts(service)
        self._plans = Plans(service, _DECISIVE)

    async def respond(self, request: Request) -> Response:
        """Answer, whatever is asked."""
        try:
            if request.method not in ("GET", "HEAD"):
                message = f"{request.method} is not possible: everything here is read only"
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
                size = self._options.tile_size
                write = partial(landing.matrix_sets, addresses, tile_size=size)
                return await self._list(request, lambda page, name: write(page, name=name))
            case ["collections", segment, "styles", style, *rest] if rest:
                return await self._image(request, segment, unquote(style), rest)
            case ["collections", segment, *rest]:
                return await self._image(request, segment, None, rest)
        document = self._about(addresses, segments)
        if document is None:
            raise _nowhere()
        offers = {"api": DEFINITIONS, "tileMatrixSets": MATRIX_SETS}.get(segments[0], DOCUMENTS)
        return _answer(request, document, offers)

    def _about(self, addresses: Addresses, segments: list[str]) -> _Writer | None:
        """Find the document about the server that an address stands for."""
        options = self._options
        match segments:
            case [""]:
                return partial(landing.landing, addresses, options)
            case ["conformance"]:
                return partial(landing.conformance, addresses)
            case ["api"]:
                return lambda _: openapi(addresses, options)
            case ["tileMatrixSets", identifier]:
                matrix_set = named(unquote(identifier), options.tile_size)
                if matrix_set is not None:
                    return partial(landing.matrix_set_definition, addresses, matrix_set)
        return None

    async def _list(self, request: Request, write: Callable[[Page, str], Document]) -> Response:
        """Answer with a page of what the images are asked for."""
        encoding = _check(request, DOCUMENTS, _PAGING)
        limit = min(_number(request, "limit", DEFAULT_LIMIT, 1), MOST_COLLECTIONS)
        offset = _number(request, "offset", 0, 0)
        total, found = await self._lookup.some(offset, limit)
        page = Page(collections=found, offset=offset, limit=limit, total=total)
        return _send(request, partial(write, page), encoding)

    async def _image(
        self, request: Request, segment: str, style: str | None, rest: list[str]
    ) -> Response:
        """Answer what lies below an image, or below one of its styles."""
        match rest:
            case ["map", "tiles", matrix_set, *tile] if len(tile) == 3:
                return await self._tile(request, (segment, style), unquote(matrix_set), tile)
            case ["map", "tiles", *_] if len(rest) <= 3:
                pass
            case [] | ["styles"] if style is None:
                pass
            case _:
                raise _nowhere()
        encoding = _check(request, DOCUMENTS, VIEW_KEYS)
        found = await self._lookup.one(segment, _view(request), style)
        addresses = Addresses(base_url(request), self._options.slash_substitute)
        offered = found.offers(self._options.tile_size)
        write: _Writer
        match rest:
            case []:
                write = partial(collection, addresses, found)
            case ["styles"]:
                write = partial(styles, addresses, found)
            case [_, _]:
                write = partial(tilesets, addresses, found, offered)
            case [_, _, matrix_set]:
                chosen = _chosen(unquote(matrix_set), offered)
                write = partial(tileset, addresses, found, chosen)
        return _send(request, write, encoding)

    async def _tile(
        self, request: Request, named: tuple[str, str | None], matrix_set: str, tile: list[str]
    ) -> Response:
        encoding = _check(request, PICTURES, VIEW_KEYS)
        segment, style = named
        subject = await self._lookup.subject(segment, _view(request), style)
        place = await self._place(subject, matrix_set, tile)
        if isinstance(place, SkyTile):
            return await self._sky_tile(request, subject, place, encoding)
        drawn = self._output(place, encoding)
        plan = Plan(
            subject,
            drawn,
            picture_etag(subject, drawn),
            ((b"content-type", encoding.media_type.encode()),),
            vary=() if "f" in request.query_params else ((b"vary", b"Accept"),),
        )
        self._plans.put(request, plan)
        return await self._plans.answer(request, plan)

    async def _sky_tile(
        self, request: Request, subject: Subject, tile: SkyTile, encoding: Encoding
    ) -> Response:
        etag = self._charts.etag((subject,), tile, encoding.name)
        max_age = self._options.max_age
        response = not_modified(request, etag, max_age)
        if response is None:
            body = await self._charts.draw((subject,), tile, encoding.name)
            headers = picture_headers(body, etag, max_age)
            response = Response(body, headers=headers, media_type=encoding.media_type)
        return _varied(request, response)

    async def _place(self, subject: Subject, matrix_set: str, tile: list[str]) -> Tile | SkyTile:
        image = subject.image
        levels = Levels(image.width, image.height, self._options.tile_size)
        # Where an image is on the sky is of no concern to tiles of its pixels.
        wants_sky = matrix_set.startswith("sky")
        sky = await self._lookup.coverages.of(image) if wants_sky else None
        offer = _chosen(matrix_set, offers(levels, sky))
        zoom, row, column = (int(text) if _NUMBER.fullmatch(text) else -1 for text in tile)
        found = offer.place(zoom, row, column)
        if found is None:
            message = f"there is no tile {'/'.join(tile)}; the tileset tells its limits"
            raise ProblemError(HTTPStatus.NOT_FOUND, message)
        return found

    def _output(self, tile: Tile, encoding: Encoding) -> Output:
        return Output(
            region=tile.region,
            size=tile.size,
            canvas=tile.canvas,
            format=encoding.name,
            jpeg_quality=self._options.jpeg_quality,
            jpeg_subsampling=self._options.jpeg_subsampling,
        )


def _answer(request: Request, write: _Writer, offers: Sequence[Encoding]) -> Response:
    return _send(request, write, _check(request, offers))


def _send(request: Request, write: _Writer, encoding: Encoding) -> Response:
    """Send a document that is to be asked for again each time, cheaply."""
    document = write(encoding.name)
    is_page = encoding.name == "html"
    body = write_page(document) if is_page else orjson.dumps(document, option=orjson.OPT_INDENT_2)
    digest = hashlib.blake2b(body + encoding.media_type.encode(), digest_size=16).hexdigest()
    etag = f'"{digest}"'
    response = not_modified(request, etag)
    if response is None:
        response = Response(body, headers=caching(etag, 0), media_type=encoding.media_type)
    return _varied(request, response)


def _varied(request: Request, response: Response) -> Response:
    """Tell caches where the header had a say."""
    if "f" not in request.query_params:
        response.headers["Vary"] = "Accept"
    return response


def _check(request: Request, offers: Sequence[Encoding], known: Collection[str] = ()) -> Encoding:
    """Choose the encoding, and refuse parameters that the definition does not have."""
    for name in request.query_params:
        if name != "f" and name not in known:
            names = ", ".join(("f", *sorted(known)))
            message = f"there is no parameter {name!r} here; there are {names}"
            raise ProblemError(HTTPStatus.BAD_REQUEST, message, name)
    return choose(offers, request.query_params.get("f"), request.headers.get("accept"))


def _view(request: Request) -> View:
    pairs = request.query_params.multi_items()
    return view_from_pairs(pair for pair in pairs if pair[0] in VIEW_KEYS)


def _number(request: Request, name: str, default: int, least: int) -> int:
    text = request.query_params.get(name, str(default))
    if not _NUMBER.fullmatch(text) or int(text) < least:
        message = f"{name}={text} is not understood; it is an integer of at least {least}"
        raise ProblemError(HTTPStatus.BAD_REQUEST, message, name)
    return int(text)


def _chosen(identifier: str, offered: Sequence[Offer]) -> Offer:
    sets = {offer.matrix_set.identifier: offer for offer in offered}
    if identifier not in sets:
        names = ", ".join(sets)
        message = f"the image has no tile matrix set {identifier!r}; it has {names}"
        raise ProblemError(HTTPStatus.NOT_FOUND, message)
    return sets[identifier]


def _nowhere() -> ProblemError:
    message = f"there is nothing at this address; {PREFIX} tells what there is"
    return ProblemError(HTTPStatus.NOT_FOUND, message)
