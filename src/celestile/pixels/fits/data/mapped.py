"""Uncompressed arrays: small parts are mapped into memory, large ones are read from the file."""

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
_LONG_RUN = 1 << 15  # contiguous bytes for which reading is cheaper than mapping pages
_MOST_MAPPED = 1 << 27


class _Scratch(threading.local):
    """Reusable buffer of a thread: allocating one costs as much as reading into it."""

    def __init__(self) -> None:
        self._bytes = np.empty(_SCRATCH, np.uint8)

    def array(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        """Uninitialized array of a shape."""
        nbytes = math.prod(shape) * dtype.itemsize
        if nbytes > self._bytes.nbytes:
            return np.empty(shape, dtype)
        return self._bytes[:nbytes].view(dtype).reshape(shape)


_scratch = _Scratch()


class MappedFile:
    """The uncompressed arrays of a file: one memory map for all of them, created on demand.

    A mapped file that shrinks would terminate the process at the next access (SIGBUS), so the size
    is checked before every read.

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
        self._arrays: dict[tuple[int, int], NDArray[Any]] = {}
        self._touched = 0

    def read(self, hdu: Hdu, index: Index) -> NDArray[Any]:
        """Read stored numbers of a part of an array, big-endian; NaN beyond the end of the file.

        The result is valid until this thread reads again: small parts are views of the map, large
        ones may be in a buffer that is reused.

        Raises
        ------
        SourceChangedError
            If the file has shrunk or no longer exists.
        """
        array = self.view(hdu)
        part = array[index] if hdu.held is None else read_beginning(array, hdu.shape, index)
        if part.nbytes < _LARGE_READ:
            return part
        copy = self._copy(part, hdu.offset - array.ctypes.data) if hdu.held is None else None
        if copy is None:
            self.account(part.nbytes)
        return part if copy is None else copy

    def view(self, hdu: Hdu) -> NDArray[Any]:
        """Return the whole array as a view of the map; errors as in `read`."""
        array = self._arrays.get((hdu.index, hdu.offset))
        if array is None or self._map is None:
            return self._array(hdu)
        if self._map.size() < hdu.end:
            raise SourceChangedError("the file has shrunk while it was being served")
        return array

    def _copy(self, part: NDArray[Any], offset: int) -> NDArray[Any] | None:
        """Read a part of the map from the file; None if it is scattered or the file was replaced.

        `offset` is the difference between file offsets and addresses in the map.
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

    def account(self, nbytes: int) -> None:
        """Release pages mapped by large reads, which would count as memory of this process."""
        self._touched += nbytes
        if self._touched > _MOST_MAPPED and self._map is not None:
            self._touched = 0
            # The next access finds them in the page cache.
            self._map.madvise(mmap.MADV_DONTNEED)

    def _array(self, hdu: Hdu) -> NDArray[Any]:
        with self._lock:
            if self._map is None:
                self._map, self._identity = _mapped(self._plain())
            if min(len(self._map), self._map.size()) < hdu.end:
                raise SourceChangedError("the file has shrunk since it was opened")
            return self._arrays.setdefault((hdu.index, hdu.offset), _described(hdu, self._map))


def _described(hdu: Hdu, mapped: mmap.mmap) -> NDArray[Any]:
    """View of an array in a map; one-dimensional if the file is truncated."""
    if hdu.step is not None:
        strides = [hdu.dtype.itemsize]
        for length in hdu.shape[:1:-1]:
            strides.insert(0, strides[0] * length)
        within = strides if len(hdu.shape) > 1 else []
        steps = (hdu.step, *within)
        return np.ndarray(hdu.shape, hdu.dtype, mapped, hdu.offset, steps)
    count = (hdu.end - hdu.offset) // hdu.dtype.itemsize
    flat = np.frombuffer(mapped, hdu.dtype, count, hdu.offset)
    return flat.reshape(hdu.shape) if hdu.held is None else flat


def _mapped(path: Path) -> tuple[mmap.mmap, tuple[int, int]]:
    """Map a file; return the map and the identity of the file."""
    try:
        with path.open("rb") as stream:
            file = stream.fileno()
            return mmap.mmap(file, 0, access=mmap.ACCESS_READ), _identity(file)
    except (OSError, ValueError) as error:  # ValueError: it is empty
        raise SourceChangedError("the file no longer exists") from error


def _identity(file: int) -> tuple[int, int]:
    status = os.fstat(file)
    return status.st_dev, status.st_ino


def _fill(array: NDArray[Any], file: int, place: int) -> None:
    """Fill a one-dimensional array with bytes of a file from an offset."""
    rest = array.view(np.uint8).data
    while rest:
        count = os.preadv(file, [rest], place)
        if count == 0:
            raise SourceChangedError("the file has shrunk while it was being served")
        rest, place = rest[count:], place + count
