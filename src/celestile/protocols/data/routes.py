"""Celestile's own JSON over HTTP: lists, metadata, values, coordinates."""

import base64
import io
from collections.abc import Callable
from dataclasses import asdict
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from celestile import __version__
from celestile.errors import (
    MissingParameterError,
    OutOfRangeError,
    RequestError,
    UnknownImageError,
    shortened,
)
from celestile.geometry import Region
from celestile.pixels.sky import mesh
from celestile.protocols.data import documents, measurements
from celestile.protocols.data.download import fits_file
from celestile.protocols.data.lists import listing
from celestile.protocols.data.openapi import openapi
from celestile.protocols.data.reference import page
from celestile.protocols.data.samples import sampled
from celestile.protocols.web.http import (
    base_url,
    document_response,
    picture_response,
    raw_path,
)
from celestile.protocols.web.identifiers import encode_identifier, read_segment
from celestile.protocols.web.numbers import MOST_OFFSET, read_integer
from celestile.render.color import colormap, colormaps
from celestile.render.request import FORMATS, STRETCHES
from celestile.service.query import Query
from celestile.service.service import Service, Subject
from celestile.service.thumbnails import Thumbnails
from celestile.views.values import number
from celestile.views.view import VIEW_KEYS, View, join_identifier, overlay, view_from_pairs

_PREFIX = "/api"
_JSON = "application/json"
_MOST_IMAGES = 1000
_OTHER = ("header", "fits", "thumbnail")
"""Resources of files, which need no image."""


def routes(service: Service, start: Callable[[], str | None]) -> list[BaseRoute]:
    """Routes of the JSON interface.

    Parameters
    ----------
    service : Service
        The images.
    start : callable
        Identifier of the image that a viewer should show first, or None.
    """
    data = _Data(service, start)
    return [
        Route(_PREFIX, data.about),
        Route(f"{_PREFIX}/openapi.json", data.openapi),
        Route(f"{_PREFIX}/docs", data.docs),
        Route(f"{_PREFIX}/colormaps", data.colormaps),
        Route(f"{_PREFIX}/resolve", data.resolve),
        Route(f"{_PREFIX}/images", data.images),
        Route(f"{_PREFIX}/images/{{rest:rest}}", data.image),
    ]


