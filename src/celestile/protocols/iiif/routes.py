"""IIIF Image API over HTTP: parse, resolve, compare, draw, respond."""

from dataclasses import replace
from functools import cache, lru_cache
from math import isqrt
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from celestile.errors import UnknownImageError
from celestile.protocols.http import base_url, not_modified, picture_headers, raw_path
from celestile.protocols.iiif.identifiers import (
    encode_identifier,
    file_name,
    normalize_segment,
    read_segment,
)
from celestile.protocols.iiif.info import Description, info_2, info_3
from celestile.protocols.iiif.negotiation import document_response, info_type
from celestile.protocols.iiif.parameters import (
    MEDIA_TYPES,
    Offer,
    Parameters,
    Version2,
    Version3,
)
from celestile.protocols.iiif.plans import Plan, Plans
from celestile.protocols.iiif.presentation.addresses import PREFIX, apart
from celestile.protocols.iiif.qualities import chosen, exchange, view_qualities
from celestile.protocols.iiif.sizes import Limits
from celestile.protocols.service import Service, Subject
from celestile.protocols.view import VIEW_KEYS, View, canonical, overlay, view_from_pairs
from celestile.pyramid.geometry import Levels
from celestile.render.color import colormap
from celestile.render.request import TRANSPARENT, Output

_GEOMETRIES = 16384


def routes(service: Service) -> list[BaseRoute]:
    """Routes of both versions of the Image API."""
    return [
        Route(f"/iiif/{version.number}/{{rest:rest}}", _ImageApi(service, version).respond)
        for version in (Version3(), Version2())
    ]


