"""Image requests: the segments of an address become a plan.

Viewers request one view tile by tile, and the same tiles in view after view. Both halves of an
address are therefore cached separately.
"""

from functools import lru_cache
from typing import NamedTuple

from starlette.requests import Request

from celestile.lru import LruCache
from celestile.protocols.iiif.parameters import Parameters, Version3
from celestile.protocols.iiif.profiles import ImageProfiles, has_colors
from celestile.protocols.iiif.qualities import chosen, exchange, view_qualities
from celestile.protocols.web.http import base_url
from celestile.protocols.web.identifiers import encode_identifier, file_name, read_request
from celestile.protocols.web.media_types import PICTURES
from celestile.protocols.web.plans import Plan, picture_etag
from celestile.render.request import Output
from celestile.service.service import Service, Subject
from celestile.views.view import overlay

_GEOMETRIES = 16384
_VIEWS = 4096

Geometry = tuple[str, str, str, str]
"""Region, size, rotation, and quality with format, as they were sent."""


class _Shown(NamedTuple):
    """The meaning of an identifier and a query.

    Parameters
    ----------
    subject : Subject
        Image and view.
    colored : bool
        Whether that has colors.
    name : str
        The preferred form of both, as a segment.
    file : str
        Name to save pictures under, without its ending.
    views : tuple of str
        Views that are qualities of the image.
    quality : str or None
        The requested one of them.
    """

    subject: Subject
    colored: bool
    name: str
    file: str
    views: tuple[str, ...]
    quality: str | None


class Pictures:
    """Plans the pictures of one version of the Image API.

    Parameters
    ----------
    service : Service
        Resolves the views.
    version : Version3
        How geometry is read.
    profiles : ImageProfiles
        Limits and qualities of the images.
    """

    def __init__(self, service: Service, version: Version3, profiles: ImageProfiles) -> None:
        self._service = service
        self._version = version
        self._profiles = profiles
        self._shown: LruCache[tuple[str, bytes, str], _Shown] = LruCache(_VIEWS)
        self._geometry = lru_cache(_GEOMETRIES)(self._read_geometry)

    async def plan(self, request: Request, segment: str, geometry: Geometry) -> Plan:
        """Make the plan of an address.

        Raises
        ------
        CelestileError
            If there is no such image, or no such picture of it.
        """
        shown = await self._show(request, segment, geometry[3])
        subject, quality = shown.subject, shown.quality
        if quality is not None:
            geometry = (*geometry[:3], exchange(geometry[3], "default"))
        size = subject.image.width, subject.image.height
        output, rest = self._geometry(geometry, size, shown.colored, shown.views)
        if quality is not None:
            rest = exchange(rest, quality)
        base = f"{base_url(request)}/iiif/{self._version.number}"
        link = f'<{base}/{shown.name}/{rest}>;rel="canonical",{self._version.profile}'
        name = f'inline; filename="{shown.file}.{output.format}"'
        headers = (
            (b"content-type", PICTURES[output.format].encode()),
            (b"link", link.encode("latin-1")),
            (b"content-disposition", name.encode()),
        )
        return Plan(subject, output, picture_etag(subject, output), headers)

    async def _show(self, request: Request, segment: str, quality_format: str) -> _Shown:
        key = segment, request.scope["query_string"], quality_format
        known = self._shown.get(key)
        if known is not None and self._service.is_current(known.subject):
            return known
        known = await self._resolve(request, segment, quality_format)
        self._shown.put(key, known)
        return known

    async def _resolve(self, request: Request, segment: str, quality_format: str) -> _Shown:
        service, substitute = self._service, self._service.options.slash_substitute
        identifier, view, _ = read_request(request, segment, substitute)
        subject = await service.subject(identifier, view)
        name = encode_identifier(subject.image.identifier, subject.view, substitute)
        views = view_qualities(service, subject.image)
        quality = chosen(quality_format, views)
        if quality is not None:
            asked = service.named(identifier, view)._replace(name=None)
            subject = await service.subject(identifier, overlay(asked, views[quality]))
        file = file_name(identifier)
        return _Shown(subject, has_colors(subject), name, file, tuple(views), quality)

    def _read_geometry(
        self, segments: Geometry, size: tuple[int, int], colored: bool, views: tuple[str, ...]
    ) -> tuple[Output, str]:
        """Read the segments behind the identifier, and return their canonical form as well."""
        profile = self._profiles.profile(*size, colored=colored, views=views)
        output = self._version.output(Parameters.decode(*segments), profile)
        return output, self._version.canonical(output, profile)