class _Data:
    """The resources, one method each."""

    def __init__(self, service: Service, start: Callable[[], str | None]) -> None:
        self._service = service
        self._start = start
        self._thumbnails = Thumbnails(service)
        self._resources = {
            "": self._metadata,
            "value": self._value,
            "statistics": self._statistics,
            "profile": self._profile,
            "region": self._region,
            "spectrum": self._spectrum,
            "samples": self._samples,
            "ready": self._ready,
            "world": self._world,
            "pixel": self._pixel,
            "mesh": self._mesh,
        }

    async def about(self, request: Request) -> Response:
        """Describe the server."""
        response = _json(
            {
                "name": "Celestile",
                "version": __version__,
                "title": self._service.options.title,
                "colormaps": list(colormaps()),
                "stretches": list(STRETCHES),
                "formats": list(FORMATS),
                "download": self._service.options.download,
                "start": await self._service.run(self._start),
                "resolver": self._service.options.resolver is not None,
                "slash_substitute": self._service.options.slash_substitute,
            },
        )
        # RFC 8631
        base = f"{base_url(request)}{_PREFIX}"
        response.headers["Link"] = (
            f'<{base}/openapi.json>;rel="service-desc",<{base}/docs>;rel="service-doc"'
        )
        return response

    async def openapi(self, request: Request) -> Response:
        """Send the OpenAPI document."""
        return _json(openapi(base_url(request), self._service.options.title))

    async def docs(self, request: Request) -> Response:
        """Send the OpenAPI document as a page."""
        document = openapi(base_url(request), self._service.options.title)
        return HTMLResponse(page(document), headers={"Cache-Control": "no-cache"})

    async def colormaps(self, _: Request) -> Response:
        """Return small pictures of all colormaps."""
        return _json(await self._service.run(_swatches), max_age=86400)

    async def resolve(self, request: Request) -> Response:
        """Position of an object from the operator's name resolver."""
        name = request.query_params.get("name")
        if name is None:
            raise MissingParameterError("the parameter 'name' is missing; expected a name", "name")
        found = await self._service.resolve(name)
        if found is None:
            return _json({"name": name, "kind": None, "lon": None, "lat": None})
        document = {"name": found.name, "kind": found.kind, "lon": found.lon, "lat": found.lat}
        return _json(document, max_age=86400)

    async def images(self, request: Request) -> Response:
        """List images."""
        query = request.query_params
        offset = read_integer(query.get("offset", "0"), "offset", 0, MOST_OFFSET)
        limit = min(read_integer(query.get("limit", "100"), "limit", 1), _MOST_IMAGES)
        prefix = query.get("prefix", "")
        if prefix and not prefix.endswith("/"):
            raise RequestError(f"prefix={prefix!r} must end with a slash", "prefix")
        asked = Query(
            prefix=prefix,
            search=query.get("search", ""),
            sort_key=query.get("sort", "name"),
            offset=offset,
            limit=limit,
            at=query.get("at"),
        )
        return _json(listing(await self._service.page(asked)))

    async def image(self, request: Request) -> Response:
        """Answer requests below an image's identifier."""
        parts = raw_path(request).removeprefix(f"{_PREFIX}/images/").split("/")
        name = parts[1] if len(parts) == 2 else ""
        resource = self._resources.get(name)
        if (resource is None and name not in _OTHER) or len(parts) > 2:
            known = ", ".join(name for name in (*self._resources, *_OTHER) if name)
            message = (
                f"{shortened(name)!r} is not a resource of an image; expected {known}, "
                "and slashes within its identifier must be written as %2F"
            )
            raise UnknownImageError(message)
        identifier, view = read_segment(parts[0], self._service.options.slash_substitute)
        pairs = [(key, value) for key, value in request.query_params.multi_items()
                 if key in VIEW_KEYS]  # fmt: skip
        view = overlay(view, view_from_pairs(pairs))
        if name == "header":
            return await self._header(identifier, view)
        if name == "thumbnail":
            return await self._thumbnail(request, identifier)
        if resource is None:
            return await fits_file(self._service, request, identifier, view)
        return await resource(request, await self._service.subject(identifier, view))

    async def _metadata(self, request: Request, subject: Subject) -> Response:
        identifier = subject.image.identifier
        base = base_url(request)
        segment = encode_identifier(identifier, View(), self._service.options.slash_substitute)
        iiif = f"{base}/iiif/3/{segment}"
        layer = quote(join_identifier(identifier, View()), safe="")
        wmts = f"{base}/wmts?service=WMTS&request=GetCapabilities&layer={layer}"
        stokes = subject.image.current_stokes
        undemanding = View(
            hdu=subject.image.hdu,
            cfa=subject.cfa,
            stokes=stokes.name if stokes is not None else None,
        )
        automatic = await self._service.subject(identifier, undemanding)
        # Of thousands of planes, it takes long to write, too.
        body = await self._service.run(
            lambda: _write(documents.metadata(self._service, subject, automatic, iiif, wmts))
        )
        return document_response(request, body, _JSON)

    async def _header(self, identifier: str, view: View) -> Response:
        """Describe a header; also of HDUs without an image, which no subject has."""
        hdu = self._service.named(identifier, view).hdu
        found = await self._service.run(lambda: self._service.library.header(identifier, hdu))
        return _json(documents.header(found))

    async def _thumbnail(self, request: Request, identifier: str) -> Response:
        """Send a small picture of the automatic view."""
        etag = await self._thumbnails.etag(identifier)
        max_age = self._service.options.max_age
        return await picture_response(
            request, etag, "image/jpeg", max_age, lambda: self._thumbnails.draw(identifier, etag)
        )

    async def _value(self, request: Request, subject: Subject) -> Response:
        x, y = _place(request, subject)
        values = await self._service.value(subject, x, y)
        found = await self._service.run(lambda: documents.pixel(subject, x, y, values))
        return _json(found)

    async def _statistics(self, request: Request, subject: Subject) -> Response:
        def describe() -> bytes:
            known = self._service.plane_statistics
            planes = [
                documents.plane_statistics(
                    component, known.sample(plane), known.known_extent(plane)
                )
                for component, plane in zip(subject.components, subject.planes, strict=True)
            ]
            return _write({"planes": planes})

        return document_response(request, await self._service.run(describe), _JSON)

    async def _profile(self, request: Request, subject: Subject) -> Response:
        x1, y1, x2, y2 = (_number(_required(request, k), k) for k in ("x1", "y1", "x2", "y2"))
        found = await measurements.profile(self._service, subject, (x1, y1), (x2, y2))
        return _json(found)

    async def _region(self, request: Request, subject: Subject) -> Response:
        x, y = _place(request, subject)
        sides = (read_integer(_required(request, key), key, 1) for key in ("width", "height"))
        region = Region(x, y, *sides)
        found = await measurements.region_statistics(self._service, subject, region)
        return _json(found)

    async def _spectrum(self, request: Request, subject: Subject) -> Response:
        x, y = _place(request, subject)
        return _json(await measurements.spectrum(self._service, subject, x, y))

    async def _samples(self, request: Request, subject: Subject) -> Response:
        region, size = (_required(request, key) for key in ("region", "size"))
        return await sampled(self._service, request, subject, region, size)

    async def _ready(self, _: Request, subject: Subject) -> Response:
        """Wait until no picture of the view is provisional any more."""
        await self._service.ready(subject)
        return _json({"ready": True})

    async def _world(self, request: Request, subject: Subject) -> Response:
        x, y = (_number(_required(request, key), key) for key in ("x", "y"))
        sky = subject.image.sky
        world = await self._service.run(lambda: sky.world(x, y))
        if world is None:
            # Null, not an error: a pointer may leave the sky.
            reason = sky.reason or f"{x},{y} is outside the projection of the sky"
            frame = sky.celestial_frame
            nowhere = {"lon": None, "lat": None, "frame": frame.name, "equinox": frame.equinox}
            return _json({**nowhere, "reason": reason})
        return _json({**asdict(world), "reason": None})

    async def _pixel(self, request: Request, subject: Subject) -> Response:
        lon, lat = (_number(_required(request, key), key) for key in ("lon", "lat"))
        if not -90 <= lat <= 90:
            raise RequestError(f"lat={lat:g} is invalid; expected -90 to 90 degrees", "lat")
        sky = subject.image.sky
        found = await self._service.run(lambda: sky.pixel(lon, lat))
        if found is None:
            raise OutOfRangeError(sky.reason or f"{lon},{lat} is not in the image's projection")
        return _json({"x": found[0], "y": found[1]})

    async def _mesh(self, request: Request, subject: Subject) -> Response:
        image = subject.image
        keys = "x", "y", "width", "height"
        x, y, width, height = (_number(_required(request, key), key) for key in keys)
        for key, size in (("width", width), ("height", height)):
            if size <= 0:
                raise RequestError(f"{key}={size:g} is invalid; expected more than 0", key)
        nodes = [
            read_integer(_required(request, key), key, 2, mesh.MOST_NODES) for key in ("nx", "ny")
        ]
        if image.sky.reason:
            raise OutOfRangeError(image.sky.reason)

        def look() -> bytes:
            found = mesh.mesh(image.sky, (x, y, width, height), (nodes[0], nodes[1]))
            return _write(found.document(image.sky.frame))

        return document_response(request, await self._service.run(look), _JSON)