class _ImageApi:
    """One version of the Image API over all images."""

    def __init__(self, service: Service, version: Version3) -> None:
        self._service = service
        self._version = version
        self._plans = Plans(service)
        # The same tiles are asked for in view after view.
        self._geometry = lru_cache(_GEOMETRIES)(self._read_geometry)
        options = service.options
        self._limits = Limits(
            max_width=options.max_width, max_height=options.max_height, max_area=options.max_area
        )
        # "Servers MUST ensure that sizes specified by any sizes or tiles properties are within any
        # size limits expressed."
        self._tile_size = min(
            options.tile_size, *(self._limits.sides or ()), isqrt(options.max_area or 1 << 62)
        )

    async def respond(self, request: Request) -> Response:
        """Tell the three kinds of addresses apart by their number of segments."""
        plan = self._plans.get(request)
        if plan is not None:
            return await self._draw(request, plan)
        # The path as it was sent: "", "iiif", the version, then ours.
        segments = raw_path(request).split("/")[3:]
        match segments:
            case [identifier] | [identifier, ""] if identifier:
                return self._redirect(request, identifier)
            case [identifier, "info.json"] if identifier:
                return await self._info(request, identifier)
            case [identifier, region, size, rotation, quality_format] if identifier:
                geometry = region, size, rotation, quality_format
                return await self._image(request, identifier, geometry)
        raise UnknownImageError(
            "no image goes by that address: it is {identifier}/info.json or"
            " {identifier}/{region}/{size}/{rotation}/{quality}.{format}, with each slash inside"
            " the identifier written %2F"
        )

    def _redirect(self, request: Request, segment: str) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        address = f"{self._base(request)}/{normalize_segment(segment)}/info.json{query}"
        return RedirectResponse(address, status_code=303)

    async def _info(self, request: Request, segment: str) -> Response:
        identifier, view, asked = self._read(request, segment)
        subject = await self._service.subject(identifier, view)
        # Viewers drop the query, so what it says moves into the identifier; otherwise the `id` is
        # the address as it was asked for.
        name = normalize_segment(segment)
        if asked:
            name = self._encode(identifier, view)
        description = self._describe(request, subject, view, name)
        body = orjson.dumps(
            info_2(description) if self._version.number == 2 else info_3(description),
            option=orjson.OPT_INDENT_2,
        )
        media_type = info_type(request.headers.get("accept"), self._version.number)
        return document_response(
            request, body, media_type, self._service.options.max_age, {"Link": self._profile}
        )

    async def _image(
        self, request: Request, segment: str, geometry: tuple[str, str, str, str]
    ) -> Response:
        identifier, view, _ = self._read(request, segment)
        subject = await self._service.subject(identifier, view)
        image, own = subject.image, subject.view
        views = view_qualities(self._service, image)
        quality = chosen(geometry[3], views)
        if quality is not None:
            asked = replace(self._service.named(identifier, view), name=None)
            subject = await self._service.subject(identifier, overlay(asked, views[quality]))
            geometry = (*geometry[:3], exchange(geometry[3], "default"))
        output, rest = self._geometry(
            geometry, image.width, image.height, has_colors(subject), tuple(views)
        )
        if quality is not None:
            rest = exchange(rest, quality)
        preferred = f"{self._base(request)}/{self._encode(image.identifier, own)}/{rest}"
        plan = Plan(
            identifier=identifier,
            view=view,
            subject=subject,
            output=output,
            etag=self._service.etag(subject, output),
            headers={
                "Link": f'<{preferred}>;rel="canonical",{self._profile}',
                "Content-Disposition": f'inline; filename="{file_name(identifier, output.format)}"',
            },
        )
        self._plans.put(request, plan)
        return await self._draw(request, plan)

    async def _draw(self, request: Request, plan: Plan) -> Response:
        max_age = self._service.options.max_age
        unchanged = not_modified(request, plan.etag, max_age)
        if unchanged is not None:
            return unchanged
        body = await self._service.draw(plan.subject, plan.output)
        headers = {**picture_headers(body, plan.etag, max_age), **plan.headers}
        return Response(body, headers=headers, media_type=MEDIA_TYPES[plan.output.format])

    def _read(self, request: Request, segment: str) -> tuple[str, View, bool]:
        """Return identifier, view, and whether the query had a part in the view."""
        identifier, view = read_segment(segment, self._service.options.slash_substitute)
        if not request.scope["query_string"]:
            return identifier, view, False
        pairs = [pair for pair in request.query_params.multi_items() if pair[0] in VIEW_KEYS]
        if pairs:
            view = overlay(view, view_from_pairs(pairs))
        return identifier, view, bool(pairs)

    def _read_geometry(
        self,
        segments: tuple[str, str, str, str],
        width: int,
        height: int,
        colored: bool,
        views: tuple[str, ...],
    ) -> tuple[Output, str]:
        """Read what follows the identifier, and give its preferred form."""
        offer = self._offer(width, height, colored=colored, views=views)
        output = self._version.output(Parameters.decode(*segments), offer)
        return output, self._version.canonical(output, offer)

    def _offer(self, width: int, height: int, *, colored: bool, views: tuple[str, ...]) -> Offer:
        options = self._service.options
        return Offer(
            levels=Levels(width, height, self._tile_size),
            limits=self._limits,
            colored=colored,
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
            views=views,
        )

    def _describe(self, request: Request, subject: Subject, view: View, name: str) -> Description:
        api = f"{base_url(request)}/api"
        data = f"{api}/images/{quote(subject.image.identifier, safe='')}"
        if query := quote(canonical(view), safe="=,:;").replace(";", "&"):
            data += f"?{query}"
        return Description(
            id=f"{self._base(request)}/{name}",
            offer=self._offer(
                subject.image.width,
                subject.image.height,
                colored=has_colors(subject),
                views=tuple(view_qualities(self._service, subject.image)),
            ),
            data=data,
            data_profile=api,
            manifest=f"{base_url(request)}{PREFIX}/{apart(name)}/manifest",
            transparent=subject.style.nan == TRANSPARENT,
            rights=self._service.options.rights,
            attribution=self._service.options.attribution,
        )

    def _encode(self, identifier: str, view: View) -> str:
        return encode_identifier(identifier, view, self._service.options.slash_substitute)

    def _base(self, request: Request) -> str:
        return f"{base_url(request)}/iiif/{self._version.number}"

    @property
    def _profile(self) -> str:
        return f'<{self._version.compliance}>;rel="profile"'


def has_colors(subject: Subject) -> bool:
    """Whether a picture in this view is more than shades of gray."""
    nan = subject.style.nan
    return (
        any(component.color is not None for component in subject.components)
        or not _is_gray(subject.style.cmap)
        or (nan is not None and nan != TRANSPARENT and len({nan[0:2], nan[2:4], nan[4:6]}) > 1)
    )


@cache
def _is_gray(name: str) -> bool:
    table = colormap(name)
    return bool((table[:, :1] == table).all())
