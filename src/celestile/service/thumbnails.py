"""Small pictures of images for lists: cheap, few at a time, the latest request first.

A list of thousands of images must not build thousands of pyramids. Thumbnails are drawn from single
rows of the source where it can be read by rows, as provisional pictures are.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from celestile import __version__
from celestile.errors import BusyError
from celestile.geometry import Levels, Region
from celestile.pixels.fits.spool import file_stamp
from celestile.pyramid.provisional import ProvisionalPyramid
from celestile.render import RENDERING
from celestile.render.render import Pixels, render
from celestile.render.request import Output, Picture
from celestile.service.service import Service, needed_level
from celestile.views.view import AUTOMATIC

SIDE = 96
"""Pixels along the longer side of a thumbnail."""

_AT_A_TIME = 2
_MOST_WAITING = 64


class Thumbnails:
    """Thumbnails of images in their automatic view.

    Parameters
    ----------
    service : Service
        Opens the images.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._turns = Turns(_AT_A_TIME, _MOST_WAITING)

    async def etag(self, identifier: str) -> str:
        """Entity tag of a thumbnail, from the state of the files; the image is not opened.

        Raises
        ------
        UnknownImageError, UnservableImageError
            If there is no such image.
        """
        return await self._service.run(lambda: self._etag(identifier))

    def _etag(self, identifier: str) -> str:
        service = self._service
        stamps = [file_stamp(path) for path in service.library.originals(identifier)]
        views = service.automatic_views
        identity = repr((__version__, RENDERING, SIDE, identifier, stamps, views))
        return f'"{hashlib.blake2b(identity.encode(), digest_size=12).hexdigest()}"'

    async def draw(self, identifier: str, etag: str) -> bytes:
        """Draw a thumbnail as JPEG.

        Raises
        ------
        BusyError
            If newer requests displaced this one.
        CelestileError
            If there is no such image, or it cannot be read.
        """
        key = f"thumbnail {etag}"
        known = self._service.encoded.get(key)
        if known is not None:
            return known
        async with self._turns.turn():
            body = self._service.encoded.get(key)
            if body is None:
                body = await self._draw(identifier)
                self._service.encoded.put(key, body)
        return body

    async def _draw(self, identifier: str) -> bytes:
        # Subjects hold their images: those of a list scrolled through must not stay in memory.
        subject = await self._service.subject(identifier, AUTOMATIC, keep=False)
        image = subject.image
        scale = min(1.0, SIDE / max(image.width, image.height))
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        output = Output(region=Region(0, 0, image.width, image.height), size=size, jpeg_quality=80)
        levels = Levels(image.width, image.height, self._service.options.tile_size)
        if all(plane.by_rows for plane in subject.painted):
            pixels: list[Pixels] = [ProvisionalPyramid(plane, levels) for plane in subject.painted]
        else:
            # All of it must be unpacked anyway, and the automatic view has done so already.
            level = needed_level(subject, output, self._service.options.tile_size)
            pixels, _ = await self._service.painted(subject, level)
        picture = Picture(components=subject.components, style=subject.style, output=output)
        return await self._service.run(lambda: render(picture, pixels))


class Turns:
    """Lets a few tasks run at a time; of those that wait, the latest comes first.

    A client that scrolls fast asks for pictures that it no longer needs; those are displaced.

    Parameters
    ----------
    at_a_time : int
        Tasks that run.
    most_waiting : int
        Tasks that wait; with more, the one that waits longest is refused.
    """

    def __init__(self, at_a_time: int, most_waiting: int) -> None:
        self._free = at_a_time
        self._most_waiting = most_waiting
        self._waiting: list[asyncio.Future[None]] = []

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it.

        Raises
        ------
        BusyError
            If others displaced it.
        """
        if self._free:
            self._free -= 1
        else:
            await self._wait()
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self) -> None:
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        if len(self._waiting) > self._most_waiting:
            message = "newer requests for thumbnails came first; ask again"
            self._waiting.pop(0).set_exception(BusyError(message))
        try:
            await mine
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
            elif mine.done() and not mine.cancelled() and mine.exception() is None:
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            following = self._waiting.pop()
            if not following.done():
                following.set_result(None)
                return
        self._free += 1
