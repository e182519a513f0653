"""Descriptions of layers for the capabilities, kept while the files are unchanged."""

import asyncio
import hashlib
import logging
import os
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

from celestile import __version__
from celestile.errors import CelestileError, UnknownImageError, UnservableImageError
from celestile.lru import LruCache
from celestile.pixels.image import Image
from celestile.pixels.resolver import Entry
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.mosaic import IDENTIFIER as MOSAIC
from celestile.protocols.tiles.mosaic import Mosaic
from celestile.protocols.tiles.sky_grid import Coverage
from celestile.protocols.tiles.styles import DEFAULT_STYLE, styles
from celestile.protocols.wmts.dimensions import Dimension, dimensions
from celestile.protocols.wmts.exceptions import invalid
from celestile.protocols.wmts.markup import NOT_XML
from celestile.protocols.wmts.pages import (
    MOST_LAYERS,
    WHOLE,
    CapabilitiesPage,
    listed,
    others,
    within,
)
from celestile.protocols.wmts.sequence import UpdateSequence
from celestile.service.service import Service
from celestile.service.summary import summary
from celestile.views.view import View, join_identifier, split_identifier

# Headers are read from disk; a few at a time keep it busy without starving the tiles.
_OPEN_AT_ONCE = 4
_REMEMBERED = 8 * MOST_LAYERS
_UNKNOWN = object()

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Description of a layer.

    Parameters
    ----------
    identifier : str
        Of the image and the view that it is restricted to.
    image : str
        Identifier of the image alone; empty for the mosaic.
    title, abstract : str
        For people.
    width, height : int
        Of the image in pixels; 0 for the mosaic, which has no pixels.
    styles : tuple of (str, str)
        Identifier and title, the default one first.
    dimensions : tuple of Dimension
        Where there is more than one frame or channel.
    sky : Coverage or None
        Where it is on the sky, if that is known.
    """

    identifier: str
    image: str
    title: str
    abstract: str
    width: int
    height: int
    styles: tuple[tuple[str, str], ...]
    dimensions: tuple[Dimension, ...]
    sky: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """The images on offer.

    Parameters
    ----------
    entries : tuple of Entry
        Those that are listed.
    total : int
        Number of all that there are in the folder.
    sequence : int
        Version of the service's metadata.
    others : tuple of CapabilitiesPage
        Where the others are listed.
    """

    entries: tuple[Entry, ...]
    total: int
    sequence: int
    others: tuple[CapabilitiesPage, ...] = ()


class Layers:
    """Describes layers for the capabilities.

    Parameters
    ----------
    service : Service
        Opens the images.
    coverages : Coverages
        Knows where they are on the sky; not asked where it is left out.
    mosaic : Mosaic
        The layer of many of them, unless it is left out.
    """

    def __init__(
        self,
        service: Service,
        coverages: Coverages | None = None,
        mosaic: Mosaic | None = None,
    ) -> None:
        self._service = service
        self._coverages = coverages
        self._mosaic = mosaic
        self._known: LruCache[Hashable, Layer | None] = LruCache(_REMEMBERED)
        directory, root = service.cache.directory, service.library.root
        self._sequence = UpdateSequence(directory, os.fspath(root or ""))

    async def catalog(self, part: CapabilitiesPage = WHOLE) -> Catalog:
        """List images, opening only those whose entry has no modification time.

        Raises
        ------
        OwsError
            If the folder does not exist.
        """
        entries = await self._service.run(self._service.library.every)
        undated = (entry for entry in entries[:MOST_LAYERS] if entry.modified is None)
        keys = [await self._key(entry) for entry in undated]
        service = self._service
        stamps = (__version__, repr(service.options), repr(service.all_named_views), *keys)
        # A hundred thousand images take their time.
        return await self._service.run(partial(self._catalog, entries, stamps, part))

    def _catalog(
        self, entries: Sequence[Entry], stamps: Iterable[str], part: CapabilitiesPage
    ) -> Catalog:
        found = within(entries, part)
        if part.prefix and not found:
            raise invalid("prefix", part.prefix, "it is a folder with images, such as a/b/")
        sequence = self._sequence.of(content_digest(entries, stamps))
        return Catalog(listed(found, part), len(found), sequence, others(found, part))

    async def _key(self, entry: Entry) -> str:
        try:
            return (await self._service.open(entry.identifier)).key
        except CelestileError:
            return ""

    async def describe_all(self, entries: Iterable[Entry]) -> list[Layer]:
        """Describe images, leaving out those that cannot be opened."""
        turn = asyncio.Semaphore(_OPEN_AT_ONCE)

        async def describe(entry: Entry) -> Layer | None:
            async with turn:
                return await self._describe_entry(entry)

        found = await asyncio.gather(*map(describe, entries))
        return [layer for layer in found if layer is not None]

    async def describe(self, identifier: str) -> Layer:
        """Describe one layer, which may have a view behind the image's identifier.

        Raises
        ------
        UnknownImageError, UnservableImageError, RequestError
            If it cannot be opened.
        """
        if self._mosaic is not None and self._mosaic.is_layer(identifier):
            for layer in await self.describe_mosaic():
                return layer
        bare, view = split_identifier(identifier)
        if view == View():
            image = await self._service.open(bare)
        else:
            # The view must be valid for the image before it is offered, and a named one
            # may choose the HDU.
            image = (await self._service.subject(bare, view)).image
        return await self._layer(image, identifier)

    async def _describe_entry(self, entry: Entry) -> Layer | None:
        stamp: Hashable = (entry.identifier, entry.size, entry.modified)
        dated = entry.modified is not None
        known = self._known.get(stamp, _UNKNOWN) if dated else _UNKNOWN
        if known is not _UNKNOWN:
            return cast("Layer | None", known)
        layer = None
        if NOT_XML.search(entry.identifier):
            _log.info("not a WMTS layer: %r cannot be written in XML", entry.identifier)
            return None
        try:
            image = await self._service.open(entry.identifier)
            layer = await self._layer(image, join_identifier(entry.identifier, View()))
        except (UnknownImageError, UnservableImageError) as error:
            _log.info("not a WMTS layer: %s: %s", entry.identifier, error)
        except CelestileError as error:
            _log.info("not a WMTS layer for now: %s: %s", entry.identifier, error)
            return None
        if dated:
            self._known.put(stamp, layer)
        return layer

    async def describe_mosaic(self) -> list[Layer]:
        """Describe the mosaic, if there is one."""
        found = await self._mosaic.coverage() if self._mosaic is not None else None
        if found is None:
            return []
        return [
            Layer(
                identifier=MOSAIC,
                image="",
                title="All images on the sky",
                abstract="The images that this server shows together, at their places on the sky.",
                width=0,
                height=0,
                styles=((DEFAULT_STYLE, "Default view"),),
                dimensions=(),
                sky=found,
            )
        ]

    async def _layer(self, image: Image, identifier: str) -> Layer:
        return Layer(
            identifier=identifier,
            image=image.identifier,
            title=image.title,
            abstract=summary(image),
            width=image.width,
            height=image.height,
            styles=styles(self._service, image),
            dimensions=dimensions(image),
            sky=await self._coverages.of(image) if self._coverages is not None else None,
        )


def content_digest(entries: Iterable[Entry], stamps: Iterable[str]) -> str:
    """Digest of all that the metadata depends on: the files, and stamps of the rest."""
    digest = hashlib.sha256()
    for stamp in stamps:
        digest.update(stamp.encode(errors="replace"))
    for entry in entries:
        stamp = repr((entry.identifier, entry.title, entry.size, entry.modified))
        digest.update(stamp.encode(errors="replace"))
    return digest.hexdigest()
