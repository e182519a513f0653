"""A layer that shows many images at once, where they are on the sky."""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from celestile.errors import CelestileError
from celestile.protocols.tiles.coverages import Coverages
from celestile.protocols.tiles.sky_grid import Coverage, SkyTile, united
from celestile.service.service import Service, Subject
from celestile.views.view import View, overlay, split_identifier

IDENTIFIER = "mosaic"

# Files come and go; a list of them is good for some seconds.
_LISTED_FOR = 15.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Member:
    """An image in the mosaic.

    Parameters
    ----------
    identifier : str
        Of the image.
    view : View
        How it is shown.
    coverage : Coverage
        Where it is.
    """

    identifier: str
    view: View
    coverage: Coverage

    def touches(self, tile: SkyTile) -> bool:
        """Whether a tile may show some of it."""
        limits = self.coverage.limits(tile.matrix)
        return (
            limits.min_row <= tile.row <= limits.max_row
            and limits.min_column <= tile.column <= limits.max_column
        )


class Mosaic:
    """The images that the operator shows together.

    Parameters
    ----------
    service : Service
        Lists and opens them.
    coverages : Coverages
        Knows where they are.
    """

    def __init__(self, service: Service, coverages: Coverages) -> None:
        self._service = service
        self._coverages = coverages
        self._members: tuple[Member, ...] = ()
        self._listed = float("-inf")
        self._listing = asyncio.Lock()

    def is_layer(self, identifier: str) -> bool:
        """Whether a layer's identifier means the mosaic."""
        return identifier == IDENTIFIER and bool(self._service.options.mosaic)

    async def members(self) -> tuple[Member, ...]:
        """All images of it that can be opened and are on the sky, the topmost first."""
        if not self._service.options.mosaic:
            return ()
        # A map requests many tiles at once: one request searches, the others wait.
        async with self._listing:
            if time.monotonic() - self._listed > _LISTED_FOR:
                entries = await self._service.run(self._service.library.every)
                names = [entry.identifier for entry in entries]
                self._members = await self._find(chosen(self._service.options.mosaic, names))
                self._listed = time.monotonic()
        return self._members

    async def subjects(self, tile: SkyTile, query: View) -> tuple[Subject, ...]:
        """Images that a tile may show, the topmost first; errors as of `Service.subject`."""
        touching = [member for member in await self.members() if member.touches(tile)]
        return tuple(
            [
                await self._service.subject(member.identifier, overlay(member.view, query))
                for member in touching
            ]
        )

    async def coverage(self) -> Coverage | None:
        """Coverage of all images together; None if there is no image."""
        members = await self.members()
        return united(tuple(member.coverage for member in members)) if members else None

    async def _find(self, wanted: Iterable[tuple[str, View]]) -> tuple[Member, ...]:
        found = []
        for identifier, view in wanted:
            try:
                image = await self._service.open(identifier, view.hdu)
                coverage = await self._coverages.of(image)
            except CelestileError as error:
                _log.info("not in the mosaic: %s: %s", identifier, error)
                continue
            if coverage is not None:
                found.append(Member(identifier, view, coverage))
        return tuple(found)


def chosen(patterns: Sequence[str], identifiers: Sequence[str]) -> tuple[tuple[str, View], ...]:
    """Pick images by patterns with views behind them; each one once, by the first that matches.

    Parameters
    ----------
    patterns : sequence of str
        As in the configuration; an identifier is a pattern of itself.
    identifiers : sequence of str
        All that there are.
    """
    found: dict[str, View] = {}
    for text in patterns:
        pattern, view = split_identifier(text)
        for identifier in identifiers:
            if identifier == pattern or fnmatchcase(identifier, pattern):
                found.setdefault(identifier, view)
    return tuple(found.items())
