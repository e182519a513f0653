"""Uncompressed arrays, mapped into memory."""

import mmap
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import SourceChangedError
from celestile.pixels.hdus import Hdu, Index
from celestile.pixels.partial import read_beginning

_LARGE_READ = (1 << 18) + 1  # bytes; tiles of 32 bits are smaller
_MOST_MAPPED = 1 << 27


class MappedFile:
    """The uncompressed arrays of a file: one map for all of them, made when first needed.

    A mapped file that shrinks would end the process at the next access (SIGBUS), so the size is
    looked at before every read.

    Parameters
    ----------
    plain : callable
        Returns the path of the file.
    """

    def __init__(self, plain: Callable[[], Path]) -> None:
        self._plain = plain
        self._lock = threading.Lock()
        self._map: mmap.mmap | None = None
        self._arrays: dict[int, NDArray[Any]] = {}
        self._touched = 0

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Stored numbers of a part of an array: a view, big-endian; NaN behind the file's end.

        Raises
        ------
        SourceChangedError
            If the file has shrunk or is gone.
        """
        array = self._arrays.get(hdu.index)
        if array is None or self._map is None:
            array = self._array(hdu)
        elif self._map.size() < hdu.end:
            raise SourceChangedError("the file has shrunk while it was being served")
        part = array[index] if hdu.held is None else read_beginning(array, hdu.shape, index)
        if part.nbytes >= _LARGE_READ:
            self._account(part.nbytes)
        return part

    def _account(self, nbytes: int) -> None:
        """Let go of what large reads have mapped: it would count as memory of this process."""
        self._touched += nbytes
        if self._touched > _MOST_MAPPED and self._map is not None:
            self._touched = 0
            # The next access finds it in the system's cache.
            self._map.madvise(mmap.MADV_DONTNEED)

    def _array(self, hdu: Hdu) -> NDArray[Any]:
        with self._lock:
            if self._map is None:
                self._map = _mapped(self._plain())
            if min(len(self._map), self._map.size()) < hdu.end:
                raise SourceChangedError("the file has shrunk since it was opened")
            count = (hdu.end - hdu.offset) // hdu.dtype.itemsize
            flat = np.frombuffer(self._map, hdu.dtype, count, hdu.offset)
            array = flat.reshape(hdu.shape) if hdu.held is None else flat
            return self._arrays.setdefault(hdu.index, array)


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:  # ValueError: it is empty now
        raise SourceChangedError("the file is not there any more") from error
