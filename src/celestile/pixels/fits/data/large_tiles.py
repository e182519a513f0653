"""Recently decoded large tiles: each is decoded once, though it is read part by part."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import prod
from typing import Any

from numpy.typing import NDArray

from celestile.pixels.fits.hdus import Hdu

LARGE = 1 << 20
"""Bytes of a decoded tile that is kept; smaller ones are decoded quickly."""
_MOST_BYTES = 1 << 28  # kept, unless a single tile is larger
_SECONDS = 30.0

Numbers = NDArray[Any]


def is_large(hdu: Hdu) -> bool:
    """Whether the tiles of a compressed array are kept."""
    sides = (min(pair) for pair in zip(hdu.tile_shape, hdu.shape, strict=True))
    return prod(sides) * hdu.dtype.itemsize > LARGE


class LargeTiles:
    """Decoded tiles of all files, within a bound of bytes, for some seconds after their last use.

    One tile is decoded at a time, so that no more than one is in memory beyond the bound.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decoding = threading.Lock()
        self._tiles: OrderedDict[Hashable, tuple[Numbers, float]] = OrderedDict()
        self._timer: threading.Timer | None = None

    def get(self, key: Hashable, decode: Callable[[], Numbers]) -> Numbers:
        """Return a tile, decoded now if it is not kept; errors as of `decode`."""
        found = self._kept(key)
        if found is None:
            with self._decoding:
                found = self._kept(key)
                if found is None:
                    found = decode()
                    self._keep(key, found)
        return found

    def _kept(self, key: Hashable) -> Numbers | None:
        with self._lock:
            if key not in self._tiles:
                return None
            tile, _ = self._tiles.pop(key)
            self._tiles[key] = tile, time.monotonic()
            return tile

    def _keep(self, key: Hashable, tile: Numbers) -> None:
        with self._lock:
            self._tiles[key] = tile, time.monotonic()
            while len(self._tiles) > 1 and self._size() > _MOST_BYTES:
                self._tiles.popitem(last=False)
            self._wait()

    def _size(self) -> int:
        return sum(tile.nbytes for tile, _ in self._tiles.values())

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(_SECONDS, self._release)
            self._timer.daemon = True
            self._timer.start()

    def _release(self) -> None:
        """Drop the tiles that were not used lately."""
        with self._lock:
            self._timer = None
            oldest = time.monotonic() - _SECONDS
            for key in [key for key, (_, used) in self._tiles.items() if used <= oldest]:
                del self._tiles[key]
            if self._tiles:
                self._wait()


LARGE_TILES = LargeTiles()
