"""Tile-compressed arrays, decoded by astropy a part at a time."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from celestile.errors import CelestileError, SourceChangedError, UnservableImageError
from celestile.pixels.hdus import Hdu
from celestile.pixels.mapped import Index

_OPEN_FILES = 32  # each takes a file descriptor
_READERS = 2


class CompressedFile:
    """The tile-compressed arrays of a file, decoded by two readers at a time.

    Parameters
    ----------
    plain : callable
        Returns the path of the file.
    open_file : callable
        Opens it with astropy.
    """

    def __init__(self, plain: Callable[[], Path], open_file: Callable[[Path], Any]) -> None:
        self._readers = tuple(_Reader(plain, open_file) for _ in range(_READERS))
        self._turn = count()

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Stored numbers of a part of an array."""
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


class _Reader:
    """An open file. It stays open, as finding an HDU takes longer than decoding a part of it."""

    recent: ClassVar[deque["_Reader"]] = deque()
    _guard: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, plain: Callable[[], Path], open_file: Callable[[Path], Any]) -> None:
        self.lock = threading.Lock()
        self._plain = plain
        self._open_file = open_file
        self._hdulist: Any = None
        self._size = 0

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Stored numbers of a part of an array; the caller holds the lock."""
        try:
            return np.asarray(self._opened()[hdu.index].section[index])
        except CelestileError:
            raise
        except Exception as error:
            message = f"the compressed pixels of HDU {hdu.index} cannot be decoded"
            raise UnservableImageError(message) from error

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
        """Close the file unless somebody reads it."""
        if self.lock.acquire(blocking=False):
            try:
                if self._hdulist is not None:
                    self._hdulist.close()
                    self._hdulist = None
            finally:
                self.lock.release()

    def __del__(self) -> None:
        """Close the file; at the interpreter's end there may be nothing left to close it with."""
        with suppress(Exception):
            self.close()
