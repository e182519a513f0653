"""IIIF Image API over HTTP: parse, resolve, compare, draw, respond."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from celestile.errors import UnknownImageError
from celestile.protocols.iiif import astronomy
from celestile.protocols.iiif.info import Description, info_2, info_3
from celestile.protocols.iiif.negotiation import info_type
from celestile.protocols.iiif.parameters import Version2, Version3
from celestile.protocols.iiif.pictures import Pictures
from celestile.protocols.iiif.presentation.addresses import PREFIX, apart
from celestile.protocols.iiif.profiles import ImageProfiles, has_colors
from celestile.protocols.iiif.qualities import view_qualities
from celestile.protocols.web.http import Endpoint, base_url, document_response, raw_path
from celestile.protocols.web.identifiers import encode_identifier, normalize_segment, read_request
from celestile.protocols.web.plans import Plans
from celestile.render.request import TRANSPARENT
from celestile.service.service import Service, Subject
from celestile.views.view import View, canonical

_DECISIVE = frozenset({b"host"})


def routes(service: Service) -> list[BaseRoute]:
    """Routes of both versions of the Image API, and of the documents that they refer to."""
    return [
        *(
            Route(
                f"/iiif/{version.number}/{{rest:rest}}",
                Endpoint(_ImageApi(service, version).respond),
                methods=["GET"],
            )
            for version in (Version3(), Version2())
        ),
        *astronomy.routes(),
    ]


class _ImageApi:
    """One version of the Image API over all images."""

    def __init__(self, service: Service, version: Version3) -> None:
        self._service = service
        self._version = version
        self._plans = Plans(service, _DECISIVE)
        self._profiles = ImageProfiles(service.options)
        self._pictures = Pictures(service, version, self._profiles)

    async def respond(self, request: Request) -> Response:
        """Dispatch by the number of segments of the address."""
        plan = self._plans.get(request)
        if plan is not None:
            return await self._plans.answer(request, plan)
        # The path as it was sent: "", "iiif", the version, then ours.
        segments = raw_path(request).split("/")[3:]
        match segments:
            case [identifier] | [identifier, ""] if identifier:
                return self._redirect(request, identifier)
            case [identifier, "info.json"] if identifier:
                return await self._info(request, identifier)
            case [identifier, region, size, rotation, quality_format] if identifier:
                geometry = region, size, rotation, quality_format
                plan = await self._pictures.plan(request, identifier, geometry)
                self._plans.put(request, plan)
                return await self._plans.answer(request, plan)
        raise UnknownImageError(
            "the address is invalid; expected {identifier}/info.json or"
            " {identifier}/{region}/{size}/{rotation}/{quality}.{format}, with each slash inside"
            " the identifier written as %2F"
        )

    def _redirect(self, request: Request, segment: str) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        address = f"{self._base(request)}/{normalize_segment(segment)}/info.json{query}"
        return RedirectResponse(address, status_code=303)

    async def _info(self, request: Request, segment: str) -> Response:
        substitute = self._service.options.slash_substitute
        identifier, view, asked = read_request(request, segment, substitute)
        subject = await self._service.subject(identifier, view)
        # Viewers drop the query, so its view moves into the identifier; otherwise the `id` is
        # the address as it was requested.
        name = normalize_segment(segment)
        if asked:
            name = encode_identifier(identifier, view, substitute)
        # The first request waits for the coordinates of the header.
        facts = await self._service.run(lambda: astronomy.describe(subject))
        description = self._describe(request, subject, view, name, facts)
        body = orjson.dumps(
            info_2(description) if self._version.number == 2 else info_3(description),
            option=orjson.OPT_INDENT_2,
        )
        media_type = info_type(request.headers.get("accept"), self._version.number)
        return document_response(
            request,
            body,
            media_type,
            self._service.options.max_age,
            vary="Accept",
            headers={"Link": self._version.profile},
        )

    def _describe(
        self,
        request: Request,
        subject: Subject,
        view: View,
        name: str,
        facts: Mapping[str, Any],
    ) -> Description:
        data = f"{base_url(request)}/api/images/{encode_identifier(subject.image.identifier)}"
        if query := quote(canonical(view), safe="=,:;").replace(";", "&"):
            data += f"?{query}"
        return Description(
            id=f"{self._base(request)}/{name}",
            profile=self._profiles.profile(
                subject.image.width,
                subject.image.height,
                colored=has_colors(subject),
                views=tuple(view_qualities(self._service, subject.image)),
            ),
            data=data,
            astronomy=facts,
            server=base_url(request),
            manifest=f"{base_url(request)}{PREFIX}/{apart(name)}/manifest",
            transparent=subject.style.nan == TRANSPARENT,
            rights=self._service.options.rights,
            attribution=self._service.options.attribution,
        )

    def _base(self, request: Request) -> str:
        return f"{base_url(request)}/iiif/{self._version.number}"
