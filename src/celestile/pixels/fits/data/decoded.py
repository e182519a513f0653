"""Tile-compressed arrays, decoded by astropy a part at a time."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from math import prod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError, SourceChangedError, UnservableImageError
from celestile.pixels.fits.data.large_tiles import LARGE_TILES, is_large
from celestile.pixels.fits.data.partial import (
    Tile,
    blank_like,
    dropped,
    overlap,
    pixels_of,
    some_tiles,
    spans,
    tiles,
    within,
)
from celestile.pixels.fits.data.streams import TileStreams
from celestile.pixels.fits.hdus import Hdu, Index

logger = logging.getLogger(__name__)

_identities = count()

_OPEN_FILES = 32  # each uses a file descriptor
_READERS = 2
_MOST_NAMED = 3  # damaged tiles listed in a note
_MOST_WITHOUT_ROW = 100_000  # tiles without a row in the table
_MANY = 500  # sampled tiles; if all of them are damaged, so are the others


class CompressedFile:
    """The tile-compressed arrays of a file, decoded by up to two readers at a time.

    Parameters
    ----------
    plain : callable
        Returns the path of the file.
    open_file : callable
        Opens it with astropy.
    """

    def __init__(self, plain: Callable[[], Path], open_file: Callable[[Path], Any]) -> None:
        self._damaged: dict[int, set[Tile]] = {}
        self._readers = tuple(_Reader(plain, open_file, self._damaged) for _ in range(_READERS))
        self._turn = count()
        self._identity = next(_identities)

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Read stored numbers of a part of an array; damaged tiles are NaN, in floating point."""
        if not is_large(hdu):
            return self._read(hdu, index)
        taken = spans(index, hdu.shape)
        joined: NDArray[Any] = np.empty(tuple(map(len, taken)), hdu.dtype)
        for tile in tiles(taken, hdu.tile_shape):
            pixels = pixels_of(tile, hdu.tile_shape, hdu.shape)
            whole = tuple(slice(numbers.start, numbers.stop) for numbers in pixels)
            decoded = LARGE_TILES.get(
                (self._identity, hdu.index, tile), partial(self._read, hdu, whole)
            )
            common = overlap(taken, pixels)
            part = decoded[within(common, pixels)]
            # Missing pixels of damaged tiles are NaN, which integers do not have.
            joined = joined.astype(np.promote_types(joined.dtype, part.dtype), copy=False)
            joined[within(common, taken)] = part
        return dropped(joined, index)

    def _read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        for reader in self._readers:
            if reader.lock.acquire(blocking=False):
                break
        else:
            reader = self._readers[next(self._turn) % _READERS]
            reader.lock.acquire()
        try:
            return reader.read(hdu, index)
        finally:
            reader.lock.release()

    def damage(self, hdu: Hdu) -> tuple[str, ...]:
        """Report which tiles of an array could not be decoded so far."""
        damaged = sorted(self._damaged.get(hdu.index, ()))
        if not damaged:
            return ()
        step = hdu.tile_shape
        count = prod(-(-length // each) for length, each in zip(hdu.shape, step, strict=True))
        places = [
            ",".join(
                f"{numbers.start + 1}:{numbers.stop}"
                for numbers in reversed(pixels_of(tile, step, hdu.shape))
            )
            for tile in damaged[:_MOST_NAMED]
        ]
        more = ", ..." if len(damaged) > _MOST_NAMED else ""
        said = f"{len(damaged)} of {count} compressed tiles cannot be decoded and are missing"
        return (f"{said}: [{'], ['.join(places)}]{more}",)


class _Reader:
    """An open file; kept open, since finding an HDU takes longer than decoding a part of it."""

    recent: ClassVar[deque["_Reader"]] = deque()
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        plain: Callable[[], Path],
        open_file: Callable[[Path], Any],
        damaged: dict[int, set[Tile]],
    ) -> None:
        self.lock = threading.Lock()
        self._damaged = damaged
        self._streams: dict[int, TileStreams] = {}
        self._plain = plain
        self._open_file = open_file
        self._hdulist: Any = None
        self._size = 0

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Read stored numbers of a part of an array; the caller holds the lock."""
        try:
            opened = self._opened()[hdu.index]
            if hdu.index not in self._streams:
                self._check(hdu, opened)
            streams = self._streams[hdu.index]
            if streams.any_doubtful:
                known = self._damaged.setdefault(hdu.index, set())
                wanted = tiles(spans(index, hdu.shape), hdu.tile_shape)
                known |= {
                    tile
                    for tile in wanted
                    if tile not in known and streams.is_false(opened._bintable, tile)
                }
            damaged = self._damaged.get(hdu.index)
            if not damaged or damaged.isdisjoint(tiles(spans(index, hdu.shape), hdu.tile_shape)):
                try:
                    return _section(opened, index)
                except Exception:
                    logger.debug("decoding tile by tile", exc_info=True)
            return self._by_tiles(hdu, opened, index)
        except CelestileError:
            raise
        except Exception as error:
            message = f"the compressed pixels of HDU {hdu.index} cannot be decoded"
            raise UnservableImageError(message) from error

    def _check(self, hdu: Hdu, opened: Any) -> None:
        """Find tiles beyond the end of the table or file, which some decoders would read."""
        table = opened._bintable
        lost = _out_of_reach(table, self._size, hdu)
        if lost:
            self._damaged.setdefault(hdu.index, set()).update(lost)
        self._streams[hdu.index] = TileStreams(table, hdu)

    def _by_tiles(self, hdu: Hdu, opened: Any, index: Index) -> NDArray[Any]:
        """Decode the intact tiles; the pixels of the others are missing."""
        damaged = self._damaged.setdefault(hdu.index, set())
        taken = spans(index, hdu.shape)
        values = blank_like(tuple(map(len, taken)), hdu.dtype)
        some = False
        wanted = [tile for tile in tiles(taken, hdu.tile_shape) if tile not in damaged]
        if len(wanted) > _MANY:
            # Trying each damaged tile would take minutes.
            sample = wanted[:: len(wanted) // _MANY]
            if not self._any_of(sample, hdu, opened, damaged):
                damaged.update(wanted)
                wanted = []
        for tile in wanted:
            common = overlap(taken, pixels_of(tile, hdu.tile_shape, hdu.shape))
            found = self._tile(opened, tile, common, damaged)
            if found is not None:
                some = True
                values[within(common, taken)] = found
        if not some and not self._has_any(hdu, opened, damaged):
            raise UnservableImageError(
                f"the compressed pixels of HDU {hdu.index} cannot be decoded"
            )
        return dropped(values, index)

    @staticmethod
    def _tile(
        opened: Any, tile: Tile, part: Sequence[range], damaged: set[Tile]
    ) -> NDArray[Any] | None:
        if tile in damaged:
            return None
        try:
            return _section(opened, tuple(slice(n.start, n.stop) for n in part))
        except Exception:  # noqa: BLE001 - see read
            damaged.add(tile)
            return None

    def _has_any(self, hdu: Hdu, opened: Any, damaged: set[Tile]) -> bool:
        """Whether any of a few sampled tiles can be decoded."""
        return self._any_of(some_tiles(hdu.tile_shape, hdu.shape), hdu, opened, damaged)

    def _any_of(self, some: Sequence[Tile], hdu: Hdu, opened: Any, damaged: set[Tile]) -> bool:
        return any(
            self._tile(opened, tile, pixels_of(tile, hdu.tile_shape, hdu.shape), damaged)
            is not None
            for tile in some
        )

    def _opened(self) -> Any:
        path = self._plain()
        size = path.stat().st_size
        if self._hdulist is None:
            self._hdulist, self._size = self._open_file(path), size
            self._limit()
        elif size < self._size:
            raise SourceChangedError("the file has shrunk while it was being served")
        return self._hdulist

    def _limit(self) -> None:
        with self._guard:
            self.recent.append(self)
            oldest = self.recent.popleft() if len(self.recent) > _OPEN_FILES else None
        if oldest is not None and oldest is not self:
            oldest.close()

    def close(self) -> None:
        """Close the file unless it is being read."""
        if self.lock.acquire(blocking=False):
            try:
                if self._hdulist is not None:
                    self._hdulist.close()
                    self._hdulist = None
            finally:
                self.lock.release()

    def __del__(self) -> None:
        """Close the file; errors during interpreter shutdown are ignored."""
        with suppress(Exception):
            self.close()


def _section(opened: Any, index: Index) -> NDArray[Any]:
    section = opened.section
    if section.ndim == len(index):
        return np.asarray(section[index])
    # A spectrum is shown as an image of one row.
    row: NDArray[Any] = np.asarray(section[index[1:]])
    return row if isinstance(index[0], int) else row[np.newaxis]


def _out_of_reach(table: Any, size: int, hdu: Hdu) -> set[Tile]:
    """Tiles with bytes beyond the heap of their table or beyond the file."""
    column = table.columns["COMPRESSED_DATA"]
    lengths, starts = np.asarray(table.data["COMPRESSED_DATA"]).astype(np.int64).T[:2]
    width = np.dtype(f"i{ {'B': 1, 'I': 2, 'J': 4}.get(str(column.format)[2:3], 1) }").itemsize
    place = table.fileinfo()["datLoc"]
    heap = int(table.header.get("THEAP", table.header["NAXIS1"] * table.header["NAXIS2"]))
    reach = min(place + heap + int(table.header["PCOUNT"]), size) - place - heap
    bad = (lengths < 0) | (starts < 0) | (starts + lengths * width > reach)
    counts = [-(-n // step) for n, step in zip(hdu.shape, hdu.tile_shape, strict=True)]
    without_row = max(prod(counts) - len(bad), 0)
    if without_row > _MOST_WITHOUT_ROW:
        raise UnservableImageError(
            f"HDU {hdu.index} declares {prod(counts)} compressed tiles; its table has {len(bad)}"
        )
    bad = np.append(bad, np.ones(without_row, bool))
    rows = np.flatnonzero(bad[: prod(counts)])
    return {tuple(int(at) for at in np.unravel_index(row, counts)) for row in rows}
