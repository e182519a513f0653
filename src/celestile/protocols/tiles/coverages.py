"""Where images are on the sky, found once for each."""

from functools import partial
from typing import cast

from celestile.lru import LruCache
from celestile.pixels.image import Image
from celestile.pixels.sky.footprint import footprint
from celestile.protocols.tiles.sky_grid import MIRRORED, Coverage, coverage
from celestile.service.service import Service

_REMEMBERED = 8192
_UNKNOWN = object()


class Coverages:
    """Finds out where images are on the sky, once for each.

    Parameters
    ----------
    service : Service
        Lends its threads.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: LruCache[str, Coverage | None] = LruCache(_REMEMBERED)

    async def of(self, image: Image) -> Coverage | None:
        """Part of the sky that an image takes; None where it is not known to be on it."""
        known = self._known.get(image.key, _UNKNOWN)
        if known is not _UNKNOWN:
            return cast("Coverage | None", known)
        found = await self._service.run(partial(self._find, image))
        self._known.put(image.key, found)
        return found

    def _find(self, image: Image) -> Coverage | None:
        found = footprint(image.sky)
        if found is None:
            return None
        options = self._service.options
        mirrored = options.sky_longitude == MIRRORED
        return coverage(found, options.tile_size, mirrored=mirrored)
