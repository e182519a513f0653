"""Pixels to draw from: cached, awaited while they are built, or provisional."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from celestile.lru import LruCache
from celestile.pixels.plane import Plane
from celestile.pyramid.cache import Cache
from celestile.pyramid.provisional import ProvisionalPyramid
from celestile.pyramid.store import Pyramid
from celestile.render.render import Pixels

logger = logging.getLogger(__name__)

_MOST_COUNTED = 8192
_WORTH_RETILING = 1 << 22  # pixels; the rows of a smaller source lie close together anyway
_PATIENCE = 0.03  # seconds to wait for a pyramid before drawing without it


class Pyramids:
    """Pyramids of planes; each is built once, however many requests need it.

    Parameters
    ----------
    cache : Cache
        The files of the pyramids.
    retile_after : int or None
        Number of pictures drawn from a source after which its level 0 is copied; None for never.
    """

    def __init__(self, cache: Cache, retile_after: int | None) -> None:
        self._cache = cache
        self._retile_after = retile_after
        self._builders = ThreadPoolExecutor(2, thread_name_prefix="builder")
        self._building: dict[str, asyncio.Future[Pyramid]] = {}
        self._drawn_from_source: LruCache[str, int] = LruCache(_MOST_COUNTED)

    @property
    def building(self) -> int:
        """Number of pyramids that are being built."""
        return len(self._building)

    def close(self) -> None:
        """Wait for work in progress and release the threads."""
        self._builders.shutdown(cancel_futures=True)

    async def pixels(
        self, planes: Sequence[Plane], level: int, *, may_be_provisional: bool = False
    ) -> tuple[list[Pixels], bool]:
        """Pixels of planes to draw a level from, and whether all are final.

        Raises
        ------
        SourceChangedError, StorageError, UnservableImageError
            If the pixels cannot be read.
        """
        available = [self._available(plane, level) for plane in planes]
        # The others all at once: there are several builders.
        built = iter(
            await asyncio.gather(
                *(
                    self._awaited(plane, may_be_provisional=may_be_provisional)
                    for plane, pixels in zip(planes, available, strict=True)
                    if pixels is None
                )
            )
        )
        found = [(pixels, True) if pixels else next(built) for pixels in available]
        return [pixels for pixels, _ in found], all(is_final for _, is_final in found)

    def _available(self, plane: Plane, level: int) -> Pyramid | None:
        """Pyramid of a plane, if it can serve a level now."""
        pyramid = self._cache.available(plane)
        if not pyramid.has(level):
            return None
        if level == 0 and not pyramid.stores(0):
            self._count(plane)
        return pyramid

    async def _awaited(self, plane: Plane, *, may_be_provisional: bool) -> tuple[Pixels, bool]:
        if not may_be_provisional or not ProvisionalPyramid.suits(plane):
            return await self._built(plane), True
        try:
            # If the pyramid is in the cache already, it only has to be opened.
            return await asyncio.wait_for(self._built(plane), _PATIENCE), True
        except TimeoutError:
            return ProvisionalPyramid(plane, self._cache.available(plane).levels), False

    async def ready(self, planes: Sequence[Plane]) -> None:
        """Wait until pictures of planes are final at all levels; errors as in `pixels`."""
        for plane in planes:
            pyramid = self._cache.available(plane)
            if not pyramid.has(pyramid.levels.count - 1):
                await self._built(plane)

    def _count(self, plane: Plane) -> None:
        """Count pictures drawn directly from a source; copy its level 0 once there are many."""
        if plane.width * plane.height < _WORTH_RETILING:
            return
        drawn = self._drawn_from_source.get(plane.key, 0) + 1
        self._drawn_from_source.put(plane.key, drawn)
        if drawn == self._retile_after:
            loop = asyncio.get_running_loop()
            copied = loop.run_in_executor(self._builders, self._cache.retile, plane)
            copied.add_done_callback(_note_failure)

    async def _built(self, plane: Plane) -> Pyramid:
        """Wait for a pyramid; requests share one build."""
        building = self._building.get(plane.key)
        if building is None:
            loop = asyncio.get_running_loop()
            building = asyncio.ensure_future(
                loop.run_in_executor(self._builders, self._cache.open_or_build, plane)
            )
            self._building[plane.key] = building
            building.add_done_callback(lambda _: self._building.pop(plane.key, None))
        # If one waiting request is cancelled, the build continues for the others.
        return await asyncio.shield(building)


def _note_failure(copied: asyncio.Future[Pyramid | None]) -> None:
    """Log why level 0 was not copied; pictures are drawn from the source as before."""
    error = None if copied.cancelled() else copied.exception()
    if error is not None:
        logger.warning("level 0 of an image was not copied into the cache: %s", error)
