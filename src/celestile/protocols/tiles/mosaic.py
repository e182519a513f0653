"""A layer that shows many images at once, where they are on the sky."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial

from celestile.errors import CelestileError, RequestError, UnservableImageError
from celestile.pixels.fits.spool import Stamp, file_stamp
from celestile.pixels.library import Library
from celestile.pixels.resolver import Entry
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
        coverage = self.coverage.on_grids[0]
        limits = coverage.limits(tile.matrix)
        column = tile.column_from(coverage.matrix_set.west)
        return (
            limits.min_row <= tile.row <= limits.max_row
            and limits.min_column <= column <= limits.max_column
        )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An image that the operator wants to see, and what its files were when they were listed."""

    identifier: str
    view: View
    stamps: tuple[Stamp | None, ...]


class Mosaic:
    """The images that the operator shows together.

    Parameters
    ----------
    service : Service
        Lists and opens them.
    coverages : Coverages
        Finds their place on the sky.
    """

    def __init__(self, service: Service, coverages: Coverages) -> None:
        self._service = service
        self._coverages = coverages
        self._members: tuple[Member, ...] = ()
        self._found: dict[_Wanted, Member | None] = {}
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
                patterns, library = self._service.options.mosaic, self._service.library
                self._members = await self._find(
                    await self._service.run(partial(_wanted, patterns, library))
                )
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

    async def _find(self, wanted: Sequence[_Wanted]) -> tuple[Member, ...]:
        """Members among the images wanted; those whose files are unchanged are not opened again.

        The library keeps fewer images open than a mosaic may have.
        """
        found: dict[_Wanted, Member | None] = {}
        for each in wanted:
            if each in self._found:
                found[each] = self._found[each]
                continue
            try:
                found[each] = await self._open(each)
            except CelestileError as error:
                _log.info("not in the mosaic: %s: %s", each.identifier, error)
                # Other errors, such as a full disk, may pass without a change of the file.
                if isinstance(error, UnservableImageError | RequestError):
                    found[each] = None
        self._found = found
        return tuple(member for member in found.values() if member is not None)

    async def _open(self, wanted: _Wanted) -> Member | None:
        """Open an image; None if it is not on the sky."""
        image = await self._service.open(wanted.identifier, wanted.view.hdu, wanted.view.cfa)
        coverage = await self._coverages.of(image)
        if coverage is None:
            return None
        return Member(wanted.identifier, wanted.view, coverage)


def _wanted(patterns: Sequence[str], library: Library) -> tuple[_Wanted, ...]:
    """List the images that patterns choose; touches the disk."""
    entries = {entry.identifier: entry for entry in library.every()}
    return tuple(
        _Wanted(identifier, view, _stamps(entries[identifier], library))
        for identifier, view in chosen(patterns, tuple(entries))
    )


def _stamps(entry: Entry, library: Library) -> tuple[Stamp | None, ...]:
    if entry.stamp is not None:
        return (entry.stamp,)
    try:
        return tuple(map(file_stamp, library.originals(entry.identifier)))
    except CelestileError:  # gone since it was listed
        return ()


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