def _required(request: Request, key: str) -> str:
    value = request.query_params.get(key)
    if value is None:
        raise MissingParameterError(f"the parameter {key!r} is missing; expected a number", key)
    return value


def _place(request: Request, subject: Subject) -> tuple[int, int]:
    """Read the place of a pixel of the image."""
    x = read_integer(_required(request, "x"), "x", 0, subject.image.width - 1)
    y = read_integer(_required(request, "y"), "y", 0, subject.image.height - 1)
    return x, y


def _number(text: str, key: str) -> float:
    try:
        return number(text)
    except ValueError as error:
        message = f"{key}={shortened(text)!r} is invalid; expected {error}"
        raise RequestError(message, key) from None


@lru_cache(maxsize=1)
def _swatches() -> dict[str, str]:
    from PIL import Image  # noqa: PLC0415 - only this needs it before the first picture

    made = {}
    for name in colormaps():
        stream = io.BytesIO()
        Image.fromarray(colormap(name)[None]).save(stream, "png", optimize=True)
        made[name] = "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
    return made


def _write(document: Any) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)


def _json(document: Any, max_age: int = 0) -> Response:
    headers = {"Cache-Control": f"public, max-age={max_age}" if max_age else "no-cache"}
    return Response(_write(document), media_type=_JSON, headers=headers)
