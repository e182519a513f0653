"""Finds the image that a segment of an address names, and describes it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import unquote

from celestile.errors import CelestileError, UnknownImageError
from celestile.pixels.image import Image
from celestile.pixels.resolver import Entry
from celestile.protocols.ogcapi.collections import Collection
from celestile.protocols.ogcapi.moments import frame_of
from celestile.protocols.ogcapi.problems import ProblemError
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.styles import DEFAULT_STYLE, styles
from celestile.protocols.web.identifiers import read_segment
from celestile.service.service import Service, Subject
from celestile.views.view import Pick, View, overlay

Result = TypeVar("Result")

_log = logging.getLogger(__name__)


class Lookup:
    """Images by the segments that name them.

    Parameters
    ----------
    service : Service
        Opens the images.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self.coverages = Coverages(service)

    async def some(self, offset: int, limit: int) -> tuple[int, list[Collection]]:
        """Count all images and describe some, leaving out those that cannot be opened."""
        entries = await self._service.run(self._service.library.every)
        found = await asyncio.gather(*map(self._listed, entries[offset : offset + limit]))
        return len(entries), [collection for collection in found if collection is not None]

    async def _listed(self, entry: Entry) -> Collection | None:
        try:
            image = await self._service.open(entry.identifier)
        except CelestileError as error:
            _log.info("not a collection: %s: %s", entry.identifier, error)
            return None
        return await self._collection(image)

    async def one(
        self, segment: str, query: View, style: str | None = None, when: str | None = None
    ) -> Collection:
        """Describe an image; the query's view overrides the time, and that the segment's view.

        Raises
        ------
        CelestileError
            If the image or style does not exist, or the view is invalid.
        """

        async def describe(identifier: str, suffix: View) -> Collection:
            view = overlay(await self._timed(identifier, suffix, when), query)
            if view == View():
                image = await self._service.open(identifier)
            else:
                # The view must be valid for the image before it is offered.
                image = (await self._service.subject(identifier, view)).image
            found = await self._collection(image)
            _check_style(style, [name for name, _ in found.styles])
            return replace(found, view=view, style=style)

        return await self._read(segment, describe)

    async def _collection(self, image: Image) -> Collection:
        sky = await self.coverages.of(image)
        return Collection(image=image, styles=styles(self._service, image), sky=sky)

    async def subject(
        self, segment: str, query: View, style: str | None, when: str | None = None
    ) -> Subject:
        """Resolve the view of a tile: the segment's view overrides the style, the query's both.

        Raises
        ------
        CelestileError
            As `one`.
        """

        async def resolve(identifier: str, suffix: View) -> Subject:
            named = View()
            if style is not None:
                image = await self._service.open(identifier)
                offered = self._service.named_views(image)
                _check_style(style, [DEFAULT_STYLE, *offered])
                named = View(name=style if style in offered else None)
            suffix = await self._timed(identifier, suffix, when)
            return await self._service.subject(identifier, overlay(overlay(named, suffix), query))

        return await self._read(segment, resolve)

    async def _timed(self, identifier: str, suffix: View, when: str | None) -> View:
        """Put the frame of a time over a view."""
        if when is None:
            return suffix
        image = await self._service.open(identifier, suffix.hdu, suffix.cfa)
        frame = frame_of(image, when)
        return suffix if frame is None else overlay(suffix, View(frame=Pick(frame, frame)))

    async def _read(self, segment: str, work: Callable[[str, View], Awaitable[Result]]) -> Result:
        """Call a function with the identifier and view of a segment.

        The `id` of a collection is encoded, such that it can be put into an address as it stands;
        some clients encode it once more.
        """
        substitute = self._service.options.slash_substitute
        try:
            return await work(*read_segment(segment, substitute))
        except UnknownImageError:
            if "%25" not in segment:
                raise
            return await work(*read_segment(unquote(segment), substitute))


def _check_style(style: str | None, offered: list[str]) -> None:
    if style is not None and style not in offered:
        names = ", ".join(dict.fromkeys(offered))
        message = f"style {style!r} does not exist; expected {names}"
        raise ProblemError(HTTPStatus.NOT_FOUND, message)
