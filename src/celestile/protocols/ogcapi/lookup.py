"""Finds the image that a segment of an address names, and what is to be told of it."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import unquote

from celestile.errors import UnknownImageError
from celestile.protocols.iiif.identifiers import read_segment
from celestile.protocols.ogcapi.collections import Collection
from celestile.protocols.ogcapi.problems import ProblemError
from celestile.protocols.service import Service, Subject
from celestile.protocols.view import View, join_identifier, overlay
from celestile.protocols.wmts.layers import DEFAULT_STYLE, Layers

Result = TypeVar("Result")


class Lookup:
    """Images by the segments that name them.

    Parameters
    ----------
    service : Service
        Opens the images.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._layers = Layers(service)

    async def some(self, offset: int, limit: int) -> tuple[int, list[Collection]]:
        """Count all images and describe some, leaving out those that cannot be opened."""
        entries = await self._service.run(self._service.library.every)
        layers = await self._layers.describe_all(entries[offset : offset + limit])
        return len(entries), [Collection(layer=layer) for layer in layers]

    async def one(self, segment: str, query: View, style: str | None = None) -> Collection:
        """Describe an image; the query's view counts over the segment's.

        Raises
        ------
        CelestileError
            There is no such image or style, or the view makes no sense.
        """

        async def describe(identifier: str, suffix: View) -> Collection:
            view = overlay(suffix, query)
            layer = await self._layers.describe(join_identifier(identifier, view))
            _check_style(style, [name for name, _ in layer.styles])
            return Collection(layer=layer, view=view, style=style)

        return await self._read(segment, describe)

    async def subject(self, segment: str, query: View, style: str | None) -> Subject:
        """Resolve what a tile shows: over the style counts the segment's view, then the query's.

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
            return await self._service.subject(identifier, overlay(overlay(named, suffix), query))

        return await self._read(segment, resolve)

    async def _read(self, segment: str, work: Callable[[str, View], Awaitable[Result]]) -> Result:
        """Do something with what a segment names.

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
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"there is no style {style!r}; the image has {names}"
        )
