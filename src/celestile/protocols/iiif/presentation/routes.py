"""IIIF Presentation 3.0 over HTTP."""

from collections.abc import Callable
from urllib.parse import unquote

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from celestile.errors import UnknownImageError, shortened
from celestile.protocols.iiif.negotiation import json_ld_type
from celestile.protocols.iiif.presentation.addresses import (
    COLLECTION,
    PREFIX,
    Addresses,
    as_sent,
)
from celestile.protocols.iiif.presentation.canvases import Canvases
from celestile.protocols.iiif.presentation.collection import collection
from celestile.protocols.iiif.presentation.contents import Contents, page_of, read_contents
from celestile.protocols.iiif.presentation.manifest import CONTEXT, Document, manifest, parts
from celestile.protocols.iiif.presentation.state import annotation, encoded, read_region, target
from celestile.protocols.web.http import base_url, document_response, raw_path
from celestile.protocols.web.identifiers import read_request
from celestile.protocols.web.numbers import MOST_OFFSET, read_integer
from celestile.service.service import Service


def routes(service: Service) -> list[BaseRoute]:
    """Routes of the Presentation API."""
    return [Route(f"{PREFIX}/{{rest:rest}}", _Presentation(service).respond)]


class _Presentation:
    """Manifests, collections and content states of all images."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def respond(self, request: Request) -> Response:
        """Dispatch by the kind of address."""
        # The path as it was sent: "", "iiif", "presentation", "3", then ours.
        segments = raw_path(request).split("/")[4:]
        match segments:
            case [name, *folders] if name == COLLECTION:
                return await self._collection(request, folders)
            case [segment] | [segment, ""] if segment:
                address = f"{base_url(request)}{PREFIX}/{as_sent(segment)}/manifest"
                return RedirectResponse(address, status_code=303)
            case [segment, *rest] if segment:
                return await self._object(request, segment, rest)
        raise _unknown()

    async def _collection(self, request: Request, folders: list[str]) -> Response:
        names = [unquote(name) for name in folders if name]
        folder = "".join(f"{name}/" for name in names)
        asked = request.query_params.get("page")
        page = None if asked is None else read_integer(asked, "page", 1, MOST_OFFSET)
        addresses = self._addresses(request)
        return await self._send(request, lambda: collection(self._service, addresses, folder, page))

    async def _object(self, request: Request, segment: str, rest: list[str]) -> Response:
        substitute = self._service.options.slash_substitute
        identifier, view, asked = read_request(request, segment, substitute)
        addresses, service = self._addresses(request), self._service
        contents = await read_contents(service, identifier, view)
        name = addresses.segment(identifier, view) if asked else as_sent(segment)
        base = f"{addresses.base}{PREFIX}/{name}"
        match rest:
            case ["manifest"]:
                page, address = page_of(contents.start), f"{base}/manifest"
                return await self._send(
                    request, lambda: manifest(service, contents, addresses, address, page)
                )
            case ["manifest", number]:
                page = read_integer(number, "page", 1)
                if page > contents.pages:
                    allowed = f"expected an integer from 1 to {contents.pages}"
                    raise UnknownImageError(f"page={shortened(number)} is invalid; {allowed}")
                address = addresses.manifest(identifier, contents.style, page)
                return await self._send(
                    request, lambda: manifest(service, contents, addresses, address, page)
                )
            case ["collection"]:
                address = addresses.parts(identifier, contents.style)
                return await self._send(
                    request, lambda: parts(service, contents, addresses, address)
                )
            case ["canvas", canvas]:
                return await self._canvas(request, contents, unquote(canvas))
            case ["content-state"] | ["content-state", "encoded"]:
                return await self._state(request, contents, plain=len(rest) == 2)
        raise _unknown()

    async def _canvas(self, request: Request, contents: Contents, name: str) -> Response:
        index = contents.find(name)
        if index is None:
            raise UnknownImageError(f"canvas {shortened(name)!r} does not exist")
        place = index
        canvases = Canvases(self._service, contents, self._addresses(request))
        sheet = contents.sheet(place)
        return await self._send(
            request, lambda: {"@context": CONTEXT, **canvases.alone(sheet, place)}
        )

    async def _state(self, request: Request, contents: Contents, *, plain: bool) -> Response:
        image = contents.sheet(contents.start).image
        region = read_region(request.query_params.get("region"), image.width, image.height)
        addresses = self._addresses(request)
        canvases = Canvases(self._service, contents, addresses)
        place = target(contents, canvases, addresses, region)
        if plain:
            headers = {"Cache-Control": "no-cache"}
            return PlainTextResponse(f"{encoded(place)}\n", headers=headers)
        query = f"?{request.url.query}" if request.url.query else ""
        address = f"{base_url(request)}{raw_path(request)}{query}"
        return await self._send(request, lambda: annotation(address, place))

    def _addresses(self, request: Request) -> Addresses:
        return Addresses(base_url(request), self._service.options.slash_substitute)

    async def _send(self, request: Request, make: Callable[[], Document]) -> Response:
        """Make a document, which may look at coordinates or folders, and send it."""
        body = await self._service.run(lambda: orjson.dumps(make(), option=orjson.OPT_INDENT_2))
        media_type = json_ld_type(request.headers.get("accept"), CONTEXT)
        max_age = self._service.options.max_age
        return document_response(request, body, media_type, max_age, vary="Accept")


def _unknown() -> UnknownImageError:
    return UnknownImageError(
        "the address is invalid; expected {identifier}/manifest, {identifier}/content-state or"
        " collection/{folder}, with each slash inside the identifier written as %2F"
    )
