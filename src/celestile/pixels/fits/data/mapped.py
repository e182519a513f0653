"""Uncompressed arrays: mapped into memory for tiles, read for what is large."""

import math
import mmap
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import SourceChangedError
from celestile.pixels.fits.data.partial import read_beginning
from celestile.pixels.fits.hdus import Hdu, Index

_LARGE_READ = (1 << 18) + 1  # bytes; tiles of 32 bits are smaller
_SCRATCH = 1 << 20
_LONG_RUN = 1 << 15  # bytes that lie together: a read of them costs less than mapping their pages
_MOST_MAPPED = 1 << 27


class _Scratch(threading.local):
    """Bytes that a thread reads into again and again: fresh ones cost as much as the reading."""

    def __init__(self) -> None:
        self._bytes = np.empty(_SCRATCH, np.uint8)

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """Array of a shape, with whatever is in it."""
        nbytes = math.prod(shape) * dtype.itemsize
        if nbytes > self._bytes.nbytes:
            return np.empty(shape, dtype)
        return self._bytes[:nbytes].view(dtype).reshape(shape)


_scratch = _Scratch()


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
        self._identity = (0, 0)
        self._arrays: dict[int, NDArray[Any]] = {}
        self._touched = 0

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Stored numbers of a part of an array, big-endian; NaN behind the file's end.

        Good until this thread reads again: what is small is a view of the file, what is large may
        lie in memory that is used again.

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
        if part.nbytes < _LARGE_READ:
            return part
        copy = self._copy(part, hdu.offset - array.ctypes.data) if hdu.held is None else None
        if copy is None:
            self._account(part.nbytes)
        return part if copy is None else copy

    def _copy(self, part: NDArray[Any], offset: int) -> NDArray[Any] | None:
        """Read a part of the map from the file; None if it is scattered, or the file replaced.

        The offset is that of the file's bytes from their addresses in the map.
        """
        runs = part.reshape(1, -1) if part.flags.c_contiguous else part
        if runs.ndim != 2 or runs.strides[1] != runs.itemsize:
            return None
        if runs.shape[1] * runs.itemsize < _LONG_RUN:
            return None
        try:
            file = os.open(self._plain(), os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            if _identity(file) != self._identity:
                return None
            copy = _scratch.array(runs.shape, runs.dtype)
            place = offset + runs.ctypes.data
            for number, run in enumerate(copy):
                _fill(run, file, place + number * runs.strides[0])
            return copy.reshape(part.shape)
        finally:
            os.close(file)

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
                self._map, self._identity = _mapped(self._plain())
            if min(len(self._map), self._map.size()) < hdu.end:
                raise SourceChangedError("the file has shrunk since it was opened")
            count = (hdu.end - hdu.offset) // hdu.dtype.itemsize
            flat = np.frombuffer(self._map, hdu.dtype, count, hdu.offset)
            array = flat.reshape(hdu.shape) if hdu.held is None else flat
            return self._arrays.setdefault(hdu.index, array)


def _mapped(path: Path) -> tuple[mmap.mmap, tuple[int, int]]:
    """Map a file; return which one it was, too."""
    try:
        with path.open("rb") as stream:
            file = stream.fileno()
            return mmap.mmap(file, 0, access=mmap.ACCESS_READ), _identity(file)
    except (OSError, ValueError) as error:  # ValueError: it is empty now
        raise SourceChangedError("the file is not there any more") from error


def _identity(file: int) -> tuple[int, int]:
    status = os.fstat(file)
    return status.st_dev, status.st_ino


def _fill(array: NDArray[Any], file: int, place: int) -> None:
    """Fill an array of one axis with what a file has at a place."""
    rest = array.view(np.uint8).data
    while rest:
        count = os.preadv(file, [rest], place)
        if count == 0:
            raise SourceChangedError("the file has shrunk while it was being served")
        rest, place = rest[count:], place + count
